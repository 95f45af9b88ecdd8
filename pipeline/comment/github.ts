import { type CommentHost, statusOf } from "./host";

export interface GitHubOptions {
    /** `owner/name`. */
    readonly repository: string;
    readonly token: string;
    /** For example `https://api.github.com`, or GitHub Enterprise's `https://HOST/api/v3`. */
    readonly apiUrl: string;
    /** Login that the token comments as. Without it the API is asked; a workflow's own token may not ask and is `github-actions[bot]`. */
    readonly author?: string;
}

const workflowAuthor = "github-actions[bot]";
const timeout = 30_000;

async function connect({ repository, token, apiUrl }: GitHubOptions) {
    // Loaded only where something is posted.
    const { Octokit } = await import("@octokit/rest");
    const [owner = "", repo = ""] = repository.split("/");
    const request = {
        fetch: (url: string, init: RequestInit) => fetch(url, { ...init, signal: AbortSignal.timeout(timeout) }),
    };
    const octokit = new Octokit({ auth: token, baseUrl: apiUrl.replace(/\/+$/, ""), request, log: silent });
    return { octokit, owner, repo };
}

/** Errors come as exceptions; the library need not write them as well. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
    // Nothing is written.
}

/** The comments of a pull request on GitHub. */
export async function gitHubComments(options: GitHubOptions, pullRequest: number): Promise<CommentHost> {
    const { octokit, owner, repo } = await connect(options);
    const place = { owner, repo };
    const author = async (): Promise<string> => {
        if (options.author !== undefined) {
            return options.author;
        }
        try {
            return (await octokit.rest.users.getAuthenticated()).data.login;
        } catch (error) {
            if (statusOf(error) === 403 || statusOf(error) === 401) {
                return workflowAuthor;
            }
            throw error;
        }
    };
    return {
        own: async () => {
            const login = await author();
            const all = await octokit.paginate(octokit.rest.issues.listComments, {
                ...place,
                issue_number: pullRequest,
                per_page: 100,
            });
            return all.filter(({ user }) => user?.login === login).map(({ id, body }) => ({ id, body: body ?? "" }));
        },
        create: async (body) =>
            (await octokit.rest.issues.createComment({ ...place, issue_number: pullRequest, body })).data.html_url,
        update: async (id, body) =>
            (await octokit.rest.issues.updateComment({ ...place, comment_id: id, body })).data.html_url,
    };
}

/**
 * The open pull request of a branch, if the commit is still its newest: a run's event does not name the pull request of a fork, and a
 * number out of a file that the run wrote could be any.
 *
 * @param head `owner:branch`, as the run's event says.
 */
export async function findPullRequest(
    options: GitHubOptions,
    head: string,
    commit: string,
): Promise<{ readonly number: number; readonly base: string } | undefined> {
    const { octokit, owner, repo } = await connect(options);
    const found = await octokit.paginate(octokit.rest.pulls.list, { owner, repo, head, state: "open", per_page: 100 });
    const pull = found.find((each) => each.head.sha === commit);
    return pull === undefined ? undefined : { number: pull.number, base: pull.base.sha };
}
