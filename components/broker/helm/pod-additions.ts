/** How strictly brokers are spread over zones. */
export type ZoneSpread = "preferred" | "required";

/** What the pods of the brokers get beyond what deploys them knows, whatever that is. */
export interface PodAdditionsInput {
    /** Labels of the broker pods of this release alone. */
    readonly podLabels: Readonly<Record<string, string>>;
    readonly zoneSpread: ZoneSpread;
    /** Name of a PriorityClass. Default: the cluster's default priority. */
    readonly priorityClassName?: unknown;
    /** Secret with the Erlang cookie. Default: the image's own cookie stays. */
    readonly cookieSecretName?: unknown;
    /** Seconds that a broker may take to answer its first health check. */
    readonly startupSeconds: number;
    /** What becomes of a volume claim when its broker is scaled away; undefined where there are no claims. */
    readonly whenScaled?: "Retain" | "Delete";
}

/** Fields in Kubernetes' own terms: of a StatefulSet's `spec`, of its pods' `spec` and of their container. `env` comes to what is there. */
export interface PodAdditions {
    readonly spec: Readonly<Record<string, unknown>>;
    readonly pod: Readonly<Record<string, unknown>>;
    readonly container: Readonly<Record<string, unknown>>;
}

/** Variable of the container with the cookie. Not DOCKER_VERNEMQ_*, which the start script would write into vernemq.conf. */
export const cookieVariable = "VMQ_COOKIE";

/** Key of the cookie in its Secret. */
export const cookieKey = "cookie";

/** Seconds between two health checks of a starting broker. */
const startupPeriodSeconds = 2;

/** The additions to a StatefulSet of brokers. Pure, so that each way to deploy VerneMQ can use them. */
export function podAdditions(input: PodAdditionsInput): PodAdditions {
    return {
        // Uninstalling never takes the data; supported since Kubernetes 1.27, stable since 1.32
        // (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention).
        spec:
            input.whenScaled === undefined
                ? {}
                : { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: input.whenScaled } },
        pod: {
            affinity: onePerNode(input.podLabels),
            topologySpreadConstraints: [zoneConstraint(input)],
            ...(input.priorityClassName === undefined ? {} : { priorityClassName: input.priorityClassName }),
        },
        container: {
            ...(input.cookieSecretName === undefined ? {} : cookieFields(input.cookieSecretName)),
            startupProbe: startupProbe(input.startupSeconds),
        },
    };
}

/** One broker per node, by the labels of this release: the chart goes by `app.kubernetes.io/name` alone, so that two releases repel each other. */
function onePerNode(matchLabels: Readonly<Record<string, string>>): unknown {
    return {
        podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
                { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels } },
            ],
        },
    };
}

/**
 * One broker per zone before a second one in any, so that the volumes, which stay where they were first bound, are in different zones.
 * Nodes that a taint keeps brokers from are no zone to fill: `Honor`, known since Kubernetes 1.26. Without `matchLabelKeys`: in a rolling
 * update the brokers of the old revision count as well, because they keep their places
 * (https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/).
 */
function zoneConstraint({ podLabels, zoneSpread }: PodAdditionsInput): unknown {
    return {
        maxSkew: 1,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: zoneSpread === "required" ? "DoNotSchedule" : "ScheduleAnyway",
        nodeTaintsPolicy: "Honor",
        labelSelector: { matchLabels: podLabels },
    };
}

/**
 * The image's vm.args has `-setcookie vmq`, and nothing in the environment changes it (docker-vernemq#219). So the line is rewritten
 * before the image's own start command, which vmq-admin sees as well: it reads its cookie from vm.args. A file without the line is an error,
 * because the brokers would run with another cookie than the one they were given.
 */
function cookieFields(secretName: unknown): Readonly<Record<string, unknown>> {
    const file = "/vernemq/etc/vm.args";
    return {
        command: [
            "/bin/bash",
            "-c",
            [
                "set -eu",
                `grep -q '^-setcookie ' ${file} || { echo "${file} has no line -setcookie: the cookie cannot be set" >&2; exit 1; }`,
                `sed -i "s/^-setcookie .*/-setcookie $${cookieVariable}/" ${file}`,
                "exec start_vernemq",
            ].join("\n"),
        ],
        env: [{ name: cookieVariable, valueFrom: { secretKeyRef: { name: secretName, key: cookieKey } } }],
    };
}

/**
 * Until it succeeds the other two probes wait, so a broker that reads a large message store is left alone, and one that is quick is found out
 * within two seconds (https://kubernetes.io/docs/concepts/workloads/pods/probes/#startup-probe).
 */
function startupProbe(seconds: number): unknown {
    return {
        httpGet: { path: "/health/ping", port: "api", scheme: "HTTP" },
        periodSeconds: startupPeriodSeconds,
        timeoutSeconds: 5,
        failureThreshold: Math.ceil(seconds / startupPeriodSeconds),
    };
}
