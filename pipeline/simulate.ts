import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type FaultPlan, liftProtection, readInventory, startSimulation } from "../simulation/engine";
import type { Held } from "./repair";
import { findEngine } from "./worker/engine";

/** Simulated clouds with a backend and a home of the engine's own: nothing of the user's is read or written. */
export type SimulatedBackend = Readonly<Awaited<ReturnType<typeof startSimulatedBackend>>>;

export interface SimulatedBehavior {
    readonly faults?: FaultPlan;
    readonly delayFactor?: number;
}

/** Starts the simulated clouds on a folder, which holds what exists in them, the stacks' states and the passphrase that encrypts these. */
export async function startSimulatedBackend(
    folder: string,
    { faults = { faults: [] }, delayFactor }: SimulatedBehavior = {},
) {
    const root = resolve(folder);
    const [state = "", home = "", clouds = ""] = ["state", "home", "clouds"].map((name) => join(root, name));
    for (const path of [state, home, clouds]) {
        mkdirSync(path, { recursive: true });
    }
    const simulation = await startSimulation({ inventory: clouds, faults, delayFactor });
    const env: Readonly<Record<string, string>> = {
        ...simulation.env,
        PULUMI_BACKEND_URL: pathToFileURL(state).href,
        PULUMI_HOME: home,
        PULUMI_CONFIG_PASSPHRASE: passphraseIn(root),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // The simulated clouds stand in for every plugin, so nothing is to be fetched.
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    return {
        env,
        /** Lifts the protection of a stack's resources, in its state and in the simulated clouds. */
        liftProtection: async (project: string, stack: string) => {
            if (!existsSync(join(state, ".pulumi", "stacks", project, `${stack}.json`))) {
                return;
            }
            const engine = await findEngine();
            const words = ["state", "unprotect", "--all", "--yes", "--stack", `organization/${project}/${stack}`];
            await promisify(execFile)(engine.command, words, { cwd: root, env: { ...process.env, ...env } });
            liftProtection(clouds, `urn:pulumi:${stack}::${project}`);
        },
        /** What the clouds hold of a stack. */
        held: (stack: string): Held =>
            readInventory(clouds).filter(({ urn }) => urn.startsWith(`urn:pulumi:${stack}::`)),
        stop: simulation.stop,
    };
}

/** The folder's passphrase, made at its first use. Of two runners that begin at once, the first to write decides. */
function passphraseIn(root: string): string {
    const file = join(root, "passphrase");
    try {
        writeFileSync(file, randomBytes(24).toString("base64url"), { flag: "wx", mode: 0o600 });
    } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) {
            throw error;
        }
    }
    return readFileSync(file, "utf8");
}
