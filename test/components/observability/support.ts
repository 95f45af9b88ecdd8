import type { Subjects } from "../../../components/observability/subjects";

/** A cluster of three brokers behind two HAProxy pods, as the stack of the tests has it. */
export const subjects: Subjects = {
    brokers: {
        namespace: "messaging",
        pods: "vernemq-[0-9]+",
        replicas: 3,
        maxConnections: 10_000,
        memoryBytes: 2 ** 30,
        claims: ".+-vernemq-[0-9]+",
    },
    edge: {
        namespace: "messaging",
        pods: "vernemq-edge-[a-z0-9]+-[a-z0-9]+",
        replicas: 2,
        maxConnections: 1000,
    },
    certificates: [
        {
            kind: "cert-manager",
            namespace: "messaging",
            names: ["vernemq-edge-certificate"],
            issuer: { kind: "Issuer", name: "vernemq-edge-acme" },
            acmeHost: "acme-v02.api.letsencrypt.org",
        },
    ],
};
