import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { ConfigurationError } from "../../components/common/problem";
import { exitCodeOf } from "../../plan/one";
import type { Plan } from "../../plan/plan";
import { failureOf, UserError } from "../../plan/common/errors";
import { renderRejections } from "../../plan/render/rejections";
import { valid, type StackConfig } from "../support";

const root = join(__dirname, "..", "..");

interface Ended {
    readonly code: number | null;
    readonly out: string;
    readonly err: string;
}

function run(words: readonly string[]): Promise<Ended> {
    const child = spawn(process.execPath, ["--import", "./typescript.mjs", ...words], {
        cwd: root,
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, NO_COLOR: "1" },
    });
    return new Promise((resolve, reject) => {
        let [out, err] = ["", ""];
        child.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
        child.stderr.setEncoding("utf8").on("data", (chunk: string) => (err += chunk));
        child.once("error", reject);
        child.once("close", (code) => {
            resolve({ code, out, err });
        });
    });
}

function plan(...words: readonly string[]): Promise<Ended> {
    return run(["plan/main.ts", ...words]);
}

/** A folder with stacks of these configurations. */
function project(stacks: Readonly<Record<string, StackConfig>>): string {
    const folder = mkdtempSync(join(tmpdir(), "plan-"));
    copyFileSync(join(root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    for (const [name, config] of Object.entries(stacks)) {
        writeFileSync(join(folder, `Pulumi.${name}.yaml`), stringify({ config }));
    }
    return folder;
}

const misspelt = { ...valid.existing, "vernemq:edge": { host: "mqtt.example.com", keepalive: 30 } };
const ciphertext = "v1:c2VjcmV0:ciphertext";
const withSecrets: StackConfig = {
    ...valid.existing,
    "vernemq:cluster": { kubeconfig: { secure: ciphertext } },
    "vernemq:broker": { acceptLicense: true, users: [{ name: "device", password: { secure: ciphertext } }] },
};

describe("npm run plan", () => {
    let folder = "";

    before(() => {
        folder = project({ good: valid.existing, secret: withSecrets, misspelt });
    });

    after(() => {
        rmSync(folder, { recursive: true });
    });

    it("writes JSON, Markdown and a page, and shows the plan", async () => {
        const file = (ending: string) => join(folder, "out", `good.${ending}`);
        const { code, out, err } = await plan(
            ...["-C", folder, "--stack", "good", "--json", file("json")],
            ...["--markdown", file("md"), "--html", file("html")],
        );
        assert.deepEqual({ code, err }, { code: 0, err: "" });
        assert.match(out, /^good · existing · \d+ resources in \d+ components\n/);
        assert.match(out, /\n {2}✓ TLS is terminated exactly once, before VerneMQ/);
        assert.deepEqual(readdirSync(join(folder, "out")).sort(), ["good.html", "good.json", "good.md"]);
        const { stack, target, edge, checks, resources } = JSON.parse(readFileSync(file("json"), "utf8")) as Plan;
        assert.deepEqual([stack, target, edge.tlsTerminatedBy], ["good", "existing", "HAProxy"]);
        assert.ok(checks.length > 0);
        const release = resources.find(({ type }) => type === "kubernetes:helm.sh/v3:Release");
        const wanted = ["urn", "type", "name", "parent", "provider", "dependencies", "inputs", "protect"];
        assert.deepEqual(
            wanted.filter((key) => !(key in (release ?? {}))),
            [],
        );
    });

    it("is byte-identical from run to run, with nothing else on standard output", async () => {
        const words = ["-C", folder, "--stack", "good", "--json", "-"];
        const [first, second] = await Promise.all([plan(...words), plan(...words)]);
        assert.equal(first.out, second.out);
        assert.equal((JSON.parse(first.out) as Plan).stack, "good");
    });

    it("shows no secret in any format", async () => {
        const file = (ending: string) => join(folder, "secret", `plan.${ending}`);
        const { code, out } = await plan(
            ...["-C", folder, "--stack", "secret", "--json", file("json")],
            ...["--markdown", file("md"), "--html", file("html")],
        );
        assert.equal(code, 0);
        const texts = [out, ...["json", "md", "html"].map((ending) => readFileSync(file(ending), "utf8"))];
        for (const text of texts) {
            assert.ok(!text.includes(ciphertext));
            // What stands for an encrypted value inside the program is secret as well.
            assert.doesNotMatch(text, /\$\{vernemq:/);
        }
        assert.match(texts[1] ?? "", /"kubeconfig": "\[secret\]"/);
    });

    it("says what a mistake in the configuration is, without a stack trace, and exits 2", async () => {
        const { code, out, err } = await plan("-C", folder, "--stack", "misspelt");
        assert.deepEqual({ code, out }, { code: 2, out: "" });
        assert.match(err, /^The configuration has 1 problem:\n\n {2}vernemq:edge\.keepalive\n/);
        assert.doesNotMatch(err, /\n\s+at /);
    });

    it("finds such a mistake without loading the Pulumi SDK", async () => {
        const script = `
            const { planOne } = require("./plan/one");
            planOne(${JSON.stringify(folder)}, "misspelt", { out: "" }, {}).catch((error) => {
                const loaded = Object.keys(require.cache).filter((file) => file.includes("@pulumi"));
                console.log(JSON.stringify({ name: error.name, loaded }));
            });`;
        const { out } = await run(["-e", script]);
        assert.deepEqual(JSON.parse(out), { name: "ConfigurationError", loaded: [] });
    });

    it("compares with an earlier plan, and refuses what is none", async () => {
        const before = join(folder, "before.json");
        await plan("-C", folder, "--stack", "good", "--json", before);
        const same = await plan("-C", folder, "--stack", "good", "--against", before);
        assert.match(
            same.out,
            /\n {2}Changes · nothing to change, \d+ not compared \(secret contents\), \d+ unchanged\n/,
        );
        const notes: readonly (readonly [words: readonly string[], message: RegExp])[] = [
            [["--stack", "secret", "--against", before], /is a plan of stack good; compare secret with its own plan/],
            [["--stack", "good", "--against", join(folder, "Pulumi.yaml")], /is not JSON/],
            [["--stack", "good", "--against", join(root, "package.json")], /is not a plan that --json wrote/],
            [["--stack", "good", "--against", join(folder, "nowhere.json")], /cannot be read/],
        ];
        for (const [words, message] of notes) {
            const { code, out, err } = await plan("-C", folder, ...words);
            assert.deepEqual({ code, out }, { code: 2, out: "" });
            assert.match(err, message);
        }
    });

    it("plans all stacks, shows each, and exits 2 where one is refused", async () => {
        const out = join(folder, "all");
        const ended = await plan("-C", folder, "--all", "--out", out);
        assert.equal(ended.code, 2);
        const shown = ["good · existing", "misspelt\n", "secret · existing", "2 of 3 plans are valid"];
        const places = shown.map((text) => ended.out.indexOf(text));
        assert.deepEqual(
            places,
            [...places].sort((a, b) => a - b),
        );
        assert.ok(!places.includes(-1), ended.out);
        assert.match(ended.err, /vernemq:edge\.keepalive/);
        assert.deepEqual(
            readdirSync(out).filter((name) => name.endsWith(".html")),
            ["good.html", "secret.html"],
        );
    });
});

describe("a failure of a plan", () => {
    it("is the user's to fix where the configuration, a file or a cloud's rule is at fault", () => {
        const mistake = new ConfigurationError([{ key: "a", rule: "b", remedy: "c" }]);
        assert.deepEqual(failureOf(mistake), { message: mistake.message, exitCode: 2 });
        assert.deepEqual(failureOf(new UserError("no such file")), { message: "no such file.", exitCode: 2 });
        const run = Object.assign(new Error("from the program"), { __pulumiRunError: true });
        assert.deepEqual(failureOf(run), { message: "from the program", exitCode: 2 });
    });

    it("is ours otherwise, and shows where", () => {
        const failure = failureOf(new TypeError("x is undefined"));
        assert.equal(failure.exitCode, 1);
        assert.match(failure.message, /TypeError: x is undefined\n\s+at /);
    });

    it("prints what a cloud would refuse like a problem", () => {
        const refused = {
            urn: "urn",
            type: "aws:lb/targetGroup:TargetGroup",
            name: "vernemq-edge-mqtts",
            property: "stickiness.type",
            value: "sourceIp",
            rule: "source_ip is the only stickiness of a Network Load Balancer",
            source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/",
        };
        assert.equal(
            renderRejections([refused]),
            `The cloud would refuse 1 setting:

  vernemq-edge-mqtts (aws:lb/targetGroup:TargetGroup)
    stickiness.type = "sourceIp"
    rule:   source_ip is the only stickiness of a Network Load Balancer
    source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/`,
        );
    });

    it("is also a check that does not hold; one that deserves a thought is none", () => {
        const check = (status: "pass" | "warn" | "fail") => ({ name: "a", status, detail: "b" });
        assert.equal(exitCodeOf([check("pass"), check("warn")]), 0);
        assert.equal(exitCodeOf([check("pass"), check("fail")]), 1);
    });
});

describe("the example stacks", () => {
    it("are a mapping with a configuration each, one per target and dev", () => {
        const targets = readdirSync(root)
            .filter((name) => /^Pulumi\..+\.yaml$/.test(name))
            .map((name) => {
                const { config } = parse(readFileSync(join(root, name), "utf8")) as { config: StackConfig };
                return `${name} ${String(config["vernemq:target"])}`;
            });
        assert.deepEqual(targets.sort(), [
            "Pulumi.aks.yaml aks",
            "Pulumi.dev.yaml existing",
            "Pulumi.doks.yaml doks",
            "Pulumi.eks.yaml eks",
            "Pulumi.gke.yaml gke",
            "Pulumi.ingress.yaml existing",
            "Pulumi.metal.yaml existing",
            "Pulumi.operator.yaml existing",
        ]);
    });
});
