import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { change, exampleOf, problemsOf, type StackConfig, validOperator } from "../support";

const root = join(__dirname, "..", "..");
const pages = ["README.md", ...readdirSync(join(root, "docs/guides")).map((page) => `docs/guides/${page}`)];

/** The settings that a page shows, in YAML blocks and in indented ones. */
function settingsIn(page: string): readonly StackConfig[] {
    const text = readFileSync(join(root, page), "utf8");
    const fenced = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
    const indented = [...text.matchAll(/^ {4}vernemq:.*\n(?:(?: {4}.*)?\n)*/gm)].map(([block]) => block);
    return [...fenced, ...indented]
        .map((block) => {
            const document = parse(block.replaceAll(/secure: (?:v1:)?\.\.\./g, "secure: v1:x")) as StackConfig;
            return (document["config"] ?? document) as StackConfig;
        })
        .filter((settings) => Object.keys(settings).some((key) => key.startsWith("vernemq:")));
}

/** Users and rules of an example, which do not fit beside some that a page shows. */
const replaced = { users: [{ name: "device" }], acl: undefined };

/** The stack that a page's settings are written into. */
function stackFor(settings: StackConfig): StackConfig {
    const broker = (settings["vernemq:broker"] ?? {}) as Readonly<Record<string, unknown>>;
    const base = broker["engine"] === "operator" ? validOperator : change(exampleOf("eks"), "vernemq:broker", replaced);
    const cleared = broker["usersFrom"] === undefined ? {} : { users: [] };
    return change(base, "vernemq:broker", cleared);
}

describe("the settings that README.md and the guides show", () => {
    for (const page of pages.filter((each) => settingsIn(each).length > 0)) {
        it(`are accepted: ${page}`, () => {
            for (const settings of settingsIn(page)) {
                const config = Object.entries(settings).reduce(
                    (stack, [key, value]) =>
                        typeof value === "object" && value !== null
                            ? change(stack, key, value as Record<string, unknown>)
                            : { ...stack, [key]: value },
                    stackFor(settings),
                );
                assert.deepEqual(problemsOf(config), [], JSON.stringify(settings));
            }
        });
    }

    it("are found", () => {
        assert.deepEqual(
            pages.filter((page) => settingsIn(page).length > 0),
            [
                "README.md",
                ...["access", "closed-networks", "observability", "operator"].map((name) => `docs/guides/${name}.md`),
            ],
        );
    });
});
