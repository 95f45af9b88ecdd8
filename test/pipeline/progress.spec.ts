import assert from "node:assert/strict";
import type { PipelineEvent } from "../../pipeline/events";
import { Interrupts } from "../../pipeline/interrupt";
import { JsonReporter } from "../../pipeline/report/json";
import { LineReporter } from "../../pipeline/report/lines";
import { Progress } from "../../pipeline/report/progress";
import { summary } from "../../pipeline/report/text";
import { liveView } from "../../pipeline/report/view";
import type { EngineEvent, StackRun } from "../../pipeline/run";
import { cluster, runOf, step, urnOf } from "./support";

const pool = urnOf("aws:eks/nodeGroup:NodeGroup", "mqtt-nodes");
const made = { new: { inputs: { password: "geheim" }, custom: true } };

/** An update of stack eks: two resources announced, one made after 9 s, one under way since second 10. */
const events: readonly PipelineEvent[] = [
    { kind: "started", stack: "eks", verb: "up", at: 0 },
    { kind: "phase", stack: "eks", phase: "preview", at: 0 },
    engine("preview", step("create", cluster, made), 0),
    engine("preview", step("create", pool, made), 0),
    { kind: "phase", stack: "eks", phase: "update", at: 1000 },
    engine("update", step("create", cluster, made), 1000),
    engine("update", step("create", cluster, made, "resOutputsEvent"), 10_000),
    engine("update", step("create", pool, made), 10_000),
];

function engine(phase: "preview" | "update", event: EngineEvent, at: number): PipelineEvent {
    return { kind: "engine", stack: "eks", phase, event, at };
}

function progressOf(some: readonly PipelineEvent[]): Progress {
    const progress = new Progress();
    for (const event of some) {
        progress.apply(event);
    }
    return progress;
}

const screen = { columns: 100, colors: false, frame: 0 };

describe("The counts of a run that failed", () => {
    const component = urnOf("vernemq:cluster:Eks", "mqtt");
    const failed = runOf({
        verb: "up",
        status: "failed",
        error: "pool: LimitExceeded",
        preview: [],
        events: [
            step("create", component, { new: { inputs: {}, custom: false } }),
            step("create", component, { new: { inputs: {}, custom: false } }, "resOutputsEvent"),
            step("create", cluster, made),
            step("create", cluster, made, "resOutputsEvent"),
            step("create", pool, made),
            step("create", pool, made, "resOpFailedEvent"),
        ],
    });

    it("say what was done, neither what was begun nor components", () => {
        assert.equal(summary(failed), "up: failed (1 created)");
        assert.equal(summary({ ...failed, events: failed.events.slice(4) }), "up: failed (nothing was changed)");
    });

    it("are the same in JSON", () => {
        const written: string[] = [];
        new JsonReporter((text) => written.push(text), []).event({ kind: "ended", stack: "eks", run: failed, at: 0 });
        const { counts, changes } = JSON.parse(written.join("")) as {
            counts: unknown;
            changes: readonly { urn: string }[];
        };
        assert.deepEqual(counts, { create: 1 });
        assert.deepEqual(
            changes.map(({ urn }) => urn),
            [cluster],
        );
    });
});

describe("Progress", () => {
    it("shows how far each stack is, what is under way and since when", () => {
        assert.deepEqual(liveView(progressOf(events).stacks(), 2, 70_000, screen), [
            "⠋ eks  updating 1 of 2  1m 10s",
            "    creating mqtt-nodes (aws:eks/nodeGroup:NodeGroup) 1m 00s",
            "  and 2 more to start",
        ]);
    });

    it("marks what is slow", () => {
        const [, line] = liveView(progressOf(events).stacks(), 0, 200_000, screen);
        assert.equal(line, "    creating mqtt-nodes (aws:eks/nodeGroup:NodeGroup) 3m 10s, slow");
    });

    it("never draws a line that would wrap", () => {
        for (const columns of [20, 40, 80]) {
            const lines = liveView(progressOf(events).stacks(), 2, 70_000, { ...screen, columns });
            assert.ok(lines.every((line) => line.length < columns));
        }
    });

    it("leaves out components and stacks, which take no time of a cloud's", () => {
        const component = step("create", urnOf("vernemq:broker:Broker", "mqtt"), {
            new: { inputs: {}, custom: false },
        });
        const stacks = progressOf([...events, engine("update", component, 11_000)]).stacks();
        assert.deepEqual(
            stacks[0]?.active.map(({ name }) => name),
            ["mqtt-nodes"],
        );
    });

    it("says who is waited for", () => {
        const lock = { holder: "ann@build-7", pid: 7, since: "2026-01-01T00:00:00Z", message: "" };
        const waiting = [...events, { kind: "waiting", stack: "eks", lock, until: 0, at: 0 } as const];
        assert.match(
            liveView(progressOf(waiting).stacks(), 0, 0, screen)[0] ?? "",
            /waiting\. eks is held by ann@build-7 \(process 7\) since 2026-01-01T00:00:00Z\./,
        );
    });
});

describe("Plain lines", () => {
    it("say what was done and how long it took, and again and again what is still under way", () => {
        let text = "";
        const reporter = new LineReporter((words) => {
            text += words;
        });
        events.forEach(reporter.event);
        reporter.beat(69_000);
        reporter.beat(70_000);
        reporter.beat(71_000);
        reporter.beat(130_000);
        reporter.finish([]);
        assert.deepEqual(text.trim().split("\n"), [
            "eks: previewing",
            "eks: updating",
            "eks: created mqtt-cluster (aws:eks/cluster:Cluster) 9s",
            "eks: still creating mqtt-nodes (aws:eks/nodeGroup:NodeGroup) after 1m 00s",
            "eks: still creating mqtt-nodes (aws:eks/nodeGroup:NodeGroup) after 2m 00s",
        ]);
    });
});

describe("The JSON stream", () => {
    const run: StackRun = runOf({
        verb: "up",
        status: "failed",
        events: [step("create", cluster, made)],
        error: "the passphrase hunter2 is wrong",
        outputs: { host: { secret: false, value: "mqtt.example.com" }, password: { secret: true, value: "geheim" } },
    });

    it("is one object a line, and no secret is in it: no inputs, no secret outputs, no passphrase", () => {
        let text = "";
        const reporter = new JsonReporter(
            (words) => {
                text += words;
            },
            ["hunter2", ""],
        );
        [...events, { kind: "ended", stack: "eks", run, at: 20_000 } as const].forEach(reporter.event);
        reporter.finish([run], 1);
        const objects = text
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as { type: string; state?: string; outputs?: unknown });
        assert.deepEqual(
            objects.map(({ type, state }) => (state === undefined ? type : `${type} ${state}`)),
            ["started", "phase", "phase", "resource begun", "resource done", "resource begun", "ended", "finished"],
        );
        assert.deepEqual(objects[6]?.outputs, {
            host: { secret: false, value: "mqtt.example.com" },
            password: { secret: true },
        });
        assert.doesNotMatch(text, /geheim|hunter2/);
    });
});

describe("Signals", () => {
    const stacks = progressOf(events).stacks();

    it("cancel first, then say what the third would risk, then end the engine", () => {
        const interrupts = new Interrupts();
        const state = () => [interrupts.signal.aborted, interrupts.terminate.aborted];
        const underWay = /eks: creating mqtt-nodes \(aws:eks\/nodeGroup:NodeGroup\) for 20s/;
        assert.match(interrupts.next(stacks, 30_000), underWay);
        assert.deepEqual(state(), [true, false]);
        const risk = interrupts.next(stacks, 30_000);
        assert.match(risk, /could exist in the cloud without being in the state/);
        assert.match(risk, underWay);
        assert.deepEqual(state(), [true, false]);
        assert.match(interrupts.next(stacks, 30_000), underWay);
        assert.deepEqual(state(), [true, true]);
    });
});
