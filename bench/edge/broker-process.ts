import { Broker } from "../../lab/broker";
import { loopbackBrokerPorts } from "../../lab/edge";
import type { BrokerReady } from "./protocol";

/** The broker behind every edge, in a separate process: one listener that demands PROXY headers, and one without them. */
async function main(): Promise<void> {
    const [behindEdge, plain] = process.argv.slice(2);
    const ports = loopbackBrokerPorts;
    await new Broker({ address: behindEdge, ports }).start();
    await new Broker({ address: plain, ports, proxyProtocol: "off" }).start();
    const ready: BrokerReady = { ready: true };
    process.send?.(ready);
}

process.on("disconnect", () => process.exit());
void main();
