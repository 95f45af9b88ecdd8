import { at, listAt, type Properties, type ResourceModel, type SimulatedResource, type World } from "../provider";
import { between, isMatch, isWithin, items, matches, ofType, property, rule } from "../rules";
import { areZones, armModel } from "./model";
import { parseNetwork } from "../../components/common/addresses";

const components = "https://learn.microsoft.com/azure/application-gateway/application-gateway-components";
const infrastructure = "https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure";
const layerFour = "https://learn.microsoft.com/azure/application-gateway/how-to-tcp-tls-proxy";
const keyVault = "https://learn.microsoft.com/azure/application-gateway/key-vault-certs";
const apiReference = "https://learn.microsoft.com/rest/api/application-gateway/application-gateways/create-or-update";
const sslPolicies = "https://learn.microsoft.com/azure/application-gateway/application-gateway-ssl-policy-overview";
const scaling = "https://learn.microsoft.com/azure/application-gateway/application-gateway-autoscaling-zone-redundant";

const gatewayType = "azure-native:network:ApplicationGateway";

/** The role Key Vault Secrets User (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles). */
const secretsUser = "4633458b-17de-408a-b874-0445c86b69e6";

/** Collections of a gateway, whose parts have their own names. */
const collections = [
    "backendAddressPools",
    "backendSettingsCollection",
    "frontendIPConfigurations",
    "frontendPorts",
    "gatewayIPConfigurations",
    "listeners",
    "probes",
    "routingRules",
    "sslCertificates",
] as const;

/** Where parts refer to other parts. */
const references = [
    { from: "listeners", property: "frontendIPConfiguration", to: "frontendIPConfigurations" },
    { from: "listeners", property: "frontendPort", to: "frontendPorts" },
    { from: "listeners", property: "sslCertificate", to: "sslCertificates" },
    { from: "backendSettingsCollection", property: "probe", to: "probes" },
    { from: "routingRules", property: "listener", to: "listeners" },
    { from: "routingRules", property: "backendAddressPool", to: "backendAddressPools" },
    { from: "routingRules", property: "backendSettings", to: "backendSettingsCollection" },
] as const;

/** Whether no other part of a collection has this property's value. */
function isOnlyOne(part: unknown, { inputs }: SimulatedResource, collection: string, name: string): boolean {
    return listAt(inputs, collection).filter((other) => at(other, name) === at(part, name)).length === 1;
}

/** The part that a reference names, by `$self/collection/name` or by a full id. */
function referred(gateway: SimulatedResource, collection: string, reference: unknown): unknown {
    const [name, kind] = typeof reference === "string" ? reference.split("/").reverse() : [];
    return kind === collection
        ? listAt(gateway.inputs, collection).find((part) => at(part, "name") === name)
        : undefined;
}

const referenceRules = references.map(({ from, property: part, to }) =>
    items(
        from,
        `a ${part} is one of the gateway's ${to}`,
        components,
        (item, gateway) => {
            const reference = at(item, `${part}.id`);
            return reference === undefined
                ? part === "sslCertificate" || part === "probe"
                : referred(gateway, to, reference) !== undefined;
        },
        part,
    ),
);

/** A resource of this plan whose id ends so. */
function withId(
    id: unknown,
    world: World,
    type: string,
    endOf: (inputs: Properties) => string,
): SimulatedResource | undefined {
    return ofType(world, type).find(({ inputs }) => typeof id === "string" && id.endsWith(endOf(inputs)));
}

/** The subnet that the gateway stands in, where it is in the plan. */
function subnetOf(gateway: SimulatedResource, world: World): SimulatedResource | undefined {
    const id = at(gateway.inputs, "gatewayIPConfigurations.0.subnet.id");
    return withId(
        id,
        world,
        "azure-native:network:Subnet",
        ({ virtualNetworkName, subnetName }) =>
            `/virtualNetworks/${String(virtualNetworkName)}/subnets/${String(subnetName)}`,
    );
}

/** Whether a subnet's security group, if it has one, lets Azure's gateway manager in. */
function admitsGatewayManager(subnet: SimulatedResource | undefined, world: World): boolean {
    const id = at(subnet?.inputs, "networkSecurityGroup.id");
    const group = withId(
        id,
        world,
        "azure-native:network:NetworkSecurityGroup",
        ({ networkSecurityGroupName }) => `/networkSecurityGroups/${String(networkSecurityGroupName)}`,
    );
    return (
        group === undefined ||
        listAt(group.inputs, "securityRules").some(
            (one) =>
                at(one, "access") === "Allow" &&
                at(one, "direction") === "Inbound" &&
                at(one, "sourceAddressPrefix") === "GatewayManager" &&
                at(one, "destinationPortRange") === "65200-65535",
        )
    );
}

/** Whether the identity that the gateway acts as may read secrets of Key Vault, where the identity is in the plan. */
function mayReadVault(gateway: SimulatedResource, world: World): boolean {
    const [id] = listAt(gateway.inputs, "identity.userAssignedIdentities");
    const identity = withId(
        id,
        world,
        "azure-native:managedidentity:UserAssignedIdentity",
        ({ resourceName }) => `/userAssignedIdentities/${String(resourceName)}`,
    );
    return (
        identity === undefined ||
        ofType(world, "azure-native:authorization:RoleAssignment").some(
            ({ inputs }) =>
                at(inputs, "principalId") === identity.symbol("principalId") &&
                isMatch(at(inputs, "roleDefinitionId"), new RegExp(`${secretsUser}$`)),
        )
    );
}

function usesKeyVault(gateway: SimulatedResource): boolean {
    return listAt(gateway.inputs, "sslCertificates").some((one) => at(one, "keyVaultSecretId") !== undefined);
}

export const applicationGatewayModels: Readonly<Record<string, ResourceModel>> = {
    [gatewayType]: armModel({
        path: (name) => `/providers/Microsoft.Network/applicationGateways/${name("applicationGatewayName")}`,
        nameInput: "applicationGatewayName",
        namePattern: /^[a-zA-Z0-9]([\w.-]{0,78}\w)?$/,
        nameText: "the name of a gateway is 1 to 80 letters, digits, underscores, dots and hyphens",
        rules: [
            property(
                "sku.name",
                "a TLS proxy needs the SKU Standard_v2 or WAF_v2, in its own tier",
                layerFour,
                (value, { inputs }) => isMatch(value, /^(Standard|WAF)_v2$/) && at(inputs, "sku.tier") === value,
            ),
            property("zones", "zones are 1, 2 and 3", scaling, areZones),
            property(
                "autoscaleConfiguration",
                "a gateway scales between 0 and 125 instances",
                scaling,
                (value) =>
                    isWithin(at(value, "minCapacity"), 0, 125) &&
                    isWithin(at(value, "maxCapacity"), Math.max(2, Number(at(value, "minCapacity"))), 125),
            ),
            matches(
                "sslPolicy.policyName",
                /^AppGwSslPolicy(20150501|20170401S?|20220101S?)$/,
                "a predefined TLS policy that there is",
                sslPolicies,
            ),
            ...collections.map((collection) =>
                items(
                    collection,
                    `the names of a gateway's ${collection} differ`,
                    components,
                    (part, gateway) => isOnlyOne(part, gateway, collection, "name"),
                    "name",
                ),
            ),
            ...referenceRules,
            items(
                "frontendPorts",
                "frontend ports differ and are between 1 and 64999",
                infrastructure,
                (part, gateway) =>
                    isWithin(at(part, "port"), 1, 64_999) && isOnlyOne(part, gateway, "frontendPorts", "port"),
                "port",
            ),
            ...["listeners", "backendSettingsCollection"].map((collection) =>
                items(
                    collection,
                    "listeners and backend settings of layer 4 speak Tls or Tcp",
                    layerFour,
                    (part) => isMatch(at(part, "protocol"), /^(Tls|Tcp)$/),
                    "protocol",
                ),
            ),
            items(
                "listeners",
                "a Tls listener has a certificate and a Tcp listener none",
                layerFour,
                (part) => (at(part, "protocol") === "Tls") === (at(part, "sslCertificate.id") !== undefined),
                "sslCertificate",
            ),
            between("backendSettingsCollection[].timeout", 1, 86_400, apiReference, "a timeout of 1 to 86400 seconds"),
            items(
                "routingRules",
                "each routing rule has its own priority between 1 and 20000",
                components,
                (part, gateway) =>
                    isWithin(at(part, "priority"), 1, 20_000) && isOnlyOne(part, gateway, "routingRules", "priority"),
                "priority",
            ),
            property("listeners[]", "each listener has its routing rule", components, (listener, gateway) =>
                listAt(gateway.inputs, "routingRules").some(
                    (one) => referred(gateway, "listeners", at(one, "listener.id")) === listener,
                ),
            ),
            rule(
                "identity",
                "a certificate in Key Vault is read as a user-assigned identity with the role Key Vault Secrets User",
                keyVault,
                (gateway, world) =>
                    !usesKeyVault(gateway) ||
                    (at(gateway.inputs, "identity.type") === "UserAssigned" &&
                        listAt(gateway.inputs, "identity.userAssignedIdentities").length === 1 &&
                        mayReadVault(gateway, world)),
            ),
            rule(
                "gatewayIPConfigurations[0].subnet.id",
                "a gateway has its own subnet, a /24 for all its instances and no smaller than a /28",
                infrastructure,
                (gateway, world) =>
                    (parseNetwork(subnetOf(gateway, world)?.inputs["addressPrefix"])?.prefix ?? 0) <= 28,
            ),
            rule(
                "gatewayIPConfigurations[0].subnet.id",
                "the security group of its subnet lets the GatewayManager reach ports 65200 to 65535",
                `${infrastructure}#network-security-groups`,
                (gateway, world) => admitsGatewayManager(subnetOf(gateway, world), world),
            ),
        ],
    }),
};
