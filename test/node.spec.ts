import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const root = join(__dirname, "..");

/** A program that tells who runs it, and how. */
const program = `
    const [first] = process.env.PATH.split(${JSON.stringify(delimiter)});
    console.log(JSON.stringify({ parent: process.ppid, node: process.argv0, first, words: process.argv.slice(2) }));
    process.exitCode = 3;
`;

/** In place of npm: notes its words, and installs the Node.js that runs this test under the package's name. */
const npm = `#!/bin/sh
echo "$@" >> "$NPM_CALLS"
for last; do :; done
mkdir -p "node_modules/\${last%@*}/bin"
ln -s "$REAL_NODE" "node_modules/\${last%@*}/bin/node"
`;

describe("programs of the repository", function () {
    let folder = "";

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "node-"));
        for (const file of ["node.mjs", "run.mjs", "package.json"]) {
            copyFileSync(join(root, file), join(folder, file));
        }
        writeFileSync(join(folder, "program.mjs"), program);
        // Shows this Node.js as an older one.
        writeFileSync(
            join(folder, "older.mjs"),
            `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });`,
        );
        mkdirSync(join(folder, "bin"));
        writeFileSync(join(folder, "bin", "npm"), npm, { mode: 0o755 });
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    function run(asked: readonly string[], older: boolean) {
        const words = [...(older ? ["--import", join(folder, "older.mjs")] : []), join(folder, "run.mjs"), ...asked];
        const { status, stdout, stderr } = spawnSync(process.execPath, words, {
            cwd: folder,
            encoding: "utf8",
            env: {
                PATH: [join(folder, "bin"), "/usr/bin", "/bin"].join(delimiter),
                NPM_CALLS: join(folder, "calls"),
                REAL_NODE: process.execPath,
            },
        });
        return { status, stdout, lines: stderr.split("\n").filter((line) => line !== "") };
    }

    const calls = () =>
        existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8").trim().split("\n") : [];

    it("run in one process where Node.js is supported, and nothing is installed", () => {
        const { status, stdout, lines } = run(["program.mjs", "a b", "--c"], false);
        const { parent, words } = JSON.parse(stdout) as { parent: number; words: string[] };
        assert.deepEqual([status, lines, words, parent], [3, [], ["a b", "--c"], process.pid]);
        assert.deepEqual(calls(), []);
    });

    it("run on a current Node.js from npm's registry where it is older, which one line says", () => {
        for (const time of ["installed", "kept"]) {
            const { status, stdout, lines } = run(["program.mjs", "a b"], true);
            assert.equal(status, 3, time);
            const { first, words } = JSON.parse(stdout) as { first: string; words: string[] };
            assert.deepEqual(words, ["a b"]);
            assert.ok(first.startsWith(join(folder, "build", "node")), first);
            assert.equal(lines.length, 1);
            assert.match(
                lines[0] ?? "",
                /^Node\.js 20\.20\.2 is older than \d+\.\d+: Node\.js \d+\.\d+\.\d+ from npm's/,
            );
        }
        assert.equal(calls().length, 1);
        assert.match(calls()[0] ?? "", /--ignore-scripts .*@\d+\.\d+\.\d+$/);
    });

    it("run on the Node.js that is asked for", () => {
        const { status, lines } = run(["--node", "22", "program.mjs"], false);
        assert.equal(status, 3);
        assert.match(lines.join("\n"), /^With --node 22: Node\.js /);
        assert.match(calls().join("\n"), /@22$/);
    });

    it("do not run on what is no version of Node.js", () => {
        for (const version of [[], ["latest"], ["../22"]]) {
            const { status, stdout, lines } = run(["--node", ...version], false);
            assert.deepEqual([status, stdout, lines.length], [2, "", 1]);
        }
        assert.deepEqual(calls(), []);
    });

    it("do not run where that Node.js is built for another system, which one sentence says", () => {
        const other = npm.replace('ln -s "$REAL_NODE"', "echo another system >");
        writeFileSync(join(folder, "bin", "npm"), other, { mode: 0o755 });
        const { status, stdout, lines } = run(["program.mjs"], true);
        assert.deepEqual([status, stdout, lines.length], [2, "", 1]);
        assert.match(lines[0] ?? "", / does not run on this system \(E\w+\): install Node\.js from https:/);
    });

    it("do not run where the registry cannot be reached, which one sentence says", () => {
        writeFileSync(join(folder, "bin", "npm"), "#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n");
        const { status, stdout, lines } = run(["program.mjs"], true);
        assert.deepEqual([status, stdout, lines.length], [2, "", 1]);
        assert.match(
            lines[0] ?? "",
            /^Node\.js 20\.20\.2 is older than .* \(ENOTFOUND\): install Node\.js from https:/,
        );
    });

    it("may be commands of the packages, in the lockfile's version", () => {
        const { version } = JSON.parse(readFileSync(join(root, "node_modules/typescript/package.json"), "utf8")) as {
            version: string;
        };
        const { stdout } = spawnSync(process.execPath, [join(root, "run.mjs"), "tsc", "--version"], {
            encoding: "utf8",
        });
        assert.equal(stdout.trim(), `Version ${version}`);
    });
});
