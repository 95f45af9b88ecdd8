import { isInside, overlaps, parseAddress, parseNetwork } from "../../components/common/addresses";
import {
    at,
    type ChangeRule,
    type Properties,
    type ResourceModel,
    type Rule,
    type SimulatedProvider,
    type World,
} from "../provider";
import { replacementTable, withReplacements } from "../replacements";
import { entryAt, isWithin, matches, oneOf, property, rule, symbols } from "../rules";
import { isLower } from "../versions";

const api = "https://github.com/digitalocean/openapi/blob/main/specification/resources";
const provider = "https://github.com/digitalocean/terraform-provider-digitalocean/blob/main/digitalocean";
const planYourNetwork = "https://docs.digitalocean.com/products/networking/vpc/concepts/plan-your-network/";

function wholeNumber(path: string, lowest: number, text: string, source: string): Rule {
    return property(path, text, source, (value) => Number.isInteger(value) && Number(value) >= lowest);
}

function region(path: string): Rule {
    return matches(
        path,
        /^[a-z]{3}\d$/,
        "a region's slug: three letters and a digit",
        "https://docs.digitalocean.com/platform/regional-availability/",
    );
}

function tags(path: string): Rule {
    return matches(
        `${path}[]`,
        /^[a-zA-Z0-9_\-:]{1,255}$/,
        "a tag has 1 to 255 letters, digits, colons, hyphens and underscores",
        `${api}/tags/models/tags.yml`,
    );
}

function dropletSize(path: string): Rule {
    return matches(
        path,
        /^[a-z][a-z0-9_]*-\d+(vcpu)?(-[a-z0-9]+)*$/,
        "the slug of a Droplet size, for example s-4vcpu-8gb or c-4",
        "https://slugs.do-api.dev/",
    );
}

function nodeCount(path: string): Rule {
    return wholeNumber(
        path,
        1,
        "a node pool without automatic scaling has at least one node",
        "https://docs.digitalocean.com/products/kubernetes/details/limits/",
    );
}

const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** Networks that DigitalOcean keeps for itself. */
function reservedNetworks(regionSlug: unknown): string[] {
    return [
        "10.229.0.0/16",
        "10.244.0.0/16",
        "10.245.0.0/16",
        "10.246.0.0/24",
        ...(regionSlug === "nyc1" ? ["10.10.0.0/16"] : []),
    ];
}

const vpc: ResourceModel = {
    rules: [
        matches("name", /^[a-zA-Z0-9\-.]+$/, "letters, digits, hyphens and dots", `${api}/vpcs/models/vpc.yml`),
        region("region"),
        property(
            "ipRange",
            "a private network from /16 to /28",
            `${api}/vpcs/models/vpc.yml`,
            (value) =>
                isWithin(parseNetwork(value)?.prefix, 16, 28) &&
                privateNetworks.some((network) => isInside(value, network)),
        ),
        rule(
            "ipRange",
            "DigitalOcean keeps some networks for itself: 10.229.0.0/16, 10.244.0.0/16, 10.245.0.0/16, 10.246.0.0/24, and 10.10.0.0/16 in nyc1",
            planYourNetwork,
            ({ inputs }) => !reservedNetworks(inputs["region"]).some((network) => overlaps(inputs["ipRange"], network)),
        ),
        matches("description", /^[^]{0,255}$/, "at most 255 characters", `${api}/vpcs/models/vpc.yml`),
    ],
    outputs: (resource) => ({ ...symbols("vpcUrn", "createdAt")(resource), default: false }),
};

const days = ["any", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

const staysHighlyAvailable: ChangeRule = {
    text: "the high availability of a control plane cannot be switched off again",
    source: `${api}/kubernetes/models/cluster_update.yml`,
    brokenBy: (before, after) => (before["ha"] === true && after["ha"] !== true ? "ha" : undefined),
};

const kubernetesCluster: ResourceModel = {
    changeRules: [staysHighlyAvailable],
    // terraform-provider-digitalocean, digitalocean/kubernetes/resource_kubernetes_cluster.go: ForceNewIfChange of version
    replaceOnWhen: (after, before) => (isLower(before["version"], after["version"]) ? ["version"] : []),
    rules: [
        region("region"),
        rule(
            "vpcUuid",
            "a cluster is in the region of its VPC",
            "https://docs.digitalocean.com/products/networking/vpc/details/limits/",
            ({ inputs }, world) => {
                const network = world.resolve(inputs["vpcUuid"]);
                return network === undefined || network.inputs["region"] === inputs["region"];
            },
        ),
        matches(
            "version",
            /^1\.\d{2}(\.\d+-do\.\d+)?$/,
            "a version slug, for example 1.35.1-do.0",
            `${api}/kubernetes/models/cluster.yml`,
        ),
        oneOf(
            "maintenancePolicy.day",
            days,
            `${api}/kubernetes/models/maintenance_policy.yml`,
            `one of ${days.join(", ")}`,
        ),
        matches(
            "maintenancePolicy.startTime",
            /^([01]\d|2[0-3]):[0-5]\d$/,
            "a time of day as HH:MM in UTC",
            `${api}/kubernetes/models/maintenance_policy.yml`,
        ),
        property(
            "controlPlaneFirewall.allowedAddresses[]",
            "an IPv4 address or network",
            `${api}/kubernetes/models/control_plane_firewall.yml`,
            (address) => (parseNetwork(address) ?? parseAddress(address))?.version === 4,
        ),
        wholeNumber(
            "kubeconfigExpireSeconds",
            0,
            "seconds, 0 for DigitalOcean's default of seven days",
            `${provider}/kubernetes/resource_kubernetes_cluster.go`,
        ),
        dropletSize("nodePool.size"),
        nodeCount("nodePool.nodeCount"),
        tags("tags"),
        tags("nodePool.tags"),
    ],
    outputs: ({ inputs, symbol }) => ({
        clusterUrn: symbol("clusterUrn"),
        endpoint: symbol("endpoint"),
        status: "running",
        clusterSubnet: inputs["clusterSubnet"] ?? symbol("clusterSubnet"),
        serviceSubnet: inputs["serviceSubnet"] ?? symbol("serviceSubnet"),
        kubeConfigs: [
            Object.fromEntries(
                ["rawConfig", "host", "token", "clusterCaCertificate", "expiresAt"].map((field) => [
                    field,
                    symbol(`kubeConfigs[0].${field}`),
                ]),
            ),
        ],
    }),
    secretOutputs: ["kubeConfigs"],
};

const taintEffects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

const kubernetesNodePool: ResourceModel = {
    rules: [
        dropletSize("size"),
        nodeCount("nodeCount"),
        tags("tags"),
        property(
            "taints[]",
            `a taint's effect is one of ${taintEffects.join(", ")}`,
            `${api}/kubernetes/models/node_pool.yml`,
            (taint) => taintEffects.includes(String(at(taint, "effect"))),
        ),
    ],
    outputs: ({ inputs, symbol }) => ({ actualNodeCount: inputs["nodeCount"], nodes: [{ id: symbol("nodes[0].id") }] }),
};

const recordTypes = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "TXT", "SRV", "SOA"];

const dnsRecord: ResourceModel = {
    // Two records of one name can be there at once.
    deletesFirst: () => false,
    rules: [
        oneOf("type", recordTypes, `${provider}/domain/resource_record.go`, `one of ${recordTypes.join(", ")}`),
        wholeNumber("ttl", 1, "at least one second", `${provider}/domain/resource_record.go`),
        property(
            "value",
            "an A record leads to an IPv4 address",
            "https://docs.digitalocean.com/products/networking/dns/how-to/manage-records/",
            (value, { inputs }) => inputs["type"] !== "A" || parseAddress(value)?.version === 4,
        ),
    ],
    outputs: ({ inputs, symbol }) => ({
        fqdn:
            inputs["name"] === "@"
                ? inputs["domain"]
                : typeof inputs["name"] === "string"
                  ? `${inputs["name"]}.${String(inputs["domain"])}`
                  : symbol("fqdn"),
    }),
};

/** The load balancer that the cloud controller manager made for a Service, found by its name as the provider does. */
function getLoadBalancer(args: Properties, world: World): Properties {
    const name = String(args["name"]);
    const annotation = "service.beta.kubernetes.io/do-loadbalancer-name";
    const service = world.resources.find(({ inputs }) => entryAt(inputs, "metadata.annotations", annotation) === name);
    if (service === undefined) {
        throw new Error(`there is no load balancer with the name ${name}`);
    }
    return { ...args, id: service.symbol("loadBalancer.id"), ip: service.symbol("loadBalancer.ip") };
}

const models: Readonly<Record<string, ResourceModel>> = {
    "digitalocean:index/dnsRecord:DnsRecord": dnsRecord,
    "digitalocean:index/kubernetesCluster:KubernetesCluster": kubernetesCluster,
    "digitalocean:index/kubernetesNodePool:KubernetesNodePool": kubernetesNodePool,
    "digitalocean:index/vpc:Vpc": vpc,
};

/** DigitalOcean, as far as this program uses it. */
export const digitalocean: SimulatedProvider = {
    name: "digitalocean",
    models: withReplacements(models, replacementTable("digitalocean")),
    functions: { "digitalocean:index/getLoadBalancer:getLoadBalancer": getLoadBalancer },
};
