import * as container from "@pulumi/gcp/container";
import * as projects from "@pulumi/gcp/projects";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import { Provider } from "@pulumi/kubernetes/provider";
import * as storage from "@pulumi/kubernetes/storage/v1";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { complete, type Given } from "../common/defaults";
import { physicalName, shortHash } from "../common/names";
import { gkeDefaults } from "./defaults";
import { gkeKubeconfig } from "./kubeconfig";
import { GkeNetwork, secondaryRanges } from "./network";
import type { GoogleNetworkContext } from "./network-context";
import { diskTypes, nodesPerZone } from "./node-pools";
import {
    type ClusterHandle,
    dedicatedNodes,
    dedicatedPlacement,
    type Placement,
    changesConfigurationInPlace,
} from "../common/cluster-handle";

export interface GkePoolArgs {
    readonly machineType: string;
    /** Nodes in all zones together. Where the zones do not divide it, a few more are created. */
    readonly count: number;
    readonly diskGiB: number;
}

/**
 * A GKE cluster as the user describes it. Defaults: release channel REGULAR; zones a, b and c; networks 10.0.0.0/20 (nodes), 10.4.0.0/14
 * (pods), 10.8.0.0/20 (Services) and 172.16.0.0/28 (control plane); three e2-standard-4 for the system and three n2-standard-8 for VerneMQ,
 * with disks of 50 GiB; deletion protection.
 */
export type GkeClusterArgs = Given<FullGkeClusterArgs, typeof gkeDefaults>;

/** A GKE cluster with every default filled in. */
export interface FullGkeClusterArgs {
    readonly project: string;
    readonly region: string;
    /** Letters of the zones that have nodes, for example `a`. */
    readonly zones: readonly string[];
    /** Name of the cluster in Google Cloud, at most 40 characters (`clusterNameLimit`). */
    readonly clusterName: string;
    readonly releaseChannel: "RAPID" | "REGULAR" | "STABLE" | "EXTENDED";
    /** Networks that may reach the Kubernetes API. */
    readonly apiAllowedCidrs: readonly string[];
    readonly nodeCidr: string;
    readonly podCidr: string;
    readonly serviceCidr: string;
    /** A /28. */
    readonly controlPlaneCidr: string;
    readonly systemNodes: GkePoolArgs;
    readonly brokerNodes: GkePoolArgs;
    readonly deletionProtection: boolean;
    /** Labels in Google's own alphabet. */
    readonly labels: Readonly<Record<string, string>>;
}

/** https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters: "up to 40 characters". */
export const clusterNameLimit = { max: 40 } as const;

/** https://cloud.google.com/iam/docs/service-accounts-create: 6 to 30 characters. */
export const accountIdLimit = { max: 30 } as const;

/** The role made for nodes: logs, metrics and nothing else (https://cloud.google.com/kubernetes-engine/security/configure-node-service-accounts). */
const nodeRole = "roles/container.defaultNodeServiceAccount";

/** Start of the daily four hours in which Google may upgrade, in UTC. */
const maintenanceStart = "03:00";

/** A regional GKE cluster with private nodes in its own network, a system pool and a pool that is VerneMQ's alone. */
export class GkeCluster extends Component implements ClusterHandle<GoogleNetworkContext> {
    readonly hasManagedControlPlane = true;
    readonly clusterName: pulumi.Output<string>;
    readonly provider: Provider;
    readonly kubeconfig: pulumi.Output<string>;
    readonly network: GoogleNetworkContext;
    readonly brokerPlacement: Placement = dedicatedPlacement;
    readonly storageClassName: pulumi.Output<string>;
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, given: GkeClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:cluster:GkeCluster", name, opts);
        const args = complete<FullGkeClusterArgs, typeof gkeDefaults>(given, gkeDefaults);
        const zones = args.zones.map((zone) => `${args.region}-${zone}`);
        const network = this.child(GkeNetwork, "network", args);
        const account = this.#nodeAccount(args);
        const parts = { zones, network, account };
        const cluster = this.#controlPlane(args, parts);
        const pools = (["system", "broker"] as const).map((role) => this.#nodePool(role, args, parts, cluster));
        this.clusterName = cluster.name;
        this.kubeconfig = kubeconfigOf(cluster);
        // The identifier is known before the cluster is there, and another cluster has another one.
        this.provider = this.child(Provider, "kubernetes", {
            ...changesConfigurationInPlace,
            kubeconfig: this.kubeconfig,
            clusterIdentifier: clusterIdentifier(args),
        });
        const storageClass = this.#storageClass(args);
        this.storageClassName = storageClass.metadata.name;
        this.network = {
            project: args.project,
            region: args.region,
            zones,
            networkId: network.networkId,
            subnetworkId: network.subnetworkId,
            nodeTag: nodeTag(args),
        };
        this.ready = [...pools, storageClass];
        this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
    }

    /** The nodes' own identity. Pods have none of it: Workload Identity gives each its own. */
    #nodeAccount(args: FullGkeClusterArgs): NodeAccount {
        const account = this.child(serviceaccount.Account, "nodes", {
            accountId: physicalName([args.clusterName, "nodes"], accountIdLimit),
            displayName: `Nodes of ${args.clusterName}`,
        });
        const role = this.child(projects.IAMMember, "nodes-role", {
            project: args.project,
            role: nodeRole,
            member: account.member,
        });
        return { email: account.email, role };
    }

    #controlPlane(args: FullGkeClusterArgs, { network, account, zones }: ClusterParts): container.Cluster {
        const options = {
            protect: args.deletionProtection,
            dependsOn: [account.role],
            // Its name is taken as long as it lives.
            deleteBeforeReplace: true,
            // After the default pool is gone, Google reports another pool's settings here, which would replace the cluster.
            ignoreChanges: ["nodeConfig"],
        };
        return this.childWith(options, container.Cluster, "cluster", {
            name: args.clusterName,
            location: args.region,
            nodeLocations: zones,
            network: network.networkId,
            subnetwork: network.subnetworkId,
            networkingMode: "VPC_NATIVE",
            ipAllocationPolicy: {
                clusterSecondaryRangeName: secondaryRanges.pods,
                servicesSecondaryRangeName: secondaryRanges.services,
            },
            privateClusterConfig: {
                enablePrivateNodes: true,
                enablePrivateEndpoint: false,
                masterIpv4CidrBlock: args.controlPlaneCidr,
            },
            masterAuthorizedNetworksConfig: {
                cidrBlocks: args.apiAllowedCidrs.map((cidrBlock) => ({ cidrBlock })),
                // Else every virtual machine of any Google customer could knock at the API.
                gcpPublicCidrsAccessEnabled: false,
            },
            masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
            // Without credentials only health checks are answered.
            anonymousAuthenticationConfig: { mode: "LIMITED" },
            releaseChannel: { channel: args.releaseChannel },
            maintenancePolicy: { dailyMaintenanceWindow: { startTime: maintenanceStart } },
            workloadIdentityConfig: { workloadPool: `${args.project}.svc.id.goog` },
            // Dataplane V2 enforces network policies.
            datapathProvider: "ADVANCED_DATAPATH",
            enableShieldedNodes: true,
            // Internal load balancers then work in clusters of any size and know which nodes have pods.
            enableL4IlbSubsetting: true,
            addonsConfig: {
                // It brings the controller that fills network endpoint groups.
                httpLoadBalancing: { disabled: false },
                gcePersistentDiskCsiDriverConfig: { enabled: true },
                dnsCacheConfig: { enabled: true },
            },
            loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS"] },
            monitoringConfig: { enableComponents: ["SYSTEM_COMPONENTS"], managedPrometheus: { enabled: true } },
            // Google creates a default pool with each cluster. It is removed, and while it lives it has our identity too.
            removeDefaultNodePool: true,
            initialNodeCount: 1,
            nodeConfig: {
                serviceAccount: account.email,
                oauthScopes: nodeScopes,
                shieldedInstanceConfig: shielded,
            },
            resourceLabels: args.labels,
            deletionProtection: args.deletionProtection,
        });
    }

    #nodePool(
        role: "system" | "broker",
        args: FullGkeClusterArgs,
        { zones, network, account }: ClusterParts,
        cluster: container.Cluster,
    ): container.NodePool {
        const pool = role === "system" ? args.systemNodes : args.brokerNodes;
        return this.childWith({ dependsOn: [network.nat, account.role] }, container.NodePool, role, {
            cluster: cluster.name,
            location: args.region,
            nodeLocations: zones,
            nodeCount: nodesPerZone(pool.count, zones.length),
            management: { autoRepair: true, autoUpgrade: true },
            // A new node stands before an old one is drained, so no broker waits for a place.
            upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
            networkConfig: { enablePrivateNodes: true },
            nodeConfig: {
                machineType: pool.machineType,
                imageType: "COS_CONTAINERD",
                diskType: diskTypes(pool.machineType).boot,
                diskSizeGb: pool.diskGiB,
                serviceAccount: account.email,
                oauthScopes: nodeScopes,
                shieldedInstanceConfig: shielded,
                workloadMetadataConfig: { mode: "GKE_METADATA" },
                metadata: { "disable-legacy-endpoints": "true" },
                kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" },
                tags: [nodeTag(args)],
                resourceLabels: args.labels,
                labels: role === "broker" ? { [dedicatedNodes.key]: dedicatedNodes.value } : undefined,
                taints: role === "broker" ? [{ ...dedicatedNodes, effect: "NO_SCHEDULE" }] : undefined,
            },
        });
    }

    /** SSD volumes in the zone of the pod that claims them. Google encrypts every disk (https://cloud.google.com/docs/security/encryption/default-encryption). */
    #storageClass(args: FullGkeClusterArgs): storage.StorageClass {
        // Its name is fixed, and nothing but the expansion can be changed in place.
        const options = { provider: this.provider, deleteBeforeReplace: true };
        return this.childWith(options, storage.StorageClass, "storage", {
            metadata: { name: "vernemq" },
            provisioner: "pd.csi.storage.gke.io",
            parameters: {
                type: diskTypes(args.brokerNodes.machineType).data,
                labels: Object.entries(args.labels)
                    .map(([key, value]) => `${key}=${value}`)
                    .join(","),
            },
            reclaimPolicy: "Delete",
            volumeBindingMode: "WaitForFirstConsumer",
            allowVolumeExpansion: true,
        });
    }
}

interface NodeAccount {
    readonly email: pulumi.Output<string>;
    readonly role: pulumi.Resource;
}

interface ClusterParts {
    readonly zones: string[];
    readonly network: GkeNetwork;
    readonly account: NodeAccount;
}

/** Rights come from the service account's roles; scopes only limit them further, and Google advises this one. */
const nodeScopes = ["https://www.googleapis.com/auth/cloud-platform"];

const shielded = { enableSecureBoot: true, enableIntegrityMonitoring: true };

function nodeTag({ clusterName }: FullGkeClusterArgs): string {
    return physicalName([clusterName, "node"], { max: 63 });
}

/** The cluster's identity: everything that gives a new cluster when it changes. */
function clusterIdentifier(args: FullGkeClusterArgs): string {
    const networks = [args.nodeCidr, args.podCidr, args.serviceCidr, args.controlPlaneCidr];
    return ["gke", args.project, args.region, args.clusterName, shortHash(networks.join(" "))].join("/");
}

function kubeconfigOf(cluster: container.Cluster): pulumi.Output<string> {
    return pulumi.secret(
        pulumi
            .all([cluster.name, cluster.endpoint, cluster.masterAuth])
            .apply(([name, endpoint, { clusterCaCertificate }]) =>
                gkeKubeconfig({ name, endpoint, certificateAuthority: clusterCaCertificate }),
            ),
    );
}
