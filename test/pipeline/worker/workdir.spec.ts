import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WorkDir } from "../../../pipeline/worker/workdir";

describe("The folder in which the engine runs a stack", () => {
    let root: string;
    let project: string;

    beforeEach(() => {
        root = realpathSync(mkdtempSync(join(tmpdir(), "vernemq-workdir-test-")));
        project = join(root, "repository", "project");
        mkdirSync(project, { recursive: true });
        writeFileSync(join(project, "Pulumi.yaml"), "name: vernemq\nruntime: nodejs\n");
        writeFileSync(join(project, "Pulumi.one.yaml"), "config: {}\n");
        writeFileSync(join(project, "Pulumi.two.yaml"), "config: {}\n");
        writeFileSync(join(project, "index.ts"), "");
    });

    afterEach(() => {
        rmSync(root, { recursive: true, force: true });
    });

    function entries(): readonly string[] {
        const dir = new WorkDir(project, "one");
        try {
            return readdirSync(dir.path).sort();
        } finally {
            dir.remove("vernemq");
        }
    }

    it("shows the project's files, the stack's own settings and no other stack's", () => {
        assert.deepEqual(entries(), ["Pulumi.one.yaml", "Pulumi.yaml", "index.ts"]);
    });

    it("shows the packages of a folder above the project, as Node would find them", () => {
        mkdirSync(join(root, "repository", "node_modules", "some-package"), { recursive: true });
        writeFileSync(join(root, "repository", "node_modules", "some-package", "index.js"), "above");
        const dir = new WorkDir(project, "one");
        assert.equal(readFileSync(join(dir.path, "node_modules", "some-package", "index.js"), "utf8"), "above");
        dir.remove("vernemq");
        assert.deepEqual(readdirSync(join(root, "repository", "node_modules")), ["some-package"]);
    });

    it("prefers the project's own packages", () => {
        mkdirSync(join(root, "repository", "node_modules"));
        mkdirSync(join(project, "node_modules"));
        writeFileSync(join(project, "node_modules", "own"), "");
        const dir = new WorkDir(project, "one");
        assert.deepEqual(readdirSync(join(dir.path, "node_modules")), ["own"]);
        dir.remove("vernemq");
    });

    it("keeps what the engine writes into the stack file out of the project", () => {
        const dir = new WorkDir(project, "one");
        writeFileSync(join(dir.path, "Pulumi.one.yaml"), "encryptionsalt: x\n");
        assert.equal(readFileSync(join(project, "Pulumi.one.yaml"), "utf8"), "config: {}\n");
        dir.restoreStackFile();
        assert.equal(readFileSync(join(dir.path, "Pulumi.one.yaml"), "utf8"), "config: {}\n");
        dir.remove("vernemq");
    });
});
