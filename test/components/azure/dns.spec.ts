import assert from "node:assert/strict";
import { relativeName } from "../../../components/common/names";
import { change, childrenOf, only, planOf, valid } from "../../support";

const selfSigned = change(valid.aks, "vernemq:certificate", { source: "self-signed", issuer: undefined });

describe("the DNS record on Azure", () => {
    it("points the host, named relative to its zone, at the public address", async () => {
        const plan = await planOf({
            ...selfSigned,
            "vernemq:dns": { zone: "example.com", resourceGroup: "dns", ttlSeconds: 60 },
        });
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:dns:AzureDnsRecord")), [
            "azure-native:dns:RecordSet vernemq-dns-a",
        ]);
        assert.deepEqual(only(plan, "azure-native:dns:RecordSet").inputs, {
            resourceGroupName: "dns",
            zoneName: "example.com",
            relativeRecordSetName: "mqtt",
            recordType: "A",
            ttl: 60,
            aRecords: [{ ipv4Address: "${vernemq-edge-address.ipAddress}" }],
        });
    });

    it("is left out where no zone is named", async () => {
        const plan = await planOf(selfSigned);
        assert.deepEqual(
            plan.resources.filter(({ type }) => type.includes("dns")),
            [],
        );
    });

    it("names a host relative to its zone, and the zone itself @", () => {
        assert.equal(relativeName("mqtt.example.com", "example.com"), "mqtt");
        assert.equal(relativeName("a.b.example.com", "example.com"), "a.b");
        assert.equal(relativeName("example.com", "example.com"), "@");
    });
});
