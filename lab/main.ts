import { Command, InvalidArgumentError, Option } from "commander";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addressAfter, isInside, parseAddress } from "../components/common/addresses";
import { type Affinity, affinities, summarizeEdge } from "../components/edge/plan";
import { type Breakage, breakageNames, breakages } from "./broken";
import { writeCertificate } from "./certificates";
import { LabCluster } from "./cluster";
import { instructions } from "./instructions";
import { removeFolder, temporaryFolder } from "./temporary";
import { locate, MissingToolError, tools } from "./tools";
import { clientTable, eventLine, Screen } from "./view";

interface Arguments {
    readonly brokers: number;
    readonly replicas: number;
    readonly affinity: Affinity;
    readonly address: string;
    readonly user: readonly (readonly [name: string, password: string])[];
    readonly clientCertificates: boolean;
    readonly broken?: Breakage;
}

const refreshMs = 200;

const breakageList = breakageNames.map((name) => `  ${name.padEnd(22)}${breakages[name]}`).join("\n");

const command = new Command("npm run lab --")
    .description("MQTT brokers behind HAProxy with the configuration that is deployed, on loopback. Ctrl-C ends it.")
    .option("--brokers <number>", "number of brokers", wholeNumber(1, 50), 3)
    .option("--replicas <number>", "number of HAProxy replicas, each on its own address", wholeNumber(1, 10), 2)
    .addOption(
        new Option("--affinity <kind>", "session affinity: by what a client reconnects to the same broker")
            .choices(affinities)
            .default("source-ip"),
    )
    .option(
        "--address <address>",
        "loopback address of the first HAProxy; the others follow",
        loopbackAddress,
        "127.0.0.1",
    )
    .option("--user <name:password>", "let only such users in; may be repeated", user, [])
    .option("--client-certificates", "let only clients with a certificate in", false)
    .addOption(new Option("--broken <how>", "build it with a mistake that verify has to find").choices(breakageNames))
    .addHelpText("after", `\nWays to be broken:\n${breakageList}\n`)
    .action(run);

async function run(args: Arguments): Promise<void> {
    const idle = idleBreakage(args);
    if (idle !== null) {
        command.error(`error: ${idle}`);
    }
    const ended = endSignal();
    const folder = await temporaryFolder("lab");
    const users = args.user.length === 0 ? {} : { users: new Map(args.user) };
    const lab = await LabCluster.start({ ...args, ...users });
    try {
        const client = await writeClientCertificate(folder, lab);
        const caFile = join(folder, "ca.crt");
        await writeFile(caFile, lab.caPem);
        const [firstUser] = args.user;
        console.log(summarizeEdge(lab.plan));
        console.log("");
        console.log(
            instructions({
                addresses: Array.from({ length: args.replicas }, (_, replica) => addressAfter(args.address, replica)),
                caFile,
                client,
                user: firstUser === undefined ? null : { name: firstUser[0], password: firstUser[1] },
                mosquitto: locate(tools.mosquittoSubscribe) !== null,
                otherSource: addressAfter(args.address, 100),
                brokers: lab.brokers,
                affinity: args.affinity,
                broken: args.broken === undefined ? null : breakages[args.broken],
            }),
        );
        console.log("");
        const stopShowing = show(lab);
        await ended;
        stopShowing();
    } finally {
        await lab.stop();
        await removeFolder(folder);
    }
}

/** Mistakes that only those find who have to sign in. */
const ofUsers: readonly Breakage[] = ["anonymous-open", "refusals-cut", "passwd-plugin-died"];

/** Why a mistake would not show; null where it does. */
function idleBreakage({ broken, affinity, brokers, user }: Arguments): string | null {
    if (broken === "no-affinity" && (affinity === "none" || brokers === 1)) {
        return "--broken no-affinity needs an affinity to break, and two brokers";
    }
    if (broken === "broker-alone" && brokers === 1) {
        return "--broken broker-alone needs two brokers";
    }
    return broken !== undefined && ofUsers.includes(broken) && user.length === 0
        ? `--broken ${broken} needs a --user`
        : null;
}

/** Resolves at the first ctrl-C or SIGTERM, also during the start. */
function endSignal(): Promise<void> {
    return new Promise((resolve) => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) {
            process.once(signal, () => {
                resolve();
            });
        }
    });
}

async function writeClientCertificate(folder: string, { clientCertificate }: LabCluster) {
    if (clientCertificate === null) {
        return null;
    }
    const written = await writeCertificate(join(folder, "client"), clientCertificate);
    return { certificate: join(written, "tls.crt"), key: join(written, "tls.key") };
}

/** Shows who sits where: a table that refreshes in place on a terminal, else a line for each event. */
function show(lab: LabCluster): () => void {
    if (!process.stdout.isTTY) {
        lab.on("connect", (place) => {
            console.log(eventLine("connected", place, new Date()));
        });
        lab.on("disconnect", (place) => {
            console.log(eventLine("gone", place, new Date()));
        });
        console.log("ready");
        return () => lab.removeAllListeners();
    }
    const screen = new Screen(process.stdout);
    const brokers = lab.brokers.map(({ name }) => name);
    let stale = true;
    const draw = () => {
        if (stale) {
            stale = false;
            screen.draw(clientTable(brokers, lab.places, screen.rows(8)));
        }
    };
    const changed = () => {
        stale = true;
    };
    lab.on("connect", changed).on("disconnect", changed);
    process.stdout.on("resize", changed);
    const timer = setInterval(draw, refreshMs);
    draw();
    return () => {
        clearInterval(timer);
        lab.removeAllListeners();
    };
}

function wholeNumber(low: number, high: number): (text: string) => number {
    return (text) => {
        if (!/^\d+$/.test(text) || Number(text) < low || Number(text) > high) {
            throw new InvalidArgumentError(`It has to be a whole number from ${low} to ${high}.`);
        }
        return Number(text);
    };
}

function loopbackAddress(text: string): string {
    if (parseAddress(text) === undefined || !isInside(text, "127.0.0.0/8")) {
        throw new InvalidArgumentError("It has to be an address of 127.0.0.0/8: the lab stays on this machine.");
    }
    return text;
}

function user(text: string, before: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
    const colon = text.indexOf(":");
    if (colon < 1) {
        throw new InvalidArgumentError("It has to be a name, a colon and a password.");
    }
    return [...before, [text.slice(0, colon), text.slice(colon + 1)]];
}

/** A broker that cannot listen: another lab runs, or (on macOS) the loopback address has to be added first. */
function addressProblem(error: unknown): string | undefined {
    if (!(error instanceof Error && "code" in error && "address" in error && "port" in error)) {
        return undefined;
    }
    const at = `${String(error.address)}:${String(error.port)}`;
    switch (error.code) {
        case "EADDRINUSE":
            return `${at} is taken: end what listens there (another lab?), or choose another --address`;
        case "EADDRNOTAVAIL":
            return `${at} is no address of this machine: on macOS, ifconfig lo0 alias ${String(error.address)}`;
        default:
            return undefined;
    }
}

command.parseAsync().catch((error: unknown) => {
    // What the user can fix is shown without a stack trace.
    console.error(error instanceof MissingToolError ? error.message : (addressProblem(error) ?? error));
    process.exitCode = 1;
});
