import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { CertRequest } from "@pulumi/tls/certRequest";
import { LocallySignedCert } from "@pulumi/tls/locallySignedCert";
import { PrivateKey } from "@pulumi/tls/privateKey";
import { SelfSignedCert } from "@pulumi/tls/selfSignedCert";
import { selfSignedDays } from "./defaults";
import type { PemPair } from "../common/server-certificate";

export interface SelfSignedCertificateArgs {
    /** Host name that the certificate is issued for. */
    readonly host: string;
    /** Further names. Default: none. */
    readonly otherHosts?: readonly string[];
    /**
     * Days that it is valid. It is renewed in the last third of them.
     *
     * @default 90
     */
    readonly validityDays?: number;
}

/** Days that the CA is valid, ten years: devices carry it, so it outlives many server certificates. */
const authorityDays = 3650;

/** Longest common name (RFC 5280, appendix A.1, ub-common-name). Clients go by the alternative name, so a longer host has none. */
const longestCommonName = 64;

/** A dedicated CA and a server certificate that it signs: for development, because every client has to be given the CA. */
export class SelfSignedCertificate extends Component implements PemPair {
    readonly certificatePem: pulumi.Output<string>;
    readonly privateKeyPem: pulumi.Output<string>;
    readonly caPem: pulumi.Output<string>;
    readonly endsAt: pulumi.Output<string>;

    constructor(name: string, args: SelfSignedCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:certificate:SelfSignedCertificate", name, opts);
        const validityHours = (args.validityDays ?? selfSignedDays) * 24;
        const authorityKey = this.child(PrivateKey, "ca-key", ecdsa);
        const authority = this.child(SelfSignedCert, "ca", {
            privateKeyPem: authorityKey.privateKeyPem,
            isCaCertificate: true,
            subject: { commonName: "VerneMQ edge CA" },
            setSubjectKeyId: true,
            validityPeriodHours: authorityDays * 24,
            allowedUses: ["cert_signing", "crl_signing"],
        });
        const serverKey = this.child(PrivateKey, "server-key", ecdsa);
        const request = this.child(CertRequest, "server-request", {
            privateKeyPem: serverKey.privateKeyPem,
            subject: args.host.length > longestCommonName ? undefined : { commonName: args.host },
            dnsNames: [args.host, ...(args.otherHosts ?? [])],
        });
        const server = this.child(LocallySignedCert, "server", {
            certRequestPem: request.certRequestPem,
            caPrivateKeyPem: authorityKey.privateKeyPem,
            caCertPem: authority.certPem,
            setSubjectKeyId: true,
            validityPeriodHours: validityHours,
            earlyRenewalHours: Math.floor(validityHours / 3),
            allowedUses: ["digital_signature", "server_auth"],
        });
        this.certificatePem = server.certPem;
        this.privateKeyPem = pulumi.secret(serverKey.privateKeyPem);
        this.caPem = authority.certPem;
        this.endsAt = server.validityEndTime;
        this.registerOutputs({ caPem: this.caPem });
    }
}

/** P-256: small, quick to sign with, and known to every TLS 1.2 client. */
const ecdsa = { algorithm: "ECDSA", ecdsaCurve: "P256" } as const;
