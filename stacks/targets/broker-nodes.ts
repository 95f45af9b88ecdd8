/** The pool of the brokers' nodes: one node for each broker where the settings name no count. */
export function brokerNodes<N extends { readonly count?: number | undefined }>(settings: {
    readonly cluster: { readonly brokerNodes: N };
    readonly broker: { readonly replicas: number };
}): N & { readonly count: number } {
    const { cluster, broker } = settings;
    return { ...cluster.brokerNodes, count: cluster.brokerNodes.count ?? broker.replicas };
}
