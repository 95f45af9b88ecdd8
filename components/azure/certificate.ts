import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { azureRoleAssignment, azureRoles } from "./role-assignment";
import type { CloudCertificate } from "../common/server-certificate";

export interface AzureKeyVaultCertificateArgs {
    /**
     * Secret identifier of the certificate. Without a version at its end the gateway takes up a renewed certificate by itself, within
     * four hours (https://learn.microsoft.com/azure/application-gateway/key-vault-certs).
     */
    readonly secretId: string;
    /** Resource id of the vault. It has to use Azure role-based access control, the permission model that roles count in. */
    readonly vaultId: string;
    readonly resourceGroupName: pulumi.Input<string>;
    readonly location: string;
    /** Name of the identity in Azure: 3 to 128 letters, digits, hyphens and underscores. */
    readonly identityName: string;
    readonly tags: Readonly<Record<string, string>>;
}

/** A certificate in Key Vault, and an identity that may read it: for an Application Gateway. */
export class AzureKeyVaultCertificate extends Component implements CloudCertificate {
    readonly kind = "cloud";
    /** The secret identifier. */
    readonly reference: pulumi.Output<string>;
    readonly caPem = undefined;
    /** Resource id of the identity, for the gateway to act as. */
    readonly identityId: pulumi.Output<string>;
    /** What has to be there before a gateway can read the certificate. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: AzureKeyVaultCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:certificate:AzureKeyVaultCertificate", name, opts);
        const identity = this.child(UserAssignedIdentity, "identity", {
            resourceGroupName: args.resourceGroupName,
            resourceName: args.identityName,
            location: args.location,
            tags: args.tags,
        });
        const role = azureRoleAssignment({
            scope: args.vaultId,
            principalId: identity.principalId,
            // A certificate with its key is read through the secret of the same name.
            role: azureRoles.keyVaultSecretsUser,
            description: "The edge's gateway reads its certificate",
        });
        this.reference = pulumi.output(args.secretId);
        this.identityId = identity.id;
        this.ready = [this.child(RoleAssignment, "vault-role", role)];
        this.registerOutputs({ reference: this.reference, identityId: this.identityId });
    }
}
