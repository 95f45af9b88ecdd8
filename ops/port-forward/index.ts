import { once } from "node:events";
import { type Engine, localMqttPorts } from "../../components/broker/names";
import { brokerPorts } from "../../components/broker/ports";
import { type BrokerName, podNamed } from "../broker-name";
import type { Forward, Kube, Pod } from "../kubernetes/client";
import { Refusal } from "../../plan/common/errors";
import { type ExitCode, exitCodes } from "../../plan/common/exit-code";
import { type Session } from "../session";
import { guidePorts, type PortPair } from "./ports";

export interface PortForwardOptions {
    readonly ports?: readonly PortPair[];
    readonly broker?: BrokerName;
}

/** What a forwarded port is, for the line that says where it is. */
function useOf(remote: number, engine: Engine): string | undefined {
    switch (remote) {
        case localMqttPorts[engine]:
            return "MQTT without TLS and PROXY header: mqtt://127.0.0.1:";
        case brokerPorts.http:
            return "status, metrics and health: http://127.0.0.1:";
        default:
            return undefined;
    }
}

/** Opens ports of this machine that lead to a broker, until Ctrl-C. A port stays open while the pod restarts. */
export async function runPortForward(session: Session, options: PortForwardOptions): Promise<ExitCode> {
    const { engine } = session.target;
    const { ports = guidePorts(engine), broker } = options;
    const kube = await session.kube();
    const pod = broker === undefined ? await firstReady(kube) : await podNamed(kube, broker);
    const forwards: Forward[] = [];
    try {
        for (const pair of ports) {
            forwards.push(await open(session, kube, pod, pair));
        }
        session.result({
            text: [
                ...ports.map(({ remote }, index) => line(pod.name, remote, forwards[index]?.port ?? 0, engine)),
                "Ctrl-C ends it.",
            ].join("\n"),
            json: {
                broker: pod.name,
                ports: ports.map(({ remote }, index) => ({
                    address: "127.0.0.1",
                    local: forwards[index]?.port,
                    remote,
                })),
            },
        });
        if (!session.signal.aborted) {
            await once(session.signal, "abort");
        }
        return exitCodes.done;
    } finally {
        await Promise.all(forwards.map((forward) => forward.close()));
    }
}

async function firstReady(kube: Kube): Promise<Pod> {
    const pods = await kube.pods();
    const ready = pods.find((pod) => pod.ready && !pod.terminating);
    if (ready === undefined) {
        throw new Refusal("No broker is ready; `status` says why, and --broker names one anyway.");
    }
    return ready;
}

async function open(session: Session, kube: Kube, pod: Pod, { local, remote }: PortPair): Promise<Forward> {
    let last = "";
    const onProblem = (message: string) => {
        // A client that tries again and again would fill the screen.
        if (message !== last) {
            last = message;
            session.say(message);
        }
    };
    try {
        return await kube.portForward(pod.ordinal, remote, local, onProblem);
    } catch (error) {
        if (error instanceof Error && "code" in error && (error.code === "EADDRINUSE" || error.code === "EACCES")) {
            const free = (local < 1024 ? local : local % 50_000) + 10_000;
            throw new Refusal(
                `Port ${local} of this machine is ${error.code === "EACCES" ? "not for this user" : "taken"}: choose another, for example --ports ${free}:${remote}.`,
            );
        }
        throw error;
    }
}

function line(pod: string, remote: number, local: number, engine: Engine): string {
    const use = useOf(remote, engine);
    return `127.0.0.1:${local} -> ${pod}:${remote}${use === undefined ? "" : `   ${use}${local}`}`;
}
