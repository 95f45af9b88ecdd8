import type { types } from "@pulumi/kubernetes";
import { acceptors, brokerResources, connectionsPerAcceptor } from "../config/common";
import { environmentName } from "../config/conf";
import { brokerNames } from "../names";
import { cookieKey } from "../helm/pod-additions";
import { brokerPorts } from "../ports";
import type { SecretFile } from "../helm/values";
import { operatedConf, type OperatedConfInput, operatedVmArgs } from "./conf";

/** Group and version of the operator's own type (vmq-operator, api/v1alpha1/groupversion_info.go). */
export const customGroup = "vmq.k8s.vernemq.com";
export const customVersion = "v1alpha1";
export const customKind = "VerneMQ";

export interface Image {
    readonly repository: string;
    readonly tag: string;
}

export function imageName({ repository, tag }: Image): string {
    return `${repository}:${tag}`;
}

/** What the VerneMQ resource follows from. Its values are plain: they are known when it is written. */
export interface CustomResourceInput extends Omit<OperatedConfInput, "passwordFile" | "aclFile" | "secretKeys"> {
    /** Version of VerneMQ, 1.x: by it the operator decides how to configure the image. */
    readonly version: string;
    readonly image: Image;
    readonly bundlerImage: Image;
    readonly replicas: number;
    /** Cores. */
    readonly cpu: number;
    readonly persistence: { readonly enabled: boolean; readonly sizeGiB: number; readonly storageClass?: string };
    readonly placement: {
        readonly nodeSelector: Readonly<Record<string, string>>;
        readonly tolerations: readonly types.input.core.v1.Toleration[];
    };
    readonly priorityClassName?: string;
    /** The edge sends PROXY headers. */
    readonly expectsProxyHeader: boolean;
    /** Where the users are; without it passwords are not checked. */
    readonly users?: SecretFile;
    /** Where the rules are; without them topics are not checked. */
    readonly acl?: SecretFile;
    /** Annotations of the broker pods. */
    readonly podAnnotations: Readonly<Record<string, string>>;
    /** Secret with the Erlang cookie under `cookieKey`; without it the cookie is `vmq`. */
    readonly cookieSecretName?: string;
    /** Secret with further settings by `environmentName`, and their keys. */
    readonly secretSettings?: { readonly secretName: string; readonly keys: readonly string[] };
    /** Seconds that a stopping broker goes on serving, so that load balancers notice. */
    readonly drainSeconds: number;
    /** Seconds for a stop after that. */
    readonly stopSeconds: number;
}

/** Where the operator mounts a Secret (vmq-operator, controllers/vernemq_controller.go, secretsDir). Directories are updated in place. */
function secretFile({ secret, key }: SecretFile): string {
    return `/vernemq/etc/secrets/${secret}/${key}`;
}

/** Each Secret with users or rules once. */
function secretsOf({ users, acl }: CustomResourceInput): string[] {
    return [...new Set([acl, users].flatMap((file) => (file === undefined ? [] : [file.secret])))];
}

/** User and group of VerneMQ's images. */
const vernemqUser = 10_000;

/** The `spec` of the VerneMQ resource. It holds no secret. */
export function customResourceSpec(input: CustomResourceInput): Record<string, unknown> {
    return {
        size: input.replicas,
        version: input.version,
        image: imageName(input.image),
        bundlerImage: imageName(input.bundlerImage),
        serviceAccountName: brokerNames.operator.workload,
        resources: brokerResources(input),
        // Without fsGroup VerneMQ may not write to a volume (vmq-operator#21).
        securityContext: {
            runAsNonRoot: true,
            runAsUser: vernemqUser,
            runAsGroup: vernemqUser,
            fsGroup: vernemqUser,
            fsGroupChangePolicy: "OnRootMismatch",
            seccompProfile: { type: "RuntimeDefault" },
        },
        storage: storage(input.persistence),
        nodeSelector: input.placement.nodeSelector,
        tolerations: input.placement.tolerations,
        affinity: affinity(),
        ...(Object.keys(input.podAnnotations).length === 0
            ? {}
            : { podMetadata: { annotations: input.podAnnotations } }),
        ...(input.priorityClassName === undefined ? {} : { priorityClassName: input.priorityClassName }),
        dropoutPeriodSeconds: input.drainSeconds,
        terminationGracePeriodSeconds: input.stopSeconds,
        secrets: secretsOf(input),
        vmqConfig: operatedConf({
            ...input,
            passwordFile: input.users && secretFile(input.users),
            aclFile: input.acl && secretFile(input.acl),
            secretKeys: input.secretSettings?.keys ?? [],
        }),
        vmArgs: operatedVmArgs(input),
        env: environment(input),
        config: { listeners: listeners(input) },
    };
}

function storage({ enabled, sizeGiB, storageClass }: CustomResourceInput["persistence"]): Record<string, unknown> {
    const size = `${sizeGiB}Gi`;
    return enabled
        ? {
              volumeClaimTemplate: {
                  spec: {
                      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
                      resources: { requests: { storage: size } },
                  },
              },
          }
        : { emptyDir: { sizeLimit: size } };
}

/** One broker per node, and where there is a choice one per zone. The resource has no field for topology spread constraints. */
function affinity(): Record<string, unknown> {
    const labelSelector = { matchLabels: brokerNames.operator.podLabels };
    return {
        podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "kubernetes.io/hostname", labelSelector }],
            preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 100, podAffinityTerm: { topologyKey: "topology.kubernetes.io/zone", labelSelector } },
            ],
        },
    };
}

/** The cookie, which the operator's vm.args takes from VMQ_DISTRIBUTED_COOKIE, and the secret settings. */
function environment({ cookieSecretName, secretSettings }: CustomResourceInput): Record<string, unknown>[] {
    return [
        ...(cookieSecretName === undefined ? [] : [fromSecret("VMQ_DISTRIBUTED_COOKIE", cookieSecretName, cookieKey)]),
        ...(secretSettings === undefined
            ? []
            : secretSettings.keys
                  .map(environmentName)
                  .sort()
                  .map((variable) => fromSecret(variable, secretSettings.secretName, variable))),
    ];
}

function fromSecret(variable: string, name: string, key: string): Record<string, unknown> {
    return { name: variable, valueFrom: { secretKeyRef: { name, key } } };
}

/**
 * The plugin vmq_k8s starts these (`vmq-admin listener start`), which without a word leaves MQTT 5 out (VerneMQ 1.13.0, vmq_ranch_config.erl l.359). Two for the edge, with a PROXY header where it sends one, and two plain ones
 * for clients inside the cluster, which VerneMQ's own Service leads to. Fields that are off are left out: a flag is on by being there.
 */
function listeners({ maxConnections, expectsProxyHeader }: CustomResourceInput): Record<string, unknown>[] {
    const common = {
        nrOfAcceptors: acceptors,
        maxConnections: connectionsPerAcceptor(maxConnections),
        allowedProtocolVersions: "3,4,5",
    };
    const listener = (port: number, flags: Record<string, true>) => ({ address: "0.0.0.0", port, ...common, ...flags });
    const proxied: Record<string, true> = expectsProxyHeader ? { proxyProtocol: true } : {};
    return [
        listener(brokerPorts.mqtt, proxied),
        listener(brokerPorts.ws, { websocket: true, ...proxied }),
        listener(brokerPorts.internal, {}),
        listener(brokerPorts.internalWs, { websocket: true }),
    ];
}
