import assert from "node:assert/strict";
import { azureServiceRules } from "../../../simulation/azure/service";
import { azureNative } from "../../../simulation/azure";
import type { Properties, Rule, SimulatedResource, World } from "../../../simulation/provider";

function resource(type: string, inputs: Properties, name = "one"): SimulatedResource {
    return { type, name, inputs, symbol: (property) => `\${${name}.${property}}` };
}

function worldOf(...resources: readonly SimulatedResource[]): World {
    return { resources, resolve: () => undefined };
}

/** The properties that break a rule, in order. */
function broken(rules: readonly Rule[], one: SimulatedResource, others: readonly SimulatedResource[] = []): string[] {
    const world = worldOf(...others, one);
    return rules.flatMap((rule) => rule.brokenBy(one, world) ?? []);
}

const types = {
    group: "azure-native:resources:ResourceGroup",
    identity: "azure-native:managedidentity:UserAssignedIdentity",
    role: "azure-native:authorization:RoleAssignment",
    vnet: "azure-native:network:VirtualNetwork",
    subnet: "azure-native:network:Subnet",
    address: "azure-native:network:PublicIPAddress",
    securityGroup: "azure-native:network:NetworkSecurityGroup",
    gateway: "azure-native:network:ApplicationGateway",
    record: "azure-native:dns:RecordSet",
    cluster: "azure-native:containerservice:ManagedCluster",
    pool: "azure-native:containerservice:AgentPool",
    maintenance: "azure-native:containerservice:MaintenanceConfiguration",
} as const;

const pool = { name: "system", mode: "System", count: 3, vnetSubnetID: "/vnet/subnets/nodes" };
const service = "kubernetes:core/v1:Service";
const prefix = "service.beta.kubernetes.io/azure-";

/** A valid resource of each type; every case changes one thing. */
const valid: Readonly<Record<keyof typeof types, Properties>> = {
    group: { resourceGroupName: "edge", location: "westeurope" },
    identity: { resourceGroupName: "edge", resourceName: "edge" },
    role: {
        roleAssignmentName: "4d97b98b-1d4f-4787-a291-c67834d212e7",
        roleDefinitionId:
            "/subscriptions/1234/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7",
        scope: "/subscriptions/1234/resourceGroups/edge",
        principalId: "principal",
    },
    vnet: {
        resourceGroupName: "edge",
        virtualNetworkName: "edge",
        addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
    },
    subnet: {
        resourceGroupName: "edge",
        virtualNetworkName: "edge",
        subnetName: "nodes",
        addressPrefix: "10.0.0.0/17",
    },
    address: {
        resourceGroupName: "edge",
        publicIpAddressName: "edge",
        sku: { name: "Standard" },
        publicIPAllocationMethod: "Static",
        idleTimeoutInMinutes: 30,
        zones: ["1", "2", "3"],
    },
    securityGroup: {
        resourceGroupName: "edge",
        networkSecurityGroupName: "edge",
        securityRules: [
            { direction: "Inbound", priority: 100, sourceAddressPrefix: "*", destinationPortRange: "8883" },
            { direction: "Inbound", priority: 200, sourceAddressPrefixes: ["10.0.0.0/8"], destinationPortRange: "1" },
        ],
    },
    gateway: {
        resourceGroupName: "edge",
        applicationGatewayName: "edge",
        sku: { name: "Standard_v2", tier: "Standard_v2" },
        zones: ["1"],
        autoscaleConfiguration: { minCapacity: 0, maxCapacity: 2 },
        sslPolicy: { policyName: "AppGwSslPolicy20220101" },
        identity: { type: "UserAssigned", userAssignedIdentities: ["/userAssignedIdentities/edge"] },
        sslCertificates: [{ name: "server", keyVaultSecretId: "https://example.vault.azure.net/secrets/mqtt" }],
        frontendIPConfigurations: [{ name: "public" }],
        frontendPorts: [{ name: "mqtts", port: 8883 }],
        backendAddressPools: [{ name: "haproxy" }],
        backendSettingsCollection: [{ name: "mqtts", protocol: "Tcp", timeout: 86_400 }],
        gatewayIPConfigurations: [{ name: "gateway", subnet: { id: "/virtualNetworks/edge/subnets/gateway" } }],
        listeners: [
            {
                name: "mqtts",
                protocol: "Tls",
                frontendIPConfiguration: { id: "$self/frontendIPConfigurations/public" },
                frontendPort: { id: "$self/frontendPorts/mqtts" },
                sslCertificate: { id: "$self/sslCertificates/server" },
            },
        ],
        routingRules: [
            {
                name: "mqtts",
                priority: 1,
                listener: { id: "$self/listeners/mqtts" },
                backendAddressPool: { id: "$self/backendAddressPools/haproxy" },
                backendSettings: { id: "$self/backendSettingsCollection/mqtts" },
            },
        ],
    },
    record: {
        resourceGroupName: "dns",
        zoneName: "example.com",
        relativeRecordSetName: "mqtt",
        recordType: "A",
        ttl: 300,
        aRecords: [{ ipv4Address: "192.0.2.1" }],
    },
    cluster: {
        resourceGroupName: "edge",
        resourceName: "edge",
        dnsPrefix: "edge",
        nodeResourceGroup: "edge-nodes",
        kubernetesVersion: "1.35",
        identity: { type: "UserAssigned", userAssignedIdentities: ["/userAssignedIdentities/edge"] },
        agentPoolProfiles: [pool],
        oidcIssuerProfile: { enabled: true },
        securityProfile: { workloadIdentity: { enabled: true } },
        autoUpgradeProfile: { upgradeChannel: "node-image", nodeOSUpgradeChannel: "NodeImage" },
        apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/24"] },
        networkProfile: {
            networkPlugin: "azure",
            networkPluginMode: "overlay",
            networkDataplane: "cilium",
            networkPolicy: "cilium",
            outboundType: "loadBalancer",
            podCidr: "10.244.0.0/16",
            serviceCidr: "10.100.0.0/16",
            dnsServiceIP: "10.100.0.10",
            loadBalancerProfile: { idleTimeoutInMinutes: 30 },
        },
    },
    pool: {
        resourceGroupName: "edge",
        resourceName: "edge",
        agentPoolName: "broker",
        count: 3,
        availabilityZones: ["1", "2"],
        osDiskSizeGB: 30,
        maxPods: 250,
        nodeTaints: ["vernemq.io/dedicated=true:NoSchedule"],
        nodeLabels: { "vernemq.io/dedicated": "true" },
        vnetSubnetID: "/vnet/subnets/nodes",
    },
    maintenance: {
        resourceGroupName: "edge",
        resourceName: "edge",
        configName: "aksManagedAutoUpgradeSchedule",
        maintenanceWindow: { durationHours: 4, startTime: "00:00" },
    },
};

/** What stands beside a valid gateway: the identity with its right to the vault, and a guarded subnet. */
const beside: readonly SimulatedResource[] = [
    resource(types.identity, valid.identity, "identity"),
    resource(
        types.role,
        {
            ...valid.role,
            principalId: "${identity.principalId}",
            roleDefinitionId: "/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6",
        },
        "vault-role",
    ),
    resource(types.vnet, valid.vnet, "vnet"),
    resource(
        types.subnet,
        {
            ...valid.subnet,
            subnetName: "gateway",
            addressPrefix: "10.0.128.0/24",
            networkSecurityGroup: { id: "/networkSecurityGroups/guard" },
        },
        "gateway-subnet",
    ),
    resource(
        types.securityGroup,
        {
            ...valid.securityGroup,
            networkSecurityGroupName: "guard",
            securityRules: [
                {
                    access: "Allow",
                    direction: "Inbound",
                    priority: 100,
                    sourceAddressPrefix: "GatewayManager",
                    destinationPortRange: "65200-65535",
                },
            ],
        },
        "guard",
    ),
];

function withPath(inputs: Properties, path: string, value: unknown): Properties {
    const [first = "", ...rest] = path.split(".");
    const inner = inputs[first];
    if (rest.length === 0) {
        return { ...inputs, [first]: value };
    }
    if (Array.isArray(inner)) {
        const [index = "0", ...more] = rest;
        const items = inner as readonly Properties[];
        return {
            ...inputs,
            [first]: items.map((item, position) =>
                position === Number(index) ? withPath(item, more.join("."), value) : item,
            ),
        };
    }
    return { ...inputs, [first]: withPath((inner ?? {}) as Properties, rest.join("."), value) };
}

type Kind = keyof typeof types;

/** What Azure refuses: type, the one change to a valid resource, and the property that is named. */
const refused: readonly (readonly [kind: Kind, path: string, value: unknown, property: string])[] = [
    ["group", "resourceGroupName", "ends-with-a-dot.", "resourceGroupName"],
    ["group", "resourceGroupName", "x".repeat(91), "resourceGroupName"],
    ["group", "tags", { "a/b": "c" }, "tags.a/b"],
    ["group", "tags", Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`t${i}`, ""])), "tags"],
    ["identity", "resourceName", "ab", "resourceName"],
    ["role", "roleAssignmentName", "network-contributor", "roleAssignmentName"],
    ["role", "roleDefinitionId", "Network Contributor", "roleDefinitionId"],
    ["role", "scope", "edge", "scope"],
    ["vnet", "virtualNetworkName", "v", "virtualNetworkName"],
    ["vnet", "addressSpace.addressPrefixes", ["10.0.0.1/16"], "addressSpace.addressPrefixes"],
    ["subnet", "subnetName", "-nodes", "subnetName"],
    ["address", "publicIpAddressName", "x".repeat(81), "publicIpAddressName"],
    ["address", "publicIPAllocationMethod", "Dynamic", "publicIPAllocationMethod"],
    ["address", "idleTimeoutInMinutes", 31, "idleTimeoutInMinutes"],
    ["address", "zones", ["1", "2"], "zones"],
    ["address", "tags", { Service: "mqtt" }, "tags"],
    ["securityGroup", "securityRules.1.priority", 100, "securityRules[1].priority"],
    ["securityGroup", "securityRules.0.priority", 99, "securityRules[0].priority"],
    ["securityGroup", "securityRules.0.sourceAddressPrefixes", ["10.0.0.0/8"], "securityRules[0]"],
    ["record", "relativeRecordSetName", "a..b", "relativeRecordSetName"],
    ["record", "ttl", 0, "ttl"],
    ["record", "aRecords", [], "aRecords"],
    ["cluster", "resourceName", "x".repeat(64), "resourceName"],
    ["cluster", "resourceName", "edge-", "resourceName"],
    ["cluster", "dnsPrefix", "x".repeat(55), "dnsPrefix"],
    ["cluster", "nodeResourceGroup", "x".repeat(81), "nodeResourceGroup"],
    ["cluster", "nodeResourceGroup", "edge", "nodeResourceGroup"],
    ["cluster", "kubernetesVersion", "latest", "kubernetesVersion"],
    ["cluster", "agentPoolProfiles.0.mode", "User", "agentPoolProfiles"],
    ["cluster", "agentPoolProfiles.0.name", "SystemNodePool", "agentPoolProfiles[0].name"],
    ["cluster", "agentPoolProfiles.0.count", 0, "agentPoolProfiles[0].count"],
    ["cluster", "agentPoolProfiles.0.maxPods", 20, "agentPoolProfiles[0].maxPods"],
    ["cluster", "agentPoolProfiles.0.availabilityZones", ["a"], "agentPoolProfiles[0].availabilityZones"],
    ["cluster", "identity.userAssignedIdentities", [], "identity.userAssignedIdentities"],
    ["cluster", "oidcIssuerProfile.enabled", false, "oidcIssuerProfile.enabled"],
    ["cluster", "disableLocalAccounts", true, "disableLocalAccounts"],
    ["cluster", "autoUpgradeProfile.upgradeChannel", "daily", "autoUpgradeProfile.upgradeChannel"],
    ["cluster", "autoUpgradeProfile.nodeOSUpgradeChannel", "SecurityPatch", "autoUpgradeProfile.nodeOSUpgradeChannel"],
    [
        "cluster",
        "apiServerAccessProfile.authorizedIPRanges",
        ["203.0.113.7/24"],
        "apiServerAccessProfile.authorizedIPRanges",
    ],
    [
        "cluster",
        "apiServerAccessProfile.authorizedIPRanges",
        Array.from({ length: 201 }, (_, i) => `198.51.100.${i}/32`),
        "apiServerAccessProfile.authorizedIPRanges",
    ],
    ["cluster", "networkProfile.networkPlugin", "none", "networkProfile.networkPluginMode"],
    ["cluster", "networkProfile.networkPolicy", "azure", "networkProfile.networkPolicy"],
    ["cluster", "networkProfile.outboundType", "managedNATGateway", "networkProfile.outboundType"],
    ["cluster", "networkProfile.podCidr", "10.0.0.0/16", "networkProfile.podCidr"],
    ["cluster", "networkProfile.podCidr", "10.244.0.0/23", "networkProfile.podCidr"],
    ["cluster", "networkProfile.dnsServiceIP", "10.100.0.1", "networkProfile.dnsServiceIP"],
    ["cluster", "networkProfile.dnsServiceIP", "10.101.0.10", "networkProfile.dnsServiceIP"],
    [
        "cluster",
        "networkProfile.loadBalancerProfile.idleTimeoutInMinutes",
        3,
        "networkProfile.loadBalancerProfile.idleTimeoutInMinutes",
    ],
    ["pool", "agentPoolName", "broker-pool", "agentPoolName"],
    ["pool", "agentPoolName", "brokerpoolone", "agentPoolName"],
    ["pool", "agentPoolName", "1broker", "agentPoolName"],
    ["pool", "availabilityZones", ["1", "1"], "availabilityZones"],
    ["pool", "count", 1001, "count"],
    ["pool", "osDiskSizeGB", 20, "osDiskSizeGB"],
    ["pool", "maxPods", 251, "maxPods"],
    ["pool", "nodeTaints", ["vernemq.io/dedicated:NoSchedule"], "nodeTaints"],
    ["pool", "nodeLabels", { "kubernetes.azure.com/mode": "user" }, "nodeLabels"],
    ["pool", "count", 300, "count"],
    ["pool", "vnetSubnetID", "/other/subnets/nodes", "vnetSubnetID"],
    ["maintenance", "configName", "sundays", "configName"],
    ["maintenance", "maintenanceWindow.durationHours", 3, "maintenanceWindow.durationHours"],
    ["maintenance", "maintenanceWindow.startTime", "24:00", "maintenanceWindow.startTime"],
    ["gateway", "sku.name", "Basic", "sku.name"],
    ["gateway", "zones", ["4"], "zones"],
    ["gateway", "autoscaleConfiguration.maxCapacity", 126, "autoscaleConfiguration"],
    ["gateway", "sslPolicy.policyName", "AppGwSslPolicy2022", "sslPolicy.policyName"],
    ["gateway", "frontendPorts.0.port", 65_200, "frontendPorts[0].port"],
    ["gateway", "listeners.0.protocol", "Https", "listeners[0].protocol"],
    ["gateway", "listeners.0.frontendPort.id", "$self/frontendPorts/wss", "listeners[0].frontendPort"],
    ["gateway", "listeners.0.frontendPort.id", "$self/probes/mqtts", "listeners[0].frontendPort"],
    ["gateway", "listeners.0.sslCertificate", undefined, "listeners[0].sslCertificate"],
    ["gateway", "backendSettingsCollection.0.timeout", 0, "backendSettingsCollection[0].timeout"],
    ["gateway", "backendSettingsCollection.0.probe", { id: "$self/probes/x" }, "backendSettingsCollection[0].probe"],
    ["gateway", "routingRules.0.priority", undefined, "routingRules[0].priority"],
    ["gateway", "routingRules.0.priority", 20_001, "routingRules[0].priority"],
    ["gateway", "routingRules.0.listener.id", "$self/listeners/wss", "routingRules[0].listener"],
    ["gateway", "routingRules", [], "listeners[0]"],
    ["gateway", "identity", undefined, "identity"],
];

function check(kind: Kind, inputs: Properties, others: readonly SimulatedResource[] = beside): string[] {
    const besides =
        kind === "pool" || kind === "maintenance"
            ? [...others, resource(types.cluster, valid.cluster, "cluster")]
            : others;
    return broken(azureNative.models[types[kind]]?.rules ?? [], resource(types[kind], inputs), besides);
}

function shown(value: unknown): string {
    return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 40);
}

describe("the simulated Azure", () => {
    for (const kind of Object.keys(types) as Kind[]) {
        it(`takes a valid ${kind}`, () => {
            assert.deepEqual(check(kind, valid[kind]), []);
        });
    }

    for (const [kind, path, value, property] of refused) {
        it(`refuses a ${kind} with ${path} = ${shown(value)}`, () => {
            assert.ok(check(kind, withPath(valid[kind], path, value)).includes(property));
        });
    }

    it("names a source for each rule", () => {
        const rules = [
            ...Object.values(azureNative.models).flatMap((model) => model.rules ?? []),
            ...azureServiceRules,
        ];
        assert.ok(rules.length > 60);
        for (const { source, text } of rules) {
            assert.match(source, /^https:\/\//, text);
        }
    });

    it("refuses subnets that overlap, or lie outside their VNet", () => {
        const outside = withPath(valid.subnet, "addressPrefix", "10.1.0.0/24");
        assert.deepEqual(check("subnet", outside), ["addressPrefix"]);
        const overlapping = withPath(valid.subnet, "addressPrefix", "10.0.128.0/20");
        assert.deepEqual(check("subnet", overlapping), ["addressPrefix"]);
    });

    it("refuses a gateway whose identity may not read the vault", () => {
        const withoutRole = beside.filter(({ type }) => type !== types.role);
        assert.deepEqual(check("gateway", valid.gateway, withoutRole), ["identity"]);
    });

    it("refuses a gateway whose subnet keeps Azure's gateway manager out", () => {
        const closed = beside.map((one) =>
            one.type === types.securityGroup ? { ...one, inputs: { ...one.inputs, securityRules: [] } } : one,
        );
        assert.deepEqual(check("gateway", valid.gateway, closed), ["gatewayIPConfigurations[0].subnet.id"]);
    });

    it("refuses two listeners on one port", () => {
        const twice = withPath(valid.gateway, "frontendPorts", [
            { name: "mqtts", port: 8883 },
            { name: "wss", port: 8883 },
        ]);
        assert.deepEqual(check("gateway", twice), ["frontendPorts[0].port"]);
    });

    it("replaces what Azure cannot change in place", () => {
        const cluster = azureNative.models[types.cluster]?.replaceOn ?? [];
        for (const property of ["resourceName", "location", "networkProfile.podCidr", "diskEncryptionSetID"]) {
            assert.ok(cluster.includes(property), property);
        }
        assert.ok(azureNative.models[types.pool]?.replaceOn?.includes("vmSize"));
        assert.ok(azureNative.models[types.address]?.replaceOn?.includes("sku"));
        assert.ok(!cluster.includes("agentPoolProfiles"));
    });

    it("deletes first where the name stays, and makes the new one first where it changes", () => {
        const deletesFirst = azureNative.models[types.pool]?.deletesFirst;
        assert.ok(deletesFirst !== undefined);
        assert.equal(deletesFirst(valid.pool, { ...valid.pool, vmSize: "Standard_D16s_v5" }), true);
        assert.equal(deletesFirst(valid.pool, { ...valid.pool, agentPoolName: "other" }), false);
    });

    it("gives ids as Azure Resource Manager writes them", () => {
        assert.equal(
            azureNative.models[types.pool]?.id?.(resource(types.pool, valid.pool)),
            "/subscriptions/${azure-native.subscriptionId}/resourceGroups/edge/providers/Microsoft.ContainerService/managedClusters/edge/agentPools/broker",
        );
    });
});

describe("a Service on the simulated AKS", () => {
    const addresses = [
        resource(types.address, valid.address, "address"),
        resource(types.role, valid.role, "role"),
        resource(
            types.subnet,
            { ...valid.subnet, subnetName: "load-balancers", addressPrefix: "10.0.129.0/28" },
            "load-balancers",
        ),
    ];

    function serviceWith(annotations: Readonly<Record<string, string>>, others = addresses): string[] {
        const named = Object.fromEntries(
            Object.entries(annotations).map(([name, value]) => [`${prefix}${name}`, value]),
        );
        return broken(azureServiceRules, resource(service, { metadata: { annotations: named } }), others);
    }

    const external = {
        "load-balancer-tcp-idle-timeout": "4",
        "load-balancer-resource-group": "edge",
        "pip-name": "edge",
    };
    const internal = {
        "load-balancer-internal": "true",
        "load-balancer-internal-subnet": "load-balancers",
        "load-balancer-ipv4": "10.0.129.4",
    };

    it("takes a known public address or a free internal one, and no annotation at all", () => {
        assert.deepEqual(serviceWith(external), []);
        assert.deepEqual(serviceWith(internal), []);
        assert.deepEqual(broken(azureServiceRules, resource(service, {})), []);
    });

    it("refuses an idle timeout outside 4 to 30 minutes", () => {
        for (const minutes of ["3", "31", "4m"]) {
            assert.deepEqual(serviceWith({ "load-balancer-tcp-idle-timeout": minutes }), [
                `metadata.annotations["${prefix}load-balancer-tcp-idle-timeout"]`,
            ]);
        }
    });

    it("refuses a public address that is not there, or that the cluster may not use", () => {
        assert.deepEqual(serviceWith({ ...external, "pip-name": "other" }), [
            `metadata.annotations["${prefix}pip-name"]`,
        ]);
        const withoutRole = addresses.filter(({ type }) => type !== types.role);
        assert.deepEqual(serviceWith(external, withoutRole), [
            `metadata.annotations["${prefix}load-balancer-resource-group"]`,
        ]);
    });

    it("refuses an internal address that Azure keeps, or that lies elsewhere", () => {
        for (const address of ["10.0.129.3", "10.0.129.15", "10.0.0.4"]) {
            assert.deepEqual(serviceWith({ ...internal, "load-balancer-ipv4": address }), [
                `metadata.annotations["${prefix}load-balancer-ipv4"]`,
            ]);
        }
    });

    it("refuses a load balancer that would be internal and public at once", () => {
        assert.deepEqual(serviceWith({ ...external, "load-balancer-internal": "true" }), [
            `metadata.annotations["${prefix}pip-name"]`,
        ]);
    });
});
