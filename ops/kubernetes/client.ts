import type { KubeConfig } from "@kubernetes/client-node";
import { isObject } from "../../components/common/is-object";
import { UserError } from "../../plan/common/errors";
import { ApiError, ConnectionError, unless } from "./errors";
import { readKubeconfig, type KubeconfigSource } from "./kubeconfig";
import {
    type Claim,
    claimOf,
    type Collection,
    collections,
    type KubernetesObject,
    listAt,
    pathOf,
    type Pod,
    podOf,
    recordAt,
    type StatefulSet,
    statefulSetOf,
} from "./objects";
import { type ApiRequest, ask, defaultTiming, type RequestTiming } from "./requests";
import { type ExecResult, type Forward, Streams } from "./streams";
import { commandLine } from "../../plan/common/command-name";

export { ApiError, ConnectionError, hasStatus, isUncertain, unless } from "./errors";
export {
    type Claim,
    collections,
    type KubernetesObject,
    listAt,
    type Pod,
    type PodState,
    podStateOf,
    recordAt,
    type StatefulSet,
    textAt,
} from "./objects";
export type { ExecResult, Forward } from "./streams";

/** Where a stack's brokers are. */
export interface KubeTarget {
    readonly kubeconfig: KubeconfigSource;
    readonly namespace: string;
    /** Name of the brokers' StatefulSet. */
    readonly statefulSet: string;
}

export interface ConnectOptions {
    readonly timing?: Partial<RequestTiming>;
    /** Ends everything that is under way. */
    readonly signal?: AbortSignal;
}

/**
 * Milliseconds that a command may take unless said otherwise. `vmq-admin` starts an Erlang VM, which takes seconds on a busy node, and gives
 * up after 60 s where a broker does not answer (rpctimeout of VerneMQ's nodetool): what it says then has to be heard.
 */
export const execTimeoutMs = 90_000;

/**
 * Reads the kubeconfig and prepares the connection; nothing is asked yet. The client library takes seconds to load, so it is loaded here.
 *
 * @throws UserError where there is no kubeconfig to read or it has no such context.
 */
export async function connect(target: KubeTarget, options: ConnectOptions = {}): Promise<Kube> {
    const library = await import("@kubernetes/client-node");
    return new ApiKube(library, readKubeconfig(library, target.kubeconfig), target, options);
}

/** What the verbs do with a Kubernetes cluster. Objects are looked for in the target's namespace. */
export type Kube = Pick<ApiKube, keyof ApiKube>;

class ApiKube {
    readonly namespace: string;
    /** Name of the brokers' StatefulSet. */
    readonly statefulSetName: string;
    readonly #streams: Streams;
    readonly #timing: RequestTiming;
    readonly #signal: AbortSignal | undefined;

    constructor(
        library: typeof import("@kubernetes/client-node"),
        private readonly config: KubeConfig,
        target: KubeTarget,
        { timing, signal }: ConnectOptions,
    ) {
        this.namespace = target.namespace;
        this.statefulSetName = target.statefulSet;
        this.#timing = { ...defaultTiming, ...timing };
        this.#streams = new Streams(
            library,
            config,
            target.namespace,
            (verb, subresource) => this.#mayI(verb, subresource),
            4 * this.#timing.backoffMs,
        );
        this.#signal = signal;
    }

    /** @throws UserError where there is none. */
    async statefulSet(): Promise<StatefulSet> {
        const object = await this.find(collections.statefulSets, this.statefulSetName);
        if (object === undefined) {
            throw new UserError(
                `There is no StatefulSet ${this.statefulSetName} in namespace ${this.namespace}: either the stack is not deployed (\`${commandLine("up")}\`), or this is not its cluster or namespace.`,
            );
        }
        return statefulSetOf(object);
    }

    /** The brokers' pods, by ordinal. */
    async pods(): Promise<readonly Pod[]> {
        const { selector } = await this.statefulSet();
        const objects = await this.list(collections.pods, selector);
        return objects
            .filter(({ metadata }) =>
                // Its own pods only: a selector may match those of another release's StatefulSet in the namespace.
                (metadata.ownerReferences ?? []).some(
                    ({ kind, name }) => kind === "StatefulSet" && name === this.statefulSetName,
                ),
            )
            .flatMap((object) => podOf(object) ?? [])
            .sort((a, b) => a.ordinal - b.ordinal);
    }

    /** The pod of a broker, or undefined while there is none. */
    async pod(ordinal: number): Promise<Pod | undefined> {
        const object = await this.find(collections.pods, this.#podName(ordinal));
        return object === undefined ? undefined : podOf(object);
    }

    /** The volume claims that belong to the StatefulSet, by ordinal, those without a pod too. */
    async claims(): Promise<readonly Claim[]> {
        const statefulSet = await this.statefulSet();
        const objects = await this.list(collections.claims);
        return objects
            .map((object) => claimOf(object, statefulSet))
            .filter(({ ordinal }) => ordinal !== undefined)
            .sort((a, b) => (a.ordinal ?? 0) - (b.ordinal ?? 0) || (a.name < b.name ? -1 : 1));
    }

    /** Runs a command in a broker's container to its end. */
    async exec(ordinal: number, command: readonly string[], timeoutMs = execTimeoutMs): Promise<ExecResult> {
        const pod = podOf(await this.get(collections.pods, this.#podName(ordinal)));
        return this.#streams.exec(this.#podName(ordinal), pod?.container.name ?? "", command, {
            timeoutMs,
            signal: this.#signal,
        });
    }

    /**
     * Opens a port at 127.0.0.1 that leads to one of a broker's pod.
     *
     * @param local 0 takes a free one
     * @param onProblem told what keeps a connection from the pod
     */
    portForward(ordinal: number, port: number, local = 0, onProblem?: (message: string) => void): Promise<Forward> {
        return this.#streams.forward(this.#podName(ordinal), port, local, onProblem);
    }

    /** @throws ApiError (404) where there is none. */
    async get(collection: Collection, name: string): Promise<KubernetesObject> {
        return objectIn(await this.#ask({ method: "GET", path: pathOf(collection, this.namespace, name) }));
    }

    /** The object, or undefined where there is none. */
    async find(collection: Collection, name: string): Promise<KubernetesObject | undefined> {
        return unless(404, undefined, this.get(collection, name));
    }

    /** @param selector labels that the objects carry */
    async list(
        collection: Collection,
        selector: Readonly<Record<string, string>> = {},
    ): Promise<readonly KubernetesObject[]> {
        const labels = Object.entries(selector)
            .map(([key, value]) => `${key}=${value}`)
            .join(",");
        const query = labels === "" ? "" : `?labelSelector=${encodeURIComponent(labels)}`;
        const answer = await this.#ask({ method: "GET", path: pathOf(collection, this.namespace) + query });
        return isObject(answer) ? listAt(answer, "items").map(objectIn) : [];
    }

    async create(collection: Collection, object: KubernetesObject): Promise<KubernetesObject> {
        return objectIn(await this.#ask({ method: "POST", path: pathOf(collection, this.namespace), body: object }));
    }

    /**
     * Changes an object by a merge patch (RFC 7396): null takes a key away, and a list is replaced whole. A `metadata.resourceVersion` in
     * it makes the server refuse (409) where the object has changed since.
     */
    async patch(
        collection: Collection,
        name: string,
        patch: Readonly<Record<string, unknown>>,
    ): Promise<KubernetesObject> {
        return objectIn(
            await this.#ask({
                method: "PATCH",
                path: pathOf(collection, this.namespace, name),
                body: patch,
                contentType: "application/merge-patch+json",
            }),
        );
    }

    /**
     * Deletes an object. One that is gone already is no failure.
     *
     * @param uid only this very object: the server refuses (409) where another has taken its name
     */
    async remove(collection: Collection, name: string, { uid }: { readonly uid?: string } = {}): Promise<void> {
        const body = {
            apiVersion: "v1",
            kind: "DeleteOptions",
            preconditions: uid === undefined ? undefined : { uid },
        };
        const path = pathOf(collection, this.namespace, name);
        await unless(404, undefined, this.#ask({ method: "DELETE", path, body }));
    }

    /** A SelfSubjectAccessReview: any user may ask about themselves. */
    async #mayI(verb: string, subresource: string): Promise<boolean | undefined> {
        const resourceAttributes = { namespace: this.namespace, verb, resource: "pods", subresource };
        try {
            const answer = await this.#ask({
                method: "POST",
                path: pathOf(collections.accessReviews, this.namespace),
                body: {
                    apiVersion: collections.accessReviews.apiVersion,
                    kind: "SelfSubjectAccessReview",
                    spec: { resourceAttributes },
                },
            });
            const allowed = recordAt(objectIn(answer), "status")["allowed"];
            return typeof allowed === "boolean" ? allowed : undefined;
        } catch (error) {
            if (error instanceof ApiError || error instanceof ConnectionError) {
                return undefined;
            }
            throw error;
        }
    }

    #podName(ordinal: number): string {
        return `${this.statefulSetName}-${ordinal}`;
    }

    #ask(request: ApiRequest): Promise<unknown> {
        return ask(this.config, { ...request, signal: this.#signal }, this.#timing);
    }
}

function objectIn(value: unknown): KubernetesObject {
    const metadata = isObject(value) && isObject(value["metadata"]) ? value["metadata"] : {};
    return { ...(isObject(value) ? value : {}), metadata: { name: "", ...metadata } };
}
