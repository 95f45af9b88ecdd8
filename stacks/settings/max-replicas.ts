/** Brokers that an edge lists where the user names no number: room to scale up without touching HAProxy. */
const defaultMaxReplicas = 9;

/** The number of brokers that an edge lists, running or not. */
export function maxReplicasOf(broker: { readonly maxReplicas?: number; readonly replicas: number }): number {
    return broker.maxReplicas ?? Math.max(defaultMaxReplicas, broker.replicas);
}
