import { valuesOf } from "../../components/common/property-path";

type Inputs = Readonly<Record<string, unknown>>;

/** What a physical id is written with. */
export interface Origin {
    readonly type: string;
    readonly inputs: Inputs;
    /** Settings of the resource's provider: its project and subscription, where the inputs do not say them. */
    readonly provider: Inputs;
}

/**
 * Physical ids that follow from the inputs, as the section "Import" of each type's documentation writes them
 * (https://www.pulumi.com/registry/packages/aws/api-docs/eks/addon/#import, and so on; the SDKs carry the same text, which a test reads). `{key}` is an input, `{a|b}` the first of two that
 * is there, and a key that no input has is looked up in the provider's settings.
 *
 * A type that is not here gets its id from the cloud (a VPC, a load balancer's ARN, a DigitalOcean UUID), so only somebody who looks there
 * can tell it. The table stands beside the repair and not beside the components: it is knowledge about state, and a component never asks
 * for its own id.
 */
const templates: Readonly<Record<string, string>> = {
    "aws:cloudwatch/logGroup:LogGroup": "{name}",
    "aws:ec2/route:Route": "{routeTableId}_{destinationCidrBlock}",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "{subnetId}/{routeTableId}",
    "aws:eks/addon:Addon": "{clusterName}:{addonName}",
    "aws:eks/cluster:Cluster": "{name}",
    "aws:eks/nodeGroup:NodeGroup": "{clusterName}:{nodeGroupName}",
    "aws:iam/role:Role": "{name}",
    "aws:iam/rolePolicy:RolePolicy": "{role}:{name}",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "{role}/{policyArn}",
    "aws:route53/record:Record": "{zoneId}_{name}_{type}",
    "azure-native:containerservice:AgentPool":
        "{group}/Microsoft.ContainerService/managedClusters/{resourceName}/agentPools/{agentPoolName}",
    "azure-native:containerservice:MaintenanceConfiguration":
        "{group}/Microsoft.ContainerService/managedClusters/{resourceName}/maintenanceConfigurations/{configName}",
    "azure-native:containerservice:ManagedCluster": "{group}/Microsoft.ContainerService/managedClusters/{resourceName}",
    "azure-native:dns:RecordSet": "{group}/Microsoft.Network/dnsZones/{zoneName}/{recordType}/{relativeRecordSetName}",
    "azure-native:managedidentity:UserAssignedIdentity":
        "{group}/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
    "azure-native:network:ApplicationGateway": "{group}/Microsoft.Network/applicationGateways/{applicationGatewayName}",
    "azure-native:network:PublicIPAddress": "{group}/Microsoft.Network/publicIPAddresses/{publicIpAddressName}",
    "azure-native:network:Subnet":
        "{group}/Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}",
    "azure-native:network:VirtualNetwork": "{group}/Microsoft.Network/virtualNetworks/{virtualNetworkName}",
    "azure-native:authorization:RoleAssignment":
        "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    "azure-native:resources:ResourceGroup": "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
    "gcp:certificatemanager/certificate:Certificate":
        "projects/{project}/locations/{location|=global}/certificates/{name}",
    "gcp:certificatemanager/certificateMap:CertificateMap":
        "projects/{project}/locations/global/certificateMaps/{name}",
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry":
        "projects/{project}/locations/global/certificateMaps/{map}/certificateMapEntries/{name}",
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization":
        "projects/{project}/locations/{location|=global}/dnsAuthorizations/{name}",
    "gcp:compute/backendService:BackendService": "projects/{project}/global/backendServices/{name}",
    "gcp:compute/firewall:Firewall": "projects/{project}/global/firewalls/{name}",
    "gcp:compute/globalAddress:GlobalAddress": "projects/{project}/global/addresses/{name}",
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": "projects/{project}/global/forwardingRules/{name}",
    "gcp:compute/healthCheck:HealthCheck": "projects/{project}/global/healthChecks/{name}",
    "gcp:compute/network:Network": "projects/{project}/global/networks/{name}",
    "gcp:compute/networkEndpointGroup:NetworkEndpointGroup":
        "projects/{project}/zones/{zone}/networkEndpointGroups/{name}",
    "gcp:compute/router:Router": "projects/{project}/regions/{region}/routers/{name}",
    "gcp:compute/routerNat:RouterNat": "projects/{project}/regions/{region}/routers/{router}/{name}",
    "gcp:compute/sSLPolicy:SSLPolicy": "projects/{project}/global/sslPolicies/{name}",
    "gcp:compute/subnetwork:Subnetwork": "projects/{project}/regions/{region}/subnetworks/{name}",
    "gcp:compute/targetSSLProxy:TargetSSLProxy": "projects/{project}/global/targetSslProxies/{name}",
    "gcp:container/cluster:Cluster": "projects/{project}/locations/{location}/clusters/{name}",
    "gcp:container/nodePool:NodePool": "{project}/{location}/{cluster}/{name}",
    "gcp:dns/recordSet:RecordSet": "projects/{project}/managedZones/{managedZone}/rrsets/{name}/{type}",
    "gcp:projects/iAMMember:IAMMember": "{project} {role} {member}",
    "gcp:serviceaccount/account:Account":
        "projects/{project}/serviceAccounts/{accountId}@{project}.iam.gserviceaccount.com",
};

const azureGroup = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers";

/** Any object of Kubernetes, custom ones included, and Helm's releases. */
const kubernetesTemplates = ["{metadata.namespace}/{metadata.name}", "{namespace}/{name}", "{metadata.name}"];

/** The physical id that a resource with these inputs has; undefined where only the cloud knows it. */
export function physicalId(origin: Origin): string | undefined {
    const isKubernetes = origin.type.startsWith("kubernetes:");
    const candidates = isKubernetes ? kubernetesTemplates : [templates[origin.type]];
    for (const template of candidates) {
        const id = template === undefined ? undefined : filled(template.replace("{group}", azureGroup), origin);
        if (id !== undefined) {
            return id;
        }
    }
    return undefined;
}

/** A template with its keys filled in; undefined where one has no value. */
function filled(template: string, { inputs, provider }: Origin): string | undefined {
    const keys = [...template.matchAll(/\{([^}]+)\}/g)].map(([, key = ""]) => key);
    const values = new Map(keys.map((key) => [key, valueOf(key, inputs) ?? valueOf(key, provider)]));
    return [...values.values()].includes(undefined)
        ? undefined
        : template.replace(/\{([^}]+)\}/g, (_, key: string) => values.get(key) ?? "");
}

/** The engine's word for a value that is not known before an update, and this project's for a secret. */
const hidden = new Set(["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "[secret]", ""]);

function valueOf(key: string, inputs: Inputs): string | undefined {
    const [path = "", fallback] = key.split("|=");
    const [value] = valuesOf(inputs, path);
    return typeof value === "string" && !hidden.has(value) ? value : fallback;
}
