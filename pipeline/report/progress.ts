import { isInCloud, isStepInCloud, realChanges } from "../../plan/changes/from-events";
import { wordsOf } from "../../plan/changes/operations";
import { nameOf } from "../../plan/graph";
import type { Phase, PipelineEvent } from "../events";
import type { EngineEvent, StackLock, StackRun, Verb } from "../run";

/** A resource that the engine is at work on. */
export interface ActiveResource {
    readonly urn: string;
    readonly name: string;
    readonly type: string;
    /** creating, updating, deleting, ... */
    readonly doing: string;
    /** created, updated, deleted, ... */
    readonly did: string;
    /** ms since 1970. */
    readonly since: number;
}

/** A resource that the engine has finished with. */
export interface FinishedResource extends ActiveResource {
    readonly until: number;
    readonly failed: boolean;
}

/** Where one stack stands. */
export interface StackProgress {
    readonly stack: string;
    readonly verb: Verb;
    readonly startedAt: number;
    readonly phase: Phase;
    /** Changes that the engine has applied, and that the preview announced. */
    readonly done: number;
    readonly expected?: number;
    /** Longest first. */
    readonly active: readonly ActiveResource[];
    readonly finished: readonly FinishedResource[];
    readonly waitingFor?: StackLock;
    readonly run?: StackRun;
}

/** Phases in which resources change; a preview's resources pass by in no time. */
const changingPhases: ReadonlySet<Phase> = new Set<Phase>(["update", "destroy", "refresh"]);

type Followed = Omit<StackProgress, "active" | "finished">;
type Mutable = { -readonly [Key in keyof Followed]: Followed[Key] } & {
    previewed: EngineEvent[];
    readonly active: Map<string, ActiveResource>;
    readonly finished: FinishedResource[];
};

/** Follows what happens to stacks, and says at any time where each stands. */
export class Progress {
    readonly #stacks = new Map<string, Mutable>();

    /** @returns the resource that this event began or finished, if it did */
    apply(event: PipelineEvent): ActiveResource | FinishedResource | undefined {
        if (event.kind === "started") {
            const { stack, verb, at: startedAt } = event;
            const none = { done: 0, previewed: [], active: new Map<string, ActiveResource>(), finished: [] };
            this.#stacks.set(stack, { stack, verb, startedAt, phase: "check", ...none });
            return undefined;
        }
        const stack = this.#stacks.get(event.stack);
        if (stack === undefined) {
            return undefined;
        }
        switch (event.kind) {
            case "phase":
                enter(stack, event.phase);
                return undefined;
            case "waiting":
                stack.waitingFor = event.lock;
                return undefined;
            case "ended":
                stack.run = event.run;
                stack.active.clear();
                return undefined;
            case "engine":
                return applyEngineEvent(stack, event.phase, event.event, event.at);
            case "allowed":
            case "repair":
            case "warning":
                return undefined;
        }
    }

    /** Where each stack stands, in the order in which they were begun. */
    stacks(): readonly StackProgress[] {
        return [...this.#stacks.values()].map((stack) => ({
            ...stack,
            active: [...stack.active.values()].sort((a, b) => a.since - b.since),
        }));
    }
}

function enter(stack: Mutable, phase: Phase): void {
    if (phase === "preview") {
        stack.previewed = [];
    }
    if (phase === "update" || phase === "destroy") {
        stack.expected = realChanges(stack.previewed).filter(isInCloud).length;
        stack.previewed = [];
    }
    if (phase !== "wait") {
        stack.waitingFor = undefined;
    }
    stack.phase = phase;
    stack.done = 0;
    stack.active.clear();
}

function applyEngineEvent(
    stack: Mutable,
    phase: Phase,
    event: EngineEvent,
    at: number,
): ActiveResource | FinishedResource | undefined {
    if (phase === "preview") {
        stack.previewed.push(event);
    }
    if (!changingPhases.has(phase)) {
        return undefined;
    }
    const begun = event.resourcePreEvent?.metadata;
    const words = begun === undefined ? undefined : wordsOf(begun.op);
    if (begun !== undefined && words !== undefined && isStepInCloud(begun)) {
        const resource: ActiveResource = {
            urn: begun.urn,
            name: nameOf(begun.urn),
            type: begun.type,
            ...words,
            since: at,
        };
        stack.active.set(begun.urn, resource);
        return resource;
    }
    const ended = event.resOutputsEvent?.metadata ?? event.resOpFailedEvent?.metadata;
    const resource = ended === undefined ? undefined : stack.active.get(ended.urn);
    if (resource === undefined) {
        return undefined;
    }
    stack.active.delete(resource.urn);
    const finished = { ...resource, until: at, failed: event.resOpFailedEvent !== undefined };
    stack.finished.push(finished);
    stack.done++;
    return finished;
}
