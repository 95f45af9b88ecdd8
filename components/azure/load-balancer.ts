import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { PublicIPAddress } from "@pulumi/azure-native/network";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import type { AzureNetworkContext } from "./network-context";
import { azureRoleAssignment, azureRoles } from "./role-assignment";
import type { ClusterHandle } from "../common/cluster-handle";
import type { EdgeEndpoint } from "../edge/endpoint";
import type { HaproxyTier } from "../edge/haproxy/tier";
import type { EdgePlan } from "../edge/plan";
import { addressZones, type AksServiceAddress, aksServiceAnnotations, azureIdleMinutes, zoneList } from "./annotations";
import { edgeService, edgeServiceName } from "../kubernetes/service-spec";

export interface AksLoadBalancerArgs {
    readonly cluster: ClusterHandle<AzureNetworkContext>;
    readonly plan: EdgePlan;
    readonly haproxy: HaproxyTier;
    /** Name of the public address in Azure. */
    readonly addressName: string;
    readonly tags: Readonly<Record<string, string>>;
}

/**
 * Azure's Standard Load Balancer before HAProxy. AKS makes it for a Service; its address is this program's own, so that it outlives the
 * Service and a DNS record stays right.
 */
export class AksLoadBalancer extends Component implements EdgeEndpoint {
    readonly address: pulumi.Output<string>;
    readonly addressKind = "ip";
    readonly serviceName = edgeServiceName;

    constructor(name: string, args: AksLoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:edge:AksLoadBalancer", name, opts);
        const { cluster, haproxy, plan } = args;
        const endpoint = plan.exposure === "internal" ? this.#internal(args) : this.#public(args);
        const options = { provider: cluster.provider, dependsOn: [...haproxy.ready, ...endpoint.needs] };
        const annotations = aksServiceAnnotations(plan, endpoint.forService);
        this.childWith(options, core.Service, "service", edgeService({ plan, haproxy, annotations }));
        this.address = endpoint.address;
        this.registerOutputs({ address: this.address });
    }

    /** An address of the VNet, known before anything is created. */
    #internal({ cluster: { network } }: AksLoadBalancerArgs): Endpoint {
        return {
            address: pulumi.output(network.loadBalancerAddress),
            forService: {
                kind: "internal",
                subnetName: network.loadBalancerSubnetName,
                address: network.loadBalancerAddress,
            },
            needs: [],
        };
    }

    /** A static public address, and the right to use it. */
    #public(args: AksLoadBalancerArgs): Endpoint {
        const { network } = args.cluster;
        const publicIp = this.child(PublicIPAddress, "address", {
            resourceGroupName: network.resourceGroupName,
            publicIpAddressName: args.addressName,
            location: network.location,
            sku: { name: "Standard", tier: "Regional" },
            publicIPAllocationMethod: "Static",
            publicIPAddressVersion: "IPv4",
            idleTimeoutInMinutes: azureIdleMinutes(args.plan),
            zones: zoneList(addressZones(network.zones)),
            tags: args.tags,
        });
        // The address is found by listing its resource group, so the right has to count for the group, not for the address alone
        // (https://learn.microsoft.com/azure/aks/static-ip#create-a-service-using-the-static-ip-address).
        const role = azureRoleAssignment({
            scope: network.resourceGroupId,
            principalId: network.clusterPrincipalId,
            role: azureRoles.networkContributor,
            description: "AKS gives the edge's load balancer its public address",
        });
        return {
            address: publicIp.ipAddress.apply((address) => address ?? ""),
            forService: {
                kind: "public",
                resourceGroupName: network.resourceGroupName,
                publicIpName: publicIp.name,
            },
            needs: [this.child(RoleAssignment, "address-role", role)],
        };
    }
}

interface Endpoint {
    readonly address: pulumi.Output<string>;
    readonly forService: AksServiceAddress;
    readonly needs: readonly pulumi.Resource[];
}
