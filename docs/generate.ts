import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { configurationReference, projectFile } from "./reference";

/** Writes what is generated from the schema: docs/configuration.md and Pulumi.yaml. */
export async function generated(): Promise<Readonly<Record<string, string>>> {
    return {
        "docs/configuration.md": await format(configurationReference(), {
            parser: "markdown",
            tabWidth: 2,
            printWidth: 120,
        }),
        "Pulumi.yaml": await format(projectFile(), { parser: "yaml", tabWidth: 2, printWidth: 120 }),
    };
}

async function main(): Promise<void> {
    for (const [path, text] of Object.entries(await generated())) {
        writeFileSync(join(__dirname, "..", path), text);
    }
}

if (require.main === module) {
    void main();
}
