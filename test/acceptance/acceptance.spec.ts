import assert from "node:assert/strict";
import type { Context } from "mocha";
import type { Kube } from "../../ops/kubernetes/client";
import { changesIn } from "../../plan/changes/from-events";
import { change, exampleOf, type StackConfig } from "../support";
import { engineOrSkip } from "../support-engine";
import {
    addressOf,
    ClusterStack,
    eventually,
    givenIn,
    inventoryOf,
    kubeOf,
    type Leftovers,
    retained,
    skipAll,
    withClient,
    withoutPods,
} from "./cluster";

/*
 * With a real API server, chart and image; see CONTRIBUTING.md. Each step needs those before it, so after a failure only the last ones
 * run, which take everything away.
 */

const namespace = "messaging";
const given = givenIn(process.env);

/** The dev stack in the cluster that was named. */
function configOf(changes: Readonly<Record<string, unknown>>): StackConfig {
    assert.ok(!("missing" in given), "skipped before");
    const place = change(exampleOf("dev"), "vernemq:cluster", {
        kubeconfigPath: given.kubeconfig,
        ...(given.context === undefined ? {} : { context: given.context }),
    });
    return change(place, "vernemq:broker", changes);
}

/** What every suite has: the cluster, a stack, and what was there before it. */
class Setting {
    readonly stack: ClusterStack;
    readonly kube: Kube;
    readonly before: Leftovers;
    readonly noPods: string | undefined;
    #failed: string | undefined;

    private constructor(stack: ClusterStack, kube: Kube, before: Leftovers, noPods: string | undefined) {
        this.stack = stack;
        this.kube = kube;
        this.before = before;
        this.noPods = noPods;
    }

    static async prepare(context: Context, name: string): Promise<Setting> {
        const reason = "missing" in given ? given.missing : undefined;
        if (reason !== undefined || "missing" in given) {
            return skipAll(context, reason ?? "");
        }
        engineOrSkip(context);
        const kube = await kubeOf(given, namespace);
        return new Setting(new ClusterStack(name), kube, await inventoryOf(kube), await withoutPods(kube, process.env));
    }

    /** Runs a step that needs running pods and the steps before it; skips it by name where it cannot. */
    async step(context: Context, work: () => Promise<void>): Promise<void> {
        const reason = this.noPods ?? (this.#failed === undefined ? undefined : `after a failure: ${this.#failed}`);
        if (reason !== undefined) {
            if (context.test !== undefined) {
                context.test.title += ` (${reason})`;
            }
            context.skip();
        }
        try {
            await work();
        } catch (error) {
            this.#failed = context.test?.title ?? "";
            throw error;
        }
    }

    address(): Promise<string> {
        return addressOf(this.kube, process.env);
    }

    /** Destroys the stack where it was created, and waits until the cluster holds what it held before. */
    async takeAway(): Promise<void> {
        if (this.noPods === undefined) {
            await this.stack.drive("destroy");
        }
        await eventually("namespaces and volumes of the stack are gone", async () => {
            const now = await inventoryOf(this.kube);
            return (["namespaces", "volumes"] as const).every((kind) =>
                now[kind].every((name) => this.before[kind].includes(name)),
            );
        });
    }
}

/** What `ops status --json` writes, as far as the steps read it. */
interface Status {
    readonly problems: readonly string[];
}

describe("a stack in a real cluster", () => {
    let setting: Setting;

    before(async function () {
        setting = await Setting.prepare(this, "acceptance");
        setting.stack.configure(configOf({ replicas: 1, chartVersion: "2.1.1" }));
    });

    after(() => {
        // Undefined where the suite was skipped.
        (setting as Setting | undefined)?.stack.remove();
    });

    const replicas = async () => (await setting.kube.statefulSet()).replicas;
    const isHealthy = async () => {
        const status = JSON.parse(await setting.stack.ops("status", "--json")) as Status;
        assert.deepEqual(status.problems, []);
    };

    it("is previewed by the API server: it only creates", async () => {
        const { events } = await setting.stack.drive("preview");
        const changes = changesIn(events);
        assert.ok(changes.length > 10, `${changes.length} changes`);
        assert.deepEqual([...new Set(changes.map(({ operation }) => operation))], ["create"]);
    });

    it("is created: one broker of VerneMQ 2.1.1 that is healthy", async function () {
        await setting.step(this, async () => {
            await setting.stack.drive("up");
            assert.equal(await replicas(), 1);
            await isHealthy();
        });
    });

    it("is verified by MQTT clients: certificate, TLS, sign-in, messages, affinity", async function () {
        await setting.step(this, async () => {
            await setting.stack.verify(await setting.address());
        });
    });

    it("grows to three brokers, and shrinks to two, whose volumes alone stay", async function () {
        await setting.step(this, async () => {
            for (const [to, allowScaleDown] of [
                [3, false],
                [2, true],
            ] as const) {
                await setting.stack.ops("scale", "--to", String(to), "--yes");
                await setting.stack.drive("up", { allowScaleDown });
                assert.equal(await replicas(), to);
                assert.equal((await setting.kube.claims()).length, to);
                await isHealthy();
            }
            await setting.stack.verify(await setting.address());
        });
    });

    it("has a new user at once after a reload, and keeps its pods", async function () {
        await setting.step(this, async () => {
            const uids = async () => (await setting.kube.pods()).map(({ uid }) => uid);
            const pods = await uids();
            const users = [{ name: "device" }, { name: "second" }];
            setting.stack.configure(configOf({ replicas: 2, chartVersion: "2.1.1", users }));
            await setting.stack.drive("up");
            await setting.stack.ops("reload");
            await setting.stack.verify(await setting.address(), "--user", "second");
            assert.deepEqual(await uids(), pods);
        });
    });

    it("is upgraded from 2.1.1 to 2.1.2, broker by broker", async function () {
        await setting.step(this, async () => {
            const users = [{ name: "device" }, { name: "second" }];
            await setting.stack.ops("upgrade", "--hold", "--yes");
            setting.stack.configure(configOf({ replicas: 2, chartVersion: "2.1.2", users }));
            await setting.stack.drive("up");
            await setting.stack.ops("upgrade", "--yes");
            const images = (await setting.kube.pods()).map(({ container }) => container.image);
            assert.equal(images.length, 2);
            assert.ok(
                images.every((image) => image.endsWith("vernemq/vernemq:2.1.2-alpine")),
                images.join(),
            );
            await isHealthy();
            await setting.stack.verify(await setting.address());
        });
    });

    it("is destroyed, and leaves nothing", async () => {
        await setting.takeAway();
    });
});

describe("a backup in a real cluster", () => {
    let setting: Setting;

    before(async function () {
        setting = await Setting.prepare(this, "backup");
        const { storageClass } = given as { storageClass?: string };
        if (storageClass === undefined) {
            skipAll(this, "ACCEPTANCE_STORAGE_CLASS names no class whose driver takes snapshots");
        }
        // One broker: the hostpath driver keeps all volumes on one node, and brokers share none.
        setting.stack.configure(configOf({ replicas: 1, persistence: { sizeGiB: 1, storageClass } }));
    });

    after(() => {
        (setting as Setting | undefined)?.stack.remove();
    });

    it("brings back what was there, and not what came later", async function () {
        await setting.step(this, async () => {
            await setting.stack.drive("up");
            const address = await setting.address();
            const publish = (topic: string) =>
                withClient(setting.stack, address, (client) =>
                    client.publishAsync(topic, "kept", { qos: 1, retain: true }),
                );
            await publish("acceptance/before");
            await setting.stack.ops("backup");
            await publish("acceptance/after");
            assert.equal(await retained(setting.stack, address, "acceptance/after"), "kept");
            await setting.stack.ops("restore", "--from", "newest", "--replace", "--yes");
            assert.equal(await retained(setting.stack, address, "acceptance/before"), "kept");
            assert.equal(await retained(setting.stack, address, "acceptance/after"), undefined);
        });
    });

    it("is destroyed with its stack, and leaves nothing", async () => {
        await setting.takeAway();
    });
});
