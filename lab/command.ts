import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addressAfter } from "../components/common/addresses";
import { summarizeEdge } from "../components/edge/summary";
import { answer, processOutput, readOptions } from "../plan/common/command-line";
import { failureOf } from "../plan/common/errors";
import { type ExitCode, exitCodes } from "../plan/common/exit-code";
import { sentence } from "../plan/common/sentence";
import { interruptSignal } from "../plan/common/terminal";
import { breakages } from "./broken";
import { writeCertificate } from "./certificates";
import { LabCluster } from "./cluster";
import { instructions } from "./instructions";
import { type Arguments, idleBreakage, labCommand } from "./options";
import { removeFolder, temporaryFolder } from "./temporary";
import { locate, MissingToolError, tools } from "./tools";
import { clientTable, eventLine, Screen } from "./view";

const refreshMs = 200;

/** Runs the verb `lab` with the words behind it, until Ctrl-C. */
export async function runLab(words: readonly string[]): Promise<ExitCode> {
    const read = readOptions<Arguments>(labCommand(), words, idleBreakage);
    if (read.kind !== "run") {
        return answer(read, "lab", processOutput);
    }
    try {
        await run(read.options);
        return exitCodes.done;
    } catch (error) {
        // What the user can fix is shown without a stack trace.
        const problem = error instanceof MissingToolError ? error.message : addressProblem(error);
        process.stderr.write(`${problem === undefined ? failureOf(error).message : sentence(problem)}\n`);
        return exitCodes.failed;
    }
}

async function run(args: Arguments): Promise<void> {
    // Also during the start.
    const ended = interruptSignal();
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
        const stopShowing = show(lab, args.quiet === true);
        if (!ended.aborted) {
            await once(ended, "abort");
        }
        stopShowing();
    } finally {
        await lab.stop();
        await removeFolder(folder);
    }
}

async function writeClientCertificate(folder: string, { clientCertificate }: LabCluster) {
    if (clientCertificate === null) {
        return null;
    }
    const written = await writeCertificate(join(folder, "client"), clientCertificate);
    return { certificate: join(written, "tls.crt"), key: join(written, "tls.key") };
}

/** Shows who sits where: a table that refreshes in place on a terminal, else a line for each event. */
function show(lab: LabCluster, quiet: boolean): () => void {
    if (quiet) {
        console.log("ready");
        return () => undefined;
    }
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

/** A broker that cannot listen: another lab runs, or (on macOS) the loopback address has to be added first. */
function addressProblem(error: unknown): string | undefined {
    if (!(error instanceof Error && "code" in error && "address" in error && "port" in error)) {
        return undefined;
    }
    const at = `${String(error.address)}:${String(error.port)}`;
    switch (error.code) {
        case "EADDRINUSE":
            return `${at} is in use: stop what listens there (another lab?), or choose another --address`;
        case "EADDRNOTAVAIL":
            return `${at} is not an address of this machine: on macOS, ifconfig lo0 alias ${String(error.address)}`;
        default:
            return undefined;
    }
}
