import assert from "node:assert/strict";
import { physicalName } from "../../components/common/names";
import type { Plan } from "../../plan/plan";
import { encryptedPair } from "../certificates";
import { change, only, planOf, valid, type StackConfig } from "../support";

const selfSigned = change(valid.aks, "vernemq:certificate", { source: "self-signed", issuer: undefined });
const pem = change(valid.aks, "vernemq:certificate", {
    source: "pem",
    issuer: undefined,
    pem: encryptedPair,
});
const keyVault = change(
    {
        ...valid.aks,
        "vernemq:certificate": {
            source: "cloud",
            keyVaultSecretId: "https://example.vault.azure.net/secrets/mqtt",
            keyVaultResourceId: "/subscriptions/1234/resourceGroups/vaults/providers/Microsoft.KeyVault/vaults/example",
        },
    },
    "vernemq:edge",
    { terminateTls: "cloud", affinity: "client-id" },
);

/** What stands directly below the stack, by settings. */
const stacks: readonly {
    readonly what: string;
    readonly config: StackConfig;
    readonly components: readonly string[];
}[] = [
    {
        what: "a certificate of cert-manager and a DNS zone",
        config: { ...valid.aks, "vernemq:dns": { zone: "example.com", resourceGroup: "dns" } },
        components: [
            "vernemq:broker:Broker vernemq",
            "vernemq:certificate:CertManagerCertificate vernemq-certificate",
            "vernemq:cluster:AksCluster vernemq-cluster",
            "vernemq:dns:AzureDnsRecord vernemq-dns",
            "vernemq:edge:AksLoadBalancer vernemq-edge",
            "vernemq:edge:HaproxyTier vernemq-haproxy",
        ],
    },
    {
        what: "a certificate in PEM form",
        config: pem,
        components: [
            "vernemq:broker:Broker vernemq",
            "vernemq:certificate:PemSecret vernemq-certificate-secret",
            "vernemq:cluster:AksCluster vernemq-cluster",
            "vernemq:edge:AksLoadBalancer vernemq-edge",
            "vernemq:edge:HaproxyTier vernemq-haproxy",
        ],
    },
    {
        what: "a self-signed certificate inside the VNet",
        config: change(selfSigned, "vernemq:edge", { exposure: "internal" }),
        components: [
            "vernemq:broker:Broker vernemq",
            "vernemq:certificate:PemSecret vernemq-certificate-secret",
            "vernemq:certificate:SelfSignedCertificate vernemq-certificate",
            "vernemq:cluster:AksCluster vernemq-cluster",
            "vernemq:edge:AksLoadBalancer vernemq-edge",
            "vernemq:edge:HaproxyTier vernemq-haproxy",
        ],
    },
    {
        what: "an Application Gateway with a certificate of Key Vault",
        config: keyVault,
        components: [
            "vernemq:broker:Broker vernemq",
            "vernemq:certificate:AzureKeyVaultCertificate vernemq-certificate",
            "vernemq:cluster:AksCluster vernemq-cluster",
            "vernemq:edge:AksApplicationGateway vernemq-edge",
            "vernemq:edge:HaproxyTier vernemq-haproxy",
        ],
    },
    {
        what: "an edge inside the cluster",
        config: change(selfSigned, "vernemq:edge", { exposure: "cluster-ip" }),
        components: [
            "vernemq:broker:Broker vernemq",
            "vernemq:certificate:PemSecret vernemq-certificate-secret",
            "vernemq:certificate:SelfSignedCertificate vernemq-certificate",
            "vernemq:cluster:AksCluster vernemq-cluster",
            "vernemq:edge:HaproxyTier vernemq-haproxy",
            "vernemq:edge:ServiceEntrance vernemq-edge",
        ],
    },
    {
        what: "no edge",
        config: change({ ...valid.aks, "vernemq:certificate": {} }, "vernemq:edge", {
            exposure: "none",
            listeners: ["mqtt"],
            affinity: "none",
        }),
        components: ["vernemq:broker:Broker vernemq", "vernemq:cluster:AksCluster vernemq-cluster"],
    },
];

function componentsOf(plan: Plan): readonly string[] {
    const stack = only(plan, "pulumi:pulumi:Stack");
    return plan.resources
        .filter(({ parent, type }) => parent === stack.urn && type.startsWith("vernemq:"))
        .map(({ type, name }) => `${type} ${name}`)
        .sort();
}

describe("a stack on AKS", () => {
    for (const { what, config, components } of stacks) {
        it(`with ${what} is planned without a rejection, the same twice, of exactly its components`, async () => {
            const plan = await planOf(config);
            assert.deepEqual(componentsOf(plan), components);
            assert.equal(JSON.stringify(await planOf(config)), JSON.stringify(plan));
        });
    }

    it("runs as many nodes as brokers unless told otherwise", async () => {
        const poolOf = (plan: Plan) => only(plan, "azure-native:containerservice:AgentPool").inputs["count"];
        assert.equal(poolOf(await planOf(change(selfSigned, "vernemq:broker", { replicas: 5 }))), 5);
        assert.equal(poolOf(await planOf(change(selfSigned, "vernemq:cluster", { brokerNodes: { count: 4 } }))), 4);
    });

    it("tags everything that Azure can tag, with the user's tags beside its own", async () => {
        const plan = await planOf(change(selfSigned, "vernemq:cluster", { tags: { team: "iot" } }));
        const untagged = /:(Subnet|RoleAssignment|RecordSet|MaintenanceConfiguration)$/;
        for (const { inputs, type } of plan.resources) {
            if (type.startsWith("azure-native:") && !untagged.test(type)) {
                assert.deepEqual(
                    inputs["tags"],
                    { "pulumi-project": "vernemq", "pulumi-stack": "test", "managed-by": "pulumi", team: "iot" },
                    type,
                );
            }
        }
    });

    it("names things within Azure's limits however long the stack's name is", async () => {
        const stack = "a-very-long-stack-name-that-someone-chose-for-the-production-of-all-regions";
        const plan = await planOf(selfSigned, stack);
        const name = physicalName(["vernemq", stack], { max: 40 });
        assert.equal(name.length, 40);
        const { inputs } = only(plan, "azure-native:containerservice:ManagedCluster");
        assert.equal(inputs["resourceName"], name);
        assert.equal(inputs["nodeResourceGroup"], `${name}-nodes`);
    });
});
