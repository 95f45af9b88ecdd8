import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { readInventory, type Simulation, startSimulation } from "../../simulation/engine";
import { assertBlocksPrint, blocksOf, root, shellCommands, stackOf } from "../docs/pages";
import { engineOrSkip } from "../support-engine";

/*
 * A page from top to bottom, as its reader types it, in one shell: a clone, the real engine, simulated clouds. What needs an account, a
 * cluster or a broker is answered by a stand-in that writes down its call, or left out; both are listed here, so that nothing is left
 * out in silence.
 */

/** Programs that only write down how they were called. */
const standIns = ["docker", "kind", "kubectl", "aws", "mosquitto_sub", "mosquitto_pub"];

/** Commands that need a running broker; test/edge and test/ops run them against one. */
const needBroker = /^npm run (pipeline -- verify|ops -- status) /;

/** Run below, without the clone. */
const isRehearsal = (text: string) => text.includes("--simulate");

/** What a page makes its reader call, besides the engine and the repository's own commands. */
const calls: Readonly<Record<string, readonly RegExp[]>> = {
    "kind.md": [
        /^docker --version$/,
        /^kind version$/,
        /^kubectl version --client$/,
        /^kind create cluster --name vernemq$/,
        /^kubectl config use-context kind-vernemq$/,
        /^kubectl get nodes$/,
        /^kubectl --namespace messaging port-forward svc\/vernemq-edge 30883:8883 30443:443$/,
        /^mosquitto_sub .*-u device -P \w{32} -t devices\/first -v$/,
        /^mosquitto_pub .*-u device -P \w{32} -t devices\/first -m hello$/,
        /^kind delete cluster --name vernemq$/,
    ],
    "eks.md": [
        /^aws --version$/,
        /^aws sts get-caller-identity$/,
        /^mosquitto_sub .*-u backend -P \w{32} -t devices\/first -v$/,
        /^mosquitto_pub .*-u device -P \w{32} -t devices\/first -m hello$/,
    ],
};

describe("a page of docs/get-started, from top to bottom", () => {
    let home: string;
    let clouds: Simulation | undefined;

    before(function () {
        engineOrSkip(this);
    });

    beforeEach(async () => {
        home = mkdtempSync(join(tmpdir(), "get-started-"));
        mkdirSync(join(home, "bin"));
        for (const program of standIns) {
            const file = join(home, "bin", program);
            writeFileSync(file, `#!/bin/sh\necho "${program} $*" >> "$CALLS"\n`);
            chmodSync(file, 0o755);
        }
        clouds = await startSimulation({ inventory: join(home, "inventory") });
    });

    afterEach(async () => {
        await clouds?.stop();
        rmSync(home, { recursive: true, force: true });
    });

    /** The page's commands as one script. The reader's edits come where the page asks for them. */
    function scriptOf(page: string): string {
        return blocksOf(page)
            .flatMap(({ language, text }) => {
                if (language === "yaml") {
                    return ['node "$EDIT"'];
                }
                const isRun = language === "sh" && !isRehearsal(text) && !text.includes("aws pricing");
                return isRun ? shellCommands(text).filter((command) => !needBroker.test(command)) : [];
            })
            .map((command) =>
                command.startsWith("git clone REPOSITORY ")
                    ? // The packages are there, so that setup.mjs finds nothing to download.
                      `git clone --quiet "${root}" vernemq-anywhere && ln -s "${root}/node_modules" vernemq-anywhere/node_modules`
                    : command,
            )
            .join("\n");
    }

    async function follow(page: string): Promise<{ readonly output: string; readonly called: readonly string[] }> {
        const script = join(home, "page.sh");
        writeFileSync(script, `set -eu -o pipefail\ncd "$HOME"\n${scriptOf(page)}\n`);
        const child = spawn("bash", [script], {
            env: {
                PATH: `${join(home, "bin")}:${process.env["PATH"] ?? ""}`,
                HOME: home,
                CALLS: join(home, "calls"),
                EDIT: writeEdit(page),
                ...clouds?.env,
                // The reader says yes.
                PULUMI_SKIP_CONFIRMATIONS: "true",
                PULUMI_SKIP_UPDATE_CHECK: "true",
                PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
                NO_COLOR: "1",
            },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let output = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
        child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
        const [code] = (await once(child, "close")) as [number];
        assert.equal(code, 0, output);
        return { output, called: readFileSync(join(home, "calls"), "utf8").trim().split("\n") };
    }

    /** The reader's editor: a program that sets the lines of the stack file that the page shows. */
    function writeEdit(page: string): string {
        const edits = parse(blocksOf(page).find(({ language }) => language === "yaml")?.text ?? "") as unknown;
        const program = join(home, "edit.cjs");
        writeFileSync(
            program,
            `const { readFileSync, writeFileSync } = require("node:fs");
const { parseDocument } = require(${JSON.stringify(join(root, "node_modules", "yaml"))});
const file = ${JSON.stringify(`Pulumi.${stackOf(page) ?? ""}.yaml`)};
const document = parseDocument(readFileSync(file, "utf8"));
const set = (path, value) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
        ? Object.entries(value).forEach(([key, below]) => set([...path, key], below))
        : document.setIn(path, value);
set([], ${JSON.stringify(edits)});
writeFileSync(file, document.toString());
`,
        );
        return program;
    }

    for (const [page, expected] of Object.entries(calls)) {
        it(`${page} leads from a clone to a connected device and back to an empty account`, async () => {
            const { output, called } = await follow(page);
            assert.equal(called.length, expected.length, called.join("\n"));
            for (const [index, pattern] of expected.entries()) {
                assert.match(called[index] ?? "", pattern);
            }
            for (const [index, { language, text }] of blocksOf(page).entries()) {
                const before = blocksOf(page)[index - 1];
                if (language === "text" && before !== undefined && /^pulumi (up|preview)/m.test(before.text)) {
                    assertInOrder(output, text);
                }
            }
            assert.deepEqual(readInventory(join(home, "inventory")), []);
            const ca = join(home, "vernemq-anywhere", "ca.pem");
            assert.equal(existsSync(ca), page === "kind.md");
            assert.match(
                existsSync(ca) ? readFileSync(ca, "utf8") : "-----BEGIN CERTIFICATE-----",
                /^-----BEGIN CERTIFICATE-----/,
            );
        });
    }
});

/** The lines of an expected output, whatever the spaces that align them. */
function assertInOrder(output: string, expected: string): void {
    const squeeze = (text: string) => text.replaceAll(/\s+/g, "");
    let rest = squeeze(output);
    for (const line of expected.split("\n").filter((each) => each.trim() !== "")) {
        const at = rest.indexOf(squeeze(line));
        assert.ok(at >= 0, `not printed: ${line}\n\nin:\n${output}`);
        rest = rest.slice(at + squeeze(line).length);
    }
}

/** simulated-folder.spec.ts does the same for every target's example; here are the shortest, for the words of the pages. */
describe("a rehearsal in docs/get-started", () => {
    before(function () {
        engineOrSkip(this);
    });

    for (const page of ["kind.md", "pipeline.md"]) {
        it(`of ${page} prints what the page says`, () => {
            assertBlocksPrint(page, ({ words }) => words.includes("--simulate"));
        });
    }
});
