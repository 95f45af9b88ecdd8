import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError } from "../../components/common/problem";
import { Secret } from "../../components/common/secret";
import { readStackFile, stacksOf } from "../../plan/stack-file";

describe("a stack file", () => {
    let folder = "";

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "stacks-"));
        const files = {
            "Pulumi.yaml": "name: vernemq",
            "Pulumi.zone.yaml":
                "config:\n  vernemq:broker:\n    users:\n      - name: a\n        password:\n          secure: v1:abc\n",
            "Pulumi.dev.yaml": "config: {}",
            "Pulumi.empty.yaml": "encryptionsalt: v1:abc",
            "Pulumi.broken.yaml": "config: [",
            "Pulumi.list.yaml": "- config",
        };
        for (const [name, contents] of Object.entries(files)) {
            writeFileSync(join(folder, name), contents);
        }
    });

    after(() => {
        rmSync(folder, { recursive: true });
    });

    function problemOf(stack: string): string {
        try {
            readStackFile(folder, stack);
        } catch (error) {
            assert.ok(error instanceof ConfigurationError);
            return error.problems.map(({ key, rule, remedy }) => `${key}: ${rule}; ${remedy}`).join("\n");
        }
        return "";
    }

    it("is found by its name, dev first", () => {
        assert.deepEqual(stacksOf(folder), ["dev", "broken", "empty", "list", "zone"]);
    });

    it("keeps encrypted values closed", () => {
        const { values } = readStackFile(folder, "zone");
        const broker = values["vernemq:broker"] as { users: readonly { password: unknown }[] };
        const password = broker.users[0]?.password;
        assert.ok(password instanceof Secret);
        assert.equal(JSON.stringify(values).includes("v1:abc"), false);
    });

    it("may leave out its configuration", () => {
        assert.deepEqual(readStackFile(folder, "empty").values, {});
    });

    it("that is missing names those that are there", () => {
        assert.equal(
            problemOf("nope"),
            "Pulumi.nope.yaml: the file cannot be read; name one of the stacks that are here: dev, broken, empty, list, zone",
        );
    });

    it("that is no YAML, or no mapping, says so", () => {
        assert.match(problemOf("broken"), /^Pulumi\.broken\.yaml: it is not valid YAML/);
        assert.match(problemOf("list"), /^Pulumi\.list\.yaml: a stack file is a YAML mapping/);
    });
});
