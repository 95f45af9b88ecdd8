import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { nodeWords } from "../components/common/own-process";
import type { Plan } from "../plan/plan";
import { renderSvgFile } from "../plan/render/svg";
import { topologyOf } from "../plan/render/topology";
import { defaultsTable, edgeMatrix } from "./matrix";
import { modelsTable, rejectsSentence } from "./models";
import { configurationReference, projectFile } from "./reference";

const root = join(__dirname, "..");
const width = { tabWidth: 2, printWidth: 120 };
const markdown = (text: string) => format(text, { parser: "markdown", ...width });

/** The files that are generated, whole or in part, and what makes the content that each should have. */
export const generated: Readonly<Record<string, () => Promise<string>>> = {
    "README.md": async () => {
        const file = readFileSync(join(root, "README.md"), "utf8");
        return markdown(
            between(
                "README.md",
                sentenceMarks,
                await rejectsSentence(),
                between("README.md", tableMarks, defaultsTable(), file),
            ),
        );
    },
    "docs/status.md": async () =>
        markdown(
            between(
                "docs/status.md",
                modelMarks,
                await modelsTable(),
                readFileSync(join(root, "docs/status.md"), "utf8"),
            ),
        ),
    "docs/reference/matrix.md": () => markdown(edgeMatrix()),
    "docs/reference/configuration.md": () => markdown(configurationReference()),
    "docs/topology.svg": () => Promise.resolve(renderSvgFile(topologyOf(examplePlan("eks")))),
    "Pulumi.yaml": () => format(projectFile(), { parser: "yaml", ...width }),
};

const tableEnd = "<!-- End of the generated table. -->";
const tableMarks = ["<!-- Generated from the edge planner by `npm run docs`. -->", tableEnd] as const;
const modelStart = "<!-- Generated from the simulated clouds by `npm run docs`. -->";
const modelMarks = [modelStart, tableEnd] as const;
const sentenceMarks = [modelStart, "<!-- End of the generated sentence. -->"] as const;

/** A document with fresh content between two marks. */
function between(file: string, [start, end]: readonly [string, string], content: string, text: string): string {
    const [before, rest] = text.split(start);
    const [, after] = rest?.split(end) ?? [];
    if (before === undefined || after === undefined) {
        throw new Error(`${file} has lost the marks around what is generated`);
    }
    return `${before}${start}\n\n${content}\n\n${end}${after}`;
}

/** The offline plan of an example stack, in a separate process because the SDK keeps its state per process. */
function examplePlan(stack: string): Plan {
    const command = [...nodeWords(join(root, "plan", "main")), "--stack", stack, "--json", "-"];
    const text = execFileSync(process.execPath, command, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
    return JSON.parse(text) as Plan;
}

async function main(): Promise<void> {
    for (const [path, content] of Object.entries(generated)) {
        writeFileSync(join(root, path), await content());
    }
}

if (require.main === module) {
    void main();
}
