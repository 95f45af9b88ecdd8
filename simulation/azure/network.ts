import { at, type ChangeRule, listAt, type ResourceModel, type SimulatedResource, type World } from "../provider";
import { between, isMatch, isWithin, items, matches, ofType, property, rule, siblings, symbols } from "../rules";
import { areZones, armModel, nameRules } from "./model";
import { isInside, isIpv4Network, overlaps, parseNetwork } from "../../components/common/addresses";

const publicAddresses = "https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses";
const subnets = "https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq";
const securityGroups = "https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview";

const vnetType = "azure-native:network:VirtualNetwork";
const subnetType = "azure-native:network:Subnet";

/** Up to 80 letters, digits, underscores, dots and hyphens: what most network resources may be called. */
const networkName = {
    namePattern: /^[a-zA-Z0-9]([\w.-]{0,78}\w)?$/,
    nameText:
        "a name is 1 to 80 letters, digits, underscores, dots and hyphens, begins with a letter or digit and ends with one or an underscore",
};

function vnetOf(subnet: SimulatedResource, world: World): SimulatedResource | undefined {
    return ofType(world, vnetType).find(
        ({ inputs }) =>
            at(inputs, "virtualNetworkName") === at(subnet.inputs, "virtualNetworkName") &&
            at(inputs, "resourceGroupName") === at(subnet.inputs, "resourceGroupName"),
    );
}

/** Azure takes networks from a /2 to a /29, written with their first address. */
function isNetwork(value: unknown): boolean {
    return isIpv4Network(value) && isWithin(parseNetwork(value)?.prefix, 2, 29);
}

const virtualNetwork = armModel({
    path: (name) => `/providers/Microsoft.Network/virtualNetworks/${name("virtualNetworkName")}`,
    nameInput: "virtualNetworkName",
    namePattern: /^[a-zA-Z0-9][\w.-]{0,62}\w$/,
    nameText: "the name of a VNet is 2 to 64 letters, digits, underscores, dots and hyphens",
    rules: [
        property(
            "addressSpace.addressPrefixes",
            "a VNet's networks are a /29 or larger and begin with their first address",
            subnets,
            (value) => Array.isArray(value) && value.length > 0 && value.every(isNetwork),
        ),
    ],
});

/** A subnet's network stays while something is in it: what else in the plan refers to it by its id. */
const networkStays: ChangeRule = {
    text: "the network of a subnet with nodes or a gateway in it cannot be changed: create another cluster for another network",
    source: "https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-subnet#change-subnet-settings",
    brokenBy: (before, after, world) => {
        const id = `/subnets/${String(after["subnetName"])}"`;
        const isUsed = world.resources.some(({ inputs }) => JSON.stringify(inputs).includes(id));
        return before["addressPrefix"] !== after["addressPrefix"] && isUsed ? "addressPrefix" : undefined;
    },
};

const subnet = armModel({
    path: (name) =>
        `/providers/Microsoft.Network/virtualNetworks/${name("virtualNetworkName")}/subnets/${name("subnetName")}`,
    nameInput: "subnetName",
    ...networkName,
    rules: [
        property("addressPrefix", "a subnet is a /29 or larger", subnets, isNetwork),
        property("addressPrefix", "a subnet lies inside its VNet", subnets, (value, resource, world) => {
            const outer = listAt(vnetOf(resource, world)?.inputs, "addressSpace.addressPrefixes");
            return outer.length === 0 || outer.some((network) => isInside(value, network));
        }),
        property("addressPrefix", "the subnets of a VNet are apart", subnets, (value, resource, world) =>
            siblings(resource, world, ["virtualNetworkName"]).every(
                ({ inputs }) => !overlaps(value, at(inputs, "addressPrefix")),
            ),
        ),
    ],
    changeRules: [networkStays],
});

const publicIpAddress = armModel({
    path: (name) => `/providers/Microsoft.Network/publicIPAddresses/${name("publicIpAddressName")}`,
    nameInput: "publicIpAddressName",
    ...networkName,
    rules: [
        property(
            "publicIPAllocationMethod",
            "an address of SKU Standard is static",
            publicAddresses,
            (value, { inputs }) => at(inputs, "sku.name") !== "Standard" || value === "Static",
        ),
        between("idleTimeoutInMinutes", 4, 30, publicAddresses, "an idle timeout of 4 to 30 minutes"),
        property(
            "zones",
            "an address is in one zone or in all three",
            `${publicAddresses}#availability-zone`,
            (value) => areZones(value) && (value.length === 1 || new Set(value).size === 3),
        ),
        rule(
            "tags",
            "an address with a tag service counts as made by AKS, which deletes it with the Service",
            "https://github.com/kubernetes-sigs/cloud-provider-azure/blob/master/pkg/provider/azure_loadbalancer.go (serviceOwnsPublicIP)",
            ({ inputs }) =>
                !Object.keys(inputs["tags"] ?? {}).some((name) => /^(service|k8s-azure-service)$/i.test(name)),
        ),
    ],
    outputs: symbols("ipAddress"),
});

/** What two rules of a security group cannot share. */
function keyOf(securityRule: unknown): string {
    return `${String(at(securityRule, "direction"))} ${String(at(securityRule, "priority"))}`;
}

const networkSecurityGroup = armModel({
    path: (name) => `/providers/Microsoft.Network/networkSecurityGroups/${name("networkSecurityGroupName")}`,
    nameInput: "networkSecurityGroupName",
    ...networkName,
    rules: [
        items(
            "securityRules",
            "a rule's priority is between 100 and 4096 and its own in each direction",
            securityGroups,
            (one, { inputs }) =>
                isWithin(at(one, "priority"), 100, 4096) &&
                listAt(inputs, "securityRules").find((other) => keyOf(other) === keyOf(one)) === one,
            "priority",
        ),
        property(
            "securityRules[]",
            "a rule names its sources and its ports, each either as one or as a list",
            securityGroups,
            (one) =>
                ["sourceAddressPrefix", "destinationPortRange"].every(
                    (single) =>
                        (at(one, single) === undefined) !==
                        (listAt(one, single.replace("Prefix", "Prefixes").replace("Range", "Ranges")).length === 0),
                ),
        ),
    ],
});

export const networkModels: Readonly<Record<string, ResourceModel>> = {
    "azure-native:resources:ResourceGroup": armModel({
        path: () => "",
        nameInput: "resourceGroupName",
        namePattern: /^[\w().-]{0,89}[\w()-]$/,
        nameText:
            "the name of a resource group is 1 to 90 letters, digits, underscores, parentheses, hyphens and dots, without a dot at the end",
    }),
    "azure-native:managedidentity:UserAssignedIdentity": armModel({
        path: (name) => `/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name("resourceName")}`,
        nameInput: "resourceName",
        namePattern: /^[a-zA-Z0-9][\w-]{2,127}$/,
        nameText: "the name of an identity is 3 to 128 letters, digits, hyphens and underscores",
        outputs: symbols("principalId", "clientId"),
    }),
    "azure-native:managedidentity:FederatedIdentityCredential": armModel({
        path: (name) =>
            `/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name("resourceName")}/federatedIdentityCredentials/${name("federatedIdentityCredentialResourceName")}`,
        nameInput: "federatedIdentityCredentialResourceName",
        namePattern: /^[a-zA-Z0-9][\w-]{2,119}$/,
        nameText: "the name of a federated credential is 3 to 120 letters, digits, hyphens and underscores",
        rules: [
            matches(
                "subject",
                /^system:serviceaccount:[a-z0-9-]+:[a-z0-9.-]+$/,
                "the subject of a service account is system:serviceaccount:NAMESPACE:NAME",
                "https://learn.microsoft.com/azure/aks/workload-identity-overview",
            ),
            property(
                "audiences",
                "a federated credential has one audience, api://AzureADTokenExchange in the public cloud",
                "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations",
                (value) => Array.isArray(value) && value.length === 1 && value[0] === "api://AzureADTokenExchange",
            ),
        ],
    }),
    [vnetType]: virtualNetwork,
    [subnetType]: subnet,
    "azure-native:network:PublicIPAddress": publicIpAddress,
    "azure-native:network:NetworkSecurityGroup": networkSecurityGroup,
    "azure-native:dns:RecordSet": armModel({
        path: (name) =>
            `/providers/Microsoft.Network/dnsZones/${name("zoneName")}/${name("recordType")}/${name("relativeRecordSetName")}`,
        nameInput: "relativeRecordSetName",
        namePattern: /^(?=.{1,253}$)(@|(\*|[\w-]{1,63})(\.[\w-]{1,63})*)$/,
        nameText:
            "a record set is named relative to its zone, in labels of at most 63 characters; @ is the zone itself",
        nameSource: "https://learn.microsoft.com/azure/dns/dns-zones-records",
        rules: [
            between(
                "ttl",
                1,
                2_147_483_647,
                "https://learn.microsoft.com/azure/dns/dns-zones-records#time-to-live",
                "a time to live of 1 to 2147483647 seconds",
            ),
            rule(
                "aRecords",
                "a record set of type A lists its addresses",
                "https://learn.microsoft.com/azure/dns/dns-zones-records",
                ({ inputs }) =>
                    inputs["recordType"] !== "A" ||
                    listAt(inputs, "aRecords").length > 0 ||
                    inputs["targetResource"] !== undefined,
            ),
        ],
        outputs: symbols("fqdn"),
    }),
    "azure-native:authorization:RoleAssignment": {
        deletesFirst: (before, after) => before["roleAssignmentName"] === after["roleAssignmentName"],
        rules: [
            matches(
                "roleAssignmentName",
                /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
                "the name of a role assignment is a GUID",
                nameRules,
            ),
            // Both hold the subscription, which only the credentials know.
            rule(
                "roleDefinitionId",
                "a role is named by its resource id",
                "https://learn.microsoft.com/azure/role-based-access-control/role-definitions",
                ({ inputs }) =>
                    isMatch(
                        inputs["roleDefinitionId"],
                        /^(\/subscriptions\/[^/]+)?\/providers\/Microsoft\.Authorization\/roleDefinitions\/[0-9a-f-]{36}$/,
                    ),
            ),
            rule(
                "scope",
                "a scope is the resource id of a subscription, a resource group or a resource",
                "https://learn.microsoft.com/azure/role-based-access-control/scope-overview",
                ({ inputs }) => isMatch(inputs["scope"], /^\/(subscriptions|providers\/Microsoft\.Management)\//),
            ),
        ],
        id: ({ inputs }) =>
            `${String(inputs["scope"])}/providers/Microsoft.Authorization/roleAssignments/${String(inputs["roleAssignmentName"])}`,
    },
};
