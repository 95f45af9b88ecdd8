import { compact } from "../../../components/common/compact";
import { type EdgePlan, haproxyTerminatesTls, tlsTerminator } from "../../../components/edge/plan";
import type { Problem } from "../../../components/common/problem";
import { targetOf } from "../../targets/registry";
import { hasOwnCertificate, ownHosts, sharedHosts, sourceIn } from "../hosts";
import type { FurtherHostSettings } from "../schema/edge";
import type { ParsedGroups } from "../settings";

const key = "vernemq:edge.hosts";

/** Most names in a certificate of Let's Encrypt: https://letsencrypt.org/docs/rate-limits/ ("up to 100 identifiers"). */
const mostAcmeNames = 100;

/** The settings with what is not written of further names: where the cloud would replace its certificate for each, every one has its own. */
export function withHostCertificates<T extends Pick<ParsedGroups, "edge" | "target">>(groups: T, plan: EdgePlan): T {
    const isIssuedByCloud = plan.certificateSource === "cloud" && !haproxyTerminatesTls(plan);
    const mayBeShared = !isIssuedByCloud || targetOf(groups.target).cloudNames?.sharesIssued !== false;
    const hosts = groups.edge.hosts.map((host): FurtherHostSettings => ({
        ...host,
        certificate: host.certificate ?? (mayBeShared || host.pem !== undefined ? "shared" : "own"),
    }));
    return { ...groups, edge: { ...groups.edge, hosts } };
}

/** Combinations of further names with the rest of the edge that cannot work. */
export function hostProblems(groups: ParsedGroups, plan: EdgePlan): Problem[] {
    const { hosts, host: first, webSocket } = groups.edge;
    if (hosts.length === 0) {
        return [];
    }
    const hasListener = plan.exposure !== "none" && plan.listeners.length > 0;
    return compact([
        !hasListener && {
            key,
            value: hosts.map(({ name }) => name),
            rule: "the edge has no listener for these names",
            remedy: "remove it, choose another vernemq:edge.exposure, or add a listener to vernemq:edge.listeners",
        },
        ...hosts.flatMap((host, index) => [
            [first, webSocket?.host, ...hosts.slice(0, index).map(({ name }) => name)].includes(host.name) && {
                key: `${key}[${index}].name`,
                value: host.name,
                rule: "the name is listed twice",
                remedy: "remove one of the two",
            },
            ...certificateOf(host, groups, plan).map((problem) => ({
                ...problem,
                key: `${key}[${index}].${problem.key}`,
            })),
        ]),
        ...numbers(groups, plan),
    ]);
}

/** What is allowed of further names and yet a note. */
export function hostWarnings(groups: ParsedGroups, plan: EdgePlan): string[] {
    const { cloudNames } = targetOf(groups.target);
    const shared = sharedHosts(withHostCertificates(groups, plan));
    const isIssuedByCloud = plan.certificateSource === "cloud" && !haproxyTerminatesTls(plan);
    return compact([
        isIssuedByCloud &&
            cloudNames !== null &&
            shared.length >= cloudNames.mostShared &&
            `The certificate has ${shared.length + 1} names, and ${cloudNames.mostShared} are allowed unless the quota is raised (edge.hosts, ${cloudNames.source}).`,
        isIssuedByCloud &&
            shared.length > 0 &&
            targetOf(groups.target).cloudCertificate === "key-vault" &&
            `The certificate in Key Vault must name ${shared.join(", ")} too (edge.hosts).`,
        groups.edge.webSocket !== undefined &&
            groups.edge.hosts.length > 0 &&
            "WebSocket clients have one name; further names are for the other listeners (edge.hosts, edge.webSocket).",
    ]);
}

/** What is wrong with the certificate of a further name; keys are those below its entry. */
function certificateOf(host: FurtherHostSettings, groups: ParsedGroups, plan: EdgePlan): Problem[] {
    const part = host.pem === undefined ? "certificate" : "pem";
    const [filledIn = host] = withHostCertificates({ ...groups, edge: { ...groups.edge, hosts: [host] } }, plan).edge
        .hosts;
    const isOwn = hasOwnCertificate(filledIn);
    const terminator = tlsTerminator(plan);
    if (terminator === null) {
        return host.certificate === undefined && host.pem === undefined
            ? []
            : [{ key: part, rule: "no listener uses TLS, so no certificate is served", remedy: "remove it" }];
    }
    const { cloudNames, title } = targetOf(groups.target);
    const atCloud = !haproxyTerminatesTls(plan);
    if (atCloud && isOwn && (cloudNames === null || cloudNames.mostOwn === 0)) {
        return [
            {
                key: part,
                rule: `${terminator.title} serves one certificate (${cloudNames?.source ?? title})`,
                remedy: "set certificate to shared, so that the stack's certificate covers the name, or set vernemq:edge.terminateTls to haproxy",
            },
        ];
    }
    if (host.pem !== undefined) {
        return compact([
            host.certificate === "shared" && {
                key: "certificate",
                value: "shared",
                rule: "pem is a certificate for this name alone",
                remedy: "remove one of the two",
            },
        ]);
    }
    const source = sourceIn(plan);
    const isValidated = source === "cloud" && targetOf(groups.target).cloudCertificate === "dns-validated";
    return compact([
        isOwn &&
            (source === "pem" || source === "self-signed") && {
                key: "certificate",
                value: "own",
                rule: `nothing issues a further certificate with vernemq:certificate.source ${source}`,
                remedy: "give it as pem, or set it to shared",
            },
        !isOwn &&
            plan.certificateSource === "cloud" &&
            cloudNames?.sharesIssued === false && {
                key: "certificate",
                value: "shared",
                rule: `the cloud replaces its certificate with each further name and serves the new one before it is issued (${cloudNames.source})`,
                remedy: "leave it out, or set it to own",
            },
        // A certificate that is issued after a record in the zone cannot be for a name of another zone.
        (source === "acme" || isValidated) &&
            !host.record && {
                key: "record",
                value: false,
                rule: "its certificate is issued only after a record in vernemq:dns.zone proves that the name is yours",
                remedy: "give its certificate as pem, or keep the name in that zone",
            },
    ]);
}

function numbers(groups: ParsedGroups, plan: EdgePlan): Problem[] {
    const { cloudNames } = targetOf(groups.target);
    const complete = withHostCertificates(groups, plan);
    const own = ownHosts(complete).length;
    const shared = sharedHosts(complete).length + 1 + (plan.webSocket === undefined ? 0 : 1);
    return compact([
        !haproxyTerminatesTls(plan) &&
            cloudNames !== null &&
            cloudNames.mostOwn > 0 &&
            own > cloudNames.mostOwn && {
                key,
                value: own,
                rule: `a load balancer serves ${cloudNames.mostOwn} certificates beside the first one (${cloudNames.source})`,
                remedy: "let more names share the stack's certificate, or set vernemq:edge.terminateTls to haproxy",
            },
        sourceIn(plan) === "acme" &&
            shared > mostAcmeNames && {
                key,
                value: shared,
                rule: `a certificate of Let's Encrypt has at most ${mostAcmeNames} names`,
                remedy: "set certificate to own for some of the names",
            },
    ]);
}
