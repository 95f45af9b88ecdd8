import assert from "node:assert/strict";
import type { Plan } from "../../../plan/plan";
import { change, childrenOf, only, originLabels, planOf, problemsOf, valid, type StackConfig } from "../../support";

const vault = "/subscriptions/1234/resourceGroups/vaults/providers/Microsoft.KeyVault/vaults/example";
const secret = "https://example.vault.azure.net/secrets/mqtt";
const keyVault = {
    ...valid.aks,
    "vernemq:certificate": { source: "cloud", keyVaultSecretId: secret, keyVaultResourceId: vault },
};
const group = "/subscriptions/${azure-native.subscriptionId}/resourceGroups/vernemq-test";
const network = `${group}/providers/Microsoft.Network`;
const gatewayType = "azure-native:network:ApplicationGateway";
const tags = { "managed-by": "pulumi", "pulumi-project": "vernemq", "pulumi-stack": "test" };

function edge(settings: Readonly<Record<string, unknown>> = {}): StackConfig {
    return change(keyVault, "vernemq:edge", { terminateTls: "cloud", affinity: "client-id", ...settings });
}

function parts(names: readonly string[]) {
    const ports: Readonly<Record<string, number>> = { mqtts: 8883, wss: 443, mqtt: 1883 };
    return {
        frontendPorts: names.map((name) => ({ name, port: ports[name] })),
        probes: names.map((name) => ({ name, protocol: "Tcp", interval: 10, timeout: 5, unhealthyThreshold: 2 })),
        backendSettingsCollection: names.map((name) => ({
            name,
            protocol: "Tcp",
            port: ports[name],
            timeout: 120,
            probe: { id: `$self/probes/${name}` },
        })),
        listeners: names.map((name) => ({
            name,
            protocol: name === "mqtt" ? "Tcp" : "Tls",
            frontendIPConfiguration: { id: "$self/frontendIPConfigurations/public" },
            frontendPort: { id: `$self/frontendPorts/${name}` },
            ...(name === "mqtt" ? {} : { sslCertificate: { id: "$self/sslCertificates/server" } }),
        })),
        routingRules: names.map((name, index) => ({
            name,
            ruleType: "Basic",
            priority: (index + 1) * 10,
            listener: { id: `$self/listeners/${name}` },
            backendAddressPool: { id: "$self/backendAddressPools/haproxy" },
            backendSettings: { id: `$self/backendSettingsCollection/${name}` },
        })),
    };
}

const gateway = {
    resourceGroupName: "vernemq-test",
    applicationGatewayName: "vernemq-test-edge",
    location: "westeurope",
    zones: ["1", "2", "3"],
    sku: { name: "Standard_v2", tier: "Standard_v2" },
    autoscaleConfiguration: { minCapacity: 2, maxCapacity: 10 },
    identity: {
        type: "UserAssigned",
        userAssignedIdentities: [
            `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/vernemq-test-edge`,
        ],
    },
    sslPolicy: { policyType: "Predefined", policyName: "AppGwSslPolicy20220101S" },
    sslCertificates: [{ name: "server", keyVaultSecretId: secret }],
    gatewayIPConfigurations: [
        { name: "gateway", subnet: { id: `${network}/virtualNetworks/vernemq-test/subnets/gateway` } },
    ],
    frontendIPConfigurations: [
        { name: "public", publicIPAddress: { id: `${network}/publicIPAddresses/vernemq-test-edge` } },
    ],
    backendAddressPools: [{ name: "haproxy", backendAddresses: [{ ipAddress: "10.0.129.4" }] }],
    tags,
    ...parts(["mqtts", "wss"]),
};

function securityRules(plan: Plan): unknown {
    return only(plan, "azure-native:network:NetworkSecurityGroup").inputs["securityRules"];
}

function rules(clients: object) {
    const inbound = { direction: "Inbound", access: "Allow", sourcePortRange: "*", destinationAddressPrefix: "*" };
    return [
        { ...inbound, name: "clients", priority: 100, protocol: "Tcp", ...clients },
        {
            ...inbound,
            name: "gateway-manager",
            priority: 200,
            protocol: "Tcp",
            sourceAddressPrefix: "GatewayManager",
            destinationPortRange: "65200-65535",
        },
        {
            ...inbound,
            name: "azure-load-balancer",
            priority: 300,
            protocol: "*",
            sourceAddressPrefix: "AzureLoadBalancer",
            destinationPortRange: "*",
        },
    ];
}

describe("the Application Gateway on AKS", () => {
    let plan: Plan;
    before(async () => {
        plan = await planOf(edge());
    });

    it("stands in a guarded subnet with a public address, before an internal load balancer", () => {
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:edge:AksApplicationGateway")), [
            "azure-native:network:ApplicationGateway vernemq-edge-gateway",
            "azure-native:network:NetworkSecurityGroup vernemq-edge-security-group",
            "azure-native:network:PublicIPAddress vernemq-edge-address",
            "azure-native:network:Subnet vernemq-edge-subnet",
            "kubernetes:core/v1:Service vernemq-edge-service",
        ]);
        assert.deepEqual(only(plan, "azure-native:network:Subnet", "vernemq-edge-subnet").inputs, {
            resourceGroupName: "vernemq-test",
            virtualNetworkName: "vernemq-test",
            subnetName: "gateway",
            addressPrefix: "10.0.128.0/24",
            networkSecurityGroup: { id: `${network}/networkSecurityGroups/vernemq-test-edge` },
            // The SDK's own defaults.
            privateEndpointNetworkPolicies: "Disabled",
            privateLinkServiceNetworkPolicies: "Enabled",
        });
    });

    it("terminates TLS of both listeners with the certificate of Key Vault and passes TCP on to HAProxy", () => {
        assert.deepEqual(only(plan, gatewayType).inputs, gateway);
    });

    it("waits for the right to read the vault and for the address that it sends to", () => {
        const { dependencies } = only(plan, gatewayType);
        assert.ok(
            dependencies.includes(
                only(plan, "azure-native:authorization:RoleAssignment", "vernemq-certificate-vault-role").urn,
            ),
        );
        assert.ok(dependencies.includes(only(plan, "kubernetes:core/v1:Service", "vernemq-edge-service").urn));
    });

    it("is the only one that may connect to the internal load balancer", () => {
        const prefix = "service.beta.kubernetes.io/azure-";
        assert.deepEqual(only(plan, "kubernetes:core/v1:Service", "vernemq-edge-service").inputs, {
            apiVersion: "v1",
            kind: "Service",
            metadata: {
                labels: originLabels,
                name: "vernemq-edge",
                namespace: "messaging",
                annotations: {
                    [`${prefix}load-balancer-tcp-idle-timeout`]: "4",
                    [`${prefix}load-balancer-internal`]: "true",
                    [`${prefix}load-balancer-internal-subnet`]: "load-balancers",
                    [`${prefix}load-balancer-ipv4`]: "10.0.129.4",
                },
            },
            spec: {
                type: "LoadBalancer",
                externalTrafficPolicy: "Local",
                sessionAffinity: "None",
                loadBalancerSourceRanges: ["10.0.128.0/24"],
                selector: { "app.kubernetes.io/name": "haproxy", "app.kubernetes.io/instance": "vernemq-edge" },
                ports: [
                    { name: "mqtts", protocol: "TCP", port: 8883, targetPort: 8883 },
                    { name: "wss", protocol: "TCP", port: 443, targetPort: 8443 },
                ],
            },
        });
    });

    it("is open to all addresses on its listeners' ports alone", () => {
        assert.deepEqual(
            securityRules(plan),
            rules({ sourceAddressPrefix: "*", destinationPortRanges: ["8883", "443"] }),
        );
    });

    it("checks allowed networks in its security group, where clients' addresses can still be seen", async () => {
        const limited = await planOf(edge({ allowedCidrs: ["198.51.100.0/24"] }));
        assert.deepEqual(
            securityRules(limited),
            rules({ sourceAddressPrefixes: ["198.51.100.0/24"], destinationPortRanges: ["8883", "443"] }),
        );
    });

    it("passes plain MQTT through, without a certificate, where it is asked for by name", async () => {
        const plain = await planOf(edge({ affinity: "none", listeners: ["mqtts", "wss", "mqtt"] }));
        assert.deepEqual(only(plain, gatewayType).inputs, { ...gateway, ...parts(["mqtts", "wss", "mqtt"]) });
    });

    it("holds idle connections as long as the load balancer behind it", async () => {
        const patient = await planOf(edge({ keepaliveSeconds: 600 }));
        assert.equal(only(patient, "azure-native:network:PublicIPAddress").inputs["idleTimeoutInMinutes"], 16);
        const idle = patient.edge.hops.map(({ kind, idleTimeoutSeconds }) => [kind, idleTimeoutSeconds]);
        assert.deepEqual(idle.slice(0, 2), [
            ["azure-application-gateway", 960],
            ["azure-load-balancer", 960],
        ]);
    });

    it("is refused where the client's address would decide, which it hides", () => {
        assert.deepEqual(
            problemsOf(edge({ affinity: "source-ip" })).map(({ key }) => key),
            ["vernemq:edge.affinity"],
        );
    });
});
