import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type PipelineOptions, run } from "../../pipeline";
import type { PipelineEvent } from "../../pipeline/events";
import { exitCodeOf } from "../../pipeline/exit-code";
import type { StackRun, Verb } from "../../pipeline/run";
import { realChanges } from "../../plan/changes/from-events";
import { engineOrSkip } from "../support-engine";

/** A small program and a small cloud, so that what is tested here is the pipeline. */
const folder = join(__dirname, "pipeline-project");

const pool = "gcp:container/cluster:Cluster$gcp:container/nodePool:NodePool";

describe("The pipeline with a real engine", () => {
    const root = mkdtempSync(join(tmpdir(), "vernemq-pipeline-"));
    let cloud: ChildProcess | undefined;
    let env: Record<string, string>;

    before(async function () {
        engineOrSkip(this);
        for (const name of ["state", "home"]) {
            mkdirSync(join(root, name));
        }
        env = {
            CLOUD: join(root, "cloud"),
            WISH: join(root, "requirement.json"),
            PULUMI_HOME: join(root, "home"),
            PULUMI_BACKEND_URL: `file://${join(root, "state")}`,
            PULUMI_CONFIG_PASSPHRASE: "test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        };
        const serving = spawn(process.execPath, [join(folder, "cloud.cjs")], {
            env: { ...process.env, ...env },
            stdio: ["ignore", "pipe", "inherit"],
        });
        cloud = serving;
        const [port] = (await once(createInterface(serving.stdout), "line")) as [string];
        env["PULUMI_DEBUG_PROVIDERS"] = `gcp:${port}`;
        goal({});
        const runs = await drive("up", { stacks: ["one", "two"], stacksAtOnce: 2 });
        assert.deepEqual(
            runs.map(({ stack, status, error }) => ({ stack, status, error })),
            [
                { stack: "one", status: "succeeded", error: undefined },
                { stack: "two", status: "succeeded", error: undefined },
            ],
        );
    });

    after(() => {
        cloud?.kill();
        rmSync(root, { recursive: true, force: true });
    });

    function goal(what: object): void {
        writeFileSync(join(root, "requirement.json"), JSON.stringify(what));
    }

    function drive(verb: Verb, options: Omit<PipelineOptions, "folder" | "env">): Promise<readonly StackRun[]> {
        return run(verb, { folder, env, ...options });
    }

    async function one(verb: Verb, options: Partial<PipelineOptions> = {}): Promise<StackRun> {
        const [only] = await drive(verb, { stacks: ["one"], ...options });
        assert.ok(only);
        return only;
    }

    /** An update of stack one that takes until it is released, and promises that it has begun to change the cloud, and that the engine was told to cancel it. */
    function slowUpdate(options: Partial<PipelineOptions> = {}) {
        const hold = join(root, "cloud", "hold");
        writeFileSync(hold, "");
        goal({ held: true, text: `slow ${Math.random()}` });
        let begun: () => void = () => undefined;
        const isUnderWay = new Promise<void>((resolve) => {
            begun = resolve;
        });
        let cancelling: () => void = () => undefined;
        const isCancelling = new Promise<void>((resolve) => {
            cancelling = resolve;
        });
        const onEvent = (event: PipelineEvent) => {
            if (event.kind === "engine" && event.event.stdoutEvent?.message.includes("^C received") === true) {
                cancelling();
            }
            if (event.kind === "engine" && event.event.resourcePreEvent?.metadata.op === "update") {
                if (event.phase === "update") {
                    begun();
                }
            }
        };
        const release = () => {
            rmSync(hold, { force: true });
        };
        return { ended: one("up", { onEvent, ...options }), isUnderWay, isCancelling, release };
    }

    function files(name: string): readonly string[] {
        return readdirSync(join(root, "cloud")).filter((file) => file.includes(`-${name}-`));
    }

    it("brought up two stacks at once, each in its own right, and a second run changes nothing", async () => {
        goal({});
        assert.deepEqual(
            (await drive("up", { stacks: ["one", "two"], stacksAtOnce: 2 })).map((run) => realChanges(run.events)),
            [[], []],
        );
        assert.equal(files("cluster").length, 2);
    });

    it("leaves the user's files and the engine's notes of selected stacks as they were", () => {
        assert.doesNotMatch(readFileSync(join(folder, "Pulumi.one.yaml"), "utf8"), /encryptionsalt/);
        assert.deepEqual(readdirSync(join(root, "home", "workspaces")), []);
    });

    it("gives outputs, and the values of secret ones only where that is asked for", async () => {
        const hidden = await one("outputs");
        assert.deepEqual(hidden.outputs, {
            endpoint: { secret: false, value: "mqtts://mqtt.example.com:8883" },
            token: { secret: true },
        });
        const shown = await one("outputs", { showSecrets: true });
        assert.deepEqual(shown.outputs?.["token"], { secret: true, value: "not-for-your-eyes" });
    });

    it("previews a stack that does not exist as new, and leaves no trace of it", async () => {
        goal({});
        const stacks = join(root, "state", ".pulumi", "stacks", "vernemq");
        const before = readdirSync(stacks).filter((name) => name.endsWith(".json"));
        const [fresh] = await drive("preview", { stacks: ["three"] });
        assert.equal(fresh?.status, "succeeded", fresh?.error);
        assert.equal(realChanges(fresh.events).filter(({ action }) => action === "create").length, 5);
        assert.deepEqual(
            readdirSync(stacks).filter((name) => name.endsWith(".json")),
            before,
        );
    });

    it("does not start the engine for a stack whose settings are wrong, and does the others", async () => {
        goal({});
        const phases: string[] = [];
        const runs = await drive("preview", {
            stacks: ["broken", "one"],
            onEvent: (event) => {
                if (event.stack === "broken" && event.kind === "phase") {
                    phases.push(event.phase);
                }
            },
        });
        assert.deepEqual(
            runs.map((run) => [run.stack, run.status, exitCodeOf(run, false)]),
            [
                ["broken", "misconfigured", 2],
                ["one", "succeeded", 0],
            ],
        );
        assert.match(runs[0]?.error ?? "", /vernemq:target = "mainframe"/);
        assert.deepEqual(phases, ["check"]);
    });

    it("refuses to replace a node pool, changes nothing, and does it when its URN is allowed", async () => {
        goal({ machineType: "e2-standard-8", text: "changed too" });
        const before = files("pool");
        const refused = await one("up");
        const urn = `urn:pulumi:one::vernemq::${pool}::pool`;
        assert.equal(refused.status, "refused");
        assert.equal(exitCodeOf(refused, false), 4);
        assert.deepEqual(
            refused.refusals?.map(({ kind, role, urn }) => ({ kind, role, urn })),
            [{ kind: "replace", role: "node pool", urn }],
        );
        assert.deepEqual(refused.events, []);
        assert.deepEqual(files("pool"), before);
        const allowed = await one("up", { allowReplace: [urn] });
        assert.equal(allowed.status, "succeeded", allowed.error);
        assert.deepEqual(
            realChanges(allowed.events)
                .map(({ name, action }) => `${action} ${name}`)
                .sort(),
            ["replace pool", "update note"],
        );
        assert.notDeepEqual(files("pool"), before);
    });

    it("asks the operator where one is there, and a no changes nothing", async () => {
        goal({ machineType: "e2-standard-4" });
        const asked: string[] = [];
        const confirm = (question: { refusals: readonly { role: string }[] }) => {
            asked.push(question.refusals.map(({ role }) => role).join());
            return Promise.resolve(asked.length > 1);
        };
        assert.equal((await one("up", { confirm })).status, "refused");
        assert.equal((await one("up", { confirm })).status, "succeeded");
        assert.deepEqual(asked, ["node pool", "node pool"]);
    });

    it("names what is protected, and destroys nothing", async () => {
        goal({ machineType: "e2-standard-4", protect: true });
        assert.equal((await one("up")).status, "succeeded");
        const before = readdirSync(join(root, "cloud"));
        const refused = await one("destroy");
        assert.equal(refused.status, "refused", refused.error);
        assert.ok(refused.refusals?.some(({ kind }) => kind === "protected"));
        assert.deepEqual(readdirSync(join(root, "cloud")), before);
        goal({ machineType: "e2-standard-4" });
        assert.equal((await one("up")).status, "succeeded");
    });

    it("finds drift, changes nothing, and takes it over with refresh", async () => {
        const [note] = files("note").filter((file) => file.startsWith("one-"));
        const before = await one("drift");
        assert.equal(exitCodeOf(before, false), 0, JSON.stringify(realChanges(before.events)));
        writeFileSync(join(root, "cloud", note ?? ""), JSON.stringify({ text: "by hand", held: false }));
        for (const attempt of ["first", "second"]) {
            const drifted = await one("drift");
            assert.equal(exitCodeOf(drifted, false), 3, attempt);
            assert.deepEqual(
                realChanges(drifted.events).map(({ name, action }) => `${action} ${name}`),
                ["update note"],
            );
        }
        assert.equal((await one("refresh")).status, "succeeded");
        assert.equal(exitCodeOf(await one("drift"), false), 0);
    });

    it("tells a second runner who holds the stack and since when; with --wait it gets its turn", async () => {
        const begun = Date.now();
        const first = slowUpdate();
        await first.isUnderWay;
        const told = await one("refresh");
        assert.equal(told.status, "locked");
        assert.equal(exitCodeOf(told, false), 1);
        assert.match(told.lock?.holder ?? "", /@/);
        // The lock's time has no fractions of a second.
        const since = Date.parse(told.lock?.since ?? "");
        assert.ok(since >= begun - 1000 && since <= Date.now(), told.lock?.since);
        assert.match(told.error ?? "", /is held by .*@.* \(process \d+\) since /);
        const waited: string[] = [];
        const second = await one("refresh", {
            waitSeconds: 3600,
            onEvent: (event) => {
                waited.push(event.kind);
                if (event.kind === "waiting") {
                    first.release();
                }
            },
        });
        assert.equal((await first.ended).status, "succeeded");
        assert.equal(second.status, "succeeded", second.error);
        assert.equal(waited.filter((kind) => kind === "waiting").length, 1);
    });

    it("cancels cleanly: the step under way ends, its result is in the state, and the lock is gone", async () => {
        const cancel = new AbortController();
        const update = slowUpdate({ signal: cancel.signal });
        await update.isUnderWay;
        cancel.abort();
        await update.isCancelling;
        update.release();
        const cancelled = await update.ended;
        assert.equal(cancelled.status, "cancelled", cancelled.error);
        assert.deepEqual(cancelled.unfinished ?? [], []);
        assert.deepEqual(realChanges((await one("drift")).events), []);
        assert.equal((await one("up")).status, "succeeded");
    });

    it("destroys what the guards let go, and the cloud is empty", async () => {
        goal({});
        const held = await one("destroy");
        // No table knows the type of the note, so it may hold data.
        assert.deepEqual(held.refusals?.map(({ role }) => role).sort(), ["cluster", "node pool", "unknown"]);
        const allowReplace = (held.refusals ?? []).map(({ urn }) => urn);
        assert.equal((await one("destroy", { allowReplace })).status, "succeeded");
        assert.deepEqual(
            readdirSync(join(root, "cloud")).filter((file) => file.startsWith("one-")),
            [],
        );
    });
});
