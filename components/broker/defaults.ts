/**
 * What brokers are where the user says nothing: for the components and for the settings of a stack. Each is a promise, because another
 * value changes brokers that run.
 */
export const brokerDefaults = {
    chartVersion: "2.1.2",
    imageRepository: "vernemq/vernemq",
    acceptLicense: false,
    replicas: 3,
    namespace: "messaging",
    allowAnonymous: false,
    cookie: "generated",
    zoneSpread: "preferred",
    /** Seconds. */
    startupSeconds: 180,
    /** Seconds until Services and HAProxy have let go of a stopping broker. */
    drainSeconds: 15,
    maxConnections: 100_000,
    /** Bytes; 0 sets no limit. */
    maxMessageBytes: 0,
    persistence: { enabled: true, sizeGiB: 20, whenScaled: "Retain" },
    service: { type: "ClusterIP", webSocket: false },
} as const;

/** Of upstream's operator: its preStop hook leaves the cluster. */
export const operatorLeavesOnStop = true;

/** What a broker reserves: most of a node that was created for it, little on a node that exists already. */
export const brokerResourceDefaults = {
    created: { cpu: 6, memoryGiB: 24 },
    adopted: { cpu: 0.5, memoryGiB: 1 },
} as const;

/** Ports of the Kubernetes API: managed ones have 443; others also kubeadm's, kind's and k3s' 6443, minikube's 8443 and MicroK8s' 16443. */
export const apiServerPorts = { created: [443], adopted: [443, 6443, 8443, 16_443] } as const;

/** Brokers that an edge lists where the user names no number: room to scale up without touching HAProxy. */
const defaultMaxReplicas = 9;

/** The number of brokers that an edge lists, running or not. */
export function maxReplicasOf(broker: { readonly maxReplicas?: number; readonly replicas: number }): number {
    return broker.maxReplicas ?? Math.max(defaultMaxReplicas, broker.replicas);
}
