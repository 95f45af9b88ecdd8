import { InvalidArgumentError } from "commander";
import { type Engine, localMqttPorts } from "../../components/broker/names";
import { brokerPorts } from "../../components/broker/ports";

/** A port of this machine and the one in the pod that it leads to. */
export interface PortPair {
    readonly local: number;
    readonly remote: number;
}

/** The two ports of VerneMQ's guide, where the engine's brokers have them. */
export function guidePorts(engine: Engine): readonly PortPair[] {
    return [
        { local: brokerPorts.mqtt, remote: localMqttPorts[engine] },
        { local: brokerPorts.http, remote: brokerPorts.http },
    ];
}

/** Reads `1883,18888:8888`: a port here and there, or one for both. A commander parser. */
export function parsePorts(text: string): PortPair[] {
    return text.split(",").map((pair) => {
        const [local, remote = local, ...more] = pair.trim().split(":").map(Number);
        const isPort = (port: number | undefined): port is number =>
            port !== undefined && Number.isInteger(port) && port > 0 && port < 65_536;
        if (!isPort(local) || !isPort(remote) || more.length > 0) {
            throw new InvalidArgumentError("Expected: ports such as 1883,18888:8888 (here:there).");
        }
        return { local, remote };
    });
}
