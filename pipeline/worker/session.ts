import { setTimeout as sleep } from "node:timers/promises";
import {
    type Deployment,
    type EngineEvent,
    LocalWorkspace,
    Stack,
    StackAlreadyExistsError,
    StackNotFoundError,
} from "@pulumi/pulumi/automation";
import { lockIn } from "../lock";
import { backendFolder, removeBrokenAttributes } from "../repair/backend";
import { isCutOff, missingStack } from "../repair/text";
import { unfinishedIn } from "../repair/state";
import { type PulumiState, shownOutputs, type StackOutput, type UnfinishedOperation } from "../run";
import { findEngine } from "./engine";
import { Diagnostics } from "./diagnostics";
import { engineWords, reasonOf } from "./errors";
import type { Assignment, Operation, OperationOptions, Outcome } from "./protocol";
import { WorkDir } from "./workdir";

type Asked = readonly [
    operation: Operation,
    options: OperationOptions,
    onEvent: (event: EngineEvent) => void,
    signal: AbortSignal,
];

/** One stack in the engine's hands: opened in a separate folder, then asked for one operation after another. */
export class Session {
    private constructor(
        private readonly assignment: Assignment,
        private readonly dir: WorkDir,
        private readonly stack: Stack,
        /** Whether the stack was created for this session. */
        private readonly made: boolean,
        /** Files that were cut off and have been removed. */
        readonly repaired: readonly string[] = [],
    ) {
        // The Automation API asks for the last entry of the history after each operation, in one more process, and it is not used here.
        stack.info = () => Promise.resolve(undefined);
    }

    static async open(assignment: Assignment): Promise<Session> {
        const { folder, project, stack: name, missing } = assignment;
        const pulumiCommand = await findEngine();
        const backend = assignment.repair === true ? backendFolder(folder, process.env) : undefined;
        const repaired = backend === undefined ? [] : removeBrokenAttributes(backend, project, name);
        const dir = new WorkDir(folder, name, assignment.ownSecrets);
        try {
            const workspace = await LocalWorkspace.create({ workDir: dir.path, pulumiCommand });
            const secretsProvider = (await workspace.stackSettings(name)).secretsProvider ?? assignment.secretsProvider;
            const known = await selected(name, workspace);
            if (known !== undefined) {
                await standIn(known, dir);
                return new Session(assignment, dir, known, false, repaired);
            }
            if (missing === "fail") {
                throw new Error(missingStack(name));
            }
            const maker = await LocalWorkspace.create({ workDir: dir.path, pulumiCommand, secretsProvider });
            const { stack, created } = await createdOrSelected(name, maker);
            dir.restoreStackFile();
            await standIn(stack, dir);
            return new Session(assignment, dir, stack, created, repaired);
        } catch (error) {
            dir.remove(project);
            throw error;
        }
    }

    async importState(state: PulumiState): Promise<void> {
        await this.stack.importStack(state as Deployment);
    }

    /**
     * Runs an operation to its end. It does not throw: an engine that says no is an outcome. One that could not read the state has done nothing
     * yet, and reads it again.
     */
    run(...asked: Asked): Promise<Outcome> {
        return untilReadable(
            () => this.#runOnce(...asked),
            (outcome) => !outcome.ok && outcome.message.includes("failed to load checkpoint"),
        );
    }

    async #runOnce(...[operation, options, onEvent, signal]: Asked): Promise<Outcome> {
        // The Automation API listens for the signal, and does not look whether it has been given already.
        if (isAborted(signal)) {
            return { ok: false, reason: "cancelled", message: "It was cancelled before the engine began." };
        }
        const events: EngineEvent[] = [];
        const stderr: string[] = [];
        const diagnostics = new Diagnostics(
            (event) => {
                if (event.diagnosticEvent !== undefined || event.policyEvent !== undefined) {
                    events.push(event);
                }
                onEvent(event);
            },
            () => this.stack.exportStack(),
        );
        const settings = {
            onEvent: diagnostics.take,
            onError: (text: string) => {
                stderr.push(text);
            },
            signal,
            color: "never" as const,
            suppressOutputs: true,
            userAgent: "vernemq-pipeline",
            message: options.message,
        };
        try {
            const result = await this.#perform(operation, options, settings);
            await diagnostics.settle();
            return { ok: true, ...result };
        } catch (error) {
            await diagnostics.settle();
            const words = stderr.length > 0 ? stderr.join("") : error instanceof Error ? error.message : String(error);
            const lock = lockIn(engineWords(words));
            if (lock !== undefined) {
                return { ok: false, reason: "locked", message: lock.message, lock };
            }
            const unfinished = await this.#unfinished(operation);
            const reason = isAborted(signal) ? "cancelled" : "failed";
            return { ok: false, reason, message: await diagnostics.mask(reasonOf(events, words)), unfinished };
        }
    }

    async #perform(
        operation: Operation,
        { policyPacks = [], policyPackConfigs = [], targets = [], showSecrets }: OperationOptions,
        settings: NonNullable<Parameters<Stack["refresh"]>[0]>,
    ): Promise<{ readonly outputs?: Readonly<Record<string, StackOutput>>; readonly state?: PulumiState }> {
        const policies = { policyPacks: [...policyPacks], policyPackConfigs: [...policyPackConfigs] };
        switch (operation) {
            case "preview":
                await this.stack.preview({ ...settings, ...policies });
                return {};
            case "up": {
                const { outputs } = await this.stack.up({ ...settings, ...policies });
                return { outputs: shownOutputs(outputs, showSecrets) };
            }
            case "refresh":
                await this.stack.refresh(settings);
                return {};
            case "preview-refresh":
                await this.stack.previewRefresh(settings);
                return {};
            case "destroy":
                await this.stack.destroy(settings);
                return {};
            case "delete-targets":
                await this.stack.destroy({ ...settings, target: [...targets] });
                return {};
            case "preview-destroy":
                await this.stack.previewDestroy(settings);
                return {};
            case "outputs":
                return { outputs: shownOutputs(await this.stack.outputs(), showSecrets) };
            case "export":
                return { state: await this.stack.exportStack() };
            case "break-lock":
                await this.stack.cancel();
                return {};
        }
    }

    /** Operations whose end the engine did not see, from the state that it left. */
    async #unfinished(operation: Operation): Promise<readonly UnfinishedOperation[]> {
        if (operation !== "up" && operation !== "refresh" && operation !== "destroy") {
            return [];
        }
        try {
            return unfinishedIn(await this.stack.exportStack());
        } catch {
            // What ended the operation, a backend out of reach for example, may keep the state from being read too.
            return [];
        }
    }

    async close(): Promise<void> {
        try {
            if (this.made && this.assignment.missing === "remove") {
                // Without force, the engine refuses to remove a stack that another run filled in the meantime.
                await this.stack.workspace.removeStack(this.assignment.stack);
            }
        } finally {
            this.dir.remove(this.assignment.project);
        }
    }
}

/** A signal changes while something is awaited, which a check of its property hides from the type checker. */
function isAborted(signal: AbortSignal): boolean {
    return signal.aborted;
}

/** Times that an unreadable state is read: another runner may be writing its attributes, which are not written in one step. */
const readings = 4;

/** Does what reads the state until it was readable, or has been read too often. */
async function untilReadable<T>(read: () => Promise<T>, isUnreadable: (result: T) => boolean): Promise<T> {
    for (let reading = 1; ; reading++) {
        const result = await read();
        if (reading === readings || !isUnreadable(result)) {
            return result;
        }
        await sleep(250);
    }
}

/** The stack, or undefined where the backend has none of that name. */
async function selected(name: string, workspace: LocalWorkspace): Promise<Stack | undefined> {
    const found = await untilReadable(
        () => Stack.select(name, workspace).catch((error: unknown) => ({ error })),
        (result) => "error" in result && isCutOff(String(result.error)),
    );
    if (!("error" in found)) {
        return found;
    }
    if (found.error instanceof StackNotFoundError) {
        return undefined;
    }
    throw found.error;
}

/** Of two runners that create a stack at once, the second one finds it there. */
async function createdOrSelected(
    name: string,
    workspace: LocalWorkspace,
): Promise<{ readonly stack: Stack; readonly created: boolean }> {
    try {
        return { stack: await Stack.create(name, workspace), created: true };
    } catch (error) {
        const stack = error instanceof StackAlreadyExistsError ? await selected(name, workspace) : undefined;
        if (stack === undefined) {
            throw error;
        }
        return { stack, created: false };
    }
}

/** In simulated clouds: gives the stack secrets in place of those that only the user's secrets provider can decrypt. */
async function standIn(stack: Stack, { encrypted }: WorkDir): Promise<void> {
    for (const { path, standIn: value } of encrypted) {
        await stack.setConfig(path, { value, secret: true }, true);
    }
}
