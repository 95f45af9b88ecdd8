/** The packages that are simulated. */
export const packages = ["aws", "azure-native", "digitalocean", "gcp", "kubernetes", "random", "tls"] as const;

/** Packages without a cloud: what they make is in the stack's state and nowhere else. */
export const localPackages: ReadonlySet<string> = new Set(["random", "tls"]);
