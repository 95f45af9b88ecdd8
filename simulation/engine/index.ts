import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { nodeWords } from "../../components/common/own-process";
import type { FaultPlan } from "./fault-schedule";
import { setFaults } from "./faults";

export { type Fault, faultKinds, type FaultPlan, type Operation, planProblem } from "./fault-schedule";
export { injectedFaults, setFaults } from "./faults";
export { liftProtection, readInventory } from "./inventory";

export interface SimulationOptions {
    /** Folder of what exists in the clouds. It stays when the simulation ends, and several simulations can share it. */
    readonly inventory: string;
    /** What goes wrong. Default: what was set for this folder before, or nothing. */
    readonly faults?: FaultPlan;
    /** Part of real time that the clouds take: 1 is as slow as they are. Default: 0.00001, a few milliseconds at most. */
    readonly delayFactor?: number;
}

/** Simulated clouds that a Pulumi engine can use. */
export type Simulation = Readonly<Awaited<ReturnType<typeof startSimulation>>>;

/**
 * Starts the simulated clouds in a separate process, so that they live on when a runner is killed. They end with this process, and
 * finish what they have begun.
 */
export async function startSimulation(options: SimulationOptions) {
    mkdirSync(options.inventory, { recursive: true });
    if (options.faults !== undefined) {
        setFaults(options.inventory, options.faults);
    }
    const delay = options.delayFactor === undefined ? [] : ["--delay-factor", options.delayFactor.toString()];
    const words = [...nodeWords(join(__dirname, "main")), "--inventory", options.inventory, ...delay];
    const child = spawn(process.execPath, words, {
        cwd: join(__dirname, "..", ".."),
        stdio: ["pipe", "pipe", "pipe"],
        // A signal to the runner's group (Ctrl+C) is not for the clouds.
        detached: true,
    });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    const ended = once(child, "exit");
    const line = await Promise.race([
        once(createInterface(child.stdout), "line").then(([text]) => String(text)),
        ended.then(() => undefined),
    ]);
    if (line === undefined) {
        throw new Error(`the simulated clouds did not start: ${errors.trim()}`);
    }
    const ports = Object.entries(JSON.parse(line) as Record<string, number>);
    return {
        /** Environment for `pulumi`: it makes the engine attach to the simulated clouds instead of starting plugins. */
        env: { PULUMI_DEBUG_PROVIDERS: ports.map(([name, port]) => `${name}:${port}`).join(",") },
        stop: async () => {
            child.stdin.end();
            await ended;
        },
    };
}
