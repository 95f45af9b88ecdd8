import { licenseIsOpen } from "../stacks/settings/license";
import { hasSettings, parseSettings } from "../stacks/settings/parse";
import type { RawConfig } from "../stacks/settings/settings";
import type { Check } from "./checks";
import type { Rejection } from "./graph";
import { assertNoSecrets } from "./leaks";
import type { Options } from "./options";
import { writeOutput } from "./output-file";
import { policySettings } from "./policy-file";
import { UserError } from "./common/errors";
import type { Output } from "./common/command-line";
import { type ExitCode, exitCodes } from "./common/exit-code";
import { commandLine } from "./common/command-name";
import { type ProjectProgram, programOf } from "./program";
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
    const project = await programOf(folder);
    if (project.isOwn && !hasSettings(read)) {
        return planOwnProgram(read, project, options, streams);
    }
    const config = forPlanning(read);
    const policy = policySettings(folder);
    const parsed = parseSettings(config, new Date());
    const settings = config === read ? parsed : { ...parsed, warnings: [licenseIsOpen, ...parsed.warnings] };
    const { readBaseline } = await import("./baseline");
    const baseline = options.against === undefined ? undefined : readBaseline(options.against, stack);

    await import("../sdk-start.mjs");
    const { planStack } = await import("./plan");
    const { plan, rejections, secretTexts } = await inFolder(project.folder, () =>
        planStack(config, settings, project.program, policy),
    );
    refuse(rejections, secretTexts);

    const { compareWith, render } = await import("./render");
    const comparison = baseline === undefined ? undefined : await compareWith(baseline, plan);
    if (baseline !== undefined && comparison !== undefined) {
        const { rejectedChanges } = await import("./changes/refused");
        refuse(await rejectedChanges(baseline.resources, plan.resources, comparison.changes), secretTexts);
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

/**
 * Shows what a program creates that has no settings of a stack file, one that uses the components. What is said of settings (the edge, checks,
 * capacity, rights) needs them.
 */
async function planOwnProgram(
    config: RawConfig,
    { program, folder }: ProjectProgram,
    { json, markdown, html, against, rights, quiet }: Options,
    streams: Streams,
): Promise<ExitCode> {
    const [wanted] = Object.entries({ json, markdown, html, against, rights }).filter(([, file]) => file !== undefined);
    if (wanted !== undefined) {
        throw new UserError(
            `Pulumi.${config.stack}.yaml has no settings that begin with vernemq:, which --${wanted[0]} is about. \`${commandLine(`plan --stack ${config.stack}`)}\` alone shows what the program creates`,
        );
    }
    await import("../sdk-start.mjs");
    const { record } = await import("./run");
    const { resources, rejections, secretTexts } = await inFolder(folder, () => record(config, program));
    refuse(rejections, secretTexts);
    const { renderResources } = await import("./render/terminal");
    const text = renderResources({ stack: config.stack, resources }, { ...streams, quiet: quiet === true });
    assertNoSecrets(text, "the plan", secretTexts);
    streams.out(text);
    return exitCodes.done;
}

/** Ends a plan that has something which a cloud would refuse. */
function refuse(rejections: readonly Rejection[], secretTexts: ReadonlySet<string>): void {
    if (rejections.length > 0) {
        const refusal = renderRejections(rejections);
        assertNoSecrets(refusal, "the refusal", secretTexts);
        throw new UserError(refusal);
    }
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
