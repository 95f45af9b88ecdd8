import { addressAfter, prefixOf, subnetOf } from "../common/addresses";

/** The networks of an AKS cluster, cut out of its VNet. */
export interface AksAddressPlan {
    /** Nodes: the first half of the VNet. Pods are in an overlay and take no address of it. */
    readonly nodes: string;
    /**
     * An Application Gateway: a /24, which holds its 125 instances and the five addresses that Azure keeps
     * (https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure#size-of-the-subnet).
     */
    readonly gateway: string;
    /**
     * Internal load balancers. They have their own subnet because a chosen address may not be in the nodes' range
     * (https://github.com/MicrosoftDocs/azure-aks-docs/blob/main/articles/aks/internal-lb.md#specify-an-ip-address).
     */
    readonly loadBalancers: string;
    /** The address of the edge's internal load balancer: the first that Azure leaves of its subnet. */
    readonly loadBalancerAddress: string;
    /** The address of the cluster's DNS Service. */
    readonly dnsService: string;
}

/** Azure keeps the first four addresses of a subnet and its last (https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq). */
const firstFreeAddress = 4;

/** Cuts a VNet of at least a /22 (`10.0.0.0/16`) and picks the addresses that are fixed. Pure. */
export function aksAddressPlan(vnetCidr: string, serviceCidr: string): AksAddressPlan {
    const prefix = prefixOf(vnetCidr);
    if (prefix > 22) {
        throw new Error(`${vnetCidr} is smaller than a /22`);
    }
    const secondHalf = subnetOf(vnetCidr, prefix + 1, 1);
    const [gateway, next] = [subnetOf(secondHalf, 24, 0), subnetOf(secondHalf, 24, 1)];
    const loadBalancers = subnetOf(next, 28, 0);
    return {
        nodes: subnetOf(vnetCidr, prefix + 1, 0),
        gateway,
        loadBalancers,
        loadBalancerAddress: addressAfter(loadBalancers, firstFreeAddress),
        // The tenth, as AKS itself does by default.
        dnsService: addressAfter(serviceCidr, 10),
    };
}
