import { brokerTiming } from "../../../components/broker/config/timing";
import type { ChartValuesInput } from "../../../components/broker/helm/values";

/** Three brokers behind an edge that sends PROXY headers, on their own nodes. */
export function valuesInput(changes: Partial<ChartValuesInput> = {}): ChartValuesInput {
    const replicas = changes.replicas ?? 3;
    return {
        chartVersion: "2.1.2",
        image: { repository: "vernemq/vernemq" },
        acceptLicense: true,
        replicas,
        allowAnonymous: false,
        checkPasswords: true,
        checkTopics: true,
        maxConnections: 100_000,
        maxMessageBytes: 0,
        cpu: 6,
        memoryGiB: 24,
        persistence: { enabled: true, sizeGiB: 20, storageClass: "encrypted", whenScaled: "Retain" },
        placement: {
            nodeSelector: { "vernemq.io/dedicated": "true" },
            tolerations: [{ key: "vernemq.io/dedicated", operator: "Equal", value: "true", effect: "NoSchedule" }],
        },
        service: { type: "ClusterIP", allowedCidrs: ["0.0.0.0/0"], webSocket: true },
        expectsProxyHeader: true,
        authSecretName: "vernemq-auth",
        settings: {},
        timing: brokerTiming(replicas, 15, 180),
        podAnnotations: {},
        additions: "{}",
        ...changes,
    };
}

/** The environment in a set of values, by name. */
export function environmentOf(values: Record<string, unknown>): Record<string, string> {
    const variables = values["additionalEnv"] as { name: string; value: string }[];
    return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

/**
 * The lines of vernemq.conf that the image's start script makes of an environment (vernemq.sh, l.237): drops some lines, cuts the
 * prefix, lowers the name and turns two underscores into a dot, in names and values alike.
 */
export function startScriptLines(environment: Readonly<Record<string, string>>): string[] {
    return Object.entries(environment)
        .map(([name, value]) => `${name}=${value}`)
        .filter((line) => line.includes("DOCKER_VERNEMQ"))
        .filter((line) => !/DISCOVERY_NODE|KUBERNETES|SWARM|COMPOSE|DOCKER_VERNEMQ_USER/.test(line))
        .map((line) => line.slice("DOCKER_VERNEMQ_".length))
        .map((line) => line.replace(/^[A-Z0-9_]*/, (name) => name.toLowerCase()))
        .map((line) => line.replaceAll("__", "."));
}
