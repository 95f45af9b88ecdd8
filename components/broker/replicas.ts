/** How many brokers a cluster may have: the settings `replicas` and `maxReplicas`, and the verb `scale --to`. */
export const brokerCount = { least: 1, most: 32 } as const;
