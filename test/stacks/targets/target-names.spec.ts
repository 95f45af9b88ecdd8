import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { targets } from "../../../stacks/targets/registry";

const root = join(__dirname, "../../..");

/** Where a platform's own knowledge stands. */
const rooms =
    /^(components\/(aws|azure|digitalocean|google|kubernetes)|simulation\/(aws|azure|digitalocean|google|kubernetes)|stacks\/targets|test)\//;

/** Files outside that have to name a target or a cloud's type, and why. */
const exceptions: Readonly<Record<string, string>> = {
    "bench/plan.ts": "the stack that is measured where none is named",
    "bench/start-up.ts": "the example stacks whose previews are timed, one for each target",
    "docs/generate.ts": "the stack whose topology the README shows",
};

/** String literals of a file that name a target or begin with the package of a cloud's types. */
function namesIn(file: string): readonly string[] {
    const names = new Set(targets().map(({ name }) => name));
    const tree = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
    const found: string[] = [];
    // `existing` is a word too: there only what is said of a target counts.
    const isTarget = (node: ts.StringLiteralLike) =>
        names.has(node.text) && (node.text !== "existing" || /target/i.test(node.parent.getText(tree)));
    const visit = (node: ts.Node): void => {
        if (
            ts.isStringLiteralLike(node) &&
            (isTarget(node) || /^(aws|gcp|azure-native|digitalocean):/.test(node.text))
        ) {
            found.push(node.text);
        }
        ts.forEachChild(node, visit);
    };
    visit(tree);
    return found;
}

describe("The name of a target and a type of a cloud", () => {
    const files = execFileSync("git", ["ls-files", "*.ts"], { cwd: root, encoding: "utf8" })
        .split("\n")
        .filter((file) => file !== "" && !rooms.test(file));

    it("stand in the rooms of platforms and targets only", () => {
        assert.ok(files.length > 200, `${files.length.toString()} files were searched`);
        const strays = files
            .filter((file) => exceptions[file] === undefined)
            .flatMap((file) => namesIn(file).map((name) => `${file}: ${name}`));
        assert.deepEqual(strays, []);
    });

    it("need an exception in each file that has one", () => {
        assert.deepEqual(
            Object.keys(exceptions).filter((file) => namesIn(file).length === 0),
            [],
        );
    });
});
