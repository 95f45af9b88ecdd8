import { loadBalancerNodes } from "./defaults";
import { type EdgePlan, hasHop } from "../edge/plan";

const prefix = "service.beta.kubernetes.io/do-loadbalancer-";

export const annotationNames = {
    hostname: `${prefix}hostname`,
    name: `${prefix}name`,
    network: `${prefix}network`,
    protocol: `${prefix}protocol`,
    proxyProtocol: `${prefix}enable-proxy-protocol`,
    sizeUnit: `${prefix}size-unit`,
    type: `${prefix}type`,
} as const;

export interface DoksAnnotationsInput {
    readonly plan: EdgePlan;
    /** Name of the load balancer, unique in the account. */
    readonly loadBalancerName: string;
    /**
     * Nodes of the load balancer. Each node of a regional one takes 10,000 connections.
     *
     * @default 2
     */
    readonly nodes?: number;
    /** The name that devices dial. */
    readonly host: string;
}

/**
 * How DigitalOcean's cloud controller manager is told what load balancer to make
 * (https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/v0.1.68/docs/controllers/services/annotations.md).
 * Values are texts. Health checks are left to the controller: with externalTrafficPolicy Local it asks each node's health check port
 * whether an HAProxy runs there, without PROXY header (do/loadbalancers.go, buildHealthCheck). There is no idle timeout to set: the one
 * annotation for it concerns HTTP.
 */
export function doksAnnotations(input: DoksAnnotationsInput): Record<string, string> {
    const isRegional = hasHop(input.plan, "digitalocean-regional");
    return {
        [annotationNames.name]: input.loadBalancerName,
        [annotationNames.network]: input.plan.exposure === "internal" ? "INTERNAL" : "EXTERNAL",
        [annotationNames.protocol]: "tcp",
        [annotationNames.sizeUnit]: (input.nodes ?? loadBalancerNodes).toString(),
        // The controller's own default has changed before and can be changed by DigitalOcean.
        [annotationNames.type]: isRegional ? "REGIONAL" : "REGIONAL_NETWORK",
        ...(isRegional
            ? {
                  [annotationNames.proxyProtocol]: "true",
                  // Kubernetes leads pods that dial the load balancer's address straight to HAProxy, which would miss the PROXY header;
                  // a name in its place makes them take the way through the load balancer (annotations.md, do-loadbalancer-hostname).
                  [annotationNames.hostname]: input.host,
              }
            : {}),
    };
}

/** What a load balancer cannot change: a Service that changes it has to be recreated (openapi, load_balancer_base.yml; for the type assumed). */
export const fixedAnnotations = [annotationNames.network, annotationNames.type] as const;
