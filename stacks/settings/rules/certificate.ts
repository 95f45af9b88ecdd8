import { compact } from "../../../components/common/compact";
import { isIP } from "node:net";
import type { Problem } from "../../../components/common/problem";
import { targetOf } from "../../targets/registry";
import type { ParsedGroups } from "../settings";

/** Combinations of the settings of certificate and DNS that cannot work. */
export function certificateProblems(groups: ParsedGroups, lack: Problem | undefined): Problem[] {
    const { edge, certificate } = groups;
    return compact([
        ...certificateParts(groups),
        // Authorities and DNS zones know names; only a certificate of the user's may be for an address.
        edge.host !== undefined &&
            isIP(edge.host) !== 0 &&
            certificate.source !== "pem" && {
                key: "vernemq:edge.host",
                value: edge.host,
                rule: "this is an IP address, and this source issues certificates for names only",
                remedy: "give a DNS name, or a certificate for the address with vernemq:certificate.source pem",
            },
        ...dnsZone(groups),
        lack,
    ]);
}

/** What does nothing with the source that is written. */
function certificateParts({ certificate, target }: ParsedGroups): Problem[] {
    const { source, pem, issuer, keyVaultSecretId, keyVaultResourceId } = certificate;
    const idle = (name: string, of: string) => ({
        key: `vernemq:certificate.${name}`,
        rule: `it has no effect with source ${source ?? "cloud"}`,
        remedy: `remove it, or set vernemq:certificate.source to ${of}`,
    });
    const hasKeyVault = keyVaultSecretId !== undefined || keyVaultResourceId !== undefined;
    return compact([
        source !== "pem" && pem !== undefined && idle("pem", "pem"),
        source !== "cert-manager" && issuer !== undefined && idle("issuer", "cert-manager"),
        hasKeyVault &&
            !(targetOf(target).cloudCertificate === "key-vault" && source === "cloud") && {
                key: "vernemq:certificate.keyVaultSecretId",
                rule: "Key Vault certificates are for target aks with source cloud",
                remedy: "remove the keyVault settings",
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
