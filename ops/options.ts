import { Command } from "commander";
import { commonOptions, cwdOption, type NoWork, readOptions } from "../plan/common/command-line";
import { exitCodeHelp } from "../plan/common/exit-code";
import { capitalized, sentence } from "../plan/common/sentence";
import type { TargetFlags } from "./target";
import { type ClusterVerb, type Given, type PrintVerb, type Verb, verbs } from "./verbs";
import { commandLine } from "../plan/common/command-name";

/** Options that every verb has. */
interface CommonOptions {
    readonly cwd?: string;
    readonly json?: true;
    readonly quiet?: true;
}

/** Options of the verbs that ask a cluster. */
type ClusterOptions = CommonOptions & TargetFlags & { readonly yes?: true };

/** Options of the verbs that ask none. */
type PrintOptions = CommonOptions & { readonly stack?: string; readonly namespace?: string };

export type ParsedOptions =
    | { readonly kind: "run"; readonly verb: ClusterVerb; readonly common: ClusterOptions; readonly given: Given }
    | { readonly kind: "print"; readonly verb: PrintVerb; readonly common: PrintOptions; readonly given: Given }
    | NoWork;

const footer = `
The brokers: --stack, or --kubeconfig and --namespace without the stack's file.
The cluster of a stack: --kubeconfig and --context, else the settings of a stack with target existing, else the stack's output kubeconfig (through the Pulumi engine), else $KUBECONFIG.
`;

/** A verb with its own options and those that all have. */
export function opsCommand(verb: Verb): Command {
    const own = verb.describe(new Command(commandLine(verb.name)).description(sentence(capitalized(verb.summary))));
    if ("run" in verb) {
        own.option("--kubeconfig <file>", "kubeconfig of the cluster").option(
            "--context <name>",
            "context of the kubeconfig",
        );
    }
    const command = own
        .option("--stack <name>", "the stack of Pulumi.<name>.yaml")
        .option("--namespace <name>", "namespace of the brokers; default: the stack's")
        .option("--json", "one JSON object as the result; progress goes to standard error")
        .option(cwdOption.flags, cwdOption.description)
        .addHelpText("after", "run" in verb ? `${footer}\n${exitCodeHelp([0, 1, 2, 4])}` : `\n${exitCodeHelp([0, 2])}`)
        .allowExcessArguments(false);
    return commonOptions(command);
}

export function parseOptions([name = "", ...words]: readonly string[]): ParsedOptions {
    const verb = verbs.find((candidate) => candidate.name === name);
    if (verb === undefined) {
        const known = verbs.map((each) => each.name).join(", ");
        return {
            kind: "mistake",
            message: name === "" ? `name a verb: ${known}` : `there is no verb ${name}; the verbs are ${known}`,
        };
    }
    const command = opsCommand(verb);
    const place = "run" in verb ? ["kubeconfig", "namespace"] : ["namespace"];
    const read = readOptions<CommonOptions & Record<string, unknown>>(command, words, (options) =>
        missingPlace(options, place),
    );
    if (read.kind !== "run") {
        return read;
    }
    const { options } = read;
    const given: Given = { args: command.args, options };
    return "run" in verb
        ? { kind: "run", verb, common: options as unknown as ClusterOptions, given }
        : { kind: "print", verb, common: options, given };
}

/** What is missing to find the brokers; undefined where nothing is. */
function missingPlace(options: Readonly<Record<string, unknown>>, required: readonly string[]): string | undefined {
    const missing = required.filter((name) => options[name] === undefined).map((name) => `--${name}`);
    return options["stack"] !== undefined || missing.length === 0
        ? undefined
        : `name the stack with --stack, or give ${missing.join(" and ")}`;
}
