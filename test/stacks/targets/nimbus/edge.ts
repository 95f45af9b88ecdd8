import {
    type EdgeDraft,
    type EdgeRequest,
    keepaliveFor,
    keepaliveProblem,
    noCloudTermination,
} from "../../../../components/edge/planner/draft";
import { draftWithHaproxy, hop } from "../../../../components/edge/planner/hops";

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
    const loadBalancer = hop({
        kind: "nimbus-load-balancer",
        title: "Nimbus Load Balancer",
        sends: "v2",
        keepsClientAddress: true,
        idleTimeoutSeconds: idleSeconds,
        sources: [documentation],
    });
    return draftWithHaproxy(request, loadBalancer, {
        keepaliveSeconds: keepaliveFor(request, idleSeconds),
        problems: [
            noCloudTermination(request, "Nimbus terminates TLS for HTTP only"),
            keepaliveProblem(request, {
                limit: idleSeconds,
                owner: "Nimbus' load balancer",
                source: documentation,
                alternative: "make the devices send a PINGREQ more often",
            }),
        ],
    });
}
