import { getLoadBalancerOutput } from "@pulumi/digitalocean/getLoadBalancer";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../common/cluster-handle";
import { Component } from "../common/component";
import type { EdgeEndpoint } from "../edge/endpoint";
import type { HaproxyTier } from "../edge/haproxy/tier";
import { type EdgePlan, hasHop } from "../edge/plan";
import { doksAnnotations, type DoksAnnotationsInput, fixedAnnotations } from "./annotations";
import { loadBalancerAddress } from "../kubernetes/load-balancer";
import { edgeService, edgeServiceName } from "../kubernetes/service-spec";

export interface DigitalOceanEndpointArgs extends DoksAnnotationsInput {
    readonly cluster: ClusterHandle;
    readonly plan: EdgePlan;
    readonly haproxy: HaproxyTier;
}

/**
 * DigitalOcean's load balancer before HAProxy, by way of a Service: a load balancer made through the API cannot serve a DOKS cluster.
 * Only nodes with an HAProxy get connections (externalTrafficPolicy Local): the network kind needs it to keep the client's address, and
 * with the regional kind, which carries it in a PROXY header, it saves a hop and the ports of a translated address.
 */
export class DigitalOceanEndpoint extends Component implements EdgeEndpoint {
    readonly address: pulumi.Output<string>;
    readonly addressKind = "ip";
    readonly serviceName = edgeServiceName;

    constructor(name: string, args: DigitalOceanEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:edge:DigitalOceanEntrance", name, opts);
        const options = {
            provider: args.cluster.provider,
            dependsOn: [...args.haproxy.ready],
            replaceOnChanges: fixedAnnotations.map((annotation) => `metadata.annotations["${annotation}"]`),
            deleteBeforeReplace: true,
        };
        const wanted = edgeService({ ...args, annotations: doksAnnotations(args) });
        const service = this.childWith(options, core.Service, "service", wanted);
        // A regional load balancer's Service shows the host in place of the address, so DigitalOcean is asked for it.
        this.address = hasHop(args.plan, "digitalocean-regional")
            ? getLoadBalancerOutput({ name: args.loadBalancerName }, { parent: this, dependsOn: [service] }).ip
            : loadBalancerAddress(service);
        this.registerOutputs({ address: this.address });
    }
}
