import { at, listAt, type ResourceModel, type Rule, type SimulatedResource, type World } from "../provider";
import { armModel, isWithin, matches, ofType, propertyRule, rule } from "./model";
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

/** A rule about each part of a collection. */
function eachPart(
    collection: string,
    property: string,
    text: string,
    source: string,
    holds: (part: unknown, all: readonly unknown[], gateway: SimulatedResource) => boolean,
): Rule {
    return rule(text, source, (gateway) => {
        const all = listAt(gateway.inputs, collection);
        const index = all.findIndex((part) => !holds(part, all, gateway));
        return index < 0 ? undefined : `${collection}[${index}].${property}`;
    });
}

function isOnlyOne(part: unknown, all: readonly unknown[], property: string): boolean {
    return all.filter((other) => at(other, property) === at(part, property)).length === 1;
}

/** The part that a reference names, by `$self/collection/name` or by a full id. */
function referred(gateway: SimulatedResource, collection: string, reference: unknown): unknown {
    const [name, kind] = typeof reference === "string" ? reference.split("/").reverse() : [];
    return kind === collection
        ? listAt(gateway.inputs, collection).find((part) => at(part, "name") === name)
        : undefined;
}

const referenceRules = references.map(({ from, property, to }) =>
    eachPart(from, property, `a ${property} is one of the gateway's ${to}`, components, (part, _, gateway) => {
        const reference = at(part, `${property}.id`);
        return reference === undefined
            ? property === "sslCertificate" || property === "probe"
            : referred(gateway, to, reference) !== undefined;
    }),
);

/** The subnet that the gateway stands in, where it is in the plan. */
function subnetOf(gateway: SimulatedResource, world: World): SimulatedResource | undefined {
    const id = at(listAt(gateway.inputs, "gatewayIPConfigurations")[0], "subnet.id");
    return ofType(world, "azure-native:network:Subnet").find(
        ({ inputs }) =>
            typeof id === "string" &&
            id.endsWith(
                `/virtualNetworks/${String(at(inputs, "virtualNetworkName"))}/subnets/${String(at(inputs, "subnetName"))}`,
            ),
    );
}

/** Whether a subnet's security group, if it has one, lets Azure's gateway manager in. */
function admitsGatewayManager(subnet: SimulatedResource | undefined, world: World): boolean {
    const id = at(subnet?.inputs, "networkSecurityGroup.id");
    const group = ofType(world, "azure-native:network:NetworkSecurityGroup").find(
        ({ inputs }) =>
            typeof id === "string" &&
            id.endsWith(`/networkSecurityGroups/${String(at(inputs, "networkSecurityGroupName"))}`),
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
    const identity = ofType(world, "azure-native:managedidentity:UserAssignedIdentity").find(
        ({ inputs }) =>
            typeof id === "string" && id.endsWith(`/userAssignedIdentities/${String(at(inputs, "resourceName"))}`),
    );
    return (
        identity === undefined ||
        ofType(world, "azure-native:authorization:RoleAssignment").some(
            ({ inputs }) =>
                at(inputs, "principalId") === identity.symbol("principalId") &&
                matches(at(inputs, "roleDefinitionId"), new RegExp(`${secretsUser}$`)),
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
            propertyRule(
                "sku.name",
                "a TLS proxy needs the SKU Standard_v2 or WAF_v2, in its own tier",
                layerFour,
                (value, { inputs }) => matches(value, /^(Standard|WAF)_v2$/) && at(inputs, "sku.tier") === value,
            ),
            propertyRule(
                "zones",
                "zones are 1, 2 and 3",
                scaling,
                (value) => Array.isArray(value) && value.every((zone) => matches(zone, /^[123]$/)),
            ),
            propertyRule(
                "autoscaleConfiguration",
                "a gateway scales between 0 and 125 instances",
                scaling,
                (value) =>
                    isWithin(at(value, "minCapacity"), 0, 125) &&
                    isWithin(at(value, "maxCapacity"), Math.max(2, Number(at(value, "minCapacity"))), 125),
            ),
            propertyRule("sslPolicy.policyName", "a predefined TLS policy that there is", sslPolicies, (value) =>
                matches(value, /^AppGwSslPolicy(20150501|20170401S?|20220101S?)$/),
            ),
            ...collections.map((collection) =>
                eachPart(collection, "name", `the names of a gateway's ${collection} differ`, components, (part, all) =>
                    isOnlyOne(part, all, "name"),
                ),
            ),
            ...referenceRules,
            eachPart(
                "frontendPorts",
                "port",
                "frontend ports differ and are between 1 and 64999",
                infrastructure,
                (part, all) => isWithin(at(part, "port"), 1, 64_999) && isOnlyOne(part, all, "port"),
            ),
            eachPart("listeners", "protocol", "a listener of layer 4 speaks Tls or Tcp", layerFour, (part) =>
                matches(at(part, "protocol"), /^(Tls|Tcp)$/),
            ),
            eachPart(
                "listeners",
                "sslCertificate",
                "a Tls listener has a certificate and a Tcp listener none",
                layerFour,
                (part) => (at(part, "protocol") === "Tls") === (at(part, "sslCertificate.id") !== undefined),
            ),
            eachPart(
                "backendSettingsCollection",
                "protocol",
                "backend settings of layer 4 speak Tls or Tcp",
                layerFour,
                (part) => matches(at(part, "protocol"), /^(Tls|Tcp)$/),
            ),
            eachPart(
                "backendSettingsCollection",
                "timeout",
                "a timeout of 1 to 86400 seconds",
                apiReference,
                (part) => at(part, "timeout") === undefined || isWithin(at(part, "timeout"), 1, 86_400),
            ),
            eachPart(
                "routingRules",
                "priority",
                "each routing rule has its own priority between 1 and 20000",
                components,
                (part, all) => isWithin(at(part, "priority"), 1, 20_000) && isOnlyOne(part, all, "priority"),
            ),
            rule("each listener has its routing rule", components, (gateway) => {
                const routed = listAt(gateway.inputs, "routingRules").map((one) =>
                    referred(gateway, "listeners", at(one, "listener.id")),
                );
                const index = listAt(gateway.inputs, "listeners").findIndex((listener) => !routed.includes(listener));
                return index < 0 ? undefined : `listeners[${index}]`;
            }),
            rule(
                "a certificate in Key Vault is read as a user-assigned identity with the role Key Vault Secrets User",
                keyVault,
                (gateway, world) => {
                    const identified =
                        at(gateway.inputs, "identity.type") === "UserAssigned" &&
                        listAt(gateway.inputs, "identity.userAssignedIdentities").length === 1;
                    return !usesKeyVault(gateway) || (identified && mayReadVault(gateway, world))
                        ? undefined
                        : "identity";
                },
            ),
            rule(
                "a gateway has its own subnet, a /24 for all its instances and no smaller than a /28",
                infrastructure,
                (gateway, world) => {
                    const subnet = subnetOf(gateway, world);
                    const prefix = parseNetwork(at(subnet?.inputs, "addressPrefix"))?.prefix;
                    return prefix === undefined || prefix <= 28 ? undefined : "gatewayIPConfigurations[0].subnet.id";
                },
            ),
            rule(
                "the security group of its subnet lets the GatewayManager reach ports 65200 to 65535",
                `${infrastructure}#network-security-groups`,
                (gateway, world) =>
                    admitsGatewayManager(subnetOf(gateway, world), world)
                        ? undefined
                        : "gatewayIPConfigurations[0].subnet.id",
            ),
        ],
    }),
};
