import * as networking from "@pulumi/kubernetes/networking/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../common/cluster-handle";
import { Component } from "../common/component";
import type { Transform } from "../common/transform";
import { type BrokerNetwork, networkPolicySpec } from "./network-rules";

export interface BrokerNetworkPolicyArgs extends BrokerNetwork {
    readonly cluster: ClusterHandle;
    readonly namespace: pulumi.Input<string>;
    /** Changes to what is created; what is set here wins. */
    readonly transform?: { readonly brokerNetworkPolicy?: Transform<networking.NetworkPolicyArgs> };
}

/**
 * Who may talk to the brokers, and whom they may talk to. Beside the Erlang cookie it guards the ports over which brokers run each
 * other's code, and it keeps PROXY headers from being forged. It works where the cluster's network plugin enforces NetworkPolicies.
 */
export class BrokerNetworkPolicy extends Component {
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: BrokerNetworkPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:broker:BrokerNetworkPolicy", name, opts);
        const options = { provider: args.cluster.provider, transform: args.transform?.brokerNetworkPolicy };
        const policy = this.childWith(options, networking.NetworkPolicy, "policy", {
            metadata: { name: "vernemq", namespace: args.namespace },
            spec: networkPolicySpec(args),
        });
        this.ready = [policy];
        this.registerOutputs({});
    }
}
