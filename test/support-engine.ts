import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import type { Context } from "mocha";
import { parse, parseDocument, stringify } from "yaml";
import { withoutEncrypted } from "../pipeline/stack-secrets";
import { findEngine } from "../pipeline/worker/engine";
import { localPackages } from "../simulation/engine/packages";
import { readInventory, type Simulation, type SimulationOptions, startSimulation } from "../simulation/engine";
import { exampleOf, type StackConfig } from "./support";

/** The project's folder. */
export const project = join(__dirname, "..");

/** Leaves the tests of a suite pending, with the reason in their title, where there is no engine on this machine. */
export function engineOrSkip(context: Context): void {
    const found = spawnSync("pulumi", ["version"], { env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "1" } });
    if (found.error !== undefined) {
        const suite = context.test?.parent;
        if (suite !== undefined) {
            suite.title += " (no pulumi on the PATH)";
        }
        context.skip();
    }
}

/** The `config:` of an example stack, with its cloud's own protection off so that a test can destroy it. */
export function exampleConfig(stack: string): StackConfig {
    const config = exampleOf(stack);
    const cluster = config["vernemq:cluster"] as object | undefined;
    return config["vernemq:target"] === "existing"
        ? config
        : { ...config, "vernemq:cluster": { ...cluster, deletionProtection: false } };
}

/**
 * Starts a separate lab for each test of a suite, because what one test leaves, if it fails, must not concern the next; the tests are
 * pending where there is no engine. Gives the lab of the test that runs.
 */
export function labForEachTest(): () => EngineLab {
    let lab: EngineLab | undefined;
    before(function () {
        engineOrSkip(this);
    });
    beforeEach(async () => {
        lab = await EngineLab.start();
    });
    afterEach(() => lab?.stop());
    return () => {
        assert.ok(lab !== undefined);
        return lab;
    };
}

/** Simulated clouds and a backend for engine tests, in a folder that goes with them. */
export class EngineLab {
    readonly folder: string;
    readonly inventory: string;
    readonly #simulation: Simulation;

    private constructor(folder: string, simulation: Simulation) {
        this.folder = folder;
        this.inventory = join(folder, "inventory");
        this.#simulation = simulation;
    }

    static async start(options: Omit<SimulationOptions, "inventory"> = {}): Promise<EngineLab> {
        const folder = mkdtempSync(join(tmpdir(), "vernemq-engine-"));
        mkdirSync(join(folder, "backend"));
        return new EngineLab(folder, await startSimulation({ ...options, inventory: join(folder, "inventory") }));
    }

    /** What an engine needs to reach the simulated clouds and nothing else. */
    get env(): Readonly<Record<string, string>> {
        return {
            ...this.#simulation.env,
            PULUMI_HOME: join(this.folder, "home"),
            PULUMI_BACKEND_URL: `file://${join(this.folder, "backend")}`,
            PULUMI_CONFIG_PASSPHRASE: "test",
            PULUMI_SKIP_UPDATE_CHECK: "1",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        };
    }

    async stack(name: string, config: StackConfig = exampleConfig(name)): Promise<TestStack> {
        const workDir = join(this.folder, `work-${name}`);
        mkdirSync(workDir, { recursive: true });
        const settings = parse(readFileSync(join(project, "Pulumi.yaml"), "utf8")) as object;
        writeFileSync(join(workDir, "Pulumi.yaml"), stringify({ ...settings, main: project }));
        const { text, values } = withoutEncrypted(stringify({ config }));
        writeFileSync(join(workDir, `Pulumi.${name}.yaml`), text);
        const stack = await LocalWorkspace.createOrSelectStack(
            { stackName: name, workDir },
            { envVars: { ...this.env }, pulumiCommand: await findEngine() },
        );
        if (values.length > 0) {
            const secrets = values.map(({ path, standIn: value }) => [path, { value, secret: true }] as const);
            await stack.setAllConfig(Object.fromEntries(secrets), true);
        }
        return new TestStack(this, stack, workDir);
    }

    async stop(): Promise<void> {
        await this.#simulation.stop();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** How often each operation was to be done or was done. Operations on nothing are left out. */
export type Counts = Readonly<Partial<Record<string, number>>>;

/** A stack under test. */
export class TestStack {
    readonly stack: Stack;
    readonly workDir: string;
    readonly #lab: EngineLab;
    /** Does not ask for outputs and history after each operation, as the Automation API does in three more processes. */
    readonly #operated: Stack;

    constructor(lab: EngineLab, stack: Stack, workDir: string) {
        this.#lab = lab;
        this.stack = stack;
        this.#operated = Object.assign(Object.create(stack) as Stack, {
            outputs: () => Promise.resolve({}),
            info: () => Promise.resolve(undefined),
        });
        this.workDir = workDir;
    }

    /** Gives the stack another configuration. What the engine added to the file stays. */
    configure(config: StackConfig): void {
        const file = join(this.workDir, `Pulumi.${this.stack.name}.yaml`);
        const before = parse(readFileSync(file, "utf8")) as { readonly config?: object };
        const document = parseDocument(stringify({ ...before, config }));
        // What the engine encrypted stays as it is.
        for (const { keys } of withoutEncrypted(stringify({ config })).values) {
            document.setIn(["config", ...keys], parseDocument(stringify(before)).getIn(["config", ...keys]));
        }
        writeFileSync(file, document.toString());
    }

    async up(onEvent?: (event: EngineEvent) => void): Promise<Counts> {
        const events: EngineEvent[] = [];
        await this.#operated.up({
            onEvent: (event) => {
                events.push(event);
                onEvent?.(event);
            },
        });
        return countsIn(events);
    }

    async preview(): Promise<{ readonly counts: Counts; readonly events: readonly EngineEvent[] }> {
        const events: EngineEvent[] = [];
        const { changeSummary } = await this.stack.preview({ onEvent: (event) => events.push(event) });
        return { counts: changeSummary, events };
    }

    async refresh(): Promise<{ readonly counts: Counts; readonly events: readonly EngineEvent[] }> {
        const events: EngineEvent[] = [];
        await this.#operated.refresh({ onEvent: (event) => events.push(event) });
        return { counts: countsIn(events), events };
    }

    async destroy(): Promise<void> {
        await this.#operated.destroy();
    }

    /** `type id` of everything that the state says exists in a cloud, sorted. */
    async inState(): Promise<readonly string[]> {
        return (await this.#resources())
            .filter(({ type, custom, external }) => custom && external !== true && isInCloud(type))
            .map(({ type, id }) => `${type} ${id ?? ""}`)
            .sort();
    }

    /** `type id` of everything that exists in the clouds, sorted. */
    inCloud(): readonly string[] {
        return readInventory(this.#lab.inventory)
            .map(({ type, id }) => `${type} ${id}`)
            .sort();
    }

    async #resources(): Promise<readonly StateResource[]> {
        const { deployment } = (await this.stack.exportStack()) as {
            deployment: { resources?: readonly StateResource[] };
        };
        return deployment.resources ?? [];
    }
}

/** What the engine says at its end. */
function countsIn(events: readonly EngineEvent[]): Counts {
    const summaries = events.flatMap(({ summaryEvent }) => summaryEvent ?? []);
    const [summary] = summaries;
    assert.ok(summary !== undefined && summaries.length === 1, `${summaries.length} summaries`);
    return summary.resourceChanges;
}

interface StateResource {
    readonly type: string;
    readonly custom: boolean;
    readonly id?: string;
    readonly external?: boolean;
}

function isInCloud(type: string): boolean {
    const [name = ""] = type.split(":");
    return name !== "pulumi" && !localPackages.has(name);
}
