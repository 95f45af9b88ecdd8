import { compact } from "../../../components/common/compact";
import { isIP } from "node:net";
import type { CertificateSource } from "../../../components/edge/plan";
import type { Problem } from "../../../components/common/problem";
import { targetOf } from "../../targets/registry";
import type { ParsedGroups } from "../settings";

/** Combinations of the settings of certificate and DNS that cannot work. */
export function certificateProblems(groups: ParsedGroups, source: CertificateSource | null): Problem[] {
    const { target, edge, certificate, dns } = groups;
    return compact([
        ...certificateParts(groups),
        // Authorities and DNS zones know names; only a certificate of the user's may be for an address.
        edge.host !== undefined &&
            isIP(edge.host) !== 0 &&
            certificate.source !== "pem" && {
                key: "vernemq:edge.host",
                value: edge.host,
                rule: "an IP address, and this source issues certificates for names",
                remedy: "give a DNS name, or a certificate for the address with vernemq:certificate.source pem",
            },
        ...dnsZone(groups),
        // A certificate that the cloud issues is validated by a DNS record, so the zone has to be known.
        targetOf(target).cloudCertificate === "dns-validated" &&
            source === "cloud" &&
            dns === undefined && {
                key: "vernemq:dns.zone",
                rule: "the cloud issues the certificate only after a record in the host's DNS zone proves that it is yours",
                remedy: "set it to the zone of vernemq:edge.host, or use another vernemq:certificate.source",
            },
    ]);
}

/** A part of a certificate's settings belongs to one source: missing with it, it fails; present without it, it does nothing. */
function certificateParts({ certificate, target }: ParsedGroups): Problem[] {
    const parts = [
        { name: "pem", source: "pem", present: certificate.pem !== undefined },
        { name: "issuer", source: "cert-manager", present: certificate.issuer !== undefined },
    ] as const;
    const keyVault = compact([certificate.keyVaultSecretId, certificate.keyVaultResourceId]);
    const hasKeyVault = targetOf(target).cloudCertificate === "key-vault" && certificate.source === "cloud";
    return compact([
        ...parts.flatMap(({ name, source, present }) => {
            const key = `vernemq:certificate.${name}`;
            return [
                certificate.source === source &&
                    !present && { key, rule: `source ${source} needs it`, remedy: `set ${key}` },
                certificate.source !== source &&
                    present && {
                        key,
                        rule: `it has no effect with source ${certificate.source ?? "cloud"}`,
                        remedy: `remove it, or set vernemq:certificate.source to ${source}`,
                    },
            ];
        }),
        keyVault.length > 0 &&
            !hasKeyVault && {
                key: "vernemq:certificate.keyVaultSecretId",
                rule: "Key Vault certificates are for target aks with source cloud",
                remedy: "remove the keyVault settings",
            },
        keyVault.length === 1 &&
            hasKeyVault && {
                key: "vernemq:certificate.keyVaultResourceId",
                rule: "the gateway needs both the certificate and the right to read its vault",
                remedy: "set keyVaultSecretId and keyVaultResourceId",
            },
    ]);
}

function dnsZone({ target, dns, edge, certificate }: ParsedGroups): Problem[] {
    if (dns === undefined) {
        return [];
    }
    const key = "vernemq:dns.zone";
    const value = dns.zone;
    const service = targetOf(target).dns;
    const hasAddress = edge.exposure === "public" || edge.exposure === "internal";
    const isForCertificate = certificate.source === undefined || certificate.source === "acme";
    return compact([
        !(hasAddress || (edge.exposure !== "none" && isForCertificate)) && {
            key,
            value,
            rule: `exposure ${edge.exposure} has no address that a record could point at`,
            remedy: "remove vernemq:dns",
        },
        ...(service?.problems(dns, edge.host) ?? []),
        dns.resourceGroup !== undefined &&
            service?.hasResourceGroups !== true && {
                key: "vernemq:dns.resourceGroup",
                value: dns.resourceGroup,
                rule: "only Azure has resource groups",
                remedy: "remove it",
            },
    ]);
}

/** What has to be in the cluster before the certificate. */
export function certificateWarnings({ target, certificate: { source, issuer } }: ParsedGroups): string[] {
    return targetOf(target).createsCluster && source === "cert-manager" && issuer !== undefined
        ? [
              `The certificate comes from cert-manager and its ${issuer.kind} ${issuer.name}, which have to be in the cluster: on a new one the first update stops at the certificate; install both and update again.`,
          ]
        : [];
}
