import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { edgeMatrix } from "./matrix";
import { configurationReference, projectFile } from "./reference";

const root = join(__dirname, "..");

/** The files that are generated, whole or in part, with the text that each should have. */
export async function generated(): Promise<Readonly<Record<string, string>>> {
    const width = { tabWidth: 2, printWidth: 120 };
    return {
        "README.md": await format(withMatrix(readFileSync(join(root, "README.md"), "utf8")), {
            parser: "markdown",
            ...width,
        }),
        "docs/configuration.md": await format(configurationReference(), { parser: "markdown", ...width }),
        "Pulumi.yaml": await format(projectFile(), { parser: "yaml", ...width }),
    };
}

const matrixStart = "<!-- The matrix is generated from components/edge/planner by `npm run docs`. -->";
const matrixEnd = "<!-- End of the matrix. -->";

/** The README with the matrix between its two marks made anew. */
function withMatrix(readme: string): string {
    const [before, rest] = readme.split(matrixStart);
    const after = rest?.split(matrixEnd)[1];
    if (before === undefined || after === undefined) {
        throw new Error("README.md has lost the marks around its matrix");
    }
    return `${before}${matrixStart}\n\n${edgeMatrix()}\n\n${matrixEnd}${after}`;
}

async function main(): Promise<void> {
    for (const [path, text] of Object.entries(await generated())) {
        writeFileSync(join(root, path), text);
    }
}

if (require.main === module) {
    void main();
}
