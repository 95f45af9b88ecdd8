import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { FederatedIdentityCredential, UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { controllerAccount } from "../kubernetes/cert-manager/cert-manager";
import type { DnsPermission } from "../kubernetes/cert-manager/dns-permission";
import type { AksCluster } from "./cluster";
import { azureRoleAssignment, azureRoles } from "./role-assignment";

export interface AzureDnsPermissionArgs {
    readonly cluster: AksCluster;
    /** Name of the zone, for example `example.com`. It is in the subscription of the cluster. */
    readonly zone: string;
    /** Resource group of the zone. */
    readonly resourceGroupName: string;
    /** Name of the identity in Azure. */
    readonly identityName: string;
    readonly tags: Readonly<Record<string, string>>;
}

/**
 * An identity for cert-manager's controller, by workload identity, that is DNS Zone Contributor of one zone of Azure DNS
 * (https://cert-manager.io/docs/configuration/acme/dns01/azuredns/#managed-identity-using-aad-workload-identity).
 */
export class AzureDnsPermission extends Component implements DnsPermission {
    readonly dns01: DnsPermission["dns01"];
    readonly access: DnsPermission["access"];

    constructor(name: string, args: AzureDnsPermissionArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:certificate:AzureDnsPermission", name, opts);
        const { cluster, zone, resourceGroupName } = args;
        const { network } = cluster;
        const identity = this.child(UserAssignedIdentity, "identity", {
            resourceGroupName: network.resourceGroupName,
            resourceName: args.identityName,
            location: network.location,
            tags: args.tags,
        });
        const credential = this.child(FederatedIdentityCredential, "federation", {
            resourceGroupName: network.resourceGroupName,
            resourceName: identity.name,
            federatedIdentityCredentialResourceName: "cert-manager",
            issuer: cluster.oidcIssuerUrl,
            subject: `system:serviceaccount:${controllerAccount.namespace}:${controllerAccount.name}`,
            audiences: ["api://AzureADTokenExchange"],
        });
        const subscriptionId = network.resourceGroupId.apply(subscriptionOf);
        const roleArgs = azureRoleAssignment({
            scope: pulumi.interpolate`/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.Network/dnsZones/${zone}`,
            principalId: identity.principalId,
            role: azureRoles.dnsZoneContributor,
            description: "cert-manager proves the names of its certificates by records of this zone",
        });
        const role = this.child(RoleAssignment, "zone-role", roleArgs);
        this.dns01 = () => ({
            azureDNS: {
                subscriptionID: subscriptionId,
                resourceGroupName,
                hostedZoneName: zone,
                environment: "AzurePublicCloud",
                managedIdentity: { clientID: identity.clientId },
            },
        });
        this.access = {
            kind: "identity",
            identity: { podLabels: { "azure.workload.identity/use": "true" }, ready: [credential, role] },
        };
        this.registerOutputs({});
    }
}

/** The subscription in a resource id. */
function subscriptionOf(id: string): string {
    return id.split("/")[2] ?? "";
}
