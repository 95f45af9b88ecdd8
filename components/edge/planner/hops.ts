import { type Affinity, type Hop, idleTimeoutFor } from "../plan";
import type { EdgeRequest } from "./draft";

const haproxyManual = "https://docs.haproxy.org/2.6/configuration.html";
const vernemqProxyProtocol = "https://github.com/vernemq/vernemq/blob/2.1.1/apps/vmq_server/src/vmq_ranch.erl";

/** A hop with what most hops have in common: no TLS, no affinity, no header, no timer. */
export function hop(facts: Pick<Hop, "kind" | "title" | "sources"> & Partial<Hop>): Hop {
    return {
        terminatesTls: false,
        affinity: "none",
        sends: "none",
        keepsClientAddress: false,
        idleTimeoutSeconds: null,
        ...facts,
    };
}

/** The HAProxy tier inside the cluster. It tells VerneMQ the client's address by PROXY v2 and hashes onto fixed server ids. */
export function haproxyHop(duties: { terminatesTls: boolean; affinity: Affinity; idleTimeoutSeconds: number }): Hop {
    return hop({
        kind: "haproxy",
        title: "HAProxy",
        sends: "v2",
        keepsClientAddress: true,
        sources: [`${haproxyManual}#balance`, `${haproxyManual}#hash-type`, `${haproxyManual}#send-proxy-v2`],
        ...duties,
    });
}

/** The broker. TLS never ends here: VerneMQ's ssl listeners take no PROXY header, so they would hide the client's address. */
export const vernemqHop: Hop = hop({ kind: "vernemq", title: "VerneMQ", sources: [vernemqProxyProtocol] });

/** HAProxy with all duties and the broker: what follows a load balancer that only passes connections on. */
export function haproxyDoesAll({ wantsTls, affinity }: EdgeRequest, keepaliveSeconds: number): readonly Hop[] {
    const idleTimeoutSeconds = idleTimeoutFor(keepaliveSeconds);
    return [haproxyHop({ terminatesTls: wantsTls, affinity, idleTimeoutSeconds }), vernemqHop];
}
