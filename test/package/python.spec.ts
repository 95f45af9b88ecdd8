import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VerneMq, type VerneMqArgs } from "../../components";
import { record } from "../../plan/run";
import { engineOrSkip, project } from "../support-engine";

const example = join(project, "examples", "python");

describe("The example in Python", function () {
    this.timeout(600_000);
    let folder: string;

    function run(program: string, ...args: readonly string[]): string {
        const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", cwd: folder });
        assert.equal(status, 0, `${program} ${args.join(" ")}\n${stderr}`);
        return stdout;
    }

    before(function () {
        engineOrSkip(this);
        folder = mkdtempSync(join(tmpdir(), "vernemq-python-"));
        const venv = join(folder, "venv");
        const quietly = ["--quiet", "--disable-pip-version-check"];
        const needs: readonly (readonly [missing: string, program: string, ...args: string[]])[] = [
            ["the engine has no host of Python's", "pulumi-language-python", "-help"],
            ["no python3 with venv on the PATH", "python3", "-m", "venv", venv],
            ["PyPI does not answer", join(venv, "bin", "pip"), "download", ...quietly, "--no-deps", "semver==3.0.4"],
        ];
        for (const [missing, program, ...args] of needs) {
            const { error, status } = spawnSync(program, args, { cwd: folder, input: "" });
            if (error !== undefined || (status !== 0 && args[0] !== "-help")) {
                const suite = this.test?.parent;
                if (suite !== undefined) {
                    suite.title += ` (${missing})`;
                }
                this.skip();
            }
        }
        const schema = join(project, "plugin", "schema.json");
        run("pulumi", "package", "gen-sdk", schema, "--language", "python", "--out", folder, "--local=false");
        const pip = join(venv, "bin", "pip");
        run(pip, "install", ...quietly, "-r", join(example, "requirements.txt"), join(folder, "python"));
    });

    after(() => {
        // Undefined where the suite was skipped.
        if ((folder as string | undefined) !== undefined) {
            rmSync(folder, { recursive: true, force: true });
        }
    });

    it("runs offline with the SDK that the engine generates, and what it asks for is planned", async () => {
        const python = join(folder, "venv", "bin", "python");
        const printed = run(python, join(__dirname, "record.py"), join(example, "__main__.py"));
        const registered = JSON.parse(printed) as readonly {
            readonly type: string;
            readonly name: string;
            readonly inputs: VerneMqArgs;
        }[];
        assert.deepEqual(
            registered.map(({ type, name }) => [type, name]),
            [["vernemq:index:VerneMq", "mqtt"]],
        );
        const args = registered[0]?.inputs;
        assert.ok(args !== undefined);
        const config = { project: "mqtt", stack: "test", values: {}, keysWithDecryptedValues: new Set<string>() };
        const plan = await record(config, () => Promise.resolve(new VerneMq("mqtt", args)));
        assert.deepEqual(plan.rejections, []);
        const release = plan.resources.find(({ type }) => type === "kubernetes:helm.sh/v3:Release");
        const values = release?.inputs["values"] as {
            readonly image: object;
            readonly persistentVolume: { readonly size: string };
        };
        assert.deepEqual(values.image, { repository: "registry.example.com/vernemq", tag: "2.1.2" });
        assert.equal(values.persistentVolume.size, "50Gi");
    });
});
