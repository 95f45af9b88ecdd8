import { strict as assert } from "node:assert";
import { claimFromSnapshot } from "../../../ops/backup/claim";

const statefulSet = {
    metadata: { name: "vernemq" },
    spec: {
        selector: { matchLabels: { "app.kubernetes.io/name": "vernemq" } },
        volumeClaimTemplates: [
            { metadata: { name: "logs" }, spec: { resources: { requests: { storage: "1Gi" } } } },
            {
                metadata: { name: "data", labels: { tier: "store" }, annotations: { keep: "yes" } },
                spec: {
                    accessModes: ["ReadWriteOnce"],
                    storageClassName: "fast",
                    resources: { requests: { storage: "20Gi" } },
                },
            },
        ],
    },
};

const restored = (restoreSize?: string) =>
    claimFromSnapshot(
        statefulSet,
        "data-vernemq-4",
        { name: "snap", ...(restoreSize === undefined ? {} : { restoreSize }) },
        "mark",
    );

describe("A volume claim from a snapshot", () => {
    it("is what the StatefulSet would make, filled from the snapshot and marked", () => {
        assert.deepEqual(restored("20Gi"), {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: {
                name: "data-vernemq-4",
                labels: { tier: "store", "app.kubernetes.io/name": "vernemq" },
                annotations: { keep: "yes", "vernemq.io/restored": "mark" },
            },
            spec: {
                accessModes: ["ReadWriteOnce"],
                storageClassName: "fast",
                resources: { requests: { storage: "20Gi" } },
                dataSource: { apiGroup: "snapshot.storage.k8s.io", kind: "VolumeSnapshot", name: "snap" },
            },
        });
    });

    it("is as large as the template says, and never smaller than the snapshot", () => {
        const sizeWith = (restoreSize?: string) =>
            (restored(restoreSize)?.["spec"] as { resources: { requests: { storage: string } } }).resources.requests
                .storage;
        assert.equal(sizeWith("30Gi"), "30Gi");
        assert.equal(sizeWith("10737418240"), "20Gi");
        assert.equal(sizeWith(), "20Gi");
    });

    it("is not made for a volume that the brokers have no template for", () => {
        assert.equal(claimFromSnapshot(statefulSet, "wal-vernemq-0", { name: "snap" }, "mark"), undefined);
    });
});
