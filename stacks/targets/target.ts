import type * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import type { Broker } from "../../components/broker/broker";
import type { NetworkPeer } from "../../components/broker/network-rules";
import type { ClusterHandle } from "../../components/common/cluster-handle";
import type { AccountNeeds } from "../../components/common/account";
import type { MachineProposals, NodePoolTypes } from "../../components/common/node-limits";
import type { Origin, CloudCatalog } from "../../components/common/catalog";
import type { PhysicalIds, ResourceRoles } from "../../components/common/resource-role";
import type { Problem } from "../../components/common/problem";
import type { CloudCertificate } from "../../components/common/server-certificate";
import type { EdgeEndpoint } from "../../components/edge/endpoint";
import type { EdgeEvidence } from "../../components/edge/evidence/facts";
import type { HaproxyTier } from "../../components/edge/haproxy/tier";
import type { DnsPermission } from "../../components/kubernetes/cert-manager/dns-permission";
import type { EdgeRequirements } from "../../components/edge/plan";
import type { EdgeTarget } from "../../components/edge/planner/draft";
import type { DnsCredentials, DnsSettings } from "../settings/schema/edge";
import type { ChartSetting } from "../settings/schema/sources";
import type { ClusterSettings, ParsedGroups, Settings } from "../settings/settings";

/**
 * A target: where VerneMQ runs, a managed Kubernetes service of a cloud or a cluster that exists already. All that is particular to it is
 * in its record, and all other code asks the record; a field that a new target forgets does not compile.
 *
 * `C` is its `vernemq:cluster`, `K` the names of its cloud's config keys in the settings.
 */
export interface Target<C extends ClusterSettings = ClusterSettings, K extends string = string> extends EdgeTarget {
    /** The product's own name, for example `Amazon EKS`. */
    readonly title: string;
    /** Schema of `vernemq:cluster`. */
    readonly clusterSchema: z.ZodType<C>;
    /** Config keys of the cloud's own Pulumi provider that are required. */
    readonly configKeys: readonly ConfigKey<K>[];
    /** Settings of `vernemq:cluster` that hold networks, none of which may overlap another. */
    readonly networkSettings: readonly string[];
    /** The program creates the cluster: nothing is in it beforehand, its nodes are private and sized for VerneMQ. */
    readonly createsCluster: boolean;
    /** Whether nodes carry the label topology.kubernetes.io/zone. */
    readonly nodesHaveZones: boolean;
    /** Whether the cloud's load balancers have an IPv4 address and no other. */
    readonly hasIpv4Only: boolean;
    /**
     * The certificate of `certificate.source: cloud`: `dns-validated` where the cloud issues it after a record in the host's zone,
     * `key-vault` where it is referred to by its id, null where the cloud's load balancers serve none for MQTT.
     */
    readonly cloudCertificate: "dns-validated" | "key-vault" | null;
    /** What the cloud's load balancers do for further names (`edge.hosts`) where they terminate TLS; null where none does. */
    readonly cloudNames: CloudNames | null;
    /** What `vernemq:dns` has to be; null where the target comes with no DNS service, and the zone is any whose credentials are given. */
    readonly dns: DnsService | null;
    /** What the target's own documentation says on snapshots of volumes, by CSI driver: what a new cluster lacks. */
    readonly snapshotAdvice: Readonly<Record<string, string>>;
    /** Finds the listeners that its resources open, for the plan's checks. */
    readonly edgeEvidence: EdgeEvidence;
    /** What resources of the cloud are to those who run brokers, by type. */
    readonly resourceRoles: ResourceRoles;
    /** Ids of resources of the cloud that follow from their inputs, by type. */
    readonly physicalIds: PhysicalIds;
    /** Where resources of the cloud say what nodes there are, by type. */
    readonly nodePoolTypes: NodePoolTypes;
    /** What its cloud offers, and the settings that choose from it; null where the program creates no cluster. */
    readonly catalog: TargetCatalog | null;
    /** Machines that `size` proposes; null where the cluster is there already. */
    readonly machineProposals: MachineProposals | null;
    /** The quotas and rights of its cloud's account; null where the program creates nothing in one. */
    readonly account: AccountNeeds | null;
    /** Rows of the matrix in the documentation: combinations worth showing. */
    readonly matrix: readonly MatrixRow[];

    /** Charts that it installs beside those of every stack, with the version of each. */
    charts(groups: ParsedGroups<C>): Partial<Record<ChartSetting, string>>;
    /** Combinations of settings that the target refuses. */
    problems(groups: ParsedGroups<C>): Problem[];
    /** What the target allows and yet deserves attention. */
    warnings(groups: ParsedGroups<C>): string[];
    /** What the target's own settings ask of the edge. */
    edgeRequirements(groups: ParsedGroups<C>): Partial<EdgeRequirements>;
    /** The kubeconfig that the settings name; undefined where the program creates the cluster. */
    adoptedKubeconfig(settings: Settings<C, K>): AdoptedKubeconfig | undefined;
    /** Creates the cluster, and says how the rest of the stack is created. Only then is the cloud's SDK loaded. */
    create(settings: Settings<C, K>): Promise<Deployment>;
}

/** How many names a cloud's load balancer serves certificates for, and how. */
export interface CloudNames extends Origin {
    /** A certificate that the cloud issues may get further names while it serves. */
    readonly sharesIssued: boolean;
    /** Most names in a certificate that the cloud issues, unless the quota is raised. */
    readonly mostShared: number;
    /** Most certificates beside the first one; 0 where a listener serves one alone. */
    readonly mostOwn: number;
}

/** Regions, machines and versions of a target's cloud, and the settings that choose them. */
export interface TargetCatalog {
    readonly known: CloudCatalog;
    /** Key of the region: a config key of the cloud, or a setting of `vernemq:cluster`. */
    readonly regionKey: string;
    /** Name of the setting with the nodes' zones; null where a region has none to choose. */
    readonly zones: string | null;
    /** Settings that take the default of the zones away. */
    readonly zonesFollowFrom?: string;
    /** Name of the setting with the Kubernetes version; null where there is none. */
    readonly version: string | null;
    /** Name of the setting that keeps a version beyond its standard support; left out where clusters are never kept so. */
    readonly extendedSupport?: string;
    /** What a node pool's setting calls the machine. */
    readonly machine: string;
}

/** A config key of a cloud's provider, which reads it too. */
interface ConfigKey<K extends string = string> {
    /** As Pulumi has it, for example `aws:region`. */
    readonly key: string;
    /** Its name in the settings (`settings.cloud`). */
    readonly name: K;
    readonly pattern: RegExp;
    readonly rule: string;
    readonly remedy: string;
    readonly description: string;
}

/** The DNS service that a target's record is created in. */
interface DnsService {
    /** What `vernemq:dns` calls the credentials of this service; null where cert-manager cannot write to its zones. */
    readonly credentials: DnsCredentials | null;
    /** Whether pods of the target have an identity with which they may write to a zone; without one cert-manager needs credentials. */
    readonly podsHaveIdentity: boolean;
    /** Whether a zone is found by its resource group. */
    readonly hasResourceGroups: boolean;
    /** What is wrong with a zone for this host. */
    problems(dns: DnsSettings, host: string | undefined): Problem[];
}

/** The kubeconfig of a cluster that the program does not create. */
export interface AdoptedKubeconfig {
    /** The settings hold its contents, so that the stack's output has them. */
    readonly hasContents: boolean;
    /** Default: the machine's own. */
    readonly path?: string | undefined;
    /** Default: the current one. */
    readonly context?: string | undefined;
}

/** One row of the matrix: requirements beside the defaults. */
interface MatrixRow {
    /** In Markdown. */
    readonly when: string;
    readonly requirements: Partial<EdgeRequirements>;
}

/** What a target creates of a stack, in the order of stacks/deploy.ts. */
export interface Deployment {
    readonly cluster: ClusterHandle;
    readonly brokerNetwork: BrokerNetwork;
    /** The certificate that the cloud's load balancer serves; undefined where the cloud does not terminate TLS. */
    certificate(): CloudCertificate | undefined;
    /** What clients connect to; undefined where the edge has no listeners. */
    loadBalancer(parts: EdgeParts): EdgeEndpoint | undefined;
    /** The DNS records of `edge.host` and of further names, last of all: no name leads to a load balancer that is not ready. */
    records(records: HostRecords): void | Promise<void>;
    /** How cert-manager's pods may prove these names by records of the zone; null where the cloud gives pods no identity. */
    readonly dnsPermission: ((dns: DnsSettings, hosts: readonly string[]) => DnsPermission) | null;
}

/** What names lead to, and the zone that they are in. */
export interface HostRecords {
    readonly dns: DnsSettings;
    readonly hosts: readonly NamedHost[];
    readonly address: pulumi.Output<string>;
    /** What has the address. */
    readonly endpoint: EdgeEndpoint;
}

/** A name, and what its resources are called. */
export interface NamedHost {
    readonly resourceName: string;
    readonly host: string;
}

/** What a target's network asks of the broker. */
export interface BrokerNetwork {
    /** Where the edge's connections come from. Default: the HAProxy pods, or with no edge the clients of VerneMQ's own Service. */
    readonly edgeSources?: readonly NetworkPeer[];
    /** Who checks health on port 8888 from outside the cluster. Default: none. */
    readonly healthSources?: readonly NetworkPeer[];
    /** Annotations of VerneMQ's own Service, for what serves its load balancer; those of the settings win. */
    readonly serviceAnnotations?: Readonly<Record<string, string>>;
    /** What serves that load balancer: it comes before the Service and goes after it. */
    readonly after?: readonly pulumi.Resource[];
    /** Seconds until the load balancer before the brokers has let go of a stopping one. Default: 15. */
    readonly drainSeconds?: number;
}

/** What stands behind a load balancer. */
export interface EdgeParts {
    readonly broker: Broker;
    readonly haproxy: HaproxyTier | undefined;
    readonly certificate: CloudCertificate | undefined;
}

/** A record, with the types of its settings taken from its schema. The registry holds it without them. */
export function defineTarget<C extends ClusterSettings, K extends string>(target: Target<C, K>): Target {
    return target;
}
