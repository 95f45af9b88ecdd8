import { zoneList } from "./annotations";
import type { AgentPoolArgs } from "@pulumi/azure-native/containerservice";
import type * as pulumi from "@pulumi/pulumi";
import type { Origin } from "../common/catalog";
import { shortHash } from "../common/names";
import { dedicatedNodes } from "../common/cluster-handle";
import { maxPods } from "./limits";

/** What the nodes are. */
export interface AksNodes {
    /** Minor version of Kubernetes. */
    readonly version: string;
    /** Availability zones: `1`, `2`, `3`. */
    readonly zones: readonly string[];
    readonly systemNodes: { readonly vmSize: string; readonly count: number; readonly diskGiB: number };
    readonly brokerNodes: { readonly vmSize: string; readonly count: number; readonly diskGiB: number };
    /** Encrypt temporary disks and caches on the hosts too. */
    readonly encryptionAtHost: boolean;
    readonly tags: Readonly<Record<string, string>>;
}

/** What AKS refuses to change in a pool that is there: the API answers PropertyChangeNotAllowed. */
export const createOnlyOfPools: Origin & { readonly properties: readonly string[] } = {
    properties: [
        "availabilityZones",
        "enableEncryptionAtHost",
        "maxPods",
        "osDiskSizeGB",
        "osDiskType",
        "osType",
        "vmSize",
        "vnetSubnetID",
    ],
    source: "https://learn.microsoft.com/azure/aks/manage-node-pools#limitations",
    asOf: "2026-11",
};

/** The pool that a cluster is created with: HAProxy and the cluster's own services. */
export function systemPool(nodes: AksNodes, vnetSubnetID: pulumi.Input<string>) {
    return {
        ...commonPool(nodes, nodes.systemNodes),
        name: "system",
        mode: "System",
        vnetSubnetID,
    };
}

/** VerneMQ's own pool. */
export function brokerPoolArgs(
    nodes: AksNodes,
    place: Required<Pick<AgentPoolArgs, "resourceGroupName" | "resourceName" | "vnetSubnetID">>,
) {
    const pool = commonPool(nodes, nodes.brokerNodes);
    return {
        ...pool,
        ...place,
        agentPoolName: brokerPoolName(pool),
        mode: "User",
        nodeLabels: { [dedicatedNodes.key]: dedicatedNodes.value },
        nodeTaints: [`${dedicatedNodes.key}=${dedicatedNodes.value}:NoSchedule`],
    } satisfies AgentPoolArgs;
}

/**
 * The pool's name, with a hash of what cannot be changed: a pool of other nodes is another pool. Lower-case letters and digits, at most
 * twelve (https://learn.microsoft.com/azure/aks/create-node-pools#limitations).
 */
function brokerPoolName(fixed: Readonly<Record<string, unknown>>): string {
    return `broker${shortHash(JSON.stringify(createOnlyOfPools.properties.map((property) => fixed[property])))}`;
}

function commonPool(
    nodes: AksNodes,
    size: { readonly vmSize: string; readonly count: number; readonly diskGiB: number },
) {
    return {
        type: "VirtualMachineScaleSets",
        vmSize: size.vmSize,
        count: size.count,
        availabilityZones: zoneList(nodes.zones),
        orchestratorVersion: nodes.version,
        osType: "Linux",
        osSKU: "Ubuntu",
        // An ephemeral disk, which AKS would prefer, fits into the cache of some VM sizes only.
        osDiskType: "Managed",
        osDiskSizeGB: size.diskGiB,
        enableEncryptionAtHost: nodes.encryptionAtHost,
        maxPods,
        // One node more during an upgrade, so that a broker has where to go before its node is drained.
        upgradeSettings: { maxSurge: "1" },
        tags: nodes.tags,
    };
}
