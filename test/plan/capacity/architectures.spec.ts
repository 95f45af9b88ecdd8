import assert from "node:assert/strict";
import { awsNodeLimits } from "../../../components/aws/limits";
import { architectureProblems } from "../../../plan/capacity/architectures";
import type { Pool } from "../../../plan/capacity/pools";
import type { Workload } from "../../../plan/capacity/workloads";

function pool(size: string): Pool {
    return {
        name: "nodes",
        size,
        nodes: 1,
        labels: {},
        taints: [],
        limits: awsNodeLimits,
        node: awsNodeLimits.sizeOf(size),
        allocatable: undefined,
    };
}

function workload(image: string): Workload {
    return {
        name: "pods",
        pod: { millicores: 0, memoryMiB: 0 },
        replicas: 1,
        images: [image],
        claims: [],
        accepts: () => true,
        spread: "any",
        rollout: { surge: 1, unavailable: 0 },
    };
}

const problemsOn = (size: string, image: string) => {
    const { wrong, unknown } = architectureProblems([pool(size)], [workload(image)]);
    return [wrong.join(), unknown.join()];
};

describe("Images on nodes with Arm processors", () => {
    it("run where FRR's release procedure builds them for both, whatever registry mirrors them", () => {
        for (const image of ["quay.io/frrouting/frr", "registry.example.com/mirror/frrouting/frr:10.4.3"]) {
            assert.deepEqual(problemsOn("m7g.large", image), ["", ""]);
        }
    });

    it("are a failure where their publisher has no build", () => {
        const [wrong, unknown] = problemsOn("m7g.large", "vernemq/vernemq:2.2.0");
        assert.match(wrong ?? "", /vernemq:2\.2\.0 has no build for arm64 as of 2026-09 \(https:/);
        assert.equal(unknown, "");
    });

    it("are a warning where the user builds them by a Dockerfile that is for amd64 alone: the operator", () => {
        const [wrong, unknown] = problemsOn("m7g.large", "registry.example.com/vmq-operator:1.0.0");
        assert.equal(wrong, "");
        assert.match(
            unknown ?? "",
            /no build for arm64 unless yours differs from the published Dockerfile as of 2025-08/,
        );
        assert.deepEqual(problemsOn("m7i.large", "registry.example.com/vmq-operator:1.0.0"), ["", ""]);
    });

    it("are a warning where no table knows them, and none on amd64", () => {
        assert.match(problemsOn("m7g.large", "example.com/other:1")[1] ?? "", /whether .* is unknown/);
        assert.deepEqual(problemsOn("m7i.large", "example.com/other:1"), ["", ""]);
    });
});
