import { prefixOf, subnetOf } from "../common/addresses";

/** Letters of the availability zones of any region of AWS: us-east-1 has the most, a to f. */
export const zoneLetters = ["a", "b", "c", "d", "e", "f"] as const;

export type ZoneLetter = (typeof zoneLetters)[number];

/** The networks of one availability zone. */
export interface ZoneSubnets {
    readonly zone: ZoneLetter;
    /** For the load balancer and the NAT gateway. */
    readonly publicCidr: string;
    /** For nodes and pods: with the VPC CNI every pod takes an address of its node's subnet. */
    readonly privateCidr: string;
}

/** Every zone has an eighth of the VPC for its private subnet. */
const privateBits = 3;
/** The last eighth is cut into eight public subnets. */
const publicBits = 6;
const firstPublicSubnet = 7 * 8;

/**
 * Cuts a VPC into subnets: of a /16, each zone gets a private /19 (8,187 usable addresses) and a public /22; of a /20, a private /23
 * and a public /26. The place follows from the zone's letter alone, so that adding or removing a zone never moves the others.
 */
export function planSubnets(vpcCidr: string, zones: readonly ZoneLetter[]): readonly ZoneSubnets[] {
    return [...new Set(zones)].sort().map((zone) => {
        const index = zoneLetters.indexOf(zone);
        return {
            zone,
            publicCidr: subnet(vpcCidr, publicBits, firstPublicSubnet + index),
            privateCidr: subnet(vpcCidr, privateBits, index),
        };
    });
}

/** The subnet with this index among those that are `bits` longer in prefix than the network. */
function subnet(network: string, bits: number, index: number): string {
    return subnetOf(network, prefixOf(network) + bits, index);
}
