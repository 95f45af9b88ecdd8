import assert from "node:assert/strict";
import { change, childrenOf, only, planOf, valid, type StackConfig } from "../../support";

const recordType = "digitalocean:index/dnsRecord:DnsRecord";

function withZone(settings: Readonly<Record<string, unknown>>, config: StackConfig = valid.doks): StackConfig {
    return { ...config, "vernemq:dns": settings };
}

describe("the DNS record at DigitalOcean", () => {
    it("leads the host, relative to its domain, to the address of the regional load balancer", async () => {
        const plan = await planOf(withZone({ zone: "example.com", ttlSeconds: 60 }));
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:dns:DigitalOceanDns")), [
            `${recordType} vernemq-dns-record`,
        ]);
        assert.deepEqual(only(plan, recordType).inputs, {
            domain: "example.com",
            type: "A",
            name: "mqtt",
            value: "${vernemq-edge-service.loadBalancer.ip}",
            ttl: 60,
        });
    });

    it("leads to the Service's own address with a network load balancer", async () => {
        const config = change(valid.doks, "vernemq:edge", { loadBalancer: "network", host: "a.b.example.com" });
        const plan = await planOf(withZone({ zone: "example.com" }, config));
        const { name, value } = only(plan, recordType).inputs;
        assert.deepEqual([name, value], ["a.b", "${vernemq-edge-service.status.loadBalancer.ingress[0].ip}"]);
    });

    it("is the domain's own record where the host is the domain", async () => {
        const plan = await planOf(withZone({ zone: "mqtt.example.com" }));
        assert.equal(only(plan, recordType).inputs["name"], "@");
    });

    it("is not created without a zone", async () => {
        const plan = await planOf(valid.doks);
        assert.deepEqual(
            plan.resources.filter(({ type }) => type === recordType),
            [],
        );
    });
});
