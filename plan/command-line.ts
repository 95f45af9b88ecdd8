import { type Command, CommanderError } from "commander";

/** Words that ask for no work: for help, or for something that there is not. */
export type NoWork =
    { readonly kind: "help"; readonly text: string } | { readonly kind: "mistake"; readonly message: string };

/** Keeps commands from writing and from ending the process. */
export class CommandOutput {
    #written = "";

    /** Commands with verbs are given each verb as well. */
    capture(command: Command): Command {
        const write = (text: string) => {
            this.#written += text;
        };
        return command.exitOverride().configureOutput({ writeOut: write, writeErr: write });
    }

    /** Lets a command read the words; gives what they ask for where that is no work. */
    parse(command: Command, words: readonly string[]): NoWork | undefined {
        try {
            command.parse([...words], { from: "user" });
            return undefined;
        } catch (error) {
            if (!(error instanceof CommanderError)) {
                throw error;
            }
            return error.exitCode === 0
                ? { kind: "help", text: this.#written }
                : { kind: "mistake", message: error.message.replace(/^error: /, "") };
        }
    }
}
