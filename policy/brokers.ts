import { chartName } from "../components/common/charts";
import { valueOf, valuesOf } from "../components/common/property-path";
import type { Resource } from "./rule";

/** VerneMQ's brokers, whatever deploys them: a release of the chart, a VerneMQ resource of the operator, or a StatefulSet. */
export interface Brokers {
    readonly replicas: number;
    /** Keys of vernemq.conf with their values. What an object in the cluster holds is left out. */
    readonly configuration: ReadonlyMap<string, string>;
    /** Whether Kubernetes keeps two of them off one node. */
    readonly repel: boolean;
    readonly hasVolumes: boolean;
    /** CPU that each reserves, as a Kubernetes quantity. */
    readonly cpu: unknown;
    /** `minAvailable` of the chart's own PodDisruptionBudget; undefined where there is none. */
    readonly ownBudget: unknown;
    readonly podLabels: Readonly<Record<string, unknown>>;
    readonly namespace: unknown;
}

/** The brokers that a resource deploys; undefined where it deploys none. */
export function brokersOf(resource: Resource): Brokers | undefined {
    switch (resource.type) {
        case "kubernetes:helm.sh/v3:Release":
            return chartName(resource.inputs["chart"]) === "vernemq" ? ofRelease(resource) : undefined;
        case "kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ":
            return ofOperated(resource);
        case "kubernetes:apps/v1:StatefulSet":
            return ofStatefulSet(resource);
        default:
            return undefined;
    }
}

function ofRelease(release: Resource): Brokers {
    const values = valueOf(release.inputs, "values");
    return {
        replicas: numberOrOne(valueOf(values, "replicaCount")),
        configuration: fromEnvironment(valuesOf(values, "additionalEnv.*")),
        repel: valueOf(values, "podAntiAffinity") === "hard",
        hasVolumes: valueOf(values, "persistentVolume.enabled") === true,
        cpu: valueOf(values, "resources.requests.cpu"),
        ownBudget: valueOf(values, "pdb.enabled") === true ? (valueOf(values, "pdb.minAvailable") ?? 1) : undefined,
        // helm/vernemq/templates/_helpers.tpl of the chart.
        podLabels: {
            "app.kubernetes.io/name": valueOf(values, "nameOverride") ?? "vernemq",
            "app.kubernetes.io/instance": release.inputs["name"],
        },
        namespace: release.inputs["namespace"],
    };
}

function ofOperated({ inputs }: Resource): Brokers {
    const spec = valueOf(inputs, "spec");
    const lines = valueOf(spec, "vmqConfig");
    return {
        replicas: numberOrOne(valueOf(spec, "size")),
        configuration: new Map([
            ...fromEnvironment(valuesOf(spec, "env.*")),
            ...(typeof lines === "string" ? lines.split("\n") : []).flatMap((line) => {
                const [, key, value] = /^\s*([^#=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
                return key === undefined ? [] : [[key.toLowerCase(), value ?? ""] as const];
            }),
            // A listener of the operator with a `tlsConfig` is one of VerneMQ's SSL listeners.
            ...valuesOf(spec, "config.listeners.*")
                .filter((listener) => valueOf(listener, "tlsConfig") !== undefined)
                .map((listener) => [`listener.ssl.${String(valueOf(listener, "port"))}`, "on"] as const),
        ]),
        repel: repel(spec),
        hasVolumes: valueOf(spec, "storage.volumeClaimTemplate") !== undefined,
        cpu: valueOf(spec, "resources.requests.cpu"),
        ownBudget: undefined,
        podLabels: { app: "vernemq", vernemq: valueOf(inputs, "metadata.name") },
        namespace: valueOf(inputs, "metadata.namespace"),
    };
}

function ofStatefulSet({ inputs }: Resource): Brokers | undefined {
    const pod = valueOf(inputs, "spec.template.spec");
    const container = valuesOf(pod, "containers.*").find((candidate) =>
        /(^|\/)vernemq(:|@|$)/.test(String(valueOf(candidate, "image"))),
    );
    if (container === undefined) {
        return undefined;
    }
    return {
        replicas: numberOrOne(valueOf(inputs, "spec.replicas")),
        configuration: fromEnvironment(valuesOf(container, "env.*")),
        repel: repel(pod),
        hasVolumes: valuesOf(inputs, "spec.volumeClaimTemplates.*").length > 0,
        cpu: valueOf(container, "resources.requests.cpu"),
        ownBudget: undefined,
        podLabels: (valueOf(inputs, "spec.template.metadata.labels") ?? {}) as Readonly<Record<string, unknown>>,
        namespace: valueOf(inputs, "metadata.namespace"),
    };
}

/** One is Kubernetes' own default, the chart's and the operator's. */
function numberOrOne(replicas: unknown): number {
    return typeof replicas === "number" ? replicas : 1;
}

function repel(pod: unknown): boolean {
    const required = "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution.*.topologyKey";
    return valuesOf(pod, required).includes("kubernetes.io/hostname");
}

const prefix = "DOCKER_VERNEMQ_";

/** The image writes DOCKER_VERNEMQ_A__B_C into vernemq.conf as `a.b_c` (docker-vernemq: files/vernemq.sh). */
function fromEnvironment(variables: readonly unknown[]): ReadonlyMap<string, string> {
    return new Map(
        variables.flatMap((variable) => {
            const [name, value] = [valueOf(variable, "name"), valueOf(variable, "value")];
            return typeof name === "string" && name.startsWith(prefix) && typeof value === "string"
                ? [[name.slice(prefix.length).replaceAll("__", ".").toLowerCase(), value] as const]
                : [];
        }),
    );
}
