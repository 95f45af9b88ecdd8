import type { Given } from "../common/defaults";
import type { aksDefaults } from "./defaults";
import type { AksNodes } from "./node-pools";

/**
 * An AKS cluster as the user describes it. Defaults: Kubernetes 1.35, patched by itself; zones 1, 2 and 3; networks 10.0.0.0/16 (VNet),
 * 10.244.0.0/16 (pods) and 10.100.0.0/16 (Services); three Standard_D4s_v5 for the system and three Standard_D8s_v5 for VerneMQ, with disks
 * of 50 GiB; encryption at the host; deletion protection.
 */
export type AksClusterArgs = Given<FullAksClusterArgs, typeof aksDefaults>;

/** An AKS cluster with every default filled in. */
export interface FullAksClusterArgs extends AksNodes {
    /** Name of the cluster, and the start of all names in its resource group: at most 40 lower-case letters, digits and hyphens. */
    readonly clusterName: string;
    /** Location, for example `westeurope`. */
    readonly location: string;
    /** Minor version of Kubernetes, for example `1.35`; Azure chooses the patch. */
    readonly version: string;
    /** Networks that may reach the Kubernetes API. `0.0.0.0/0` opens it to the internet. */
    readonly apiAllowedCidrs: readonly string[];
    /**
     * Channel that upgrades Kubernetes. With `stable` and `rapid` Azure moves on to newer minor versions by itself: `version` is then
     * only the one to start with, and `pulumi up --refresh` learns of the newer.
     */
    readonly upgradeChannel: "patch" | "stable" | "rapid" | "node-image";
    /** Network of the VNet, a /22 or larger. */
    readonly vnetCidr: string;
    /** Overlay network of the pods: a /24 of it for each node. */
    readonly podCidr: string;
    /** Network of the Services. */
    readonly serviceCidr: string;
    /** Disk encryption set for the disks of nodes and volumes. Default: keys that Azure manages. */
    readonly diskEncryptionSetId?: string;
    /** Protect the cluster and its resource group from deletion and replacement. */
    readonly deletionProtection: boolean;
}
