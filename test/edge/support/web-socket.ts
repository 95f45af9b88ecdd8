import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { haproxyPorts } from "../../../components/edge/haproxy/ports";
import { type Edge, host } from "./edge";

/** A real client (mqtt.js) on listener wss. */
export function webSocketClient(
    edge: Edge,
    { from, ...options }: IClientOptions & { readonly from?: string },
): Promise<MqttClient> {
    return mqtt.connectAsync(`wss://${edge.address()}:${haproxyPorts.wss}/mqtt`, {
        ...options,
        reconnectPeriod: 0,
        connectTimeout: 120_000,
        wsOptions: { ...edge.tls, ...(from === undefined ? {} : { localAddress: from }) },
    });
}

/** A real client (mqtt.js) on listener mqtts. */
export function tlsClient(edge: Edge, options: IClientOptions): Promise<MqttClient> {
    return mqtt.connectAsync(`mqtts://${edge.address()}:${haproxyPorts.mqtts}`, {
        reconnectPeriod: 0,
        connectTimeout: 120_000,
        ca: edge.ca.pem,
        servername: host,
        ...options,
    });
}
