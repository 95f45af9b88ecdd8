import { ApplicationGateway, NetworkSecurityGroup, PublicIPAddress, Subnet } from "@pulumi/azure-native/network";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import type { AzureKeyVaultCertificate } from "./certificate";
import type { AzureNetworkContext } from "./network-context";
import type { ClusterHandle } from "../common/cluster-handle";
import type { EdgeEndpoint } from "../edge/endpoint";
import type { HaproxyTier } from "../edge/haproxy/tier";
import type { EdgePlan } from "../edge/plan";
import { addressZones, aksServiceAnnotations, azureIdleMinutes, zoneList } from "./annotations";
import { gatewayConfig, gatewaySecurityRules } from "./gateway-config";
import { edgeService, edgeServiceName } from "../kubernetes/service-spec";

export interface AksApplicationGatewayArgs {
    readonly cluster: ClusterHandle<AzureNetworkContext>;
    readonly plan: EdgePlan;
    readonly haproxy: HaproxyTier;
    readonly certificate: Pick<AzureKeyVaultCertificate, "reference" | "identityId" | "ready">;
    /** Name of the gateway and its address in Azure: at most 80 letters, digits and hyphens. */
    readonly gatewayName: string;
    readonly tags: Readonly<Record<string, string>>;
}

/** An Azure Application Gateway that terminates TLS, and behind it an internal Standard Load Balancer before HAProxy. */
export class AksApplicationGateway extends Component implements EdgeEndpoint {
    readonly address: pulumi.Output<string>;
    readonly addressKind = "ip";
    readonly serviceName = edgeServiceName;

    constructor(name: string, args: AksApplicationGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:edge:AksApplicationGateway", name, opts);
        const { cluster, plan } = args;
        const service = this.#service(args);
        const publicIp = this.#address(args);
        const subnet = this.#subnet(args);
        // The backend is named by a fixed address, which says nothing of the Service that has to hold it.
        this.childWith({ dependsOn: [...args.certificate.ready, service] }, ApplicationGateway, "gateway", {
            resourceGroupName: cluster.network.resourceGroupName,
            applicationGatewayName: args.gatewayName,
            location: cluster.network.location,
            zones: zoneList(cluster.network.zones),
            identity: { type: "UserAssigned", userAssignedIdentities: [args.certificate.identityId] },
            ...gatewayConfig({
                plan,
                backendAddress: cluster.network.loadBalancerAddress,
                certificateSecretId: args.certificate.reference,
                publicIpId: publicIp.id,
                subnetId: subnet.id,
            }),
            tags: args.tags,
        });
        this.address = publicIp.ipAddress.apply((address) => address ?? "");
        this.registerOutputs({ address: this.address });
    }

    /** The internal load balancer: only the gateway may connect to it. */
    #service({ cluster, haproxy, plan }: AksApplicationGatewayArgs): core.Service {
        const { gatewayCidr, loadBalancerAddress: address, loadBalancerSubnetName: subnetName } = cluster.network;
        const annotations = aksServiceAnnotations(plan, { kind: "internal", subnetName, address });
        const { metadata, spec } = edgeService({ plan, haproxy, annotations });
        const options = { provider: cluster.provider, dependsOn: [...haproxy.ready] };
        return this.childWith(options, core.Service, "service", {
            metadata,
            // Clients' addresses end at the gateway, whose security group checks them.
            spec: { ...spec, loadBalancerSourceRanges: [gatewayCidr] },
        });
    }

    #address({ cluster: { network }, gatewayName, plan, tags }: AksApplicationGatewayArgs) {
        return this.child(PublicIPAddress, "address", {
            resourceGroupName: network.resourceGroupName,
            publicIpAddressName: gatewayName,
            location: network.location,
            sku: { name: "Standard", tier: "Regional" },
            publicIPAllocationMethod: "Static",
            publicIPAddressVersion: "IPv4",
            // The idle timeout of the gateway's frontend, four minutes by default
            // (https://learn.microsoft.com/azure/application-gateway/application-gateway-faq).
            idleTimeoutInMinutes: azureIdleMinutes(plan),
            zones: zoneList(addressZones(network.zones)),
            tags,
        });
    }

    /** The gateway's own subnet, with the list of who may connect. */
    #subnet({ cluster: { network }, gatewayName, plan, tags }: AksApplicationGatewayArgs): Subnet {
        const securityGroup = this.child(NetworkSecurityGroup, "security-group", {
            resourceGroupName: network.resourceGroupName,
            networkSecurityGroupName: gatewayName,
            location: network.location,
            securityRules: gatewaySecurityRules(plan),
            tags,
        });
        return this.child(Subnet, "subnet", {
            resourceGroupName: network.resourceGroupName,
            virtualNetworkName: network.virtualNetworkName,
            subnetName: "gateway",
            addressPrefix: network.gatewayCidr,
            networkSecurityGroup: { id: securityGroup.id },
        });
    }
}
