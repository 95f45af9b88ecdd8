/** Where VerneMQ runs: a managed Kubernetes service of one of four clouds, or a cluster that is there already. */
export const targets = ["eks", "gke", "aks", "doks", "existing"] as const;

export type Target = (typeof targets)[number];
