import type { KubeConfig } from "@kubernetes/client-node";
import { once } from "node:events";
import type { ClientRequestArgs, OutgoingHttpHeaders } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { isObject } from "../../components/common/is-object";
import { UserError } from "../../plan/common/errors";
import { withCredentials } from "./credentials";
import { ApiError, ConnectionError, hasStatus } from "./errors";
import { userAgent } from "./identity";
import { listAt, textAt } from "./objects";

export interface ExecResult {
    readonly stdout: string;
    readonly stderr: string;
    readonly exitCode: number;
}

/** A local port that leads to one of a pod. */
export interface Forward {
    /** At 127.0.0.1. */
    readonly port: number;
    close(): Promise<void>;
}

/** Whether this user may do something with a sub-resource of pods; undefined where the server does not say. */
export type MayI = (verb: string, subresource: string) => Promise<boolean | undefined>;

type ClientLibrary = typeof import("@kubernetes/client-node");

/** What is open of a WebSocket: the client library's type for it comes from a separate package. */
interface Channel {
    onclose: ((event: never) => void) | null;
    onerror: ((event: never) => void) | null;
    close(): void;
    terminate(): void;
}

/** Milliseconds that the API server may take to open a stream. */
const handshakeMs = 15_000;

/** Tries to reach a pod's port, one a second: about as long as a broker takes to start. */
const forwardAttempts = 60;

/** Runs commands in pods and reaches their ports, over WebSocket (https://kubernetes.io/docs/reference/using-api/api-concepts/). */
export class Streams {
    readonly #config: KubeConfig;

    /** @param retryMs milliseconds between two tries to reach a pod that restarts */
    constructor(
        private readonly library: ClientLibrary,
        config: KubeConfig,
        private readonly namespace: string,
        private readonly mayI: MayI,
        private readonly retryMs = 1000,
    ) {
        this.#config = withHandshakeLimit(library, config);
    }

    /**
     * Runs a command to its end.
     *
     * @throws ApiError where the server refuses, ConnectionError where its end is not known.
     */
    async exec(
        pod: string,
        container: string,
        command: readonly string[],
        { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
    ): Promise<ExecResult> {
        const asked = `${pod}: ${command.join(" ")}`;
        const [stdout, stderr] = [new Collected(), new Collected()];
        let status: unknown;
        const channel = (await this.#open(asked, "exec", () =>
            new this.library.Exec(this.#config).exec(
                this.namespace,
                pod,
                container,
                [...command],
                stdout,
                stderr,
                null,
                false,
                (given) => {
                    status = given;
                },
            ),
        )) as unknown as Channel;
        await ended(channel, timeoutMs, asked, () => status !== undefined, signal);
        return { stdout: stdout.text, stderr: stderr.text, exitCode: exitCodeIn(asked, status) };
    }

    /**
     * Opens a local port; each connection to it is one to the pod. One that breaks does not end the others, and one that comes while the
     * pod restarts waits for it.
     */
    async forward(
        pod: string,
        port: number,
        local: number,
        onProblem: (message: string) => void = () => undefined,
    ): Promise<Forward> {
        const sockets = new Set<Socket>();
        const server = createServer({ pauseOnConnect: true }, (socket) => {
            sockets.add(socket);
            socket.on("close", () => sockets.delete(socket));
            // A client that breaks off is its own affair.
            socket.on("error", () => undefined);
            void this.#carry(socket, pod, port).catch((error: unknown) => {
                onProblem(error instanceof Error ? error.message : String(error));
                socket.destroy();
            });
        });
        server.listen(local, "127.0.0.1");
        await once(server, "listening");
        return {
            port: (server.address() as AddressInfo).port,
            close: async () => {
                const closed = new Promise((resolve) => server.close(resolve));
                for (const socket of sockets) {
                    socket.destroy();
                }
                await closed;
            },
        };
    }

    async #carry(socket: Socket, pod: string, port: number): Promise<void> {
        const asked = `${pod}: port ${port}`;
        const problems = new Collected();
        const channel = await this.#reach(socket, () =>
            this.#open(asked, "portforward", () =>
                new this.library.PortForward(this.#config).portForward(
                    this.namespace,
                    pod,
                    [port],
                    socket,
                    problems,
                    socket,
                ),
            ),
        );
        channel.onerror = () => undefined;
        socket.on("close", () => {
            channel.close();
        });
        // The library's listener alone does not start a socket that was paused: a client that speaks first would wait for ever.
        socket.resume();
        if (socket.destroyed) {
            channel.close();
        }
        await new Promise<void>((resolve) => {
            channel.onclose = () => {
                socket.end();
                resolve();
            };
        });
        // The server says on the error channel that nothing listens on the port.
        if (problems.text !== "") {
            throw new ConnectionError(asked, problems.text.trim());
        }
    }

    /** Tries for a minute while the client waits. What the server refuses to this user stays refused. */
    async #reach(socket: Socket, open: () => Promise<unknown>): Promise<Channel> {
        for (let attempt = 1; ; attempt += 1) {
            try {
                return (await open()) as Channel;
            } catch (error) {
                const isForGood = hasStatus(error, 401, 403);
                if (isForGood || attempt >= forwardAttempts || socket.destroyed) {
                    throw error;
                }
                await sleep(this.retryMs);
            }
        }
    }

    /** Opens a stream; the library's error is an event whose message holds the HTTP status. */
    async #open<T>(asked: string, subresource: string, open: () => Promise<T>): Promise<T> {
        try {
            return await open();
        } catch (error) {
            if (error instanceof UserError) {
                throw error;
            }
            const message =
                isObject(error) || error instanceof Error ? String((error as { message?: unknown }).message) : "";
            const status = /Unexpected server response: (\d{3})/.exec(message)?.[1];
            if (status === undefined) {
                throw new ConnectionError(asked, message === "" ? "the stream could not be opened" : message);
            }
            const said = status === "403" ? await this.#forbidden(subresource) : refusal(Number(status));
            throw new ApiError(asked, Number(status), undefined, said);
        }
    }

    /**
     * What a 403 is about. The library keeps the server's sentence to itself, so the server is asked for each right: Kubernetes 1.36 takes
     * both for a stream over WebSocket.
     */
    async #forbidden(subresource: string): Promise<string> {
        const missing: string[] = [];
        for (const verb of ["get", "create"]) {
            if ((await this.mayI(verb, subresource)) === false) {
                missing.push(`\`${verb}\``);
            }
        }
        const where = `on \`pods/${subresource}\` in namespace ${this.namespace}`;
        return missing.length === 0
            ? `this user may not do it (403): it needs \`get\` and \`create\` ${where}`
            : `this user lacks ${missing.join(" and ")} ${where} (403): a Role bound to the user has to allow \`get\` and \`create\` there`;
    }
}

/** Text that comes in pieces; a character may be cut between two of them. */
class Collected extends Writable {
    readonly #chunks: Buffer[] = [];

    override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
        this.#chunks.push(chunk);
        done();
    }

    get text(): string {
        return Buffer.concat(this.#chunks).toString("utf8");
    }
}

/** The library opens WebSockets without a limit of time; the options that it passes on take one. */
function withHandshakeLimit(library: ClientLibrary, config: KubeConfig): KubeConfig {
    const limited = new library.KubeConfig();
    limited.loadFromOptions(config);
    limited.applyToHTTPSOptions = async (options) => {
        await withCredentials(() => config.applyToHTTPSOptions(options));
        options.headers = { ...(options.headers as OutgoingHttpHeaders | undefined), "user-agent": userAgent };
        (options as ClientRequestArgs & { handshakeTimeout?: number }).handshakeTimeout = handshakeMs;
    };
    return limited;
}

/** Waits until the library closes a command's stream, and leaves nothing of it open. */
async function ended(
    channel: Channel,
    timeoutMs: number,
    asked: string,
    isKnown: () => boolean,
    signal: AbortSignal | undefined,
): Promise<void> {
    const limit = AbortSignal.timeout(timeoutMs);
    const stopped = AbortSignal.any(signal === undefined ? [limit] : [limit, signal]);
    const problem = await new Promise<string | undefined>((resolve) => {
        const close = () => {
            resolve(isKnown() ? undefined : "the connection broke before the command's end was known");
        };
        channel.onerror = () => undefined;
        channel.onclose = close;
        stopped.addEventListener("abort", () => {
            resolve(limit.aborted ? `it has not ended within ${timeoutMs / 1000} s` : "it was cancelled while it ran");
        });
        // The status comes last, and the library closes on it; it may have come before this was called.
        if (isKnown()) {
            close();
        }
    });
    channel.terminate();
    if (problem !== undefined) {
        throw new ConnectionError(asked, problem);
    }
}

/** The exit code in the status that ends a command (k8s.io/client-go/tools/remotecommand/v4.go). */
function exitCodeIn(asked: string, status: unknown): number {
    if (isObject(status) && status["status"] === "Success") {
        return 0;
    }
    if (isObject(status) && status["reason"] === "NonZeroExitCode" && isObject(status["details"])) {
        const code = listAt(status["details"], "causes").find((cause) => cause["reason"] === "ExitCode");
        const number = Number(code === undefined ? Number.NaN : textAt(code, "message"));
        if (Number.isInteger(number)) {
            return number;
        }
    }
    const message = isObject(status) ? (textAt(status, "message") ?? "it failed") : "it failed";
    throw new ApiError(asked, 500, isObject(status) ? textAt(status, "reason") : undefined, message);
}

function refusal(status: number): string {
    switch (status) {
        case 401:
            return "the API server does not accept the credentials (401)";
        case 404:
            return "there is no such pod (404)";
        default:
            return `the API server answers with HTTP status ${status}`;
    }
}
