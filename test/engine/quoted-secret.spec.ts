import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readInventory } from "../../simulation/engine";
import { engineOrSkip, project } from "../support-engine";

const type = "kubernetes:core/v1:Secret";

/** A Secret of type kubernetes.io/tls holds the certificate beside the key, and a certificate is public. */
const certificates = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g;

describe("a secret that a provider quotes in its error", () => {
    const folder = mkdtempSync(join(tmpdir(), "vernemq-quoted-"));

    before(function () {
        engineOrSkip(this);
    });

    after(() => {
        rmSync(folder, { recursive: true, force: true });
    });

    function up(...options: readonly string[]): { readonly code: number | null; readonly output: string } {
        const words = ["run", "--silent", "pipeline", "--", "up", "--stack", "dev", "--simulate", folder, ...options];
        const { status, stdout, stderr } = spawnSync("npm", words, {
            cwd: project,
            encoding: "utf8",
            timeout: 1_000_000,
        });
        return { code: status, output: `${stdout}${stderr}` };
    }

    it("is in neither the text, the JSON nor the file of the runs", () => {
        const fault = `quote-secret,on=create,type=${type}`;
        const runs = join(folder, "runs.json");
        const sinks = [up("--simulate-fault", fault, "--runs", runs), up("--simulate-fault", fault, "--json")].map(
            ({ code, output }) => {
                assert.equal(code, 1, output);
                return output;
            },
        );
        assert.equal(up().code, 0);
        // Lines, as a password file has one for each user. What all installations have in common (`topic #`) is no secret.
        const secrets = readInventory(join(folder, "clouds"))
            .filter((resource) => resource.type === type)
            .flatMap(({ inputs }) => Object.values(inputs["stringData"] ?? inputs["data"] ?? {}) as string[])
            .flatMap((text) => text.replaceAll(certificates, "").split("\n"))
            .filter((line) => line.length >= 16 && !line.startsWith("-----"))
            .map((line) => line.slice(line.indexOf(":") + 1));
        assert.ok(secrets.length >= 2, "there are a password's hash and a cookie at least");
        for (const text of [...sinks, readFileSync(runs, "utf8")]) {
            assert.match(text, /ValidationError: the cloud refuses the values [^\n]*\[secret\]/);
            assert.deepEqual(
                secrets.filter((secret) => text.includes(secret)),
                [],
            );
        }
    });
});
