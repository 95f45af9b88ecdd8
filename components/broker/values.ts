import { environmentName, confValue } from "./conf";
import { brokerPorts } from "./ports";
import { charts, type ChartVersion, officialImage } from "./versions";

/** What the values of the chart follow from. */
export interface ChartValuesInput {
    readonly chartVersion: ChartVersion;
    readonly image: { readonly repository: string; readonly tag?: string };
    readonly acceptLicense: boolean;
    readonly replicas: number;
    readonly allowAnonymous: boolean;
    /** Connections that one broker takes. */
    readonly maxConnections: number;
    readonly maxMessageBytes: number;
    readonly cpu: number;
    readonly memoryGiB: number;
    readonly persistence: { readonly enabled: boolean; readonly sizeGiB: number; readonly storageClass?: unknown };
    readonly placement: { readonly nodeSelector: unknown; readonly tolerations: unknown };
    readonly service: {
        readonly type: "ClusterIP" | "NodePort" | "LoadBalancer";
        readonly nodePorts?: { readonly mqtt: number };
    };
    /** The edge sends PROXY headers. */
    readonly expectsProxyHeader: boolean;
    /** Secret with `vmq.passwd` and `vmq.acl`. */
    readonly authSecretName: unknown;
    readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** Where the Secret with users and rules is mounted. A directory mount is updated in place; VerneMQ reads it every 10 s. */
const authFolder = "/vernemq/auth";

/** Acceptors of a listener (VerneMQ's default). `max_connections` counts per acceptor. */
const acceptors = 10;

/** Seconds from a pod's start until a broker with its plugins answers; a node needs about 5 and plugins 0.7 more. */
const readinessDelaySeconds = 15;

/** Seconds that one replica may take to become ready, image pull and volume attachment included. */
const secondsPerReplica = 180;

/** The seconds that the Helm release waits: replicas start one after another, so the time grows with them. */
export function releaseTimeoutSeconds(replicas: number): number {
    return 300 + replicas * secondsPerReplica;
}

/** The values of the official chart. They hold no secret. */
export function chartValues(input: ChartValuesInput): Record<string, unknown> {
    const chart = charts[input.chartVersion];
    return {
        replicaCount: input.replicas,
        fullnameOverride: "vernemq",
        image: { repository: input.image.repository, tag: input.image.tag ?? chart.imageTag },
        additionalEnv: environment(input),
        // Chart defaults that would open listeners nobody uses stay off; MQTT and WebSocket are reached at the pods.
        service: {
            enabled: true,
            type: input.service.type,
            mqtt: {
                enabled: true,
                port: brokerPorts.mqtt,
                ...(input.service.nodePorts === undefined ? {} : { nodePort: input.service.nodePorts.mqtt }),
            },
            ws: { enabled: input.service.type === "ClusterIP", port: brokerPorts.ws },
            api: { enabled: false },
        },
        headlessService: {
            customPorts: [{ name: "mqtt-int", port: brokerPorts.internal, targetPort: brokerPorts.internal }],
        },
        podAntiAffinity: "hard",
        nodeSelector: input.placement.nodeSelector,
        tolerations: input.placement.tolerations,
        resources: {
            requests: { cpu: cpuQuantity(input.cpu), memory: memoryQuantity(input.memoryGiB) },
            limits: { memory: memoryQuantity(input.memoryGiB) },
        },
        persistentVolume: {
            enabled: input.persistence.enabled,
            size: `${input.persistence.sizeGiB.toString()}Gi`,
            ...(input.persistence.storageClass === undefined ? {} : { storageClass: input.persistence.storageClass }),
        },
        secretMounts: [{ name: "vernemq-auth", secretName: input.authSecretName, path: authFolder }],
        pdb: { enabled: input.replicas > 1, minAvailable: Math.max(1, input.replicas - 1) },
        statefulset: statefulSet(chart.readinessPathIsSettable),
    };
}

function statefulSet(readinessPathIsSettable: boolean): Record<string, unknown> {
    return {
        // Longer than the edge takes to notice that the pod goes, so that no new connection meets a closed listener.
        terminationGracePeriodSeconds: 90,
        lifecycle: { preStop: { exec: { command: ["sleep", "15"] } } },
        livenessProbe: { initialDelaySeconds: 60 },
        readinessProbe: {
            initialDelaySeconds: readinessDelaySeconds,
            // /health/ping is 200 with suspended listeners; /health/listeners is not.
            ...(readinessPathIsSettable ? { httpGet: { path: "/health/listeners", port: "api", scheme: "HTTP" } } : {}),
        },
    };
}

/** Environment of the broker. Setting it replaces the chart's list, so the four netsplit flags are repeated. */
function environment(input: ChartValuesInput): { name: string; value: string }[] {
    const conf: Record<string, string | number | boolean> = {
        // Off, one dead node makes every other node refuse all clients (CONNACK 3) at once.
        allow_publish_during_netsplit: true,
        allow_register_during_netsplit: true,
        allow_subscribe_during_netsplit: true,
        allow_unsubscribe_during_netsplit: true,
        allow_anonymous: input.allowAnonymous,
        "leveldb.maximum_memory": Math.floor(input.memoryGiB * 2 ** 30 * leveldbShare),
        "listener.max_connections": Math.ceil(input.maxConnections / acceptors),
        max_message_size: input.maxMessageBytes,
        "vmq_acl.acl_file": `${authFolder}/vmq.acl`,
        "vmq_passwd.password_file": `${authFolder}/vmq.passwd`,
        ...(input.expectsProxyHeader
            ? { "listener.tcp.default.proxy_protocol": true, "listener.ws.default.proxy_protocol": true }
            : {}),
        ...input.settings,
    };
    const variables = Object.entries(conf).map(([key, value]) => ({
        name: environmentName(key),
        value: confValue(value),
    }));
    return [
        ...(input.image.repository === officialImage && input.acceptLicense
            ? [{ name: "DOCKER_VERNEMQ_ACCEPT_EULA", value: "yes" }]
            : []),
        { name: "DOCKER_VERNEMQ_LISTENER__TCP__INTERNAL", value: `$(MY_POD_IP):${brokerPorts.internal.toString()}` },
        ...variables,
    ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** LevelDB takes 70 % of the host's memory unless told otherwise, whatever the pod's limit; a fifth of the limit leaves room for sessions. */
const leveldbShare = 0.2;

function cpuQuantity(cores: number): string {
    return `${Math.round(cores * 1000).toString()}m`;
}

function memoryQuantity(gibibytes: number): string {
    return `${Math.round(gibibytes * 1024).toString()}Mi`;
}
