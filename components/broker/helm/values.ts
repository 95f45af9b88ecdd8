import { authFolder } from "../access/files";
import {
    acceptors,
    brokerResources,
    commonConf,
    commonDefaults,
    connectionsPerAcceptor,
    erlangNeeds,
} from "../config/common";
import { type ConfSetting, confValue, environmentName } from "../config/conf";
import { brokerNames } from "../names";
import { brokerPorts } from "../ports";
import { additionsAnnotation } from "../post-render";
import type { BrokerTiming } from "../config/timing";
import { charts, type ChartVersion } from "../versions";

/** A file of an existing Secret in the broker's namespace. */
export interface SecretFile {
    /** Name of the Secret. */
    readonly secret: string;
    readonly key: string;
}

/** What the values of the chart follow from. */
export interface ChartValuesInput {
    readonly chartVersion: ChartVersion;
    /** The tag's default is the one that belongs to the chart. */
    readonly image: { readonly repository: unknown; readonly tag?: unknown };
    /** Names of the Secrets that the image is pulled with. Default: none. */
    readonly imagePullSecrets?: readonly unknown[];
    /** The user accepts the license of the official image. An open-source build refuses to start with it. */
    readonly acceptLicense: boolean;
    readonly replicas: number;
    readonly allowAnonymous: boolean;
    /** Passwords are checked against vmq.passwd. */
    readonly checkPasswords: boolean;
    /** Topics are checked against vmq.acl. */
    readonly checkTopics: boolean;
    /** An existing Secret with the users, instead of the one with both files. */
    readonly usersFrom?: SecretFile;
    /** An existing Secret with the rules, instead of the one with both files. */
    readonly aclFrom?: SecretFile;
    /** Connections that one listener of one broker takes. */
    readonly maxConnections: number;
    /** Largest message in bytes; 0 sets no limit. */
    readonly maxMessageBytes: number;
    /** Cores. */
    readonly cpu: number;
    readonly memoryGiB: number;
    readonly persistence: {
        readonly enabled: boolean;
        readonly sizeGiB: number;
        readonly storageClass?: unknown;
        /** What becomes of a broker's volume claim when the broker is scaled away. */
        readonly whenScaled: "Retain" | "Delete";
    };
    readonly placement: { readonly nodeSelector: unknown; readonly tolerations: unknown };
    readonly service: {
        readonly type: "ClusterIP" | "NodePort" | "LoadBalancer";
        readonly nodePorts?: { readonly mqtt: number; readonly ws?: number };
        readonly annotations?: Readonly<Record<string, string>>;
        /** How long kube-proxy remembers an address's broker, in seconds. Default: Kubernetes' own, 10800. */
        readonly affinitySeconds?: number;
        /** Networks that may use a load balancer of the Service. */
        readonly allowedCidrs: readonly string[];
        /** Also offer the WebSocket listener. */
        readonly webSocket: boolean;
    };
    /** The edge sends PROXY headers. */
    readonly expectsProxyHeader: boolean;
    /** Secret with `vmq.acl` and `vmq.passwd` where no other holds them, and what else the settings name of its files. */
    readonly authSecretName: unknown;
    /** Secret with further settings as environment variables. */
    readonly settingsSecretName?: unknown;
    readonly settings: Readonly<Record<string, ConfSetting>>;
    readonly timing: BrokerTiming;
    /** Annotations of the broker pods. */
    readonly podAnnotations: Readonly<Record<string, string>>;
    /** What the post-renderer adds to the StatefulSet, as the text of its annotation. */
    readonly additions: unknown;
}

/** Where existing Secrets with users and rules are mounted. */
const usersFolder = "/vernemq/users";
const rulesFolder = "/vernemq/rules";

/** Processes and ports of the image's Erlang VM (vm.args: `+P 512000 +Q 512000`). */
const imageLimit = 512_000;

/** The values of the official chart. They hold no secret. */
export function chartValues(input: ChartValuesInput): Record<string, unknown> {
    const chart = charts[input.chartVersion];
    return {
        replicaCount: input.replicas,
        fullnameOverride: brokerNames.helm.workload,
        image: { repository: input.image.repository, tag: input.image.tag ?? chart.imageTag },
        additionalEnv: environment(input),
        ...(input.settingsSecretName === undefined
            ? {}
            : { envFrom: [{ secretRef: { name: input.settingsSecretName } }] }),
        service: service(input.service),
        headlessService: {
            customPorts: [{ name: "mqtt-int", port: brokerPorts.internal, targetPort: brokerPorts.internal }],
        },
        podAntiAffinity: "hard",
        nodeSelector: input.placement.nodeSelector,
        tolerations: input.placement.tolerations,
        resources: brokerResources(input),
        // Merged with the chart's user, group and fsGroup 10000. OnRootMismatch spares a walk over the whole volume at each start.
        securityContext: {
            runAsNonRoot: true,
            fsGroupChangePolicy: "OnRootMismatch",
            seccompProfile: { type: "RuntimeDefault" },
        },
        // No readOnlyRootFilesystem: the start script writes vm.args and vernemq.conf.
        containerSecurityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        persistentVolume: {
            enabled: input.persistence.enabled,
            size: `${input.persistence.sizeGiB}Gi`,
            ...(input.persistence.storageClass === undefined ? {} : { storageClass: input.persistence.storageClass }),
        },
        secretMounts: secretMounts(input),
        // The chart writes maxUnavailable beside its default minAvailable, which Kubernetes refuses; so minAvailable says it.
        pdb: input.replicas > 1 ? { enabled: true, minAvailable: input.replicas - 1 } : { enabled: false },
        statefulset: {
            ...statefulSet(input.timing, chart.readinessPathIsSettable),
            annotations: { [additionsAnnotation]: input.additions },
            // Plain names: the chart writes `name:` before each (templates/statefulset.yaml).
            ...(input.imagePullSecrets === undefined || input.imagePullSecrets.length === 0
                ? {}
                : { imagePullSecrets: input.imagePullSecrets }),
            ...(Object.keys(input.podAnnotations).length === 0 ? {} : { podAnnotations: input.podAnnotations }),
        },
    };
}

/** Secrets as folders: a file that is mounted by itself (`subPath`) would not be updated. */
function secretMounts(input: ChartValuesInput): Record<string, unknown>[] {
    const mount = (name: string, secretName: unknown, path: string) => ({ name, secretName, path });
    return [
        mount("vernemq-auth", input.authSecretName, authFolder),
        ...(input.usersFrom === undefined ? [] : [mount("vernemq-users", input.usersFrom.secret, usersFolder)]),
        ...(input.aclFrom === undefined ? [] : [mount("vernemq-rules", input.aclFrom.secret, rulesFolder)]),
    ];
}

/** VerneMQ's own Service. Listeners that are not asked for are not in it. */
function service(input: ChartValuesInput["service"]): Record<string, unknown> {
    const { type, nodePorts, allowedCidrs, webSocket, annotations = {}, affinitySeconds } = input;
    return {
        enabled: true,
        type,
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
        // The chart's own node port, 1883, is outside Kubernetes' range.
        mqtt: {
            enabled: true,
            port: brokerPorts.mqtt,
            ...(nodePorts === undefined ? {} : { nodePort: nodePorts.mqtt }),
        },
        mqtts: { enabled: false },
        ws: {
            enabled: webSocket,
            port: brokerPorts.ws,
            ...(nodePorts?.ws === undefined ? {} : { nodePort: nodePorts.ws }),
        },
        wss: { enabled: false },
        api: { enabled: false },
        sessionAffinity: "ClientIP",
        ...(affinitySeconds === undefined
            ? {}
            : { sessionAffinityConfig: { clientIP: { timeoutSeconds: affinitySeconds } } }),
        // Other nodes would hide the client's address, which affinity and the allowed networks go by.
        ...(type === "ClusterIP" ? {} : { externalTrafficPolicy: "Local" }),
        ...(type === "LoadBalancer" ? { loadBalancerSourceRanges: allowedCidrs } : {}),
    };
}

function statefulSet(timing: BrokerTiming, readinessPathIsSettable: boolean): Record<string, unknown> {
    return {
        podManagementPolicy: "OrderedReady",
        terminationGracePeriodSeconds: timing.terminationGraceSeconds,
        // Endpoints and load balancers need a while to let go of a pod that stops; VerneMQ itself does not drain.
        lifecycle: { preStop: { exec: { command: ["sleep", timing.drainSeconds.toString()] } } },
        // Both wait for the start-up probe, which the post-renderer adds; the chart would add 90 s to it.
        livenessProbe: { initialDelaySeconds: 0, failureThreshold: 6 },
        readinessProbe: {
            initialDelaySeconds: 0,
            periodSeconds: timing.readinessPeriodSeconds,
            successThreshold: timing.readinessSuccesses,
            // /health/ping is 200 with suspended listeners; /health/listeners is not.
            ...(readinessPathIsSettable ? { httpGet: { path: "/health/listeners", port: "api", scheme: "HTTP" } } : {}),
        },
    };
}

/**
 * Environment of the broker, in order of name. Setting it replaces the chart's list, so the four netsplit flags are repeated. No name
 * comes twice, here or in what the chart adds itself: the last line of vernemq.conf would win, and env has no order.
 */
function environment(input: ChartValuesInput): { name: string; value: string }[] {
    const common = {
        ...input,
        passwordFile: input.checkPasswords ? fileIn(usersFolder, input.usersFrom, "vmq.passwd") : undefined,
        aclFile: input.checkTopics ? fileIn(rulesFolder, input.aclFrom, "vmq.acl") : undefined,
    };
    const conf: Record<string, ConfSetting> = {
        ...commonDefaults(common),
        ...erlangLimits(input.maxConnections),
        ...input.settings,
        ...commonConf(common),
        ...listenerConf(input),
    };
    const variables = Object.entries(conf).map(([key, value]) => ({
        name: environmentName(key),
        value: confValue(value),
    }));
    return variables.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Limits of the image's Erlang VM that the connections exceed. */
function erlangLimits(maxConnections: number): Record<string, ConfSetting> {
    const { ports, processes } = erlangNeeds(maxConnections);
    return {
        ...(ports > imageLimit ? { "erlang.max_ports": ports } : {}),
        ...(processes > imageLimit ? { "erlang.process_limit": processes } : {}),
    };
}

/** The chart's listeners, as the edge needs them. */
function listenerConf(input: ChartValuesInput): Record<string, ConfSetting> {
    return {
        "listener.max_connections": connectionsPerAcceptor(input.maxConnections),
        "listener.nr_of_acceptors": acceptors,
        "listener.tcp.internal": `$(MY_POD_IP):${brokerPorts.internal}`,
        ...(input.expectsProxyHeader
            ? { "listener.tcp.default.proxy_protocol": true, "listener.ws.default.proxy_protocol": true }
            : {}),
    };
}

/** Path of a file in an existing Secret, or in the one with both files. */
function fileIn(folder: string, file: SecretFile | undefined, ownName: string): string {
    return file === undefined ? `${authFolder}/${ownName}` : `${folder}/${file.key}`;
}
