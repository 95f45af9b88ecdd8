import { type Command, InvalidArgumentError } from "commander";
import type { ScaleFlags } from "./scale/index";
import type { ExitCode, Session } from "./session";

/** What the command line says for a verb: its arguments, and its own options by their camel-cased names. */
export interface Given<O = Readonly<Record<string, unknown>>> {
    readonly args: readonly string[];
    readonly options: O;
}

/** A verb of `npm run ops`. */
export interface Verb {
    readonly name: string;
    /** One line for the help. */
    readonly summary: string;
    /** Declares its own arguments and options. */
    readonly describe: (command: Command) => Command;
    /** Does it. What it needs is loaded only now. */
    readonly run: (session: Session, given: Given) => Promise<ExitCode>;
}

/** A verb whose options have the type that its `describe` declares them to have. */
function verb<O>(entry: Omit<Verb, "run"> & { run: (session: Session, given: Given<O>) => Promise<ExitCode> }): Verb {
    return { ...entry, run: (session, given) => entry.run(session, given as Given<O>) };
}

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [
    verb<object>({
        name: "status",
        summary: "each broker's pod, membership, sessions, version and volume; the certificate's days left",
        describe: (command) => command,
        run: async (session) => (await import("./status/index")).runStatus(session),
    }),
    verb<ScaleFlags>({
        name: "scale",
        summary: "more brokers, or fewer: those that go leave the cluster with their queues first",
        describe: (command) =>
            command
                .requiredOption("--to <brokers>", "how many are to run", wholeNumber(1, 32))
                .option("--accept-loss", "go on where messages of a broker that is down, or of a volume, are lost")
                .option("--take-over", "replace an unfinished scaling to another number, which nobody runs any more")
                .option("--no-setting", "leave the number in the stack's file as it is"),
        run: async (session, { options }) => (await import("./scale/index")).runScale(session, options),
    }),
];

/** A commander parser for whole numbers in a range. */
export function wholeNumber(least: number, most: number): (text: string) => number {
    return (text) => {
        const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
        if (!(value >= least && value <= most)) {
            throw new InvalidArgumentError(`It is a whole number from ${least.toString()} to ${most.toString()}.`);
        }
        return value;
    };
}
