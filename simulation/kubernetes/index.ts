import { azureServiceRules } from "../azure/service";
import { digitaloceanServiceRules } from "../digitalocean/services";
import { googleServiceRules } from "../google/services";
import { configMap, secret } from "./configuration";
import { customResources, metallbServiceRules } from "./custom-resources";
import { customResourceDefinition, verneMq } from "./custom-types";
import { httpRoute, ingress } from "./http-routing";
import { networkPolicy } from "./network-policy";
import { extend, nameIsLabel, object } from "./object";
import { role, roleBinding } from "./rbac";
import { release } from "./release";
import { service } from "./service";
import { deployment, podDisruptionBudget, priorityClass } from "./workload";
import type { ResourceModel, SimulatedProvider } from "../provider";
import { replacementTable, withReplacements } from "../replacements";

const models: Readonly<Record<string, ResourceModel>> = {
    ...Object.fromEntries(Object.entries(customResources).map(([type, model]) => [type, extend(model)])),
    "kubernetes:core/v1:Namespace": extend({
        rules: [nameIsLabel],
        read: ({ symbol }, id) => ({ metadata: { name: id, uid: symbol("metadata.uid") } }),
    }),
    "kubernetes:core/v1:Service": {
        ...service,
        // What each load balancer controller refuses; its rules concern its own annotations.
        rules: [
            ...(service.rules ?? []),
            ...azureServiceRules,
            ...digitaloceanServiceRules,
            ...googleServiceRules,
            ...metallbServiceRules,
        ],
    },
    "kubernetes:core/v1:Secret": secret,
    "kubernetes:core/v1:ConfigMap": configMap,
    "kubernetes:apps/v1:Deployment": deployment,
    "kubernetes:policy/v1:PodDisruptionBudget": podDisruptionBudget,
    "kubernetes:scheduling.k8s.io/v1:PriorityClass": priorityClass,
    "kubernetes:networking.k8s.io/v1:NetworkPolicy": networkPolicy,
    "kubernetes:networking.k8s.io/v1:Ingress": ingress,
    "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute": httpRoute,
    "kubernetes:rbac.authorization.k8s.io/v1:Role": role,
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": roleBinding,
    "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition": customResourceDefinition,
    "kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ": verneMq,
    // The provider replaces on two fields; the API server refuses a change of the others.
    "kubernetes:storage.k8s.io/v1:StorageClass": extend({}),
    "kubernetes:helm.sh/v3:Release": release,
};

/** Kubernetes' API server, as far as this program talks to it. */
export const kubernetes: SimulatedProvider = {
    name: "kubernetes",
    models: withReplacements(models, replacementTable("kubernetes")),
    fallback: () => object,
    // With an identifier only that decides whether it is another cluster (pulumi-kubernetes, DiffConfig); without one, the cluster
    // that the kubeconfig leads to does.
    configurationReplaceOn: (inputs) =>
        inputs["clusterIdentifier"] === undefined
            ? ["kubeconfig", "context", "cluster", "renderYamlToDirectory"]
            : ["clusterIdentifier", "renderYamlToDirectory"],
};
