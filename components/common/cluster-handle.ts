import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Target } from "./target";

/** Where VerneMQ's pods are to run: the labels of the dedicated nodes and the taint that keeps others away. */
export interface Placement {
    readonly nodeSelector: Readonly<Record<string, string>>;
    readonly tolerations: readonly k8s.types.input.core.v1.Toleration[];
}

/** What the edge needs to know of the network that a cluster lives in. Each target has its own facts. */
export type NetworkFacts =
    | {
          readonly kind: "aws";
          readonly region: string;
          readonly vpcId: pulumi.Output<string>;
          readonly publicSubnetIds: pulumi.Output<string[]>;
          readonly privateSubnetIds: pulumi.Output<string[]>;
          /** The security group that every node carries. */
          readonly nodeSecurityGroupId: pulumi.Output<string>;
      }
    | {
          readonly kind: "google";
          readonly project: string;
          readonly region: string;
          /** Zones that have nodes, for example `europe-west3-a`: each has its own network endpoint group. */
          readonly zones: readonly string[];
          readonly networkId: pulumi.Output<string>;
          /** Subnet of the nodes, in which network endpoint groups and internal addresses live. */
          readonly subnetworkId: pulumi.Output<string>;
          /** Network tag of the nodes, for firewall rules. */
          readonly nodeTag: string;
      }
    | {
          readonly kind: "azure";
          readonly location: string;
          /** Zones that have nodes: `1`, `2`, `3`. */
          readonly zones: readonly string[];
          readonly resourceGroupName: pulumi.Output<string>;
          readonly resourceGroupId: pulumi.Output<string>;
          readonly virtualNetworkName: pulumi.Output<string>;
          /** Network that is kept free for an Application Gateway. */
          readonly gatewayCidr: string;
          /** Subnet that internal load balancers take their address from. */
          readonly loadBalancerSubnetName: pulumi.Output<string>;
          /** The address in it for the edge, known before anything is made. */
          readonly loadBalancerAddress: string;
          /** Object id of the cluster's identity, which makes and changes load balancers. */
          readonly clusterPrincipalId: pulumi.Output<string>;
      }
    | { readonly kind: "digitalocean"; readonly region: string; readonly vpcId: pulumi.Output<string> }
    | { readonly kind: "unknown" };

/** What every cluster component yields, whatever made the cluster. */
export interface ClusterHandle<N extends NetworkFacts = NetworkFacts> {
    readonly target: Target;
    readonly clusterName: pulumi.Output<string>;
    /** Provider for everything inside the cluster. */
    readonly provider: k8s.Provider;
    /** A secret; undefined where the program uses the kubeconfig of the machine. */
    readonly kubeconfig: pulumi.Output<string> | undefined;
    readonly network: N;
    readonly brokerPlacement: Placement;
    /** The encrypted storage class for VerneMQ's volumes; undefined for the cluster's default. */
    readonly storageClassName: pulumi.Output<string> | undefined;
    /** What has to be there before a pod of ours can run: node pools, add-ons, the load balancer controller. */
    readonly ready: readonly pulumi.Resource[];
}

/**
 * For every provider of a cluster: a changed ConfigMap or Secret is changed in place. Left to itself Pulumi's provider would delete and
 * make it anew, and with it, since their names stay, whatever mounts it: a new edge setting would stop every HAProxy before the first
 * new one starts. Pods learn of a change by the checksum in their template, or read the mounted file again.
 */
export const changesConfigurationInPlace = { enableConfigMapMutable: true, enableSecretMutable: true } as const;

/** Label and taint of the nodes that are VerneMQ's alone. */
export const dedicatedNodes = { key: "vernemq.io/dedicated", value: "true" } as const;

/** The placement on nodes that this program made itself. */
export const dedicatedPlacement: Placement = {
    nodeSelector: { [dedicatedNodes.key]: dedicatedNodes.value },
    tolerations: [{ key: dedicatedNodes.key, operator: "Equal", value: dedicatedNodes.value, effect: "NoSchedule" }],
};
