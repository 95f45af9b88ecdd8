import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../common/cluster-handle";
import { Component } from "../common/component";
import type { Transform } from "../common/transform";
import type { EdgeEndpoint } from "../edge/endpoint";
import { edgeService, type EdgeServiceInput, edgeServiceName } from "./service-spec";

export interface ServiceEndpointArgs extends EdgeServiceInput {
    readonly cluster: ClusterHandle;
    /** What has to be there before the Service asks for an address, beside HAProxy. Default: nothing. */
    readonly after?: readonly pulumi.Resource[];
    /** Changes to the Service's arguments; what is set here wins. */
    readonly transform?: { readonly service?: Transform<core.ServiceArgs> };
}

/**
 * The Service before HAProxy where nothing but Kubernetes serves it: a load balancer (MetalLB or what the cluster has), node ports, or
 * a ClusterIP. With exposure cluster-ip it is the same on every target.
 */
export class ServiceEndpoint extends Component implements EdgeEndpoint {
    readonly address: pulumi.Output<string> | undefined;
    readonly addressKind = "ip";
    readonly serviceName = edgeServiceName;

    constructor(name: string, args: ServiceEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:edge:ServiceEntrance", name, opts);
        const wanted = edgeService(args);
        const options = {
            provider: args.cluster.provider,
            dependsOn: [...args.haproxy.ready, ...(args.after ?? [])],
            transform: args.transform?.service,
        };
        const service = this.childWith(options, core.Service, "service", wanted);
        this.address = wanted.spec.type === "LoadBalancer" ? loadBalancerAddress(service) : undefined;
        this.registerOutputs({ address: this.address });
    }
}

/** The address that a load balancer gave to a Service: an IP address, or a name where it has only that. */
export function loadBalancerAddress(service: core.Service): pulumi.Output<string> {
    return service.status.apply(({ loadBalancer }) => {
        const ingress = loadBalancer.ingress[0];
        return ingress?.ip ?? ingress?.hostname ?? "";
    });
}
