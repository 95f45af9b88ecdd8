import assert from "node:assert/strict";
import fc from "fast-check";
import { aksAddressPlan } from "../../../components/azure/address-plan";
import { addressNumber, contains, networkRange, overlaps } from "../../../simulation/azure/network-range";

const vnets = fc
    .integer({ min: 8, max: 22 })
    .chain((prefix) =>
        fc
            .integer({ min: 0, max: 2 ** (prefix - 8) - 1 })
            .map((index) => `10.${cidrTail(index * 2 ** (32 - prefix))}/${prefix.toString()}`),
    );

function cidrTail(offset: number): string {
    return [16, 8, 0].map((shift) => (Math.floor(offset / 2 ** shift) % 256).toString()).join(".");
}

function range(cidr: string) {
    const found = networkRange(cidr);
    assert.ok(found, `${cidr} is no network`);
    return found;
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
                const subnets = [plan.nodes, plan.gateway, plan.loadBalancers].map(range);
                assert.ok(subnets.every((subnet) => contains(range(vnet), subnet)));
                assert.ok(
                    subnets.every((one, index) => subnets.slice(0, index).every((other) => !overlaps(one, other))),
                );
            }),
        );
    });

    it("takes an address for the load balancer that Azure leaves free", () => {
        fc.assert(
            fc.property(vnets, (vnet) => {
                const plan = aksAddressPlan(vnet, "172.16.0.0/16");
                const subnet = range(plan.loadBalancers);
                const address = addressNumber(plan.loadBalancerAddress) ?? 0;
                assert.ok(address >= subnet.start + 4 && address < subnet.end - 1);
            }),
        );
    });

    it("refuses a VNet that is too small", () => {
        assert.throws(() => aksAddressPlan("10.0.0.0/23", "172.16.0.0/16"), /smaller than a \/22/);
    });
});
