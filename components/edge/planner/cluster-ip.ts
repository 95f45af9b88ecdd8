import { type EdgeDraft, type EdgeRequest, haproxyCertificate, noCloudTermination, keepaliveFor } from "./draft";
import { haproxyDoesAll, hop } from "./hops";

const services = "https://kubernetes.io/docs/reference/networking/virtual-ips/";

/** An edge for clients inside the cluster only: the same on every target, because no cloud load balancer is in it. */
export function planClusterIpEdge(request: EdgeRequest): EdgeDraft {
    const keepaliveSeconds = keepaliveFor(request);
    const certificate = haproxyCertificate(request);
    return {
        hops: [
            hop({ kind: "cluster-ip", title: "ClusterIP Service", keepsClientAddress: true, sources: [services] }),
            ...haproxyDoesAll(request, keepaliveSeconds),
        ],
        certificateSource: certificate.certificateSource,
        keepaliveSeconds,
        warnings: [],
        problems: [
            ...certificate.problems,
            ...noCloudTermination(request, "an edge of exposure cluster-ip has no cloud load balancer"),
        ],
    };
}
