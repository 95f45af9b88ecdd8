import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { KubeTarget } from "../../../ops/kubernetes/client";
import type { Queue } from "./brokers";
import { type NewObject, Refused } from "./store";
import { answerVmqAdmin, type CommandResult } from "./vmq-admin";
import {
    allows,
    type AskedRight,
    carryPort,
    checksums,
    framed,
    matches,
    placeOf,
    rightsAsked,
    rightText,
    type Rule,
    statusOf,
} from "./wire";
import type { Pace, WorldOptions } from "./options";
import { World } from "./world";

export interface ClusterOptions extends Partial<Omit<WorldOptions, "pace">> {
    readonly pace?: Partial<Pace>;
    /** Collections of custom resources that are installed, for example `snapshot.storage.k8s.io/v1/volumesnapshots`. */
    readonly customResources?: readonly string[];
    /** Ticks that a `cluster leave` takes. */
    readonly leaveTicks?: number;
}

/** What the brokers and their objects are called. */
const brokerNames = {
    helm: { name: "vernemq", headlessService: "vernemq-headless", nodePrefix: "VerneMQ" },
    // vmq-operator, controllers/utils.go and service.go
    operator: { name: "vernemq-k8s", headlessService: "vernemq-k8s-service", nodePrefix: "vmq" },
} as const;

/** A request to the API server, for assertions. */
export interface LoggedRequest {
    readonly number: number;
    readonly method: string;
    /** Path without its query. */
    readonly path: string;
    readonly query: URLSearchParams;
    readonly userAgent: string | undefined;
    readonly body?: unknown;
    /** Words of the command, for exec. */
    readonly command?: readonly string[];
}

/** What goes wrong with a request: it never arrives, it is done and the answer is lost, or the server refuses it. */
export type Failure =
    "before" | "after" | { readonly status: number; readonly reason?: string; readonly message?: string };

const builtIn = [
    "v1/pods",
    "v1/persistentvolumeclaims",
    "v1/persistentvolumes",
    "v1/secrets",
    "v1/configmaps",
    "v1/events",
    "v1/nodes",
    "apps/v1/statefulsets",
    "apps/v1/controllerrevisions",
    "apps/v1/deployments",
    "policy/v1/poddisruptionbudgets",
    "storage.k8s.io/v1/storageclasses",
];

const token = "scripted-token";

/**
 * A scripted Kubernetes cluster on loopback: an API server for what the verbs use, a StatefulSet controller, and VerneMQ brokers that
 * answer vmq-admin. Its time passes with the requests: each is one tick.
 */
export class ScriptedCluster {
    readonly world: World;
    readonly requests: LoggedRequest[] = [];
    /** Ports of this machine that port-forwards lead to, by `POD:PORT`. */
    readonly ports = new Map<string, number>();
    /** Answers commands; `cut` breaks the connection before the command's end, undefined leaves them to the cluster. */
    onExec: (pod: string, command: readonly string[]) => CommandResult | "cut" | undefined = () => undefined;
    /** Rights that the user lacks, such as `list nodes` or `create pods/exec`. */
    readonly denied = new Set<string>();
    /** All that the user may do, beside what every user may. Default: everything. */
    rules: readonly Rule[] | undefined;
    /** Whether vmq-admin gives up on a leave before it has ended. */
    leaveTimesOut = false;
    readonly #leaveTicks: number;
    readonly #server: Server;
    readonly #sockets = new Set<Socket>();
    readonly #streams = new WebSocketServer({
        noServer: true,
        handleProtocols: (offered) =>
            ["v5.channel.k8s.io", "v4.channel.k8s.io"].find((name) => offered.has(name)) ?? false,
    });
    #folder = "";
    #failures = new Map<number, Failure>();
    #isDown = false;

    private constructor(options: ClusterOptions) {
        this.world = new World(
            {
                replicas: 3,
                engine: "helm",
                namespace: "messaging",
                ...brokerNames[options.engine ?? "helm"],
                persistence: true,
                image: "vernemq/vernemq:2.1.2-alpine",
                readinessDelaySeconds: 20,
                haproxy: 2,
                ...options,
                pace: { start: 1, ready: 2, stop: 2, restart: 1, snapshot: 2, ...options.pace },
            },
            [...builtIn, ...(options.customResources ?? [])],
        );
        this.#leaveTicks = options.leaveTicks ?? 2;
        this.#server = createServer((request, response) => {
            void this.#answer(request, response);
        });
        this.#server.on("connection", (socket: Socket) => {
            this.#sockets.add(socket);
            socket.on("close", () => this.#sockets.delete(socket));
        });
        this.#server.on("upgrade", (request, socket, head) => {
            this.#upgrade(request, socket, head);
        });
    }

    static async start(options: ClusterOptions = {}): Promise<ScriptedCluster> {
        const cluster = new ScriptedCluster(options);
        await new Promise<void>((resolve) => cluster.#server.listen(0, "127.0.0.1", resolve));
        cluster.#folder = await mkdtemp(join(tmpdir(), "vernemq-scripted-"));
        writeFileSync(cluster.kubeconfigPath, JSON.stringify(cluster.#kubeconfig()), { mode: 0o600 });
        return cluster;
    }

    async stop(): Promise<void> {
        const closed = new Promise((resolve) => this.#server.close(resolve));
        for (const socket of this.#sockets) {
            socket.destroy();
        }
        await closed;
        rmSync(this.#folder, { recursive: true, force: true });
    }

    get kubeconfigPath(): string {
        return join(this.#folder, "kubeconfig");
    }

    get target(): KubeTarget {
        const { namespace, name } = this.world.options;
        return { kubeconfig: { kind: "file", path: this.kubeconfigPath }, namespace, statefulSet: name };
    }

    /** Fails the n-th request from now, 1 being the next. Those after it are answered. */
    failAt(n: number, failure: Failure): void {
        this.#failures.set(this.requests.length + n, failure);
    }

    /** Cuts off the caller of the n-th request from now: it and every later one get no answer, until `recover`. */
    crashAt(n: number, when: "before" | "after"): void {
        this.failAt(n, when);
        this.#crashFrom = this.requests.length + n;
    }

    #crashFrom = Number.POSITIVE_INFINITY;

    /** Whether the request of `crashAt` has come. */
    get crashed(): boolean {
        return this.#isDown;
    }

    /** Answers again. */
    recover(): void {
        this.#failures.clear();
        this.#crashFrom = Number.POSITIVE_INFINITY;
        this.#isDown = false;
    }

    /** Lets ticks pass without a request. */
    advance(ticks: number): void {
        for (let tick = 0; tick < ticks; tick += 1) {
            this.world.tick();
        }
    }

    /** Gives a client a session at a broker. */
    addQueue(ordinal: number, queue: Partial<Queue> & { readonly clientId: string }): void {
        this.world
            .dataOf(ordinal)
            .queues.set(queue.clientId, { mountpoint: "", persistent: true, online: false, messages: 0, ...queue });
    }

    /** Messages that wait at brokers which run. */
    get queuedMessages(): number {
        return this.world.brokers.processes
            .flatMap(({ data }) => [...data.queues.values()])
            .reduce((sum, { messages }) => sum + messages, 0);
    }

    /** Requests that change something, as `METHOD path`. */
    get changes(): string[] {
        return this.requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
    }

    /** Commands that ran in pods, as one text each. */
    get commands(): string[] {
        return this.requests.flatMap(({ command, path }) =>
            command === undefined ? [] : [`${path.split("/").at(-2) ?? ""}: ${command.join(" ")}`],
        );
    }

    #kubeconfig() {
        const { port } = this.#server.address() as AddressInfo;
        return {
            apiVersion: "v1",
            kind: "Config",
            "current-context": "scripted",
            clusters: [
                {
                    name: "scripted",
                    cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true },
                },
            ],
            users: [{ name: "tester", user: { token } }],
            contexts: [{ name: "scripted", context: { cluster: "scripted", user: "tester" } }],
        };
    }

    /** Counts a request in, and says what is to go wrong with it. */
    #admit(request: IncomingMessage, method: string, url: URL, body?: unknown): Failure | undefined {
        const number = this.requests.length + 1;
        const command = url.searchParams.getAll("command");
        this.requests.push({
            number,
            method,
            path: url.pathname,
            query: url.searchParams,
            userAgent: request.headers["user-agent"],
            ...(body === undefined ? {} : { body }),
            ...(command.length === 0 ? {} : { command }),
        });
        const failure = this.#isDown ? "before" : this.#failures.get(number);
        if (number >= this.#crashFrom) {
            this.#isDown = true;
        }
        this.world.tick();
        return failure;
    }

    async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const chunks: Buffer[] = [];
        for await (const chunk of request) {
            chunks.push(chunk as Buffer);
        }
        const text = Buffer.concat(chunks).toString("utf8");
        const body = text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>);
        const url = new URL(request.url ?? "/", "http://127.0.0.1");
        const method = request.method ?? "GET";
        const failure = this.#admit(request, method, url, body);
        if (failure === "before") {
            request.socket.destroy();
            return;
        }
        const { status, json } = this.#outcome(request, method, url, body, failure);
        if (failure === "after") {
            request.socket.destroy();
            return;
        }
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(json));
    }

    #outcome(
        request: IncomingMessage,
        method: string,
        url: URL,
        body: Record<string, unknown> | undefined,
        failure: Failure | undefined,
    ): { status: number; json: unknown } {
        try {
            if (request.headers.authorization !== `Bearer ${token}`) {
                throw new Refused(401, "Unauthorized", "Unauthorized");
            }
            if (typeof failure === "object") {
                throw new Refused(failure.status, failure.reason ?? "InternalError", failure.message ?? "scripted");
            }
            const missing = this.#missing(method, url.pathname);
            if (missing !== undefined) {
                throw new Refused(
                    403,
                    "Forbidden",
                    `${url.pathname} is forbidden: User "tester" cannot ${rightText(missing)}`,
                );
            }
            return { status: 200, json: this.#handle(method, url, body) };
        } catch (error) {
            if (!(error instanceof Refused)) {
                throw error;
            }
            const { status, reason, message } = error;
            return {
                status,
                json: { kind: "Status", apiVersion: "v1", status: "Failure", code: status, reason, message },
            };
        }
    }

    /** The first right of a request that the user lacks. */
    #missing(method: string, path: string): AskedRight | undefined {
        return rightsAsked(method, path).find(
            (right) =>
                // Every user may ask what they may (ClusterRole system:basic-user).
                right.resource !== "selfsubjectaccessreviews" &&
                (this.denied.has(rightText(right)) || this.rules?.some((rule) => allows(rule, right)) === false),
        );
    }

    #handle(method: string, url: URL, body: Record<string, unknown> | undefined): unknown {
        const { collection, name } = placeOf(url.pathname, this.world.options.namespace);
        const { store } = this.world;
        if (name === undefined) {
            if (method === "POST" && collection === "authorization.k8s.io/v1/selfsubjectaccessreviews") {
                const { resourceAttributes: asked } = body?.["spec"] as {
                    resourceAttributes: { verb: string; resource: string; subresource: string };
                };
                const right = `${asked.verb} ${asked.resource}/${asked.subresource}`;
                return { ...body, status: { allowed: !this.denied.has(right) } };
            }
            if (method === "POST") {
                return store.create(collection, body as NewObject);
            }
            const items = store
                .list(collection)
                .filter((object) => matches(object, url.searchParams.get("labelSelector")));
            return { kind: "List", items };
        }
        switch (method) {
            case "GET":
                return store.get(collection, name);
            case "PATCH":
                return store.patch(collection, name, body ?? {});
            case "DELETE":
                return this.#delete(collection, name, body);
            default:
                throw new Refused(405, "MethodNotAllowed", `${method} is not scripted`);
        }
    }

    #delete(collection: string, name: string, body: Record<string, unknown> | undefined): unknown {
        const { store } = this.world;
        const object = store.get(collection, name);
        const uid = (body?.["preconditions"] as { uid?: string } | undefined)?.uid;
        if (uid !== undefined && uid !== object.metadata.uid) {
            throw new Refused(
                409,
                "Conflict",
                `the UID in the precondition (${uid}) does not match ${object.metadata.uid}`,
            );
        }
        switch (collection) {
            case "v1/pods":
                this.world.deletePod(name);
                break;
            case "v1/persistentvolumeclaims":
                object.metadata.deletionTimestamp ??= new Date(0).toISOString();
                store.touch(object);
                break;
            default:
                store.drop(collection, name);
        }
        return object;
    }

    #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
        const url = new URL(request.url ?? "/", "http://127.0.0.1");
        const failure = this.#admit(request, "GET", url);
        const { name = "", subresource } = placeOf(url.pathname, this.world.options.namespace);
        if (failure === "before") {
            socket.destroy();
            return;
        }
        const missing = this.#missing("GET", url.pathname)?.verb;
        const refusal =
            missing !== undefined
                ? 403
                : typeof failure === "object"
                  ? failure.status
                  : request.headers.authorization !== `Bearer ${token}`
                    ? 401
                    : this.world.store.find("v1/pods", name) === undefined
                      ? 404
                      : undefined;
        if (refusal !== undefined) {
            const { namespace } = this.world.options;
            const message = `pods "${name}" is forbidden: User "tester" cannot ${missing ?? ""} resource "pods/${subresource ?? ""}" in API group "" in the namespace "${namespace}"`;
            const said =
                missing === undefined
                    ? ""
                    : JSON.stringify({ kind: "Status", status: "Failure", code: 403, reason: "Forbidden", message });
            socket.end(
                `HTTP/1.1 ${refusal} Refused\r\ncontent-length: ${Buffer.byteLength(said)}\r\nconnection: close\r\n\r\n${said}`,
            );
            return;
        }
        this.#streams.handleUpgrade(request, socket, head, (stream) => {
            if (subresource === "portforward") {
                const port = Number(url.searchParams.get("ports"));
                carryPort(stream, port, this.ports.get(`${name}:${port}`));
            } else {
                void this.#exec(stream, name, url.searchParams.getAll("command"), failure === "after");
            }
        });
    }

    async #exec(stream: WebSocket, pod: string, command: readonly string[], isCut: boolean): Promise<void> {
        const result = this.onExec(pod, command) ?? (await this.#run(pod, command));
        if (isCut || result === "cut") {
            stream.terminate();
            return;
        }
        const { stdout, stderr = "", exitCode = 0 } = result;
        // In pieces, as a real server sends them.
        for (const piece of stdout.match(/[\s\S]{1,64}/g) ?? []) {
            stream.send(framed(1, piece));
        }
        if (stderr !== "") {
            stream.send(framed(2, stderr));
        }
        stream.send(framed(3, JSON.stringify(statusOf(exitCode))));
        stream.close();
    }

    async #run(pod: string, command: readonly string[]): Promise<CommandResult> {
        const [program = "", ...words] = command;
        const ordinal = Number(/-(\d+)$/.exec(pod)?.[1]);
        switch (program) {
            case "vmq-admin":
                return answerVmqAdmin(this.world.brokers, this.world.nodeName(ordinal), words, (node) =>
                    this.#leave(this.world.nodeName(ordinal), node),
                );
            case "sha256sum":
                return checksums(words.map((path) => [path, this.world.fileIn(pod, path)] as const));
            default:
                return { stdout: "", stderr: `exec: "${program}": executable file not found in $PATH`, exitCode: 127 };
        }
    }

    async #leave(from: string, node: string): Promise<CommandResult> {
        const { brokers, leaves, tickCount } = this.world;
        if (brokers.process(node) === undefined) {
            return brokers.forget(from, node)
                ? { stdout: "Done\n" }
                : { stdout: "", stderr: `RPC to '${from}' failed: timeout\n`, exitCode: 1 };
        }
        if (leaves.size > 0) {
            return { stdout: "Migration already started! <1.2.3>\n" };
        }
        if (!brokers.isConsistent(from, node)) {
            return { stdout: "Can't migrate queues because cluster is inconsistent, retry!\n" };
        }
        const ended = new Promise<readonly string[]>((resolve) => {
            leaves.set(node, { at: tickCount + this.#leaveTicks, done: resolve });
        });
        if (this.leaveTimesOut) {
            return { stdout: "", stderr: `RPC to '${from}' failed: timeout\n`, exitCode: 1 };
        }
        this.advance(this.#leaveTicks);
        return { stdout: `${(await ended).join("\n")}\n` };
    }
}
