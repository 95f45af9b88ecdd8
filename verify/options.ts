import { Command, InvalidArgumentError, Option } from "commander";
import { isIP } from "node:net";
import { daysLeftLimits } from "../components/common/days-left";
import { affinities, type Affinity, tlsVersions, type TlsVersion } from "../components/edge/plan";
import {
    commonOptions,
    cwdOption,
    explained,
    type Read,
    readOptions,
    wholeNumber,
    withRenamed,
} from "../plan/common/command-line";
import { exitCodeHelp } from "../plan/common/exit-code";
import { parseBroker } from "./access/direct";
import { defaultSettings } from "./index";
import { type CheckName, checkNames } from "./report";
import { parseEndpoint } from "./target";
import { asTyped, commandLine } from "../plan/common/command-name";

export interface Options {
    readonly stack?: string;
    readonly endpoint: readonly string[];
    readonly address?: string;
    readonly broker: readonly { readonly name: string; readonly url: string }[];
    readonly clusterAccess: boolean;
    readonly kubeconfig?: string;
    readonly context?: string;
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly user?: string;
    readonly passwordFile?: string;
    readonly allowAnonymous?: true;
    readonly topicPrefix: string;
    readonly affinity?: Affinity;
    readonly minimumTlsVersion?: TlsVersion;
    readonly reconnects: number;
    readonly warnDays?: number;
    readonly failDays?: number;
    readonly timeout: number;
    readonly connectionsPerSecond: number;
    readonly trustAnyway?: true;
    readonly only: readonly CheckName[];
    readonly skip: readonly CheckName[];
    readonly json?: true;
    readonly quiet?: true;
    readonly cwd?: string;
}

const renamedOptions = [{ before: "--patience", now: "--timeout" }];

const examples = `
Checks: ${checkNames.slice(0, 6).join(", ")},
  ${checkNames.slice(6).join(", ")}

Examples:
  vernemq verify --stack eks
  VERNEMQ_PASSWORD=... vernemq verify --endpoint mqtts://mqtt.example.com:8883 --ca ca.pem --user device
  vernemq verify --stack eks --only certificate,tls-versions --json

${exitCodeHelp([0, 1, 2], { 0: "nothing failed", 1: "a check failed or is undecided, all were skipped, or it was interrupted" })}`;

/** Reads the words behind the verb, with a warning for each option by its name of before. */
export function parseOptions(words: readonly string[]): Read<Options> & { readonly warnings: readonly string[] } {
    const { words: current, warnings } = withRenamed(words, renamedOptions);
    return { ...readOptions(verifyCommand(), current, mistakeIn), warnings };
}

export function verifyCommand(): Command {
    const command = new Command(commandLine("verify"))
        .description("Check brokers from a device's side: TLS, sign-in, messages and affinity, with real MQTT clients.")
        .option("--stack <name>", "the stack of Pulumi.<name>.yaml: endpoints, CA and passwords are its outputs")
        .option(
            "--endpoint <url>",
            "mqtts://HOST:PORT, wss://HOST:PORT/mqtt; repeatable; with a stack it replaces its endpoints",
            endpoint,
            [],
        )
        .option("--address <ip>", "connect to this address, whatever the endpoints' names resolve to", address)
        .option("--broker <url>", "a broker past the edge: mqtt://HOST:PORT or NAME=URL; repeatable", broker, [])
        .option("--no-cluster-access", "with a stack: do not reach each broker through the Kubernetes API")
        .option("--kubeconfig <file>", "with a stack: kubeconfig of the cluster")
        .option("--context <name>", "with a stack: context of the kubeconfig")
        .option("--ca <file>", "PEM of the CA that signed the server's certificate (default: the public ones)")
        .option("--cert <file>", "PEM of the certificate that the clients show")
        .option("--key <file>", "PEM of its private key")
        .option("--user <name>", "the user to sign in as (default: the stack's first)")
        .option("--password-file <file>", "its password, on the first line (default: VERNEMQ_PASSWORD)")
        .option("--allow-anonymous", "without a stack: anyone may connect, and that is intended")
        .option(
            "--topic-prefix <topic>",
            "the user may read and write below it; nothing is left there",
            prefix,
            "verify",
        )
        .addOption(new Option("--affinity <kind>", "without a stack: source-ip by default").choices(affinities))
        .addOption(
            new Option("--minimum-tls-version <version>", "without a stack: 1.2 by default").choices(tlsVersions),
        )
        .option("--reconnects <number>", "of the affinity check", wholeNumber(2, 200), defaultSettings.reconnects)
        .option("--warn-days <days>", "warn of a certificate with fewer left; default 21", wholeNumber(0, 825))
        .option("--fail-days <days>", "fail with fewer left; default 7", wholeNumber(0, 825))
        .option(
            "--timeout <ms>",
            "how long an answer or a message may take",
            wholeNumber(100, 60_000),
            defaultSettings.timeoutMs,
        )
        .option(
            "--connections-per-second <number>",
            "to the endpoints, at most",
            wholeNumber(1, 1000),
            defaultSettings.connectionsPerSecond,
        )
        .option("--trust-anyway", "sign in even if the certificate does not verify: others may then read the password")
        .option("--only <checks>", "run only these checks, separated by commas", checkList, [])
        .option("--skip <checks>", "skip these checks", checkList, [])
        .option("--json", "print the report as one JSON object, without secrets")
        .option(cwdOption.flags, cwdOption.description)
        .addHelpText("after", asTyped(examples))
        .allowExcessArguments(false);
    return commonOptions(command);
}

function mistakeIn(options: Options): string | undefined {
    const { stack, endpoint, broker, only, skip, cert, key, user, warnDays, failDays } = options;
    if (stack === undefined && endpoint.length === 0) {
        return "name what to verify: --stack NAME, or --endpoint URL";
    }
    const idle = (
        stack === undefined
            ? [
                  ["--kubeconfig", options.kubeconfig],
                  ["--context", options.context],
                  ["--no-cluster-access", options.clusterAccess ? undefined : true],
              ]
            : [
                  ["--affinity", options.affinity],
                  ["--minimum-tls-version", options.minimumTlsVersion],
                  ["--allow-anonymous", options.allowAnonymous],
              ]
    ).find(([, value]) => value !== undefined);
    if (idle !== undefined) {
        const [name] = idle;
        return stack === undefined
            ? `${String(name)} needs --stack`
            : `${String(name)} comes from the stack: leave it out`;
    }
    if (stack === undefined && options.passwordFile !== undefined && user === undefined) {
        return "--password-file needs --user";
    }
    if ((cert === undefined) !== (key === undefined)) {
        return "--cert and --key belong together";
    }
    if (only.length > 0 && skip.length > 0) {
        return "--only and --skip exclude each other";
    }
    if (new Set(broker.map(({ name }) => name)).size < broker.length) {
        return "two --broker have the same name";
    }
    return (failDays ?? daysLeftLimits.problem) > (warnDays ?? daysLeftLimits.warning)
        ? "--fail-days (7 unless it is given) has to be at most --warn-days (21)"
        : undefined;
}

function endpoint(text: string, before: readonly string[]): readonly string[] {
    explained(() => parseEndpoint(text));
    return [...before, text];
}

function broker(text: string, before: Options["broker"]): Options["broker"] {
    return [...before, explained(() => parseBroker(text))];
}

function address(text: string): string {
    if (isIP(text) === 0) {
        throw new InvalidArgumentError("Expected: an IP address.");
    }
    return text;
}

/** Levels of letters, digits, hyphens and underscores: no wildcard, and no `$`, which is the broker's own. */
function prefix(text: string): string {
    if (!/^[\w-]+(?:\/[\w-]+){0,5}$/.test(text)) {
        throw new InvalidArgumentError("Expected: up to six levels of letters, digits, - and _, such as test/verify.");
    }
    return text;
}

function checkList(text: string, before: readonly CheckName[]): readonly CheckName[] {
    const names = text.split(",").map((word) => {
        const name = checkNames.find((known) => known === word.trim());
        if (name === undefined) {
            throw new InvalidArgumentError(
                `There is no check ${word.trim()}; the checks are ${checkNames.join(", ")}.`,
            );
        }
        return name;
    });
    return [...before, ...names];
}
