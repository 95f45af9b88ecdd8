import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { azureNodeLimits } from "../../../components/azure/limits";

/** What the cluster autoscaler lists: with constrained cores it says the whole machine's. */
const listed = readFileSync(join(__dirname, "fixtures/vm-sizes.txt"), "utf8")
    .trimEnd()
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.split(" "));

describe("Azure node limits", () => {
    it("read cores, memory and architecture from the name as Azure lists them, or know nothing", () => {
        let known = 0;
        for (const [vmSize = "", vcpus, memoryMiB, architecture] of listed) {
            const size = azureNodeLimits.sizeOf(vmSize);
            if (size === undefined) {
                continue;
            }
            known++;
            const constrained = /\d-(\d+)/.exec(vmSize)?.[1];
            assert.deepEqual(
                [vmSize, size.vcpus, size.memoryMiB, size.architecture],
                [vmSize, Number(constrained ?? vcpus), Number(memoryMiB), architecture],
            );
        }
        assert.ok(known > listed.length * 0.9, `${known} of ${listed.length}`);
    });

    it("reserve the cores of AKS' table", () => {
        const reserved = (vcpus: number) => {
            const size = { vcpus, memoryMiB: 16_384, architecture: "amd64", maxPods: 110, maxVolumes: 8 } as const;
            return vcpus * 1000 - azureNodeLimits.allocatable(size).millicores;
        };
        assert.deepEqual([1, 2, 4, 8, 16, 32, 64].map(reserved), [60, 100, 140, 180, 260, 420, 740]);
    });

    it("leave no more memory than nodes were seen with", () => {
        const left = (vmSize: string, maxPods: number) => {
            const size = azureNodeLimits.sizeOf(vmSize);
            assert.ok(size !== undefined);
            return azureNodeLimits.allocatable({ ...size, maxPods }).memoryMiB;
        };
        // `kubectl describe node` of 8 GiB and 250 pods: 5,930,492 Ki.
        const seen = 5_930_492 / 1024;
        assert.ok(left("Standard_D2s_v5", 250) <= seen && left("Standard_D2s_v5", 250) > seen * 0.97);
    });
});
