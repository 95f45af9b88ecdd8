import assert from "node:assert/strict";
import { change, childrenOf, only, planOf, valid } from "../../support";

const vault = "/subscriptions/1234/resourceGroups/vaults/providers/Microsoft.KeyVault/vaults/example";
const secret = "https://example.vault.azure.net/secrets/mqtt";
const config = change(
    {
        ...valid.aks,
        "vernemq:certificate": { source: "cloud", keyVaultSecretId: secret, keyVaultResourceId: vault },
    },
    "vernemq:edge",
    { affinity: "client-id" },
);

describe("a certificate in Key Vault", () => {
    it("comes with an identity that may read secrets of that vault and nothing else", async () => {
        const plan = await planOf(config);
        const certificate = only(plan, "vernemq:certificate:AzureKeyVaultCertificate");
        assert.deepEqual(childrenOf(plan, certificate), [
            "azure-native:authorization:RoleAssignment vernemq-certificate-vault-role",
            "azure-native:managedidentity:UserAssignedIdentity vernemq-certificate-identity",
        ]);
        const role = only(plan, "azure-native:authorization:RoleAssignment", "vernemq-certificate-vault-role");
        assert.deepEqual(role.inputs, {
            roleAssignmentName: role.inputs["roleAssignmentName"],
            scope: vault,
            principalId: "${vernemq-certificate-identity.principalId}",
            principalType: "ServicePrincipal",
            roleDefinitionId:
                "/subscriptions/1234/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6",
            description: "The edge's gateway reads its certificate",
        });
        assert.equal(certificate.outputs?.["reference"], secret);
    });

    it("puts no certificate into the cluster", async () => {
        const plan = await planOf(config);
        assert.deepEqual(
            plan.resources.filter(({ type }) => /:certificate:(PemSecret|CertManager|SelfSigned)/.test(type)),
            [],
        );
    });
});
