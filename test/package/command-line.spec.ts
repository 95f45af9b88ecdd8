import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verbs } from "../../cli/verbs";
import { installPackage, packed, registryOrSkip } from "./support";

const root = join(__dirname, "..", "..");

const { version, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly version: string;
    readonly devDependencies: Readonly<Record<string, string>>;
};

describe("The installed command line", function () {
    /** Of the user: the packages are in it, projects are folders below it. */
    let home: string;

    before(function () {
        registryOrSkip(this);
        packed();
        home = mkdtempSync(join(tmpdir(), "vernemq-bin-"));
        writeFileSync(join(home, "package.json"), '{"name":"user","private":true}');
        const sdks = ["@pulumi/pulumi", "@pulumi/kubernetes"];
        installPackage(home, ...sdks.map((name) => `${name}@${devDependencies[name] ?? ""}`));
    });

    after(() => {
        // Undefined where the suite was skipped.
        if ((home as string | undefined) !== undefined) {
            rmSync(home, { recursive: true, force: true });
        }
    });

    const vernemq = (folder: string, ...words: readonly string[]) => vernemqWith("", folder, ...words);

    function vernemqWith(input: string, folder: string, ...words: readonly string[]) {
        const { status, stdout, stderr } = spawnSync("npx", ["--no-install", "vernemq", ...words], {
            cwd: folder,
            encoding: "utf8",
            input,
            env: { ...process.env, NO_COLOR: "1", COLUMNS: "120" },
            maxBuffer: 2 ** 26,
        });
        return { status, out: stdout, err: stderr };
    }

    function folderOf(name: string, files: Readonly<Record<string, string>> = {}): string {
        const folder = join(home, name);
        mkdirSync(folder);
        for (const [file, text] of Object.entries(files)) {
            writeFileSync(join(folder, file), text);
        }
        return folder;
    }

    /** A project with a stack of this repository's examples. */
    function projectOf(name: string, stack: string, files: Readonly<Record<string, string>> = {}): string {
        const folder = folderOf(name, { "Pulumi.yaml": "name: mine\nruntime: nodejs\n", ...files });
        copyFileSync(join(root, `Pulumi.${stack}.yaml`), join(folder, `Pulumi.${stack}.yaml`));
        return folder;
    }

    it("says its version and its help, guesses at a mistyped verb, and makes files of passwords, without a project", () => {
        const folder = folderOf("bare");
        assert.deepEqual(vernemq(folder, "--version"), { status: 0, out: `${version}\n`, err: "" });
        const help = vernemq(folder, "--help").out;
        for (const { name } of verbs) {
            assert.match(help, new RegExp(`^ {2}${name}( |$)`, "m"));
        }
        for (const name of ["plan", "up", "status", "lab"]) {
            const own = vernemq(folder, name, "--help");
            assert.equal(own.status, 0, own.err);
            assert.ok(own.out.startsWith(`Usage: vernemq ${name} `), own.out);
            assert.doesNotMatch(own.out, /npm run/);
        }
        const mistyped = vernemq(folder, "stauts");
        assert.deepEqual([mistyped.status, mistyped.err.split("\n")[1]], [2, "(Did you mean status?)"]);
        assert.match(vernemq(folder, "completion", "bash").out, /vernemq complete --/);
        const words = ["size", "--devices", "1000", "--messages-per-second", "10", "--target", "eks", "--quiet"];
        assert.equal(vernemq(folder, ...words).status, 0);
        const { status, out } = vernemqWith("device:a-long-password-of-1", folder, "passwd");
        assert.deepEqual([status, out.startsWith("device:$6$")], [0, true]);
        const verified = vernemq(folder, "verify", "--endpoint", "mqtt://127.0.0.1:1", "--allow-anonymous");
        assert.equal(verified.status, 1, verified.err);
    });

    it("says in one sentence that there is no project, with exit code 2", () => {
        const folder = folderOf("no-project");
        const sentence = `${folder} has no Pulumi.yaml: run the command in your project's folder, or name that folder with --cwd.\n`;
        for (const words of [
            ["plan", "--stack", "dev"],
            ["plan", "--all"],
            ["up", "--stack", "dev"],
            ["status", "--stack", "dev"],
            ["verify", "--stack", "dev"],
        ]) {
            const { status, err } = vernemq(folder, ...words);
            assert.deepEqual([status, err], [2, sentence], words.join(" "));
        }
        writeFileSync(join(folder, "Pulumi.yaml"), "name: mine\nruntime: nodejs\n");
        const all = vernemq(folder, "plan", "--all");
        assert.deepEqual(
            [all.status, all.err],
            [2, `${folder} has no stack file: write a Pulumi.<stack>.yaml beside its Pulumi.yaml.\n`],
        );
    });

    it("shows what a program of components creates that has no settings of a stack file", () => {
        const program = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, "docs/guides/library.md"), "utf8"))?.[1];
        const files = { "Pulumi.yaml": "name: mine\nruntime: nodejs\n", "Pulumi.dev.yaml": "config: {}\n" };
        const folder = folderOf("components", { ...files, "index.ts": program ?? "" });
        const planned = vernemq(folder, "plan", "--stack", "dev");
        assert.deepEqual([planned.status, planned.err], [0, ""]);
        assert.match(planned.out, /^dev · \d+ resources in \d+ components\n/);
        for (const row of [
            / mqtt +VerneMq\n/,
            / release +Release +vernemq · /,
            / deployment +Deployment +vernemq-edge/,
        ]) {
            assert.match(planned.out, row);
        }
        const written = vernemq(folder, "plan", "--stack", "dev", "--json", "plan.json");
        assert.deepEqual([written.status, written.out], [2, ""]);
        assert.match(
            written.err,
            /^Pulumi\.dev\.yaml has no settings that begin with vernemq:, which --json is about\./,
        );
        writeFileSync(join(folder, "index.ts"), (program ?? "").replace(/ +users: .*\n/, ""));
        const refused = vernemq(folder, "plan", "--stack", "dev");
        assert.deepEqual([refused.status, refused.out], [2, ""]);
        assert.match(refused.err, /^mqtt cannot be created:\n {2}users: no client could connect/);
        // The program that reads stack files says what it misses.
        const reading = { ...files, "index.js": 'module.exports = require("vernemq-anywhere/program");\n' };
        const targetless = vernemq(folderOf("targetless", reading), "plan", "--stack", "dev");
        assert.equal(targetless.status, 2, targetless.err);
        assert.match(targetless.err, /vernemq:target\n +rule: +a stack needs a target/);
        const previewed = vernemq(folder, "preview", "--stack", "dev");
        assert.equal(previewed.status, 2, previewed.err);
        assert.match(previewed.out, /a program that creates components itself [^\n]*`pulumi up` deploys it/);
    });

    it("runs a program of ES modules as the engine does: a function that it exports, and await outside of functions", () => {
        const manifest = { "package.json": '{"name":"modules","private":true,"type":"module"}' };
        const resources = (folder: string) => {
            const { status, out, err } = vernemq(folder, "plan", "--stack", "dev");
            assert.deepEqual([status, err], [0, ""]);
            return /(\d+) resources/.exec(out)?.[1];
        };
        const program = 'import program from "vernemq-anywhere/program";\n';
        const called = projectOf("esm-function", "dev", {
            ...manifest,
            "index.js": `${program}export default program;\n`,
        });
        const awaited = projectOf("esm-await", "dev", {
            ...manifest,
            "index.ts": `${program}const outputs: object = await program();\nexport default outputs;\n`,
        });
        assert.ok(Number(resources(called)) > 10);
        assert.equal(resources(awaited), resources(called));
        writeFileSync(join(awaited, "index.ts"), "export const a = 1;\nexport default a;\n");
        const both = vernemq(awaited, "plan", "--stack", "dev");
        assert.equal(both.status, 2);
        assert.match(both.err, /has a default export and named exports: the engine takes one or the other\.\n$/);
    });

    it("plans the stack of the project around it, and what that project's program adds", () => {
        const program = 'module.exports = require("vernemq-anywhere/program");\n';
        const folder = projectOf("stack", "dev", { "index.js": program });
        const alone = vernemq(folder, "plan", "--stack", "dev", "--json", "-");
        assert.equal(alone.status, 0, alone.err);
        const types = ({ out }: { readonly out: string }) =>
            (JSON.parse(out) as { readonly resources: readonly { readonly type: string }[] }).resources.map(
                ({ type }) => type,
            );
        assert.ok(types(alone).includes("kubernetes:helm.sh/v3:Release"));
        assert.doesNotMatch(alone.out, /npm run/);
        mkdirSync(join(folder, "below"));
        assert.deepEqual(vernemq(join(folder, "below"), "plan", "--stack", "dev", "--json", "-"), alone);
        const all = vernemq(folder, "plan", "--all", "--quiet");
        assert.equal(all.status, 0, all.err);

        const more = projectOf("more", "dev", {
            "main.ts": [
                'import { ComponentResource } from "@pulumi/pulumi";',
                'import { RandomPassword } from "@pulumi/random";',
                'import program = require("vernemq-anywhere/program");',
                "export = async () => {",
                "    const outputs: object = await program();",
                '    const mine = new ComponentResource("user:index:Mine", "mine");',
                '    new RandomPassword("mine", { length: 20 }, { parent: mine });',
                "    return outputs;",
                "};",
            ].join("\n"),
            "Pulumi.yaml": "name: mine\nruntime: nodejs\nmain: main.ts\n",
        });
        const added = vernemq(more, "plan", "--stack", "dev", "--json", "-");
        assert.equal(added.status, 0, added.err);
        assert.equal(types(added).length, types(alone).length + 2);
    });

    it("says which SDK is missing and how to install it, with exit code 2", () => {
        const folder = projectOf("cloud", "eks");
        const { status, err } = vernemq(folder, "plan", "--stack", "eks");
        assert.equal(err, "Amazon EKS needs @pulumi/aws, which is not installed: run `npm install @pulumi/aws`.\n");
        assert.equal(status, 2);
    });
});
