import { haproxyPorts } from "../components/edge/haproxy/ports";

export interface InstructionsInput {
    /** Addresses of the HAProxy replicas. */
    readonly addresses: readonly string[];
    readonly caFile: string;
    /** Files of the certificate that clients show, where they have to. */
    readonly client: { readonly certificate: string; readonly key: string } | null;
    readonly user: { readonly name: string; readonly password: string } | null;
    /** mosquitto's clients are installed. */
    readonly mosquitto: boolean;
    /** An address of its own for a second client: with source-ip affinity it may land on another broker. */
    readonly otherSource: string;
}

/** What a person needs to connect, ready to paste. */
export function instructions(input: InstructionsInput): string {
    const [address = ""] = input.addresses;
    return [
        "Endpoints",
        ...input.addresses.map(
            (each) =>
                `  ${mqtts(each)}   ${wss(each)}   metrics http://${each}:${haproxyPorts.health.toString()}/metrics`,
        ),
        `CA  ${input.caFile}`,
        "",
        ...mosquittoCommands(address, input),
        "MQTT.js",
        `  npx mqtt subscribe -l mqtts ${options(address, input, "--ca")} -i reader-js -t '#' -v`,
        `  in a program: connect("${wss(address)}", { ca: readFileSync("${input.caFile}"), localAddress: "${input.otherSource}" })`,
    ].join("\n");
}

function mqtts(address: string): string {
    return `mqtts://${address}:${haproxyPorts.mqtts.toString()}`;
}

function wss(address: string): string {
    return `wss://${address}:${haproxyPorts.wss.toString()}/mqtt`;
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

/** The options that both kinds of clients have; only the one for the CA has two names. */
function options(address: string, { caFile, client, user }: InstructionsInput, caOption: "--cafile" | "--ca"): string {
    return [
        `-h ${address} -p ${haproxyPorts.mqtts.toString()} ${caOption} ${caFile}`,
        ...(client === null ? [] : [`--cert ${client.certificate} --key ${client.key}`]),
        ...(user === null ? [] : [`-u ${user.name} -P ${user.password}`]),
    ].join(" ");
}
