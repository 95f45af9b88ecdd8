import { Command } from "commander";
import { CommandOutput, type NoWork } from "../plan/command-line";
import type { TargetFlags } from "./target";
import { type Given, type Verb, verbs } from "./verbs";

/** Options that every verb has. */
export interface CommonOptions extends TargetFlags {
    readonly cwd?: string;
    readonly json?: true;
    readonly yes?: true;
}

export type ParsedOptions =
    { readonly kind: "run"; readonly verb: Verb; readonly common: CommonOptions; readonly given: Given } | NoWork;

const footer = `
The cluster: --kubeconfig and --context, else the settings of a stack with target existing, else the stack's output kubeconfig
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
        const command = verb
            .describe(program.command(verb.name).description(verb.summary))
            .requiredOption("--stack <name>", "the stack of Pulumi.<name>.yaml")
            .option("--kubeconfig <file>", "kubeconfig of the cluster")
            .option("--context <name>", "context of the kubeconfig")
            .option("--namespace <name>", "namespace of the brokers; default: the stack's")
            .option("--json", "one JSON object as the result; progress goes to standard error")
            .option("--yes", "do not ask")
            .option("-C, --cwd <folder>", "folder of Pulumi.yaml and the stack files; default: this project's")
            .allowExcessArguments(false);
        output.capture(command).action(() => {
            const options = command.opts<CommonOptions & Record<string, unknown>>();
            parsed = { kind: "run", verb, common: options, given: { args: command.args, options } };
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
