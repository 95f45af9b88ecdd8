import * as compute from "@pulumi/gcp/compute";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import type { GoogleNetworkContext } from "./network-context";
import type { ClusterHandle } from "../common/cluster-handle";
import type { EdgeEndpoint } from "../edge/endpoint";
import type { HaproxyTier } from "../edge/haproxy/tier";
import type { EdgePlan } from "../edge/plan";
import { edgeService, edgeServiceName } from "../kubernetes/service-spec";

export interface GooglePassthroughLoadBalancerArgs {
    readonly cluster: ClusterHandle<GoogleNetworkContext>;
    readonly plan: EdgePlan;
    readonly haproxy: HaproxyTier;
    /** Labels in Google's own alphabet. */
    readonly labels: Readonly<Record<string, string>>;
}

/**
 * Google's passthrough Network Load Balancer before HAProxy, external or internal: it hands packets on as they come, so the client's
 * address stays. GKE makes it for a Service; its address is ours, so that it outlives the Service and is known beforehand.
 */
export class GooglePassthroughLoadBalancer extends Component implements EdgeEndpoint {
    readonly address: pulumi.Output<string>;
    readonly addressKind = "ip";
    readonly serviceName = edgeServiceName;

    constructor(name: string, args: GooglePassthroughLoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:edge:GooglePassthroughLoadBalancer", name, opts);
        const { cluster, plan, haproxy } = args;
        const internal = plan.exposure === "internal";
        const address = this.child(compute.Address, "address", {
            region: cluster.network.region,
            ...(internal
                ? { addressType: "INTERNAL", subnetwork: cluster.network.subnetworkId }
                : { addressType: "EXTERNAL", networkTier: "PREMIUM" }),
            labels: args.labels,
        });
        const annotations = {
            ...(internal ? internalAnnotation : externalAnnotation),
            "networking.gke.io/load-balancer-ip-addresses": address.name,
        };
        const options = { provider: cluster.provider, dependsOn: [...haproxy.ready] };
        this.childWith(options, core.Service, "service", edgeService({ plan, haproxy, annotations }));
        this.address = address.address;
        this.registerOutputs({ address: this.address });
    }
}

/** The kind with a backend service, which alone can be given `sessionAffinity` and an address by name (https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer). */
const externalAnnotation = { "cloud.google.com/l4-rbs": "enabled" };

/** https://cloud.google.com/kubernetes-engine/docs/how-to/internal-load-balancing */
const internalAnnotation = { "networking.gke.io/load-balancer-type": "Internal" };
