import { strict as assert } from "node:assert";
import type { ClusterOptions } from "../support/cluster";
import { valid, Workshop } from "./support";

/** Opens a workshop with three brokers and queues on each, and closes it after the test. */
function workshop(options?: ClusterOptions) {
    let opened: Workshop | undefined;
    afterEach(async () => {
        await opened?.close();
        opened = undefined;
    });
    return async (given = options) => {
        await opened?.close();
        opened = await Workshop.open(given);
        for (const [ordinal, messages] of [4, 2, 3].slice(0, Number(opened.replicas)).entries()) {
            opened.cluster.addQueue(ordinal, { clientId: `client-${ordinal}`, messages });
        }
        return opened;
    };
}

const messages = 9;

describe("ops scale", () => {
    const open = workshop();

    it("lets the highest broker leave with its queues, and then takes away its replica and its volume, in that order", async () => {
        const shop = await open();
        const { exitCode, out } = await shop.ops("scale", "--to", "2", "--yes");
        assert.equal(exitCode, 0, out);
        const { cluster } = shop;
        assert.deepEqual(shop.views, valid(2));
        assert.deepEqual(shop.claims, ["data-vernemq-0", "data-vernemq-1"]);
        assert.equal(cluster.queuedMessages, messages);
        assert.equal(cluster.world.brokers.lostMessages, 0);
        assert.deepEqual(shop.notes, {});
        const deeds = cluster.requests.flatMap(({ method, path, command, body }) =>
            command?.includes("leave") === true
                ? [`${path.split("/").at(-2) ?? ""} leaves`]
                : method === "DELETE"
                  ? [`delete ${path.split("/").at(-1) ?? ""}`]
                  : (body as { spec?: { replicas?: number } } | undefined)?.spec?.replicas === undefined
                    ? []
                    : [`replicas ${(body as { spec: { replicas: number } }).spec.replicas}`],
        );
        assert.deepEqual(deeds, ["vernemq-2 leaves", "replicas 2", "delete data-vernemq-2"]);
    });

    it("goes through several brokers one by one, down to a single one", async () => {
        const shop = await open();
        const { exitCode } = await shop.ops("scale", "--to", "1", "--yes");
        assert.equal(exitCode, 0);
        assert.deepEqual(shop.views, valid(1));
        assert.deepEqual(shop.claims, ["data-vernemq-0"]);
        assert.equal(shop.cluster.queuedMessages, messages);
    });

    it("grows, and waits until the new brokers are members", async () => {
        const shop = await open();
        const { exitCode } = await shop.ops("scale", "--to", "5");
        assert.equal(exitCode, 0);
        assert.deepEqual(shop.views, valid(5));
        assert.deepEqual(shop.notes, {});
    });

    it("ends with the scheduler's word, in time, where a new broker finds no node", async () => {
        const shop = await open();
        const { store } = shop.cluster.world;
        const create = store.create.bind(store);
        store.create = (collection, object) => {
            const made = create(collection, object);
            if (made.metadata.name === "vernemq-3" && collection === "v1/pods") {
                const message = "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.";
                const unscheduled = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
                const status = { phase: "Pending", conditions: [unscheduled] };
                Object.defineProperty(made, "status", { get: () => status, set: () => undefined, enumerable: true });
            }
            return made;
        };
        const { exitCode, err } = await shop.ops("scale", "--to", "4");
        assert.equal(exitCode, 1);
        assert.match(
            err,
            /Waited \d+ s for one valid cluster: broker 3 is starting \(Unschedulable: 0\/3 nodes are available/,
        );
        assert.match(err, /run the same command again/);
    });

    it("needs no volumes to move queues", async () => {
        const shop = await open({ persistence: false });
        const { exitCode } = await shop.ops("scale", "--to", "2", "--yes");
        assert.equal(exitCode, 0);
        assert.equal(shop.cluster.queuedMessages, messages);
        assert.equal(shop.cluster.world.brokers.lostMessages, 0);
    });

    it("does nothing, and says so, where the number is right", async () => {
        const shop = await open();
        const { exitCode, out } = await shop.ops("scale", "--to", "3");
        assert.equal(exitCode, 0);
        assert.match(out, /3 brokers run, one valid cluster/);
        assert.deepEqual(shop.cluster.changes, []);
    });

    it("watches a leave that vmq-admin gave up waiting for", async () => {
        const shop = await open({ leaveTicks: 60 });
        shop.cluster.leaveTimesOut = true;
        const { exitCode } = await shop.ops("scale", "--to", "2", "--yes");
        assert.equal(exitCode, 0);
        const leaves = shop.cluster.commands.filter((command) => command.includes("cluster leave"));
        assert.equal(leaves.length, 1);
        assert.deepEqual(shop.views, valid(2));
        assert.equal(shop.cluster.queuedMessages, messages);
    });

    describe("asks again for a leave that VerneMQ gave up, with the listeners of the broker stopped,", () => {
        /** The first leave ends as it does where sessions did not go offline in time. */
        const givesUpOnce = ({ cluster }: Workshop, then: () => void = () => undefined) => {
            const { world } = cluster;
            let given = 0;
            cluster.onExec = (_, command) => {
                if (!command.includes("leave")) {
                    return undefined;
                }
                given += 1;
                if (given > 1) {
                    return undefined;
                }
                for (const listener of world.brokers.process(world.nodeName(2))?.listeners ?? []) {
                    listener.status = listener.type.startsWith("mqtt") ? "suspended" : listener.status;
                }
                then();
                return { stdout: "error, still online queues, check the logs, and retry!\n" };
            };
            return () => given;
        };

        it("in the same run", async () => {
            const shop = await open();
            const given = givesUpOnce(shop);
            const { exitCode, out, err } = await shop.ops("scale", "--to", "2", "--yes");
            assert.equal(exitCode, 0, err);
            assert.match(out, /once more, because: error, still online queues/);
            assert.equal(given(), 2);
            assert.deepEqual(shop.views, valid(2));
            assert.equal(shop.cluster.queuedMessages, messages);
        });

        it("in a later run, which first watches whether it is still worked at", async () => {
            const shop = await open();
            const given = givesUpOnce(shop, () => {
                shop.cluster.crashAt(1, "before");
            });
            await shop.ops("scale", "--to", "2", "--yes");
            assert.equal(given(), 1);
            shop.cluster.recover();
            shop.cluster.world.settle();
            const { exitCode, out, err } = await shop.ops("scale", "--to", "2", "--yes");
            assert.equal(exitCode, 0, err);
            assert.match(out, /takes no connections, so it may be leaving already; watching it/);
            assert.equal(given(), 2);
            assert.deepEqual(shop.views, valid(2));
            assert.equal(shop.cluster.queuedMessages, messages);
        });

        it("three times, and then says so", async () => {
            const shop = await open();
            shop.cluster.onExec = (_, command) =>
                command.includes("leave")
                    ? { stdout: "error, still online queues, check the logs, and retry!\n" }
                    : undefined;
            const { exitCode, err } = await shop.ops("scale", "--to", "2", "--yes");
            assert.equal(exitCode, 1);
            assert.match(err, /Broker 2 could not leave: error, still online queues.*delete the pod vernemq-2/);
            assert.equal(shop.cluster.commands.filter((command) => command.includes("leave")).length, 3);
            assert.equal(shop.replicas, 3);
        });
    });

    it("starts a broker once more that was stopped without having left, so that its messages move", async () => {
        const shop = await open();
        const { cluster } = shop;
        cluster.world.store.patch("apps/v1/statefulsets", "vernemq", { spec: { replicas: 2 } });
        cluster.world.settle();
        assert.deepEqual(shop.views, { 0: ["0", "1", "2 down"], 1: ["0", "1", "2 down"] });
        const { exitCode, err } = await shop.ops("scale", "--to", "2", "--yes");
        assert.equal(err, "");
        assert.equal(exitCode, 0);
        assert.deepEqual(shop.views, valid(2));
        assert.equal(cluster.queuedMessages, messages);
        assert.deepEqual(shop.claims, ["data-vernemq-0", "data-vernemq-1"]);
    });

    describe("refuses, and changes nothing,", () => {
        const refused = async (shop: Workshop, words: readonly string[], why: RegExp, code = 4) => {
            const before = shop.cluster.changes.length;
            const { exitCode, err } = await shop.ops("scale", ...words);
            assert.equal(exitCode, code, err);
            assert.match(err, why);
            assert.equal(shop.cluster.changes.length, before);
            assert.equal(shop.cluster.world.brokers.lostMessages, 0);
        };

        it("while a broker is down", async () => {
            const shop = await open();
            shop.cluster.world.broken.add("vernemq-1");
            shop.cluster.world.crash(1);
            shop.cluster.world.settle();
            await refused(shop, ["--to", "2", "--yes"], /broker 1 is not ready/);
        });

        it("while a broker is a separate cluster", async () => {
            const shop = await open();
            shop.cluster.world.brokers.finishLeave(shop.cluster.world.nodeName(2));
            shop.cluster.world.crash(2);
            shop.cluster.world.settle();
            await refused(shop, ["--to", "2", "--yes"], /broker 0 does not know broker 2/);
        });

        it("to start a broker on the volume of one that has left", async () => {
            const shop = await open();
            const { cluster } = shop;
            cluster.world.brokers.finishLeave(cluster.world.nodeName(2));
            cluster.world.store.patch("apps/v1/statefulsets", "vernemq", { spec: { replicas: 2 } });
            cluster.world.settle();
            await refused(shop, ["--to", "3"], /broker 2 has a volume claim and is not a member/);
        });

        it("without a word for brokers to go, where there is no terminal", async () => {
            await refused(await open(), ["--to", "2"], /vernemq-2 leaves the cluster for good.*add --yes/, 2);
        });

        it("more brokers than the edge lists", async () => {
            await refused(await open(), ["--to", "10"], /The edge lists at most 9 brokers/);
        });

        it("where an operator decides the replicas", async () => {
            const shop = await open();
            shop.cluster.world.store.patch("apps/v1/statefulsets", "vernemq", {
                metadata: { ownerReferences: [{ kind: "VerneMQ", name: "k8s", uid: "1" }] },
            });
            await refused(shop, ["--to", "2", "--yes"], /belongs to VerneMQ k8s/);
        });

        it("another number while a scaling is not finished", async () => {
            const shop = await open();
            shop.cluster.crashAt(25, "before");
            await shop.ops("scale", "--to", "2", "--yes");
            shop.cluster.recover();
            await refused(shop, ["--to", "4"], /a scaling to 2 brokers.*is not finished.*--take-over/);
        });

        it("while a restore is not finished", async () => {
            const shop = await open();
            shop.cluster.world.store.patch("apps/v1/statefulsets", "vernemq", {
                metadata: { annotations: { "vernemq.io/restore": "backup-1 2026-11-23T00:00:00Z" } },
            });
            await refused(shop, ["--to", "2", "--yes"], /A restore of backup-1, begun .*, is not finished/);
        });
    });

    it("deletes the volume of a broker that has left, to grow again, only with --accept-loss", async () => {
        const shop = await open();
        const { cluster } = shop;
        cluster.world.brokers.finishLeave(cluster.world.nodeName(2));
        cluster.world.store.patch("apps/v1/statefulsets", "vernemq", { spec: { replicas: 2 } });
        cluster.world.settle();
        const { exitCode, err } = await shop.ops("scale", "--to", "3", "--accept-loss");
        assert.equal(exitCode, 0, err);
        assert.deepEqual(shop.views, valid(3));
    });

    it("heals the highest broker that is a separate cluster: away with --accept-loss, and back on a new volume", async () => {
        const shop = await open();
        const { world } = shop.cluster;
        world.brokers.finishLeave(world.nodeName(2));
        world.crash(2);
        world.settle();
        assert.deepEqual(shop.views[2], ["2"]);
        for (const words of [["2", "--yes", "--accept-loss"], ["3"]]) {
            const { exitCode, err } = await shop.ops("scale", "--to", ...words);
            assert.equal(exitCode, 0, err);
        }
        assert.deepEqual(shop.views, valid(3));
    });

    it("gives up a broker that does not run, and its messages, only with --accept-loss", async () => {
        const shop = await open();
        shop.cluster.onExec = (pod) =>
            pod === "vernemq-2" ? { stdout: "", stderr: "Node did not respond to ping!\n", exitCode: 1 } : undefined;
        const refusal = await shop.ops("scale", "--to", "2", "--yes");
        assert.equal(refusal.exitCode, 4);
        const { exitCode, err } = await shop.ops("scale", "--to", "2", "--yes", "--accept-loss");
        assert.equal(exitCode, 0, err);
        assert.deepEqual(shop.views, valid(2));
        assert.deepEqual(shop.claims, ["data-vernemq-0", "data-vernemq-1"]);
        assert.equal(shop.cluster.world.brokers.lostMessages, 3);
    });

    it("takes over for another number, and first lets go whole what has begun to go", async () => {
        const shop = await open();
        shop.cluster.crashAt(40, "after");
        await shop.ops("scale", "--to", "2", "--yes");
        shop.cluster.recover();
        shop.cluster.world.settle();
        const { exitCode, err } = await shop.ops("scale", "--to", "4", "--take-over");
        assert.equal(exitCode, 0, err);
        assert.deepEqual(shop.views, valid(4));
        assert.equal(shop.cluster.queuedMessages, messages);
    });

    it("comes to the same end when two run at once", async () => {
        const shop = await open();
        const runs = await Promise.all([
            shop.ops("scale", "--to", "2", "--yes", "--no-setting"),
            shop.ops("scale", "--to", "2", "--yes", "--no-setting"),
        ]);
        assert.deepEqual(
            runs.map(({ exitCode }) => exitCode),
            [0, 0],
            JSON.stringify(runs),
        );
        assert.deepEqual(shop.views, valid(2));
        assert.equal(shop.cluster.queuedMessages, messages);
        assert.equal(shop.cluster.world.brokers.lostMessages, 0);
    });

    it("writes the number into the stack's file, and names the command that comes next", async () => {
        const shop = await open();
        const before = shop.stackFile;
        const { out } = await shop.ops("scale", "--to", "2", "--yes", "--json");
        assert.equal(shop.stackFile, before.replace("replicas: 1", "replicas: 2"));
        const { maintenance, ...result } = JSON.parse(out) as Record<string, unknown>;
        assert.ok(maintenance);
        assert.deepEqual(result, {
            stack: "dev",
            from: 3,
            brokers: 2,
            notes: [],
            setting: "written",
            next: "npm run pipeline -- up --stack dev --allow-scale-down",
        });
    });

    it("leaves the stack's file alone with --no-setting, and says what the next update does", async () => {
        const shop = await open();
        const before = shop.stackFile;
        const { out } = await shop.ops("scale", "--to", "4", "--no-setting");
        assert.equal(shop.stackFile, before);
        assert.match(out, /pulumi config set --stack dev --path vernemq:broker.replicas 4/);
    });
});
