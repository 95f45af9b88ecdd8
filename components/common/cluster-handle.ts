import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Where VerneMQ's pods are to run: the labels of the dedicated nodes and the taint that keeps others away. */
export interface Placement {
    readonly nodeSelector: Readonly<Record<string, string>>;
    readonly tolerations: readonly k8s.types.input.core.v1.Toleration[];
}

/** What every cluster component yields, whatever created the cluster. `Network` is what its platform's load balancers have to know of it. */
export interface ClusterHandle<Network = unknown> {
    /** A cloud runs the control plane, so a cluster's user cannot ask its etcd, scheduler and controller manager for metrics. */
    readonly hasManagedControlPlane: boolean;
    readonly clusterName: pulumi.Output<string>;
    /** Provider for everything inside the cluster. Undefined: children take that of their parent, or Pulumi's default one. */
    readonly provider: pulumi.ProviderResource | undefined;
    /** A secret; undefined where the program uses the kubeconfig of the machine. */
    readonly kubeconfig: pulumi.Output<string> | undefined;
    readonly network: Network;
    readonly brokerPlacement: Placement;
    /** The encrypted storage class for VerneMQ's volumes; undefined for the cluster's default. */
    readonly storageClassName: pulumi.Output<string> | undefined;
    /** What has to be there before a pod of the stack can run: node pools, add-ons, the load balancer controller. */
    readonly ready: readonly pulumi.Resource[];
}

/**
 * For every provider of a cluster: a changed ConfigMap or Secret is changed in place. Left to itself Pulumi's provider would delete and
 * recreate it, and with it, since their names stay, whatever mounts it: a new edge setting would stop every HAProxy before the first
 * new one starts. Pods learn of a change by the checksum in their template, or read the mounted file again.
 */
export const changesConfigurationInPlace = { enableConfigMapMutable: true, enableSecretMutable: true } as const;

/** Label and taint of the nodes that are VerneMQ's alone. */
export const dedicatedNodes = { key: "vernemq.io/dedicated", value: "true" } as const;

/** The placement on nodes that this program created itself. */
export const dedicatedPlacement: Placement = {
    nodeSelector: { [dedicatedNodes.key]: dedicatedNodes.value },
    tolerations: [{ key: dedicatedNodes.key, operator: "Equal", value: dedicatedNodes.value, effect: "NoSchedule" }],
};
