import { Command, InvalidArgumentError, Option } from "commander";
import { isInside, parseAddress } from "../components/common/addresses";
import { affinities } from "../components/edge/plan";
import { commonOptions, wholeNumber } from "../plan/common/command-line";
import { exitCodeHelp } from "../plan/common/exit-code";
import { type Breakage, breakageNames, breakages } from "./broken";
import type { LabOptions } from "./cluster";
import { commandLine } from "../plan/common/command-name";

export interface Arguments extends Omit<LabOptions, "users" | "mayPublish"> {
    readonly user: readonly (readonly [name: string, password: string])[];
    /** No line for each client that comes or goes. */
    readonly quiet?: true;
}

const breakageList = breakageNames.map((name) => `  ${name.padEnd(22)}${breakages[name]}`).join("\n");

export function labCommand(): Command {
    const command = new Command(commandLine("lab"))
        .description(
            "Run MQTT brokers behind HAProxy, with the configuration that is deployed, on loopback. Ctrl-C ends it.",
        )
        .option("--brokers <number>", "number of brokers", wholeNumber(1, 50), 3)
        .option("--replicas <number>", "number of HAProxy replicas, each on its own address", wholeNumber(1, 10), 2)
        .addOption(
            new Option(
                "--affinity <kind>",
                "session affinity: what decides that a client reconnects to the same broker",
            )
                .choices(affinities)
                .default("source-ip"),
        )
        .option(
            "--address <address>",
            "loopback address of the first HAProxy; the others follow",
            loopbackAddress,
            "127.0.0.1",
        )
        .option("--user <name:password>", "let only this user in; repeatable", user, [])
        .option("--client-certificates", "let only clients with a certificate in", false)
        .addOption(
            new Option("--broken <how>", "build it with a defect that verify has to find").choices(breakageNames),
        )
        .addHelpText(
            "after",
            `\nDefects:\n${breakageList}\n\n${exitCodeHelp([0, 1, 2], { 0: "ended by Ctrl-C", 1: "it could not start" })}`,
        )
        .allowExcessArguments(false);
    return commonOptions(command);
}

/** Mistakes that only those find who have to sign in. */
const ofUsers: readonly Breakage[] = ["anonymous-open", "refusals-cut", "passwd-plugin-died"];

/** Why a mistake would not show; undefined where it does. */
export function idleBreakage({ broken, affinity, brokers, user }: Arguments): string | undefined {
    if (broken === "no-affinity" && (affinity === "none" || brokers === 1)) {
        return "--broken no-affinity needs an affinity to break, and two brokers";
    }
    if (broken === "broker-alone" && brokers === 1) {
        return "--broken broker-alone needs two brokers";
    }
    return broken !== undefined && ofUsers.includes(broken) && user.length === 0
        ? `--broken ${broken} needs a --user`
        : undefined;
}

function loopbackAddress(text: string): string {
    if (parseAddress(text) === undefined || !isInside(text, "127.0.0.0/8")) {
        throw new InvalidArgumentError("Expected: an address of 127.0.0.0/8: the lab stays on this machine.");
    }
    return text;
}

function user(text: string, before: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
    const colon = text.indexOf(":");
    if (colon < 1) {
        throw new InvalidArgumentError("Expected: a name, a colon and a password.");
    }
    return [...before, [text.slice(0, colon), text.slice(colon + 1)]];
}
