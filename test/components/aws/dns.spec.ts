import assert from "node:assert/strict";
import { childrenOf, only, planOf, valid } from "../../support";

describe("the name of the edge in Route 53", () => {
    it("is an alias of the load balancer, made when everything behind it is there", async () => {
        const plan = await planOf(valid.eks);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:dns:Route53Alias")), [
            "aws:route53/record:Record vernemq-dns-record",
        ]);
        const record = only(plan, "aws:route53/record:Record", "vernemq-dns-record");
        assert.deepEqual(record.inputs, {
            aliases: [
                {
                    evaluateTargetHealth: true,
                    name: "${vernemq-edge-nlb.dnsName}",
                    zoneId: "${vernemq-edge-nlb.zoneId}",
                },
            ],
            name: "mqtt.example.com",
            type: "A",
            zoneId: "Z0123456789ABCDEFGHIJ",
        });
        for (const name of ["vernemq-edge-mqtts-listener", "vernemq-edge-mqtts-binding"]) {
            assert.ok(
                record.dependencies.some((urn) => urn.endsWith(`::${name}`)),
                name,
            );
        }
    });
});
