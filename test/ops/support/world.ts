import { Brokers, type Data, newData } from "./brokers";
import {
    authFolders,
    authSecret,
    brokerBudget,
    brokerLabels,
    brokerSet,
    claims,
    haproxyDeployment,
    haproxyPods,
    isReady,
    ordinalIn,
    partitionOf,
    pods,
    readyStatus,
    revisionOf,
    sets,
} from "./objects";
import type { WorldOptions } from "./options";
import { Store, type StoredObject } from "./store";
import { Volumes } from "./volumes";

/** The state of a container that is no API object. */
interface Container {
    /** Tick of its next change. */
    at: number;
    state: "waiting" | "running" | "ready" | "terminating";
    data: Data;
    /** Contents of mounted Secrets by path. */
    mounted: Map<string, string>;
    annotations: string;
}

interface Template {
    readonly metadata: { readonly annotations?: Record<string, string> };
    readonly spec: Readonly<Record<string, unknown>>;
}

/** A Kubernetes cluster with a StatefulSet of VerneMQ: controllers, kubelets and brokers, in steps. */
export class World {
    readonly store: Store;
    readonly brokers = new Brokers();
    readonly options: WorldOptions;
    readonly volumes: Volumes;
    /** Pods whose mounted Secrets are never refreshed. */
    readonly stale = new Set<string>();
    /** Pods that no node takes: they stay Pending. */
    readonly unschedulable = new Set<string>();
    /** Pods that never become ready. */
    readonly broken = new Set<string>();
    /** Leaves under way: the node, and the tick at which it ends. */
    readonly leaves = new Map<string, { at: number; done: (lines: readonly string[]) => void }>();
    tickCount = 0;
    readonly #containers = new Map<string, Container>();
    /** Templates by revision: pods below a partition are created from an old one. */
    readonly #templates = new Map<string, Template>();

    constructor(options: WorldOptions, collections: readonly string[]) {
        this.options = options;
        this.store = new Store(() => new Date(Date.UTC(2026, 0, 1) + this.tickCount * 1000), collections);
        this.volumes = new Volumes(this.store, this.brokers, options.pace.snapshot);
        this.store.create("v1/secrets", authSecret);
        const set = this.store.create(sets, brokerSet(options));
        set.status = { currentRevision: revisionOf(set) };
        const budget = brokerBudget(options);
        if (budget !== undefined) {
            this.store.create("policy/v1/poddisruptionbudgets", budget);
        }
        if (options.haproxy > 0) {
            this.store.create("apps/v1/deployments", haproxyDeployment(options.haproxy));
        }
        for (const pod of haproxyPods(options.haproxy)) {
            this.store.create(pods, pod).status = readyStatus;
        }
        this.settle();
    }

    nodeName(ordinal: number): string {
        const { name, nodePrefix, headlessService, namespace } = this.options;
        return `${nodePrefix}@${name}-${ordinal}.${headlessService}.${namespace}.svc.cluster.local`;
    }

    /** The data of the broker in a pod. */
    dataOf(ordinal: number): Data {
        const container = this.#containers.get(this.podName(ordinal));
        if (container === undefined) {
            throw new Error(`there is no pod ${this.podName(ordinal)}`);
        }
        return container.data;
    }

    podName(ordinal: number): string {
        return `${this.options.name}-${ordinal}`;
    }

    /** What a file in a pod holds. */
    fileIn(pod: string, path: string): string | undefined {
        return this.#containers.get(pod)?.mounted.get(path);
    }

    /** Lets time pass until nothing changes by itself any more. */
    settle(): void {
        for (let quiet = 0, rounds = 0; quiet < 12; rounds += 1) {
            const before = this.#fingerprint();
            this.tick();
            quiet = this.#fingerprint() === before ? quiet + 1 : 0;
            if (rounds > 5000) {
                throw new Error("the scripted cluster does not come to rest");
            }
        }
    }

    tick(): void {
        this.tickCount += 1;
        this.#finishLeaves();
        this.#reconcileSet();
        for (const pod of this.brokerPods()) {
            this.#runPod(pod);
        }
        this.#join();
        this.volumes.tick(this.tickCount);
        this.#writeStatus();
    }

    /** Ends a broker's VM; Kubernetes starts its container again. */
    crash(ordinal: number): void {
        const container = this.#containers.get(this.podName(ordinal));
        if (container === undefined || container.state === "waiting") {
            return;
        }
        this.brokers.stop(this.nodeName(ordinal));
        if (container.state !== "terminating") {
            container.state = "waiting";
            container.at = this.tickCount + this.options.pace.restart;
        }
        const pod = this.store.get(pods, this.podName(ordinal));
        const { restartCount = 0 } = pod.status as { restartCount?: number };
        pod.status = { ...pod.status, restartCount: restartCount + 1 };
    }

    /** The pods of the StatefulSet: those that it owns. */
    brokerPods(): StoredObject[] {
        return this.store
            .list(pods)
            .filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === this.options.name);
    }

    #finishLeaves(): void {
        for (const [node, leave] of [...this.leaves]) {
            if (leave.at <= this.tickCount) {
                this.leaves.delete(node);
                const { queues, messages } = this.brokers.finishLeave(node);
                const counts = `${queues}/${queues} queues and ${messages}/${messages} messages`;
                this.crash(ordinalIn(node));
                leave.done([`Migrated ${counts}`, "Done"]);
            }
        }
    }

    /** The StatefulSet's controller with OrderedReady (kubernetes pkg/controller/statefulset/stateful_set_control.go). */
    #reconcileSet(): void {
        const set = this.store.find(sets, this.options.name);
        if (set === undefined) {
            return;
        }
        const spec = set.spec as {
            replicas: number;
            updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } };
        };
        for (let ordinal = 0; ordinal < spec.replicas; ordinal += 1) {
            const pod = this.store.find(pods, this.podName(ordinal));
            if (pod === undefined) {
                this.#createPod(set, ordinal);
                return;
            }
            if (pod.metadata.deletionTimestamp !== undefined || !isReady(pod)) {
                return;
            }
        }
        const owned = this.brokerPods().sort((a, b) => ordinalIn(b.metadata.name) - ordinalIn(a.metadata.name));
        const condemned = owned.find(({ metadata }) => ordinalIn(metadata.name) >= spec.replicas);
        if (condemned !== undefined) {
            this.deletePod(condemned.metadata.name);
            return;
        }
        const { type = "RollingUpdate", rollingUpdate } = spec.updateStrategy ?? {};
        const outdated = owned.find(
            ({ metadata }) =>
                ordinalIn(metadata.name) >= (rollingUpdate?.partition ?? 0) &&
                metadata.labels?.["controller-revision-hash"] !== revisionOf(set),
        );
        if (type === "RollingUpdate" && outdated !== undefined) {
            this.deletePod(outdated.metadata.name);
        }
    }

    #createPod(set: StoredObject, ordinal: number): void {
        const name = this.podName(ordinal);
        const claim = this.options.persistence ? this.#claimFor(name) : undefined;
        const current = (set.status as { currentRevision?: string } | undefined)?.currentRevision;
        const newest = revisionOf(set);
        const revision = ordinal < partitionOf(set) && current !== undefined ? current : newest;
        this.#templates.set(newest, structuredClone((set.spec as { template: Template }).template));
        const template = this.#templates.get(revision) ?? (set.spec as { template: Template }).template;
        const pod = this.store.create(pods, {
            metadata: {
                name,
                labels: { ...brokerLabels, "controller-revision-hash": revision },
                annotations: { ...template.metadata.annotations },
                ownerReferences: [{ kind: "StatefulSet", name: set.metadata.name, uid: set.metadata.uid }],
            },
            spec: { ...structuredClone(template.spec), nodeName: `node-${ordinal}` },
            status: { phase: "Pending", restartCount: 0 },
        });
        this.#containers.set(name, {
            at: this.tickCount + this.options.pace.start,
            state: "waiting",
            data: claim === undefined ? newData() : this.volumes.of(claim),
            mounted: this.#secretFiles(),
            annotations: JSON.stringify(pod.metadata.annotations),
        });
    }

    #claimFor(pod: string): StoredObject {
        const name = `data-${pod}`;
        return (
            this.store.find(claims, name) ??
            this.store.create(claims, {
                metadata: { name, labels: brokerLabels },
                spec: {
                    resources: { requests: { storage: "20Gi" } },
                    storageClassName: "fast",
                    volumeName: `pv-${pod}`,
                },
            })
        );
    }

    /** What deleting a pod does: it ends after its preStop sleep. */
    deletePod(name: string): void {
        const pod = this.store.get(pods, name);
        const container = this.#containers.get(name);
        if (pod.metadata.deletionTimestamp !== undefined || container === undefined) {
            return;
        }
        pod.metadata.deletionTimestamp = new Date(0).toISOString();
        this.store.touch(pod);
        container.state = "terminating";
        container.at = this.tickCount + this.options.pace.stop;
    }

    #runPod(pod: StoredObject): void {
        const { name } = pod.metadata;
        const container = this.#containers.get(name);
        if (container === undefined) {
            return;
        }
        this.#refreshMounts(pod, container);
        const ordinal = ordinalIn(name);
        if (container.at <= this.tickCount) {
            if (container.state === "waiting" && !this.unschedulable.has(name)) {
                const others = this.brokerPods().filter((other) => other.metadata.name !== name);
                this.brokers.start(this.nodeName(ordinal), container.data, `10.0.0.${ordinal}`, others.length === 0);
                container.state = "running";
                container.at = this.tickCount + this.options.pace.ready;
            } else if (container.state === "running" && !this.broken.has(name)) {
                container.state = "ready";
            } else if (container.state === "terminating") {
                this.brokers.stop(this.nodeName(ordinal));
                this.#containers.delete(name);
                this.store.drop(pods, name);
                if (!this.options.persistence) {
                    this.brokers.wipe(container.data);
                }
                return;
            }
        }
        const process = this.brokers.process(this.nodeName(ordinal));
        const ready =
            container.state === "ready" &&
            !this.brokers.frozen.has(this.nodeName(ordinal)) &&
            process?.listeners.every(({ status }) => status === "running") === true;
        this.#writePodStatus(pod, container, ready);
    }

    #writePodStatus(pod: StoredObject, { state }: Container, ready: boolean): void {
        const { restartCount = 0 } = pod.status as { restartCount?: number };
        const status = {
            phase: state === "waiting" && restartCount === 0 ? "Pending" : "Running",
            podIP: `10.0.0.${ordinalIn(pod.metadata.name)}`,
            restartCount,
            conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
            containerStatuses: [
                {
                    name: "vernemq",
                    restartCount,
                    ready,
                    state: state === "waiting" ? { waiting: { reason: "ContainerCreating" } } : { running: {} },
                },
            ],
        };
        if (JSON.stringify(pod.status) !== JSON.stringify(status)) {
            pod.status = status;
            this.store.touch(pod);
        }
    }

    /** A kubelet refreshes mounted Secrets when a pod's annotations change. */
    #refreshMounts(pod: StoredObject, container: Container): void {
        const annotations = JSON.stringify(pod.metadata.annotations);
        if (annotations !== container.annotations && !this.stale.has(pod.metadata.name)) {
            container.annotations = annotations;
            container.mounted = this.#secretFiles();
        }
    }

    #secretFiles(): Map<string, string> {
        const data = this.store.find("v1/secrets", "vernemq-auth")?.["data"] as Record<string, string> | undefined;
        return new Map(
            Object.entries(data ?? {}).map(([file, text]) => [
                `${authFolders[this.options.engine]}/${file}`,
                Buffer.from(text, "base64").toString("utf8"),
            ]),
        );
    }

    /** The start script joins a new broker to the first other pod that runs. */
    #join(): void {
        const nodes = this.brokerPods()
            .map(({ metadata }) => this.nodeName(ordinalIn(metadata.name)))
            .sort();
        for (const node of nodes) {
            const peer = nodes.find((other) => other !== node && this.brokers.process(other) !== undefined);
            if (peer !== undefined) {
                this.brokers.join(node, peer);
            }
        }
    }

    #writeStatus(): void {
        const set = this.store.find(sets, this.options.name);
        if (set === undefined) {
            return;
        }
        const owned = this.brokerPods();
        const update = revisionOf(set);
        const isUpdated = owned.every(({ metadata }) => metadata.labels?.["controller-revision-hash"] === update);
        const { currentRevision } = set.status as { currentRevision?: string };
        set.status = {
            observedGeneration: set.metadata.generation,
            replicas: owned.length,
            readyReplicas: owned.filter(isReady).length,
            currentRevision: isUpdated ? update : currentRevision,
            updateRevision: update,
        };
    }

    #fingerprint(): string {
        return JSON.stringify([
            this.brokerPods(),
            this.store.list(claims),
            [...this.#containers.values()].map(({ state }) => state),
            this.leaves.size,
        ]);
    }
}
