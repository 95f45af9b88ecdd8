import type { RoleAssignmentArgs } from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";

/** Roles that Azure defines, by their ids (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles). */
export const azureRoles = {
    contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
    dnsZoneContributor: "befefa01-2a29-4197-83a8-272ff33ce314",
    keyVaultSecretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
    networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
} as const;

export interface AzureRoleArgs {
    /** Resource id of what the role counts for, and all below it. */
    readonly scope: pulumi.Input<string>;
    /** Object id of the managed identity that is given the role. */
    readonly principalId: pulumi.Input<string>;
    /** Id of the role. */
    readonly role: (typeof azureRoles)[keyof typeof azureRoles];
    readonly description: string;
}

/** The assignment of a role to a managed identity. */
export function azureRoleAssignment({ scope, principalId, role, description }: AzureRoleArgs): RoleAssignmentArgs {
    return {
        roleAssignmentName: pulumi
            .all([scope, principalId])
            .apply(([place, principal]) => roleAssignmentGuid(place, principal, role)),
        scope,
        principalId,
        // Spares the lookup that fails for an identity made a moment ago
        // (https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---assigning-a-role-to-a-new-principal-sometimes-fails).
        principalType: "ServicePrincipal",
        roleDefinitionId: pulumi.output(scope).apply((place) => roleDefinitionId(place, role)),
        description,
    };
}

/**
 * The name of a role assignment: a GUID that is unique in the whole tenant. It follows from scope, principal and role, so that it stays
 * the same from run to run and becomes another for another identity, whose assignment Azure would refuse to change in place.
 * A version 8 UUID (RFC 9562 section 5.8).
 */
export function roleAssignmentGuid(scope: string, principalId: string, role: string): string {
    const hash = createHash("sha256").update(`${scope.toLowerCase()}|${principalId}|${role}`).digest("hex");
    const variant = ((Number.parseInt(hash.charAt(16), 16) & 0x3) | 0x8).toString(16);
    return [
        hash.slice(0, 8),
        hash.slice(8, 12),
        `8${hash.slice(13, 16)}`,
        `${variant}${hash.slice(17, 20)}`,
        hash.slice(20, 32),
    ].join("-");
}

/** A built-in role as the subscription of a scope knows it. */
export function roleDefinitionId(scope: string, role: string): string {
    const [, , subscription = ""] = scope.split("/");
    return `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
}
