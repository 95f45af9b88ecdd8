import assert from "node:assert/strict";
import { compare } from "../../plan/changes/from-comparison";
import type { PlannedResource } from "../../plan/graph";
import type { Plan } from "../../plan/plan";
import { showChange } from "../../plan/render/changes";
import { factsOf, shortType } from "../../plan/render/facts";
import { renderHtml } from "../../plan/render/html";
import { renderJson } from "../../plan/render/json";
import { code, renderMarkdown, text } from "../../plan/render/markdown";
import { renderMermaid } from "../../plan/render/mermaid";
import { renderTerminal } from "../../plan/render/terminal";
import { topologyOf } from "../../plan/render/topology";
import { treeOf } from "../../plan/render/tree";
import { addedSetting, settingsAfter, settingsBefore } from "../named-lists";
import { component, edge, hop, planWith, resource, urn } from "./support";

const release = resource("kubernetes:helm.sh/v3:Release", "part-release", {
    chart: "vernemq",
    version: "2.1.2",
    values: { replicaCount: 6 },
});
const service = resource(
    "kubernetes:core/v1:Service",
    "part-service",
    { spec: { type: "LoadBalancer", ports: [{ port: 8883 }] }, password: "[secret]" },
    { protect: true, dependencies: [release.urn] },
);
const small: Plan = {
    ...planWith([service, release]),
    checks: [
        { name: "It holds", status: "pass", detail: "because" },
        { name: "It may not", status: "warn", detail: "a | b" },
    ],
    warnings: ["Mind <this>."],
};

const plain = { colors: false, width: 120 };
const never = () => ({ replaceOn: [], deletesFirst: false });

function changed(before: readonly PlannedResource[], after: readonly PlannedResource[]) {
    return compare(planWith(before), planWith(after), never);
}

describe("one more setting of the broker", () => {
    const brokers = (additionalEnv: unknown) =>
        resource("kubernetes:helm.sh/v3:Release", "part-release", { chart: "vernemq", values: { additionalEnv } });
    const comparison = changed([brokers(settingsBefore)], [brokers(settingsAfter)]);

    it("is one line with its name in the terminal, Markdown, JSON and the page", () => {
        const lines = (rendered: string) =>
            rendered.split(/\n|<br>|<\/tr>/).filter((line) => line.includes("SETTING_") && !line.includes("```"));
        const shown = planWith([]);
        for (const rendered of [
            renderTerminal(shown, comparison, plain),
            renderMarkdown(shown, comparison),
            renderHtml(shown, comparison),
        ]) {
            const [line, ...more] = lines(rendered);
            assert.deepEqual(more, []);
            assert.ok(line?.includes(`values.additionalEnv[${addedSetting}]`), line);
        }
        const { comparison: written } = JSON.parse(renderJson(shown, comparison)) as {
            comparison: { changes: readonly { properties: readonly { path: string }[] }[] };
        };
        assert.deepEqual(
            written.changes.flatMap(({ properties }) => properties.map(({ path }) => path)),
            [`values.additionalEnv[${addedSetting}]`],
        );
    });

    it("and a list in another order is said as such, without its items", () => {
        const reversed = changed([brokers(settingsBefore)], [brokers([...settingsBefore].reverse())]);
        const text = renderTerminal(planWith([]), reversed, plain);
        assert.match(text, /values\.additionalEnv {2}the same items in another order/);
        assert.doesNotMatch(text, /SETTING_/);
    });
});

describe("the terminal's rendering", () => {
    it("is a tree with what tells most, the edge in a line, checks and warnings", () => {
        assert.equal(
            renderTerminal(small, undefined, plain),
            `test · existing · 2 resources in 1 components

  mqtts:8883 → haproxy [terminates TLS, keeps source-ip affinity] ─PROXY v2→ vernemq

  part        Part
  ├─ release  Release  vernemq · version 2.1.2 · replicas 6
  └─ service  Service  protected · LoadBalancer · ports 8883

  Checks
  ✓ It holds    because
  ! It may not  a | b

  Notes
  ! Mind <this>.
`,
        );
    });

    it("shows changes instead of the tree, and of the checks only what deserves a thought", () => {
        const edited = { ...release, inputs: { ...release.inputs, values: { replicaCount: 7 } } };
        const comparison = changed([release, service], [edited]);
        assert.equal(
            renderTerminal(small, comparison, plain),
            `test · existing · 2 resources in 1 components

  mqtts:8883 → haproxy [terminates TLS, keeps source-ip affinity] ─PROXY v2→ vernemq

  Changes · 1 to update, 1 to delete, 1 unchanged
  ~ part-release  Release  update
      values.replicaCount  6 → 7
  - part-service  Service  delete; refused: it is protected

  Warnings
  ! part-service is protected and would be deleted: the update is refused until its protection is lifted.

  Checks · 1 passed
  ! It may not  a | b

  Notes
  ! Mind <this>.
`,
        );
    });

    it("has colors only where they are wanted", () => {
        const escape = String.fromCharCode(27);
        assert.ok(!renderTerminal(small, undefined, plain).includes(escape));
        assert.ok(renderTerminal(small, undefined, { ...plain, colors: true }).includes(escape));
    });

    for (const width of [80, 120, 200]) {
        it(`loses no fact and no check's detail at ${width} columns, and wraps what is longer`, () => {
            const listener = resource("aws:lb/listener:Listener", "a-listener-with-a-rather-long-name", {
                port: 8883,
                protocol: "TLS",
                sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
                certificateArn: "${mqtt-certificate.arn}",
            });
            const detail = Array.from({ length: 40 }, (_, word) => `detail${word}`).join(" ");
            const plan: Plan = {
                ...planWith([listener, service, release]),
                checks: [{ name: "It holds", status: "pass", detail }],
            };
            const rendered = renderTerminal(plan, undefined, { colors: false, width });
            const words = rendered.replaceAll(/\s+/g, " ");
            assert.ok(words.includes(detail), rendered);
            for (const fact of [listener, service, release].flatMap(factsOf)) {
                assert.ok(words.includes(fact), fact);
            }
            const tooLong = rendered.split("\n").filter((line) => line.length > width && line.includes("detail"));
            assert.deepEqual(tooLong, []);
        });
    }

    it("shows with --quiet what a reader has to act on, and no tree and no check that passed", () => {
        const rendered = renderTerminal(small, undefined, { ...plain, quiet: true });
        assert.match(rendered, /It may not/);
        assert.match(rendered, /Mind <this>/);
        assert.doesNotMatch(rendered, /It holds|─ |part-release/);
    });
});

describe("the tree of resources", () => {
    it("puts each after what it depends on, otherwise by name", () => {
        const last = resource("a:b:C", "z");
        const needy = resource("a:b:C", "a", {}, { dependencies: [last.urn] });
        const names = treeOf(planWith([needy, last, resource("a:b:C", "m")]).resources)
            .flatMap((node) => node.children)
            .map((node) => node.resource.name);
        assert.deepEqual(names, ["m", "z", "a"]);
    });

    it("bears components that need parts of each other", () => {
        const other = { ...component, urn: urn("vernemq:test:Part", "other"), name: "other" };
        const [inPart, inOther] = ["x", "y"].map((name) => urn("a:b:C", name));
        const plan = planWith([
            other,
            resource("a:b:C", "x", {}, { dependencies: [inOther ?? ""] }),
            resource("a:b:C", "y", {}, { parent: other.urn, dependencies: [inPart ?? ""] }),
        ]);
        assert.deepEqual(
            treeOf(plan.resources).map((node) => node.resource.name),
            ["other", "part"],
        );
    });

    it("leaves out the stack and the engine's own providers", () => {
        const provider = resource("pulumi:providers:aws", "default_7_48_0", {}, { parent: null });
        assert.deepEqual(
            treeOf(planWith([provider]).resources).map((node) => node.resource.name),
            ["part"],
        );
    });
});

describe("facts of a resource", () => {
    it("name types as people do", () => {
        const types = {
            "kubernetes:core/v1:Service": "Service",
            "aws:lb/listener:Listener": "aws.lb.Listener",
            "random:index/randomPassword:RandomPassword": "random.RandomPassword",
            "vernemq:edge:HaproxyTier": "HaproxyTier",
            "pulumi:providers:kubernetes": "kubernetes provider",
            "azure-native:network:PublicIPAddress": "azure-native.network.PublicIPAddress",
        };
        for (const [type, short] of Object.entries(types)) {
            assert.equal(shortType(type), short);
        }
    });

    it("leave out secrets, and what only the cloud knows", () => {
        assert.deepEqual(
            factsOf(resource("a:b:C", "x", { protocol: "[secret]", port: "${other.port}", size: "big" })),
            ["big"],
        );
    });
});

describe("a shown change", () => {
    const show = (before: unknown, after: unknown) =>
        showChange({
            path: "p",
            kind: "update",
            replaces: false,
            ...(before === undefined ? {} : { before }),
            ...(after === undefined ? {} : { after }),
        });

    it("gives both values, and says where there is none", () => {
        assert.equal(show(1, 2).text, "1 → 2");
        assert.equal(show(undefined, "x").text, '(none) → "x"');
    });

    it("gives what comes into a list and what leaves it", () => {
        assert.equal(show(["a", "b"], ["b", "c"]).text, '+ "c"  - "a"');
        assert.equal(show(["a", "b"], ["b", "a"]).text, '["a","b"] → ["b","a"]');
    });

    it("cuts long values to where they begin to differ", () => {
        const [before, after] = [`${"x".repeat(200)}one`, `${"x".repeat(200)}two`];
        const shown = show(before, after).text;
        assert.match(shown, /one/);
        assert.match(shown, /two/);
        assert.ok(shown.length < 160, shown);
    });

    it("gives the lines of a text that differ, with their neighbors", () => {
        const { lines } = show("a\nb\nc\nd\ne\nf", "a\nb\nc\nD\ne\nf");
        assert.deepEqual(
            lines.map(({ kind, text: line }) => `${kind} ${line}`),
            ["kept c", "removed d", "added D", "kept e"],
        );
    });

    it("says how many lines are left out of a long difference", () => {
        const { lines } = show("", Array.from({ length: 100 }, (_, index) => index.toString()).join("\n"));
        assert.equal(lines.length, 25);
        assert.match(lines.at(-1)?.text ?? "", /77 more lines/);
    });
});

describe("the JSON", () => {
    it("has its keys in order, and the comparison only where one was asked for", () => {
        const keys = (json: string) => Object.keys(JSON.parse(json) as object);
        assert.deepEqual(keys(renderJson(small, undefined)), [
            "formatVersion",
            "stack",
            "project",
            "target",
            "edge",
            "checks",
            "capacity",
            "quotas",
            "rights",
            "warnings",
            "resources",
        ]);
        assert.ok(keys(renderJson(small, changed([], []))).includes("comparison"));
    });

    it("gives each resource with the engine's own names for things", () => {
        const { resources } = JSON.parse(renderJson(small, undefined)) as Plan;
        assert.deepEqual(
            resources.find(({ name }) => name === "part-service"),
            { ...service, options: {}, propertyDependencies: {} },
        );
    });
});

describe("the Markdown", () => {
    it("shows any text as it is", () => {
        assert.equal(
            text("a|b <c> `d` *e* [f](g) h_i @j\nk"),
            "a\\|b &lt;c&gt; \\`d\\` \\*e\\* \\[f\\](g) h\\_i @&#8203;j k",
        );
        assert.equal(code("plain"), "`plain`");
        assert.equal(code("a`b"), "``a`b``");
        assert.equal(code("`"), "`` ` ``");
        assert.equal(code("a|b"), "`a\\|b`");
    });

    it("has as many cells in each row of a table as in its head, whatever the values", () => {
        const awkward = { ...small, checks: [{ name: "a|b\n|c", status: "fail" as const, detail: "`|`\n\n<td>" }] };
        const edited = { ...service, inputs: { spec: { type: "a|b\n```" } } };
        const markdown = renderMarkdown(awkward, changed([service], [edited]));
        let columns = 0;
        for (const line of markdown.split("\n")) {
            const cells = line.startsWith("|") ? line.replaceAll("\\|", "").split("|").length : 0;
            assert.ok(columns === 0 || cells === 0 || cells === columns, line);
            columns = cells;
        }
        assert.match(markdown, /\| ❌ \| a\\\|b \\\|c \| \\`\\\|\\` &lt;td&gt; \|/);
    });

    it("fences a difference that itself holds a fence", () => {
        const texts = (value: string) => resource("a:b:C", "it", { text: value });
        const markdown = renderMarkdown(small, changed([texts("a\n```\nb")], [texts("a\n```\nc")]));
        assert.match(markdown, /\n````diff\n {2}```\n- b\n\+ c\n````\n/);
    });

    it("groups resources by component and tells the listeners, who terminates TLS and who keeps affinity", () => {
        const markdown = renderMarkdown(small, undefined);
        assert.match(markdown, /<summary>part · Part · 2<\/summary>/);
        assert.match(markdown, /\| part-release \| Release \| vernemq, version 2\.1\.2, replicas 6 \|/);
        assert.match(markdown, /\| \*\*TLS terminated at\*\* \| haproxy \(TLS 1\.2 or later, certificate: pem\) \|/);
        assert.match(markdown, /\| \*\*Affinity\*\* \| source-ip, kept by haproxy \|/);
    });
});

describe("the Mermaid topology", () => {
    it("goes from the devices over the hops to the brokers", () => {
        assert.equal(
            renderMermaid(topologyOf(small)),
            `flowchart LR
    devices(["Devices"])
    hop0["haproxy<br/>terminates TLS<br/>keeps source-ip affinity"]
    subgraph vernemq["VerneMQ"]
        direction TB
        broker0["vernemq-0"]
        broker1["vernemq-1"]
        broker2["vernemq-2"]
        broker3["and 3 more"]
    end
    devices -->|"mqtts 8883"| hop0
    hop0 -->|"PROXY v2"| vernemq
    classDef tls stroke:#1a7f37,stroke-width:3px
    classDef affinity stroke-dasharray:6 3
    class hop0 tls
    class hop0 affinity`,
        );
    });

    it("quotes what Mermaid would read as syntax", () => {
        const awkward = planWith([], { ...edge, hops: [hop("haproxy", { title: '"]#<b>`' }), hop("vernemq")] });
        assert.match(renderMermaid(topologyOf(awkward)), /hop0\["#quot;\]#35;#lt;b#gt;#96;"\]/);
    });
});

describe("the page", () => {
    const page = renderHtml(small, changed([], [service]));

    it("needs nothing else: no address, no file beside it, and its policy forbids both", () => {
        assert.doesNotMatch(page, /src=|href="(?!#)|@import|url\((?!#)/);
        assert.match(page, /default-src 'none'/);
    });

    it("shows any text as it is", () => {
        const marked = '<script>alert("x")</script>';
        const awkward = planWith([resource("a:b:C", marked, { [marked]: marked })]);
        const html = renderHtml({ ...awkward, warnings: [marked] }, undefined);
        assert.ok(!html.includes(marked));
        assert.ok(html.includes("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;"));
    });

    it("describes its picture in words", () => {
        assert.match(page, /<svg [^>]*role="img" aria-label="mqtts:8883 -&gt; haproxy/);
    });

    it("holds every resource with its inputs, and marks what is secret", () => {
        assert.match(page, /<span class="name">part-service<\/span>/);
        assert.match(page, /password: &quot;<span class="secret">\[secret\]<\/span>&quot;/);
        assert.match(page, /data-total="3"/);
    });

    it("is well formed: every element that is opened is closed", () => {
        const open: string[] = [];
        const body = page.replace(/<(script|style)>[\s\S]*?<\/\1>/g, "");
        for (const [, slash, name = "", rest = ""] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/g)) {
            if (slash === "/") {
                assert.equal(open.pop(), name);
            } else if (!rest.endsWith("/") && !["meta", "input"].includes(name)) {
                open.push(name);
            }
        }
        assert.deepEqual(open, []);
    });
});
