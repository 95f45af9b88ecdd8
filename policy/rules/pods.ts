import { valueOf, valuesOf } from "../../components/common/property-path";
import { brokersOf } from "../brokers";
import { isUnknown, type Resource, type Rule, shown } from "../rule";

const chart = "kubernetes:helm.sh/v3:Release";
const namespace = "kubernetes:core/v1:Namespace";
const operated = "kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ";

/** `image`, and `bundlerImage` of VerneMQ's operator. */
const imageKey = /^(bundlerI|i)mage$/i;

/** What names a version in a resource, with whether it is an exact one. */
function versionsOf(resource: Resource): readonly { readonly what: string; readonly pinned: boolean }[] {
    if (!resource.type.startsWith("kubernetes:")) {
        return [];
    }
    const { inputs } = resource;
    const isRelease = resource.type === chart;
    return [
        ...(isRelease ? [{ what: "its chart has no exact version", pinned: isExact(inputs["version"]) }] : []),
        ...versionsIn(inputs, []),
    ];
}

function versionsIn(value: unknown, path: readonly string[]): ReturnType<typeof versionsOf> {
    const key = path.at(-1) ?? "";
    if (typeof value === "string") {
        const isTag = key === "tag" && imageKey.test(path.at(-2) ?? "");
        return imageKey.test(key)
            ? [{ what: `image ${value} names no exact version`, pinned: isPinnedImage(value) }]
            : isTag && value === "latest"
              ? [{ what: "the tag of its image is latest", pinned: false }]
              : [];
    }
    return typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([name, item]) => versionsIn(item, [...path, name]))
        : [];
}

function isExact(version: unknown): boolean {
    return isUnknown(version) || (typeof version === "string" && /^v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/.test(version));
}

/** An image with a digest, or with a tag that is not `latest`. */
function isPinnedImage(image: string): boolean {
    const tag = image.slice(image.lastIndexOf("/") + 1).split(":")[1];
    return image.includes("@sha256:") || (tag !== undefined && tag !== "latest") || isUnknown(image);
}

const pinnedVersions: Rule = {
    id: "pinned-versions",
    level: "mandatory",
    title: "Charts and images are pinned",
    text: "The same program deploys the same software tomorrow: nothing changes behind a name.",
    remedy: "An exact version of the chart; a tag or, better, a digest of the image.",
    source: "https://kubernetes.io/docs/concepts/configuration/overview/",
    scope: "resource",
    concerns: (resource) => versionsOf(resource).length > 0,
    check: (resource) => versionsOf(resource).flatMap(({ what, pinned }) => (pinned ? [] : [what])),
};

/** Where a kind keeps the specification of its pods. */
const podPaths: Readonly<Record<string, string>> = {
    "kubernetes:core/v1:Pod": "spec",
    "kubernetes:apps/v1:Deployment": "spec.template.spec",
    "kubernetes:apps/v1:StatefulSet": "spec.template.spec",
    "kubernetes:apps/v1:DaemonSet": "spec.template.spec",
    "kubernetes:batch/v1:Job": "spec.template.spec",
    "kubernetes:batch/v1:CronJob": "spec.jobTemplate.spec.template.spec",
};

function podOf({ type, inputs }: Resource): unknown {
    const path = Object.hasOwn(podPaths, type) ? podPaths[type] : undefined;
    return path === undefined ? undefined : valueOf(inputs, path);
}

/** What of Pod Security Standard `restricted` a pod's specification breaks. */
function againstRestricted(pod: unknown): readonly string[] {
    const whole = valueOf(pod, "securityContext");
    const containers = ["containers", "initContainers"].flatMap((kind) => valuesOf(pod, `${kind}.*`));
    const shared = ["hostNetwork", "hostPID", "hostIPC"].filter((field) => valueOf(pod, field) === true);
    return [
        ...shared.map((field) => `${field} is on`),
        ...(valuesOf(pod, "volumes.*.hostPath").length > 0 ? ["it mounts a path of its node"] : []),
        ...containers.flatMap((container) => {
            const context = valueOf(container, "securityContext");
            const either = (path: string) => valueOf(context, path) ?? valueOf(whole, path);
            const profile = either("seccompProfile.type");
            const added = valuesOf(context, "capabilities.add.*").filter((name) => name !== "NET_BIND_SERVICE");
            return [
                ...(valueOf(context, "privileged") === true ? ["is privileged"] : []),
                ...(valueOf(context, "allowPrivilegeEscalation") === false ? [] : ["may gain privileges"]),
                ...(either("runAsNonRoot") === true ? [] : ["may run as root"]),
                ...(either("runAsUser") === 0 ? ["runs as root"] : []),
                ...(valuesOf(context, "capabilities.drop.*").includes("ALL") ? [] : ["keeps capabilities"]),
                ...added.map((name) => `has the capability ${String(name)}`),
                ...(profile === "RuntimeDefault" || profile === "Localhost" ? [] : ["has no seccomp profile"]),
                ...(valuesOf(container, "ports.*.hostPort").some((port) => port !== 0) ? ["uses a host port"] : []),
            ].map((what) => `container ${String(valueOf(container, "name"))} ${what}`);
        }),
    ];
}

/** What VerneMQ's chart takes of a pod's specification. What it leaves out is the image's: user 10000, no capabilities dropped. */
function chartPod({ inputs }: Resource): unknown {
    return {
        securityContext: valueOf(inputs, "values.securityContext"),
        containers: [{ name: "vernemq", securityContext: valueOf(inputs, "values.containerSecurityContext") }],
    };
}

const restrictedPods: Rule = {
    id: "restricted-pods",
    level: "advisory",
    title: "Pods are restricted",
    text: "A pod meets the Pod Security Standard restricted: no root, no privileges, no capabilities, the runtime's seccomp profile.",
    remedy: "Set securityContext of the pod and its containers; in VerneMQ's chart the values securityContext and containerSecurityContext.",
    source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
    scope: "resource",
    concerns: (resource) => podOf(resource) !== undefined || isBrokerRelease(resource),
    check: (resource) => againstRestricted(isBrokerRelease(resource) ? chartPod(resource) : podOf(resource)),
};

function isBrokerRelease(resource: Resource): boolean {
    return resource.type === chart && brokersOf(resource) !== undefined;
}

const noIdleTokens: Rule = {
    id: "no-idle-tokens",
    level: "advisory",
    title: "Pods mount no token of the Kubernetes API that they do not need",
    text: "A pod that names no service account gets a token of its namespace's default one, and an intruder in it gets that too.",
    remedy: "`automountServiceAccountToken: false`, or its own service account with the rights that it needs.",
    source: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
    scope: "resource",
    concerns: (resource) => podOf(resource) !== undefined,
    check: (resource) => {
        const pod = podOf(resource);
        const account = valueOf(pod, "serviceAccountName") ?? valueOf(pod, "serviceAccount") ?? "default";
        return valueOf(pod, "automountServiceAccountToken") === false || account !== "default"
            ? []
            : ["it mounts the token of the default service account"];
    },
};

const enforceLabel = "pod-security.kubernetes.io/enforce";

const restrictedNamespace: Rule = {
    id: "restricted-namespace",
    level: "advisory",
    title: "Namespaces enforce Pod Security, and that of the brokers the level restricted",
    text: "Pod Security Admission refuses a pod that asks for more than its namespace allows, whichever user creates it.",
    remedy: `Label the namespace ${enforceLabel}: restricted; baseline or privileged where its pods need that and no broker runs.`,
    source: "https://kubernetes.io/docs/concepts/security/pod-security-admission/",
    scope: "stack",
    concerns: ({ type }) => type === namespace,
    check: (resource, all) => {
        const level = valueOf(resource.inputs, `metadata.labels["${enforceLabel}"]`);
        const name = valueOf(resource.inputs, "metadata.name");
        if (level === undefined) {
            return ["it enforces no Pod Security Standard"];
        }
        const inside = all.filter((other) => name !== undefined && brokersOf(other)?.namespace === name);
        // The plugin bundler that the operator creates has no security context (vmq-operator, controllers/deployment.go).
        const enough = inside.some(({ type }) => type === operated) ? ["restricted", "baseline"] : ["restricted"];
        return inside.length > 0 && !enough.includes(shown(level)) && !isUnknown(level)
            ? [`it enforces ${shown(level)} where brokers run`]
            : [];
    },
};

/** The rules of what runs in the cluster. */
export const podRules: readonly Rule[] = [pinnedVersions, restrictedPods, noIdleTokens, restrictedNamespace];
