import * as pulumi from "@pulumi/pulumi";

/** The SDK of Nimbus, a cloud that does not exist. */
export class Cluster extends pulumi.CustomResource {
    declare readonly kubeconfig: pulumi.Output<string>;

    constructor(
        name: string,
        args: {
            readonly name: string;
            readonly region: pulumi.Input<string>;
            readonly version: string;
            readonly network: string;
            readonly labels: Readonly<Record<string, string>>;
        },
        opts?: pulumi.CustomResourceOptions,
    ) {
        super("nimbus:index/cluster:Cluster", name, { ...args, kubeconfig: undefined }, opts);
    }
}

export class NodePool extends pulumi.CustomResource {
    constructor(
        name: string,
        args: {
            readonly clusterId: pulumi.Input<string>;
            readonly size: string;
            readonly count: number;
            readonly nodeLabels: Readonly<Record<string, string>>;
        },
        opts?: pulumi.CustomResourceOptions,
    ) {
        super("nimbus:index/nodePool:NodePool", name, args, opts);
    }
}

export class DnsRecord extends pulumi.CustomResource {
    constructor(
        name: string,
        args: { readonly zone: string; readonly name: string; readonly address: pulumi.Input<string> },
        opts?: pulumi.CustomResourceOptions,
    ) {
        super("nimbus:index/dnsRecord:DnsRecord", name, args, opts);
    }
}
