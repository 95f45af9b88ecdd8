import type { types } from "@pulumi/kubernetes";
import { brokerNames, customResourceName } from "../names";
import { brokerPorts } from "../ports";
import { customGroup, type Image, imageName } from "./custom-resource";

/** Name of the operator's Deployment, of its ServiceAccount and of its Role. */
export const operatorName = "vmq-operator";

const operatorLabels = { "app.kubernetes.io/name": operatorName, "app.kubernetes.io/component": "controller" };

/** Labels of the pods of the plugin bundler, which the operator creates (vmq-operator, controllers/deployment.go). */
export const bundlerLabels = { app: "vmq-bundler" };

/** Port of the plugin bundler's pods, to which its Service leads (controllers/deployment.go, service.go). */
export const bundlerPort = 80;

/** Port of the operator's health checks (main.go). */
const healthPort = 8081;

/** User of the operator's image (Dockerfile: `USER 65532:65532`). */
const operatorUser = 65_532;

const readAndWrite = ["get", "list", "watch", "create", "update"];

/**
 * What the operator may do, in its own namespace: no more than controllers/vernemq_controller.go does. Its client reads through a cache, so
 * `get` comes with `list` and `watch`; of Secrets that means all of the namespace. Nothing is deleted or patched: what it made goes with the
 * VerneMQ resource. `update` on finalizers lets it name that resource as an owner that blocks deletion
 * (https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#ownerreferencespermissionenforcement).
 */
export const operatorRules: types.input.rbac.v1.PolicyRule[] = [
    { apiGroups: [customGroup], resources: ["vernemqs"], verbs: ["get", "list", "watch"] },
    { apiGroups: [customGroup], resources: ["vernemqs/finalizers"], verbs: ["update"] },
    { apiGroups: ["apps"], resources: ["deployments", "statefulsets"], verbs: readAndWrite },
    { apiGroups: [""], resources: ["services", "secrets"], verbs: readAndWrite },
    { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
];

/**
 * The operator itself. One at a time, also during an update, so that it needs no leader election and no rights for it. Its metrics
 * are off: upstream serves them through kube-rbac-proxy, whose image is gone.
 */
export function operatorDeploymentSpec(
    image: Image,
    imagePullSecrets?: types.input.core.v1.PodSpec["imagePullSecrets"],
): types.input.apps.v1.DeploymentSpec {
    const probe = (path: string) => ({ httpGet: { path, port: healthPort }, periodSeconds: 10 });
    return {
        replicas: 1,
        strategy: { type: "Recreate" },
        selector: { matchLabels: operatorLabels },
        template: {
            metadata: { labels: operatorLabels },
            spec: {
                serviceAccountName: operatorName,
                imagePullSecrets,
                securityContext: {
                    runAsNonRoot: true,
                    runAsUser: operatorUser,
                    seccompProfile: { type: "RuntimeDefault" },
                },
                containers: [
                    {
                        name: operatorName,
                        image: imageName(image),
                        args: [`--health-probe-bind-address=:${healthPort}`, "--metrics-bind-address=0"],
                        livenessProbe: { ...probe("/healthz"), initialDelaySeconds: 15 },
                        readinessProbe: probe("/readyz"),
                        // It reconciles without a pause (vernemq_controller.go: `Requeue: true`), so its CPU is limited.
                        resources: {
                            requests: { cpu: "50m", memory: "64Mi" },
                            limits: { cpu: "500m", memory: "128Mi" },
                        },
                        securityContext: {
                            allowPrivilegeEscalation: false,
                            readOnlyRootFilesystem: true,
                            capabilities: { drop: ["ALL"] },
                        },
                    },
                ],
            },
        },
    };
}

/**
 * VerneMQ's own Service, as in VerneMQ's guide: plain MQTT on 1883, WebSocket on 8080 and HTTP on 8888, a client's address to one
 * broker. It leads to the listeners for the inside, because those on 1883 and 8080 of the pods are the edge's.
 */
export const brokerServiceSpec: types.input.core.v1.ServiceSpec = {
    type: "ClusterIP",
    selector: { ...brokerNames.operator.podLabels },
    sessionAffinity: "ClientIP",
    ports: [
        { name: "mqtt", protocol: "TCP", port: brokerPorts.mqtt, targetPort: brokerPorts.internal },
        { name: "mqtt-ws", protocol: "TCP", port: brokerPorts.ws, targetPort: brokerPorts.internalWs },
        { name: "http", protocol: "TCP", port: brokerPorts.http, targetPort: brokerPorts.http },
    ],
};

/** Node maintenance takes one broker at a time. */
export function brokerBudgetSpec(replicas: number): types.input.policy.v1.PodDisruptionBudgetSpec {
    return {
        minAvailable: replicas - 1,
        selector: { matchLabels: { ...brokerNames.operator.podLabels } },
    };
}

/** What the operator may connect to: DNS and the Kubernetes API. Nothing has to connect to it. */
export function operatorPolicySpec(apiServerPorts: readonly number[]): types.input.networking.v1.NetworkPolicySpec {
    return {
        podSelector: { matchLabels: operatorLabels },
        policyTypes: ["Ingress", "Egress"],
        ingress: [],
        egress: [
            {
                ports: [
                    { protocol: "UDP", port: 53 },
                    { protocol: "TCP", port: 53 },
                ],
            },
            { ports: apiServerPorts.map((port) => ({ protocol: "TCP", port })) },
        ],
    };
}

/** Brokers run what the bundler gives them, and nothing else needs it. Whatever it fetches to build plugins it may fetch. */
export const bundlerPolicySpec: types.input.networking.v1.NetworkPolicySpec = {
    podSelector: { matchLabels: bundlerLabels },
    policyTypes: ["Ingress"],
    ingress: [
        {
            from: [{ podSelector: { matchLabels: { ...brokerNames.operator.podLabels } } }],
            ports: [{ protocol: "TCP", port: bundlerPort }],
        },
    ],
};

/** Labels of the objects that belong to the VerneMQ resource, as in VerneMQ's guide. */
export const resourceLabels = { vernemq: customResourceName };
