import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aclFileProblems } from "../../components/broker/access/acl";
import { passwdFileProblems } from "../../components/broker/access/passwd";
import { ConfigurationError, type Problem } from "../../components/common/problem";
import { readStackFile } from "../../plan/stack-file";
import { parseSettings } from "../../stacks/settings/parse";
import { change, problemsOf, valid, type StackConfig } from "../support";

const broker = (settings: object) => change(valid.existing, "vernemq:broker", { ...settings });
const edge = (settings: object) => change(valid.existing, "vernemq:edge", { ...settings });
const cluster = (settings: object, base: StackConfig = valid.existing) =>
    change(base, "vernemq:cluster", { ...settings });

/** Configurations with one mistake each, or none that stops a plan. */
const table: readonly { title: string; config: StackConfig; key?: string; rule?: RegExp }[] = [
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
        config: cluster({ tags: { constructor: "a", toString: "b" } }, valid.eks),
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
    { title: "a value of itself", text: "config: &a\n  vernemq:broker: *a\n", rule: /holds an alias of itself/ },
    { title: "an alias without an anchor", text: "config: *hunter2\n", rule: /no anchor/ },
    {
        title: "aliases that multiply",
        text: `a: &a [1]\n${["b", "c", "d", "e"].map((name, i) => `${name}: &${name} [${Array.from({ length: 20 }, () => `*${"abcd"[i] ?? ""}`).join(",")}]`).join("\n")}\n`,
        rule: /multiply without end/,
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

describe("hostile and broken input", () => {
    let folder: string;

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "vernemq-hostile-"));
        writeFileSync(join(folder, "Pulumi.yaml"), "name: vernemq\nruntime: nodejs\n");
    });

    after(() => {
        rmSync(folder, { recursive: true, force: true });
    });

    it(`is one clear problem each, or none: ${table.length + files.length} cases`, () => {
        for (const { title, config, key, rule } of table) {
            const problems = problemsOf(config);
            assert.equal(problems.length, key === undefined ? 0 : 1, `${title}: ${JSON.stringify(problems)}`);
            assert.equal(problems[0]?.key, key, title);
            assert.match(problems[0]?.rule ?? "", rule ?? /^$/, title);
        }
        for (const { title, text, rule } of files) {
            const problems = problemsOfFile(folder, text);
            assert.equal(problems.length, 1, title);
            assert.match(problems[0]?.rule ?? "", rule, title);
            assert.doesNotMatch(JSON.stringify(problems), /hunter2/, title);
        }
        console.log(`    ${table.length + files.length} hostile or broken inputs`);
    });

    it("of 100,000 lines takes no more than 2 s of CPU beyond a small one", () => {
        const lines = (text: string) => Array.from({ length: 100_000 }, (_, index) => text.replace("#", String(index)));
        const seconds = (run: () => void) => {
            const before = process.cpuUsage();
            run();
            const { user, system } = process.cpuUsage(before);
            return (user + system) / 1e6;
        };
        const small = seconds(() => problemsOf(broker({ acl: ["topic read a/b"] })));
        const counts: number[] = [];
        const cases: readonly (() => number)[] = [
            () => problemsOf(broker({ acl: lines("topic read site/#/a") })).length,
            () => problemsOf(broker({ acl: lines("topic raed site/#/a") })).length,
            () => aclFileProblems(lines("topic raed site/#/a").join("\n")).length,
            () => passwdFileProblems(lines("device#:no-hash").join("\n")).length,
        ];
        for (const run of cases) {
            const taken = seconds(() => counts.push(run()));
            // CPU time, not time: three times as much is for caches and cores that others use too. What is quadratic takes minutes.
            assert.ok(taken < small + 3 * 2, `${taken} s of CPU`);
        }
        assert.deepEqual(counts, [0, 100_000, 100_000, 100_000]);
        const [, ...shown] = new ConfigurationError(
            problemsOf(broker({ acl: lines("topic raed site/#/a") })),
        ).message.split("\n\n");
        assert.equal(shown.length, 101);
        assert.equal(shown.at(-1), "  and 99900 more");
    }).timeout(120_000);

    it("is refused where a stack's name is a path", () => {
        for (const name of ["../other", "/etc/passwd", "a/b", "", "a\nb"]) {
            assert.throws(() => readStackFile(folder, name), /a stack's name is 1 to 100 letters/);
        }
    });
});
