/** What the HAProxy tier is where the user says nothing: for the component and for the settings of a stack. */
export const haproxyDefaults = {
    replicas: 2,
    image: "docker.io/haproxytech/haproxy-alpine:3.3.10",
    maxConnections: 50_000,
    connectionsPerSourcePerSecond: 200,
    commonNameAsUser: false,
} as const;
