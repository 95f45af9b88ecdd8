import { compact } from "../common/compact";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { existingDefaults } from "./defaults";
import { changesConfigurationInPlace, type ClusterHandle, type Placement } from "../common/cluster-handle";

/** Which cluster to adopt, and what is known of its nodes. */
export interface ExistingClusterArgs {
    /**
     * Name in outputs and in the provider's identity. Another one replaces everything in the cluster: change it when the cluster is another.
     *
     * @default "existing"
     */
    readonly name?: string;
    /** Contents of a kubeconfig, a secret. Default: the machine's own, KUBECONFIG or ~/.kube/config. */
    readonly kubeconfig?: pulumi.Input<string>;
    /** Context to use. Default: the current one. */
    readonly context?: string;
    /** Labels of VerneMQ's dedicated nodes. Default: any node. */
    readonly brokerNodeLabels?: Readonly<Record<string, string>>;
    /** Taint (NoSchedule) of those nodes, which VerneMQ then tolerates. Default: none. */
    readonly brokerNodeTaint?: { readonly key: string; readonly value?: string };
}

/** A cluster that is there already: kind, minikube, k3d, bare metal or any other. Nothing is created in it but a provider to reach it. */
export class ExistingCluster extends Component implements ClusterHandle {
    readonly hasManagedControlPlane = false;
    readonly clusterName: pulumi.Output<string>;
    readonly provider: Provider;
    readonly kubeconfig: pulumi.Output<string> | undefined;
    readonly network = undefined;
    readonly brokerPlacement: Placement;
    readonly storageClassName = undefined;
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: ExistingClusterArgs = {}, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:cluster:ExistingCluster", name, opts);
        const clusterName = args.name ?? existingDefaults.name;
        this.kubeconfig = args.kubeconfig === undefined ? undefined : pulumi.secret(args.kubeconfig);
        this.provider = this.child(Provider, "kubernetes", {
            ...changesConfigurationInPlace,
            // Without it an edited kubeconfig would show every object in the cluster as replaced.
            clusterIdentifier: `existing/${clusterName}`,
            kubeconfig: this.kubeconfig,
            context: args.context,
        });
        this.clusterName = pulumi.output(clusterName);
        this.brokerPlacement = placementOf(args);
        this.ready = [this.provider];
        this.registerOutputs({ clusterName: this.clusterName });
    }
}

function placementOf(args: ExistingClusterArgs): Placement {
    const taint = args.brokerNodeTaint;
    return {
        nodeSelector: args.brokerNodeLabels ?? existingDefaults.brokerNodeLabels,
        tolerations: compact([
            taint !== undefined && {
                key: taint.key,
                operator: "Equal",
                value: taint.value ?? existingDefaults.taintValue,
                effect: "NoSchedule",
            },
        ]),
    };
}
