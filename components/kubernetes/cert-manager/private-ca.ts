import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { PrivateKey } from "@pulumi/tls/privateKey";
import { SelfSignedCert } from "@pulumi/tls/selfSignedCert";
import type { ClusterHandle } from "../../common/cluster-handle";
import type { CertificateKey } from "../../common/server-certificate";
import type { IssuerReference } from "./certificate";
import { Component } from "../../common/component";

export interface PrivateCaArgs {
    readonly cluster: ClusterHandle;
    /** The broker's namespace. */
    readonly namespace: pulumi.Input<string>;
    /** Name of the CA; its generation is added to it. */
    readonly commonName: string;
    /** Key of the CA. Devices that know only RSA need a CA that signs with it. */
    readonly key: CertificateKey;
    /** The CA that signs: 1 for the first one that a stack has, 2 for the one after it, and so on. */
    readonly generation: number;
    /** The CA that comes next: devices are told to trust it while this one still signs. Default: none. */
    readonly next?: number;
    /** What has to be there before: cert-manager, where this program installs it. */
    readonly after: readonly pulumi.Resource[];
}

/** Name of the issuer of a CA in the cluster, and of the Secret that it signs with. */
export function caIssuerName(generation: number): string {
    return `vernemq-edge-ca-${generation}`;
}

/** Days that a CA is valid, ten years: devices carry it, and it is exchanged by hand. */
const validityDays = 3650;

const keys = {
    ecdsa: { algorithm: "ECDSA", ecdsaCurve: "P256" },
    // NIST SP 800-57 part 1, table 2: 2,048 bits are acceptable until 2030, 3,072 beyond.
    rsa: { algorithm: "RSA", rsaBits: 3072 },
} as const;

/**
 * A CA of the stack, for devices that trust no other. Its key is in the stack's state, encrypted, and in a Secret from which cert-manager
 * signs. A CA that is about to leave has an issuer as well as the next one, so that neither signs for the other.
 */
export class PrivateCa extends Component {
    /** The issuer of the CA that signs. */
    readonly issuer: IssuerReference;
    /** What devices are to trust, in PEM form: the CA that signs, and the next one. */
    readonly caPem: pulumi.Output<string>;
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: PrivateCaArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:certificate:PrivateCa", name, opts);
        const current = this.#authority(name, args, args.generation);
        const others = args.next === undefined ? [] : [this.#authority(name, args, args.next)];
        this.issuer = { kind: "Issuer", name: current.issuer.metadata.name };
        this.caPem = pulumi
            .all([current, ...others].map(({ certificate }) => certificate.certPem))
            .apply((certificates) => certificates.map((certificate) => `${certificate.trim()}\n`).join(""));
        this.ready = [current.issuer];
        this.registerOutputs({ caPem: this.caPem });
    }

    #authority(name: string, args: PrivateCaArgs, generation: number) {
        const { cluster, namespace, key } = args;
        const suffix = generation.toString();
        // The one that leaves is not protected, or the second update could not remove it.
        const isProtected = generation === (args.next ?? args.generation);
        const inStack = { parent: this, protect: isProtected };
        const privateKey = new PrivateKey(`${name}-key-${suffix}`, keys[key], inStack);
        const certificate = this.childWith(inStack, SelfSignedCert, `ca-${suffix}`, {
            privateKeyPem: privateKey.privateKeyPem,
            isCaCertificate: true,
            subject: { commonName: `${args.commonName} ${suffix}` },
            setSubjectKeyId: true,
            validityPeriodHours: validityDays * 24,
            allowedUses: ["cert_signing", "crl_signing"],
        });
        const inCluster = { parent: this, provider: cluster.provider };
        const secret = this.childWith(inCluster, core.Secret, `secret-${suffix}`, {
            metadata: { name: caIssuerName(generation), namespace },
            type: "kubernetes.io/tls",
            // Apart from the key, which is secret: output `ca` shows the certificate.
            data: { "tls.crt": certificate.certPem.apply((pem) => Buffer.from(pem).toString("base64")) },
            stringData: { "tls.key": pulumi.secret(privateKey.privateKeyPem) },
        });
        const options = { ...inCluster, dependsOn: [...args.after] };
        const issuer = this.childWith(options, CustomResource, `issuer-${suffix}`, {
            apiVersion: "cert-manager.io/v1",
            kind: "Issuer",
            metadata: {
                name: caIssuerName(generation),
                namespace,
                annotations: { "pulumi.com/waitFor": "condition=Ready" },
            },
            spec: { ca: { secretName: secret.metadata.name } },
        });
        return { certificate, issuer };
    }
}
