import type { Problem } from "../../components/common/problem";
import type { CertificateSource } from "../../components/edge/plan";
import { targetOf } from "../targets/registry";
import type { ParsedGroups, UsedCertificate } from "./settings";

/** The certificate of the source that the edge's planner came to, or the setting that it lacks. */
export function usedCertificate(groups: ParsedGroups, source: CertificateSource | null): UsedCertificate | Problem {
    const { pem, issuer } = groups.certificate;
    switch (source) {
        case "pem":
            return pem === undefined ? lacks(source, "pem") : { source, pem };
        case "cert-manager":
            return issuer === undefined ? lacks(source, "issuer") : { source, issuer };
        case "acme":
            return validated(groups, source, "an ACME server issues a certificate");
        case "cloud":
            return cloudCertificate(groups);
        case "private-ca":
        case "self-signed":
            return { source };
        case null:
            return { source: "none" };
    }
}

function lacks(source: CertificateSource, part: string): Problem {
    const key = `vernemq:certificate.${part}`;
    return { key, rule: `source ${source} needs it`, remedy: `set ${key}` };
}

function validated({ dns }: ParsedGroups, source: "acme" | "dns-validated", issued: string): UsedCertificate | Problem {
    return dns === undefined
        ? {
              key: "vernemq:dns.zone",
              rule: `${issued} only after a record in the host's DNS zone proves that it is yours`,
              remedy: "set it to the zone of vernemq:edge.host, or use another vernemq:certificate.source",
          }
        : { source, dns };
}

function cloudCertificate(groups: ParsedGroups): UsedCertificate | Problem {
    const { keyVaultSecretId: secretId, keyVaultResourceId: vaultId } = groups.certificate;
    const kind = targetOf(groups.target).cloudCertificate;
    if (kind === "dns-validated") {
        return validated(groups, kind, "the cloud issues the certificate");
    }
    if (secretId !== undefined && vaultId !== undefined) {
        return { source: "key-vault", secretId, vaultId };
    }
    // Where there is neither, the planner says so, as it does where a target's load balancers serve no certificate.
    return secretId === vaultId
        ? { source: "none" }
        : {
              key: "vernemq:certificate.keyVaultResourceId",
              rule: "the gateway needs both the certificate and the right to read its vault",
              remedy: "set keyVaultSecretId and keyVaultResourceId",
          };
}
