import assert from "node:assert/strict";
import { change, problemsOf, valid, type StackConfig } from "../../../support";

function withoutZone(config: StackConfig): StackConfig {
    return Object.fromEntries(Object.entries(config).filter(([key]) => key !== "vernemq:dns"));
}

const keysOf = (config: StackConfig) => problemsOf(config).map(({ key }) => key);

describe("the zone that a certificate of the cloud needs", () => {
    it("is not asked for where the planner has HAProxy terminate TLS, which no certificate of the cloud serves", () => {
        // An internal load balancer of Google forwards TCP only, so TLS is terminated at HAProxy.
        const internal = change(withoutZone(valid.gke), "vernemq:edge", { exposure: "internal" });
        assert.deepEqual(keysOf(internal), ["vernemq:certificate.source"]);
    });

    it("is asked for where the cloud's load balancer terminates TLS", () => {
        assert.deepEqual(keysOf(withoutZone(valid.gke)), ["vernemq:dns.zone"]);
        assert.deepEqual(keysOf(withoutZone(valid.eks)), ["vernemq:dns.zone"]);
        assert.deepEqual(keysOf({ ...withoutZone(valid.eks), "vernemq:certificate": { source: "cloud" } }), [
            "vernemq:dns.zone",
        ]);
    });

    it("is not asked for where another problem of the edge is left, and TLS is still the cloud's", () => {
        const other = change(valid.eks, "vernemq:edge", { affinity: "client-id", haproxy: { tier: "never" } });
        assert.ok(!keysOf(other).includes("vernemq:dns.zone"));
        assert.ok(keysOf(withoutZone(other)).includes("vernemq:dns.zone"));
    });
});

describe("the number of brokers", () => {
    it("has one range, whichever setting says it", () => {
        for (const name of ["replicas", "maxReplicas"]) {
            const of = (count: number) =>
                keysOf(change(valid.existing, "vernemq:broker", { replicas: 1, [name]: count }));
            assert.deepEqual([of(1), of(32)], [[], []], name);
            assert.deepEqual([of(0), of(33)], [[`vernemq:broker.${name}`], [`vernemq:broker.${name}`]]);
        }
    });
});
