import assert from "node:assert/strict";
import fc from "fast-check";
import { digest } from "../../../pipeline/comment/digest";
import { renderPage } from "../../../pipeline/comment/html";
import { changeCount, parseDigest, type StackDigest } from "../../../pipeline/comment/preview-digest";
import { commentBudget, render, summaryBudget } from "../../../pipeline/comment/render";
import { addedSetting, settingsAfter, settingsBefore, shiftedDiff } from "../../named-lists";
import { diagnostic, failed, policy, prelude, replaceEvents, stackEvent, stepEvent, succeeded, urnOf } from "./events";

const service = "kubernetes:core/v1:Service";

/** The digest of one run, as its file holds it. */
function only(run: Parameters<typeof digest>[0][number], options?: Parameters<typeof digest>[1]): StackDigest {
    const [stack] = digest([run], options).stacks;
    assert.ok(stack);
    return JSON.parse(JSON.stringify(stack)) as StackDigest;
}

describe("digest", () => {
    it("counts the three operations of a replacement once", () => {
        const stack = only(
            succeeded("dev", ...replaceEvents("dev", { type: service, name: "edge", before: {}, after: {} })),
        );
        assert.deepEqual(stack.counts, { create: 0, update: 0, replace: 1, delete: 0, import: 0, other: 0, same: 0 });
        assert.equal(stack.changes.length, 1);
    });

    it("says that the old one goes first where the engine deletes it before it creates the new one", () => {
        const step = { type: service, name: "edge", before: {}, after: {} };
        assert.equal(only(succeeded("dev", ...replaceEvents("dev", step, true))).changes[0]?.deletedFirst, true);
        assert.equal(only(succeeded("dev", ...replaceEvents("dev", step, false))).changes[0]?.deletedFirst, false);
    });

    it("takes an operation that it does not know for a change, and names it", () => {
        const stack = only(
            succeeded(
                "dev",
                stepEvent("dev", { op: "transmogrify", type: service, name: "edge", before: {}, after: {} }),
            ),
        );
        assert.equal(stack.counts.other, 1);
        assert.deepEqual(
            stack.changes.map(({ action, operation }) => [action, operation]),
            [["unknown", "transmogrify"]],
        );
    });

    it("counts each resource once, whatever operations come in whatever order", () => {
        const ops = [
            "same",
            "create",
            "update",
            "delete",
            "replace",
            "create-replacement",
            "delete-replaced",
            "read",
            "import",
            "discard",
            "refresh",
            "new-op",
        ];
        fc.assert(
            fc.property(fc.array(fc.tuple(fc.constantFrom(...ops), fc.nat(8))), (steps) => {
                const events = steps.map(([op, index]) =>
                    stepEvent("dev", { op, type: service, name: `r${index}`, before: {}, after: {} }),
                );
                const stack = only(succeeded("dev", ...events));
                const resources = new Set(steps.map(([, index]) => index)).size;
                assert.equal(changeCount(stack) + stack.counts.same, resources);
                assert.equal(stack.changes.length, changeCount(stack));
                const replaced = new Set(
                    steps.filter(([op]) => op === "create-replacement" || op === "replace").map(([, index]) => index),
                );
                assert.ok(stack.counts.replace >= replaced.size);
            }),
        );
    });

    it("names the property that replaces, from the detailed diff or from the keys", () => {
        const step = { type: service, name: "edge", before: { a: 1, b: 1 }, after: { a: 2, b: 2 } };
        const because = (more: object) =>
            only(succeeded("dev", ...replaceEvents("dev", { ...step, ...more }))).changes[0]?.because;
        assert.deepEqual(because({ detailedDiff: { a: "update-replace", b: "update" } }), ["a"]);
        assert.deepEqual(because({ keys: ["b"], diffs: ["a", "b"] }), ["b"]);
    });

    it("refines a chart's values to the paths that change, and never shows a value of them", () => {
        const release = { type: "kubernetes:helm.sh/v3:Release", name: "broker" };
        const before = { chart: "vernemq", values: { replicaCount: 3, password: "old-secret-1" } };
        const after = { chart: "vernemq", values: { replicaCount: 5, password: "new-secret-2" } };
        const stack = only(
            succeeded("dev", stepEvent("dev", { op: "update", ...release, before, after, diffs: ["values"] })),
            { values: true },
        );
        assert.deepEqual(stack.changes[0]?.properties, [
            { path: "values.password", kind: "update", replaces: false },
            { path: "values.replicaCount", kind: "update", replaces: false },
        ]);
    });

    it("shows one added setting of a broker as one line with its name, and a reorder as one line", () => {
        const values = (additionalEnv: unknown) => ({ chart: "vernemq", values: { additionalEnv } });
        const lines = (after: unknown) => {
            const step = {
                op: "update",
                type: "kubernetes:helm.sh/v3:Release",
                name: "broker",
                before: values(settingsBefore),
                after: values(after),
                detailedDiff: shiftedDiff,
            };
            const result = digest([succeeded("dev", stepEvent("dev", step))], { values: true });
            const outline = (text: string) => [...text.matchAll(/[-+!~] values\.[^<\n]*/g)].map(([line]) => line);
            return [render(result, commentBudget), renderPage(result)].map(outline);
        };
        assert.deepEqual(lines(settingsAfter), [
            [`+ values.additionalEnv[${addedSetting}]`],
            [`+ values.additionalEnv[${addedSetting}]`],
        ]);
        assert.deepEqual(lines([...settingsBefore].reverse()), [
            ["! values.additionalEnv  (the same items in another order)"],
            ["~ values.additionalEnv  (the same items in another order)"],
        ]);
    });

    it("masks what was plain in an item that a new one before it has shifted, and whose value is secret now", () => {
        const item = (name: string, value: unknown) => ({ name, value });
        const step = {
            op: "update",
            type: "kubernetes:apps/v1:Deployment",
            name: "d",
            before: { env: [item("A", "plain-one"), item("B", "former-secret"), item("C", "plain-two")] },
            after: {
                env: [item("A", "plain-one"), item("AA", "new"), item("B", "[secret]"), item("C", "plain-three")],
            },
            diffs: ["env"],
        };
        const stack = only(
            succeeded("dev", stepEvent("dev", step), diagnostic("warning", "former-secret is weak, plain-one is not")),
            { values: true },
        );
        assert.equal(stack.diagnostics[0]?.message, "[secret] is weak, plain-one is not");
        assert.deepEqual(stack.changes[0]?.properties, [
            { path: "env[AA]", kind: "add", replaces: false },
            { path: "env[B].value", kind: "update", replaces: false },
            { path: "env[C].value", kind: "update", replaces: false, before: '"plain-two"', after: '"plain-three"' },
        ]);
    });

    it("shows values only where asked, and not where either side is secret, nor of names that mean a secret", () => {
        const step = {
            op: "update",
            type: service,
            name: "edge",
            before: { size: 1, token: "abc", note: "was-plain-text" },
            after: { size: 2, token: "def", note: "[secret]" },
            diffs: ["size", "token", "note"],
        };
        const shown = (values: boolean) =>
            only(succeeded("dev", stepEvent("dev", step)), { values }).changes[0]?.properties;
        assert.deepEqual(shown(false), [
            { path: "note", kind: "update", replaces: false },
            { path: "size", kind: "update", replaces: false },
            { path: "token", kind: "update", replaces: false },
        ]);
        assert.deepEqual(shown(true), [
            { path: "note", kind: "update", replaces: false },
            { path: "size", kind: "update", replaces: false, before: "1", after: "2" },
            { path: "token", kind: "update", replaces: false },
        ]);
    });

    it("lets no secret out: not one in the state, nor of the environment, nor one that was plain before, wherever it is repeated", () => {
        const secret = fc
            .string({ minLength: 12, maxLength: 40, unit: "grapheme-ascii" })
            .filter((text) => /^\S+$/.test(text));
        fc.assert(
            fc.property(secret, fc.constantFrom("state", "environment", "former"), (text, where) => {
                const hidden = `Zq9${text}`;
                const wrapped = {
                    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
                    value: hidden,
                };
                const before = where === "former" ? { note: hidden } : { note: "x" };
                const after = where === "state" ? { note: wrapped } : { note: { ...wrapped, value: "[secret]" } };
                const stack = only(
                    failed(
                        "dev",
                        undefined,
                        stepEvent("dev", { op: "update", type: service, name: "edge", before, after, diffs: ["note"] }),
                        diagnostic("error", `refused: ${hidden} is wrong`),
                        diagnostic("warning", `{"a":${JSON.stringify(hidden)}}`),
                        policy("mandatory", "p", `found ${hidden}`, urnOf("dev", service, "edge")),
                    ),
                    { values: true, secrets: where === "environment" ? [hidden] : [] },
                );
                const json = JSON.stringify(stack);
                assert.ok(!json.includes(hidden) && !json.includes(JSON.stringify(hidden).slice(1, -1)), json);
            }),
        );
    });

    it("closes what has the form of a credential in what programs and clouds print", () => {
        const texts = [
            "AKIAABCDEFGHIJKLMNOP",
            "ghp_abcdefghijklmnopqrstuvwxyz",
            "glpat-abcdefghijklmnopqrst",
            "hunter2pass",
        ];
        const stack = only(
            failed(
                "dev",
                undefined,
                diagnostic(
                    "error",
                    `${texts.slice(0, 3).join(" ")} https://me:hunter2pass@example.com -----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----`,
                ),
            ),
        );
        const message = stack.diagnostics[0]?.message ?? "";
        assert.equal(message, "[secret] [secret] [secret] https://me:[secret]@example.com [secret]");
    });

    it("masks what a provider's own error calls a secret, in the comment, its summary and its page", () => {
        const errors = [
            `Code="InvalidParameter" Message="rejected" {"adminPassword":"Tr0ub4dor&3"}`,
            String.raw`body: {\"client_secret\":\"q~8Q-zzTopSecretZz\"}`,
            "POST /login?token=zzqueryTokenZz&x=1: 403",
            "invalid credentials, password: zz9hunterZz was refused",
            "secret_access_key='zz/quoted+Key'",
        ];
        const result = digest([
            failed("dev", undefined, ...errors.map((text) => diagnostic("error", text))),
            failed("eks", errors.join("\n")),
        ]);
        for (const shown of [render(result, commentBudget), render(result, summaryBudget), renderPage(result)]) {
            assert.doesNotMatch(shown, /Tr0ub4dor|zzTopSecretZz|zzqueryTokenZz|zz9hunterZz|zz.quoted/);
            assert.match(shown, /was refused/);
        }
    });

    it("shows an error that speaks of a secret without one", () => {
        for (const text of [
            "the token: expired. Log in again",
            'secret "vernemq-auth" not found in namespace "vernemq"',
            "password: must not be empty",
        ]) {
            assert.equal(only(failed("dev", undefined, diagnostic("error", text))).diagnostics[0]?.message, text);
        }
    });

    it("says what a decreasing number of brokers and lost persistence ask for, in the plan's words", () => {
        const release = (replicaCount: number, enabled: boolean) => ({
            chart: "vernemq",
            namespace: "mqtt",
            values: { replicaCount, persistentVolume: { enabled } },
        });
        const { warnings } = only(
            succeeded(
                "dev",
                stepEvent("dev", {
                    op: "update",
                    type: "kubernetes:helm.sh/v3:Release",
                    name: "broker",
                    before: release(3, true),
                    after: release(2, false),
                    diffs: ["values"],
                }),
            ),
        );
        assert.match(warnings[0] ?? "", /^From 3 to 2 brokers: vernemq-2 must leave the cluster/);
        assert.match(warnings[1] ?? "", /^Persistence is turned off/);
        assert.equal(warnings.length, 2);
    });

    for (const [type, words] of [
        ["aws:eks/cluster:Cluster", /cluster is lost with everything/],
        ["gcp:container/nodePool:NodePool", /its nodes are deleted/],
        ["kubernetes:apps/v1:StatefulSet", /its pods stop/],
        ["kubernetes:core/v1:PersistentVolumeClaim", /the sessions, queued and retained messages on it/],
        ["gcp:compute/address:Address", /DNS records and firewalls that name it/],
        ["aws:lb/loadBalancer:LoadBalancer", /every device is disconnected/],
        ["kubernetes:core/v1:Namespace", /everything in it/],
    ] as const) {
        it(`says what replacing ${type} means`, () => {
            const { warnings } = only(
                succeeded("dev", ...replaceEvents("dev", { type, name: "it", before: {}, after: {} })),
            );
            assert.match(warnings.join("\n"), words);
        });
    }

    it("marks protected and retained resources", () => {
        const stack = only(
            succeeded(
                "dev",
                stepEvent("dev", { op: "delete", type: service, name: "a", before: {}, protect: true }),
                stepEvent("dev", { op: "delete", type: service, name: "b", before: {}, retain: true }),
            ),
        );
        assert.deepEqual(
            stack.changes.map((change) => [change.name, change.protected, change.retained]),
            [
                ["a", true, false],
                ["b", false, true],
            ],
        );
        assert.match(stack.warnings.join("\n"), /a is protected and would be deleted: the update is refused/);
    });

    it("puts broken mandatory policies first, and each finding once", () => {
        const urn = urnOf("dev", service, "edge");
        const events = [
            policy("warning", "a", "A.", urn),
            policy("mandatory", "z", "Z.", urn),
            policy("mandatory", "z", "Z.", urn),
        ];
        const { policies } = only(succeeded("dev", ...events));
        assert.deepEqual(
            policies.map(({ policy: name, level, resource }) => [name, level, resource]),
            [
                ["z", "mandatory", "edge"],
                ["a", "advisory", "edge"],
            ],
        );
    });

    it("keeps the reason of a run that failed before the engine said anything, its end where it is long", () => {
        const stack = only(failed("dev", `${"line\n".repeat(500)}the reason`));
        assert.equal(stack.status, "failed");
        const error = stack.error ?? "";
        assert.ok(error.endsWith("the reason"));
        assert.equal(error.split("\n").length, 40);
    });

    it("says so where a run that succeeded has lost its end", () => {
        const { incomplete } = only({ stack: "dev", status: "succeeded", events: [] });
        assert.match(incomplete ?? "", /end without a summary/);
    });

    it("reads target and region from the settings, and the outputs that change", () => {
        const stack = only(
            succeeded(
                "dev",
                prelude({ "vernemq:target": "doks", "vernemq:cluster": '{"region":"fra1"}' }),
                stackEvent("dev", { a: 1, b: { c: 1 } }, { a: 1, b: { c: 2 }, d: 1 }),
            ),
        );
        assert.equal(stack.place, "doks fra1");
        assert.deepEqual(
            stack.outputs.map(({ path, kind }) => [path, kind]),
            [
                ["b.c", "update"],
                ["d", "add"],
            ],
        );
    });

    it("survives its way through a file, and a file with anything else in it is refused", () => {
        const made = digest([
            succeeded(
                "dev",
                ...replaceEvents("dev", { type: service, name: "edge", before: { a: 1 }, after: { a: 2 } }),
            ),
        ]);
        const written = JSON.parse(JSON.stringify(made)) as { stacks: object[] };
        assert.deepEqual(parseDigest(written), written);
        assert.throws(
            () => parseDigest({ ...written, stacks: [{ ...written.stacks[0], events: [] }] }),
            /no preview digest: stacks\.0/,
        );
        assert.throws(
            () => parseDigest({ ...written, stacks: [{ ...written.stacks[0], stack: "x".repeat(2_000) }] }),
            /stacks\.0\.stack/,
        );
    });
});
