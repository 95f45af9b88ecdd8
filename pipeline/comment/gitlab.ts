import * as z from "zod";
import type { CommentHost, HostComment } from "./host";

export interface GitLabOptions {
    /** For example `https://gitlab.com/api/v4`. */
    readonly apiUrl: string;
    readonly project: string;
    /** A project access token with the scope `api`; a job's own token may not write notes. */
    readonly token: string;
}

const user = z.object({ id: z.int() });
const note = z.object({ id: z.int(), body: z.string(), system: z.boolean(), author: user });
const timeout = 30_000;

/** An answer that is no success, with its status, and without the token. */
class GitLabError extends Error {
    constructor(
        readonly status: number,
        method: string,
        path: string,
        answer: string,
    ) {
        super(`GitLab answered ${status} to ${method} ${path}: ${answer.slice(0, 300)}`);
        this.name = "GitLabError";
    }
}

/** The notes of a merge request on GitLab. Four calls, which fetch makes as well as a library of all its endpoints. */
export function gitLabNotes(options: GitLabOptions, mergeRequest: number): CommentHost {
    const notes = `/projects/${encodeURIComponent(options.project)}/merge_requests/${mergeRequest}/notes`;
    return {
        own: async () => {
            const { id: me } = user.parse((await call(options, "GET", "/user")).body);
            const all: HostComment[] = [];
            for (let page = "1"; page !== "";) {
                const { body, next } = await call(
                    options,
                    "GET",
                    `${notes}?sort=asc&order_by=created_at&per_page=100&page=${page}`,
                );
                const found = z.array(note).parse(body);
                all.push(...found.filter(({ system, author }) => !system && author.id === me));
                page = next;
            }
            return all;
        },
        create: async (body) => address(options, (await call(options, "POST", notes, { body })).body),
        update: async (id, body) => address(options, (await call(options, "PUT", `${notes}/${id}`, { body })).body),
    };
}

function address({ apiUrl, project }: GitLabOptions, body: unknown): string {
    const { id } = z.object({ id: z.int() }).parse(body);
    return `note ${id} of project ${project} at ${new URL(apiUrl).host}`;
}

async function call(
    { apiUrl, token }: GitLabOptions,
    method: "GET" | "POST" | "PUT",
    path: string,
    payload?: unknown,
): Promise<{ readonly body: unknown; readonly next: string }> {
    const response = await fetch(`${apiUrl.replace(/\/+$/, "")}${path}`, {
        method,
        headers: { "PRIVATE-TOKEN": token, "Content-Type": "application/json", Accept: "application/json" },
        signal: AbortSignal.timeout(timeout),
        // The token goes to this host alone.
        redirect: "error",
        body: payload === undefined ? undefined : JSON.stringify(payload),
    });
    if (!response.ok) {
        throw new GitLabError(response.status, method, path, await response.text());
    }
    return { body: await response.json(), next: response.headers.get("x-next-page") ?? "" };
}
