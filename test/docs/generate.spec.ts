import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generated } from "../../docs/generate";

describe("generated documents", () => {
    for (const path of ["README.md", "docs/configuration.md", "Pulumi.yaml"]) {
        it(`${path} is what the schema says (run \`npm run docs\` when this fails)`, async () => {
            const wanted = (await generated())[path];
            assert.equal(readFileSync(join(__dirname, "..", "..", path), "utf8"), wanted);
        });
    }
});
