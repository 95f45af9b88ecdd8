import { strict as assert } from "node:assert";
import { maintenanceOf } from "../../../ops/scale/budget";
import { Workshop } from "./support";

const budgets = "policy/v1/poddisruptionbudgets";
const labels = { app: "vernemq", instance: "a" };

const budget = (spec: Record<string, unknown>, name = "vernemq") => ({
    metadata: { name },
    spec: { selector: { matchLabels: { app: "vernemq" } }, ...spec },
});

describe("ops/scale/budget", () => {
    // https://kubernetes.io/docs/tasks/run-application/configure-pdb/: shares are rounded up, minAvailable and maxUnavailable alike.
    for (const [spec, replicas, evictable] of [
        [{ minAvailable: 2 }, 2, 0],
        [{ minAvailable: 2 }, 3, 1],
        [{ minAvailable: 2 }, 5, 3],
        [{ minAvailable: "50%" }, 7, 3],
        [{ minAvailable: "90%" }, 3, 0],
        [{ maxUnavailable: 1 }, 9, 1],
        [{ maxUnavailable: 0 }, 3, 0],
        [{ maxUnavailable: "30%" }, 7, 3],
        [{ minAvailable: 1 }, 1, 0],
    ] as const) {
        it(`lets ${evictable} of ${replicas} brokers be evicted with ${JSON.stringify(spec)}`, () => {
            const maintenance = maintenanceOf([budget(spec)], labels, replicas);
            assert.equal(maintenance?.evictable, evictable === 1 ? undefined : evictable);
            assert.equal(maintenance?.state, evictable === 0 ? "blocked" : evictable === 1 ? undefined : "unguarded");
        });
    }

    it("goes by the budgets that select the brokers, as a label selector does", () => {
        const chosen = (selector: unknown) =>
            maintenanceOf([budget({ minAvailable: 2, selector })], labels, 2)?.state === "blocked";
        assert.ok(chosen({}));
        assert.ok(chosen({ matchExpressions: [{ key: "instance", operator: "In", values: ["a", "b"] }] }));
        assert.ok(chosen({ matchExpressions: [{ key: "zone", operator: "DoesNotExist" }] }));
        assert.ok(!chosen(undefined));
        assert.ok(!chosen({ matchLabels: { app: "haproxy" } }));
        assert.ok(!chosen({ matchExpressions: [{ key: "instance", operator: "NotIn", values: ["a"] }] }));
        assert.ok(!chosen({ matchExpressions: [{ key: "zone", operator: "Exists" }] }));
    });

    it("calls brokers blocked that two budgets select: Kubernetes evicts no such pod", () => {
        const maintenance = maintenanceOf(
            [budget({ maxUnavailable: 1 }), budget({ maxUnavailable: 1 }, "own")],
            labels,
            3,
        );
        assert.equal(maintenance?.state, "blocked");
        assert.match(maintenance.message, /own and vernemq select the brokers/);
    });
});

describe("ops scale, with the chart's PodDisruptionBudget", () => {
    async function scaled(from: number, to: number, prepare: (shop: Workshop) => unknown = () => undefined) {
        const shop = await Workshop.open({ replicas: from });
        try {
            prepare(shop);
            const before = JSON.stringify(shop.cluster.world.store.list(budgets));
            const words = ["scale", "--to", to.toString(), "--yes"];
            const json = await shop.ops(...words, "--json");
            const text = await shop.ops(...words);
            assert.deepEqual([json.exitCode, text.exitCode], [0, 0], json.err + text.err);
            assert.equal(JSON.stringify(shop.cluster.world.store.list(budgets)), before, "the budget is Helm's");
            const { maintenance } = JSON.parse(json.out) as { maintenance?: { state: string; evictable?: number } };
            return { maintenance, out: text.out };
        } finally {
            await shop.close();
        }
    }

    it("says that maintenance is blocked after 3 to 2", async () => {
        const { maintenance, out } = await scaled(3, 2);
        assert.deepEqual([maintenance?.state, maintenance?.evictable], ["blocked", 0]);
        assert.match(out, /^Node maintenance is blocked until the next `npm run pipeline -- up`: [^\n]*[^.]\.$/m);
    });

    it("says that maintenance is unguarded after 3 to 5, and how many may go at once", async () => {
        const { maintenance, out } = await scaled(3, 5);
        assert.deepEqual([maintenance?.state, maintenance?.evictable], ["unguarded", 3]);
        assert.match(out, /^Node maintenance is unguarded until .*vernemq lets 3 of 5 brokers be evicted at once\.$/m);
    });

    it("says that maintenance is unguarded after 1 to 2: one broker has no budget", async () => {
        const { maintenance, out } = await scaled(1, 2);
        assert.deepEqual([maintenance?.state, maintenance?.evictable], ["unguarded", 2]);
        assert.match(out, /no PodDisruptionBudget selects the brokers/);
    });

    it("says nothing where the budget fits", async () => {
        const fit = await scaled(3, 3);
        assert.equal(fit.maintenance, undefined);
        assert.doesNotMatch(fit.out, /maintenance/);
        const own = await scaled(3, 2, ({ cluster }) => {
            const spec = { minAvailable: null, maxUnavailable: 1 };
            cluster.world.store.patch(budgets, "vernemq", { spec });
        });
        assert.equal(own.maintenance, undefined);
    });

    it("says that it is unknown where the user may not list budgets; what is done stays done", async () => {
        const { maintenance, out } = await scaled(3, 2, ({ cluster }) =>
            cluster.denied.add("list policy/poddisruptionbudgets"),
        );
        assert.equal(maintenance?.state, "unknown");
        assert.match(out, /^Whether node maintenance is blocked or unguarded is unknown: .*[^.]\.$/m);
    });
});
