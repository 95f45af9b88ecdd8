import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls, type ConnectionOptions, type PeerCertificate } from "node:tls";
import { haproxyPorts } from "../../../components/edge/haproxy/ports";
import { Client, forEach } from "./client";
import type { Edge } from "./edge";

/** As many live connections as a change has to leave alone. */
export const live = 500;

/** Connects that many clients, each from another address; every second one with the second options, where there are some. */
export function connectFleet(edge: Edge, ...options: readonly ConnectionOptions[]): Promise<readonly Client[]> {
    const endpoint = edge.endpoint("mqtts");
    return forEach(Array.from({ length: live }), 50, (_, index) =>
        Client.connect({
            ...endpoint,
            tls: { ...endpoint.tls, ...options[index % options.length] },
            from: `127.30.${index >> 8}.${index & 0xff}`,
            clientId: `live-${index}`,
        }),
    );
}

/** How many of them are gone, after each has been asked for a PINGRESP. */
export async function droppedOf(clients: readonly Client[]): Promise<number> {
    await forEach(clients, 100, (client) => client.ping().catch(() => undefined));
    return clients.filter(({ alive }) => !alive).length;
}

/** The certificate that a new connection is shown; rejects with the alert that came instead. */
export async function shown(
    edge: Edge,
    options: ConnectionOptions = {},
    port = haproxyPorts.mqtts,
): Promise<PeerCertificate> {
    const socket = connectTls({ host: edge.address(), port, ...edge.tls, ...options });
    try {
        await once(socket, "secureConnect");
        return socket.getPeerCertificate();
    } finally {
        socket.destroy();
    }
}

/** Connects newcomers, one after the other, until told to stop; gives back how many there were. Each has to succeed. */
export function newcomers(edge: Edge, tls: ConnectionOptions = {}): { stop(): Promise<number> } {
    const state = { come: true, connected: 0 };
    const endpoint = edge.endpoint("mqtts");
    const coming = (async () => {
        while (state.come) {
            const client = await Client.connect({
                ...endpoint,
                tls: { ...endpoint.tls, ...tls },
                clientId: "newcomer",
            });
            await client.close();
            state.connected += 1;
            await sleep(20);
        }
    })();
    coming.catch(() => undefined);
    return {
        stop: async () => {
            state.come = false;
            await coming;
            return state.connected;
        },
    };
}
