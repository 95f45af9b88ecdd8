import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import {
    CommandOutput,
    commonOptions,
    cwdOption,
    type NoWork,
    number,
    several,
    wholeNumber,
} from "../plan/common/command-line";
import { type ExitCode, exitCodeHelp } from "../plan/common/exit-code";
import { capitalized, sentence } from "../plan/common/sentence";
import type { FaultPlan } from "../simulation/engine";
import { parseDuration } from "./duration";
import { type Verb, verbs } from "./run";
import { faultForm, faultPlan } from "./simulated-faults";
import { commandLine } from "../plan/common/command-name";

/** What the command line asks for. */
export interface Options {
    readonly verb: Verb;
    readonly stacks: readonly string[];
    readonly all: boolean;
    /** Stacks at the same time. */
    readonly parallel?: number;
    readonly waitSeconds: number;
    readonly json: boolean;
    readonly quiet: boolean;
    readonly detailedExitcode: boolean;
    readonly yes: boolean;
    readonly allowReplace: readonly string[];
    readonly allowScaleDown: boolean;
    readonly showSecrets: boolean;
    /** Folders of policy packs, and their configurations. */
    readonly policyPacks: readonly string[];
    readonly policyPackConfigs: readonly string[];
    readonly secretsProvider?: string;
    readonly message?: string;
    /** Folder of Pulumi.yaml and the stack files. */
    readonly cwd?: string;
    /** File for the runs with all engine events. */
    readonly runs?: string;
    /** Physical ids that the user looked up, by URN. */
    readonly found: ReadonlyMap<string, string>;
    readonly absent: readonly string[];
    readonly deleteOrphans: readonly string[];
    readonly breakLock: boolean;
    /** Folder of the simulated clouds. */
    readonly simulate?: string;
    /** What goes wrong in the simulated clouds. */
    readonly faults: FaultPlan;
    /** Part of real time that the simulated clouds take. */
    readonly simulateDelay?: number;
    /** Whether `destroy` lifts the deletion protection of what is in the simulated clouds. */
    readonly liftProtection: boolean;
}

export type ParsedOptions = { readonly kind: "run"; readonly options: Options } | NoWork;

/** Where `--simulate` keeps its clouds unless a folder is named. */
const simulatedFolder = "build/simulated";

/** One line for the help of each verb. */
export const verbSummaries: Readonly<Record<Verb, string>> = {
    preview: "what an update would change; nothing is changed",
    up: "preview, guards, then the update",
    refresh: "take what the clouds hold into the state",
    destroy: "preview, guards, then delete everything",
    outputs: "the outputs of the last update",
    drift: "what the clouds hold that the state does not; nothing is changed",
    repair: "after a killed update: make the state what the cloud has, so that up can go on",
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
    drift: [["drift --all --json", "one JSON object a line"]],
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
    return `\nExamples:\n${lines.join("\n")}\n\n${exitCodeHelp(endings[verb])}Of several stacks, the gravest: 1, 2, 4, 3, 0.\n`;
}

/** Reads the command line: a verb and its options. */
export function parseOptions(words: readonly string[], context: { readonly terminal: boolean }): ParsedOptions {
    const [verb = "", ...rest] = words;
    const known = verbs.find((word) => word === verb);
    if (known === undefined) {
        return { kind: "mistake", message: `there is no verb ${verb}; the verbs are ${verbs.join(", ")}` };
    }
    const output = new CommandOutput();
    const command = output.capture(pipelineCommand(known));
    const noWork = output.parse(command, rest);
    if (noWork !== undefined) {
        return noWork;
    }
    const raw = command.opts<RawOptions>();
    const simulation = simulationMistakeIn(raw);
    const {
        stack,
        simulate,
        wait,
        policyPack,
        policyPackConfig,
        found,
        absent,
        deleteOrphan,
        breakLock,
        all,
        json,
        quiet,
        detailedExitcode,
        yes,
        ...others
    } = raw;
    const { simulateFault, simulateSeed, ...same } = others;
    const faults = faultPlan(simulateFault, simulateSeed);
    if (simulation !== undefined) {
        return { kind: "mistake", message: simulation };
    }
    if (typeof faults === "string") {
        return { kind: "mistake", message: faults };
    }
    const options: Options = {
        ...same,
        verb: known,
        stacks: [...new Set(stack)],
        all: all === true,
        json: json === true,
        quiet: quiet === true,
        detailedExitcode: detailedExitcode === true,
        yes: yes === true,
        allowScaleDown: same.allowScaleDown === true,
        showSecrets: same.showSecrets === true,
        liftProtection: same.liftProtection === true,
        faults,
        waitSeconds: wait,
        // The engine runs in a separate folder.
        policyPacks: policyPack.map((folder) => resolve(folder)),
        policyPackConfigs: policyPackConfig.map((file) => resolve(file)),
        found: new Map(found.map(urnAndId)),
        absent,
        deleteOrphans: deleteOrphan,
        breakLock: breakLock === true,
        simulate: simulate === undefined ? undefined : simulate === true ? simulatedFolder : simulate,
    };
    const mistake = mistakeIn(options, context.terminal);
    return mistake === undefined ? { kind: "run", options } : { kind: "mistake", message: mistake };
}

interface RawOptions {
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
    readonly found: readonly string[];
    readonly absent: readonly string[];
    readonly deleteOrphan: readonly string[];
    readonly breakLock?: true;
    readonly secretsProvider?: string;
    readonly message?: string;
    readonly cwd?: string;
    readonly runs?: string;
    readonly simulate?: string | true;
    readonly simulateFault: readonly string[];
    readonly simulateSeed?: number;
    readonly simulateDelay?: number;
    readonly liftProtection?: true;
}

/** Options of the simulated clouds where there are none. */
function simulationMistakeIn(raw: RawOptions): string | undefined {
    const set: readonly (readonly [string, boolean])[] = [
        ["--simulate-fault", raw.simulateFault.length > 0],
        ["--simulate-seed", raw.simulateSeed !== undefined],
        ["--simulate-delay", raw.simulateDelay !== undefined],
        ["--lift-protection", raw.liftProtection === true],
    ];
    const [idle] = set.find(([, isSet]) => isSet && raw.simulate === undefined) ?? [];
    if (idle !== undefined) {
        return `${idle} is for simulated clouds; expected: --simulate with it`;
    }
    return raw.simulateSeed !== undefined && raw.simulateFault.length === 0
        ? "--simulate-seed has no effect without --simulate-fault"
        : undefined;
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
        .option("--stack <name>", "the stack of Pulumi.<name>.yaml; repeatable", several, [])
        .option("--all", "every stack that has a Pulumi.<name>.yaml")
        .option("--parallel <stacks>", "stacks at the same time (default: one per core, 2 to 4)", wholeNumber(1))
        .option("--wait <duration>", "wait for a stack that another run holds: 90s, 10m, 1h", duration, 0)
        .option("--detailed-exitcode", "exit code 3 where it shows changes")
        .option("--yes", "do not ask before an ordinary update; guards ask or refuse all the same")
        .option("--allow-replace <urn>", "let this resource be replaced or deleted; repeatable", several, [])
        .option("--allow-scale-down", "let brokers go, after they have left VerneMQ's cluster")
        .option("--show-secrets", "show the values of secret ones")
        .option("--policy-pack <folder>", "check with this policy pack; repeatable", several, [])
        .option(
            "--policy-pack-config <file>",
            "its configuration (docs/guides/policy.md); once for each pack",
            several,
            [],
        )
        .option("--secrets-provider <url>", "secrets provider of a new stack whose file names none")
        .option("--found <urn=id>", "this is in the cloud by that id; repeatable", foundResource, [])
        .option("--absent <urn>", "this is not in the cloud; repeatable", several, [])
        .option(
            "--delete-orphan <urn>",
            "delete this, which is in the cloud and not in the state; repeatable",
            several,
            [],
        )
        .option("--break-lock", "the runner that holds the stack is gone, so remove its lock")
        .option(cwdOption.flags, cwdOption.description)
        .option("--message <text>", "kept in the stack's history")
        .option("--runs <file>", "write the runs with all engine events as JSON")
        .option("--simulate [folder]", `use simulated clouds, kept in this folder (default: ${simulatedFolder})`)
        .option("--simulate-fault <fault>", `let the simulated clouds fail: ${faultForm}; repeatable`, several, [])
        .option("--simulate-seed <number>", "which resources the faults strike (default: 1)", wholeNumber(1))
        .option("--simulate-delay <part>", "part of real time that the simulated clouds take: 0 to 1", number(0, 1))
        .option("--lift-protection", "delete what is protected, too, without asking")
        .option("--json", "one JSON object a line instead of text; no secrets are in it");
}

function foundResource(text: string, before: readonly string[]): readonly string[] {
    const [urn, id] = urnAndId(text);
    if (!urn.startsWith("urn:pulumi:") || id === "") {
        throw new InvalidArgumentError("It is a whole URN, =, and the id in the cloud.");
    }
    return [...before, text];
}

/** A URN ends at the first `=` behind its name; ids may hold more of them. */
function urnAndId(text: string): readonly [urn: string, id: string] {
    const [urn = "", ...id] = text.split("=");
    return [urn, id.join("=")];
}

function duration(text: string): number {
    const seconds = parseDuration(text);
    if (seconds === undefined) {
        throw new InvalidArgumentError("It is a duration such as 90s, 10m or 1h.");
    }
    return seconds;
}

/** Options that only some verbs have a use for. */
const usedBy: readonly (readonly [string, (options: Options) => boolean, readonly Verb[]])[] = [
    ["--detailed-exitcode", (options) => options.detailedExitcode, ["preview"]],
    ["--yes", (options) => options.yes, ["up", "destroy", "repair"]],
    ["--found", (options) => options.found.size > 0, ["repair"]],
    ["--absent", (options) => options.absent.length > 0, ["repair"]],
    ["--delete-orphan", (options) => options.deleteOrphans.length > 0, ["repair"]],
    ["--break-lock", (options) => options.breakLock, ["repair"]],
    ["--allow-replace", (options) => options.allowReplace.length > 0, ["up", "destroy"]],
    ["--allow-scale-down", (options) => options.allowScaleDown, ["up"]],
    ["--show-secrets", (options) => options.showSecrets, ["outputs"]],
    ["--policy-pack", (options) => options.policyPacks.length > 0, ["preview", "up"]],
    ["--secrets-provider", (options) => options.secretsProvider !== undefined, ["up"]],
    ["--policy-pack-config", (options) => options.policyPackConfigs.length > 0, ["preview", "up"]],
    ["--message", (options) => options.message !== undefined, ["up", "refresh", "destroy"]],
    ["--lift-protection", (options) => options.liftProtection, ["destroy"]],
    ["--wait", (options) => options.waitSeconds > 0, ["up", "refresh", "destroy"]],
];

function mistakeIn(options: Options, terminal: boolean): string | undefined {
    const { verb, stacks, all, json, showSecrets, yes, simulate } = options;
    if (stacks.length > 0 === all) {
        return all ? "--stack and --all exclude each other" : "name a stack (--stack dev), several, or --all";
    }
    const idle = usedBy.find(([, isSet, by]) => isSet(options) && !by.includes(verb));
    if (idle !== undefined) {
        return `${idle[0]} has no effect on ${verb}; it is for ${idle[2].join(", ")}`;
    }
    if (json && showSecrets) {
        return "--json never carries secrets, so --show-secrets and --json exclude each other";
    }
    const { policyPacks, policyPackConfigs } = options;
    if (policyPackConfigs.length > 0 && policyPackConfigs.length !== policyPacks.length) {
        return "--policy-pack-config is given once for each --policy-pack, in the same order";
    }
    const asks = terminal && !json;
    const isAsked = verb === "destroy" || verb === "repair";
    return isAsked && !yes && !asks && simulate === undefined
        ? `${verb} asks on a terminal; elsewhere it needs --yes`
        : undefined;
}
