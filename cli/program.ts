import { Command } from "commander";
import { answer, processOutput, readWords } from "../plan/common/command-line";
import { type ExitCode, exitCodeHelp, exitCodes } from "../plan/common/exit-code";
import { verbs } from "./verbs";
import { commandLine } from "../plan/common/command-name";

const about = `Runs VerneMQ on Kubernetes in any cloud: plans it, deploys it, verifies it and operates it.`;

const footer = `
\`${commandLine("<verb> --help")}\` shows a verb's own options.

${exitCodeHelp([0, 1, 2, 3, 4])}`;

const completionNotes = `
Examples:
  source <(vernemq completion bash)     in ~/.bashrc; it needs the package bash-completion
  source <(vernemq completion zsh)      in ~/.zshrc, after compinit
  vernemq completion fish | source      in ~/.config/fish/config.fish

It completes \`vernemq\` where that is on the PATH: \`npm install --global\`, or node_modules/.bin.

${exitCodeHelp([0, 2])}`;

/** Every verb as one program, for its help, for guesses at mistyped verbs and for a shell's completion. It runs none. */
export async function program(version: string): Promise<Command> {
    const whole = new Command("vernemq")
        .description(about)
        .configureHelp({ commandUsage: () => commandLine("<verb> [options]") })
        .version(version, "-V, --version", "print the version")
        .helpOption("-h, --help", "show this")
        .helpCommand(false)
        .addHelpText("after", footer);
    for (const { name, group, describe } of verbs) {
        whole.addCommand((await describe()).name(name).helpGroup(group));
    }
    const { default: complete } = await import("@bomb.sh/tab/commander");
    complete(whole, { completionCommandName: "completion" });
    whole.commands
        .find((command) => command.name() === "completion")
        ?.helpGroup("Tools:")
        .description("Print the completion of verbs and options for a shell.")
        .configureHelp({ commandUsage: () => commandLine("completion <shell>") })
        .addHelpText("after", completionNotes);
    return whole;
}

/**
 * Runs a command line.
 *
 * @param folder of Pulumi.yaml and the stack files, unless a verb is told another
 */
export async function runCli(
    given: readonly string[],
    { version, folder }: { readonly version: string; readonly folder: string },
): Promise<ExitCode> {
    // `vernemq help plan` is what other command lines have.
    const [name = "--help", ...words] = given[0] === "help" ? [...given.slice(1, 2), "--help"] : given;
    const verb = verbs.find((candidate) => candidate.name === name);
    if (verb !== undefined) {
        return verb.run(words, folder);
    }
    // A mistyped verb is told, also where --help follows it.
    const isVerb = name !== "completion" && name !== "complete" && !name.startsWith("-");
    const noWork = readWords(await program(version), isVerb ? [name] : [name, ...words]);
    if (noWork === undefined) {
        // Completion writes by itself, and reads the words as the process was given them.
        return exitCodes.done;
    }
    const said =
        noWork.kind === "help"
            ? noWork
            : { ...noWork, message: noWork.message.replace("unknown command", "unknown verb") };
    return answer(said, "", processOutput);
}
