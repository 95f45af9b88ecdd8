import { createHash } from "node:crypto";
import { passwdFile } from "../../../components/broker/access/passwd";
import { haproxyPodLabels } from "../../../components/edge/haproxy/labels";
import type { NewObject, StoredObject } from "./store";
import type { WorldOptions } from "./options";

export const sets = "apps/v1/statefulsets";
export const pods = "v1/pods";
export const claims = "v1/persistentvolumeclaims";
export const snapshots = "snapshot.storage.k8s.io/v1/volumesnapshots";

/** Where the Secret with users and rules is mounted: by the chart's values of this program, and by the operator (controllers/vernemq_controller.go). */
export const authFolders = { helm: "/vernemq/auth", operator: "/vernemq/etc/secrets/vernemq-auth" } as const;

export const brokerLabels = { "app.kubernetes.io/name": "vernemq", "app.kubernetes.io/instance": "vernemq" };

/** Users and rules of the brokers. */
export const authSecret: NewObject = {
    metadata: { name: "vernemq-auth" },
    data: {
        "vmq.acl": base64("topic #\n"),
        "vmq.passwd": base64(passwdFile([{ name: "device", password: "correct horse battery" }], "test")),
    },
};

/** The chart's post-rendered startup probe and its values' preStop hook. */
const chartContainer = {
    startupProbe: { httpGet: { path: "/health/ping", port: "api" }, periodSeconds: 2, failureThreshold: 90 },
    lifecycle: { preStop: { exec: { command: ["sleep", "15"] } } },
};

/** The operator's preStop hook (controllers/statefulset.go, vernemqPreStopCommand). */
const leavingContainer = {
    lifecycle: {
        preStop: {
            exec: {
                command: [
                    "/bin/sh",
                    "-c",
                    "\n\tvmq-admin cluster leave node=vmq@$VMQ_NODENAME.$VMQ_HOSTNAME && \\\n\tsleep 15 && \\\n\tvmq-admin cluster leave node=vmq@$VMQ_NODENAME.$VMQ_HOSTNAME --timeout=90 --kill_sessions\n\t",
                ],
            },
        },
    },
};

/** How vernemq.conf reaches the brokers: as the image's variables or, by the operator, as a text in BASE64 that is appended to its own. */
function environment(engine: WorldOptions["engine"]): { name: string; value: string }[] {
    const folder = authFolders[engine];
    const conf = `plugins.vmq_passwd = off\nplugins.vmq_acl = off\nvmq_acl.acl_file = ${folder}/vmq.acl\nvmq_passwd.password_file = ${folder}/vmq.passwd\n`;
    return engine === "operator"
        ? [{ name: "VERNEMQ_CONF", value: base64(conf) }]
        : [
              { name: "DOCKER_VERNEMQ_VMQ_ACL__ACL_FILE", value: `${folder}/vmq.acl` },
              { name: "DOCKER_VERNEMQ_VMQ_PASSWD__PASSWORD_FILE", value: `${folder}/vmq.passwd` },
          ];
}

/** The StatefulSet of the brokers, as far as the verbs look at it. */
export function brokerSet(options: WorldOptions): NewObject {
    return {
        metadata: { name: options.name, labels: { "helm.sh/chart": "vernemq-2.1.2" } },
        spec: {
            replicas: options.replicas,
            serviceName: options.headlessService,
            podManagementPolicy: "OrderedReady",
            updateStrategy: { type: "RollingUpdate" },
            selector: { matchLabels: brokerLabels },
            template: {
                metadata: { labels: brokerLabels },
                spec: {
                    containers: [
                        {
                            name: "vernemq",
                            image: options.image,
                            readinessProbe: {
                                httpGet: { path: "/health/listeners", port: "api" },
                                initialDelaySeconds: options.readinessDelaySeconds,
                            },
                            env: environment(options.engine),
                            ...(options.engine === "operator" ? leavingContainer : chartContainer),
                            volumeMounts: [{ name: "vernemq-auth", mountPath: authFolders[options.engine] }],
                        },
                    ],
                    volumes: [{ name: "vernemq-auth", secret: { secretName: "vernemq-auth" } }],
                },
            },
            volumeClaimTemplates: options.persistence
                ? [{ metadata: { name: "data" }, spec: { resources: { requests: { storage: "20Gi" } } } }]
                : [],
        },
    };
}

/** The chart's PodDisruptionBudget with the values of this program (vernemq helm/vernemq/templates/poddisruptionbudget.yaml); one broker has none. */
export function brokerBudget({ name, replicas }: WorldOptions): NewObject | undefined {
    return replicas < 2
        ? undefined
        : { metadata: { name }, spec: { minAvailable: replicas - 1, selector: { matchLabels: brokerLabels } } };
}

/** HAProxy's Deployment, as far as it is looked at. */
export function haproxyDeployment(replicas: number): NewObject {
    return { metadata: { name: "vernemq-edge" }, spec: { replicas, selector: { matchLabels: haproxyPodLabels } } };
}

/** Pods of HAProxy, which no controller looks after here. */
export function haproxyPods(count: number): NewObject[] {
    return Array.from({ length: count }, (_, index) => ({
        metadata: { name: `vernemq-edge-haproxy-5d9c-${index}`, labels: { ...haproxyPodLabels } },
        spec: { containers: [{ name: "haproxy", image: "haproxy:3.2-alpine" }], nodeName: `node-${index}` },
    }));
}

/** Status of a pod that serves. */
export const readyStatus = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };

export function isReady(pod: StoredObject): boolean {
    const { conditions = [] } = (pod.status ?? {}) as { conditions?: { type: string; status: string }[] };
    return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

/** Name of the template's revision: the same for the same template. */
export function revisionOf(set: StoredObject): string {
    const { template } = set.spec as { template: unknown };
    return `${set.metadata.name}-${createHash("sha256").update(JSON.stringify(template)).digest("hex").slice(0, 10)}`;
}

export function partitionOf(set: StoredObject): number {
    const { updateStrategy } = set.spec as { updateStrategy?: { rollingUpdate?: { partition?: number } } };
    return updateStrategy?.rollingUpdate?.partition ?? 0;
}

/** The ordinal in the name of a pod or of an Erlang node. */
export function ordinalIn(name: string): number {
    return Number(/-(\d+)(?:\.|$)/.exec(name)?.[1]);
}

function base64(text: string): string {
    return Buffer.from(text).toString("base64");
}
