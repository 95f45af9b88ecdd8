import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

const root = join(__dirname, "..", "..");

/** The arguments of the components that others may import: what is exported and called so. */
function* publicArguments(): Generator<{ readonly where: string; readonly optional: boolean; readonly text: string }> {
    for (const file of globSync("components/**/*.ts", { cwd: root }).sort()) {
        const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
        for (const statement of source.statements) {
            if (
                !ts.isInterfaceDeclaration(statement) ||
                !/^(?!Full|Normalized).*Args$/.test(statement.name.text) ||
                statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) !== true
            ) {
                continue;
            }
            for (const member of statement.members.filter(ts.isPropertySignature)) {
                yield {
                    where: `${file} ${statement.name.text}.${member.name.getText()}`,
                    optional: member.questionToken !== undefined,
                    text: ts
                        .getJSDocCommentsAndTags(member)
                        .map((comment) => comment.getText())
                        .join("\n"),
                };
            }
        }
    }
}

describe("An argument of a component that may be left out", () => {
    it("says what it is then: its default, or where it is required", () => {
        const optional = [...publicArguments()].filter(({ optional }) => optional);
        assert.ok(optional.length > 100, `${optional.length} are found`);
        const silent = optional
            .filter(({ where, text }) => !where.endsWith(".transform") && !/default|required/i.test(text))
            .map(({ where }) => where);
        assert.deepEqual(silent, []);
    });
});
