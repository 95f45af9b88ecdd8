import { type EdgeDraft, type EdgeRequest, noCloudTermination, keepaliveFor } from "../edge/planner/draft";
import { draftWithHaproxy, hop } from "../edge/planner/hops";
import type { Hop } from "../edge/plan";

declare module "../edge/plan" {
    interface HopKinds {
        "service-load-balancer": never;
        "metallb-l2": never;
        "metallb-bgp": never;
        "node-port": never;
    }
}

const services = "https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity";
const externalTraffic = "https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/";
const metallbLayer2 = "https://github.com/metallb/metallb/blob/v0.16.1/website/content/concepts/layer2.md";
const metallbBgp = "https://github.com/metallb/metallb/blob/v0.16.1/website/content/concepts/bgp.md";

/** An existing cluster brings no TLS and no affinity before it, so HAProxy does both behind whatever announces the address. */
export function planExistingEdge(request: EdgeRequest): EdgeDraft {
    const endpoint = firstHop(request);
    return draftWithHaproxy(request, endpoint, {
        keepaliveSeconds: keepaliveFor(request),
        warnings: [
            endpoint.kind === "metallb-l2" &&
                "MetalLB in layer 2 mode sends all traffic of an address to one node at a time.",
            endpoint.kind === "service-load-balancer" &&
                "Whatever serves LoadBalancer Services in this cluster has to honor externalTrafficPolicy: Local, or HAProxy sees node addresses and source-ip affinity fails.",
        ],
        problems: [noCloudTermination(request, "there is no cloud load balancer in front of your own cluster")],
    });
}

function firstHop(request: EdgeRequest): Hop {
    const passesOn = (kind: Hop["kind"], title: string, ...sources: readonly string[]) =>
        hop({ kind, title, keepsClientAddress: true, sources });
    if (request.exposure === "node-port") {
        return passesOn("node-port", "NodePort Service", services, externalTraffic);
    }
    switch (request.metallb) {
        case "l2":
            return passesOn("metallb-l2", "MetalLB (layer 2)", metallbLayer2);
        case "bgp":
            return passesOn("metallb-bgp", "MetalLB (BGP)", metallbBgp);
        case undefined:
            return passesOn("service-load-balancer", "the cluster's LoadBalancer Service", externalTraffic);
    }
}
