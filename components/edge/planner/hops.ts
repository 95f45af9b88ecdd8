import { type Hop, idleTimeoutFor } from "../plan";
import { type EdgeDraft, type EdgeRequest, haproxyCertificate } from "./draft";

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

/** The broker. TLS never ends here: VerneMQ's ssl listeners take no PROXY header, so they would hide the client's address. */
export const vernemqHop: Hop = hop({ kind: "vernemq", title: "VerneMQ", sources: [vernemqProxyProtocol] });

/** The HAProxy tier inside the cluster and the broker. HAProxy tells VerneMQ the client's address by PROXY v2 and hashes onto fixed server ids. */
export function haproxyAndBroker(
    { affinity }: Pick<EdgeRequest, "affinity">,
    keepaliveSeconds: number,
    terminatesTls: boolean,
): readonly Hop[] {
    const haproxy = hop({
        kind: "haproxy",
        title: "HAProxy",
        terminatesTls,
        affinity,
        sends: "v2",
        keepsClientAddress: true,
        idleTimeoutSeconds: idleTimeoutFor(keepaliveSeconds),
        sources: [`${haproxyManual}#balance`, `${haproxyManual}#hash-type`, `${haproxyManual}#send-proxy-v2`],
    });
    return [haproxy, vernemqHop];
}

/** The path through a load balancer that only passes connections on to HAProxy, which has all duties and needs a certificate for them. */
export function draftWithHaproxy(
    request: EdgeRequest,
    first: Hop,
    { keepaliveSeconds, warnings = [], problems = [] }: Pick<EdgeDraft, "keepaliveSeconds"> & Partial<EdgeDraft>,
): EdgeDraft {
    const certificate = haproxyCertificate(request);
    return {
        hops: [first, ...haproxyAndBroker(request, keepaliveSeconds, request.wantsTls)],
        certificateSource: certificate.certificateSource,
        keepaliveSeconds,
        warnings,
        problems: [...certificate.problems, ...problems],
    };
}
