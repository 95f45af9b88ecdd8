import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../common/cluster-handle";
import { Component } from "../common/component";
import type { Transform } from "../common/transform";
import { certificateSecretName, type ClusterCertificate, type PemPair } from "../common/server-certificate";

export interface PemSecretArgs {
    readonly cluster: ClusterHandle;
    /** The broker's namespace, where HAProxy reads the Secret. */
    readonly namespace: pulumi.Input<string>;
    readonly pem: PemPair;
    /** Name of the Secret. Default: that of the stack's certificate. */
    readonly secretName?: string;
    /** Changes to what is created; what is set here wins. */
    readonly transform?: { readonly certificateSecret?: Transform<core.SecretArgs> };
}

/** A certificate and its key as a Secret in the cluster, for HAProxy. */
export class PemSecret extends Component implements ClusterCertificate {
    readonly kind = "cluster";
    readonly secretName: pulumi.Output<string>;
    readonly caPem: pulumi.Output<string> | undefined;
    readonly endsAt?: pulumi.Output<string>;

    constructor(name: string, args: PemSecretArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:certificate:PemSecret", name, opts);
        const options = { provider: args.cluster.provider, transform: args.transform?.certificateSecret };
        const secret = this.childWith(options, core.Secret, "secret", {
            metadata: { name: args.secretName ?? certificateSecretName, namespace: args.namespace },
            type: "kubernetes.io/tls",
            stringData: { "tls.crt": args.pem.certificatePem, "tls.key": pulumi.secret(args.pem.privateKeyPem) },
        });
        this.secretName = secret.metadata.name;
        this.caPem = args.pem.caPem;
        this.endsAt = args.pem.endsAt;
        this.registerOutputs({ secretName: this.secretName });
    }
}
