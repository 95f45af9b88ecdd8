import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as core from "@pulumi/kubernetes/core/v1";
import * as policy from "@pulumi/kubernetes/policy/v1";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../../common/cluster-handle";
import { compact, type Maybe } from "../../common/compact";
import { pullSecretReferences } from "../../common/images";
import { brokerNames, customResourceName } from "../names";
import { customGroup, customKind, customVersion } from "./custom-resource";
import { brokerBudgetSpec, brokerServiceSpec, resourceLabels } from "./manifests";
import { Component } from "../../common/component";

export interface OperatedBrokersArgs {
    readonly cluster: ClusterHandle;
    readonly namespace: pulumi.Input<string>;
    readonly replicas: number;
    /** Secrets of the namespace that the images of the brokers and of the plugin bundler are pulled with. */
    readonly imagePullSecrets: readonly pulumi.Input<string>[];
    /** The `spec` of the VerneMQ resource, once the names in it are known: some of them stand in the text of vernemq.conf. */
    readonly spec: pulumi.Input<Record<string, unknown>>;
    /** What has to be there before the operator creates brokers: the operator, network rules. */
    readonly after: readonly pulumi.Resource[];
}

/**
 * The brokers as the operator takes them: one VerneMQ resource. Beside it what the operator does not make: the brokers'
 * ServiceAccount, VerneMQ's own Service and the PodDisruptionBudget. Of the resource the operator creates the StatefulSet, the headless
 * Service and the plugin bundler with its Service, which this program neither makes nor waits for.
 */
export class OperatedBrokers extends Component {
    /** What has to be there before the edge sends connections. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: OperatedBrokersArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:broker:OperatedBrokers", name, opts);
        const inCluster = { provider: args.cluster.provider };
        const metadata = { name: brokerNames.operator.workload, namespace: args.namespace, labels: resourceLabels };
        // VerneMQ learns of its peers from a Secret that the operator writes, so its pods need no token for the Kubernetes API.
        const account = this.childWith(inCluster, core.ServiceAccount, "account", {
            metadata,
            automountServiceAccountToken: false,
            imagePullSecrets: pullSecretReferences(args.imagePullSecrets),
        });
        const bundlerAccount = this.#createBundlerAccount(args);
        const service = this.childWith(inCluster, core.Service, "service", { metadata, spec: brokerServiceSpec });
        const budget =
            args.replicas > 1 &&
            this.childWith(inCluster, policy.PodDisruptionBudget, "budget", {
                metadata,
                spec: brokerBudgetSpec(args.replicas),
            });
        const options = { ...inCluster, dependsOn: compact([account, bundlerAccount, budget, ...args.after]) };
        const resource = this.childWith(options, CustomResource, "resource", {
            apiVersion: `${customGroup}/${customVersion}`,
            kind: customKind,
            metadata: { name: customResourceName, namespace: args.namespace, labels: resourceLabels },
            spec: args.spec,
        });
        this.ready = [resource, service];
        this.registerOutputs();
    }

    /**
     * The operator gives the bundler's pods neither pull secrets nor a ServiceAccount (vmq-operator 024438f, controllers/deployment.go), so
     * they take those of the namespace's default account, if it has them before they start
     * (https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#add-imagepullsecrets-to-a-service-account).
     * That account belongs to Kubernetes: a patch owns the one field, and a destroy gives it back.
     */
    #createBundlerAccount({ cluster, namespace, imagePullSecrets }: OperatedBrokersArgs): Maybe<pulumi.Resource> {
        const references = pullSecretReferences(imagePullSecrets);
        return (
            references &&
            this.childWith({ provider: cluster.provider }, core.ServiceAccountPatch, "bundler-account", {
                metadata: { name: "default", namespace },
                imagePullSecrets: references,
            })
        );
    }
}
