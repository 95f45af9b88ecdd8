import type { EdgeEndpoint } from "../components/edge/endpoint";
import { hasListeners } from "../components/edge/plan";
import type { HaproxyTier } from "../components/edge/haproxy/tier";
import { ServiceEndpoint, type ServiceEndpointArgs } from "../components/kubernetes/load-balancer";

/** HAProxy's Service as what clients connect to, where no load balancer of the target's own stands before it; undefined where the edge has no listeners. */
export function serviceEndpoint(
    args: Omit<ServiceEndpointArgs, "haproxy"> & { readonly haproxy: HaproxyTier | undefined },
): EdgeEndpoint | undefined {
    const { haproxy, plan } = args;
    return haproxy === undefined || !hasListeners(plan)
        ? undefined
        : new ServiceEndpoint("vernemq-edge", { ...args, haproxy });
}
