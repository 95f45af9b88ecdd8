import { strict as assert } from "node:assert";
import { nextStep } from "../../../ops/scale/plan";
import type { BrokerState, Intent, Observed, Step } from "../../../ops/scale/state";

type Pod = "none" | "starting" | "running" | "stopping";
/** What is on a volume: nothing yet, a member's data, or that of a broker that has left. */
type Volume = "none" | "member" | "left";

/** One broker in the model. */
interface Broker {
    readonly pod: Pod;
    readonly volume: Volume;
    /** The others list it. */
    readonly member: boolean;
    /** Its queued messages are on its volume and nowhere else. */
    readonly holdsMessages: boolean;
}

/** The whole of a small world; equal texts are equal worlds. */
interface World {
    readonly replicas: number;
    readonly intent?: Intent;
    /** Broker whose leave VerneMQ works at. */
    readonly leaving?: number;
    readonly brokers: readonly Broker[];
}

const since = "2026-11-23T00:00:00Z";
const node = (ordinal: number) => `VerneMQ@vernemq-${ordinal}.h.ns.svc.cluster.local`;

/** What a look at the world shows. A broker in the middle of leaving is not asked by the run that let it leave. */
function observe(world: World, watches: boolean): Observed {
    const members = new Map(
        world.brokers.flatMap(({ member, pod }, ordinal) =>
            member ? [[ordinal, { node: node(ordinal), running: pod === "running" }] as const] : [],
        ),
    );
    const brokers = world.brokers.map(({ pod, volume, member }, ordinal): [number, BrokerState] => {
        const answers = pod === "running" && !(watches && world.leaving === ordinal);
        const own = new Map([[ordinal, { node: node(ordinal), running: true }]]);
        return [
            ordinal,
            {
                ...(pod === "none" ? {} : { pod: { phase: pod, ready: pod === "running" } }),
                ...(answers ? { view: { members: member ? members : own, strangers: [] } } : {}),
                claims: volume === "none" ? [] : [{ name: `data-${ordinal}`, uid: "1", terminating: false }],
            },
        ];
    });
    return {
        replicas: world.replicas,
        intent: world.intent,
        leaveUnderWay: watches && world.leaving !== undefined,
        brokers: new Map(brokers),
    };
}

function withBroker(world: World, ordinal: number, change: Partial<Broker>): World {
    return {
        ...world,
        brokers: world.brokers.map((broker, index) => (index === ordinal ? { ...broker, ...change } : broker)),
    };
}

/** What Kubernetes and VerneMQ may do next, in any order. */
function byThemselves(world: World): readonly World[] {
    const next: World[] = [];
    world.brokers.forEach(({ pod, volume }, ordinal) => {
        const wanted = ordinal < world.replicas;
        if (pod === "none" && wanted) {
            next.push(withBroker(world, ordinal, { pod: "starting" }));
        }
        if (pod === "starting") {
            // One on a new volume joins; one that has left stays alone.
            const joins = volume === "none" ? { volume: "member" as const, member: true } : {};
            next.push(withBroker(world, ordinal, { pod: "running", ...joins }));
        }
        if ((pod === "running" || pod === "starting") && !wanted) {
            next.push(withBroker(world, ordinal, { pod: "stopping" }));
        }
        if (pod === "running") {
            // Any broker may crash at any time; a leave of it is then as if it had not begun.
            const crashed = withBroker(world, ordinal, { pod: "starting" });
            next.push(world.leaving === ordinal ? { ...crashed, leaving: undefined } : crashed);
        }
        if (pod === "stopping") {
            const stopped = withBroker(world, ordinal, { pod: "none" });
            next.push(world.leaving === ordinal ? { ...stopped, leaving: undefined } : stopped);
        }
    });
    if (world.leaving !== undefined) {
        const { pod } = world.brokers[world.leaving] ?? { pod: "none" };
        const left = { volume: "left", member: false, holdsMessages: false } as const;
        // Its container is started again at once, unless its pod is to go.
        const after = withBroker(world, world.leaving, { ...left, pod: pod === "stopping" ? pod : "starting" });
        next.push({ ...after, leaving: undefined });
    }
    return next;
}

/** What a step does, and that it may. */
function apply(world: World, step: Step): World {
    const name = JSON.stringify([step, world]);
    switch (step.kind) {
        case "record":
            return { ...world, intent: step.intent };
        case "clear":
            return { ...world, intent: undefined };
        case "wait":
        case "done":
        // It says what someone has to be fixed first; in these worlds what is down comes back by itself.
        case "refuse":
            return world;
        case "leave":
            assert.equal(step.node, node(step.ordinal));
            // A second command while one is worked at is the runner's to avoid; see Leave.
            return world.leaving === undefined ? { ...world, leaving: step.ordinal } : world;
        case "scale":
            for (const [ordinal, broker] of world.brokers.entries()) {
                if (ordinal >= step.replicas && ordinal < world.replicas) {
                    assert.ok(!broker.member && !broker.holdsMessages, `a member loses its replica: ${name}`);
                }
                if (ordinal < step.replicas && ordinal >= world.replicas) {
                    assert.notEqual(broker.volume, "left", `a broker would start on data that has left: ${name}`);
                }
            }
            return { ...world, replicas: step.replicas };
        case "delete-claim": {
            const broker = world.brokers[step.ordinal];
            assert.ok(
                broker?.pod === "none" && !broker.member && !broker.holdsMessages,
                `a volume in use goes: ${name}`,
            );
            return withBroker(world, step.ordinal, { volume: "none" });
        }
        case "forget":
            throw new Error(`no loss was accepted: ${name}`);
    }
}

/** Every world that can be reached from one, whatever is cut off where. */
function explore(start: World, to: number): { readonly worlds: number; readonly ends: readonly World[] } {
    const seen = new Map<string, World>([[JSON.stringify(start), start]]);
    const queue = [start];
    const before = new Map<string, string[]>();
    const ends: World[] = [];
    for (let world = queue.shift(); world !== undefined; world = queue.shift()) {
        const key = JSON.stringify(world);
        const goal = { to, acceptLoss: false, takeOver: false, now: since };
        // The run that let a broker leave watches it; one that was started later does not know of it.
        const steps = [true, false].map((watches) => nextStep(observe(world, watches), goal));
        if (steps.every(({ kind }) => kind === "done")) {
            ends.push(world);
        }
        const next = [...steps.map((step) => apply(world, step)), ...byThemselves(world)];
        for (const after of next) {
            const text = JSON.stringify(after);
            before.set(text, [...(before.get(text) ?? []), key]);
            if (!seen.has(text)) {
                seen.set(text, after);
                queue.push(after);
            }
        }
    }
    // From every world an end can be reached: nothing is stuck.
    const reaching = new Set(ends.map((world) => JSON.stringify(world)));
    for (const text of reaching) {
        for (const earlier of before.get(text) ?? []) {
            reaching.add(earlier);
        }
    }
    const stuck = [...seen.keys()].find((text) => !reaching.has(text));
    assert.equal(stuck, undefined, "there is no way on from here");
    return { worlds: seen.size, ends };
}

const member: Broker = { pod: "running", volume: "member", member: true, holdsMessages: true };
const absent: Broker = { pod: "none", volume: "none", member: false, holdsMessages: false };

describe("The next step of a scaling, in every world that can come up", () => {
    it("shrinks without a member losing its replica or a message its volume, and always comes to the end", () => {
        const { worlds, ends } = explore({ replicas: 3, brokers: [member, member, member] }, 1);
        assert.deepEqual(
            ends.map(({ replicas, brokers }) => [replicas, brokers]),
            [[1, [member, absent, absent]]],
        );
        assert.ok(worlds > 60, worlds.toString());
    });

    it("fixes brokers that were stopped without having left", () => {
        const stopped: Broker = { ...member, pod: "none" };
        const { ends } = explore({ replicas: 1, brokers: [member, stopped, stopped] }, 1);
        assert.deepEqual(
            ends.map(({ replicas, brokers }) => [replicas, brokers]),
            [[1, [member, absent, absent]]],
        );
    });

    it("grows on new volumes", () => {
        const { ends } = explore({ replicas: 1, brokers: [member, absent, absent] }, 3);
        const fresh = { ...member, holdsMessages: false };
        assert.deepEqual(
            ends.map(({ replicas, brokers }) => [replicas, brokers]),
            [[3, [member, fresh, fresh]]],
        );
    });

    it("starts stopped brokers, as many as there are volumes first", () => {
        const stopped: Broker = { ...member, pod: "none" };
        const observed = observe({ replicas: 0, brokers: [stopped, stopped, absent] }, false);
        const goal = (to: number) => ({ to, acceptLoss: false, takeOver: false, now: since });
        const intent = { from: 0, to: 3, since };
        assert.deepEqual(nextStep({ ...observed, intent }, goal(3)), {
            kind: "scale",
            replicas: 2,
            why: "the brokers were stopped",
        });
        assert.equal(nextStep({ ...observed, intent: { ...intent, to: 1 } }, goal(1)).kind, "refuse");
        const gap = observe({ replicas: 0, brokers: [stopped, absent, stopped] }, false);
        assert.match(
            JSON.stringify(nextStep({ ...gap, intent }, goal(3))),
            /broker 1 has no volume claim, but a higher one has/,
        );
    });

    it("trusts no broker that is alone: what it does not know of has not left", () => {
        const alone: BrokerState = {
            pod: { phase: "running", ready: true },
            view: { members: new Map([[1, { node: node(1), running: true }]]), strangers: [] },
            claims: [],
        };
        const observed: Observed = {
            replicas: 3,
            intent: { from: 3, to: 2, leaving: 2, since },
            brokers: new Map([
                [0, { pod: { phase: "running", ready: true }, claims: [] }],
                [1, alone],
                [
                    2,
                    {
                        pod: { phase: "running", ready: true },
                        claims: [{ name: "data-2", uid: "1", terminating: false }],
                    },
                ],
            ]),
        };
        const step = nextStep(observed, { to: 2, acceptLoss: false, takeOver: false, now: since });
        assert.deepEqual(step, { kind: "wait", for: "a broker that stays to answer" });
    });
});
