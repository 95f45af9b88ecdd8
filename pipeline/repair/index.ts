import { changesIn } from "../../plan/changes/from-events";
import type { Phase } from "../events";
import type { EngineEvent, PulumiState, RepairStep } from "../run";
import type { Failure, Operation, Outcome } from "../worker/protocol";
import { type Answers, type Held, holdsOrphans, planOrphans, planPending, type PlannedStep } from "./plan";
import { bearsMarks, resourcesIn, settle, type Taken, without } from "./state";
import { describeUnclear } from "./text";

export type { Held } from "./plan";

export interface RepairOptions extends Answers {
    /** Remove the stack's lock first. Only for an operator who knows that the runner that held it is gone. Default: no. */
    readonly breakLock?: boolean;
}

/** What a repair needs of the one who runs it. */
export interface RepairPort {
    readonly options: RepairOptions;
    /** Whether the stack is locked; undefined where only the engine can tell, because the backend is no folder. */
    readonly locked: boolean | undefined;
    /** What the clouds hold of the stack, where they can be asked for all of it. */
    readonly held?: Held;
    readonly operate: (operation: Operation, phase: Phase, into: EngineEvent[]) => Promise<Outcome>;
    readonly importState: (state: PulumiState) => Promise<Outcome>;
    /** Deletes these resources, and nothing else. */
    readonly deleteTargets: (urns: readonly string[]) => Promise<Outcome>;
    readonly tell: (steps: readonly RepairStep[]) => void;
    readonly warn: (message: string) => void;
    readonly confirm: (steps: readonly RepairStep[]) => Promise<boolean>;
}

export type RepairResult =
    | {
          readonly status: "repaired" | "unclear" | "refused";
          readonly steps: readonly RepairStep[];
          readonly error?: string;
      }
    | { readonly status: "stopped"; readonly outcome: Failure };

/**
 * Makes a stack's state what the cloud has after a runner was killed. The engine notes each operation in the state before it begins it, so
 * a killed run leaves a lock, and operations whose end was not seen. An update or a deletion is settled by a refresh. A creation is the hard
 * case: the cloud may have made the resource, but its id never came back, and the next `up` would create it a second time or collide with it.
 *
 * The state is changed as `pulumi stack export` and `pulumi stack import` do by hand, and then refreshed, so that it holds what the cloud
 * says. `pulumi refresh --import-pending-creates` is no substitute: engine 3.260 forgets what it was to import, with and without
 * `--clear-pending-creates`.
 */
export async function repair(port: RepairPort): Promise<RepairResult> {
    const exported = await port.operate("export", "read", []);
    if (!exported.ok) {
        return { status: "stopped", outcome: exported };
    }
    const state = exported.state ?? {};
    const planned = [
        ...planPending(state, port.options, port.held),
        ...planOrphans(state, await creations(port, state), port.options, port.held),
    ];
    const steps = planned.map(shown);
    const idle = idleAnswers(port.options, planned);
    if (idle.length > 0) {
        return {
            status: "refused",
            steps,
            error: `--found, --absent and --delete-orphan name nothing to repair: ${idle.join(", ")}`,
        };
    }
    if (steps.some(({ kind }) => kind === "unclear")) {
        return { status: "unclear", steps, error: describeUnclear(steps) };
    }
    port.tell(steps);
    if (!(await port.confirm(steps))) {
        return { status: "refused", steps, error: "It was not confirmed." };
    }
    const failed = await perform(port, state, planned);
    return failed === undefined ? { status: "repaired", steps } : { status: "stopped", outcome: failed };
}

/** What an update would create; it is asked only where something could be in the cloud beside the state. */
async function creations(port: RepairPort, state: PulumiState) {
    if (port.held !== undefined && !holdsOrphans(state, port.held)) {
        return [];
    }
    const events: EngineEvent[] = [];
    const previewed = await port.operate("preview", "preview", events);
    if (!previewed.ok) {
        port.warn(
            `The preview failed, so resources that are in the cloud and not in the state were not looked for: ${previewed.message}`,
        );
        return [];
    }
    return changesIn(events).filter(({ action }) => action === "create");
}

/** Answers about resources that need none: a misspelt URN must not pass for an answer. */
function idleAnswers({ found, absent, deleteOrphans }: Answers, planned: readonly PlannedStep[]): readonly string[] {
    const urns = new Set(planned.map(({ urn }) => urn));
    return [...(found?.keys() ?? []), ...(absent ?? []), ...(deleteOrphans ?? [])].filter((urn) => !urns.has(urn));
}

async function perform(
    port: RepairPort,
    before: PulumiState,
    planned: readonly PlannedStep[],
): Promise<Failure | undefined> {
    if (port.options.breakLock === true && port.locked !== false) {
        const broken = await port.operate("break-lock", "repair", []);
        // Pulumi Cloud's refuses where no update is under way. A lock that is left refuses the import.
        if (!broken.ok && port.locked === true) {
            return broken;
        }
    }
    const imported = await port.importState(
        settle(before, takenOf(planned, ["take-in", "look", "delete"]), takenOf(planned, ["delete-second"])),
    );
    if (!imported.ok) {
        return imported;
    }
    const refreshed = await port.operate("refresh", "refresh", []);
    if (!refreshed.ok) {
        // `pulumi stack import` drops pending operations, so the state cannot be put back as it was; what was taken in stays, for a refresh to judge.
        const message = `The clouds could not be asked about what was added to the state: ${refreshed.message}\nRun \`refresh\` until it succeeds, and only then \`up\`.`;
        return { ...refreshed, message };
    }
    return (await dropForeign(port, planned)) ?? (await deleteOrphans(port, planned));
}

/**
 * Deletes what is not to come into the state, now that the state has it: left to the next `up`, that would create the program's own one first,
 * and fail where both have the same name.
 */
async function deleteOrphans(port: RepairPort, planned: readonly PlannedStep[]): Promise<Failure | undefined> {
    const going = new Set(planned.flatMap((step) => (step.kind === "delete" || step.going === true ? [step.urn] : [])));
    if (going.size === 0) {
        return undefined;
    }
    const exported = await port.operate("export", "read", []);
    if (!exported.ok) {
        return exported;
    }
    const targets = resourcesIn(exported.state ?? {}).flatMap(({ urn }) => (going.has(urn) ? [urn] : []));
    const deleted = targets.length === 0 ? exported : await port.deleteTargets(targets);
    return deleted.ok ? undefined : deleted;
}

function takenOf(planned: readonly PlannedStep[], kinds: readonly RepairStep["kind"][]): readonly Taken[] {
    return planned.flatMap(({ kind, id, resource }) =>
        kinds.includes(kind) && id !== undefined && resource !== undefined ? [{ resource, id }] : [],
    );
}

/** Lets go of resources that were only looked for and turned out to be another owner's. */
async function dropForeign(port: RepairPort, planned: readonly PlannedStep[]): Promise<Failure | undefined> {
    const marks = new Map(planned.flatMap(({ urn, marks: own }) => (own === undefined ? [] : [[urn, own] as const])));
    if (marks.size === 0) {
        return undefined;
    }
    const exported = await port.operate("export", "read", []);
    if (!exported.ok) {
        return exported;
    }
    const state = exported.state ?? {};
    const foreign = resourcesIn(state).filter(({ urn, outputs }) => {
        const own = marks.get(urn);
        return own !== undefined && bearsMarks(own, outputs ?? {}) !== true;
    });
    if (foreign.length === 0) {
        return undefined;
    }
    const dropped = await port.importState(without(state, new Set(foreign.map(({ urn }) => urn))));
    return dropped.ok ? undefined : dropped;
}

function shown({ kind, urn, type, id, going, operation, lookFor }: PlannedStep): RepairStep {
    return { kind, urn, type, id, going, operation, lookFor };
}
