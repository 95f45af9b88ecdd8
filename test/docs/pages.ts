import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The repository, and the folder of the pages that take a reader from nothing to a connected device. */
export const root = join(__dirname, "..", "..");
export const folder = join(root, "docs", "get-started");
export const pages: readonly string[] = readdirSync(folder).sort();

export const textOf = (page: string): string => readFileSync(join(folder, page), "utf8");

export interface Block {
    readonly language: string;
    readonly text: string;
}

export function blocksOf(page: string): readonly Block[] {
    return [...textOf(page).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
        language,
        text,
    }));
}

/** The stack whose file a page edits; undefined for pages that edit none. */
export function stackOf(page: string): string | undefined {
    return /Pulumi\.(\w+)\.yaml/.exec(textOf(page))?.[1];
}

/** One command per line: continued lines, pipes and quoted scripts are joined, comments left out. */
export function shellCommands(text: string): readonly string[] {
    return text
        .replaceAll(/'[^']*'/g, (quoted) => quoted.replaceAll(/\n\s*/g, " "))
        .replaceAll(/(\\|\|)\n\s*/g, (_, end: string) => (end === "|" ? "| " : ""))
        .split("\n")
        .map((line) => line.replace(/^#.*/, "").trim())
        .filter((line) => line !== "");
}

/** What `npm run` knows. */
export const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
};

export interface Script {
    readonly name: string;
    readonly words: readonly string[];
}

/** The words after `npm run [--silent] NAME --`, or undefined where a command is another one. */
export function scriptOf(command: string): Script | undefined {
    const [, name, rest = ""] = /^npm run (?:--silent |-s )?([\w:-]+)(?: -- (.*))?$/.exec(command) ?? [];
    return name === undefined ? undefined : { name, words: rest.split(" ").filter((word) => word !== "") };
}

/** Runs the program behind a script, without npm. */
export function runScript(name: string, words: readonly string[]) {
    const env = { ...process.env, NO_COLOR: "1", COLUMNS: "200", PULUMI_SKIP_UPDATE_CHECK: "1" };
    const [node, ...script] = (scripts[name] ?? "").split(" ");
    assert.equal(node, "node", `npm run ${name}`);
    const { status, stdout, stderr } = spawnSync(process.execPath, [...script, ...words], {
        cwd: root,
        encoding: "utf8",
        env,
    });
    return { status, stdout, output: `${stdout}${stderr}` };
}

/** Each expected line has to be in the output, in this order; `…` stands for anything, alone for any lines. */
export function assertPrints(output: string, expected: string): void {
    let from = 0;
    const lines = output.split("\n");
    for (const line of expected.split("\n").filter((each) => each.trim() !== "" && each !== "…")) {
        const pattern = new RegExp(
            line
                .trim()
                .split("…")
                .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
                .join(".*"),
        );
        const at = lines.findIndex((each, index) => index >= from && pattern.test(each));
        assert.ok(at >= 0, `not printed: ${line}\n\nin:\n${output}`);
        from = at + 1;
    }
}

/**
 * Runs the blocks of a page with a command of this kind, one after another with one folder of simulated clouds: each prints what the block
 * after it shows.
 */
export function assertBlocksPrint(page: string, isRun: (script: Script) => boolean): void {
    const home = mkdtempSync(join(tmpdir(), "get-started-"));
    try {
        for (const [index, block] of blocksOf(page).entries()) {
            const commands = block.language === "sh" ? shellCommands(block.text).map(scriptOf) : [];
            if (!commands.some((script) => script !== undefined && isRun(script))) {
                continue;
            }
            let output = "";
            for (const script of commands) {
                assert.ok(script, "a block is run as a whole or not at all");
                const words = script.words.flatMap((word) =>
                    word === "--simulate" ? [word, join(home, "simulated")] : [word.replace(/^build\//, `${home}/`)],
                );
                const result = runScript(script.name, words);
                assert.equal(result.status, 0, `${script.name} ${words.join(" ")}\n${result.output}`);
                output += result.output;
            }
            const next = blocksOf(page)[index + 1];
            assert.equal(next?.language, "text", "a block that can be run is followed by what it prints");
            assertPrints(output, next.text);
        }
    } finally {
        rmSync(home, { recursive: true, force: true });
    }
}
