import { Command } from "commander";
import { commonOptions, cwdOption, type Read, readOptions } from "./common/command-line";
import { exitCodeHelp } from "./common/exit-code";
import { asTyped, commandLine } from "./common/command-name";

/** What the command line asks for. */
export interface Options {
    readonly stack?: string;
    readonly all?: true;
    /** Files to write; `-` is standard output. */
    readonly json?: string;
    readonly markdown?: string;
    readonly html?: string;
    /** An earlier plan in JSON to compare with. */
    readonly against?: string;
    /** File of the rights that operating the stack takes. */
    readonly rights?: string;
    /** Folder of the files that `--all` writes. */
    readonly out: string;
    /** Folder of Pulumi.yaml and the stack files. Default: the nearest. */
    readonly cwd?: string;
    /** Only the headline, failed checks, changes and warnings. */
    readonly quiet?: true;
}

const examples = `
Examples:
  vernemq plan --all                                plan every stack
  vernemq plan --stack dev                          show one plan
  vernemq plan --stack eks --json before.json       keep it ...
  vernemq plan --stack eks --against before.json    ... and see what an edit of Pulumi.eks.yaml changes
  vernemq plan --stack gke --markdown -             for a pull request
  vernemq plan --stack eks --rights policy.json     what an account has to grant

${exitCodeHelp([0, 1, 2], { 0: "the plan is valid", 1: "a check failed, or the program did" })}`;

/** The verb `plan`. */
export function planCommand(): Command {
    const command = new Command(commandLine("plan"))
        .description(
            "Plan stacks without the Pulumi engine, credentials or a cloud: run the program against simulated clouds, check the result and show it.",
        )
        .option("--stack <name>", "plan the stack of Pulumi.<name>.yaml")
        .option("--all", "plan every stack that has a Pulumi.<name>.yaml")
        .option("--json <file>", "write the plan as JSON; - is standard output, here and below")
        .option("--markdown <file>", "write it as Markdown with a Mermaid topology")
        .option("--html <file>", "write it as one self-contained page")
        .option(
            "--against <file>",
            "compare with an earlier plan (the file of --json); secrets too, where both plans had the same VERNEMQ_PLAN_KEY",
        )
        .option(
            "--rights <file>",
            "write the rights that preview, up and destroy need: IAM policies (AWS), roles (Google, Azure) or scopes (DigitalOcean)",
        )
        .option("--out <folder>", "folder of the files that --all writes", "build/plans")
        .option(cwdOption.flags, cwdOption.description)
        .addHelpText("after", asTyped(examples))
        .allowExcessArguments(false);
    return commonOptions(command);
}

/** Reads the words behind the verb. */
export function parseOptions(words: readonly string[]): Read<Options> {
    return readOptions(planCommand(), words, mistakeIn);
}

function mistakeIn(options: Options): string | undefined {
    const { stack, all, out } = options;
    const single = (["json", "markdown", "html", "against", "rights"] as const).filter(
        (name) => options[name] !== undefined,
    );
    if ((stack === undefined) === (all === undefined)) {
        return stack === undefined
            ? "name a stack (--stack dev), or plan them all (--all)"
            : "--stack and --all exclude each other";
    }
    if (all === true && single.length > 0) {
        return `--${single[0] ?? ""} is for one stack; --all writes every format into ${out}`;
    }
    return (["json", "markdown", "html", "rights"] as const).filter((name) => options[name] === "-").length > 1
        ? "only one format can go to standard output"
        : undefined;
}
