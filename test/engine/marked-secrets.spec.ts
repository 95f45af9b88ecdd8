import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigMap, EngineEvent } from "@pulumi/pulumi/automation";
import { digest } from "../../pipeline/comment/digest";
import { commentBudget, render } from "../../pipeline/comment/render";
import { run } from "../../pipeline";
import { JsonReporter } from "../../pipeline/report/json";
import { LineReporter } from "../../pipeline/report/lines";
import { readStackFile } from "../../plan/stack-file";
import { parseSettings } from "../../stacks/settings/parse";
import { exampleConfig, labForEachTest } from "../support-engine";
import { hits, type Mark, markedExample, pulumiPath, scalarOf } from "../marks";

/** Examples whose marks are, between them, of nearly every kind; test/plan/marked-secrets.spec.ts plans the others too. */
const stacks = ["dev", "metal", "doks", "eks"] as const;

/** Every file below a folder. */
function filesIn(folder: string): readonly string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * The events that the engine writes to a file, but for its debug messages: in those Pulumi's SDK prints what providers answer, secrets too,
 * whatever the program does (docs/explain/threats.md).
 */
function eventsIn(file: string): string {
    return readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "" && !isDebugMessage(JSON.parse(line) as EngineEvent))
        .join("\n");
}

/** The engine's type leaves "debug" out, because the Automation API asks for none. */
function isDebugMessage({ diagnosticEvent }: EngineEvent): boolean {
    return (diagnosticEvent?.severity as string | undefined) === "debug";
}

/** Secrets that the stack draws itself: passwords, the brokers' cookie, keys of certificates. */
function drawn(state: string): readonly Mark[] {
    const { deployment } = JSON.parse(state) as {
        readonly deployment: { readonly resources: readonly { readonly type: string; readonly outputs?: object }[] };
    };
    return deployment.resources.flatMap(({ type, outputs = {} }) =>
        ["result", "privateKeyPem"].flatMap((property) => {
            const { plaintext } = ((outputs as Record<string, unknown>)[property] ?? {}) as { plaintext?: string };
            const text = plaintext === undefined ? undefined : String(JSON.parse(plaintext));
            const kind = `${property} of ${type}`;
            return text === undefined
                ? []
                : [{ kind, text, secret: text.includes("PRIVATE KEY") ? scalarOf(text) : text }];
        }),
    );
}

describe("marked secrets under the real engine", () => {
    const lab = labForEachTest();

    /** What a command of the engine's prints, on both streams. `--debug` is left out: with it Pulumi's SDK prints what providers answer. */
    function pulumi(workDir: string, words: readonly string[], input?: string, expected: number | "any" = 0): string {
        const env = { ...process.env, ...lab().env, PULUMI_DEBUG_COMMANDS: "true" };
        const options = { cwd: workDir, env, input, encoding: "utf8", maxBuffer: 2 ** 28 } as const;
        const { status, stdout, stderr } = spawnSync("pulumi", [...words, "--non-interactive"], options);
        assert.ok(expected === "any" || status === expected, `${words.join(" ")}: ${stdout.slice(-5000)}${stderr}`);
        return `${stdout}${stderr}`;
    }

    /** An update by the pipeline: its lines, its JSON, the file of its runs and the comment. */
    async function byPipeline(folder: string, stack: string): Promise<readonly (readonly [string, string])[]> {
        const written = { lines: "", json: "" };
        const reporters = [
            new LineReporter((text) => (written.lines += text), false),
            new JsonReporter((text) => (written.json += text), []),
        ];
        const runs = await run("up", {
            folder,
            stacks: [stack],
            env: lab().env,
            onEvent: (event) => {
                reporters.forEach((reporter) => {
                    reporter.event(event);
                });
            },
        });
        reporters.forEach((reporter) => {
            reporter.finish(runs, 0);
        });
        assert.equal(runs[0]?.status, "succeeded", runs[0]?.error);
        return [
            ["lines of the pipeline", written.lines],
            ["JSON of the pipeline", written.json],
            ["file of the runs", JSON.stringify(runs)],
            ["comment", render(digest(runs), commentBudget)],
        ];
    }

    for (const name of stacks) {
        it(`of stack ${name} are in no log, event, state or comment, and in the state's ciphertexts alone`, async () => {
            const { config, secrets } = markedExample(name, exampleConfig(name));
            const stack = await lab().stack(name, config);
            const set = Object.entries(secrets).map(([path, { text: value }]) => [
                pulumiPath(path),
                { value, secret: true },
            ]);
            await stack.stack.setAllConfig(Object.fromEntries(set) as ConfigMap, true);
            const events = join(stack.workDir, "events.json");
            const first = pulumi(stack.workDir, ["preview", "--stack", name, "--diff", "--event-log", events]);
            const texts: (readonly [string, string])[] = [
                ["log of the engine's preview", first],
                ["event stream of the preview", eventsIn(events)],
                ...(await byPipeline(stack.workDir, name)),
            ];
            const changed: Mark = { kind: "a changed secret", text: "another-Secret_of-an-update-marked" };
            const user = "vernemq:broker.users[0].password";
            const path = Object.keys(secrets).find((each) => /hmacKey$|database\.password$/.test(each)) ?? user;
            await stack.stack.setConfig(pulumiPath(path), { value: changed.text, secret: true }, true);
            const words = ["up", "--stack", name, "--yes", "--diff", "--event-log", events];
            texts.push(
                ["log of the engine's update", pulumi(stack.workDir, words)],
                ["event stream of the update", eventsIn(events)],
                ["exported state", pulumi(stack.workDir, ["stack", "export", "--stack", name])],
                ["outputs", pulumi(stack.workDir, ["stack", "output", "--json", "--stack", name])],
                ...filesIn(join(lab().folder, "backend"))
                    .filter((file) => file.includes(name))
                    .map(
                        (file) => [`backend: ${file.slice(lab().folder.length)}`, readFileSync(file, "utf8")] as const,
                    ),
                ["stack file", readFileSync(join(stack.workDir, `Pulumi.${name}.yaml`), "utf8")],
            );

            const open = pulumi(stack.workDir, ["stack", "export", "--stack", name, "--show-secrets"]);
            const marks = [...Object.values(secrets), changed, ...drawn(open)];
            // A user's password leaves the program as a hash, and the changed secret is replaced.
            const gone = [secrets[user]?.kind, secrets[path]?.kind, path === user ? changed.kind : undefined];
            const used = hits(open, marks);
            assert.deepEqual(
                marks.filter(({ kind }) => !gone.includes(kind) && !used.includes(kind)),
                [],
                "a mark that is not in the decrypted state proves nothing",
            );
            for (const [what, text] of texts) {
                assert.ok(text.length > 100, what);
                assert.deepEqual(hits(text, marks), [], what);
            }
            console.log(
                `    ${name}: ${texts.length} logs, event streams, states and comments, ${marks.length} marks, 0 hits`,
            );
        });
    }

    it("the mix-up of two files prints what is wrong and nothing of the key; the right file is taken by all three", async () => {
        const { config, secrets } = markedExample("dev", exampleConfig("dev"));
        const [key, certificate] = [secrets["vernemq:certificate.pem.privateKey"], config["vernemq:certificate"]];
        assert.ok(key !== undefined);
        const own = { ...exampleConfig("dev"), "vernemq:certificate": { source: "pem", pem: {} } };
        const stack = await lab().stack("mixed", own);
        const set = (part: string, text: string) => {
            const path = `vernemq:certificate.pem.${part}`;
            pulumi(stack.workDir, ["config", "set", "--secret", "--path", path, "--stack", "mixed"], text);
        };
        set("privateKey", key.text);
        set("certificate", key.text);
        const events = join(stack.workDir, "events.json");
        const words = ["preview", "--stack", "mixed", "--diff", "--event-log", events];
        const said = pulumi(stack.workDir, words, undefined, "any");
        const [byPipeline] = await run("preview", { folder: stack.workDir, stacks: ["mixed"], env: lab().env });
        for (const text of [said, eventsIn(events), JSON.stringify(byPipeline)]) {
            assert.match(text, /a private key stands where a certificate belongs/);
            assert.deepEqual(hits(text, [key]), []);
        }

        // Encrypted though it is public: the plan, the pipeline and the engine take it all the same.
        set("certificate", (certificate as { readonly pem: { readonly certificate: string } }).pem.certificate);
        parseSettings(readStackFile(stack.workDir, "mixed"), new Date());
        const [taken] = await run("preview", { folder: stack.workDir, stacks: ["mixed"], env: lab().env });
        assert.equal(taken?.status, "succeeded", taken?.error);
        assert.doesNotMatch(pulumi(stack.workDir, ["preview", "--stack", "mixed"]), /error:/);
    });
});
