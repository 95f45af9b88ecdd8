import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postRenderer } from "../../components/broker/post-render";
import { WorkDir } from "../../pipeline/worker/workdir";
import { engineOrSkip, project } from "../support-engine";

/** A provider that does what Helm does in it, as soon as the engine starts it, and then ends. */
const provider = (told: string) => `#!/bin/sh\n${postRenderer()} < /dev/null 2> ${told}\nexit 1\n`;

describe("The engine", () => {
    let folder: string;

    before(function () {
        engineOrSkip(this);
    });

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "vernemq-provider-"));
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    /** Makes a project with one resource of a provider of the test, and gives what that provider had to say. */
    function preview(): string {
        const source = join(folder, "project");
        const plugin = join(folder, "home", "plugins", "resource-probe-v1.0.0");
        const told = join(folder, "told");
        for (const path of [source, plugin, join(folder, "backend")]) {
            mkdirSync(path, { recursive: true });
        }
        writeFileSync(join(plugin, "pulumi-resource-probe"), provider(told), { mode: 0o755 });
        writeFileSync(
            join(source, "Pulumi.yaml"),
            "name: probe\nruntime: {name: nodejs, options: {typescript: false}}\n",
        );
        writeFileSync(join(source, "package.json"), '{"main":"index.js"}');
        writeFileSync(
            join(source, "index.js"),
            'new (require("@pulumi/pulumi").CustomResource)("probe:index:Thing", "thing", {}, { version: "1.0.0" });\n',
        );
        symlinkSync(join(project, "components"), join(source, "components"));
        symlinkSync(join(project, "node_modules"), join(source, "node_modules"));
        const shown = new WorkDir(source, "test");
        try {
            const env = {
                PATH: process.env["PATH"],
                HOME: folder,
                PULUMI_HOME: join(folder, "home"),
                PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
                PULUMI_CONFIG_PASSPHRASE: "test",
                PULUMI_SKIP_UPDATE_CHECK: "true",
            };
            const pulumi = (...args: string[]) =>
                spawnSync("pulumi", ["--cwd", shown.path, "--non-interactive", ...args], {
                    env,
                    cwd: "/",
                    timeout: 1_000_000,
                });
            pulumi("stack", "init", "test");
            pulumi("preview", "--stack", "test");
            return readFileSync(told, "utf8");
        } finally {
            shown.remove("probe");
        }
    }

    it("starts a provider where the post-renderer's path leads to it, in the pipeline's folder of links too", () => {
        assert.match(preview(), /^post-render: no StatefulSet of the release has the annotation/);
    });
});
