import { compact, type Maybe } from "../../../components/common/compact";
import { type CertificateSource, type EdgePlan, haproxyTerminatesTls } from "../../../components/edge/plan";
import type { Problem } from "../../../components/common/problem";
import { targetOf } from "../../targets/registry";
import { type DnsCredentials, dnsCredentialNames } from "../schema/edge";
import { sourceIn } from "../hosts";
import type { ParsedGroups } from "../settings";
import { hostProblems, hostWarnings } from "./hosts";
import { hostedZoneProblems, zoneOfHost } from "./zone-of-host";

/** Combinations of the settings of issuance and DNS that cannot work. They depend on the source that the edge's plan came to. */
export function issuanceProblems(groups: ParsedGroups, plan: EdgePlan): Problem[] {
    const { keyType, acme, privateCa } = groups.certificate;
    const source = sourceIn(plan);
    const isIssued = source === "acme" || source === "private-ca" || source === "cert-manager";
    return compact([
        ...partsOfOtherSources(groups, source),
        // HAProxy picks between two certificates; an Ingress names one Secret for a host.
        keyType === "both" &&
            isIssued &&
            !haproxyTerminatesTls(plan) && {
                key: "vernemq:certificate.keyType",
                value: keyType,
                rule: "only HAProxy picks between two certificates of a name, and here it does not terminate TLS",
                remedy: "choose ecdsa or rsa, or set vernemq:edge.terminateTls to haproxy",
            },
        ...acmeServer(acme),
        rotation(privateCa),
        ...dnsCredentials(groups, source),
        ...zoneHoldsHosts(groups, source),
        ...hostProblems(groups, plan),
    ]);
}

export function issuanceWarnings(groups: ParsedGroups, plan: EdgePlan): string[] {
    const source = sourceIn(plan);
    const { certificate } = groups;
    const issues = source === "acme" || source === "private-ca";
    return compact([
        ...(source === "acme" ? acmeWarnings(groups) : []),
        source === "private-ca" &&
            "The stack's own CA signs the certificate: install output `ca` on your devices (docs/reference/targets.md, certificates).",
        issues &&
            certificate.certManager === "existing" &&
            "cert-manager has to be in the cluster before the update, its controller as service account cert-manager in namespace cert-manager (certificate.certManager).",
        ...hostWarnings(groups, plan),
        recordWarnings(groups),
    ]);
}

function acmeWarnings({ certificate: { acme }, dns, edge }: ParsedGroups): string[] {
    const authority = acme.server === undefined ? "letsencrypt.org" : `the authority of ${acme.server}`;
    return compact([
        `If the DNS zone of ${edge.host ?? dns?.zone ?? "the host"} has CAA records, they must allow ${authority}.`,
        acme.staging &&
            "The certificate comes from the staging environment of Let's Encrypt, which no client trusts (certificate.acme.staging).",
    ]);
}

/** The records that are the user's to create, as lines of a zone file. */
function recordWarnings({ dns, edge, target }: ParsedGroups): Maybe<string> {
    const hasAddress = edge.exposure === "public" || edge.exposure === "internal";
    const isOnlyWebSocket = edge.webSocket !== undefined && edge.listeners.every((name) => name === "wss");
    if (!hasAddress || isOnlyWebSocket) {
        return undefined;
    }
    const type = targetOf(target).dns?.credentials === "route53" ? "CNAME" : "A";
    const hosts = compact([
        dns === undefined && edge.host,
        ...edge.hosts.filter(({ record }) => dns === undefined || !record).map(({ name }) => name),
    ]);
    const lines = hosts.map((host) => `${host}. 60 IN ${type} ${edge.address ?? "ADDRESS"}`);
    return (
        lines.length !== 0 &&
        `No DNS record is created. Create ${lines.length === 1 ? "this one" : "these"} with the address of output \`address\`: ${lines.join("; ")}`
    );
}

/** A part of another source does nothing. */
function partsOfOtherSources({ certificate }: ParsedGroups, source: CertificateSource | null): Problem[] {
    const { acme, privateCa, certManager, keyType } = certificate;
    const parts: readonly { name: string; sources: readonly (CertificateSource | null)[]; present: boolean }[] = [
        { name: "acme", sources: ["acme"], present: isWritten(acme, { staging: false }) },
        { name: "privateCa", sources: ["private-ca"], present: isWritten(privateCa, { generation: 1 }) },
        { name: "certManager", sources: ["acme", "private-ca"], present: certManager === "existing" },
        { name: "keyType", sources: ["acme", "private-ca", "cert-manager"], present: keyType !== "ecdsa" },
    ];
    return parts
        .filter(({ sources, present }) => present && !sources.includes(source))
        .map(({ name, sources }) => ({
            key: `vernemq:certificate.${name}`,
            rule: `it has no effect with source ${source ?? "none, as no listener uses a certificate of this stack"}`,
            remedy: `remove it, or set vernemq:certificate.source to ${sources.join(" or ")}`,
        }));
}

function isWritten(group: object, defaults: object): boolean {
    const known = new Map<string, unknown>(Object.entries(defaults));
    return Object.entries(group).some(([name, value]) => value !== undefined && value !== known.get(name));
}

function acmeServer(acme: ParsedGroups["certificate"]["acme"]): Problem[] {
    const key = "vernemq:certificate.acme";
    return compact([
        acme.server !== undefined &&
            acme.staging && {
                key: `${key}.staging`,
                value: true,
                rule: "it means the staging environment of Let's Encrypt, and server names another directory",
                remedy: "remove one of the two",
            },
        acme.server === undefined &&
            acme.externalAccount !== undefined && {
                key: `${key}.externalAccount`,
                rule: "Let's Encrypt does not bind accounts to others",
                remedy: `remove it, or set ${key}.server to the directory that asks for it`,
            },
        acme.server === undefined &&
            acme.ca !== undefined && {
                key: `${key}.ca`,
                rule: "the certificate of Let's Encrypt's own server is checked with the system's authorities",
                remedy: `remove it, or set ${key}.server to the directory that it is for`,
            },
    ]);
}

/** A CA is followed by the one after it, so that no number ever means another CA. */
function rotation({ generation, next }: ParsedGroups["certificate"]["privateCa"]): Maybe<Problem> {
    return (
        next !== undefined &&
        next !== generation + 1 && {
            key: "vernemq:certificate.privateCa.next",
            value: next,
            rule: `the CA after number ${generation} is number ${generation + 1}`,
            remedy: `set it to ${generation + 1}, or leave it out where no CA is about to be replaced`,
        }
    );
}

/** The services whose credentials a stack gives. */
function givenServices({ dns }: ParsedGroups): DnsCredentials[] {
    return dnsCredentialNames.filter((name) => dns?.[name] !== undefined);
}

/** Credentials are for zones that the target's own cloud does not keep, and for pods that have no identity there. */
function dnsCredentials(groups: ParsedGroups, source: CertificateSource | null): Problem[] {
    const { target, dns } = groups;
    const service = targetOf(target).dns;
    const given = givenServices(groups);
    if (dns === undefined) {
        return [];
    }
    if (service === null) {
        return compact([
            given.length !== 1 && {
                key: "vernemq:dns",
                rule: `target ${target} has no DNS service of its cloud: the credentials say which service has the zone, and ${given.length === 0 ? "there are none" : `there are ${given.length}`}`,
                remedy: `give one of ${dnsCredentialNames.join(", ")}`,
            },
        ]);
    }
    if (source === "acme" && service.credentials === null) {
        return [
            {
                key: "vernemq:certificate.source",
                value: source,
                rule: `cert-manager cannot write to the zones of target ${target}'s DNS service`,
                remedy: "use another source, for example private-ca or pem",
            },
        ];
    }
    const needsCredentials = source === "acme" && !service.podsHaveIdentity;
    return needsCredentials && service.credentials !== null && dns[service.credentials] === undefined
        ? [
              {
                  key: `vernemq:dns.${service.credentials}`,
                  rule: "cert-manager writes to the zone with its own credentials: pods have no identity in this cloud",
                  remedy: "create an API token with the scopes of domain alone and run `pulumi config set --secret --path vernemq:dns.digitalocean.token`",
              },
          ]
        : given
              .filter((name) => name !== service.credentials || !needsCredentials)
              .map((name) => ({
                  key: `vernemq:dns.${name}`,
                  rule:
                      name === service.credentials
                          ? "it has no effect here: the provider has its own credentials, and no pod writes to the zone with these"
                          : `target ${target} has its zone in its own cloud`,
                  remedy: "remove it",
              }));
}

/** What each service expects of a zone whose credentials are given. */
const zoneProblems: Readonly<Record<DnsCredentials, (zone: string, host: string | undefined) => Problem[]>> = {
    route53: (zone) => hostedZoneProblems({ zone }),
    cloudDns: () => [],
    azureDns: (zone, host) => zoneOfHost(zone, host, "below-it-only"),
    digitalocean: (zone, host) => zoneOfHost(zone, host, "apex-allowed"),
};

/** Zones that are called by their name show whether a host is in them. Of the target's own service its record says so for the edge's host. */
function zoneHoldsHosts(groups: ParsedGroups, source: CertificateSource | null): Problem[] {
    const { target, dns, edge } = groups;
    const own = targetOf(target).dns;
    const service = (own === null ? givenServices(groups)[0] : own.credentials) ?? null;
    if (dns === undefined || service === null) {
        return [];
    }
    const others = compact([
        source === "acme" && edge.webSocket?.host,
        ...edge.hosts.filter(({ record }) => record).map(({ name }) => name),
    ]);
    return [...(own === null ? [edge.host] : []), ...others].flatMap((host) => zoneProblems[service](dns.zone, host));
}
