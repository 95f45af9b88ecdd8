import { licenseIsOpen } from "../stacks/settings/license";
import { parseSettings } from "../stacks/settings/parse";
import type { Check } from "./checks";
import type { Rejection } from "./graph";
import { assertNoSecrets } from "./leaks";
import type { Options } from "./options";
import { writeOutput } from "./output-file";
import { policySettings } from "./policy-file";
import { UserError } from "./common/errors";
import type { Output } from "./common/command-line";
import { type ExitCode, exitCodes } from "./common/exit-code";
import { renderRejections } from "./render/rejections";
import { forPlanning, readStackFile } from "./stack-file";

/** Where a command writes: the process's streams, or a test's. */
export interface Streams extends Output {
    readonly colors: boolean;
    readonly width: number;
}

/**
 * Plans one stack and writes what the options ask for. The settings are read before the Pulumi SDK is loaded, so that a mistake in
 * them shows at once.
 *
 * @returns the exit code: 1 where a check failed.
 */
export async function planOne(folder: string, stack: string, options: Options, streams: Streams): Promise<ExitCode> {
    const read = readStackFile(folder, stack);
    const config = forPlanning(read);
    const policy = policySettings(folder);
    const parsed = parseSettings(config, new Date());
    const settings = config === read ? parsed : { ...parsed, warnings: [licenseIsOpen, ...parsed.warnings] };
    const { readBaseline } = await import("./baseline");
    const baseline = options.against === undefined ? undefined : readBaseline(options.against, stack);

    await import("../sdk-start.mjs");
    const { planStack } = await import("./plan");
    const { programOf } = await import("./program");
    const { program, folder: programFolder } = await programOf(folder);
    const { plan, rejections, secretTexts } = await inFolder(programFolder, () =>
        planStack(config, settings, program, policy),
    );
    const refuse = (refused: readonly Rejection[]) => {
        const refusal = renderRejections(refused);
        assertNoSecrets(refusal, "the refusal", secretTexts);
        throw new UserError(refusal);
    };
    if (rejections.length > 0) {
        refuse(rejections);
    }

    const { compareWith, render } = await import("./render");
    const comparison = baseline === undefined ? undefined : await compareWith(baseline, plan);
    if (baseline !== undefined && comparison !== undefined) {
        const { rejectedChanges } = await import("./changes/refused");
        const refused = await rejectedChanges(baseline.resources, plan.resources, comparison.changes);
        if (refused.length > 0) {
            refuse(refused);
        }
    }
    const outputs = render(plan, comparison, options, streams);
    for (const { text, what } of outputs) {
        assertNoSecrets(text, what, secretTexts);
    }
    // Files first: what cannot be written should not follow a plan that looks finished.
    const files = outputs.filter(({ file }) => file !== "-");
    for (const { text, file } of [...files, ...outputs.filter((output) => !files.includes(output))]) {
        writeOutput(text, file, streams.out);
    }
    return exitCodeOf(plan.checks);
}

/** Paths that a program writes into its resources are relative to where the engine runs it, and those of the options to where the user is. */
async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
    const before = process.cwd();
    process.chdir(folder);
    try {
        return await work();
    } finally {
        process.chdir(before);
    }
}

/** 1 where a check is broken: a plan that breaks its own promises must not pass a pipeline. */
export function exitCodeOf(checks: readonly Check[]): ExitCode {
    return checks.some((check) => check.status === "fail") ? exitCodes.failed : exitCodes.done;
}
