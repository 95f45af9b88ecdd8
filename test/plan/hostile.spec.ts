import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aclFileProblems } from "../../components/broker/access/acl";
import { passwdFileProblems } from "../../components/broker/access/passwd";
import { ConfigurationError, type Problem, renderProblems } from "../../components/common/problem";
import { Secret } from "../../components/common/secret";
import { perform } from "../../passwd/passwd";
import { parseDigest } from "../../pipeline/comment/preview-digest";
import { planStack } from "../../plan/plan";
import { readStackFile } from "../../plan/stack-file";
import { parsePolicySettings } from "../../policy/settings";
import { parseSettings } from "../../stacks/settings/parse";
import type { RawConfig } from "../../stacks/settings/settings";
import { change, problemsIn, problemsOf, valid, type StackConfig } from "../support";

const broker = (settings: object) => change(valid.existing, "vernemq:broker", { ...settings });
const edge = (settings: object) => change(valid.existing, "vernemq:edge", { ...settings });
const cluster = (settings: object, base: StackConfig = valid.existing) =>
    change(base, "vernemq:cluster", { ...settings });

const garbage = "\u0000\u001b[2J}{: hunter2";
const kubeconfig = JSON.stringify({
    clusters: [{ name: "rack", cluster: { server: "https://192.0.2.1:6443" } }],
    contexts: [{ name: "rack", context: { cluster: "rack", user: "admin" } }],
    users: [{ name: "admin", user: { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "false" } } }],
});

/** Configurations with one mistake each, or none that stops a plan. */
const table: readonly { title: string; config: StackConfig; key?: string; rule?: RegExp; remedy?: RegExp }[] = [
    {
        title: "kubeconfig of garbage",
        config: cluster({ kubeconfig: new Secret(garbage) }),
        key: "vernemq:cluster.kubeconfig",
        rule: /this is not a kubeconfig/,
    },
    {
        title: "kubeconfig in plain text",
        config: cluster({ kubeconfig: garbage }),
        key: "vernemq:cluster.kubeconfig",
        rule: /plain text/,
    },
    {
        title: "kubeconfig without the context",
        config: cluster({ kubeconfig: new Secret(kubeconfig), context: "rak" }),
        key: "vernemq:cluster.context",
        rule: /no context rak/,
        remedy: /did you mean rack\?/,
    },
    {
        title: "kubeconfig with a program for credentials",
        config: cluster({ kubeconfig: new Secret(kubeconfig), context: "rack" }),
    },
    {
        title: "setting that is near another",
        config: broker({ replica: 3 }),
        key: "vernemq:broker.replica",
        rule: /no such setting/,
        remedy: /^did you mean replicas\? /,
    },
    {
        title: "setting that is near nothing",
        config: broker({ frobnicate: 3 }),
        key: "vernemq:broker.frobnicate",
        rule: /no such setting/,
        remedy: /^Known here: /,
    },
    {
        title: "target that there is not",
        config: { ...valid.eks, "vernemq:target": "ecs" },
        key: "vernemq:target",
        rule: /^one of eks, gke, aks, doks, existing$/,
        remedy: /^run `pulumi config set vernemq:target NAME` with one of/,
    },
    {
        title: "string for a number",
        config: broker({ replicas: "three" }),
        key: "vernemq:broker.replicas",
        rule: /^a (whole )?number, not a string$/,
    },
    {
        title: "block for a list",
        config: broker({ users: { name: "device" } }),
        key: "vernemq:broker.users",
        rule: /^a list, not an object$/,
    },
    {
        title: "query in a webhook's URL",
        config: broker({ authentication: { webhook: { register: "https://a.tools.svc/?code=hunter2" } } }),
        key: "vernemq:broker.authentication.webhook.register",
        rule: /no query/,
    },
    {
        title: "misspelt access of an ACL",
        config: broker({ acl: ["topic raed a/b"] }),
        key: "vernemq:broker.acl[0]",
        rule: /`raed`/,
    },
    {
        title: "misspelt write",
        config: broker({ acl: ["pattern wirte a/%u"] }),
        key: "vernemq:broker.acl[0]",
        rule: /`wirte`/,
    },
    {
        title: "version without quotes",
        config: cluster({ version: 1.35 }, valid.eks),
        key: "vernemq:cluster.version",
        rule: /a string, not a number/,
        remedy: /^put it in quotes, for example "1\.35"/,
    },
    { title: "topic with a space", config: broker({ acl: ["topic my topic/a"] }) },
    {
        title: "issuer with a space",
        config: {
            ...valid.existing,
            "vernemq:certificate": { source: "cert-manager", issuer: { name: "Let's Encrypt" } },
        },
        key: "vernemq:certificate.issuer.name",
        rule: /name of a Kubernetes object/,
    },
    {
        title: "image that is a command",
        config: broker({ image: { repository: "vernemq/vernemq; id" } }),
        key: "vernemq:broker.image.repository",
        rule: /repository/,
    },
    {
        title: "tag with a space",
        config: broker({ image: { tag: "2.1 2" } }),
        key: "vernemq:broker.image.tag",
        rule: /tag/,
    },
    {
        title: "HAProxy image with capitals",
        config: edge({ haproxy: { image: "docker.io/UPPER/x:1" } }),
        key: "vernemq:edge.haproxy.image",
        rule: /tag or digest/,
    },
    {
        title: "taint with a space",
        config: cluster({ brokerNodeTaint: { key: "no good" } }),
        key: "vernemq:cluster.brokerNodeTaint.key",
        rule: /label's key/,
    },
    { title: "address as host", config: edge({ host: "192.0.2.1" }), key: "vernemq:edge.host", rule: /an IP address/ },
    {
        title: "namespace of the system",
        config: broker({ namespace: "kube-system" }),
        key: "vernemq:broker.namespace",
        rule: /already/,
    },
    {
        title: "namespace default",
        config: broker({ namespace: "default" }),
        key: "vernemq:broker.namespace",
        rule: /already/,
    },
    {
        title: "leading zero in a network",
        config: cluster({ apiAllowedCidrs: ["010.0.0.0/8"] }, valid.eks),
        key: "vernemq:cluster.apiAllowedCidrs[0]",
        rule: /leading zeros/,
    },
    {
        title: "leading zero in the allow list",
        config: edge({ allowedCidrs: ["010.0.0.0/8"] }),
        key: "vernemq:edge.allowedCidrs[0]",
        rule: /CIDR/,
    },
    {
        title: "tags named as parts of every object",
        config: cluster({ tags: { constructor: "a", valueOf: "b", hasOwnProperty: "c" } }, valid.eks),
    },
    {
        title: "tag that Pulumi's SDK fails at",
        config: cluster({ tags: { toString: "b" } }, valid.eks),
        key: "vernemq:cluster.tags",
        rule: /a tag cannot be called toString/,
    },
    {
        title: "setting named as one",
        config: broker({ settings: { constructor: 1 } }),
        key: "vernemq:broker.settings.constructor",
        rule: /no such key/,
    },
    {
        title: "group named as one",
        config: { ...valid.existing, "vernemq:constructor": 1 },
        key: "vernemq:constructor",
        rule: /no such setting/,
    },
    {
        title: "field named as one",
        config: broker({ toString: 1 }),
        key: "vernemq:broker.toString",
        rule: /no such setting/,
    },
];

function problemsOfFile(folder: string, text: string): readonly Problem[] {
    writeFileSync(join(folder, "Pulumi.hostile.yaml"), text);
    try {
        parseSettings(readStackFile(folder, "hostile"));
        return [];
    } catch (error) {
        assert.ok(error instanceof ConfigurationError, String(error));
        return error.problems;
    }
}

const files: readonly { title: string; text: string; rule: RegExp }[] = [
    { title: "a value of itself", text: "config: &a\n  vernemq:broker: *a\n", rule: /holds an alias to itself/ },
    { title: "an alias without an anchor", text: "config: *hunter2\n", rule: /no anchor/ },
    {
        title: "aliases that multiply",
        text: `a: &a [1]\n${["b", "c", "d", "e"].map((name, i) => `${name}: &${name} [${Array.from({ length: 20 }, () => `*${"abcd"[i] ?? ""}`).join(",")}]`).join("\n")}\n`,
        rule: /multiply endlessly/,
    },
    {
        title: "a quote that is not closed",
        text: "config:\n  vernemq:broker: 'hunter2\n",
        rule: /quote, bracket or comma.*line/,
    },
    { title: "a key twice", text: "config: {}\nconfig: {}\n", rule: /twice \(line 2/ },
    { title: "a tab", text: "config:\n\tvernemq:target: hunter2\n", rule: /tab/ },
    { title: "two documents", text: "config: {}\n---\nconfig: {}\n", rule: /more than one document/ },
    { title: "a list", text: "- hunter2\n", rule: /YAML mapping/ },
    { title: "nothing", text: "", rule: /YAML mapping/ },
];

/** The words of zod, yaml, commander and JavaScript, and what the inputs hold that may be a secret. */
const notOurs =
    /hunter2|Invalid (input|option|key|value)|expected (string|number|array|record|object|boolean)|received|Unrecognized|Too (small|big)|YAMLParseError|at line \d|Unexpected token|unknown option|SyntaxError|TypeError|Cannot read/;

/** Inputs of other commands. */
const commands: readonly { title: string; run: () => string; says: RegExp }[] = [
    {
        title: "a vmq.passwd without a user",
        run: () => perform("check", "\n").err,
        says: /^line 1: the file has no user[^\n]*\n$/,
    },
    {
        title: "a vmq.passwd with a password in plain text",
        run: () => perform("check", "device:hunter2hunter2\n").err,
        says: /^line 1: [^\n]*no hash[^\n]*\n$/,
    },
    {
        title: "a vmq.acl with a misspelt access",
        run: () => perform("check-acl", "topic raed a/b\n").err,
        says: /^line 1: [^\n]*`raed`[^\n]*\n$/,
    },
    {
        title: "a policy.json with a number for a rule",
        run: () => renderProblems(parsePolicySettings('{"tags":3}').problems),
        says: /has 1 problem:\n\n {2}policy\.json: tags\n {4}rule: {3}one of mandatory, advisory, disabled/,
    },
    {
        title: "a policy.json that is no JSON",
        run: () => renderProblems(parsePolicySettings("{hunter2").problems),
        says: /has 1 problem:\n\n {2}policy\.json\n {4}rule: {3}it is not JSON/,
    },
    {
        title: "a digest of another form",
        run: () => failureMessage(() => parseDigest({ version: 1, stacks: [{ stack: 3 }] })),
        says: /^no preview digest: stacks\.0\./,
    },
];

function failureMessage(run: () => unknown): string {
    try {
        run();
        return "";
    } catch (error) {
        return (error as Error).message;
    }
}

/** Seconds of CPU, whatever else the machine does. */
async function secondsOf(run: () => unknown): Promise<number> {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
}

/** The same as a stack file's, with values that were encrypted. */
function rawWith(config: StackConfig): RawConfig {
    return { project: "vernemq", stack: "test", values: config, keysWithDecryptedValues: new Set() };
}

async function planIt(config: StackConfig): Promise<void> {
    const program = (await import("../../index")).default;
    const { rejections } = await planStack(rawWith(config), parseSettings(rawWith(config)), program);
    assert.deepEqual(rejections, []);
}

describe("hostile and broken input", () => {
    let folder: string;

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "vernemq-hostile-"));
        writeFileSync(join(folder, "Pulumi.yaml"), "name: vernemq\nruntime: nodejs\n");
    });

    after(() => {
        rmSync(folder, { recursive: true, force: true });
    });

    it(`is one clear problem each, or a plan, within 2 s of CPU: ${table.length + files.length + commands.length} cases`, async () => {
        const normal = await secondsOf(() => planIt(valid.existing));
        let [plans, slowest] = [0, 0];
        for (const { title, config, key, rule, remedy } of table) {
            let problems: readonly Problem[] = [];
            const taken = await secondsOf(async () => {
                problems = problemsIn(rawWith(config));
                if (key === undefined && problems.length === 0) {
                    await planIt(config);
                    plans++;
                }
            });
            assert.equal(problems.length, key === undefined ? 0 : 1, `${title}: ${JSON.stringify(problems)}`);
            assert.equal(problems[0]?.key, key, title);
            assert.match(problems[0]?.rule ?? "", rule ?? /^$/, title);
            assert.match(problems[0]?.remedy ?? "", remedy ?? /^/, title);
            assert.doesNotMatch(JSON.stringify(problems), notOurs, title);
            assert.ok(taken < normal + 2, `${title}: ${taken} s of CPU`);
            slowest = Math.max(slowest, taken);
        }
        for (const { title, text, rule } of files) {
            const problems = problemsOfFile(folder, text);
            assert.equal(problems.length, 1, title);
            assert.match(problems[0]?.rule ?? "", rule, title);
            assert.doesNotMatch(JSON.stringify(problems), notOurs, title);
        }
        for (const { title, run, says } of commands) {
            const said = run();
            assert.match(said, says, title);
            assert.doesNotMatch(said, notOurs, title);
        }
        const all = table.length + files.length + commands.length;
        console.log(
            `    ${all} hostile or broken inputs: ${all - plans} of one problem each, ${plans} plans; the slowest took ${slowest.toFixed(1)} s of CPU, a normal plan ${normal.toFixed(1)} s`,
        );
    });

    it("of 100,000 lines takes no more than 2 s of CPU beyond a small one", async () => {
        const lines = (text: string) => Array.from({ length: 100_000 }, (_, index) => text.replace("#", String(index)));
        const small = await secondsOf(() => problemsOf(broker({ acl: ["topic read a/b"] })));
        const counts: number[] = [];
        const cases: readonly (() => number)[] = [
            () => problemsOf(broker({ acl: lines("topic read #") })).length,
            () => problemsOf(broker({ acl: lines("topic raed site/#/a") })).length,
            () => aclFileProblems(lines("topic raed site/#/a").join("\n")).length,
            () => passwdFileProblems(lines("device#:no-hash").join("\n")).length,
        ];
        for (const run of cases) {
            const taken = await secondsOf(() => counts.push(run()));
            // CPU time, not time: three times as much is for caches and cores that others use too. What is quadratic takes minutes.
            assert.ok(taken < small + 3 * 2, `${taken} s of CPU`);
        }
        assert.deepEqual(counts, [1, 100_000, 100_000, 100_000]);
        const fits = broker({ acl: lines("topic read #").slice(0, 50_000) });
        const [normal, long] = [await secondsOf(() => planIt(valid.existing)), await secondsOf(() => planIt(fits))];
        assert.ok(long < normal + 3 * 2, `${long} s of CPU for a plan`);
        const [, ...shown] = new ConfigurationError(
            problemsOf(broker({ acl: lines("topic raed site/#/a") })),
        ).message.split("\n\n");
        assert.equal(shown.length, 101);
        assert.equal(shown.at(-1), "  and 99900 more");
    });

    it("is refused where a stack's name is a path", () => {
        for (const name of ["../other", "/etc/passwd", "a/b", "", "a\nb"]) {
            assert.throws(() => readStackFile(folder, name), /a stack's name is 1 to 100 letters/);
        }
    });
});
