import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { awsNodeLimits } from "../../../components/aws/limits";

interface Listed {
    readonly type: string;
    readonly vcpus: number;
    readonly memoryMiB: number;
    readonly architecture: string;
    readonly cpu: string;
    readonly memory: string;
    readonly pods: number;
}

/** What Karpenter publishes of EC2's types. */
const listed: readonly Listed[] = readFileSync(join(__dirname, "fixtures/instance-types.txt"), "utf8")
    .trimEnd()
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => {
        const [type = "", vcpus, memoryMiB, architecture = "", cpu = "", memory = "", pods] = line.split(" ");
        return {
            type,
            vcpus: Number(vcpus),
            memoryMiB: Number(memoryMiB),
            architecture,
            cpu,
            memory,
            pods: Number(pods),
        };
    });

function allocatable(type: string) {
    const size = awsNodeLimits.sizeOf(type);
    assert.ok(size !== undefined, type);
    return awsNodeLimits.allocatable(size);
}

describe("AWS node limits", () => {
    it("read cores, memory and architecture from the name as EC2 lists them", () => {
        const rounded = new Set(["c5n.9xlarge", "c5n.18xlarge"]);
        const regular = listed.filter(({ type }) => !rounded.has(type));
        assert.ok(regular.length > 100);
        for (const { type, vcpus, memoryMiB, architecture } of regular) {
            const size = awsNodeLimits.sizeOf(type);
            assert.deepEqual(
                [type, size?.vcpus, size?.memoryMiB, size?.architecture],
                [type, vcpus, memoryMiB, architecture],
            );
        }
    });

    it("never take a node for one that takes more pods than it does", () => {
        const above = listed.filter(({ type, pods }) => (awsNodeLimits.sizeOf(type)?.maxPods ?? 0) > pods);
        assert.deepEqual(above, []);
    });

    it("leave to pods what Karpenter computes for each type", () => {
        for (const { type, pods, cpu, memory } of listed.filter(({ type: each }) => !each.startsWith("c5n"))) {
            const size = awsNodeLimits.sizeOf(type);
            assert.ok(size !== undefined, type);
            const { millicores, memoryMiB } = awsNodeLimits.allocatable({ ...size, maxPods: pods });
            assert.equal(millicores, cpu.endsWith("m") ? Number(cpu.slice(0, -1)) : Number(cpu) * 1000, type);
            const published = memory.endsWith("Gi") ? Number(memory.slice(0, -2)) * 1024 : Number(memory.slice(0, -2));
            assert.ok(Math.abs(memoryMiB - published) <= (memory.endsWith("Gi") ? 512 : 1), `${type}: ${memoryMiB}`);
        }
    });

    it("leave 1,930m of the default system node's two cores", () => {
        assert.deepEqual(allocatable("m7i.large"), { millicores: 1930, memoryMiB: 6903, pods: 29, volumes: 24 });
    });

    it("know no bare metal, no old generation and no name of another cloud", () => {
        for (const type of ["m5.metal", "m4.large", "c3.large", "x8g.large", "e2-standard-4", "Standard_D4s_v5"]) {
            assert.equal(awsNodeLimits.sizeOf(type), undefined, type);
        }
    });
});
