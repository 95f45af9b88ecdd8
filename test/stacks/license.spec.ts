import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { ConfigurationError } from "../../components/common/problem";
import { withLicense } from "../../pipeline/stack-secrets";
import { parseOptions } from "../../plan/options";
import { planOne } from "../../plan/one";
import { readStackFile, stacksOf } from "../../plan/stack-file";
import { parseSettings } from "../../stacks/settings/parse";
import { withLicenseForPlanning } from "../../stacks/settings/license";

const root = join(__dirname, "../..");

describe("the license of VerneMQ's image", () => {
    for (const stack of stacksOf(root)) {
        it(`is accepted by no example: an update of ${stack} is refused in one sentence`, () => {
            assert.throws(
                () => parseSettings(readStackFile(root, stack), new Date()),
                ({ problems }: ConfigurationError) => {
                    assert.deepEqual(
                        problems.map(({ key }) => key),
                        ["vernemq:broker.acceptLicense"],
                    );
                    assert.match(problems[0]?.remedy ?? "", /https:\/\/vernemq\.com\/end-user-license-agreement/);
                    return true;
                },
            );
        });
    }

    it("keeps no example from being planned, and the plan says what it assumes", async () => {
        let out = "";
        const parsed = parseOptions(["--cwd", root, "--stack", "dev"]);
        assert.ok(parsed.kind === "run");
        const streams = { out: (text: string) => (out += text), err: () => undefined, colors: false, width: 200 };
        assert.equal(await planOne(root, "dev", parsed.options, streams), 0);
        assert.match(out, /acceptLicense is not set/);
    });

    it("is assumed where the settings leave it open, and not against them or for another image", () => {
        const open = { replicas: 3 };
        assert.deepEqual(withLicenseForPlanning(open), { replicas: 3, acceptLicense: true });
        assert.deepEqual(open, { replicas: 3 });
        const official = { image: { repository: "docker.io/vernemq/vernemq" } };
        assert.deepEqual(withLicenseForPlanning(official), { ...official, acceptLicense: true });
        for (const decided of [
            { acceptLicense: false },
            { acceptLicense: true },
            { image: { repository: "registry.example.com/vernemq" } },
            "text",
            undefined,
        ]) {
            assert.equal(withLicenseForPlanning(decided), undefined, JSON.stringify(decided));
        }
    });

    it("is assumed in the copy of a stack file that simulated clouds get, which is otherwise the same", () => {
        const text = readFileSync(join(root, "Pulumi.eks.yaml"), "utf8");
        const [before, after] = [text, withLicense(text)].map(
            (file) => (parse(file) as { config: Record<string, Record<string, unknown>> }).config,
        );
        assert.deepEqual(after, {
            ...before,
            "vernemq:broker": { ...before?.["vernemq:broker"], acceptLicense: true },
        });
        assert.equal(withLicense(withLicense(text)), withLicense(text));
        const refused = "config:\n  vernemq:broker:\n    acceptLicense: false\n";
        assert.equal(withLicense(refused), refused);
    });
});
