import { brokerPorts } from "./ports";

/** What deploys VerneMQ: the official Helm chart, or upstream's operator from a custom resource. */
export type Engine = "helm" | "operator";

/** What the objects of the brokers are called. Every other name follows from these. */
export interface BrokerNames {
    /** StatefulSet and VerneMQ's own Service; its pods are `${workload}-0`, `${workload}-1` and so on. */
    readonly workload: string;
    /** Headless Service through which each pod has a name: `${workload}-N.${headlessService}.NAMESPACE.svc`. */
    readonly headlessService: string;
    /** Service that clients inside the cluster use: plain MQTT on port 1883. */
    readonly internalService: string;
    /** Service with port 8888 for HTTP, which `kubectl port-forward` names. */
    readonly httpService: string;
    /** Labels of the broker pods. */
    readonly podLabels: Readonly<Record<string, string>>;
    /** What an Erlang node's name starts with, before the `@`. */
    readonly nodePrefix: string;
    /** Name of the volume claim template; a broker's claim is `${claim}-${workload}-N`. */
    readonly claim: string;
}

/** Name of the Secret with users and rules, unless another is named for them. */
export const authSecretName = "vernemq-auth";

/** Name of the Helm release, of its StatefulSet and of its Service; its pods are `vernemq-0`, `vernemq-1` and so on. */
const release = "vernemq";

/** Name of the VerneMQ resource, as in VerneMQ's guide. The operator puts `vernemq-` before it (vmq-operator, controllers/utils.go). */
export const customResourceName = "k8s";

/** What the operator creates of that name: pods `vernemq-k8s-0`, Service `vernemq-k8s-service`. */
const operated = `vernemq-${customResourceName}`;

export const brokerNames: Readonly<Record<Engine, BrokerNames>> = {
    helm: {
        workload: release,
        headlessService: `${release}-headless`,
        internalService: `${release}-internal`,
        // The chart's own Service has no port for HTTP.
        httpService: `${release}-headless`,
        // Chart 2.1, _helpers.tpl.
        podLabels: { "app.kubernetes.io/name": "vernemq", "app.kubernetes.io/instance": release },
        nodePrefix: "VerneMQ",
        claim: "data",
    },
    operator: {
        workload: operated,
        // vmq-operator, controllers/service.go
        headlessService: `${operated}-service`,
        internalService: operated,
        httpService: operated,
        // vmq-operator, controllers/statefulset.go l.281
        podLabels: { app: "vernemq", vernemq: customResourceName },
        // vmq-operator, controllers/statefulset.go, makeGlobalVMArgs: `-name vmq@...`
        nodePrefix: "vmq",
        claim: `${operated}-db`,
    },
};

/**
 * Port with plain MQTT and no PROXY header at 127.0.0.1 in a pod, which is where a port-forward ends. The chart has a listener `localhost` on
 * 1883 beside the edge's on the pod's address (statefulset.yaml, DOCKER_VERNEMQ_LISTENER__TCP__LOCALHOST). With the operator all listeners
 * are on every address, so 1883 is the edge's there too.
 */
export const localMqttPorts: Readonly<Record<Engine, number>> = {
    helm: brokerPorts.mqtt,
    operator: brokerPorts.internal,
};

/**
 * Path on port 8888 that says 503 while a listener of the pod is suspended or down. The operator takes VerneMQ 1.x, which knows `/health` alone;
 * since 2.0 that looks at the cluster too, and listeners each have a path (vmq_health_http.erl of 1.13.0 and 2.1.2).
 */
export const listenerHealthPaths: Readonly<Record<Engine, string>> = {
    helm: "/health/listeners",
    operator: "/health",
};

/** Name of a broker's pod, by its ordinal. */
export function podName({ workload }: BrokerNames, ordinal: number): string {
    return `${workload}-${ordinal}`;
}

/** Name of a broker's Erlang node, as `vmq-admin cluster show` has it. */
export function nodeName(names: BrokerNames, ordinal: number, namespace: string): string {
    return `${names.nodePrefix}@${podName(names, ordinal)}.${names.headlessService}.${namespace}.svc.cluster.local`;
}

/** Name of a broker's volume claim. */
export function claimName(names: BrokerNames, ordinal: number): string {
    return `${names.claim}-${podName(names, ordinal)}`;
}
