import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseOptions } from "../../ops/options";
import { resolveTarget } from "../../ops/target";
import { runOps } from "../../ops/run";
import { UserError } from "../../plan/common/errors";
import { projectFolder } from "./support/ops";

const noOutput = () => Promise.resolve({ problem: "the engine is not there" });
const never = () => Promise.reject(new Error("the stack's outputs were read"));

describe("ops/target", () => {
    it("takes the flags before anything else", async () => {
        const target = await resolveTarget(
            { stack: "eks", kubeconfig: "/k", context: "c", namespace: "n" },
            projectFolder,
            never,
            { KUBECONFIG: "/other" },
        );
        assert.deepEqual(target.kubeconfig, { kind: "file", path: "/k", context: "c" });
        assert.equal(target.kubeconfigFrom, "/k, context c");
        assert.deepEqual([target.namespace, target.statefulSet], ["n", "vernemq"]);
    });

    it("takes an existing cluster's own settings", async () => {
        const metal = await resolveTarget({ stack: "metal" }, projectFolder, never, {});
        assert.deepEqual(metal.kubeconfig, { kind: "default", context: "rack-1" });
        assert.equal(metal.kubeconfigFrom, "the machine's kubeconfig, context rack-1");
        assert.equal(metal.namespace, "messaging");
    });

    it("takes a managed cluster's kubeconfig from the stack's output", async () => {
        const target = await resolveTarget(
            { stack: "eks" },
            projectFolder,
            () => Promise.resolve({ kubeconfig: "text" }),
            {
                KUBECONFIG: "/other",
            },
        );
        assert.deepEqual(target.kubeconfig, { kind: "text", text: "text" });
        assert.equal(target.kubeconfigFrom, "the output kubeconfig of stack eks");
    });

    it("takes $KUBECONFIG for a managed cluster, but never the current context of ~/.kube/config", async () => {
        const target = await resolveTarget({ stack: "gke" }, projectFolder, noOutput, { KUBECONFIG: "/named" });
        assert.deepEqual(target.kubeconfig, { kind: "default" });
        assert.equal(target.kubeconfigFrom, "$KUBECONFIG (/named)");
        await assert.rejects(
            resolveTarget({ stack: "gke" }, projectFolder, noOutput, {}),
            (error: unknown) =>
                error instanceof UserError &&
                error.message ===
                    "There is no kubeconfig for stack gke: the engine is not there. Name one with --kubeconfig, or set KUBECONFIG.",
        );
    });
});

describe("ops/options", () => {
    it("knows each verb's own options", () => {
        const parsed = parseOptions(["drain", "vernemq-2", "--stack", "dev", "--batch", "7", "--json"]);
        assert.ok(parsed.kind === "run");
        assert.deepEqual(parsed.given.args, ["vernemq-2"]);
        assert.equal(parsed.given.options["batch"], 7);
        assert.equal(parsed.common.json, true);
    });

    it("names the mistake in one sentence", () => {
        for (const [words, message] of [
            [[], /^name a verb: status/],
            [["status"], /^name the stack with --stack, or give --kubeconfig and --namespace$/],
            [["drain", "1", "--namespace", "n"], /or give --kubeconfig$/],
            [["nothing", "--stack", "dev"], /there is no verb nothing; the verbs are status/],
            [["status", "--stack", "dev", "--batch", "1"], /unknown option '--batch'/],
            [["drain", "--stack", "dev"], /missing required argument 'broker'/],
            [["drain", "last", "--stack", "dev"], /Expected: a broker's number or its pod's name/],
            [["port-forward", "--stack", "dev", "--ports", "0"], /Expected: ports such as/],
            [["status", "more", "--stack", "dev"], /too many arguments/],
        ] as const) {
            const parsed = parseOptions(words);
            assert.ok(parsed.kind === "mistake", words.join(" "));
            assert.match(parsed.message, message);
        }
    });

    it("shows a verb's own options in its help, with the exit codes", () => {
        const one = parseOptions(["upgrade", "--help"]);
        assert.ok(one.kind === "help" && one.text.includes("--hold") && one.text.includes("Exit codes"));
        assert.ok(!one.text.includes("--batch"));
    });
});

describe("ops/run", () => {
    async function run(words: readonly string[]): Promise<{ exitCode: number; err: string }> {
        let err = "";
        const exitCode = await runOps(
            words,
            { out: () => undefined, err: (text) => (err += text), colors: false },
            projectFolder,
            new AbortController().signal,
        );
        return { exitCode, err };
    }

    it("ends with 2 where the stack or its kubeconfig is not there", async () => {
        const stack = await run(["status", "--stack", "nobody"]);
        assert.equal(stack.exitCode, 2);
        assert.match(stack.err, /Pulumi\.nobody\.yaml/);
        const file = await run(["status", "--stack", "dev", "--kubeconfig", "/nowhere/kubeconfig"]);
        assert.equal(file.exitCode, 2);
        assert.equal(file.err, "The kubeconfig /nowhere/kubeconfig cannot be read.\n");
    });

    it("tells nothing of a kubeconfig's contents, whatever is wrong with it", async () => {
        const folder = mkdtempSync(join(tmpdir(), "vernemq-kubeconfig-"));
        const path = join(folder, "kubeconfig");
        for (const text of ["users: [{user: {token: hidden-word}}", "token: hidden-word", "hidden-word"]) {
            writeFileSync(path, text);
            const { exitCode, err } = await run(["status", "--stack", "dev", "--kubeconfig", path]);
            assert.equal(exitCode, 2, err);
            assert.ok(!err.includes("hidden-word"), err);
        }
        rmSync(folder, { recursive: true });
    });

    it("ends with 2 and one sentence where the kubeconfig's credentials cannot be used, and repeats nothing secret", async () => {
        const folder = mkdtempSync(join(tmpdir(), "vernemq-kubeconfig-"));
        const path = join(folder, "kubeconfig");
        const plugin = (command: string, ...args: string[]) => ({
            exec: { apiVersion: "client.authentication.k8s.io/v1", command, args, interactiveMode: "Never" },
        });
        const broken = Buffer.from("hidden-word").toString("base64");
        for (const [user, why, server = "https://127.0.0.1:1"] of [
            [plugin("no-such-plugin"), /: its credential plugin no-such-plugin cannot be run: it is not installed/],
            [plugin("sh", "-c", "echo hidden-word"), /: what its credential plugin returns is not an ExecCredential/],
            [plugin("sh", "-c", "echo The session has expired. >&2; exit 1"), /: The session has expired\.\n$/],
            [
                { "client-certificate": join(folder, "c.pem"), "client-key": join(folder, "k.pem") },
                /c\.pem cannot be read/,
            ],
            [{ "client-certificate-data": broken, "client-key-data": broken }, /^The kubeconfig's certificates cannot/],
            [
                { token: "hidden-word" },
                /^The address of the API server in the kubeconfig is not a URL\.\n$/,
                "hidden-word",
            ],
        ] as const) {
            writeFileSync(
                path,
                JSON.stringify({
                    "current-context": "x",
                    clusters: [{ name: "x", cluster: { server } }],
                    users: [{ name: "x", user }],
                    contexts: [{ name: "x", context: { cluster: "x", user: "x" } }],
                }),
            );
            const { exitCode, err } = await run(["status", "--stack", "dev", "--kubeconfig", path]);
            assert.match(err, why);
            assert.equal(exitCode, 2, err);
            assert.equal(err.split("\n").length, 2, err);
            assert.ok(!err.includes("hidden-word"), err);
        }
        rmSync(folder, { recursive: true });
    });

    it("names the folder that is no project's", async () => {
        const { exitCode, err } = await run(["status", "--stack", "dev", "--cwd", "/nowhere"]);
        assert.equal(exitCode, 2);
        assert.match(
            err,
            /^\/nowhere has no Pulumi\.yaml: run the command in your project's folder, or name that folder with --cwd\.\n$/,
        );
    });

    it("ends with 1 and one sentence where the API server is not there", async () => {
        const folder = mkdtempSync(join(tmpdir(), "vernemq-kubeconfig-"));
        const path = join(folder, "kubeconfig");
        const server = "http://127.0.0.1:1";
        writeFileSync(
            path,
            JSON.stringify({
                "current-context": "x",
                clusters: [{ name: "x", cluster: { server, "insecure-skip-tls-verify": true } }],
                users: [{ name: "x", user: { token: "hidden-word" } }],
                contexts: [{ name: "x", context: { cluster: "x", user: "x" } }],
            }),
        );
        const { exitCode, err } = await run(["status", "--stack", "dev", "--kubeconfig", path]);
        rmSync(folder, { recursive: true });
        assert.equal(exitCode, 1);
        assert.match(
            err,
            /^GET \/apis\/apps\/v1\/namespaces\/messaging\/statefulsets\/vernemq: .*ECONNREFUSED[^\n]*\n$/,
        );
    });
});
