import assert from "node:assert/strict";
import { encryptedPair } from "../../certificates";
import { change, childrenOf, only, planOf, valid } from "../../support";

const pem = {
    source: "pem",
    pem: encryptedPair,
};

describe("the host's record in Cloud DNS", () => {
    it("points the fully qualified host at the proxy's address", async () => {
        const plan = await planOf(change(valid.gke, "vernemq:dns", { ttlSeconds: 60 }));
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:dns:CloudDnsRecord")), [
            "gcp:dns/recordSet:RecordSet vernemq-dns-a",
        ]);
        assert.deepEqual(only(plan, "gcp:dns/recordSet:RecordSet", "vernemq-dns-a").inputs, {
            managedZone: "example-zone",
            name: "mqtt.example.com.",
            rrdatas: ["${vernemq-edge-address.address}"],
            ttl: 60,
            type: "A",
        });
    });

    it("points it at the passthrough load balancer's address where HAProxy terminates TLS", async () => {
        const config = change(valid.gke, "vernemq:edge", { terminateTls: "haproxy" });
        const plan = await planOf(change(config, "vernemq:certificate", pem));
        const { inputs, dependencies } = only(plan, "gcp:dns/recordSet:RecordSet", "vernemq-dns-a");
        assert.deepEqual(inputs["rrdatas"], ["${vernemq-edge-address.address}"]);
        assert.deepEqual(dependencies, [only(plan, "gcp:compute/address:Address").urn]);
    });

    it("is left to the user where no zone is named", async () => {
        const config = change(change(valid.gke, "vernemq:edge", { terminateTls: "cloud" }), "vernemq:certificate", pem);
        const withoutZone = Object.fromEntries(Object.entries(config).filter(([key]) => key !== "vernemq:dns"));
        const plan = await planOf(withoutZone);
        assert.deepEqual(
            plan.resources.filter(({ type }) => type === "gcp:dns/recordSet:RecordSet"),
            [],
        );
        assert.equal(only(plan, "pulumi:pulumi:Stack").outputs?.["address"], "${vernemq-edge-address.address}");
    });
});
