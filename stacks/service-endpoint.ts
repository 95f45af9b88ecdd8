import type { EdgeEndpoint } from "../components/edge/endpoint";
import { hasOwnEntrance } from "../components/edge/plan";
import type { HaproxyTier } from "../components/edge/haproxy/tier";
import { ServiceEntrance, type ServiceEntranceArgs } from "../components/kubernetes/load-balancer";

/** HAProxy's Service as what clients connect to, where no load balancer of the target's own stands before it; undefined where the edge has no listeners of its own. */
export function serviceEndpoint(
    args: Omit<ServiceEntranceArgs, "haproxy"> & { readonly haproxy: HaproxyTier | undefined },
): EdgeEndpoint | undefined {
    const { haproxy, plan } = args;
    return haproxy === undefined || !hasOwnEntrance(plan)
        ? undefined
        : new ServiceEntrance("vernemq-edge", { ...args, haproxy });
}
