import { setTimeout as sleep } from "node:timers/promises";
import { acknowledgedPacket, burstPacket, Device } from "./device";
import { burst, type Endpoint, type LoadAnswer, type LoadCommand } from "./protocol";

/** A load generator: a separate process that does what it is told and answers with counts. */
async function perform(command: LoadCommand): Promise<LoadAnswer> {
    switch (command.kind) {
        case "check":
            return check(command.endpoint, command.caPem);
        case "connect":
            return { kind: "connect", ...(await connectFor(command)) };
        case "publish":
            return { kind: "publish", resumed: 0, ...(await publishFor(command)) };
        case "herd":
            return { kind: "herd", failedAttempts: await gather(command) };
        case "latency":
            return { kind: "latency", microseconds: await latencyFor(command) };
    }
}

/** One connection that verifies the certificate, and one with the handshake of the measurements. */
async function check(endpoint: Endpoint, caPem: string): Promise<LoadAnswer> {
    if (endpoint.tls) {
        (await Device.open(endpoint, caPem)).close();
    }
    const device = await Device.open(endpoint);
    device.assertHandshake();
    device.close();
    return { kind: "check" };
}

interface Counted {
    readonly count: number;
    readonly seconds: number;
}

/** Runs loops side by side until the time is over. Each turn of a loop adds what it gives back. */
async function countFor(seconds: number, loops: readonly (() => Promise<number>)[]): Promise<Counted> {
    const start = process.hrtime.bigint();
    const end = start + BigInt(seconds * 1e9);
    let count = 0;
    await Promise.all(
        loops.map(async (turn) => {
            while (process.hrtime.bigint() < end) {
                // In two steps: `count += await` would add to what count was before the others' turns.
                const done = await turn();
                count += done;
            }
        }),
    );
    return { count, seconds: Number(process.hrtime.bigint() - start) / 1e9 };
}

async function connectFor({
    endpoint,
    seconds,
    concurrency,
}: LoadCommand & { kind: "connect" }): Promise<Counted & { readonly resumed: number }> {
    let resumed = 0;
    const once = async () => {
        const device = await Device.open(endpoint);
        resumed += device.isResumed ? 1 : 0;
        device.close();
        return 1;
    };
    const counted = await countFor(seconds, Array<typeof once>(concurrency).fill(once));
    return { ...counted, resumed };
}

/** The herd's devices stay connected, as those of a fleet do, until the generator ends. */
const herd: Device[] = [];

/** Lets all devices in, and counts the attempts that failed. As real ones do, each waits longer after each failure, and not as long as the others. */
async function gather({ endpoint, count, givesUpAfterMs }: LoadCommand & { kind: "herd" }): Promise<number> {
    let failed = 0;
    const dial = async () => {
        for (let attempt = 1; ; attempt++) {
            try {
                const device = await Device.open(endpoint, undefined, givesUpAfterMs);
                device.socket.setTimeout(0);
                herd.push(device);
                return;
            } catch {
                failed++;
                await sleep(Math.random() * Math.min(5000, 250 * 2 ** attempt));
            }
        }
    };
    await Promise.all(Array.from({ length: count }, dial));
    return failed;
}

async function publishFor({
    endpoint,
    seconds,
    connections,
    qos,
}: LoadCommand & { kind: "publish" }): Promise<Counted> {
    const devices = await openAll(endpoint, connections);
    const counted = await countFor(
        seconds,
        devices.map((device) => async () => {
            if (qos === 1) {
                await device.ask(acknowledgedPacket, "puback");
                return 1;
            }
            await device.ask(burstPacket, "pingresp");
            return burst;
        }),
    );
    closeAll(devices);
    return counted;
}

/**
 * One message at a time, to one endpoint after the other: whatever disturbs the machine for a while disturbs all of them alike.
 * The order changes all the time, because a server that follows a busy one finds its processor awake.
 * The first round trips of each connection are not counted.
 */
async function latencyFor({ endpoints, seconds, connections }: LoadCommand & { kind: "latency" }): Promise<number[][]> {
    const devices = await Promise.all(endpoints.map((endpoint) => openAll(endpoint, connections)));
    const measured = endpoints.map((): number[] => []);
    const warmUp = connections * 5;
    const end = process.hrtime.bigint() + BigInt(seconds * 1e9);
    for (let turn = 0; process.hrtime.bigint() < end; turn++) {
        for (const index of shuffled(devices.length)) {
            const start = process.hrtime.bigint();
            await devices[index]?.[turn % connections]?.ask(acknowledgedPacket, "puback");
            if (turn >= warmUp) {
                measured[index]?.push(Number(process.hrtime.bigint() - start) / 1000);
            }
        }
    }
    devices.forEach(closeAll);
    return measured;
}

function shuffled(length: number): readonly number[] {
    return Array.from({ length }, (_, index) => ({ index, at: Math.random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ index }) => index);
}

async function openAll(endpoint: Endpoint, count: number): Promise<readonly Device[]> {
    const devices: Device[] = [];
    while (devices.length < count) {
        devices.push(await Device.open(endpoint));
    }
    return devices;
}

function closeAll(devices: readonly Device[]): void {
    for (const device of devices) {
        device.close();
    }
}

process.on("message", (command: LoadCommand) => {
    void perform(command)
        .catch((error: unknown): LoadAnswer => {
            return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
        })
        .then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit());
