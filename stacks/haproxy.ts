import type { Broker } from "../components/broker/broker";
import type { ClusterCertificate } from "../components/certificate/server-certificate";
import type { ClusterHandle } from "../components/cluster/handle";
import { HaproxyTier } from "../components/edge/haproxy/tier";
import { hasHop } from "../components/edge/plan";
import type { Settings } from "./config";

/** Deploys the HAProxy tier where the edge plan has one. The same on every target. */
export function deployHaproxy(
    settings: Settings,
    cluster: ClusterHandle,
    broker: Broker,
    certificate: ClusterCertificate | undefined,
): HaproxyTier | undefined {
    const { edge, edgePlan, target } = settings;
    return hasHop(edgePlan, "haproxy")
        ? new HaproxyTier("vernemq-haproxy", {
              ...edge.haproxy,
              cluster,
              broker,
              plan: edgePlan,
              certificate,
              onBrokerNodes: edge.haproxy.onBrokerNodes ?? target === "existing",
              clientCertificates: edge.clientCertificates,
          })
        : undefined;
}
