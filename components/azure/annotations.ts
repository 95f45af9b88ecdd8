import type * as pulumi from "@pulumi/pulumi";
import type { EdgePlan } from "../edge/plan";

const prefix = "service.beta.kubernetes.io/azure-";

/** An address that is kept ready for a load balancer to take. */
export type AksServiceAddress =
    | {
          readonly kind: "public";
          readonly resourceGroupName: pulumi.Input<string>;
          readonly publicIpName: pulumi.Input<string>;
      }
    | { readonly kind: "internal"; readonly subnetName: pulumi.Input<string>; readonly address: string };

/**
 * What a Service tells AKS about its load balancer (https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/#loadbalancer-annotations).
 * The distribution mode has no annotation: it follows the Service's sessionAffinity. Health probes need none either: with
 * externalTrafficPolicy Local they ask each node's health check port, so that only nodes with a ready HAProxy are sent traffic.
 */
export function aksServiceAnnotations(
    plan: EdgePlan,
    address: AksServiceAddress,
): Record<string, pulumi.Input<string>> {
    const idle = { [`${prefix}load-balancer-tcp-idle-timeout`]: azureIdleMinutes(plan).toString() };
    return address.kind === "public"
        ? {
              ...idle,
              [`${prefix}load-balancer-resource-group`]: address.resourceGroupName,
              [`${prefix}pip-name`]: address.publicIpName,
          }
        : {
              ...idle,
              [`${prefix}load-balancer-internal`]: "true",
              [`${prefix}load-balancer-internal-subnet`]: address.subnetName,
              [`${prefix}load-balancer-ipv4`]: address.address,
          };
}

/** The idle timeout of the plan's load balancer, in minutes. */
export function azureIdleMinutes(plan: EdgePlan): number {
    const seconds = plan.hops.find((hop) => hop.kind === "azure-load-balancer")?.idleTimeoutSeconds;
    if (seconds === undefined || seconds === null) {
        throw new Error("this edge plan has no Azure load balancer");
    }
    return seconds / 60;
}

/**
 * Zones of an address: one, or all three, which makes it zone-redundant; there is nothing between
 * (https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses#availability-zone).
 */
export function addressZones(nodeZones: readonly string[]): string[] {
    return nodeZones.length > 1 ? ["1", "2", "3"] : [...nodeZones];
}

/** Zones as Azure takes them: a location without zones takes no empty list either. */
export function zoneList(zones: readonly string[]): string[] | undefined {
    return zones.length === 0 ? undefined : [...zones];
}
