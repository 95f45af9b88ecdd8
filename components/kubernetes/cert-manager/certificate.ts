import { CustomResource, type CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../../common/cluster-handle";
import { Component } from "../../common/component";
import { type Transform, transformed } from "../../common/transform";
import {
    type CertificateKey,
    type ClusterCertificate,
    certificateSecretName,
    type KeyType,
    rsaSecretOf,
} from "../../common/server-certificate";

/** An issuer of cert-manager. */
export interface IssuerReference {
    readonly name: pulumi.Input<string>;
    readonly kind: "Issuer" | "ClusterIssuer";
}

export interface CertManagerCertificateArgs {
    readonly cluster: ClusterHandle;
    /** The broker's namespace, where HAProxy reads the Secret. */
    readonly namespace: pulumi.Input<string>;
    /** Host name that the certificate is issued for. */
    readonly host: string;
    /** Further names. Default: none. */
    readonly otherHosts?: readonly string[];
    readonly issuer: IssuerReference;
    /** Name of the Secret. Default: that of the stack's certificate. */
    readonly secretName?: string;
    /** With `both` there is a second certificate, for clients that know RSA alone. Default: ecdsa. */
    readonly key?: KeyType;
    /** What has to be there before: the issuer, where this program creates it. Default: nothing. */
    readonly after?: readonly pulumi.Resource[];
    /** The CA to trust, where it is ours. Default: none; clients know it. */
    readonly caPem?: pulumi.Output<string>;
    /** Changes to what is created; what is set here wins. */
    readonly transform?: { readonly certificate?: Transform<CertificateResourceArgs> };
}

/** The Certificate as an object of Kubernetes. */
export interface CertificateResourceArgs extends CustomResourceArgs {
    readonly spec: Readonly<Record<string, unknown>>;
}

/** Seconds that an issuer may take: one that proves the domain by DNS waits for the record to spread. */
const issueTimeoutSeconds = 900;

/** P-256: small, quick to sign with, and known to every TLS 1.2 client that is not RSA only. RSA: what every CA and client takes. */
const privateKeys: Readonly<Record<CertificateKey, object>> = {
    ecdsa: { algorithm: "ECDSA", size: 256 },
    rsa: { algorithm: "RSA", size: 2048 },
};

/** A certificate that cert-manager gets and renews: it keeps certificate and key in a Secret that HAProxy reads. */
export class CertManagerCertificate extends Component implements ClusterCertificate {
    readonly kind = "cluster";
    readonly secretName: pulumi.Output<string>;
    readonly rsaSecretName?: pulumi.Output<string>;
    readonly caPem: pulumi.Output<string> | undefined;

    constructor(name: string, args: CertManagerCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:certificate:CertManagerCertificate", name, opts);
        const { key = "ecdsa", secretName = certificateSecretName } = args;
        const certificate = this.#certificate("certificate", args, secretName, key === "both" ? "ecdsa" : key);
        // The Secret has the Certificate's own name, so what reads it depends on the Certificate.
        this.secretName = certificate.metadata.name;
        if (key === "both") {
            const rsa = this.#certificate("certificate-rsa", args, rsaSecretOf(secretName), "rsa");
            this.rsaSecretName = rsa.metadata.name;
        }
        this.caPem = args.caPem;
        this.registerOutputs({ secretName: this.secretName });
    }

    #certificate(
        suffix: string,
        args: CertManagerCertificateArgs,
        secretName: string,
        key: CertificateKey,
    ): CustomResource {
        const resource: CertificateResourceArgs = {
            apiVersion: "cert-manager.io/v1",
            kind: "Certificate",
            metadata: {
                name: secretName,
                namespace: args.namespace,
                annotations: {
                    // The Secret is there once the certificate is ready, and not before: HAProxy's pods mount it.
                    "pulumi.com/waitFor": "condition=Ready",
                    "pulumi.com/timeoutSeconds": issueTimeoutSeconds.toString(),
                },
            },
            spec: {
                secretName,
                dnsNames: [args.host, ...(args.otherHosts ?? [])],
                issuerRef: { group: "cert-manager.io", kind: args.issuer.kind, name: args.issuer.name },
                // A new key with each renewal.
                privateKey: { ...privateKeys[key], rotationPolicy: "Always" },
                usages: ["digital signature", "server auth"],
            },
        };
        const options = { provider: args.cluster.provider, dependsOn: args.after && [...args.after] };
        return this.childWith(options, CustomResource, suffix, transformed(resource, args.transform?.certificate));
    }
}
