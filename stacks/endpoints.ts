import { brokerPorts } from "../components/broker/ports";
import { listenerPorts } from "../components/edge/plan";
import type { Settings } from "./settings/settings";
import { webSocketHost } from "./settings/web-socket-host";

/**
 * Where devices connect, by listener: `mqtts://mqtt.example.com:8883`, `wss://mqtt.example.com:443/mqtt`; for further names by listener
 * and name, `mqtts iot.example.net`. A listener whose port only the
 * cluster knows (a node port that was not chosen) is left out. VerneMQ's own Service has the release's name.
 */
export function endpointUrls(settings: Settings, release: string): Record<string, string> {
    const { edge, edgePlan } = settings;
    if (edgePlan.exposure === "none") {
        return brokerServiceUrl(settings, release);
    }
    const urls = [edge.host, ...edge.hosts.map(({ name }) => name)].flatMap((host) =>
        edgePlan.listeners.flatMap(({ name, port }) => {
            const dialled = edgePlan.exposure === "node-port" ? edge.nodePorts?.[name] : port;
            const key = host === edge.host ? name : `${name} ${host ?? ""}`;
            return host === undefined || dialled === undefined
                ? []
                : [[key, `${name}://${host}:${dialled}${name === "wss" ? "/mqtt" : ""}`] as const];
        }),
    );
    const webHost = webSocketHost(settings);
    return {
        ...Object.fromEntries(urls),
        ...(edgePlan.webSocket === undefined || webHost === undefined
            ? {}
            : { wss: `wss://${webHost}:${listenerPorts.wss}/mqtt` }),
    };
}

/** Without an edge clients use VerneMQ's own Service: by its name in the cluster, or by the host where one is set. */
function brokerServiceUrl({ broker, edge }: Settings, release: string): Record<string, string> {
    const { type, nodePorts, webSocket } = broker.service;
    const port = nodePorts?.mqtt ?? brokerPorts.mqtt;
    const webPort = nodePorts?.ws ?? brokerPorts.ws;
    const host = type === "ClusterIP" ? `${release}.${broker.namespace}.svc` : edge.host;
    return host === undefined
        ? {}
        : {
              mqtt: `mqtt://${host}:${port}`,
              ...(webSocket ? { ws: `ws://${host}:${webPort}/mqtt` } : {}),
          };
}
