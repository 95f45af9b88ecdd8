/** What a cluster that exists already is taken for where the user says nothing: for the component and for the settings of a stack. */
export const existingDefaults = { name: "existing", brokerNodeLabels: {}, taintValue: "" } as const;

/** What MetalLB is where the user says nothing. */
export const metallbDefaults = { version: "0.16.1", mode: "l2", bgpPeers: [] } as const;

/** Version of cert-manager and of its chart. */
export const certManagerVersion = "v1.21.1";

/** Days that a self-signed certificate is valid. */
export const selfSignedDays = 90;
