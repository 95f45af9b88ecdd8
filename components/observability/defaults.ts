/** What metrics and monitoring are where the user says nothing: for the components and for the settings of a stack. */
export const observabilityDefaults = { scrapeIntervalSeconds: 30, operatorLabels: {}, after: [] } as const;

/** What the monitoring stack is where the user says nothing. */
export const monitoringDefaults = {
    chartVersion: "88.5.3",
    namespace: "monitoring",
    retentionDays: 15,
    storageGiB: 50,
} as const;
