import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeWords } from "../../../components/common/own-process";
import { removeFolder, temporaryFolder } from "../../../lab/temporary";
import { compare, type Comparison } from "../../../plan/changes/from-comparison";
import type { PlannedResource } from "../../../plan/graph";
import { compareWith } from "../../../plan/render";
import { showChange, summaryText } from "../../../plan/render/changes";
import { renderJson } from "../../../plan/render/json";
import { change, planOf, valid } from "../../support";
import { planWith, resource } from "../support";

const type = "kubernetes:core/v1:Secret";

function secret(digest: string | undefined, other: Partial<PlannedResource> = {}): PlannedResource {
    const secretDigests = digest === undefined ? {} : { secretDigests: { "stringData.password": digest } };
    return resource(type, "auth", { stringData: { password: "[secret]" } }, { ...secretDigests, ...other });
}

function comparing(
    before: PlannedResource,
    after: PlannedResource,
    keys: readonly [string | undefined, string | undefined] = ["k", "k"],
    replaceOn: readonly string[] = [],
): Comparison {
    return compare({ ...planWith([before]), digestKey: keys[0] }, { ...planWith([after]), digestKey: keys[1] }, () => ({
        replaceOn,
        deletesFirst: false,
    }));
}

describe("secrets in a comparison, which are masked on both sides", () => {
    it("are an update where their digests differ, and show nothing", () => {
        const { changes, summary } = comparing(secret("a"), secret("b"));
        assert.deepEqual(
            changes.map(({ action, properties }) => ({ action, properties })),
            [
                {
                    action: "update",
                    properties: [{ path: "stringData.password", kind: "update", secret: true, replaces: false }],
                },
            ],
        );
        assert.deepEqual([summary.update, summary.notCompared], [1, 0]);
        const [property] = changes[0]?.properties ?? [];
        assert.ok(property !== undefined);
        assert.equal(showChange(property).text, "contents changed (secret)");
    });

    it("are unchanged where their digests are equal", () => {
        const { changes, notCompared, summary } = comparing(secret("a"), secret("a"));
        assert.deepEqual({ changes, notCompared, same: summary.same }, { changes: [], notCompared: [], same: 2 });
    });

    it("replace what cannot be changed in place", () => {
        assert.equal(comparing(secret("a"), secret("b"), ["k", "k"], ["stringData"]).summary.replace, 1);
        assert.equal(comparing(secret("a"), secret("b"), ["k", "k"], ["metadata"]).summary.update, 1);
    });

    it("are left out where the program says to ignore them", () => {
        const options = { options: { ignoreChanges: ["stringData"] } };
        assert.deepEqual(comparing(secret("a", options), secret("b", options)).changes, []);
    });

    it("are counted apart where a digest is missing or of another key", () => {
        for (const comparison of [
            comparing(secret(undefined), secret("a")),
            comparing(secret("a"), secret("a"), ["k", "other"]),
            comparing(secret("a"), secret("b"), [undefined, undefined]),
        ]) {
            assert.deepEqual(comparison.changes, []);
            assert.equal(comparison.notCompared.length, 1);
            assert.deepEqual([comparison.summary.notCompared, comparison.summary.same], [1, 1]);
            assert.equal(
                summaryText(comparison.summary),
                "nothing to change, 1 not compared (secret contents), 1 unchanged",
            );
        }
    });

    it("are an update where their values come from other resources, even without digests", () => {
        const from = (name: string) => ({ propertyDependencies: { stringData: [`urn:${name}`] } });
        const { changes } = comparing(secret(undefined, from("one")), secret(undefined, from("two")), [
            undefined,
            undefined,
        ]);
        assert.deepEqual(
            changes.map(({ action }) => action),
            ["update"],
        );
    });
});

describe("secrets of a stack", () => {
    const password = (value: string) =>
        change(valid.existing, "vernemq:broker", { users: [{ name: "device", password: { secure: value } }] });

    it("change with a password of its file, in nothing that is shown", async () => {
        const [first, second] = ["v1:Y29ycmVjdA==:aG9yc2U=", "v1:c3RhcGxl:YmF0dGVyeQ=="];
        const [before, after] = [await planOf(password(first)), await planOf(password(second))];
        const comparison = await compareWith(before, after);
        const changed = comparison.changes.filter(({ properties }) => properties.some((each) => each.secret));
        assert.ok(
            changed.some((each) => each.type === type),
            JSON.stringify(comparison.changes),
        );
        assert.deepEqual(comparison.notCompared, []);
        const shown = renderJson(after, comparison);
        assert.ok(!shown.includes(first) && !shown.includes(second));
        assert.ok(!shown.includes("secretDigests"), "no other process has the key of these digests");
    });
});

describe("secrets in the JSON of a plan", () => {
    const root = join(__dirname, "../../..");
    const key = "0123456789abcdef0123456789abcdef";
    let folder: string;
    before(async () => {
        folder = await temporaryFolder("secrets");
    });
    after(() => removeFolder(folder));

    function plan(words: readonly string[], digestKey: string): Promise<{ code: number; text: string }> {
        return new Promise((resolve) => {
            const env = { ...process.env, VERNEMQ_PLAN_KEY: digestKey, NO_COLOR: "1" };
            const args = [...nodeWords(join(root, "plan/main")), "--stack", "dev", ...words];
            const child = execFile(process.execPath, args, { cwd: root, env }, (_, out, err) => {
                resolve({ code: child.exitCode ?? -1, text: `${out}${err}` });
            });
        });
    }

    it("are compared by two plans of one key, and by no others", async () => {
        const file = join(folder, "dev.json");
        assert.equal((await plan(["--json", file], key)).code, 0);
        const written = await readFile(file, "utf8");
        assert.match(written, /"secretDigests"/);
        assert.ok(!written.includes(key));
        const [same, other] = [
            await plan(["--against", file], key),
            await plan(["--against", file], key.toUpperCase()),
        ];
        assert.match(same.text, /nothing to change, \d+ unchanged/);
        assert.match(other.text, /nothing to change, \d+ not compared \(secret contents\), \d+ unchanged/);
    });

    it("need a key that cannot be guessed", async () => {
        const { code, text } = await plan(["--json", "-"], "short");
        assert.equal(code, 2);
        assert.match(text, /VERNEMQ_PLAN_KEY is too short: give a random string of at least 32 characters/);
        assert.ok(!text.includes('"short"'));
    });

    it("and plans of another format are refused in one sentence", async () => {
        const file = join(folder, "old.json");
        await writeFile(file, JSON.stringify({ stack: "dev", resources: [] }));
        const { code, text } = await plan(["--against", file], "");
        assert.equal(code, 2);
        assert.match(text, /old\.json is a plan of format 1, and this version reads format 2; write it again/);
        assert.equal(text.trim().split("\n").length, 1);
    });
});
