import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isColorSupported } from "picocolors";
import { answer, processOutput } from "../plan/common/command-line";
import { isWatched } from "../plan/common/terminal";
import { allStacksOf, readStackFile, requireProject } from "../plan/stack-file";
import type { ExitCode } from "../plan/common/exit-code";
import { exitCodeOfAll } from "./exit-code";
import { run } from "./index";
import { Interrupts } from "./interrupt";
import { type Options, parseOptions } from "./options";
import { JsonReporter } from "./report/json";
import { LineReporter } from "./report/lines";
import type { Reporter } from "./report/reporter";
import { TerminalReporter } from "./report/terminal";
import type { Verb } from "./run";
import { type SimulatedBackend, startSimulatedBackend } from "./simulate";

/**
 * Runs a verb that drives stacks, with the words behind it, and gives its exit code.
 *
 * @param folder where the stacks' files are, unless `--cwd` says otherwise
 */
export async function runPipeline(verb: Verb, words: readonly string[], folder: string): Promise<ExitCode> {
    const parsed = parseOptions(verb, words, isWatched());
    return parsed.kind === "run"
        ? drive(verb, parsed.options, resolve(parsed.options.cwd ?? folder))
        : answer(parsed, verb, processOutput);
}

async function drive(verb: Verb, options: Options, project: string): Promise<ExitCode> {
    requireProject(project);
    const stacks = options.all === true ? allStacksOf(project) : options.stack;
    const simulated =
        options.simulate === undefined ? undefined : await simulate(options.simulate, options, project, stacks);
    const interrupts = new Interrupts();
    const reporter: Reporter = reporterFor(options, stacks.length, simulated?.env, () => {
        interrupt();
    });
    const interrupt = () => {
        reporter.say(interrupts.next(reporter.progress.stacks(), Date.now()));
    };
    process.on("SIGINT", interrupt);
    process.on("SIGTERM", interrupt);
    try {
        const runs = await run(verb, {
            stacks,
            folder: project,
            stacksAtOnce: options.parallel,
            waitSeconds: options.wait,
            allowReplace: options.allowReplace,
            allowScaleDown: options.allowScaleDown,
            showSecrets: options.showSecrets,
            policyPacks: options.policyPack,
            policyPackConfigs: options.policyPackConfig,
            secretsProvider: options.secretsProvider,
            message: options.message,
            repair: {
                found: new Map(options.found),
                absent: new Set(options.absent),
                deleteOrphans: new Set(options.deleteOrphan),
                breakLock: options.breakLock,
            },
            env: simulated?.env,
            confirm: options.liftProtection === true ? () => Promise.resolve(true) : reporter.ask,
            simulation: simulated,
            onEvent: reporter.event,
            signal: interrupts.signal,
            terminate: interrupts.terminate,
        });
        const exitCode = exitCodeOfAll(runs, options.detailedExitcode === true);
        reporter.finish(runs, exitCode);
        if (options.runs !== undefined) {
            mkdirSync(dirname(options.runs), { recursive: true });
            writeFileSync(options.runs, `${JSON.stringify(runs)}\n`);
        }
        return exitCode;
    } finally {
        process.off("SIGINT", interrupt);
        process.off("SIGTERM", interrupt);
        await simulated?.stop();
    }
}

async function simulate(
    folder: string,
    options: Options,
    project: string,
    stacks: readonly string[],
): Promise<SimulatedBackend> {
    const { simulateFault, simulateSeed: seed, simulateDelay: delayFactor, liftProtection } = options;
    const simulated = await startSimulatedBackend(folder, { faults: { faults: simulateFault, seed }, delayFactor });
    try {
        for (const stack of liftProtection === true ? stacks : []) {
            await simulated.liftProtection(readStackFile(project, stack).project, stack);
        }
        return simulated;
    } catch (error) {
        await simulated.stop();
        throw error;
    }
}

function reporterFor(
    options: Options,
    stacks: number,
    env: Readonly<Record<string, string>> = {},
    onInterrupt: () => void,
): Reporter {
    const write = (text: string) => process.stdout.write(text);
    if (options.json === true) {
        const names = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_ACCESS_TOKEN"];
        return new JsonReporter(
            write,
            names.map((name) => env[name] ?? process.env[name] ?? ""),
        );
    }
    // Simulated clouds hold no user's data, so ordinary updates of them need no word.
    const yes = options.yes === true || options.simulate !== undefined;
    return isWatched() && options.quiet !== true
        ? new TerminalReporter(process.stdout, isColorSupported, stacks, { yes, onInterrupt })
        : new LineReporter(write, options.quiet === true);
}
