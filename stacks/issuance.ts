import * as pulumi from "@pulumi/pulumi";
import type { Broker } from "../components/broker/broker";
import type { ClusterHandle } from "../components/common/cluster-handle";
import type { Secret } from "../components/common/secret";
import type { ClusterCertificate } from "../components/common/server-certificate";
import { AcmeIssuer, acmeIssuerName, letsEncrypt } from "../components/kubernetes/cert-manager/acme-issuer";
import { CertManager } from "../components/kubernetes/cert-manager/cert-manager";
import { CertManagerCertificate, type IssuerReference } from "../components/kubernetes/cert-manager/certificate";
import type { DnsPermission } from "../components/kubernetes/cert-manager/dns-permission";
import { givenCredentials, type GivenZone } from "../components/kubernetes/cert-manager/given-credentials";
import { caIssuerName, PrivateCa } from "../components/kubernetes/cert-manager/private-ca";
import type { CertManagerSubject } from "../components/observability/subjects";
import type { DnsSettings } from "./settings/schema/edge";
import type { Settings } from "./settings/settings";
import { imageSources } from "./sources";
import type { Deployment } from "./targets/target";

/** What certificates that cert-manager issues and renews follow from: of an ACME server, of the stack's own CA, or of an issuer that is there already. */
export interface Issuance {
    readonly settings: Settings;
    readonly cluster: ClusterHandle;
    readonly broker: Broker;
    /** All names that certificates are issued for. */
    readonly hosts: readonly string[];
    /** How cert-manager's pods write to the DNS zone with an identity of the target's cloud; null where it has none. */
    readonly permission: Deployment["dnsPermission"];
}

/** What issues the stack's certificates. */
export interface CertificateIssuer {
    /** Has a certificate issued for these names. The Secret has the name that is given, or that of the stack's certificate. */
    readonly issue: (name: string, hosts: readonly string[], secretName?: string) => ClusterCertificate;
    /** What monitoring goes by, where the program creates the issuer. */
    readonly subject: Pick<CertManagerSubject, "issuer" | "acmeHost">;
}

/** Creates the issuer of the stack's certificates, or takes the one that the user names; undefined where they come from elsewhere. */
export function certificateIssuer(issuance: Issuance): CertificateIssuer | undefined {
    const { usedCertificate: used } = issuance.settings;
    switch (used.source) {
        case "acme":
            return acmeIssuer(issuance, used.dns);
        case "private-ca":
            return privateIssuer(issuance);
        case "cert-manager":
            return { issue: issueBy(used.issuer, issuance), subject: {} };
        default:
            return undefined;
    }
}

function issueBy(
    issuer: IssuerReference,
    { settings, cluster, broker }: Issuance,
    rest: { readonly after?: readonly pulumi.Resource[]; readonly caPem?: pulumi.Output<string> } = {},
): CertificateIssuer["issue"] {
    return (name, [host = "", ...otherHosts], secretName) =>
        new CertManagerCertificate(name, {
            cluster,
            namespace: broker.namespace,
            host,
            otherHosts,
            issuer,
            secretName,
            key: settings.certificate.keyType,
            ...rest,
        });
}

function acmeIssuer(issuance: Issuance, dns: DnsSettings): CertificateIssuer {
    const { settings, cluster, broker, hosts } = issuance;
    const { acme } = settings.certificate;
    const given = givenZone(settings);
    const permission = given === undefined ? issuance.permission?.(dns, hosts) : givenCredentials(given);
    // No type ties a target's record, by which the rules ask for credentials, to what it creates.
    if (permission === undefined) {
        throw new Error("nothing may write to the DNS zone");
    }
    const installed = certManager(issuance, permission);
    const server = acme.server ?? (acme.staging ? letsEncrypt.staging : letsEncrypt.production);
    const { issuer, ready } = new AcmeIssuer("vernemq-issuer", {
        cluster,
        namespace: broker.namespace,
        server,
        email: acme.email,
        externalAccount: acme.externalAccount && {
            ...acme.externalAccount,
            hmacKey: hidden(acme.externalAccount.hmacKey),
        },
        caPem: acme.ca,
        hosts,
        permission,
        after: installed?.ready ?? [],
    });
    return {
        issue: issueBy(issuer, issuance, { after: ready }),
        subject: { issuer: { kind: issuer.kind, name: acmeIssuerName }, acmeHost: new URL(server).host },
    };
}

function privateIssuer(issuance: Issuance): CertificateIssuer {
    const { settings, cluster, broker } = issuance;
    const installed = certManager(issuance);
    const { generation, next } = settings.certificate.privateCa;
    const authority = new PrivateCa("vernemq-ca", {
        cluster,
        namespace: broker.namespace,
        commonName: `VerneMQ ${settings.stack} CA`,
        // What signs for clients that know RSA alone is RSA too; the others know both.
        key: settings.certificate.keyType === "ecdsa" ? "ecdsa" : "rsa",
        generation,
        next,
        after: installed?.ready ?? [],
    });
    return {
        issue: issueBy(authority.issuer, issuance, { after: authority.ready, caPem: authority.caPem }),
        subject: { issuer: { kind: authority.issuer.kind, name: caIssuerName(generation) } },
    };
}

function certManager({ settings, cluster }: Issuance, permission?: DnsPermission): CertManager | undefined {
    return settings.certificate.certManager === "existing"
        ? undefined
        : new CertManager("vernemq-cert-manager", {
              cluster,
              images: imageSources(settings),
              chartSource: settings.sources.charts.certManager,
              identity: permission?.access.kind === "identity" ? permission.access.identity : undefined,
          });
}

/** The DNS zone with the credentials that the user gives for it; undefined where there are none. */
export function givenZone({ dns }: Pick<Settings, "dns">): GivenZone | undefined {
    if (dns === undefined) {
        return undefined;
    }
    const { zone, route53, cloudDns, azureDns, digitalocean } = dns;
    if (route53 !== undefined) {
        return { ...route53, service: "route53", zone, secretAccessKey: hidden(route53.secretAccessKey) };
    }
    if (cloudDns !== undefined) {
        return { ...cloudDns, service: "cloudDns", zone, serviceAccountKey: hidden(cloudDns.serviceAccountKey) };
    }
    if (azureDns !== undefined) {
        return { ...azureDns, service: "azureDns", zone, clientSecret: hidden(azureDns.clientSecret) };
    }
    return digitalocean && { service: "digitalocean", zone, token: hidden(digitalocean.token) };
}

function hidden(secret: Secret): pulumi.Output<string> {
    return pulumi.secret(secret.reveal());
}
