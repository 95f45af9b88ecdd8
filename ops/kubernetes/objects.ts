import { isObject } from "../../components/common/is-object";

/** What every object of the Kubernetes API has. The rest of it is plain JSON, as the API server wrote it. */
export interface KubernetesObject {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly metadata: ObjectMeta;
    readonly [field: string]: unknown;
}

interface ObjectMeta {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    /** ISO 8601. */
    readonly creationTimestamp?: string;
    /** ISO 8601; present while the object is being deleted. */
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
}

/** Where objects of a kind are in the API. */
export interface Collection {
    /** Group and version: `v1` or `apps/v1`. */
    readonly apiVersion: string;
    readonly plural: string;
    /** Objects of a namespace are looked for in the target's. */
    readonly namespaced: boolean;
}

function namespaced(apiVersion: string, plural: string): Collection {
    return { apiVersion, plural, namespaced: true };
}

function clusterWide(apiVersion: string, plural: string): Collection {
    return { apiVersion, plural, namespaced: false };
}

export const collections = {
    pods: namespaced("v1", "pods"),
    claims: namespaced("v1", "persistentvolumeclaims"),
    secrets: namespaced("v1", "secrets"),
    deployments: namespaced("apps/v1", "deployments"),
    statefulSets: namespaced("apps/v1", "statefulsets"),
    disruptionBudgets: namespaced("policy/v1", "poddisruptionbudgets"),
    nodes: clusterWide("v1", "nodes"),
    volumes: clusterWide("v1", "persistentvolumes"),
    accessReviews: clusterWide("authorization.k8s.io/v1", "selfsubjectaccessreviews"),
    storageClasses: clusterWide("storage.k8s.io/v1", "storageclasses"),
    snapshots: namespaced("snapshot.storage.k8s.io/v1", "volumesnapshots"),
    snapshotClasses: clusterWide("snapshot.storage.k8s.io/v1", "volumesnapshotclasses"),
} as const satisfies Record<string, Collection>;

/** The path of a collection, or of an object in it, below the API server's address. */
export function pathOf({ apiVersion, plural, namespaced }: Collection, namespace: string, name?: string): string {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const parts = [...(namespaced ? ["namespaces", namespace] : []), plural, ...(name === undefined ? [] : [name])];
    return [root, ...parts.map(encodeURIComponent)].join("/");
}

function partsOf(object: KubernetesObject) {
    const { metadata } = object;
    const { name, uid = "", labels = {}, annotations = {} } = metadata;
    const known = { name, uid, labels, annotations };
    return { metadata, known, spec: recordAt(object, "spec"), status: recordAt(object, "status") };
}

/** A StatefulSet as far as the verbs need it. */
export type StatefulSet = Readonly<ReturnType<typeof statefulSetOf>>;

export function statefulSetOf(object: KubernetesObject) {
    const { metadata, spec, status, known } = partsOf(object);
    const strategy = recordAt(spec, "updateStrategy");
    const template = recordAt(spec, "template");
    const podSpec = recordAt(template, "spec");
    const container = listAt(podSpec, "containers")[0] ?? {};
    return {
        ...known,
        resourceVersion: metadata.resourceVersion ?? "",
        /** Kind and name of what made it and may change it back: an operator's resource. Helm owns nothing in this sense. */
        owner: metadata.ownerReferences?.map(({ kind, name }) => `${kind} ${name}`)[0],
        /** Replicas that are wanted. */
        replicas: numberAt(spec, "replicas") ?? 1,
        /** Whether the controller has seen the newest spec. */
        observed: (numberAt(status, "observedGeneration") ?? 0) >= (metadata.generation ?? 0),
        readyReplicas: numberAt(status, "readyReplicas") ?? 0,
        serviceName: textAt(spec, "serviceName") ?? "",
        /** `RollingUpdate` or `OnDelete`. */
        updateStrategy: textAt(strategy, "type") ?? "RollingUpdate",
        /** Pods with a smaller ordinal keep the old template in a rolling update. */
        partition: numberAt(recordAt(strategy, "rollingUpdate"), "partition") ?? 0,
        currentRevision: textAt(status, "currentRevision"),
        updateRevision: textAt(status, "updateRevision"),
        /** The labels that its pods are known by. */
        selector: recordAt(recordAt(spec, "selector"), "matchLabels") as Record<string, string>,
        /** All labels that its pods are created with. */
        podLabels: recordAt(recordAt(template, "metadata"), "labels") as Record<string, string>,
        /** Names of the claims' templates; the claim of pod N is `<template>-<pod>`. */
        claimTemplates: listAt(spec, "volumeClaimTemplates").map(
            (claim) => textAt(recordAt(claim, "metadata"), "name") ?? "",
        ),
        /** The first container of its pods. */
        container: containerOf(podSpec, {}),
        /** Path that the container's readiness is asked at; undefined where it is no HTTP request. */
        readinessPath: textAt(recordAt(recordAt(container, "readinessProbe"), "httpGet"), "path"),
        /** Seconds that the container may take to answer its startup probe; undefined where it has none. */
        startupSeconds: startupSecondsOf(recordAt(container, "startupProbe")),
        /** Whether a pod that stops leaves the cluster first: the preStop hook of VerneMQ's operator (vmq-operator, controllers/statefulset.go). */
        leavesOnStop: JSON.stringify(recordAt(recordAt(container, "lifecycle"), "preStop")).includes("cluster leave"),
    };
}

/** Kubernetes' own defaults are 3 failures, 10 s apart (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Probe). */
function startupSecondsOf(probe: Readonly<Record<string, unknown>>): number | undefined {
    return Object.keys(probe).length === 0
        ? undefined
        : (numberAt(probe, "failureThreshold") ?? 3) * (numberAt(probe, "periodSeconds") ?? 10);
}

/** The broker's pod in an API object; undefined where its name does not end in an ordinal. */
export function podOf(object: KubernetesObject): Pod | undefined {
    const ordinal = ordinalOf(object.metadata.name);
    return ordinal === undefined ? undefined : { ...podStateOf(object), ordinal };
}

/** Any pod as far as the verbs need it. */
export type PodState = Readonly<ReturnType<typeof podStateOf>>;

/** A broker's pod as far as the verbs need it. */
export interface Pod extends PodState {
    readonly ordinal: number;
}

export function podStateOf(object: KubernetesObject) {
    const { metadata, spec, status, known } = partsOf(object);
    const statuses = listAt(status, "containerStatuses");
    const container = containerOf(spec, known.annotations);
    const own = statuses.find((item) => textAt(item, "name") === container.name) ?? {};
    return {
        ...known,
        /** `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`. */
        phase: textAt(status, "phase") ?? "Unknown",
        ready: listAt(status, "conditions").some(
            (condition) => condition["type"] === "Ready" && condition["status"] === "True",
        ),
        /** It was ordered to go. */
        terminating: metadata.deletionTimestamp !== undefined,
        restarts: statuses.reduce((sum, item) => sum + (numberAt(item, "restartCount") ?? 0), 0),
        /** Why its container does not run, for example `CrashLoopBackOff`, or `Unschedulable: ` and the scheduler's message. */
        waitingReason: textAt(recordAt(recordAt(own, "state"), "waiting"), "reason") ?? unscheduled(status),
        /** ISO 8601. */
        createdAt: metadata.creationTimestamp,
        node: textAt(spec, "nodeName"),
        address: textAt(status, "podIP"),
        container,
        /** Revision of the StatefulSet's template that it was created from. */
        revision: known.labels["controller-revision-hash"],
    };
}

/** The scheduler's word for a pod that no node takes: `Unschedulable`, and why. */
function unscheduled(status: Readonly<Record<string, unknown>>): string | undefined {
    const condition = listAt(status, "conditions").find(
        ({ type, status: is }) => type === "PodScheduled" && is === "False",
    );
    return condition === undefined
        ? undefined
        : [textAt(condition, "reason"), textAt(condition, "message")].filter((text) => text !== undefined).join(": ");
}

/** A volume claim as far as the verbs need it. */
export type Claim = Readonly<ReturnType<typeof claimOf>>;

export function claimOf(object: KubernetesObject, statefulSet: StatefulSet) {
    const { metadata, spec, status, known } = partsOf(object);
    return {
        ...known,
        /** `Pending`, `Bound` or `Lost`. */
        phase: textAt(status, "phase") ?? "Pending",
        terminating: metadata.deletionTimestamp !== undefined,
        /** What was asked for, for example `20Gi`. */
        requested: textAt(recordAt(recordAt(spec, "resources"), "requests"), "storage"),
        /** What there is. */
        capacity: textAt(recordAt(status, "capacity"), "storage"),
        storageClass: textAt(spec, "storageClassName"),
        volume: textAt(spec, "volumeName"),
        /** The broker it belongs to; undefined where its name does not say. */
        ordinal: claimOrdinal(metadata.name, statefulSet),
    };
}

/** The ordinal at the end of a pod's or claim's name. */
function ordinalOf(name: string): number | undefined {
    const digits = /-(0|[1-9]\d{0,8})$/.exec(name)?.[1];
    return digits === undefined ? undefined : Number(digits);
}

/** Of the claims that pods of the StatefulSet use (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage). */
function claimOrdinal(name: string, { name: set, claimTemplates }: StatefulSet): number | undefined {
    const ordinal = ordinalOf(name);
    return claimTemplates.some((template) => `${template}-${set}-${ordinal ?? ""}` === name) ? ordinal : undefined;
}

/** The container that commands run in: the one that kubectl takes too (its default-container annotation, else the first). */
function containerOf(
    podSpec: Readonly<Record<string, unknown>>,
    annotations: Readonly<Record<string, string>>,
): { name: string; image: string } {
    const containers = listAt(podSpec, "containers");
    const wanted = annotations["kubectl.kubernetes.io/default-container"];
    const container = containers.find((item) => item["name"] === wanted) ?? containers[0] ?? {};
    return { name: textAt(container, "name") ?? "", image: textAt(container, "image") ?? "" };
}

/** The object at a key of a JSON object; an empty one where there is none. */
export function recordAt(object: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
    const value = object[key];
    return isObject(value) ? value : {};
}

/** The objects in the list at a key; none where there is no list. */
export function listAt(
    object: Readonly<Record<string, unknown>>,
    key: string,
): readonly Readonly<Record<string, unknown>>[] {
    const value = object[key];
    return Array.isArray(value) ? value.filter(isObject) : [];
}

export function textAt(object: Readonly<Record<string, unknown>>, key: string): string | undefined {
    const value = object[key];
    return typeof value === "string" ? value : undefined;
}

function numberAt(object: Readonly<Record<string, unknown>>, key: string): number | undefined {
    const value = object[key];
    return typeof value === "number" ? value : undefined;
}
