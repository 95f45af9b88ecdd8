import { type EdgeDraft, type EdgeRequest, noCloudTermination, keepaliveFor } from "./draft";
import { draftWithHaproxy, hop } from "./hops";

const services = "https://kubernetes.io/docs/reference/networking/virtual-ips/";

/** An edge for clients inside the cluster only: the same on every target, because no cloud load balancer is in it. */
export function planClusterIpEdge(request: EdgeRequest): EdgeDraft {
    return draftWithHaproxy(
        request,
        hop({ kind: "cluster-ip", title: "ClusterIP Service", keepsClientAddress: true, sources: [services] }),
        {
            keepaliveSeconds: keepaliveFor(request),
            problems: [noCloudTermination(request, "an edge of exposure cluster-ip has no cloud load balancer")],
        },
    );
}
