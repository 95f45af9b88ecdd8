/**
 * What other programs may import: VerneMQ with its edge on a cluster that exists already, and the parts that every platform shares. A cloud's
 * own are under `/aws`, `/google`, `/azure` and `/digitalocean`, each with the SDK of that cloud alone; those of any cluster under
 * `/kubernetes`.
 *
 * @module
 */
export type {
    VerneMqAffinity,
    VerneMqArgs,
    VerneMqExposure,
    VerneMqIssuerKind,
    VerneMqOptions,
    VerneMqTlsVersion,
    VerneMqTransform,
    VerneMqUser,
} from "./vernemq/args";
export { InvalidArgumentsError } from "./vernemq/problems";
export { VerneMq, type VerneMqNodes } from "./vernemq/vernemq";

export type { BrokerArgs, BrokerUser, OperatorSettings } from "./broker/args";
export { Broker } from "./broker/broker";
export { brokerDefaults } from "./broker/defaults";
export type { BrokerInfo } from "./broker/info";
export type { BrokerAccess, EgressTarget, NetworkPeer } from "./broker/network-rules";

export type { ClusterHandle, Placement } from "./common/cluster-handle";
export type { ClusterCertificate, CloudCertificate, PemPair } from "./common/server-certificate";
export type { Transform } from "./common/transform";

export type { EdgeEndpoint } from "./edge/endpoint";
export { haproxyDefaults } from "./edge/haproxy/defaults";
export { HaproxyTier, type HaproxyTierArgs } from "./edge/haproxy/tier";
export {
    brokerExpectsProxyHeader,
    brokerListeners,
    defaultRequirements,
    type EdgeDecision,
    type EdgePlan,
    type EdgeRequirements,
    type Hop,
} from "./edge/plan";
export { summarizeEdge } from "./edge/summary";
export { planEdge } from "./edge/planner";
export type { EdgeTarget } from "./edge/planner/draft";

export { MonitoringStack, type MonitoringStackArgs } from "./observability/monitoring-stack";
export { Observability, type ObservabilityArgs } from "./observability/observability";
