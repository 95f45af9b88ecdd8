import { KubernetesCluster } from "@pulumi/digitalocean/kubernetesCluster";
import { KubernetesNodePool } from "@pulumi/digitalocean/kubernetesNodePool";
import { Vpc } from "@pulumi/digitalocean/vpc";
import { Provider } from "@pulumi/kubernetes/provider";
import { StorageClass } from "@pulumi/kubernetes/storage/v1";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { complete, type Given } from "../common/defaults";
import { keepsNobodyOut } from "../common/addresses";
import { physicalName } from "../common/names";
import { doksDefaults } from "./defaults";

import {
    type ClusterHandle,
    dedicatedNodes,
    dedicatedPlacement,
    changesConfigurationInPlace,
} from "../common/cluster-handle";

/** A node pool: Droplets of one size. Their disks come with the size. */
export interface DoksNodePoolArgs {
    /** Slug of the Droplet size, for example `g-8vcpu-32gb`. */
    readonly size: string;
    readonly count: number;
}

/**
 * A DOKS cluster as the user describes it. Defaults: a highly available control plane that DigitalOcean patches on Sundays from 04:00 UTC;
 * a VPC 10.110.0.0/20; two s-4vcpu-8gb for the system and three g-8vcpu-32gb for VerneMQ; a kubeconfig for 90 days; deletion protection.
 */
export type DoksClusterArgs = Given<FullDoksClusterArgs, typeof doksDefaults>;

/** A DOKS cluster with every default filled in. */
export interface FullDoksClusterArgs {
    /** Name of the cluster; the VPC and the node pools take theirs from it. */
    readonly name: string;
    /** Slug of the region, for example `fra1`. */
    readonly region: string;
    /** Slug of the Kubernetes version, for example `1.35.1-do.0`. */
    readonly version: string;
    /** Let DigitalOcean install patch releases. The version then only counts when the cluster is created. */
    readonly automaticUpgrades: boolean;
    /** Networks that may reach the Kubernetes API. Default: all, without the firewall, which is by invitation. */
    readonly apiAllowedCidrs?: readonly string[] | undefined;
    readonly highAvailability: boolean;
    /** Network of the VPC, /16 to /24. */
    readonly vpcCidr: string;
    /** The default pool, for HAProxy and the cluster's own services. */
    readonly systemNodes: DoksNodePoolArgs;
    /** VerneMQ's own pool. */
    readonly brokerNodes: DoksNodePoolArgs;
    readonly maintenance: {
        readonly day: string;
        /** Start in UTC, for example `04:00`. */
        readonly startTime: string;
    };
    /** Days that the token in the kubeconfig is valid. */
    readonly kubeconfigDays: number;
    readonly deletionProtection: boolean;
    /** Tags of DigitalOcean: texts, not pairs. */
    readonly tags: readonly string[];
}

/** The Container Storage Interface driver that DOKS comes with (https://github.com/digitalocean/csi-digitalocean). */
const volumeProvisioner = "dobs.csi.digitalocean.com";

/**
 * A DigitalOcean Kubernetes cluster in its own VPC, with a default pool and a pool that is VerneMQ's alone.
 *
 * DOKS runs Cilium, which enforces NetworkPolicies (https://www.cncf.io/case-studies/digitalocean/). Pod and Service networks are left
 * to DigitalOcean, which picks ranges that no other VPC or cluster of the account uses; this program could not know them.
 */
export class DoksCluster extends Component implements ClusterHandle {
    readonly hasManagedControlPlane = true;
    readonly clusterName: pulumi.Output<string>;
    readonly provider: Provider;
    readonly kubeconfig: pulumi.Output<string>;
    readonly network = undefined;
    readonly brokerPlacement = dedicatedPlacement;
    readonly storageClassName: pulumi.Output<string>;
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, given: DoksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:cluster:DoksCluster", name, opts);
        const args = complete<FullDoksClusterArgs, typeof doksDefaults>(given, doksDefaults);
        const vpc = this.#vpc(args);
        const cluster = this.#cluster(args, vpc);
        const brokerPool = this.#brokerPool(args, cluster);
        this.kubeconfig = pulumi.secret(cluster.kubeConfigs.apply(([config]) => config?.rawConfig ?? ""));
        this.provider = this.child(Provider, "kubernetes", {
            ...changesConfigurationInPlace,
            kubeconfig: this.kubeconfig,
            clusterIdentifier: clusterIdentifier(args),
        });
        const storageClass = this.#storageClass();
        this.clusterName = cluster.name;
        this.storageClassName = storageClass.metadata.name;
        this.ready = [brokerPool, storageClass];
        this.registerOutputs({
            clusterName: this.clusterName,
            kubeconfig: this.kubeconfig,
            storageClassName: this.storageClassName,
        });
    }

    #vpc(args: FullDoksClusterArgs): Vpc {
        // A VPC cannot go before its last Droplet and load balancer have, and those leave with a delay; the provider waits for two
        // minutes only (terraform-provider-digitalocean, resource_vpc.go).
        const options = { protect: args.deletionProtection, customTimeouts: { delete: "15m" } };
        return this.childWith(options, Vpc, "vpc", {
            name: args.name,
            region: args.region,
            ipRange: args.vpcCidr,
            description: `VerneMQ cluster ${args.name}`,
        });
    }

    #cluster(args: FullDoksClusterArgs, vpc: Vpc): KubernetesCluster {
        const options = {
            protect: args.deletionProtection,
            // DigitalOcean moves the version on, and an older one in the configuration would then replace the whole cluster: the provider
            // takes every decrease for that (terraform-provider-digitalocean, resource_kubernetes_cluster.go, CustomizeDiff).
            ignoreChanges: args.automaticUpgrades ? ["version"] : undefined,
        };
        return this.childWith(options, KubernetesCluster, "cluster", {
            name: args.name,
            region: args.region,
            version: args.version,
            vpcUuid: vpc.id,
            ha: args.highAvailability,
            surgeUpgrade: true,
            autoUpgrade: args.automaticUpgrades,
            maintenancePolicy: args.maintenance,
            controlPlaneFirewall: args.apiAllowedCidrs && controlPlaneFirewall(args.apiAllowedCidrs),
            nodePool: {
                name: "system",
                size: args.systemNodes.size,
                nodeCount: args.systemNodes.count,
                tags: [...args.tags],
            },
            kubeconfigExpireSeconds: args.kubeconfigDays * 24 * 60 * 60,
            // Off, nothing that Kubernetes created outlives its object by accident either: a destroy removes Services first, and each keeps
            // its load balancer's finalizer until that is gone. Volumes stay (reclaim policy Retain). Once the user lifts the deletion
            // protection, the cluster takes along what is left: volumes, their snapshots and load balancers, so that none is billed on.
            destroyAllAssociatedResources: !args.deletionProtection,
            tags: [...args.tags],
        });
    }

    #brokerPool(args: FullDoksClusterArgs, cluster: KubernetesCluster): KubernetesNodePool {
        return this.child(KubernetesNodePool, "broker-nodes", {
            clusterId: cluster.id,
            // The size is part of the name, so that a pool of another size can be created before the old one goes.
            name: physicalName(["vernemq", args.brokerNodes.size], { max: 63 }),
            size: args.brokerNodes.size,
            nodeCount: args.brokerNodes.count,
            labels: { [dedicatedNodes.key]: dedicatedNodes.value },
            taints: [{ key: dedicatedNodes.key, value: dedicatedNodes.value, effect: "NoSchedule" }],
            tags: [...args.tags],
        });
    }

    /**
     * The class of VerneMQ's volumes. DigitalOcean encrypts every volume at rest (LUKS, https://docs.digitalocean.com/glossary/luks), so
     * there is nothing to switch on. A volume whose claim is deleted by mistake is kept.
     */
    #storageClass(): StorageClass {
        return this.childWith({ provider: this.provider }, StorageClass, "storage-class", {
            metadata: { name: "vernemq" },
            provisioner: volumeProvisioner,
            reclaimPolicy: "Retain",
            allowVolumeExpansion: true,
            volumeBindingMode: "WaitForFirstConsumer",
        });
    }
}

/**
 * The identity of a cluster for the Kubernetes provider, known before the cluster is created. It changes exactly when the cluster is
 * replaced: with its region, with its VPC and with the size of its default pool's nodes, which DigitalOcean cannot change in place
 * (terraform-provider-digitalocean, resource_kubernetes_cluster.go and kubernetes.go, ForceNew). Without it, a kubeconfig that is not
 * known yet would show every object in the cluster as replaced.
 */
function clusterIdentifier({ region, name, vpcCidr, systemNodes }: FullDoksClusterArgs): string {
    return ["digitalocean", region, name, vpcCidr, systemNodes.size].join("/");
}

/**
 * The control plane's firewall. Open to all addresses it is switched off, because some accounts do not have it: DigitalOcean's API
 * description calls it early availability (https://github.com/digitalocean/openapi, control_plane_firewall.yml).
 */
function controlPlaneFirewall(cidrs: readonly string[]): { enabled: boolean; allowedAddresses: string[] } {
    return keepsNobodyOut(cidrs)
        ? { enabled: false, allowedAddresses: [] }
        : { enabled: true, allowedAddresses: [...cidrs] };
}
