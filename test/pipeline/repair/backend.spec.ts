import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
    backendFolder,
    hasState,
    locksIn,
    removeBrokenAttributes,
    removeLocks,
} from "../../../pipeline/repair/backend";
import { isCutOff } from "../../../pipeline/repair/text";

describe("A backend of plain files", () => {
    let root: string;
    let backend: string;

    beforeEach(() => {
        root = mkdtempSync(join(tmpdir(), "vernemq-backend-test-"));
        backend = join(root, ".pulumi");
        mkdirSync(join(backend, "stacks", "vernemq"), { recursive: true });
        mkdirSync(join(backend, "locks", "organization", "vernemq", "eks"), { recursive: true });
        writeFileSync(join(root, "Pulumi.yaml"), "name: vernemq\nruntime: nodejs\n");
    });

    afterEach(() => {
        rmSync(root, { recursive: true, force: true });
    });

    it("loses only the attributes that were cut off, of this stack alone", () => {
        const file = (name: string, text: string) => {
            const path = join(backend, "stacks", "vernemq", name);
            writeFileSync(path, text);
            return path;
        };
        const broken = file("eks.json.attrs", "");
        const kept = [file("eks.json", "{}"), file("eks.json.bak.attrs", "{}"), file("gke.json.attrs", "")];
        assert.deepEqual(removeBrokenAttributes(backend, "vernemq", "eks"), [broken]);
        assert.equal(existsSync(broken), false);
        assert.deepEqual(kept.filter(existsSync), kept);
    });

    it("shows who holds a stack without an engine", () => {
        const lock = { pid: 12, username: "ann", hostname: "build-7", timestamp: "2026-11-23T13:40:49Z" };
        writeFileSync(join(backend, "locks", "organization", "vernemq", "eks", "a.json"), JSON.stringify(lock));
        const [found] = locksIn(backend, "vernemq", "eks");
        assert.equal(found?.holder, "ann@build-7");
        assert.equal(found.pid, 12);
        assert.deepEqual(locksIn(backend, "vernemq", "gke"), []);
    });

    it("loses the locks of one stack alone, and says whether it has a state, plain or compressed", () => {
        const locks = join(backend, "locks", "organization", "vernemq");
        mkdirSync(join(locks, "gke"));
        const files = ["eks/a.json", "eks/a.json.attrs", "gke/b.json"].map((name) => join(locks, name));
        files.forEach((file) => {
            writeFileSync(file, "{}");
        });
        assert.deepEqual(removeLocks(backend, "vernemq", "eks"), [join(locks, "eks", "a.json")]);
        assert.deepEqual(files.map(existsSync), [false, false, true]);
        writeFileSync(join(backend, "stacks", "vernemq", "aks.json.gz"), "");
        writeFileSync(join(backend, "stacks", "vernemq", "gke.json"), "{}");
        assert.deepEqual(
            ["eks", "aks", "gke"].map((stack) => hasState(backend, "vernemq", stack)),
            [false, true, true],
        );
    });

    it("is the one of PULUMI_BACKEND_URL, of Pulumi.yaml or of the login, in this order", () => {
        const home = join(root, "home");
        mkdirSync(home);
        writeFileSync(join(home, "credentials.json"), JSON.stringify({ current: "file:///login" }));
        const url = pathToFileURL(join(root, "state")).href;
        assert.equal(
            backendFolder(root, { PULUMI_BACKEND_URL: url, PULUMI_HOME: home }),
            join(root, "state", ".pulumi"),
        );
        assert.equal(backendFolder(root, { PULUMI_BACKEND_URL: "s3://bucket", PULUMI_HOME: home }), undefined);
        assert.equal(backendFolder(root, { PULUMI_HOME: home }), "/login/.pulumi");
        writeFileSync(join(root, "Pulumi.yaml"), "name: vernemq\nbackend:\n  url: file:///project\n");
        assert.equal(backendFolder(root, { PULUMI_HOME: home }), "/project/.pulumi");
    });

    it("that the engine cannot read because a file was cut off is told from one out of reach", () => {
        assert.equal(isCutOff("could not get stack: failed to load checkpoint: EOF"), true);
        assert.equal(isCutOff("failed to load checkpoint: no such host"), false);
        assert.equal(isCutOff("rpc error: EOF"), false);
    });
});
