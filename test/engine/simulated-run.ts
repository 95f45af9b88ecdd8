import { run } from "../../pipeline";
import type { Verb } from "../../pipeline/run";
import { startSimulatedBackend } from "../../pipeline/simulate";
import { realChanges } from "../../plan/changes/from-events";

/** What a test learns of a run in a separate process. */
export interface RunSummary {
    readonly status: string;
    readonly error?: string;
    readonly changes: number;
    readonly steps: readonly string[];
}

/**
 * One verb on one stack in slow simulated clouds, in a process that a test can kill with all that it starts: what
 * `npm run pipeline -- VERB --stack STACK --simulate FOLDER` does, with delays. `repair` breaks the lock: the test knows that the runner is gone.
 */
async function main([
    verb = "",
    stack = "",
    folder = "",
    project = "",
    delayFactor = "0",
]: readonly string[]): Promise<void> {
    const simulated = await startSimulatedBackend(folder, { delayFactor: Number(delayFactor) });
    try {
        const [result] = await run(verb as Verb, {
            folder: project,
            stacks: [stack],
            env: simulated.env,
            simulation: simulated,
            repair: { breakLock: true },
        });
        const summary: RunSummary = {
            status: result?.status ?? "none",
            ...(result?.error === undefined ? {} : { error: result.error }),
            changes: realChanges(result?.events ?? []).length,
            steps: (result?.repair ?? []).map(({ kind }) => kind),
        };
        process.stdout.write(JSON.stringify(summary));
    } finally {
        await simulated.stop();
    }
}

void main(process.argv.slice(2));
