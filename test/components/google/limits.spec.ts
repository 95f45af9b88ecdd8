import assert from "node:assert/strict";
import { googleNodeLimits } from "../../../components/google/limits";

function allocatable(machineType: string) {
    const size = googleNodeLimits.sizeOf(machineType);
    assert.ok(size !== undefined, machineType);
    return googleNodeLimits.allocatable(size);
}

describe("Google node limits", () => {
    it("leave the cores of GKE's documentation", () => {
        const documented = {
            "n1-standard-1": 940,
            "n1-standard-2": 1930,
            "n1-standard-4": 3920,
            "n1-standard-8": 7910,
            "n1-standard-32": 31_850,
            "e2-medium": 940,
        };
        for (const [machineType, millicores] of Object.entries(documented)) {
            assert.equal(allocatable(machineType).millicores, millicores, machineType);
        }
    });

    it("leave a little less memory than GKE's documentation, which leaves out the kernel's", () => {
        const documented = {
            "n1-standard-1": 2.7,
            "n1-standard-2": 5.7,
            "n1-standard-4": 12.3,
            "n1-standard-8": 26.6,
            "n1-standard-16": 54.7,
            "n1-standard-32": 111.2,
        };
        for (const [machineType, gib] of Object.entries(documented)) {
            const left = allocatable(machineType).memoryMiB / 1024;
            assert.ok(left <= gib && left > gib * 0.93, `${machineType}: ${left}`);
        }
    });

    it("know Google's own Arm processors and the taint that GKE gives them", () => {
        assert.equal(googleNodeLimits.sizeOf("c4a-standard-8")?.architecture, "arm64");
        assert.equal(googleNodeLimits.sizeOf("n2-standard-8")?.architecture, "amd64");
        assert.equal(googleNodeLimits.architectureTaint?.taint, "kubernetes.io/arch=arm64:NoSchedule");
    });

    it("know nothing of machines whose name does not say their memory", () => {
        for (const machineType of ["c4d-standard-2", "n2-custom-4-8192", "a2-highgpu-1g", "m7i.large", ""]) {
            assert.equal(googleNodeLimits.sizeOf(machineType), undefined, machineType);
        }
    });
});
