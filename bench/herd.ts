import { Command, Option } from "commander";
import { availableParallelism } from "node:os";
import { haproxyPorts } from "../components/edge/haproxy/ports";
import { defaultHandshakesPerSecond } from "../components/edge/haproxy/resources";
import type { KeyKind } from "../lab/certificates";
import { startLoopbackHaproxy } from "../lab/edge";
import { wholeNumber } from "../plan/common/command-line";
import { existingEdge, withoutPace } from "./edge/contestants";
import { onStage } from "./edge/stage";

/** A device that has no CONNACK after this dials again. */
const givesUpAfterMs = 30_000;
const limitSeconds = 240;

interface Arguments {
    readonly devices: number;
    readonly key: KeyKind;
    readonly connections: number;
    readonly pace?: number;
    readonly rounds: number;
}

/** One HAProxy, as deployed for a pod of so many connections, that was just started, and a herd before it. */
function gather({ devices, key, connections }: Arguments, handshakesPerSecond: number) {
    return onStage(
        Math.min(availableParallelism(), 4),
        async ({ network, brokerBehindEdge, generators, ca, started }) => {
            const edge = `${network}.10`;
            const haproxy = await startLoopbackHaproxy({
                plan: existingEdge(),
                address: edge,
                brokerAddresses: [brokerBehindEdge],
                certificate: await ca.issue({ commonName: "localhost", dnsNames: ["localhost"], key }),
                maxConnections: connections,
                connectionsPerSourcePerSecond: 100_000,
                handshakesPerSecond,
            });
            started.push(haproxy);
            const endpoint = { host: edge, port: haproxyPorts.mqtts, tls: true };
            // A generator compiles itself before its first word.
            await generators.check(endpoint, ca.pem);
            const before = await handshakesOf(edge);
            const begun = process.hrtime.bigint();
            const failedAttempts = await generators.herd(endpoint, devices, givesUpAfterMs, limitSeconds);
            const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
            // One handshake for each device is none wasted.
            return { seconds, handshakes: (await handshakesOf(edge)) - before, failedAttempts };
        },
    );
}

async function handshakesOf(address: string): Promise<number> {
    const text = await (await fetch(`http://${address}:${haproxyPorts.health}/metrics`)).text();
    return Number(/^haproxy_process_ssl_connections_total (\d+)$/m.exec(text)?.[1]);
}

async function main(): Promise<void> {
    const command = new Command("npm run bench:herd --")
        .description("Lets a herd of devices in after a restart of HAProxy, by turns without a pace and with one.")
        .option("--devices <number>", "devices that dial at the same moment", wholeNumber(1), 5000)
        .addOption(
            new Option("--key <kind>", "key of the server certificate")
                .choices(["ecdsa", "rsa-2048", "rsa-4096"])
                .default("ecdsa"),
        )
        .option(
            "--connections <number>",
            "connections that HAProxy takes; the default pace follows from it",
            wholeNumber(1),
            9000,
        )
        .option("--pace <number>", "handshakes a second (default: as deployed)", wholeNumber(1))
        .option("--rounds <number>", "rounds of both", wholeNumber(1), 1)
        .parse();
    const options = command.opts<Arguments>();
    const pace = options.pace ?? defaultHandshakesPerSecond(options.connections);
    for (let round = 1; round <= options.rounds; round++) {
        for (const [title, perSecond] of [
            ["without a pace", withoutPace],
            [`${pace} a second`, pace],
        ] as const) {
            const { seconds, handshakes, failedAttempts } = await gather(options, perSecond);
            console.log(
                `${options.devices} devices, ${options.key}, ${title}: ${handshakes} handshakes, ` +
                    `${failedAttempts} failed attempts, ${seconds.toFixed(1)} s`,
            );
        }
    }
}

main().then(
    () => process.exit(0),
    (error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        process.exit(1);
    },
);
