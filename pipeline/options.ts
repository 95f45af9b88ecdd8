import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import {
    commonOptions,
    cwdOption,
    number,
    type Read,
    readOptions,
    several,
    wholeNumber,
} from "../plan/common/command-line";
import { type ExitCode, exitCodeHelp } from "../plan/common/exit-code";
import { capitalized, sentence } from "../plan/common/sentence";
import { type Fault, planProblem } from "../simulation/engine";
import { parseDuration } from "./duration";
import type { Verb } from "./run";
import { faultForm, withFault } from "./simulated-faults";
import { commandLine } from "../plan/common/command-name";

/** What the command line asks for, by the options' own names. */
export interface Options {
    readonly stack: readonly string[];
    readonly all?: true;
    readonly parallel?: number;
    readonly wait: number;
    readonly json?: true;
    readonly quiet?: true;
    readonly detailedExitcode?: true;
    readonly yes?: true;
    readonly allowReplace: readonly string[];
    readonly allowScaleDown?: true;
    readonly showSecrets?: true;
    readonly policyPack: readonly string[];
    readonly policyPackConfig: readonly string[];
    readonly secretsProvider?: string;
    readonly message?: string;
    readonly cwd?: string;
    readonly runs?: string;
    readonly found: readonly (readonly [urn: string, id: string])[];
    readonly absent: readonly string[];
    readonly deleteOrphan: readonly string[];
    readonly breakLock?: true;
    readonly simulate?: string;
    readonly simulateFault: readonly Fault[];
    readonly simulateSeed?: number;
    readonly simulateDelay?: number;
    /** Whether `destroy` lifts the deletion protection of what is in the simulated clouds. */
    readonly liftProtection?: true;
}

/** Where `--simulate` keeps its clouds unless a folder is named. */
const simulatedFolder = "build/simulated";

export const verbSummaries: Readonly<Record<Verb, string>> = {
    preview: "show what an update would change; nothing is changed",
    up: "preview, guards, then the update",
    refresh: "update the state to what the clouds hold",
    destroy: "preview, guards, then delete everything",
    outputs: "show the outputs of the last update",
    drift: "show where the clouds differ from the state; nothing is changed",
    repair: "after a killed update: make the state match the cloud, so that up can continue",
};

const examples: Readonly<Record<Verb, readonly (readonly [words: string, meaning: string])[]>> = {
    preview: [["preview --stack eks --stack gke", "two stacks at the same time"]],
    up: [
        ["up --all --simulate", "every example, in simulated clouds"],
        ["up --stack eks --wait 10m", "wait for another update of it"],
    ],
    refresh: [["refresh --stack eks", ""]],
    destroy: [["destroy --all --simulate --lift-protection", "empties the simulated clouds"]],
    outputs: [["outputs --stack eks --show-secrets", "with passwords and kubeconfig"]],
    drift: [["drift --all --json", "one JSON object per line"]],
    repair: [["repair --stack eks --break-lock", "after its runner was killed"]],
};

const endings: Readonly<Record<Verb, readonly ExitCode[]>> = {
    preview: [0, 1, 2, 3],
    up: [0, 1, 2, 4],
    refresh: [0, 1, 2, 4],
    destroy: [0, 1, 2, 4],
    outputs: [0, 1, 2],
    drift: [0, 1, 2, 3],
    repair: [0, 1, 2, 4],
};

function helpOf(verb: Verb): string {
    const lines = examples[verb].map(([words, meaning]) => `  ${commandLine(words).padEnd(64)} ${meaning}`.trimEnd());
    return `\nExamples:\n${lines.join("\n")}\n\n${exitCodeHelp(endings[verb])}Of several stacks, the most severe: 1, 2, 4, 3, 0.\n`;
}

export function parseOptions(verb: Verb, words: readonly string[], terminal: boolean): Read<Options> {
    return readOptions(
        pipelineCommand(verb),
        words,
        (options: Options) => simulationMistakeIn(options) ?? mistakeIn(verb, options, terminal),
    );
}

/** Options of the simulated clouds where there are none, and faults that cannot go together. */
function simulationMistakeIn(options: Options): string | undefined {
    const { simulate, simulateFault, simulateSeed, simulateDelay, liftProtection } = options;
    const set: readonly (readonly [string, boolean])[] = [
        ["--simulate-fault", simulateFault.length > 0],
        ["--simulate-seed", simulateSeed !== undefined],
        ["--simulate-delay", simulateDelay !== undefined],
        ["--lift-protection", liftProtection === true],
    ];
    const [idle] = set.find(([, isSet]) => isSet && simulate === undefined) ?? [];
    if (idle !== undefined) {
        return `${idle} is for simulated clouds; expected: --simulate with it`;
    }
    return simulateSeed !== undefined && simulateFault.length === 0
        ? "--simulate-seed has no effect without --simulate-fault"
        : planProblem({ faults: simulateFault });
}

/** A verb with its options. Those that have no effect on it are read, to say so, and are not in its help. */
export function pipelineCommand(verb: Verb): Command {
    const command = describeOptions(
        new Command(commandLine(verb)).description(sentence(capitalized(verbSummaries[verb]))),
    )
        .addHelpText("after", helpOf(verb))
        .allowExcessArguments(false);
    for (const [name, , users] of usedBy) {
        const option = command.options.find(({ long }) => long === name);
        option?.hideHelp(!users.includes(verb));
    }
    return commonOptions(command);
}

function describeOptions(command: Command): Command {
    return command
        .option("--stack <name>", "the stack of Pulumi.<name>.yaml; repeatable", distinct, [])
        .option("--all", "every stack that has a Pulumi.<name>.yaml")
        .option("--parallel <stacks>", "stacks at the same time (default: one per core, 2 to 4)", wholeNumber(1))
        .option("--wait <duration>", "wait for a stack that another run holds: 90s, 10m, 1h", duration, 0)
        .option("--detailed-exitcode", "exit code 3 where it shows changes")
        .option("--yes", "do not ask before an ordinary update; guards still ask or refuse")
        .option("--allow-replace <urn>", "let this resource be replaced or deleted; repeatable", several, [])
        .option("--allow-scale-down", "allow fewer brokers, after they have left VerneMQ's cluster")
        .option("--show-secrets", "show the values of secret outputs")
        .option("--policy-pack <folder>", "check with this policy pack; repeatable", paths, [])
        .option(
            "--policy-pack-config <file>",
            "its configuration (docs/guides/policy.md); once for each pack",
            paths,
            [],
        )
        .option("--secrets-provider <url>", "secrets provider of a new stack whose file names none")
        .option("--found <urn=id>", "this resource exists in the cloud under that id; repeatable", foundResource, [])
        .option("--absent <urn>", "this resource does not exist in the cloud; repeatable", several, [])
        .option(
            "--delete-orphan <urn>",
            "delete this resource, which is in the cloud and not in the state; repeatable",
            several,
            [],
        )
        .option("--break-lock", "the runner that holds the stack is gone, so remove its lock")
        .option(cwdOption.flags, cwdOption.description)
        .option("--message <text>", "kept in the stack's history")
        .option("--runs <file>", "write the runs with all engine events as JSON")
        .addOption(
            new Option("--simulate [folder]", "use simulated clouds, kept in this folder").preset(simulatedFolder),
        )
        .option("--simulate-fault <fault>", `let the simulated clouds fail: ${faultForm}; repeatable`, withFault, [])
        .option("--simulate-seed <number>", "which resources the faults strike (default: 1)", wholeNumber(1))
        .option("--simulate-delay <part>", "fraction of real time that the simulated clouds take: 0 to 1", number(0, 1))
        .option("--lift-protection", "delete protected resources too, without asking")
        .option("--json", "one JSON object per line instead of text, without secrets");
}

/** A URN ends at the first `=` behind its name; ids may hold more of them. */
function foundResource(text: string, before: Options["found"]): Options["found"] {
    const [urn = "", ...rest] = text.split("=");
    const id = rest.join("=");
    if (!urn.startsWith("urn:pulumi:") || id === "") {
        throw new InvalidArgumentError("Expected: a whole URN, =, and the id in the cloud.");
    }
    return [...before, [urn, id]];
}

function distinct(value: string, before: readonly string[]): readonly string[] {
    return [...new Set([...before, value])];
}

/** A path as it is from here: the engine runs in a separate folder. */
function paths(path: string, before: readonly string[]): readonly string[] {
    return [...before, resolve(path)];
}

function duration(text: string): number {
    const seconds = parseDuration(text);
    if (seconds === undefined) {
        throw new InvalidArgumentError("Expected: a duration such as 90s, 10m or 1h.");
    }
    return seconds;
}

/** Options that only some verbs have a use for. */
const usedBy: readonly (readonly [string, keyof Options, readonly Verb[]])[] = [
    ["--detailed-exitcode", "detailedExitcode", ["preview"]],
    ["--yes", "yes", ["up", "destroy", "repair"]],
    ["--found", "found", ["repair"]],
    ["--absent", "absent", ["repair"]],
    ["--delete-orphan", "deleteOrphan", ["repair"]],
    ["--break-lock", "breakLock", ["repair"]],
    ["--allow-replace", "allowReplace", ["up", "destroy"]],
    ["--allow-scale-down", "allowScaleDown", ["up"]],
    ["--show-secrets", "showSecrets", ["outputs"]],
    ["--policy-pack", "policyPack", ["preview", "up"]],
    ["--secrets-provider", "secretsProvider", ["up"]],
    ["--policy-pack-config", "policyPackConfig", ["preview", "up"]],
    ["--message", "message", ["up", "refresh", "destroy"]],
    ["--lift-protection", "liftProtection", ["destroy"]],
    ["--wait", "wait", ["up", "refresh", "destroy"]],
];

function isSet(value: Options[keyof Options]): boolean {
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== 0;
}

function mistakeIn(verb: Verb, options: Options, terminal: boolean): string | undefined {
    const { stack, all = false, json = false, showSecrets, yes, simulate, policyPack, policyPackConfig } = options;
    if (stack.length > 0 === all) {
        return all ? "--stack and --all exclude each other" : "name a stack (--stack dev), several, or --all";
    }
    const idle = usedBy.find(([, key, by]) => isSet(options[key]) && !by.includes(verb));
    if (idle !== undefined) {
        return `${idle[0]} has no effect on ${verb}; it is for ${idle[2].join(", ")}`;
    }
    if (json && showSecrets === true) {
        return "--json never carries secrets, so --show-secrets and --json exclude each other";
    }
    if (policyPackConfig.length > 0 && policyPackConfig.length !== policyPack.length) {
        return "--policy-pack-config is given once for each --policy-pack, in the same order";
    }
    const asks = terminal && !json;
    const isAsked = verb === "destroy" || verb === "repair";
    return isAsked && yes !== true && !asks && simulate === undefined
        ? `${verb} asks on a terminal; elsewhere it needs --yes`
        : undefined;
}
