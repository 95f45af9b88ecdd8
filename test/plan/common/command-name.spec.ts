import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { verbs } from "../../../cli/verbs";
import { asTyped, commandLine } from "../../../plan/common/command-name";

const root = join(__dirname, "../../..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
};

/** What `npm run SCRIPT -- WORDS` hands to the command line. */
function handedOn(typed: string): string {
    const [, script = "", words = ""] = /^npm run (\w+) --(?: (.*))?$/.exec(typed) ?? [];
    const [, own = ""] = /^node run\.mjs cli\/main\.ts ?(.*)$/.exec(scripts[script] ?? "") ?? [];
    return [own, words].filter((part) => part !== "").join(" ");
}

describe("a command that is named to the user", () => {
    it("is one that npm can run in a clone, for each verb", () => {
        for (const { name } of verbs) {
            assert.equal(handedOn(commandLine(`${name} --stack eks`)), `${name} --stack eks`);
        }
    });

    it("is the short form of docs/reference/command-line.md for each verb that it names", () => {
        const page = readFileSync(join(root, "docs/reference/command-line.md"), "utf8");
        const rows = [...page.matchAll(/^\| `(npm run \w+ --) (\S+)` +\| `vernemq (\w+)(?: \.\.\.)?`/gm)];
        assert.ok(rows.length >= 6, page);
        for (const [, script = "", , verb = ""] of rows) {
            assert.ok(commandLine(`${verb} ...`).startsWith(script), verb);
        }
    });

    it("is the program's own where it was started by its name", () => {
        for (const startedAs of ["/opt/vernemq/bin/vernemq.mjs", "/usr/local/bin/vernemq"]) {
            assert.equal(commandLine("up --stack eks", startedAs), "vernemq up --stack eks");
        }
    });

    it("stands in a help text as it stands everywhere else", () => {
        assert.equal(
            asTyped("  PASSWORD=... vernemq verify --stack eks   image vernemq/vernemq"),
            "  PASSWORD=... npm run pipeline -- verify --stack eks   image vernemq/vernemq",
        );
    });

    it("is written nowhere by hand in what commands say", () => {
        const said = ["ops", "pipeline", "plan", "verify", "lab", "passwd"].flatMap((folder) =>
            readdirSync(join(root, folder), { recursive: true })
                .map((file) => join(folder, String(file)))
                .filter((file) => file.endsWith(".ts")),
        );
        const byHand = said.filter((file) => /npm run (ops|pipeline)/.test(readFileSync(join(root, file), "utf8")));
        assert.deepEqual(byHand, []);
    });
});
