import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { keptSchema } from "../../plugin/schema";
import { EngineLab, engineOrSkip, project } from "../support-engine";

/** A program that asks the engine for the component as the SDK of each language does: by its type, from the plugin. */
const program = `
const pulumi = require("@pulumi/pulumi");
class VerneMq extends pulumi.ComponentResource {
    constructor(name, args, opts) {
        super("vernemq:index:VerneMq", name, { ...args, endpoints: undefined, passwords: undefined }, opts, true);
    }
}
const mqtt = new VerneMq("mqtt", {
    host: "mqtt.example.com",
    acceptLicense: true,
    issuerName: "letsencrypt",
    users: [{ name: "device" }, { name: "backend", password: pulumi.secret("a-password-of-theirs") }],
});
exports.endpoints = mqtt.endpoints;
exports.passwords = mqtt.passwords;
`;

describe("The plugin for programs in any language", () => {
    let lab: EngineLab;

    before(async function () {
        engineOrSkip(this);
        lab = await EngineLab.start();
    });

    after(async () => {
        // Undefined where there is no engine.
        await (lab as EngineLab | undefined)?.stop();
    });

    function pulumi(...args: readonly string[]): { readonly status: number | null; readonly stdout: string } {
        const { status, stdout, stderr } = spawnSync("pulumi", ["--non-interactive", ...args], {
            env: { PATH: process.env["PATH"], HOME: lab.folder, ...lab.env },
            cwd: lab.folder,
            encoding: "utf8",
            maxBuffer: 2 ** 26,
            timeout: 1_000_000,
        });
        return { status, stdout: `${stdout}${status === 0 ? "" : stderr}` };
    }

    it("gives the engine the schema that is checked in", () => {
        const { status, stdout } = pulumi("package", "get-schema", join(project, "plugin"));
        assert.equal(status, 0, stdout);
        const names = (text: string) => {
            const { resources } = JSON.parse(text) as {
                readonly resources: Readonly<Record<string, { readonly inputProperties: object }>>;
            };
            return Object.entries(resources).map(([type, { inputProperties }]) => [
                type,
                Object.keys(inputProperties).sort(),
            ]);
        };
        assert.deepEqual(names(stdout.slice(stdout.indexOf("{"))), names(keptSchema()));
    });

    it("previews a program with the component, and shows every resource in it", () => {
        const folder = join(lab.folder, "user");
        mkdirSync(folder);
        writeFileSync(join(folder, "index.js"), program);
        writeFileSync(join(folder, "package.json"), '{"name":"user","main":"index.js"}');
        symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
        const settings = {
            name: "user",
            runtime: { name: "nodejs", options: { typescript: false } },
            plugins: { providers: [{ name: "vernemq", path: join(project, "plugin") }] },
        };
        writeFileSync(join(folder, "Pulumi.yaml"), stringify(settings));
        pulumi("--cwd", folder, "stack", "init", "test");
        const { status, stdout } = pulumi("--cwd", folder, "preview", "--stack", "test", "--json");
        assert.equal(status, 0, stdout);
        const { steps } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as {
            readonly steps: readonly { readonly op: string; readonly urn: string }[];
        };
        const types = steps.filter(({ op }) => op === "create").map(({ urn }) => urn.split("::")[2]?.split("$").at(-1));
        for (const type of [
            "vernemq:index:VerneMq",
            "kubernetes:helm.sh/v3:Release",
            "kubernetes:apps/v1:Deployment",
            "kubernetes:cert-manager.io/v1:Certificate",
        ]) {
            assert.ok(types.includes(type), `${type} among ${types.join(", ")}`);
        }
        assert.equal(types.filter((type) => type === "random:index/randomPassword:RandomPassword").length, 2);
        assert.ok(!stdout.includes("a-password-of-theirs"), "a secret argument stays one");
    });
});
