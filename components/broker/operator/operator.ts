import { CustomResourceDefinition } from "@pulumi/kubernetes/apiextensions/v1";
import * as apps from "@pulumi/kubernetes/apps/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as networking from "@pulumi/kubernetes/networking/v1";
import * as rbac from "@pulumi/kubernetes/rbac/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../../common/cluster-handle";
import { pullSecretReferences } from "../../common/images";
import { definitionName, definitionSpec } from "./crd";
import type { Image } from "./custom-resource";
import {
    bundlerPolicySpec,
    operatorDeploymentSpec,
    operatorName,
    operatorPolicySpec,
    operatorRules,
} from "./manifests";
import { Component } from "../../common/component";

export interface VerneMqOperatorArgs {
    readonly cluster: ClusterHandle;
    readonly namespace: pulumi.Input<string>;
    /** The operator's image: no published one works. */
    readonly image: Image;
    /** Secrets of the namespace that it is pulled with. */
    readonly imagePullSecrets: readonly pulumi.Input<string>[];
    /** Ports of the Kubernetes API server. */
    readonly apiServerPorts: readonly number[];
}

/**
 * Upstream's operator for VerneMQ: the type VerneMQ, the operator with its rights, and the network rules of what it runs. The type is the
 * whole cluster's, so one stack of a cluster has it; deleting it deletes every VerneMQ resource.
 */
export class VerneMqOperator extends Component {
    /** What a VerneMQ resource waits for. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: VerneMqOperatorArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:broker:VerneMqOperator", name, opts);
        const inCluster = { provider: args.cluster.provider };
        const metadata = { name: operatorName, namespace: args.namespace };
        const afterCluster = { ...inCluster, dependsOn: [...args.cluster.ready] };
        const definition = this.childWith(afterCluster, CustomResourceDefinition, "definition", {
            metadata: { name: definitionName },
            spec: definitionSpec,
        });
        const account = this.childWith(inCluster, core.ServiceAccount, "account", { metadata });
        const role = this.childWith(inCluster, rbac.Role, "role", { metadata, rules: operatorRules });
        const binding = this.childWith(inCluster, rbac.RoleBinding, "binding", {
            metadata,
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
            subjects: [{ kind: "ServiceAccount", name: account.metadata.name, namespace: args.namespace }],
        });
        const policy = this.childWith(inCluster, networking.NetworkPolicy, "policy", {
            metadata,
            spec: operatorPolicySpec(args.apiServerPorts),
        });
        const bundlerPolicy = this.childWith(inCluster, networking.NetworkPolicy, "bundler-policy", {
            metadata: { ...metadata, name: "vmq-bundler" },
            spec: bundlerPolicySpec,
        });
        const afterRules = { ...inCluster, dependsOn: [definition, binding, policy, bundlerPolicy] };
        const deployment = this.childWith(afterRules, apps.Deployment, "deployment", {
            metadata,
            spec: operatorDeploymentSpec(args.image, pullSecretReferences(args.imagePullSecrets)),
        });
        this.ready = [definition, deployment];
        this.registerOutputs();
    }
}
