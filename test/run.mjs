/**
 * Runs the suite in two processes side by side: those of the Pulumi engine, which wait for it most of the time, beside all others. Words of
 * the command line go to mocha. The last line has the counts of both.
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");

const specs = readdirSync(join(root, "test"), { recursive: true })
    .map((file) => join("test", String(file)))
    .filter((file) => file.endsWith(".spec.ts"))
    .sort();

/** The kills take as long as all other engine tests together, so they go with the rest. */
function isOfEngine(file) {
    return dirname(file) === join("test", "engine") && !file.endsWith("kills.spec.ts");
}

/** Longest time for one of the two processes, in minutes. It takes less than half of it; longer, and something waits for ever. */
const longest = 60;

/**
 * Runs mocha over some files; what it prints is shown as it comes, or at the end. A process that does not end is ended, and has failed.
 * Its end is the end of mocha and not of its output, which a program left behind by a test would hold open.
 */
function run(files, show) {
    return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [mocha, ...process.argv.slice(2), ...files], {
            cwd: root,
            detached: true,
        });
        let output = "";
        const hear = (chunk) => {
            output += chunk;
            if (show) {
                process.stdout.write(chunk);
            }
        };
        child.stdout.setEncoding("utf8").on("data", hear);
        child.stderr.setEncoding("utf8").on("data", hear);
        const end = () => process.kill(-child.pid, "SIGKILL");
        const limit = setTimeout(() => {
            hear(`\nEnded after ${longest} minutes: a test or a program that it started waits for ever.\n`);
            end();
        }, longest * 60_000);
        for (const signal of ["SIGINT", "SIGTERM"]) {
            process.once(signal, end);
        }
        child.on("error", reject);
        child.on("exit", (code) => {
            clearTimeout(limit);
            // What mocha wrote last is still in the pipe.
            setTimeout(() => resolve({ code, output }), 1000);
        });
    });
}

function countsIn(output) {
    const [, ...counts] = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output) ?? [];
    return counts.map(Number);
}

const [others, engine] = await Promise.all([
    run(
        specs.filter((file) => !isOfEngine(file)),
        true,
    ),
    run(specs.filter(isOfEngine), false),
]);
process.stdout.write(`\nWith the Pulumi engine:\n${engine.output}\n`);
const counts = [others, engine].map(({ output }) => countsIn(output));
// A process that ended without its counts has failed as a whole.
const lost = counts.filter((found) => found.length === 0).length;
const sum = (index) => counts.reduce((total, found) => total + (found[index] ?? 0), 0);
console.log(`${sum(0)} passed, ${sum(1) + lost} failed, ${sum(2)} skipped`);
process.exit([others, engine].every(({ code }) => code === 0) && lost === 0 ? 0 : 1);
