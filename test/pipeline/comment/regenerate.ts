import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderPage } from "../../../pipeline/comment/html";
import { everyStack, marker } from "../../../pipeline/comment/marker";
import { commentBudget, render } from "../../../pipeline/comment/render";
import { cases } from "./cases";
import { readmePicture } from "./picture";

/**
 * Writes the fixtures and the README's picture again: `node --import tsx test/pipeline/comment/regenerate.ts`. Read the difference before
 * you commit it.
 */
const folder = join(__dirname, "fixtures");
mkdirSync(folder, { recursive: true });
for (const { name, digest, context } of cases) {
    writeFileSync(
        join(folder, `${name}.md`),
        `${marker("vernemq", everyStack)}\n${render(digest, commentBudget, context)}`,
    );
}
const [first] = cases;
if (first !== undefined) {
    writeFileSync(join(folder, `${first.name}.html`), renderPage(first.digest, first.context));
}
writeFileSync(join(__dirname, "../../../docs/pull-request.svg"), readmePicture());
