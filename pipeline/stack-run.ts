import { setTimeout as sleep } from "node:timers/promises";
import { ConfigurationError } from "../components/common/problem";
import { UserError } from "../plan/common/errors";
import { forPlanning, readStackFile } from "../plan/stack-file";
import { licenseIsOpen } from "../stacks/settings/license";
import { parseSettings } from "../stacks/settings/parse";
import { realChanges } from "../plan/changes/from-events";
import type { Change } from "../plan/changes/model";
import { EngineProcess } from "./engine-process";
import type { Happening, Phase, PipelineEvent } from "./events";
import { type Allowances, guard, idleAllowances, protectedIn, type Refusal } from "./guards";
import { creationLockAdvice, describeLock, isGone, lockAdvice } from "./lock";
import { type Held, repair, type RepairOptions } from "./repair";
import { backendFolder, hasState, locksIn, removeLocks } from "./repair/backend";
import { unfinishedIn } from "./repair/state";
import { systemProblem } from "./system";
import { describeUnfinished, isCutOff, missingStack, repairCommand } from "./repair/text";
import type { EngineEvent, RepairStep, StackLock, StackRun, Verb } from "./run";
import type { Operation, OperationOptions, Outcome } from "./worker/protocol";

/** What the operator is asked before an update goes on. */
export interface Question {
    readonly stack: string;
    readonly verb: "up" | "destroy" | "repair";
    readonly changes: readonly Change[];
    /** `repair`: what it would do. */
    readonly steps?: readonly RepairStep[];
    /** What a guard holds back; empty where the update is an ordinary one. */
    readonly refusals: readonly Refusal[];
}

export interface StackRunOptions extends Allowances, OperationOptions {
    readonly folder: string;
    /** Environment for the engine beside this process's own, for example `PULUMI_BACKEND_URL`. */
    readonly env?: Readonly<Record<string, string>>;
    /** Secrets provider of a stack that `up` makes; what the stack file names comes first. Default: the backend's. */
    readonly secretsProvider?: string;
    /** What the operator says to `repair`. */
    readonly repair?: RepairOptions;
    /** Simulated clouds: they have their own passphrase, and can be asked for all that they hold of a stack. */
    readonly simulation?: { readonly held: (stack: string) => Held };
    /** Seconds to wait for a stack that another run holds. Default: 0. */
    readonly waitSeconds?: number;
    /** Asks the operator before `up` and `destroy` change anything. Default: no operator is there, so ordinary updates go on and guards hold. */
    readonly confirm?: (question: Question) => Promise<boolean>;
    readonly onEvent?: (event: PipelineEvent) => void;
    /** Cancels: the engine ends the steps under way and begins no other. */
    readonly signal?: AbortSignal;
    /** Ends the engine at once. What is under way may then exist in the cloud without being in the state. */
    readonly terminate?: AbortSignal;
}

/** How long to wait before a held stack is tried again, in ms. */
const retryAfter = 3000;

/** The part of a run that is found out along the way. */
type Ending = Omit<StackRun, "stack" | "verb" | "events" | "startedAt" | "seconds">;

const cancelledEnding: Ending = { status: "cancelled", error: "It was cancelled before anything was changed." };

/** Does one verb on one stack. It never throws for what happens to the stack: that is in the run. */
export async function runStack(verb: Verb, stack: string, options: StackRunOptions): Promise<StackRun> {
    return new StackRunner(verb, stack, options).run();
}

class StackRunner {
    readonly #startedAt = Date.now();
    #events: EngineEvent[] = [];
    #preview: EngineEvent[] | undefined;

    constructor(
        private readonly verb: Verb,
        private readonly stack: string,
        private readonly options: StackRunOptions,
    ) {}

    async run(): Promise<StackRun> {
        this.#tell({ kind: "started", verb: this.verb });
        const ending = await this.#check();
        const run: StackRun = {
            stack: this.stack,
            verb: this.verb,
            ...ending,
            events: this.#events,
            preview: this.#preview,
            startedAt: new Date(this.#startedAt).toISOString(),
            seconds: (Date.now() - this.#startedAt) / 1000,
        };
        this.#tell({ kind: "ended", run });
        return run;
    }

    /** The settings are read before the engine is started: a mistake in them shows at once. */
    async #check(): Promise<Ending> {
        this.#phase("check");
        let project: string;
        try {
            const creates = this.verb === "preview" || this.verb === "up";
            const read = readStackFile(this.options.folder, this.stack);
            const config = creates && this.options.simulation === undefined ? read : forPlanning(read);
            if (creates && config !== read) {
                this.#warn(licenseIsOpen);
            }
            const settings = parseSettings(config, creates ? new Date() : undefined);
            project = settings.project;
            for (const message of settings.warnings) {
                this.#warn(message);
            }
        } catch (error) {
            if (error instanceof ConfigurationError || error instanceof UserError) {
                return { status: "misconfigured", error: error.message };
            }
            throw error;
        }
        return this.#isCancelled() ? cancelledEnding : this.#withEngine(project);
    }

    async #withEngine(project: string): Promise<Ending> {
        const { folder, secretsProvider, signal, terminate, env } = this.options;
        const problem = systemProblem(process.platform);
        if (problem !== undefined) {
            return { status: "misconfigured", error: problem };
        }
        const repair = this.verb === "repair";
        const backend = this.#backend();
        const lock = this.#lock(project);
        if (repair && lock !== undefined && this.options.repair?.breakLock !== true) {
            return lockedEnding(this.stack, lock);
        }
        if (repair && lock !== undefined && backend !== undefined && !hasState(backend, project, this.stack)) {
            return this.#unlock(backend, project);
        }
        this.#phase("open");
        const engine = new EngineProcess(env);
        const cancel = engine.cancel.bind(engine);
        const end = engine.terminate.bind(engine);
        signal?.addEventListener("abort", cancel);
        terminate?.addEventListener("abort", end);
        try {
            const missing = this.verb === "up" ? "keep" : this.verb === "preview" ? "remove" : "fail";
            const ownSecrets = this.options.simulation !== undefined;
            const assignment = { folder, project, stack: this.stack, missing, repair, ownSecrets } as const;
            const opened = await engine.open({ ...assignment, secretsProvider });
            if (!opened.ok) {
                const created = backend === undefined ? opened.lock : undefined;
                return created?.place === undefined
                    ? this.#ending(opened)
                    : lockedEnding(this.stack, created, creationLockAdvice(created.place));
            }
            for (const file of opened.repaired ?? []) {
                this.#warn(`${file} was truncated. It holds nothing of the state and was removed.`);
            }
            return await this.#untilFree(engine, project);
        } finally {
            const closed = await engine.close();
            if (!closed.ok) {
                this.#warn(closed.message);
            }
            signal?.removeEventListener("abort", cancel);
            terminate?.removeEventListener("abort", end);
        }
    }

    /** Tries again while another run holds the stack, each time from the preview on: what they changed may change what this would do. */
    async #untilFree(engine: EngineProcess, project: string): Promise<Ending> {
        const until = this.#startedAt + 1000 * (this.options.waitSeconds ?? 0);
        let told = false;
        for (;;) {
            const ending = (await this.#unfinished(engine, project)) ?? (await this.#perform(engine, project));
            if (ending.status !== "locked" || ending.lock === undefined || Date.now() + retryAfter > until) {
                return ending;
            }
            if (!told) {
                this.#tell({ kind: "waiting", lock: ending.lock, until });
                told = true;
            }
            this.#phase("wait");
            await sleep(retryAfter, undefined, { signal: this.options.signal }).catch(() => undefined);
            if (this.#isCancelled()) {
                return cancelledEnding;
            }
        }
    }

    /**
     * Stops before anything is changed where an earlier update was cut off: the engine itself would go on, and create a second time what it
     * had begun to create.
     */
    async #unfinished(engine: EngineProcess, project: string): Promise<Ending | undefined> {
        if (this.verb === "repair") {
            return undefined;
        }
        this.#phase("read");
        const [read, lock] = await this.#settledState(engine, project);
        if (!read.ok) {
            return this.#ending(read);
        }
        const unfinished = unfinishedIn(read.state ?? {});
        if (unfinished.length === 0) {
            return undefined;
        }
        if (lock !== undefined && !isGone(lock)) {
            // They are another runner's, which is at work.
            return changing.has(this.verb) ? lockedEnding(this.stack, lock) : undefined;
        }
        const error = describeUnfinished(this.stack, unfinished, lock !== undefined);
        if (!changing.has(this.verb)) {
            this.#warn(error);
            return undefined;
        }
        return { status: "unfinished", error, unfinished };
    }

    /** The state and who holds it. Read once more where that does not fit: an update may have ended between the two readings. */
    async #settledState(engine: EngineProcess, project: string): Promise<readonly [Outcome, StackLock | undefined]> {
        for (let again = true; ; again = false) {
            const read = await engine.run("export", {});
            const lock = this.#lock(project);
            if (!again || !read.ok || lock !== undefined || unfinishedIn(read.state ?? {}).length === 0) {
                return [read, lock];
            }
        }
    }

    /** Who holds the stack, where its backend is a folder. */
    #lock(project: string): StackLock | undefined {
        const backend = this.#backend();
        return backend === undefined ? undefined : locksIn(backend, project, this.stack)[0];
    }

    /** The backend's folder, where it is one. */
    #backend(): string | undefined {
        const { folder, env } = this.options;
        return backendFolder(folder, { ...process.env, ...env });
    }

    /**
     * The runner was killed while it created the stack, which the engine does under a lock. Without a stack the engine cannot remove that
     * lock (`pulumi cancel`: "no stack named"), and with the lock it cannot create the stack.
     */
    async #unlock(backend: string, project: string): Promise<Ending> {
        if (!(await this.#confirmRepair([]))) {
            return { status: "refused", error: "It was not confirmed.", repair: [] };
        }
        for (const file of removeLocks(backend, project, this.stack)) {
            this.#warn(`The lock ${file} was removed. ${missingStack(this.stack)}`);
        }
        return { status: "succeeded", repair: [] };
    }

    async #confirmRepair(steps: readonly RepairStep[]): Promise<boolean> {
        const { confirm } = this.options;
        this.#phase("confirm");
        return confirm?.({ stack: this.stack, verb: "repair", changes: [], refusals: [], steps }) ?? true;
    }

    async #repair(engine: EngineProcess, project: string): Promise<Ending> {
        const { simulation, repair: options = {} } = this.options;
        this.#events = [];
        const result = await repair({
            options,
            locked: this.#backend() === undefined ? undefined : this.#lock(project) !== undefined,
            held: simulation?.held(this.stack),
            operate: (operation, phase, into) =>
                this.#operate(engine, operation, phase, operation === "refresh" ? this.#events : into),
            importState: (state) => engine.importState(state),
            deleteTargets: (targets) => engine.run("delete-targets", { targets }),
            tell: (steps) => {
                this.#tell({ kind: "repair", steps });
            },
            warn: (message) => {
                this.#warn(message);
            },
            confirm: (steps) => this.#confirmRepair(steps),
        });
        switch (result.status) {
            case "repaired":
                return { status: "succeeded", repair: result.steps };
            case "stopped":
                return this.#ending(result.outcome);
            case "unclear":
            case "refused":
                return { status: "refused", error: result.error, repair: result.steps };
        }
    }

    #perform(engine: EngineProcess, project: string): Promise<Ending> {
        switch (this.verb) {
            case "preview":
                return this.#single(engine, "preview", "preview");
            case "refresh":
                return this.#single(engine, "refresh", "refresh");
            case "drift":
                return this.#single(engine, "preview-refresh", "refresh");
            case "outputs":
                return this.#single(engine, "outputs", "read");
            case "up":
                return this.#guarded(engine, "up", "preview", "up", "update");
            case "destroy":
                return this.#guarded(engine, "destroy", "preview-destroy", "destroy", "destroy");
            case "repair":
                return this.#repair(engine, project);
        }
    }

    async #single(engine: EngineProcess, operation: Operation, phase: Phase): Promise<Ending> {
        this.#events = [];
        return this.#ending(await this.#operate(engine, operation, phase, this.#events));
    }

    /** Previews, lets the guards judge what the preview shows, asks the operator, and only then changes anything. */
    async #guarded(
        engine: EngineProcess,
        verb: "up" | "destroy",
        previewing: Operation,
        doing: Operation,
        phase: Phase,
    ): Promise<Ending> {
        this.#preview = [];
        this.#events = [];
        const previewed = await this.#operate(engine, previewing, "preview", this.#preview);
        if (!previewed.ok) {
            return this.#ending(previewed);
        }
        const changes = realChanges(this.#preview);
        const idle = idleAllowances(changes, this.options);
        if (idle.length > 0) {
            this.#warn(
                `--allow-replace names resources that this update does not replace or delete: ${idle.join(", ")}`,
            );
        }
        const held = await this.#held(verb, changes);
        if (held !== undefined) {
            return held;
        }
        if (this.#isCancelled()) {
            return cancelledEnding;
        }
        return this.#ending(await this.#operate(engine, doing, phase, this.#events));
    }

    /** Why the update does not go on, or undefined where it does. */
    async #held(verb: "up" | "destroy", changes: readonly Change[]): Promise<Ending | undefined> {
        const refusals = guard(changes, this.options);
        const { confirm } = this.options;
        const decidable = refusals.every(({ kind }) => kind === "replace" || kind === "delete");
        if (refusals.length > 0 && (confirm === undefined || !decidable)) {
            return { status: "refused", error: refusals.map(({ reason }) => reason).join("\n"), refusals };
        }
        if (confirm === undefined || changes.length === 0) {
            return undefined;
        }
        this.#phase("confirm");
        if (!(await confirm({ stack: this.stack, verb, changes, refusals }))) {
            return { status: "refused", error: "It was not confirmed.", refusals };
        }
        if (refusals.length > 0) {
            this.#tell({ kind: "allowed", refusals });
        }
        return undefined;
    }

    #operate(engine: EngineProcess, operation: Operation, phase: Phase, into: EngineEvent[]): Promise<Outcome> {
        this.#phase(phase);
        const { policyPacks, policyPackConfigs, message, showSecrets } = this.options;
        const options = { policyPacks, policyPackConfigs, message, showSecrets };
        return engine.run(operation, options, (event) => {
            into.push(event);
            this.#tell({ kind: "engine", phase, event });
        });
    }

    #ending(outcome: Outcome): Ending {
        if (outcome.ok) {
            return { status: "succeeded", outputs: outcome.outputs };
        }
        if (outcome.reason === "locked") {
            return lockedEnding(this.stack, outcome.lock ?? { message: outcome.message });
        }
        const refusals = protectedIn(outcome.message);
        if (outcome.reason === "failed" && refusals.length > 0) {
            return { status: "refused", error: outcome.message, refusals };
        }
        if (isCutOff(outcome.message)) {
            const error = `A file of the state was truncated when an earlier run was killed (${outcome.message}). To repair it: ${repairCommand(this.stack)}`;
            return { status: "unfinished", error };
        }
        const { unfinished } = outcome;
        return {
            status: outcome.reason,
            error: outcome.message,
            unfinished: unfinished === undefined || unfinished.length === 0 ? undefined : unfinished,
        };
    }

    #isCancelled(): boolean {
        return this.options.signal?.aborted === true;
    }

    #phase(phase: Phase): void {
        this.#tell({ kind: "phase", phase });
    }

    #warn(message: string): void {
        this.#tell({ kind: "warning", message });
    }

    #tell(event: Happening): void {
        this.options.onEvent?.({ ...event, stack: this.stack, at: Date.now() });
    }
}

/** Verbs that change the state or the clouds. */
const changing: ReadonlySet<Verb> = new Set<Verb>(["up", "refresh", "destroy"]);

function lockedEnding(stack: string, lock: StackLock, advice = lockAdvice(stack, lock)): Ending {
    return { status: "locked", error: `${describeLock(stack, lock)} ${advice}`, lock };
}
