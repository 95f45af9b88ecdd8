import { haproxyPorts } from "../components/edge/haproxy/ports";
import { cipherList } from "../components/edge/haproxy/tls";
import type { Affinity, EdgePlan } from "../components/edge/plan";
import type { Replacement } from "./haproxy";

/** The mistakes that a lab can be built with, each what `verify` has to find. */
export const breakages = {
    "expired-certificate": "the server's certificate expired an hour ago",
    "expiring-certificate": "the server's certificate ends in three days",
    "wrong-host": "the server's certificate is issued for another name",
    "unknown-ca": "clients are given another CA than the one that signed",
    "old-tls": "HAProxy accepts TLS 1.0 and 1.1 too",
    "no-tls": "the port for MQTT over TLS speaks plain MQTT",
    "no-websocket": "HAProxy rejects every WebSocket",
    "no-affinity": "HAProxy uses the brokers in turn",
    "anonymous-open": "the brokers let everyone in, whatever name and password they give",
    "refusals-cut": "the brokers end the connection of every WebSocket client that they refuse before its CONNACK",
    "passwd-plugin-died":
        "the plugin that checks passwords has died: every login is cut off, although the brokers look healthy",
    "broker-alone": "the last broker is not in the cluster, although it looks healthy",
} as const;
export type Breakage = keyof typeof breakages;

export const breakageNames = Object.keys(breakages) as readonly Breakage[];

const hourMs = 3_600_000;
/** A certificate's life in a valid lab: longer than any warning reaches. */
export const certificateDays = 90;

/** From when until when the server's certificate holds. One that has ended, or soon will, has lived as long as any. */
export function certificateDates(broken: Breakage | undefined, now: Date): { notBefore: Date; notAfter: Date } {
    const hours = { "expired-certificate": -1, "expiring-certificate": 3 * 24 + 1 } as const;
    const lifetime = broken === "expired-certificate" || broken === "expiring-certificate" ? hours[broken] : undefined;
    const notAfter = now.getTime() + (lifetime ?? certificateDays * 24 + 1) * hourMs;
    // Clocks that differ a little do not matter.
    const notBefore = Math.min(now.getTime() - hourMs, notAfter - certificateDays * 24 * hourMs);
    return { notBefore: new Date(notBefore), notAfter: new Date(notAfter) };
}

/** What is changed in HAProxy's configuration. */
export function haproxyFaults(broken: Breakage | undefined, plan: EdgePlan): readonly Replacement[] {
    switch (broken) {
        case "old-tls":
            return [
                [`ssl-min-ver TLSv${plan.minimumTlsVersion}`, "ssl-min-ver TLSv1.0"],
                // TLS below 1.2 signs with SHA-1, which OpenSSL 3 allows at security level 0 only.
                [`ssl-default-bind-ciphers ${cipherList.tls12.join(":")}`, "ssl-default-bind-ciphers ALL:@SECLEVEL=0"],
            ];
        case "no-tls": {
            const bind = `    bind :${haproxyPorts.mqtts}`;
            return [[new RegExp(`^${bind} ssl .*$`, "gm"), bind]];
        }
        case "no-websocket":
            return [["http-request deny deny_status 404 unless { path /mqtt }", "http-request deny deny_status 404"]];
        case "no-affinity":
            return [[balanceOf[plan.affinity], "    balance roundrobin\n"]];
        default:
            return [];
    }
}

/** How a backend says where a client goes. */
const balanceOf: Readonly<Record<Affinity, string>> = {
    "source-ip": "    balance source\n",
    "client-id": "    balance hash var(txn.client_id)\n",
    none: "    balance leastconn\n",
};
