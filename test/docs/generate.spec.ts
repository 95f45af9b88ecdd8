import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generated } from "../../docs/generate";

const root = join(__dirname, "..", "..");

describe("generated documents", () => {
    for (const [path, content] of Object.entries(generated)) {
        it(`${path} is what schema, planner and plan say (run \`npm run docs\` when this fails)`, async () => {
            assert.equal(readFileSync(join(root, path), "utf8"), await content());
        });
    }
});
