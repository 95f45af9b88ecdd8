import assert from "node:assert/strict";
import fc from "fast-check";
import { aksAddressPlan } from "../../../components/azure/address-plan";
import { BlockList } from "node:net";

const vnets = fc
    .integer({ min: 8, max: 22 })
    .chain((prefix) =>
        fc
            .integer({ min: 0, max: 2 ** (prefix - 8) - 1 })
            .map((index) => `10.${cidrTail(index * 2 ** (32 - prefix))}/${prefix}`),
    );

function cidrTail(offset: number): string {
    return [16, 8, 0].map((shift) => (Math.floor(offset / 2 ** shift) % 256).toString()).join(".");
}

/** A network as node itself understands it. */
function blockOf(cidr: string): BlockList {
    const [address = "", prefix] = cidr.split("/");
    const block = new BlockList();
    block.addSubnet(address, Number(prefix));
    return block;
}

function holds(cidr: string, address: string): boolean {
    return blockOf(cidr).check(address.split("/")[0] ?? "");
}

describe("the address plan of AKS", () => {
    it("cuts the default VNet into a half for nodes, a /24 for a gateway and a /28 for load balancers", () => {
        assert.deepEqual(aksAddressPlan("10.0.0.0/16", "10.100.0.0/16"), {
            nodes: "10.0.0.0/17",
            gateway: "10.0.128.0/24",
            loadBalancers: "10.0.129.0/28",
            loadBalancerAddress: "10.0.129.4",
            dnsService: "10.100.0.10",
        });
    });

    it("keeps its subnets apart and inside any VNet down to a /22", () => {
        fc.assert(
            fc.property(vnets, (vnet) => {
                const plan = aksAddressPlan(vnet, "172.16.0.0/16");
                const subnets = [plan.nodes, plan.gateway, plan.loadBalancers];
                assert.ok(subnets.every((subnet) => holds(vnet, subnet)));
                // Of two networks that overlap, one holds the other's first address.
                for (const one of subnets) {
                    assert.deepEqual(
                        subnets.filter((other) => holds(one, other)),
                        [one],
                    );
                }
            }),
        );
    });

    it("takes an address for the load balancer that Azure leaves free", () => {
        fc.assert(
            fc.property(vnets, (vnet) => {
                const plan = aksAddressPlan(vnet, "172.16.0.0/16");
                const [network = ""] = plan.loadBalancers.split("/");
                const kept = [0, 1, 2, 3, 15].map((after) =>
                    network.replace(/\d+$/, (last) => String(Number(last) + after)),
                );
                assert.ok(holds(plan.loadBalancers, plan.loadBalancerAddress));
                assert.ok(!kept.includes(plan.loadBalancerAddress));
            }),
        );
    });

    it("refuses a VNet that is too small", () => {
        assert.throws(() => aksAddressPlan("10.0.0.0/23", "172.16.0.0/16"), /smaller than a \/22/);
    });
});
