import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../../common/cluster-handle";
import type { DnsPermission } from "./dns-permission";
import { controllerAccount } from "./cert-manager";
import type { IssuerReference } from "./certificate";
import { Component } from "../../common/component";

/** Let's Encrypt's directories (https://letsencrypt.org/docs/acme-protocol-updates/, https://letsencrypt.org/docs/staging-environment/). */
export const letsEncrypt = {
    production: "https://acme-v02.api.letsencrypt.org/directory",
    staging: "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;

export interface AcmeIssuerArgs {
    readonly cluster: ClusterHandle;
    /** The broker's namespace. */
    readonly namespace: pulumi.Input<string>;
    /** URL of the ACME server's directory. */
    readonly server: string;
    /** Address that the server may write to. Default: none. */
    readonly email?: string;
    /** Binds the account to one that exists at the server's operator (RFC 8555 section 7.3.4). Default: none; some servers require it. */
    readonly externalAccount?: { readonly keyId: string; readonly hmacKey: pulumi.Input<string> };
    /** Authorities that the server's own certificate is checked with, in PEM form. Default: those of cert-manager's image. */
    readonly caPem?: string;
    /** Names that the issuer proves; it is of no use for others. */
    readonly hosts: readonly string[];
    readonly permission: DnsPermission;
    /** What has to be there before: cert-manager, where this program installs it. */
    readonly after: readonly pulumi.Resource[];
}

/** Name of the issuer in the cluster. */
export const acmeIssuerName = "vernemq-edge-acme";

/** Seconds for the server to register the account. */
const registrationSeconds = 300;

/**
 * An issuer of an ACME server. Where cert-manager acts with an identity of the cloud it is a ClusterIssuer, because cert-manager lets no
 * other use that (https://cert-manager.io/docs/configuration/acme/dns01/route53/#ambient-credentials); with its own credentials it is an
 * Issuer, whose Secrets stay in the broker's namespace.
 */
export class AcmeIssuer extends Component {
    readonly issuer: IssuerReference;
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: AcmeIssuerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:certificate:AcmeIssuer", name, opts);
        const { access } = args.permission;
        const kind = access.kind === "identity" ? "ClusterIssuer" : "Issuer";
        const namespace = kind === "Issuer" ? args.namespace : controllerAccount.namespace;
        const inCluster = { provider: args.cluster.provider, dependsOn: [...args.after] };
        const secret = (suffix: string, stringData: Readonly<Record<string, pulumi.Input<string>>>) =>
            this.childWith(inCluster, core.Secret, suffix, {
                metadata: { name: `${acmeIssuerName}-${suffix}`, namespace },
                stringData: pulumi.secret(stringData),
            });
        const secrets = [
            ...(access.kind === "credentials" ? [secret("dns", access.data)] : []),
            ...(args.externalAccount === undefined ? [] : [secret("account", { hmac: args.externalAccount.hmacKey })]),
        ];
        const options = { ...inCluster, dependsOn: [...args.after, ...secrets] };
        const issuer = this.childWith(options, CustomResource, "issuer", {
            apiVersion: "cert-manager.io/v1",
            kind,
            metadata: {
                name: acmeIssuerName,
                namespace: kind === "Issuer" ? namespace : undefined,
                annotations: {
                    "pulumi.com/waitFor": "condition=Ready",
                    "pulumi.com/timeoutSeconds": registrationSeconds.toString(),
                },
            },
            spec: { acme: acmeSpec(args) },
        });
        this.issuer = { kind, name: issuer.metadata.name };
        this.ready = [issuer];
        this.registerOutputs({});
    }
}

function acmeSpec({ server, email, externalAccount, caPem, hosts, permission }: AcmeIssuerArgs): object {
    return {
        server,
        email,
        ...(caPem === undefined ? {} : { caBundle: Buffer.from(caPem).toString("base64") }),
        ...(externalAccount === undefined
            ? {}
            : {
                  externalAccountBinding: {
                      keyID: externalAccount.keyId,
                      keySecretRef: { name: `${acmeIssuerName}-account`, key: "hmac" },
                  },
              }),
        // cert-manager creates the account's key and keeps it here; it is the account's only proof.
        privateKeySecretRef: { name: `${acmeIssuerName}-account-key` },
        solvers: [{ selector: { dnsNames: [...hosts] }, dns01: permission.dns01(`${acmeIssuerName}-dns`) }],
    };
}
