import {
    type EdgeDraft,
    type EdgeRequest,
    haproxyCertificate,
    keepaliveFor,
    keepaliveProblems,
    noCloudTermination,
} from "../../../../components/edge/planner/draft";
import { haproxyDoesAll, hop } from "../../../../components/edge/planner/hops";

declare module "../../../../components/edge/plan" {
    interface HopKinds {
        "nimbus-load-balancer": never;
    }
}

const documentation = "https://nimbus.example/docs/load-balancers";

/** Seconds after which Nimbus' load balancer drops a silent connection. */
export const idleSeconds = 900;

/** Nimbus' load balancer passes TCP on with a PROXY header; HAProxy terminates TLS and keeps affinity. */
export function planNimbusEdge(request: EdgeRequest): EdgeDraft {
    const keepaliveSeconds = keepaliveFor(request, idleSeconds);
    const certificate = haproxyCertificate(request);
    return {
        hops: [
            hop({
                kind: "nimbus-load-balancer",
                title: "Nimbus Load Balancer",
                sends: "v2",
                keepsClientAddress: true,
                idleTimeoutSeconds: idleSeconds,
                sources: [documentation],
            }),
            ...haproxyDoesAll(request, keepaliveSeconds),
        ],
        certificateSource: certificate.certificateSource,
        keepaliveSeconds,
        warnings: [],
        problems: [
            ...certificate.problems,
            ...noCloudTermination(request, "Nimbus terminates TLS for HTTP only"),
            ...keepaliveProblems(request, {
                limit: idleSeconds,
                owner: "Nimbus' load balancer",
                source: documentation,
                alternative: "let the devices send a ping more often",
            }),
        ],
    };
}
