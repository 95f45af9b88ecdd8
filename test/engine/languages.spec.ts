import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Context } from "mocha";
import { parse, stringify } from "yaml";
import { installPackage, registryOrSkip } from "../package/support";
import { record } from "../../plan/run";
import { labForEachTest, project } from "../support-engine";

/** What a preview of VerneMq shows in any language. */
const expected = [
    "vernemq:index:VerneMq",
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:apps/v1:Deployment",
    "kubernetes:cert-manager.io/v1:Certificate",
];

/** Leaves a test pending, with the reason in its title, where a program cannot be started. */
function programOrSkip(context: Context, program: string, ...args: readonly string[]): void {
    if (spawnSync(program, args, { input: "" }).error !== undefined) {
        const test = context.test;
        if (test !== undefined) {
            test.title += ` (no ${program} on the PATH)`;
        }
        context.skip();
    }
}

describe("A program in an empty folder elsewhere,", () => {
    const lab = labForEachTest();

    function run(program: string, cwd: string, args: readonly string[], path = ""): string {
        const { status, stdout, stderr } = spawnSync(program, args, {
            env: { HOME: lab().folder, ...lab().env, PATH: `${path}${process.env["PATH"] ?? ""}` },
            cwd,
            encoding: "utf8",
            maxBuffer: 2 ** 26,
        });
        assert.equal(status, 0, `${program} ${args.join(" ")}\n${stdout}\n${stderr}`);
        return stdout;
    }

    function folderOf(name: string): string {
        const folder = join(lab().folder, name);
        mkdirSync(folder);
        return folder;
    }

    /** Types of what a preview would create. */
    function preview(folder: string, path = ""): readonly string[] {
        run("pulumi", folder, ["--non-interactive", "stack", "init", "test"], path);
        const text = run("pulumi", folder, ["--non-interactive", "preview", "--stack", "test", "--json"], path);
        const { steps } = JSON.parse(text.slice(text.indexOf("{"))) as {
            readonly steps: readonly { readonly op: string; readonly urn: string }[];
        };
        return steps.filter(({ op }) => op === "create").map(({ urn }) => urn.split("::")[2]?.split("$").at(-1) ?? "");
    }

    function shows(types: readonly string[]): void {
        for (const type of expected) {
            assert.ok(types.includes(type), `${type} among ${types.join(", ")}`);
        }
    }

    it("in TypeScript, with the package from its archive, is planned offline and previewed as the guide shows it", async function () {
        registryOrSkip(this);
        const folder = folderOf("typescript");
        const guide = readFileSync(join(project, "docs", "guides", "library.md"), "utf8");
        const [, program = ""] = /```ts\n([\s\S]*?)```/.exec(guide) ?? [];
        assert.ok(program.split("\n").filter((line) => line.trim() !== "").length <= 10, "ten lines");
        writeFileSync(join(folder, "index.ts"), program);
        writeFileSync(join(folder, "package.json"), '{"name":"user","private":true,"main":"index.ts"}');
        writeFileSync(
            join(folder, "tsconfig.json"),
            JSON.stringify({
                compilerOptions: { target: "es2020", module: "commonjs", moduleResolution: "node", strict: true },
                files: ["index.ts"],
            }),
        );
        writeFileSync(join(folder, "Pulumi.yaml"), "name: user\nruntime: nodejs\n");
        installPackage(folder, "@pulumi/pulumi@3.276.0", "@pulumi/kubernetes", "@types/node@22", "typescript@5");
        const config = { project: "user", stack: "test", values: {}, keysWithDecryptedValues: new Set<string>() };
        const plan = await record(config, () => import(join(folder, "index.ts")));
        assert.deepEqual(plan.rejections, []);
        shows(plan.resources.map(({ type }) => type));
        shows(preview(folder));
    });

    it("in YAML, after pulumi package add, is previewed", function () {
        programOrSkip(this, "pulumi-language-yaml", "-help");
        const folder = folderOf("yaml");
        const example = parse(readFileSync(join(project, "examples", "yaml", "Pulumi.yaml"), "utf8")) as object;
        // Its path of the plugin is the clone's; `package add` writes the one that counts.
        writeFileSync(join(folder, "Pulumi.yaml"), stringify({ ...example, plugins: undefined }));
        run("pulumi", folder, ["--non-interactive", "package", "add", join(project, "plugin")]);
        shows(preview(folder));
    });

    it("in Python, after pulumi package add, is previewed", function () {
        programOrSkip(this, "pulumi-language-python", "-help");
        programOrSkip(this, "python3", "--version");
        const folder = folderOf("python");
        cpSync(join(project, "examples", "python"), folder, { recursive: true });
        run("python3", folder, ["-m", "venv", "venv"]);
        const bin = join(folder, "venv", "bin");
        const settings = parse(readFileSync(join(folder, "Pulumi.yaml"), "utf8")) as object;
        writeFileSync(
            join(folder, "Pulumi.yaml"),
            stringify({ ...settings, runtime: { name: "python", options: { toolchain: "pip", virtualenv: "venv" } } }),
        );
        const environment = `${bin}${delimiter}`;
        run(join(bin, "pip"), folder, ["install", "--quiet", "-r", "requirements.txt"], environment);
        run("pulumi", folder, ["--non-interactive", "package", "add", join(project, "plugin")], environment);
        shows(preview(folder, environment));
    });
});
