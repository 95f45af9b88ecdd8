import { type CertificateSource, type EdgePlan, haproxyTerminatesTls } from "../../components/edge/plan";
import { targetOf } from "../targets/registry";
import type { FurtherHostSettings } from "./schema/edge";
import type { ParsedGroups } from "./settings";

/** What the further names follow from. */
type Named = Pick<ParsedGroups, "edge" | "target">;

/** Where the certificate comes from, by the plan of the edge: for its own listeners, and where these have none for an Ingress. */
export function sourceIn({ certificateSource, webSocket }: EdgePlan): CertificateSource | null {
    return certificateSource ?? webSocket?.certificateSource ?? null;
}

/** Whether a further name has a certificate for itself. */
export function hasOwnCertificate(
    { certificate, pem }: FurtherHostSettings,
    { target }: Named,
    plan: EdgePlan,
): boolean {
    const isIssuedByCloud = plan.certificateSource === "cloud" && !haproxyTerminatesTls(plan);
    const mayBeShared = !isIssuedByCloud || targetOf(target).cloudNames?.sharesIssued !== false;
    return pem !== undefined || (certificate ?? (mayBeShared ? "shared" : "own")) === "own";
}

/** Further names that the stack's certificate is for too. */
export function sharedHosts(settings: Named, plan: EdgePlan): readonly string[] {
    return settings.edge.hosts.filter((host) => !hasOwnCertificate(host, settings, plan)).map(({ name }) => name);
}

/** Further names with a certificate each. */
export function ownHosts(settings: Named, plan: EdgePlan): readonly FurtherHostSettings[] {
    return settings.edge.hosts.filter((host) => hasOwnCertificate(host, settings, plan));
}

/** The names that the stack keeps records of, the first one `edge.host`. */
export function hostsInZone({ edge }: Named): readonly string[] {
    return [
        ...(edge.host === undefined ? [] : [edge.host]),
        ...edge.hosts.filter(({ record }) => record).map(({ name }) => name),
    ];
}
