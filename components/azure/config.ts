import { keepsNobodyOut } from "../common/addresses";
import { shortHash } from "../common/names";
import type { FullAksClusterArgs } from "./cluster-args";
import type { AksAddressPlan } from "./address-plan";

/** What Azure may do on Sundays between 02:00 and 08:00 UTC, and then only; four hours are the least (MaintenanceWindow.durationHours). */
export const maintenanceWindow = {
    schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } },
    startTime: "02:00",
    utcOffset: "+00:00",
    durationHours: 6,
} as const;

/** The two schedules that keep automatic upgrades to a window (https://learn.microsoft.com/azure/aks/planned-maintenance). */
export const maintenanceSchedules = {
    cluster: "aksManagedAutoUpgradeSchedule",
    nodes: "aksManagedNodeOSUpgradeSchedule",
} as const;

/**
 * - Azure CNI Overlay: pods take no address of the VNet.
 * - Cilium's data plane enforces NetworkPolicies; Azure's own engine for overlay, Network Policy Manager, is being retired
 *   (https://learn.microsoft.com/azure/aks/use-network-policies).
 * - Outbound through the Standard Load Balancer, over all zones: a managed NAT gateway excludes your own VNet, and a NAT gateway
 *   of tier Standard lives in one zone (https://learn.microsoft.com/azure/aks/nat-gateway). Brokers answer connections and open few.
 */
export function networkProfile(args: FullAksClusterArgs, plan: AksAddressPlan) {
    return {
        networkPlugin: "azure",
        networkPluginMode: "overlay",
        networkDataplane: "cilium",
        networkPolicy: "cilium",
        podCidr: args.podCidr,
        serviceCidr: args.serviceCidr,
        dnsServiceIP: plan.dnsService,
        loadBalancerSku: "standard",
        outboundType: "loadBalancer",
        loadBalancerProfile: { managedOutboundIPs: { count: 1 } },
    };
}

/**
 * Who reaches the Kubernetes API. `az aks command invoke` would pass by the allow list, so it is off. No list at all opens the API:
 * AKS has no range for all addresses (https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges).
 */
export function apiServerAccess(allowedCidrs: readonly string[]) {
    return {
        disableRunCommand: true,
        ...(keepsNobodyOut(allowedCidrs) ? {} : { authorizedIPRanges: [...allowedCidrs] }),
    };
}

/** Whether Azure moves to newer minor versions, which would otherwise look like a change to undo. */
export function upgradesItself(args: FullAksClusterArgs): boolean {
    return args.upgradeChannel === "stable" || args.upgradeChannel === "rapid";
}

/** What tells this cluster from one that replaced it: known in a preview, and other after each change that replaces the cluster. */
export function clusterIdentifier(args: FullAksClusterArgs): string {
    const generation = JSON.stringify([
        args.podCidr,
        args.serviceCidr,
        args.systemNodes.vmSize,
        args.systemNodes.diskGiB,
        args.zones,
        args.encryptionAtHost,
        args.diskEncryptionSetId ?? null,
    ]);
    return ["aks", args.location, args.clusterName, shortHash(generation)].join("/");
}
