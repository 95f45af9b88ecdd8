import type { Claim } from "../../components/common/account";
import { chartName } from "../../components/common/charts";
import type { Resources } from "../../components/common/node-limits";
import type { Origin } from "../../components/common/catalog";
import { valueOf, valuesOf } from "../../components/common/property-path";
import { mebibytesOf, millicoresOf } from "../../components/common/quantity";
import type { PlannedResource } from "../graph";
import { imagesOf, releaseType } from "../images";
import { operatedBrokersType } from "../roles";
import { placement, type Spread, spreadOf } from "./placement";
import type { Pool } from "./pools";

/** Pods of one kind. */
export interface Workload {
    readonly name: string;
    readonly pod: Resources;
    readonly replicas: number | "each node";
    /** Images of its containers: with their tags where the plan's own resources name them, without where the chart does. */
    readonly images?: readonly string[];
    /** Volumes of each pod. */
    readonly claims: readonly Claim[];
    /** Whether its pods may run on a pool's nodes. */
    readonly accepts: (pool: Pool) => boolean;
    readonly spread: Spread;
    /** How an update replaces pods: those above `replicas`, and those that may be missing meanwhile. */
    readonly rollout: { readonly surge: number; readonly unavailable: number };
}

/** The chart's own pods, which the plan does not list: what they reserve by default. */
interface Chart extends Origin {
    readonly pods: (values: unknown) => readonly ChartPod[];
}

interface ChartPod extends Pick<Workload, "name" | "replicas">, Partial<Resources> {
    readonly claims?: readonly Claim[];
    /** What the repositories of its images end with, those of Jobs beside it included. */
    readonly pulls: readonly string[];
}

export const charts: Readonly<Record<string, Chart>> = {
    "aws-load-balancer-controller": {
        source: "https://github.com/aws/eks-charts, stable/aws-load-balancer-controller/values.yaml 3.5.0: resources {}",
        asOf: "2026-11",
        pods: (values) => [
            {
                name: "aws-load-balancer-controller",
                replicas: numberOf(valueOf(values, "replicaCount"), 2),
                pulls: ["aws-load-balancer-controller"],
            },
        ],
    },
    "cert-manager": {
        source: "https://github.com/cert-manager/cert-manager, deploy/charts/cert-manager/values.yaml 1.21.2: resources {} unless set",
        asOf: "2026-11",
        pods: (values) => [
            {
                name: "cert-manager",
                replicas: 1,
                pulls: ["cert-manager-controller", "cert-manager-acmesolver", "cert-manager-startupapicheck"],
                ...requestsOf(valueOf(values, "resources")),
            },
            {
                name: "cert-manager-webhook",
                replicas: 1,
                pulls: ["cert-manager-webhook"],
                ...requestsOf(valueOf(values, "webhook.resources")),
            },
            {
                name: "cert-manager-cainjector",
                replicas: 1,
                pulls: ["cert-manager-cainjector"],
                ...requestsOf(valueOf(values, "cainjector.resources")),
            },
        ],
    },
    "kube-prometheus-stack": {
        source: "https://github.com/prometheus-community/helm-charts, charts/kube-prometheus-stack/values.yaml 88.5.3; Alertmanager's 200Mi is the operator's own default",
        asOf: "2026-11",
        pods: (values) => [
            {
                name: "prometheus",
                replicas: 1,
                claims: claimsOf(valueOf(values, "prometheus.prometheusSpec.storageSpec.volumeClaimTemplate")),
                pulls: ["prometheus/prometheus", "prometheus-config-reloader"],
                ...requestsOf(valueOf(values, "prometheus.prometheusSpec.resources")),
            },
            {
                name: "alertmanager",
                replicas: 1,
                memoryMiB: 200,
                pulls: ["prometheus/alertmanager", "prometheus-config-reloader"],
            },
            { name: "grafana", replicas: 1, pulls: ["grafana/grafana", "k8s-sidecar"] },
            { name: "kube-state-metrics", replicas: 1, pulls: ["kube-state-metrics"] },
            {
                name: "prometheus-operator",
                replicas: 1,
                pulls: ["prometheus-operator/prometheus-operator", "kube-webhook-certgen"],
            },
            { name: "node-exporter", replicas: "each node", pulls: ["node-exporter"] },
        ],
    },
    metallb: {
        source: "https://github.com/metallb/metallb, charts/metallb/values.yaml 0.16.1: resources {}",
        asOf: "2026-11",
        pods: () => [
            { name: "metallb-controller", replicas: 1, pulls: ["metallb/controller"] },
            { name: "metallb-speaker", replicas: "each node", pulls: ["metallb/speaker", "frr-k8s", "frrouting/frr"] },
        ],
    },
};

function numberOf(value: unknown, otherwise: number): number {
    return typeof value === "number" ? value : otherwise;
}

/** What a container or a pod reserves of `resources.requests`; limits count where there are no requests, as Kubernetes has it. */
function requestsOf(resources: unknown): Resources {
    const of = (name: string) => valueOf(resources, `requests.${name}`) ?? valueOf(resources, `limits.${name}`);
    return { millicores: millicoresOf(of("cpu")) ?? 0, memoryMiB: mebibytesOf(of("memory")) ?? 0 };
}

/** The volume of a claim's template; none where there is none. */
function claimsOf(template: unknown): readonly Claim[] {
    const spec = valueOf(template, "spec");
    return spec === undefined
        ? []
        : [claim(valueOf(spec, "resources.requests.storage"), valueOf(spec, "storageClassName"))];
}

function claim(size: unknown, storageClass: unknown): Claim {
    return {
        gibibytes: (mebibytesOf(size) ?? 0) / 1024,
        storageClass: typeof storageClass === "string" ? storageClass : undefined,
    };
}

/** The workloads of a plan: its own objects', its charts', and what the clouds bring to their nodes. */
export function workloadsOf(resources: readonly PlannedResource[], pools: readonly Pool[]): readonly Workload[] {
    return [...systemWorkloads(pools), ...resources.flatMap((resource) => workloadsOfResource(resource))];
}

/** What is in the charts of a plan that no table here knows. */
export function unknownCharts(resources: readonly PlannedResource[]): readonly string[] {
    return resources
        .filter(({ type }) => type === releaseType)
        .map(({ inputs }) => chartName(inputs["chart"]) ?? "")
        .filter((chart) => chart !== "vernemq" && !Object.hasOwn(charts, chart));
}

/** What the clouds run themselves. */
export function systemWorkloads(pools: readonly Pool[]): readonly Workload[] {
    const [limits] = pools.map((pool) => pool.limits);
    return (limits?.systemPods ?? []).map(({ name, replicas, millicores, memoryMiB }) => ({
        name,
        pod: { millicores, memoryMiB },
        claims: [],
        ...asItComes(replicas),
    }));
}

/** Where pods run that ask for no place: all nodes for those that belong to each, otherwise nodes without taints. */
function asItComes(replicas: Workload["replicas"]): Pick<Workload, "replicas" | "accepts" | "spread" | "rollout"> {
    const accepts = replicas === "each node" ? () => true : untainted;
    return { replicas, accepts, spread: "any", rollout: { surge: 1, unavailable: 1 } };
}

export function untainted({ taints }: Pool): boolean {
    return taints.length === 0;
}

function workloadsOfResource(resource: PlannedResource): readonly Workload[] {
    const { type, inputs } = resource;
    switch (type) {
        case "kubernetes:apps/v1:Deployment":
        case "kubernetes:apps/v1:StatefulSet":
        case "kubernetes:apps/v1:DaemonSet":
            return [ofController(resource)];
        case releaseType:
            return chartName(inputs["chart"]) === "vernemq"
                ? [brokersOf(inputs["values"], "replicaCount")]
                : ofChart(inputs);
        case operatedBrokersType:
            return [brokersOf(inputs["spec"], "size")];
        default:
            return [];
    }
}

/** Brokers have a hard anti-affinity, whichever of the two engines deploys them (plan/checks/broker.ts asks for it), and go one at a time. */
function brokersOf(spec: unknown, count: string): Workload {
    const chartVolume =
        valueOf(spec, "persistentVolume.enabled") === true
            ? [claim(valueOf(spec, "persistentVolume.size"), valueOf(spec, "persistentVolume.storageClass"))]
            : [];
    return {
        name: "vernemq",
        pod: requestsOf(valueOf(spec, "resources")),
        replicas: numberOf(valueOf(spec, count), 0),
        images: [imageOf(valueOf(spec, "image"))].filter((image) => image !== ""),
        claims: [...chartVolume, ...claimsOf(valueOf(spec, "storage.volumeClaimTemplate"))],
        accepts: placement(spec),
        spread: "one per node",
        rollout: { surge: 0, unavailable: 1 },
    };
}

/** The chart takes repository and tag, the operator the whole name. */
function imageOf(image: unknown): string {
    const [repository, tag] = [valueOf(image, "repository"), valueOf(image, "tag")];
    return typeof image === "string" ? image : typeof repository === "string" ? `${repository}:${String(tag)}` : "";
}

function ofChart(inputs: PlannedResource["inputs"]): readonly Workload[] {
    const name = chartName(inputs["chart"]) ?? "";
    const chart = Object.hasOwn(charts, name) ? charts[name] : undefined;
    const images = imagesOf(releaseType, inputs);
    return (chart?.pods(inputs["values"]) ?? []).map(
        ({ name: podName, replicas, millicores = 0, memoryMiB = 0, claims = [], pulls }) => ({
            name: podName,
            pod: { millicores, memoryMiB },
            images: images.filter((image) => pulls.some((end) => `/${image}`.endsWith(`/${end}`))),
            claims,
            ...asItComes(replicas),
        }),
    );
}

function ofController({ type, inputs }: PlannedResource): Workload {
    const spec = valueOf(inputs, "spec.template.spec");
    const replicas = numberOf(valueOf(inputs, "spec.replicas"), 1);
    return {
        name: String(valueOf(inputs, "metadata.name")),
        pod: podRequests(spec),
        replicas: type.endsWith("DaemonSet") ? "each node" : replicas,
        images: ["containers", "initContainers"].flatMap((kind) =>
            valuesOf(spec, `${kind}.*.image`).map((image) => String(image)),
        ),
        claims: valuesOf(inputs, "spec.volumeClaimTemplates.*").flatMap(claimsOf),
        accepts: placement(spec),
        spread: spreadOf(spec),
        rollout: type.endsWith("Deployment")
            ? deploymentRollout(valueOf(inputs, "spec.strategy"), replicas)
            : { surge: 0, unavailable: 1 },
    };
}

/** All containers together, or the biggest of those that run before them. */
function podRequests(spec: unknown): Resources {
    const together = (pods: readonly Resources[], join: (a: number, b: number) => number): Resources => ({
        millicores: pods.reduce((sum, { millicores }) => join(sum, millicores), 0),
        memoryMiB: pods.reduce((sum, { memoryMiB }) => join(sum, memoryMiB), 0),
    });
    const each = (path: string) => valuesOf(spec, path).map(requestsOf);
    const running = together(each("containers.*.resources"), (a, b) => a + b);
    return together([running, ...each("initContainers.*.resources")], Math.max);
}

/** Kubernetes' default is a quarter: rounded up above, and down below. */
function deploymentRollout(strategy: unknown, replicas: number): Workload["rollout"] {
    if (valueOf(strategy, "type") === "Recreate") {
        return { surge: 0, unavailable: replicas };
    }
    const share = (value: unknown, round: (share: number) => number) =>
        typeof value === "number"
            ? value
            : round((Number.parseInt(typeof value === "string" ? value : "25%") / 100) * replicas);
    return {
        surge: share(valueOf(strategy, "rollingUpdate.maxSurge"), Math.ceil),
        unavailable: share(valueOf(strategy, "rollingUpdate.maxUnavailable"), Math.floor),
    };
}
