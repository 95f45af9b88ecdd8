import * as z from "zod";
import { type EksAddonName, eksAddonNames } from "../../../components/aws/addon-names";
import { googleLabelProblem } from "../../../components/google/labels";
import { zoneLetters } from "../../../components/common/subnets";
import { metallbModes } from "../../../components/edge/plan";
import type { Target } from "../../../components/common/target";
import { integer, labelKey, labelValue, named, networkCidr, rule, secretString, tags } from "./kit";

/** Versions of Kubernetes as clouds name them: minor versions only, because they choose the patch. */
function minorVersion(): z.ZodString {
    return z.string().regex(/^1\.\d{2}$/, { error: "a Kubernetes minor version in quotes, for example '1.35'" });
}

const apiAllowedCidrs = z
    // IPv4, because that is what the API endpoints have; without host bits, because Azure refuses them.
    .array(networkCidr(0, 32))
    .min(1, { error: "at least one network, or nobody, this program included, reaches the Kubernetes API" })
    .describe(
        "Networks that may reach the Kubernetes API from outside: your pipelines and offices. No default, because 0.0.0.0/0 should be somebody's decision.",
    );

const commonTags = tags()
    .prefault({})
    .describe("Tags (labels on GKE) for everything that is made, beside those that the program sets.");

const diskGiB = integer(20, 4096).prefault(50).describe("Size of each node's own disk, in GiB.");

const brokerNodeCount = integer(1, 100).optional().describe("Number of VerneMQ's nodes. Default: one per broker.");

function systemNodeCount(defaultCount: number) {
    return integer(1, 100).prefault(defaultCount).describe("Number of these nodes.");
}

/** What VerneMQ's node pool has where nodes get a disk of their own, beside its size in the cloud's own word. */
const brokerPool = { count: brokerNodeCount, diskGiB };

/** What the system node pool has where nodes get a disk of their own, beside its size in the cloud's own word. */
function systemPool(defaultCount: number) {
    return { count: systemNodeCount(defaultCount), diskGiB };
}

function brokerNodeSize(what: string, size: string) {
    return z
        .string()
        .min(1)
        .prefault(size)
        .describe(`${what} of the nodes that are VerneMQ's alone. A few big ones are better than many small ones.`);
}

function systemNodeSize(what: string, size: string) {
    return z
        .string()
        .min(1)
        .prefault(size)
        .describe(`${what} of the nodes for HAProxy and the cluster's own services.`);
}

const zoneSuffix = z.string().regex(/^[a-z]$/, { error: "the letter of a zone, for example a" });

const adoptedVpc = z.strictObject({
    vpcId: z
        .string()
        .regex(/^vpc-[0-9a-f]{8,17}$/, { error: "a VPC id, for example vpc-0123456789abcdef0" })
        .describe("The VPC."),
    privateSubnetIds: z
        .array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, { error: "a subnet id" }))
        .min(2, { error: "EKS needs subnets in at least two zones" })
        .describe("Private subnets for the nodes, in at least two zones."),
    publicSubnetIds: z
        .array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, { error: "a subnet id" }))
        .min(2, { error: "the load balancer needs subnets in at least two zones" })
        .describe("Public subnets for the load balancer, in the same zones."),
});

function addonVersion(name: string) {
    return z
        .string()
        .regex(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, {
            error: "a version of an EKS add-on, for example v1.20.4-eksbuild.1",
        })
        .optional()
        .describe(`Version of ${name}, as \`aws eks describe-addon-versions --addon-name ${name}\` lists it.`);
}

export const eksClusterSchema = z.strictObject({
    version: minorVersion().prefault("1.35").describe("Kubernetes version."),
    apiAllowedCidrs,
    adminPrincipalArns: z
        .array(
            z
                .string()
                .regex(/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/, { error: "the ARN of an IAM role or user" }),
        )
        .prefault([])
        .describe("IAM roles and users that administer the cluster, beside its creator."),
    vpcCidr: networkCidr(16, 20).prefault("10.0.0.0/16").describe("Network of the VPC."),
    zones: rule(
        z
            .array(z.enum(zoneLetters, { error: "the letter of a zone, a to f" }))
            .min(2, { error: "EKS needs at least two zones" })
            .max(6, { error: "at most six zones" }),
        (zones) => new Set(zones).size === zones.length,
        { rule: "a zone is listed once", remedy: "remove the second entry" },
    )
        .prefault(["a", "b", "c"])
        .describe("Availability zones, by the letter that follows the region's name."),
    natGateways: z
        .enum(["one", "per-zone"])
        .prefault("one")
        .describe("`one` costs less; `per-zone` keeps the other zones online when a zone fails."),
    vpc: adoptedVpc
        .optional()
        .describe("A VPC of yours instead of a new one. Its subnets need the tags that load balancers look for."),
    kmsKeyArn: z
        .string()
        .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/, { error: "the ARN of a KMS key" })
        .optional()
        .describe("Key that encrypts Kubernetes secrets. Default: a new one that rotates yearly."),
    logRetentionDays: z
        .union(
            [z.literal(7), z.literal(14), z.literal(30), z.literal(60), z.literal(90), z.literal(180), z.literal(365)],
            {
                error: "one of 7, 14, 30, 60, 90, 180 and 365, which CloudWatch knows",
            },
        )
        .prefault(30)
        .describe("Days that control plane logs are kept."),
    systemNodes: z
        .strictObject({ instanceType: systemNodeSize("Instance type", "m7i.large"), ...systemPool(2) })
        .prefault({})
        .describe("System node group."),
    brokerNodes: z
        .strictObject({ instanceType: brokerNodeSize("Instance type", "m7i.2xlarge"), ...brokerPool })
        .prefault({})
        .describe("VerneMQ's node group."),
    addonVersions: z
        .strictObject(
            Object.fromEntries(eksAddonNames.map((name) => [name, addonVersion(name)])) as Record<
                EksAddonName,
                z.ZodOptional<z.ZodString>
            >,
        )
        .prefault({})
        .describe(
            "Versions of the EKS add-ons to pin. Default: what EKS holds for the default of the Kubernetes version when the add-on is made; it stays until you change it here.",
        ),
    deletionProtection: z
        .boolean()
        .prefault(true)
        .describe("Protect the cluster and its load balancer from deletion and replacement."),
    tags: commonTags,
});

const gkeClusterSchema = z.strictObject({
    releaseChannel: z
        .enum(["RAPID", "REGULAR", "STABLE", "EXTENDED"])
        .prefault("REGULAR")
        .describe("Release channel that upgrades the cluster."),
    apiAllowedCidrs,
    zones: rule(z.array(zoneSuffix).min(1).max(4), (zones) => new Set(zones).size === zones.length, {
        rule: "a zone is listed once",
        remedy: "remove the second entry",
    })
        .prefault(["a", "b", "c"])
        .describe("Zones of the nodes, by the letter that follows the region's name."),
    nodeCidr: networkCidr(16, 24).prefault("10.0.0.0/20").describe("Network of the nodes."),
    podCidr: networkCidr(9, 21).prefault("10.4.0.0/14").describe("Network of the pods."),
    serviceCidr: networkCidr(16, 24).prefault("10.8.0.0/20").describe("Network of the Services."),
    controlPlaneCidr: networkCidr(28, 28).prefault("172.16.0.0/28").describe("Network of the control plane, a /28."),
    systemNodes: z
        .strictObject({ machineType: systemNodeSize("Machine type", "e2-standard-4"), ...systemPool(3) })
        .prefault({})
        .describe("System node pool."),
    brokerNodes: z
        .strictObject({ machineType: brokerNodeSize("Machine type", "n2-standard-8"), ...brokerPool })
        .prefault({})
        .describe("VerneMQ's node pool."),
    deletionProtection: z.boolean().prefault(true).describe("Refuse to delete the cluster."),
    tags: named(
        tags(),
        googleLabelProblem,
        "write lower-case letters, digits, underscores and hyphens, and start a key with a letter",
    )
        .prefault({})
        .describe(
            "Labels for everything on Google Cloud that can carry them, beside those that the program sets. Keys and values are lower-case letters, digits, underscores and hyphens.",
        ),
});

const azureZone = z.enum(["1", "2", "3"], { error: "a zone of Azure in quotes: '1', '2' or '3'" });

/** Limits of `az aks create --node-osdisk-size` and of the API. */
const azureDiskGiB = integer(30, 2048)
    .prefault(50)
    .describe("Size of each node's own disk, in GiB. Azure takes 30 to 2048.");

/** Tags that everything may carry, the public address of the edge included. */
const azureTags = named(
    tags(),
    (value) => {
        const names = Object.keys(value);
        if (names.some((name) => /[<>%&\\?/]/.test(name))) {
            return "names of tags have none of < > % & \\ ? / (https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations)";
        }
        return names.some((name) => /^(service|k8s-azure-service)$/i.test(name))
            ? "AKS takes a public address with this tag for one that it made itself, and deletes it with the Service (cloud-provider-azure: serviceOwnsPublicIP)"
            : undefined;
    },
    "name the tag otherwise",
)
    .prefault({})
    .describe("Tags for everything that is made, beside those that the program sets.");

const aksClusterSchema = z.strictObject({
    version: minorVersion().prefault("1.35").describe("Kubernetes version."),
    apiAllowedCidrs,
    upgradeChannel: z
        .enum(["patch", "stable", "rapid", "node-image"])
        .prefault("patch")
        .describe(
            "Automatic upgrade channel. `stable` and `rapid` move on to newer minor versions: `version` then counts only when the cluster is made.",
        ),
    zones: z.array(azureZone).min(1).prefault(["1", "2", "3"]).describe("Availability zones of the nodes."),
    vnetCidr: networkCidr(8, 22).prefault("10.0.0.0/16").describe("Network of the VNet."),
    podCidr: networkCidr(8, 20).prefault("10.244.0.0/16").describe("Overlay network of the pods."),
    serviceCidr: networkCidr(12, 24).prefault("10.100.0.0/16").describe("Network of the Services."),
    systemNodes: z
        .strictObject({ vmSize: systemNodeSize("VM size", "Standard_D4s_v5"), ...systemPool(3), diskGiB: azureDiskGiB })
        .prefault({})
        .describe("System node pool."),
    brokerNodes: z
        .strictObject({ vmSize: brokerNodeSize("VM size", "Standard_D8s_v5"), ...brokerPool, diskGiB: azureDiskGiB })
        .prefault({})
        .describe("VerneMQ's node pool."),
    encryptionAtHost: z
        .boolean()
        .prefault(true)
        .describe(
            "Encrypt temporary disks and caches at the host too. The subscription needs the feature EncryptionAtHost registered.",
        ),
    diskEncryptionSetId: z
        .string()
        .regex(
            /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Compute\/diskEncryptionSets\/[^/]+$/i,
            { error: "the resource id of a disk encryption set" },
        )
        .optional()
        .describe("Disk encryption set with your own key. Default: keys that Azure manages."),
    deletionProtection: z.boolean().prefault(true).describe("Protect the cluster from deletion and replacement."),
    tags: azureTags,
});

const doksClusterSchema = z.strictObject({
    region: z
        .string()
        .regex(/^[a-z]{3}\d$/, { error: "a region's slug, for example fra1" })
        .describe("Region of the cluster and its VPC."),
    version: z
        .string()
        .regex(/^1\.\d{2}\.\d+-do\.\d+$/, {
            error: "a version slug as `doctl kubernetes options versions` lists them, for example 1.35.1-do.0",
        })
        .describe(
            "Kubernetes version slug. No default: DigitalOcean withdraws slugs, and none is looked up at run time. With `automaticUpgrades` it counts only when the cluster is made.",
        ),
    automaticUpgrades: z
        .boolean()
        .prefault(true)
        .describe(
            "Let DigitalOcean install patch releases in the maintenance window. To choose a newer minor version yourself, switch it off together with the new `version`.",
        ),
    apiAllowedCidrs,
    highAvailability: z
        .boolean()
        .prefault(true)
        .describe("Highly available control plane. It cannot be switched off again."),
    vpcCidr: networkCidr(16, 24)
        .prefault("10.110.0.0/20")
        .describe("Network of the VPC. It must not overlap another VPC of the account. A change replaces the cluster."),
    systemNodes: z
        .strictObject({ size: systemNodeSize("Droplet size", "s-4vcpu-8gb"), count: systemNodeCount(2) })
        .prefault({})
        .describe("Default node pool. A change of its size replaces the cluster: DigitalOcean cannot do it in place."),
    brokerNodes: z
        .strictObject({ size: brokerNodeSize("Droplet size", "g-8vcpu-32gb"), count: brokerNodeCount })
        .prefault({})
        .describe("VerneMQ's node pool. A change of its size makes a new pool before the old one goes."),
    loadBalancerNodes: integer(1, 200)
        .prefault(2)
        .describe(
            "Nodes of the load balancer. Each node of a regional one takes 10,000 connections; with two, one may fail.",
        ),
    kubeconfigDays: integer(1, 365)
        .prefault(90)
        .describe(
            "Days that the token in the kubeconfig is valid. Once it has expired, `pulumi refresh --target '**KubernetesCluster**'` gets a new one.",
        ),
    maintenance: z
        .strictObject({
            day: z
                .enum(["any", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
                .prefault("sunday")
                .describe("Day of the window."),
            startTime: z
                .string()
                .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "a time of day in UTC, for example 04:00" })
                .prefault("04:00")
                .describe("Start of the window, in UTC."),
        })
        .prefault({})
        .describe("Window for upgrades and maintenance."),
    deletionProtection: z.boolean().prefault(true).describe("Protect the cluster from deletion and replacement."),
    tags: commonTags,
});

const bgpPeer = z.strictObject({
    myAsn: integer(1, 4_294_967_295).describe("AS number of the cluster."),
    peerAsn: integer(1, 4_294_967_295).describe("AS number of the router."),
    peerAddress: z.ipv4({ error: "an IPv4 address" }).describe("Address of the router."),
});

const addressRange = named(
    z.string(),
    (value) => {
        const isCidr = z.cidrv4().safeParse(value).success;
        const [first, last, ...more] = value.split("-");
        const isRange = more.length === 0 && [first, last].every((address) => z.ipv4().safeParse(address).success);
        return isCidr || isRange ? undefined : "an IPv4 network or range";
    },
    "write 192.0.2.0/28 or 192.0.2.10-192.0.2.20",
);

const existingClusterSchema = z.strictObject({
    kubeconfig: secretString().optional().describe("Contents of a kubeconfig, a secret."),
    kubeconfigPath: z
        .string()
        .min(1)
        .optional()
        .describe("Path of a kubeconfig. Default: KUBECONFIG or ~/.kube/config."),
    context: z.string().min(1).optional().describe("Context of the kubeconfig. Default: its current context."),
    name: z
        .string()
        .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, {
            error: "up to 40 lower-case letters, digits and hyphens",
        })
        .prefault("existing")
        .describe(
            "Name for the cluster in outputs and in the provider's identity. Change it when the cluster is another one.",
        ),
    nodes: integer(1, 1000)
        .optional()
        .describe("Number of nodes that VerneMQ can run on, so that too many replicas are refused before an update."),
    brokerNodeLabels: z
        .record(labelKey(), labelValue())
        .prefault({})
        .describe("Labels of the nodes that are VerneMQ's alone. Default: any node."),
    brokerNodeTaint: z
        .strictObject({
            key: labelKey().describe("Key of the taint."),
            value: labelValue().prefault("").describe("Value of the taint."),
        })
        .optional()
        .describe("Taint (NoSchedule) on those nodes, which VerneMQ then tolerates."),
    kubeProxyMode: z
        .enum(["iptables", "nftables", "ipvs", "none"])
        .optional()
        .describe(
            "kube-proxy's mode (`none` for a replacement such as Cilium's). Reported where it matters for affinity: ipvs is deprecated since Kubernetes 1.35.",
        ),
    metallb: z
        .strictObject({
            version: z
                .string()
                .regex(/^\d+\.\d+\.\d+$/, { error: "a chart version, for example 0.16.1" })
                .prefault("0.16.1")
                .describe("Version of the MetalLB chart."),
            mode: z.enum(metallbModes).prefault("l2").describe("How addresses are announced."),
            addresses: z
                .array(addressRange)
                .min(1, { error: "at least one range of addresses" })
                .describe("Addresses to give to load balancers."),
            bgpPeers: z.array(bgpPeer).prefault([]).describe("Routers, with mode bgp."),
        })
        .optional()
        .describe("Install MetalLB. Only for bare metal: it does not work in the clouds' networks."),
});

/** The schema of `vernemq:cluster` for each target. */
export const clusterSchemas = {
    eks: eksClusterSchema,
    gke: gkeClusterSchema,
    aks: aksClusterSchema,
    doks: doksClusterSchema,
    existing: existingClusterSchema,
} as const satisfies Record<Target, z.ZodType>;
