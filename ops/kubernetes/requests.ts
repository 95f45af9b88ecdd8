import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { isObject } from "../../components/common/is-object";
import { jsonIn } from "../../components/common/json";
import { UserError } from "../../plan/common/errors";
import { withCredentials } from "./credentials";
import { ApiError, ConnectionError, hasStatus, isUncertain } from "./errors";
import { fieldManager, userAgent } from "./identity";

/** The part of the client library's KubeConfig that requests go by: where the API server is and how to prove who asks. */
export interface Authentication {
    getCurrentCluster(): { readonly server: string } | null;
    /** Puts certificates, tokens (of credential plugins too) and proxies into the options. */
    applyToHTTPSOptions(options: https.RequestOptions): Promise<void>;
}

export interface RequestTiming {
    /** Milliseconds that one answer may take. */
    readonly timeoutMs: number;
    /** Milliseconds before the first repetition; each further one waits twice as long. */
    readonly backoffMs: number;
    /** Tries in all of a request that only reads. */
    readonly attempts: number;
}

export const defaultTiming: RequestTiming = { timeoutMs: 30_000, backoffMs: 250, attempts: 5 };

export interface ApiRequest {
    readonly method: "GET" | "POST" | "PATCH" | "DELETE";
    /** Path below the API server's address, with its query. */
    readonly path: string;
    readonly body?: unknown;
    readonly contentType?: string;
    readonly signal?: AbortSignal;
}

/**
 * Asks the API server and gives its JSON answer. The client library finds the server and proves who asks; its generated methods are
 * left aside, because they set no time limit and repeat nothing. What only reads is repeated when the server is busy (429, 5xx) or the
 * connection breaks; what changes something is not, since it may have been done.
 *
 * @throws ApiError for the server's refusals, ConnectionError where there is no answer.
 */
export async function ask(
    authentication: Authentication,
    request: ApiRequest,
    timing: RequestTiming = defaultTiming,
): Promise<unknown> {
    const attempts = request.method === "GET" ? timing.attempts : 1;
    for (let attempt = 1; ; attempt += 1) {
        try {
            return await askOnce(authentication, request, timing.timeoutMs);
        } catch (error) {
            const mayPass = isUncertain(error) || hasStatus(error, 429);
            if (attempt >= attempts || !mayPass) {
                throw error;
            }
            await sleep(timing.backoffMs * 2 ** (attempt - 1), undefined, { signal: request.signal });
        }
    }
}

async function askOnce(authentication: Authentication, request: ApiRequest, timeoutMs: number): Promise<unknown> {
    request.signal?.throwIfAborted();
    const asked = `${request.method} ${request.path.split("?")[0] ?? ""}`;
    const cluster = authentication.getCurrentCluster();
    if (cluster === null) {
        throw new ConnectionError(asked, "the kubeconfig's context names no cluster");
    }
    const { status, text } = await exchange(cluster.server, authentication, request, timeoutMs, asked);
    // A proxy in between may answer with a page.
    const answer = jsonIn(text) ?? { message: text.slice(0, 200) };
    if (status < 200 || status > 299) {
        const said = isObject(answer) && typeof answer["message"] === "string" ? answer["message"] : "";
        const reason = isObject(answer) && typeof answer["reason"] === "string" ? answer["reason"] : undefined;
        throw new ApiError(asked, status, reason, said);
    }
    return answer;
}

async function exchange(
    server: string,
    authentication: Authentication,
    { method, path, body, contentType, signal }: ApiRequest,
    timeoutMs: number,
    asked: string,
): Promise<{ status: number; text: string }> {
    if (!URL.canParse(server)) {
        throw new UserError("The address of the API server in the kubeconfig is not a URL.");
    }
    const url = new URL(server.replace(/\/$/, "") + path);
    if (method === "POST" || method === "PATCH") {
        url.searchParams.set("fieldManager", fieldManager);
    }
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const options: https.RequestOptions = { method, headers: { accept: "application/json" }, signal };
    await withCredentials(() => authentication.applyToHTTPSOptions(options));
    options.headers = {
        ...(options.headers as http.OutgoingHttpHeaders),
        "user-agent": userAgent,
        ...(payload === undefined
            ? {}
            : { "content-type": contentType ?? "application/json", "content-length": Buffer.byteLength(payload) }),
    };
    const limit = AbortSignal.timeout(timeoutMs);
    options.signal = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    return new Promise((resolve, reject) => {
        const fail = (error: Error) => {
            const detail = limit.aborted
                ? `no answer within ${timeoutMs / 1000} s`
                : (error.message.trim().split("\n")[0] ?? "");
            reject(signal?.aborted === true ? error : new ConnectionError(asked, detail, { cause: error }));
        };
        const call = opened(url, options, (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("error", fail);
            response.on("end", () => {
                resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
            });
        });
        call.on("error", fail);
        call.end(payload);
    });
}

/** @throws UserError where certificates or keys of the kubeconfig are none: Node reads them when it opens the connection. */
function opened(url: URL, options: https.RequestOptions, onAnswer: (response: http.IncomingMessage) => void) {
    try {
        return (url.protocol === "http:" ? http : https).request(url, options, onAnswer);
    } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        throw new UserError(`The kubeconfig's certificates cannot be used: ${detail}`);
    }
}
