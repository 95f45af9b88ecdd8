import { judgePlain, judgeUpgrade } from "../judge/answer";
import { judgeCertificate } from "../judge/certificate";
import { judgeVersions, offeredVersions, type OfferedVersion } from "../judge/tls-versions";
import { isWebSocket } from "../target";
import { plainConnect } from "../wire/plain";
import type { Handshake } from "../wire/tls";
import { skipped } from "../report";
import { type Check, eachEndpoint, eachTlsEndpoint } from "./check";

/** The chain verifies for the name that devices dial, and will for a while. */
export const certificate: Check = (context) =>
    eachTlsEndpoint(context, async (endpoint) =>
        judgeCertificate(
            await context.handshake(endpoint),
            endpoint.host,
            { ...context.settings, origin: endpoint.origin },
            context.settings.now,
        ),
    );

/** TLS from the minimum on is accepted, older versions are refused. */
export const tlsVersions: Check = (context) =>
    eachTlsEndpoint(context, async (endpoint) => {
        await context.secured(endpoint);
        const seen: [OfferedVersion, Handshake][] = [];
        for (const version of offeredVersions) {
            seen.push([version, await context.handshakeAt(endpoint, version)]);
        }
        return judgeVersions(seen, context.target.minimumTlsVersion);
    });

/** A port for TLS does not speak MQTT in plain text. */
export const plainMqtt: Check = (context) =>
    eachTlsEndpoint(context, async (endpoint) => {
        if ((await context.handshake(endpoint)).kind === "unreachable") {
            return skipped("it cannot be reached (see certificate)");
        }
        await context.turn();
        return judgePlain(
            await plainConnect(endpoint.host, endpoint.port, context.settings.timeoutMs, context.target.address),
        );
    });

/** WebSocket endpoints upgrade, with MQTT's subprotocol. */
export const webSocket: Check = async (context) => {
    const endpoints = context.target.endpoints.filter(isWebSocket);
    if (endpoints.length === 0) {
        return [skipped("no endpoint is for WebSocket")];
    }
    return eachEndpoint(endpoints, async (endpoint) => {
        await context.secured(endpoint);
        return judgeUpgrade(await context.upgrade(endpoint), endpoint.path);
    });
};
