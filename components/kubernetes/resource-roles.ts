import { type ResourceRoles, stateless } from "../common/resource-role";

/** Kubernetes' own types, those of the charts and operators that every target uses, and of the providers that keep all to the state. */
export const resourceRoles: ResourceRoles = {
    "kubernetes:core/v1:PersistentVolume": { role: "volume" },
    "kubernetes:core/v1:PersistentVolumeClaim": { role: "volume" },
    "kubernetes:apps/v1:StatefulSet": { role: "StatefulSet" },
    "kubernetes:core/v1:Namespace": { role: "namespace" },
    "kubernetes:storage.k8s.io/v1:StorageClass": { role: "storage class" },
    "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition": { role: "custom resource definition" },
    "kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ": { role: "brokers" },
    "kubernetes:helm.sh/v3:Release": { role: "Helm release" },
    "kubernetes:apps/v1:Deployment": { role: "workload" },
    "kubernetes:apps/v1:DaemonSet": { role: "workload" },
    "kubernetes:core/v1:Service": { role: "Service" },
    "tls:index/selfSignedCert:SelfSignedCert": { role: "certificate authority" },
    ...stateless(
        "kubernetes:cert-manager.io/v1:Certificate",
        "kubernetes:cert-manager.io/v1:ClusterIssuer",
        "kubernetes:cert-manager.io/v1:Issuer",
        "kubernetes:core/v1:ConfigMap",
        "kubernetes:core/v1:Secret",
        "kubernetes:core/v1:ServiceAccount",
        "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
        "kubernetes:metallb.io/v1beta1:BGPAdvertisement",
        "kubernetes:metallb.io/v1beta1:IPAddressPool",
        "kubernetes:metallb.io/v1beta1:L2Advertisement",
        "kubernetes:metallb.io/v1beta2:BGPPeer",
        "kubernetes:monitoring.coreos.com/v1:PodMonitor",
        "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
        "kubernetes:monitoring.coreos.com/v1:ServiceMonitor",
        "kubernetes:networking.k8s.io/v1:Ingress",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy",
        "kubernetes:policy/v1:PodDisruptionBudget",
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
        "kubernetes:rbac.authorization.k8s.io/v1:Role",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
        "kubernetes:scheduling.k8s.io/v1:PriorityClass",
        "random:index/randomPassword:RandomPassword",
        "tls:index/certRequest:CertRequest",
        "tls:index/locallySignedCert:LocallySignedCert",
        "tls:index/privateKey:PrivateKey",
    ),
};

/** Physical ids of any object of Kubernetes, custom ones included, and of Helm's releases: the first of these that its inputs fill. */
export const objectIds = ["{metadata.namespace}/{metadata.name}", "{namespace}/{name}", "{metadata.name}"] as const;
