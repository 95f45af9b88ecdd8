import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digest } from "../../../pipeline/comment/digest";
import { runComment } from "../../../pipeline/comment/command";
import { findPullRequest, gitHubComments } from "../../../pipeline/comment/github";
import { gitLabNotes } from "../../../pipeline/comment/gitlab";
import { type CommentHost, upsertComment } from "../../../pipeline/comment/host";
import { everyStack, hasMarker, marker } from "../../../pipeline/comment/marker";
import { failed, replaceEvents, succeeded } from "./events";

interface Stored {
    readonly id: number;
    body: string;
    readonly author: string;
    readonly system?: boolean;
}

/** The few endpoints of GitHub and GitLab that the clients use, with their pages, in memory and on loopback. */
class FakeHost {
    readonly comments: Stored[] = [];
    readonly requests: string[] = [];
    /** Answers to give before the real ones: a status, or `lost` to do it and then drop the answer. */
    readonly mishaps: (number | "lost")[] = [];
    workflowToken = true;
    readonly #server: Server;

    constructor() {
        this.#server = createServer((request, response) => void this.#answer(request, response));
    }

    async start(): Promise<string> {
        this.#server.listen(0, "127.0.0.1");
        await once(this.#server, "listening");
        return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    }

    async stop(): Promise<void> {
        this.#server.closeAllConnections();
        this.#server.close();
        await once(this.#server, "close");
    }

    add(author: string, body: string, system = false): Stored {
        const comment = { id: this.comments.length + 1, body, author, system };
        this.comments.push(comment);
        return comment;
    }

    async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const url = new URL(request.url ?? "/", "http://127.0.0.1");
        this.requests.push(`${request.method ?? ""} ${url.pathname}`);
        const mishap = request.method === "GET" && url.pathname.endsWith("user") ? undefined : this.mishaps.shift();
        if (typeof mishap === "number") {
            response.writeHead(mishap, { "content-type": "application/json" }).end('{"message":"try again"}');
            return;
        }
        const chunks: Buffer[] = [];
        for await (const chunk of request) {
            chunks.push(chunk as Buffer);
        }
        const payload = chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as { body?: string });
        const [status, body, headers] = this.#handle(request.method ?? "", url, payload.body ?? "");
        if (mishap === "lost") {
            request.socket.destroy();
            return;
        }
        response
            .writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers })
            .end(JSON.stringify(body));
    }

    #handle(method: string, url: URL, body: string): readonly [number, unknown, Record<string, string>?] {
        const gitLab = url.pathname.startsWith("/projects/");
        const id = Number(/\/(\d+)$/.exec(url.pathname)?.[1]);
        if (url.pathname === "/user") {
            return this.workflowToken
                ? [403, { message: "Resource not accessible by integration" }]
                : [200, { id: 7, login: "me" }];
        }
        if (url.pathname.endsWith("/pulls")) {
            const pulls = [
                { number: 11, head: { sha: "old" }, base: { sha: "b" } },
                { number: 12, head: { sha: "new" }, base: { sha: "base" } },
            ];
            return [200, url.searchParams.get("head") === "someone:topic" ? pulls : []];
        }
        if (method === "GET") {
            const size = Number(url.searchParams.get("per_page") ?? 30);
            const page = Number(url.searchParams.get("page") ?? 1);
            const shown = this.comments.slice((page - 1) * size, page * size);
            const more = this.comments.length > page * size;
            const next = new URL(url);
            next.searchParams.set("page", (page + 1).toString());
            next.host = new URL(this.#base()).host;
            return [
                200,
                shown.map((comment) => shape(comment, gitLab)),
                gitLab
                    ? { "x-next-page": more ? (page + 1).toString() : "" }
                    : more
                      ? { link: `<${next.href}>; rel="next"` }
                      : {},
            ];
        }
        if (method === "POST") {
            return [
                201,
                shape(this.add(gitLab ? "7" : this.workflowToken ? "github-actions[bot]" : "me", body), gitLab),
            ];
        }
        const found = this.comments.find((comment) => comment.id === id);
        if (found === undefined) {
            return [404, { message: "Not found" }];
        }
        found.body = body;
        return [200, shape(found, gitLab)];
    }

    #base(): string {
        return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    }
}

function shape({ id, body, author, system }: Stored, gitLab: boolean): object {
    return gitLab
        ? { id, body, system: system === true, author: { id: Number(author) } }
        : { id, body, html_url: `https://example.com/${id}`, user: { login: author } };
}

const mark = marker("vernemq", everyStack);
const noPause = () => Promise.resolve();

describe("a comment's marker", () => {
    it("is compared as a whole first line: names that begin alike do not mix", () => {
        const stag = marker("vernemq", "stag");
        assert.ok(hasMarker(`${stag}\nbody`, stag));
        assert.ok(hasMarker(`${stag}\r\nbody`, stag));
        assert.ok(!hasMarker(`${marker("vernemq", "staging")}\nbody`, stag));
        assert.ok(!hasMarker(`quoted:\n${stag}\nbody`, stag));
        assert.ok(!hasMarker(`${stag} and more`, stag));
    });

    it("is one HTML comment whatever the names are", () => {
        const odd = marker("a --> b", "x stack=y");
        assert.match(odd, /^<!-- vmq-preview v1 project=\S+ stack=\S+ -->$/);
        assert.equal(odd.indexOf("-->"), odd.length - 3);
    });
});

for (const kind of ["GitHub", "GitLab"] as const) {
    describe(`the comment on ${kind}`, () => {
        let fake: FakeHost;
        let url: string;
        let host: CommentHost;
        const me = kind === "GitHub" ? "github-actions[bot]" : "7";
        const other = kind === "GitHub" ? "someone" : "8";

        beforeEach(async () => {
            fake = new FakeHost();
            fake.workflowToken = kind === "GitHub";
            url = await fake.start();
            host =
                kind === "GitHub"
                    ? await gitHubComments({ repository: "o/r", token: "t", apiUrl: url }, 12)
                    : gitLabNotes({ apiUrl: url, project: "group/project", token: "t" }, 12);
        });

        afterEach(() => fake.stop());

        it("is created once and brought up to date from then on", async () => {
            assert.equal((await upsertComment(host, mark, "one")).done, "created");
            assert.equal((await upsertComment(host, mark, "two")).done, "updated");
            assert.deepEqual(
                fake.comments.map(({ body }) => body),
                [`${mark}\ntwo`],
            );
        });

        it("is found behind more than a hundred others", async () => {
            for (let index = 0; index < 130; index++) {
                fake.add(other, `comment ${index}`);
            }
            fake.add(me, `${mark}\nold`);
            for (let index = 0; index < 130; index++) {
                fake.add(other, `later ${index}`);
            }
            assert.equal((await upsertComment(host, mark, "new")).done, "updated");
            assert.equal(fake.comments.length, 261);
            assert.equal(fake.comments[130]?.body, `${mark}\nnew`);
        });

        it("leaves alone what someone else wrote with the same marker, and the comment of another stack", async () => {
            fake.add(other, `${mark}\nforged`);
            fake.add(me, `${marker("vernemq", "staging")}\nstaging`);
            await upsertComment(host, marker("vernemq", "stag"), "stag");
            await upsertComment(host, mark, "all");
            assert.deepEqual(
                fake.comments.map(({ body }) => body.split("\n")[1]),
                ["forged", "staging", "stag", "all"],
            );
        });

        it("is posted though the host fails for a while", async () => {
            fake.mishaps.push(502, 429);
            assert.equal((await upsertComment(host, mark, "one", noPause)).done, "created");
            assert.equal(fake.comments.length, 1);
        });

        it("is not created twice where the answer to its creation got lost", async () => {
            // The first answer is to the listing.
            fake.mishaps.push("lost");
            await upsertComment(host, mark, "one", noPause);
            assert.equal(fake.comments.length, 1);
            fake.comments.length = 0;
            const lossy: CommentHost = {
                ...host,
                create: async (body) => {
                    fake.mishaps.push("lost");
                    return host.create(body);
                },
            };
            assert.equal((await upsertComment(lossy, mark, "two", noPause)).done, "updated");
            assert.equal(fake.comments.length, 1);
        });

        it("fails at once where the token may not write", async () => {
            fake.mishaps.push(403);
            await assert.rejects(upsertComment(host, mark, "one", noPause), /403|try again/);
            assert.equal(fake.requests.filter((request) => !request.endsWith("/user")).length, 1);
        });
    });
}

describe("the pull request of a run", () => {
    it("is the open one of its branch whose newest commit it is, and none once there is a newer one", async () => {
        const fake = new FakeHost();
        const options = { repository: "o/r", token: "t", apiUrl: await fake.start() };
        try {
            assert.deepEqual(await findPullRequest(options, "someone:topic", "new"), { number: 12, base: "base" });
            assert.equal(await findPullRequest(options, "someone:topic", "newest"), undefined);
            assert.equal(await findPullRequest(options, "other:topic", "new"), undefined);
        } finally {
            await fake.stop();
        }
    });
});

describe("npm run pipeline -- comment", () => {
    let folder: string;
    let said: string;
    let warned: string;
    const streams = {
        out: (text: string) => {
            said += text;
        },
        err: (text: string) => {
            warned += text;
        },
    };
    const save = (name: string, content: unknown) => {
        const file = join(folder, name);
        writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
        return file;
    };
    const replaced = succeeded(
        "dev",
        ...replaceEvents("dev", { type: "kubernetes:core/v1:Service", name: "edge", before: {}, after: {} }),
    );

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "comment-"));
        said = "";
        warned = "";
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it("writes comment, summary, page and digest from the runs of several stacks", async () => {
        const file = save("runs.json", [replaced, failed("gke", "no")]);
        const out = (name: string) => join(folder, name);
        const words = [
            file,
            "--file",
            out("a.md"),
            "--summary",
            out("s.md"),
            "--html",
            out("p.html"),
            "--digest",
            out("d.json"),
        ];
        assert.equal(await runComment(words, streams, {}), 1);
        assert.match(readFileSync(out("a.md"), "utf8"), /^### 🔴 Preview: `gke` fails · `dev` replaces 1 resource/);
        assert.equal(readFileSync(out("s.md"), "utf8"), readFileSync(out("a.md"), "utf8"));
        assert.match(readFileSync(out("p.html"), "utf8"), /^<!doctype html>/);
        const written = JSON.stringify(digest([replaced, failed("gke", "no")]), null, 1);
        assert.equal(readFileSync(out("d.json"), "utf8"), `${written}\n`);
    });

    it("ends with 4 for --fail-on-replace, 1 for a failure, 0 for --report-only, 2 for a mistake", async () => {
        const file = save("runs.json", [replaced]);
        const bad = save("bad.json", [failed("gke", "no")]);
        assert.equal(await runComment([file], streams, {}), 0);
        assert.equal(await runComment([file, "--fail-on-replace"], streams, {}), 4);
        assert.equal(await runComment([bad], streams, {}), 1);
        assert.equal(await runComment([bad, "--report-only"], streams, {}), 0);
        assert.equal(await runComment([], streams, {}), 2);
        assert.equal(await runComment([save("x.json", "{}")], streams, {}), 2);
        assert.equal(await runComment([file, "--unknown"], streams, {}), 2);
    });

    it("warns where the comment cannot be posted, without the token, and keeps the preview's result", async () => {
        const fake = new FakeHost();
        const url = await fake.start();
        await fake.stop();
        const file = save("runs.json", [replaced]);
        const environment = {
            GITHUB_REPOSITORY: "o/r",
            GITHUB_TOKEN: "very-secret-token",
            GITHUB_API_URL: `${url}/very-secret-token`,
        };
        assert.equal(
            await runComment([file, "--github", "--pull-request", "1", "--fail-on-replace"], streams, environment),
            4,
        );
        assert.match(warned, /^warning: the comment was not posted: /);
        assert.doesNotMatch(warned, /very-secret-token/);
    });

    it("posts from a digest by branch and commit, and refuses anything else with --only-digests", async () => {
        const fake = new FakeHost();
        const environment = { GITHUB_REPOSITORY: "o/r", GITHUB_TOKEN: "t", GITHUB_API_URL: await fake.start() };
        const post = ["--only-digests", "--github", "--head", "someone:topic", "--commit", "new"];
        try {
            assert.equal(await runComment([save("d.json", digest([replaced])), ...post], streams, environment), 0);
            assert.match(fake.comments[0]?.body ?? "", /^<!-- vmq-preview v1 project=vernemq stack=\* -->\n### 🟠/);
            assert.match(fake.comments[0]?.body ?? "", /ommit `new` on `base`/);
            assert.equal(await runComment([save("r.json", [replaced]), ...post], streams, environment), 2);
            assert.equal(fake.comments.length, 1);
        } finally {
            await fake.stop();
        }
    });

    it("keeps the tokens of the environment out of everything", async () => {
        const file = save("runs.json", [failed("dev", "denied for s3cr3t-value-of-it")]);
        await runComment([file, "--file", "-", "--digest", "-", "--html", "-"], streams, {
            MY_TOKEN: "s3cr3t-value-of-it",
        });
        assert.match(said, /denied for \[secret\]/);
        assert.doesNotMatch(said, /s3cr3t-value/);
    });
});
