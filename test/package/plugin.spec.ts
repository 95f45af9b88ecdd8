import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keptSchema } from "../../plugin/schema";
import { engineOrSkip, project } from "../support-engine";
import { registryOrSkip } from "./support";

describe("The release's archive of the plugin", () => {
    let home: string;

    before(function () {
        engineOrSkip(this);
        registryOrSkip(this);
        home = mkdtempSync(join(tmpdir(), "vernemq-plugin-"));
    });

    after(() => {
        // Undefined where the suite was skipped.
        if ((home as string | undefined) !== undefined) {
            rmSync(home, { recursive: true, force: true });
        }
    });

    it("is installed by the engine from the file, without the repository, and gives the schema that is checked in", () => {
        execFileSync(process.execPath, [join(project, "plugin", "archive.mjs")], { stdio: "inherit" });
        const { version } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as {
            readonly version: string;
        };
        const file = join(project, "build", "release", `pulumi-resource-vernemq-v${version}.tar.gz`);
        // Certificates and a proxy that lead to the registry stay; what npm says of this repository does not.
        const outside = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|PULUMI_)/.test(name));
        const env = { ...Object.fromEntries(outside), HOME: home, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "1" };
        const pulumi = (...args: readonly string[]) => {
            const { status, stdout, stderr } = spawnSync("pulumi", args, {
                env,
                cwd: home,
                encoding: "utf8",
                maxBuffer: 2 ** 26,
            });
            assert.equal(status, 0, stderr);
            return stdout;
        };
        pulumi("plugin", "install", "resource", "vernemq", version, "--file", file);
        assert.deepEqual(readdirSync(join(home, "plugins", `resource-vernemq-v${version}`, "plugin")).sort(), [
            "index.ts",
            "package.json",
            "schema.ts",
            "start.cjs",
            "tsconfig.json",
        ]);
        const output = pulumi("package", "get-schema", `vernemq@${version}`);
        const names = (text: string) => {
            const { resources } = JSON.parse(text) as {
                readonly resources: Readonly<Record<string, { readonly inputProperties: object }>>;
            };
            return Object.entries(resources).map(([type, inputs]) => [
                type,
                Object.keys(inputs.inputProperties).sort(),
            ]);
        };
        assert.deepEqual(names(output.slice(output.indexOf("{"))), names(keptSchema()));
    });
});
