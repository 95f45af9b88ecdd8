import { Command } from "commander";
import { CommandOutput, type NoWork } from "../plan/common/command-line";
import type { TargetFlags } from "./target";
import { type ClusterVerb, type Given, type PrintVerb, verbs } from "./verbs";

/** Options that every verb has. */
export interface CommonOptions {
    readonly cwd?: string;
    readonly json?: true;
}

/** Options of the verbs that ask a cluster. */
export type ClusterOptions = CommonOptions & TargetFlags & { readonly yes?: true };

/** Options of the verbs that ask none. */
export type PrintOptions = CommonOptions & { readonly stack?: string; readonly namespace?: string };

export type ParsedOptions =
    | { readonly kind: "run"; readonly verb: ClusterVerb; readonly common: ClusterOptions; readonly given: Given }
    | { readonly kind: "print"; readonly verb: PrintVerb; readonly common: PrintOptions; readonly given: Given }
    | NoWork;

const footer = `
The brokers: --stack, or --kubeconfig and --namespace without the stack's file. The cluster of a stack: --kubeconfig and --context, else the settings of a stack with target existing, else the stack's output kubeconfig
(by the Pulumi engine), else $KUBECONFIG. \`npm run ops -- <verb> --help\` shows a verb's own options.

Exit codes: 0 done, or healthy; 1 it failed, or something is unhealthy; 2 the command line, the configuration, or a precondition.
`;

/** Reads the command line. */
export function parseOptions(words: readonly string[]): ParsedOptions {
    const output = new CommandOutput();
    let parsed: ParsedOptions | undefined;
    const program = output
        .capture(new Command("npm run ops --"))
        .description("Operates the brokers of a stack through the Kubernetes API.")
        .helpOption("-h, --help", "show this")
        .addHelpText("after", footer);
    for (const verb of verbs) {
        const own = verb.describe(program.command(verb.name).description(verb.summary));
        const command = ("run" in verb ? withCluster(own) : own)
            .option("--stack <name>", "the stack of Pulumi.<name>.yaml")
            .option("--namespace <name>", "namespace of the brokers; default: the stack's")
            .option("--json", "one JSON object as the result; progress goes to standard error")
            .option("-C, --cwd <folder>", "folder of Pulumi.yaml and the stack files; default: this project's")
            .allowExcessArguments(false);
        output.capture(command).action(() => {
            const options = command.opts<CommonOptions & Record<string, unknown>>();
            const given: Given = { args: command.args, options };
            const problem = missingPlace(options, "run" in verb ? ["kubeconfig", "namespace"] : ["namespace"]);
            if (problem !== undefined) {
                parsed = { kind: "mistake", message: problem };
            } else if ("run" in verb) {
                parsed = { kind: "run", verb, common: options as unknown as ClusterOptions, given };
            } else {
                parsed = { kind: "print", verb, common: options, given };
            }
        });
    }
    if (words.length === 0) {
        return { kind: "mistake", message: `name a verb: ${verbs.map(({ name }) => name).join(", ")}` };
    }
    const noWork = output.parse(program, words);
    if (noWork !== undefined) {
        return noWork;
    }
    return parsed ?? { kind: "mistake", message: `name a verb: ${verbs.map(({ name }) => name).join(", ")}` };
}

function withCluster(command: Command): Command {
    return command
        .option("--kubeconfig <file>", "kubeconfig of the cluster")
        .option("--context <name>", "context of the kubeconfig")
        .option("--yes", "do not ask");
}

/** What is missing to find the brokers; undefined where nothing is. */
function missingPlace(options: Readonly<Record<string, unknown>>, required: readonly string[]): string | undefined {
    const missing = required.filter((name) => options[name] === undefined).map((name) => `--${name}`);
    return options["stack"] !== undefined || missing.length === 0
        ? undefined
        : `name the stack with --stack, or give ${missing.join(" and ")}`;
}
