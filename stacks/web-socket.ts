import type { ClusterCertificate } from "../components/common/server-certificate";
import type { ClusterHandle } from "../components/common/cluster-handle";
import type { HaproxyTier } from "../components/edge/haproxy/tier";
import { WebSocketVia } from "../components/edge/web-socket/route";
import type { Settings } from "./settings/settings";

/** Deploys the route of listener wss where it comes in through an ingress controller or a Gateway. The same on every target. */
export function deployWebSocket(
    settings: Settings,
    cluster: ClusterHandle,
    haproxy: HaproxyTier,
    certificate: ClusterCertificate | undefined,
): void {
    const { edge, edgePlan } = settings;
    const { webSocket } = edge;
    if (webSocket === undefined || edgePlan.webSocket === undefined || edge.exposure === "none") {
        return;
    }
    const serves = edgePlan.webSocket.certificateSource !== null;
    new WebSocketVia("vernemq-web-socket", {
        cluster,
        plan: edgePlan,
        haproxy,
        host: webSocket.host ?? edge.host,
        annotations: Object.keys(webSocket.annotations).length === 0 ? undefined : webSocket.annotations,
        className: webSocket.className,
        secretName: webSocket.tlsSecretName ?? (serves ? certificate?.secretName : undefined),
        gateway: webSocket.gateway,
    });
}
