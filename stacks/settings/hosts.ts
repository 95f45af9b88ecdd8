import type { CertificateSource, EdgePlan } from "../../components/edge/plan";
import type { FurtherHostSettings } from "./schema/edge";
import type { ParsedGroups } from "./settings";

/** Where the certificate comes from, by the plan of the edge: for its own listeners, and where these have none for an Ingress. */
export function sourceIn({ certificateSource, webSocket }: EdgePlan): CertificateSource | null {
    return certificateSource ?? webSocket?.certificateSource ?? null;
}

/** Whether a further name has a certificate for itself. What is not written was filled in when the settings were read. */
export function hasOwnCertificate({ certificate, pem }: FurtherHostSettings): boolean {
    return pem !== undefined || certificate === "own";
}

/** Further names that the stack's certificate is for too. */
export function sharedHosts({ edge }: Pick<ParsedGroups, "edge">): readonly string[] {
    return edge.hosts.filter((host) => !hasOwnCertificate(host)).map(({ name }) => name);
}

/** Further names with a certificate each. */
export function ownHosts({ edge }: Pick<ParsedGroups, "edge">): readonly FurtherHostSettings[] {
    return edge.hosts.filter(hasOwnCertificate);
}

/** The names that the stack keeps records of, the first one `edge.host`. */
export function hostsInZone({ edge }: Pick<ParsedGroups, "edge">): readonly string[] {
    return [
        ...(edge.host === undefined ? [] : [edge.host]),
        ...edge.hosts.filter(({ record }) => record).map(({ name }) => name),
    ];
}
