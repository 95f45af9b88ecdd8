import assert from "node:assert/strict";
import { awsNodeLimits } from "../../../components/aws/limits";
import { fitOf, type KnownPool } from "../../../plan/capacity/fit";
import { systemWorkloads, type Workload } from "../../../plan/capacity/workloads";

function pool(other: Partial<KnownPool> = {}): KnownPool {
    return {
        name: "system",
        size: "machine",
        nodes: 2,
        labels: {},
        taints: [],
        limits: awsNodeLimits,
        node: undefined,
        allocatable: { millicores: 1930, memoryMiB: 6903, pods: 29, volumes: 24 },
        ...other,
    };
}

function workload(other: Partial<Workload> = {}): Workload {
    return {
        name: "edge",
        pod: { millicores: 1000, memoryMiB: 1000 },
        replicas: 2,
        claims: [],
        accepts: ({ taints }) => taints.length === 0,
        spread: "even",
        rollout: { surge: 1, unavailable: 0 },
        ...other,
    };
}

describe("Fit of pods", () => {
    it("finds the update of two pods of 1,000m on two nodes of 1,930m stuck, as EKS' own would be", () => {
        const fit = fitOf([pool()], [workload()]);
        assert.deepEqual(fit.unplaced, []);
        assert.equal(fit.stuck.length, 1);
        assert.match(fit.stuck[0] ?? "", /an update of edge stops at pod 1 of 2: no node has 1,000m/);
    });

    it("lets the same update proceed where an old pod may go first, pods are smaller or a node more is there", () => {
        const proceeding = [
            fitOf([pool()], [workload({ rollout: { surge: 1, unavailable: 1 } })]),
            fitOf([pool()], [workload({ pod: { millicores: 900, memoryMiB: 1000 } })]),
            fitOf([pool({ nodes: 3 })], [workload()]),
            fitOf([pool()], [workload({ rollout: { surge: 0, unavailable: 1 } })]),
        ];
        assert.deepEqual(
            proceeding.map(({ unplaced, stuck }) => [...unplaced, ...stuck]),
            [[], [], [], []],
        );
    });

    it("stops an update at the second pod where only one node has room for a further one", () => {
        const nodeAgent = workload({
            name: "big",
            replicas: 1,
            spread: "any",
            pod: { millicores: 600, memoryMiB: 0 },
            rollout: { surge: 0, unavailable: 1 },
        });
        const fit = fitOf([pool()], [workload({ pod: { millicores: 900, memoryMiB: 100 } }), nodeAgent]);
        assert.match(fit.stuck.join(), /stops at pod 2 of 2/);
    });

    it("refuses a broker that is bigger than its node, naming both", () => {
        const broker = workload({
            name: "vernemq",
            spread: "one per node",
            pod: { millicores: 6000, memoryMiB: 24_576 },
        });
        assert.match(
            fitOf([pool()], [broker]).unplaced.join(),
            /2 of 2 pods of vernemq \(6,000m and 24,576 MiB each\) have no room on system \(2 x machine, 1,930m/,
        );
    });

    it("refuses the third of three pods that may not share two nodes, however small they are", () => {
        const pods = workload({ replicas: 3, spread: "one per node", pod: { millicores: 1, memoryMiB: 1 } });
        assert.match(fitOf([pool()], [pods]).unplaced.join(), /1 of 3 pods/);
    });

    it("counts memory, pods and volumes as well as cores", () => {
        const narrow = (allocatable: Partial<KnownPool["allocatable"]>) =>
            fitOf(
                [pool({ allocatable: { millicores: 9000, memoryMiB: 9000, pods: 9, volumes: 9, ...allocatable } })],
                [
                    workload({
                        claims: [{ gibibytes: 1, storageClass: undefined }],
                        rollout: { surge: 0, unavailable: 1 },
                    }),
                ],
            ).unplaced.length;
        assert.deepEqual([{}, { memoryMiB: 999 }, { pods: 0 }, { volumes: 0 }].map(narrow), [0, 1, 1, 1]);
    });

    it("takes what runs on each node from each of them before anything else", () => {
        const agent = workload({
            name: "agent",
            replicas: "each node",
            accepts: () => true,
            pod: { millicores: 1000, memoryMiB: 0 },
        });
        assert.match(fitOf([pool()], [workload(), agent]).unplaced.join(), /2 of 2 pods of edge/);
        const crowded = workload({ name: "agent", replicas: "each node", pod: { millicores: 2000, memoryMiB: 0 } });
        assert.match(
            fitOf([pool()], [crowded]).unplaced.join(),
            /each node of system \(machine\) has more pods than it holds/,
        );
    });

    it("says what the loss of a node of a shared pool leaves without room, and not of a pool that is brokers' alone", () => {
        const taints = [{ key: "dedicated", value: "true" }];
        const brokers = workload({
            name: "vernemq",
            spread: "one per node",
            accepts: (each) => each.taints.length > 0,
            pod: { millicores: 1500, memoryMiB: 0 },
        });
        const fit = fitOf(
            [pool(), pool({ name: "broker", taints })],
            [workload({ rollout: { surge: 1, unavailable: 1 } }), brokers],
        );
        assert.deepEqual(fit.unplaced, []);
        assert.equal(fit.afterLoss.length, 1);
        assert.match(fit.afterLoss[0] ?? "", /^without one node of system 1 of 2 pods of edge/);
    });

    it("names the taint of nodes that nothing tolerates", () => {
        const tainted = pool({ taints: [{ key: "kubernetes.io/arch", value: "arm64" }] });
        assert.match(fitOf([tainted], [workload()]).unplaced.join(), /system has kubernetes.io\/arch=arm64/);
    });

    it("adds up what lies on the nodes", () => {
        const known = pool({ nodes: 2 });
        const [use] = fitOf(
            [known],
            [...systemWorkloads([known]), workload({ pod: { millicores: 700, memoryMiB: 2472 } })],
        ).use;
        // Two nodes of 180m and 120 MiB for agents; two pods each of 100m and 70 MiB, of 60m and 240 MiB, and of the workload.
        assert.deepEqual(use?.requested, { millicores: 2 * (180 + 160 + 700), memoryMiB: 2 * (120 + 310 + 2472) });
        assert.deepEqual(use.roomLeft, { millicores: 1930 - 1040, memoryMiB: 6903 - 2902 });
    });
});
