import type { Broker } from "../components/broker/broker";
import type { ClusterHandle } from "../components/common/cluster-handle";
import { haproxyPorts } from "../components/edge/haproxy/ports";
import { defaultHandshakesPerSecond } from "../components/edge/haproxy/resources";
import { defaultSessionHours } from "../components/edge/haproxy/session-tickets";
import { HaproxyTier } from "../components/edge/haproxy/tier";
import { haproxyTerminatesTls, hasHop } from "../components/edge/plan";
import { scrapeAnnotations } from "../components/observability/scraping";
import type { ClusterCertificates } from "./certificate";
import type { Settings } from "./settings/settings";
import { imageSources } from "./sources";
import { deployWebSocket } from "./web-socket";

/** Deploys the HAProxy tier where the edge plan has one, and with it the route of WebSocket clients. The same on every target. */
export function deployHaproxy(
    settings: Settings,
    cluster: ClusterHandle,
    broker: Broker,
    certificates: ClusterCertificates | undefined,
): HaproxyTier | undefined {
    const { edge, edgePlan, observability } = settings;
    if (!hasHop(edgePlan, "haproxy")) {
        return undefined;
    }
    const haproxy = new HaproxyTier("vernemq-haproxy", {
        ...edge.haproxy,
        cluster,
        broker,
        images: imageSources(settings),
        plan: edgePlan,
        certificate: haproxyTerminatesTls(edgePlan) ? certificates?.first : undefined,
        furtherCertificates: haproxyTerminatesTls(edgePlan) ? certificates?.further : [],
        handshakesPerSecond: handshakesPerSecond(settings),
        sessionSeconds: sessionSeconds(settings),
        signInSeconds: Math.ceil((settings.broker.authentication?.webhook?.timeoutMs ?? 0) / 1000),
        clientCertificates: edge.clientCertificates,
        webSources: edge.webSocket?.sources,
        podAnnotations: observability.metrics === "annotations" ? scrapeAnnotations(haproxyPorts.health) : {},
    });
    deployWebSocket(settings, cluster, haproxy, certificates?.first);
    return haproxy;
}

/** The user's pace of TLS handshakes, else what follows from the key; that of a certificate which the user brings may be any. */
function handshakesPerSecond({ edge, edgePlan, certificate }: Settings): number {
    const source = edgePlan.certificateSource;
    const issued = source === "acme" || source === "private-ca" || source === "cert-manager";
    const isGiven = edge.hosts.some(({ pem }) => pem !== undefined);
    const isEcdsa = !isGiven && (source === "self-signed" || (issued && certificate.keyType === "ecdsa"));
    return (
        edge.haproxy.handshakesPerSecond ??
        defaultHandshakesPerSecond(edge.haproxy.maxConnections, isEcdsa ? "ecdsa" : "rsa")
    );
}

/** Where HAProxy terminates TLS: a day, unless a resumed session would be one whose client certificate is not checked again. */
function sessionSeconds({ edge, edgePlan }: Settings): number | undefined {
    const hours = edge.haproxy.sessionHours ?? (edge.clientCertificates === undefined ? defaultSessionHours : 0);
    return haproxyTerminatesTls(edgePlan) && hours > 0 ? hours * 3600 : undefined;
}
