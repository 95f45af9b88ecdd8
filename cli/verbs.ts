import type { Command } from "commander";
import { isColorSupported } from "picocolors";
import { processOutput } from "../plan/common/command-line";
import type { ExitCode } from "../plan/common/exit-code";
import { interruptSignal, isWatched } from "../plan/common/terminal";
import { widthOf } from "../plan/common/width";
import type { Verb as PipelineVerb } from "../pipeline/run";

/** A verb of the command line. What it does is loaded when it is asked for, so that none waits for another's libraries. */
export interface CliVerb {
    readonly name: string;
    /** Heading under which the help lists it. */
    readonly group: string;
    /** Its summary, arguments and options. */
    readonly describe: () => Promise<Command>;
    readonly run: (words: readonly string[], folder: string) => Promise<ExitCode>;
}

function pipelineVerb(name: PipelineVerb): CliVerb {
    return {
        name,
        group: "Deploy, by the Pulumi engine:",
        describe: async () => (await import("../pipeline/options")).pipelineCommand(name),
        run: async (words, folder) => (await import("../pipeline/command")).runPipeline(name, words, folder),
    };
}

function opsVerb(name: string): CliVerb {
    return {
        name,
        group: "Operate, through the Kubernetes API:",
        describe: async () => {
            const [{ opsCommand }, { verbs }] = await Promise.all([import("../ops/options"), import("../ops/verbs")]);
            const verb = verbs.find((candidate) => candidate.name === name);
            if (verb === undefined) {
                throw new Error(`ops has no verb ${name}`);
            }
            return opsCommand(verb);
        },
        run: async (words, folder) => {
            const terminal = {
                ...processOutput,
                terminal: isWatched() ? { input: process.stdin, output: process.stdout } : undefined,
                colors: isColorSupported && process.stdout.isTTY,
            };
            // Ctrl-C ends it between two steps.
            return (await import("../ops/run")).runOps([name, ...words], terminal, folder, interruptSignal());
        },
    };
}

/** Ctrl-C ends it after what it left at the brokers is taken away. */
async function runVerify(words: readonly string[], folder: string): Promise<ExitCode> {
    const { runVerify: verify } = await import("../verify/command");
    const terminal = {
        ...processOutput,
        columns: widthOf(process.stdout, process.env),
        colors: isColorSupported && process.stdout.isTTY,
        watched: isWatched(),
    };
    const outputs = async (stack: string, place: string) =>
        (await import("../pipeline/stack-run")).runStack("outputs", stack, { folder: place, showSecrets: true });
    return verify(words, terminal, process.env, folder, { outputs }, interruptSignal());
}

/** Every verb, in the order of the help. */
export const verbs: readonly CliVerb[] = [
    {
        name: "plan",
        group: "Plan, without an engine, credentials or a cloud:",
        describe: async () => (await import("../plan/options")).planCommand(),
        run: async (words, folder) => (await import("../plan/command")).runPlan(words, folder),
    },
    {
        name: "size",
        group: "Plan, without an engine, credentials or a cloud:",
        describe: async () => (await import("../plan/capacity/size-command")).sizeCommand(),
        run: async (words) => (await import("../plan/capacity/size-command")).runSize(words, processOutput),
    },
    ...(["preview", "up", "refresh", "destroy", "drift", "repair", "outputs"] as const).map(pipelineVerb),
    {
        name: "comment",
        group: "Deploy, by the Pulumi engine:",
        describe: async () => (await import("../pipeline/comment/command")).commentCommand(),
        run: async (words) =>
            (await import("../pipeline/comment/command")).runComment(words, processOutput, process.env),
    },
    {
        name: "verify",
        group: "Accept, with real MQTT clients:",
        describe: async () => (await import("../verify/options")).verifyCommand(),
        run: runVerify,
    },
    ...[
        ...["status", "scale", "drain", "undrain", "upgrade"],
        ...["backup", "restore", "reload", "port-forward", "role"],
    ].map(opsVerb),
    {
        name: "passwd",
        group: "Tools:",
        describe: async () => (await import("../passwd/passwd")).passwdCommand(),
        run: async (words) => (await import("../passwd/command")).runPasswd(words),
    },
    {
        name: "lab",
        group: "Tools:",
        describe: async () => (await import("../lab/options")).labCommand(),
        run: async (words) => (await import("../lab/command")).runLab(words),
    },
];
