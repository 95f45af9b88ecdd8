import type * as k8s from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Placement } from "../../common/cluster-handle";
import { pullSecretReferences } from "../../common/images";
import { drain } from "./drain";
import { certificateFolder, configFolder, files, runFolder } from "./folder";
import { haproxyPodLabels } from "./labels";
import { haproxyPorts, localPorts } from "./ports";
import { haproxyResources } from "./resources";

type PodSpec = k8s.types.input.core.v1.PodSpec;
type Volume = k8s.types.input.core.v1.Volume;
type Affinity = k8s.types.input.core.v1.Affinity;

/** What the pods of the tier follow from. */
export interface HaproxyPodInput {
    readonly image: Input<string>;
    /** Secrets of the namespace that it is pulled with. Default: none. */
    readonly imagePullSecrets?: readonly Input<string>[];
    readonly maxConnections: number;
    readonly configMapName: Input<string>;
    /** Secret of type kubernetes.io/tls; absent where HAProxy ends no TLS. */
    readonly certificateSecretName?: Input<string>;
    /** Further certificates: Secrets of the same type, each in its folder beside the first one's files. Default: none. */
    readonly furtherCertificates?: readonly CertificateSecret[];
    /** Ports that are open, by name. */
    readonly ports: Readonly<Record<string, number>>;
    /** Let pods run on VerneMQ's nodes. */
    readonly onBrokerNodes: boolean;
    readonly brokerPlacement: Placement;
    readonly brokerPodLabels: Readonly<Record<string, string>>;
}

/** A certificate's Secret of type kubernetes.io/tls, and the folder that its files are mounted in. */
export interface CertificateSecret {
    readonly folder: string;
    readonly secretName: Input<string>;
}

/** The image's own user `haproxy`. No file is owned by it: everything is mounted read-only. */
const user = 1000;

/** A pod that can read its files and open its ports, and nothing else. */
export function haproxyPod(input: HaproxyPodInput): PodSpec {
    return {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        imagePullSecrets: pullSecretReferences(input.imagePullSecrets ?? []),
        terminationGracePeriodSeconds: drain.terminationGracePeriodSeconds,
        ...placement(input),
        topologySpreadConstraints: [
            spread("kubernetes.io/hostname", "DoNotSchedule"),
            spread("topology.kubernetes.io/zone", "ScheduleAnyway"),
        ],
        securityContext: {
            runAsNonRoot: true,
            runAsUser: user,
            runAsGroup: user,
            fsGroup: user,
            seccompProfile: { type: "RuntimeDefault" },
            // A sysctl that Kubernetes calls safe: each connection to a broker takes a local port.
            sysctls: [
                {
                    name: "net.ipv4.ip_local_port_range",
                    value: `${localPorts.first} ${localPorts.last}`,
                },
            ],
        },
        containers: [container(input)],
        volumes: [
            { name: "config", configMap: { name: input.configMapName } },
            ...(input.certificateSecretName === undefined
                ? []
                : [
                      certificateVolume(input.certificateSecretName, input.furtherCertificates ?? []),
                      { name: "run", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
                  ]),
        ],
    };
}

/** One volume however many certificates there are, so that one mount brings all of them. */
function certificateVolume(secretName: Input<string>, further: readonly CertificateSecret[]): Volume {
    const defaultMode = 0o440;
    if (further.length === 0) {
        return { name: "certificate", secret: { secretName, defaultMode } };
    }
    const sources = [{ folder: "", secretName }, ...further].map(({ folder, secretName: name }) => ({
        secret: {
            name,
            items: [files.certificate, files.privateKey].map((file) => ({
                key: file,
                path: folder === "" ? file : `${folder}/${file}`,
            })),
        },
    }));
    return { name: "certificate", projected: { defaultMode, sources } };
}

function container(input: HaproxyPodInput): k8s.types.input.core.v1.Container {
    return {
        name: "haproxy",
        image: input.image,
        command: ["haproxy", "-W", "-db", "-f", `${configFolder}/${files.config}`],
        ports: Object.entries(input.ports).map(([name, containerPort]) => ({ name, containerPort, protocol: "TCP" })),
        resources: haproxyResources(input.maxConnections),
        securityContext: {
            allowPrivilegeEscalation: false,
            privileged: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
        },
        // Ready with a broker behind it; alive without one too, since a restart would fix nothing. That a probe's connection ends also wakes a
        // listener that HAProxy has forgotten (`handshakePace`).
        readinessProbe: {
            httpGet: { path: "/healthz", port: haproxyPorts.health },
            initialDelaySeconds: 2,
            periodSeconds: 5,
            timeoutSeconds: 3,
            failureThreshold: 2,
        },
        livenessProbe: {
            httpGet: { path: "/livez", port: haproxyPorts.health },
            initialDelaySeconds: 10,
            periodSeconds: 10,
            timeoutSeconds: 5,
            failureThreshold: 6,
        },
        lifecycle: { preStop: { exec: { command: ["sleep", drain.preStopSeconds.toString()] } } },
        volumeMounts: [
            { name: "config", mountPath: configFolder, readOnly: true },
            ...(input.certificateSecretName === undefined
                ? []
                : [
                      { name: "certificate", mountPath: certificateFolder, readOnly: true },
                      { name: "run", mountPath: runFolder },
                  ]),
        ],
    };
}

/** One revision at a time is spread, and only nodes that take its pods count; a cluster of one node takes them all. */
function spread(
    topologyKey: string,
    whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway",
): k8s.types.input.core.v1.TopologySpreadConstraint {
    return {
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable,
        labelSelector: { matchLabels: haproxyPodLabels },
        matchLabelKeys: ["pod-template-hash"],
        nodeAffinityPolicy: "Honor",
        nodeTaintsPolicy: "Honor",
    };
}

/** On VerneMQ's nodes too, or on any but those: known by their labels, or by the brokers that run there. */
function placement(input: HaproxyPodInput): { tolerations?: PodSpec["tolerations"]; affinity?: Affinity } {
    const { nodeSelector, tolerations } = input.brokerPlacement;
    if (input.onBrokerNodes) {
        return tolerations.length === 0 ? {} : { tolerations: [...tolerations] };
    }
    const labels = Object.entries(nodeSelector);
    return {
        affinity:
            labels.length === 0
                ? {
                      podAntiAffinity: {
                          requiredDuringSchedulingIgnoredDuringExecution: [
                              {
                                  topologyKey: "kubernetes.io/hostname",
                                  labelSelector: { matchLabels: input.brokerPodLabels },
                              },
                          ],
                      },
                  }
                : {
                      nodeAffinity: {
                          requiredDuringSchedulingIgnoredDuringExecution: {
                              // Terms are alternatives: a node that lacks one of the labels is not VerneMQ's.
                              nodeSelectorTerms: labels.map(([key, value]) => ({
                                  matchExpressions: [{ key, operator: "NotIn", values: [value] }],
                              })),
                          },
                      },
                  },
    };
}
