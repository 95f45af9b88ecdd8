import { brokerPorts } from "../components/broker/ports";
import { haproxyPorts } from "../components/edge/haproxy/ports";
import type { Affinity } from "../components/edge/plan";
import { commandLine } from "../plan/common/command-name";

export interface InstructionsInput {
    readonly addresses: readonly string[];
    readonly caFile: string;
    /** Files of the certificate that clients show, where they have to. */
    readonly client: { readonly certificate: string; readonly key: string } | null;
    readonly user: { readonly name: string; readonly password: string } | null;
    readonly mosquitto: boolean;
    /** A separate address for a second client: with source-ip affinity it may land on another broker. */
    readonly otherSource: string;
    readonly brokers: readonly { readonly name: string; readonly address: string }[];
    readonly affinity: Affinity;
    /** What is wrong with the lab, in words. */
    readonly broken: string | null;
}

/** What a user needs to connect, ready to paste. */
export function instructions(input: InstructionsInput): string {
    const [address = ""] = input.addresses;
    return [
        ...(input.broken === null ? [] : [`BROKEN on purpose: ${input.broken}`, ""]),
        "Endpoints",
        ...input.addresses.map(
            (each) => `  ${mqtts(each)}   ${wss(each)}   metrics http://${each}:${haproxyPorts.health}/metrics`,
        ),
        `CA  ${input.caFile}`,
        "",
        ...mosquittoCommands(address, input),
        "MQTT.js",
        `  npx mqtt subscribe -l mqtts ${options(address, input, "--ca")} -i reader-js -t '#' -v`,
        `  in a program: connect("${wss(address)}", { ca: readFileSync("${input.caFile}"), localAddress: "${input.otherSource}" })`,
        "",
        "verify",
        `  ${verifyCommand(address, input)}`,
    ].join("\n");
}

function mqtts(address: string): string {
    return `mqtts://${address}:${haproxyPorts.mqtts}`;
}

function wss(address: string): string {
    return `wss://${address}:${haproxyPorts.wss}/mqtt`;
}

function mosquittoCommands(address: string, input: InstructionsInput): string[] {
    if (!input.mosquitto) {
        return ["mosquitto_pub and mosquitto_sub are not installed; on Debian: apt-get install mosquitto-clients", ""];
    }
    const common = options(address, input, "--cafile");
    return [
        "mosquitto",
        `  mosquitto_sub ${common} -V 5 -i reader -t '#' -v`,
        `  mosquitto_pub ${common} -V 5 -i writer -t plant/1 -m hello -A ${input.otherSource}`,
        "",
    ];
}

/** The words that follow the verb `verify`; the password is in the environment, since others can read command lines. */
export function verifyWords(
    address: string,
    { caFile, client, user, brokers, affinity }: InstructionsInput,
): readonly string[] {
    return [
        ...["--endpoint", mqtts(address), "--endpoint", wss(address), "--ca", caFile, "--affinity", affinity],
        ...(client === null ? [] : ["--cert", client.certificate, "--key", client.key]),
        ...(user === null ? ["--allow-anonymous"] : ["--user", user.name]),
        ...brokers.flatMap((broker) => ["--broker", `${broker.name}=mqtt://${broker.address}:${brokerPorts.internal}`]),
    ];
}

function verifyCommand(address: string, input: InstructionsInput): string {
    const password = input.user === null ? "" : `VERNEMQ_PASSWORD=${quoted(input.user.password)} `;
    return `${password}${commandLine(`verify ${verifyWords(address, input).map(quoted).join(" ")}`)}`;
}

/** A text as one word of a shell. */
function quoted(text: string): string {
    return /^[\w./@:=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The options that both kinds of clients have; only the one for the CA has two names. */
function options(address: string, { caFile, client, user }: InstructionsInput, caOption: "--cafile" | "--ca"): string {
    return [
        `-h ${address} -p ${haproxyPorts.mqtts} ${caOption} ${caFile}`,
        ...(client === null ? [] : [`--cert ${client.certificate} --key ${client.key}`]),
        ...(user === null ? [] : [`-u ${quoted(user.name)} -P ${quoted(user.password)}`]),
    ].join(" ");
}
