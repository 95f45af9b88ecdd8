// `npm run lint`: its steps side by side, the longest first, one for each core; with --types also that of `npm run types`. Each prints
// when it has ended.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const steps = [
    ["eslint", "."],
    ...(process.argv.includes("--types") ? [["tsc", "--noEmit"]] : []),
    ["typedoc", "--emit", "none"],
    ["prettier", "--check", "."],
    ["depcruise", "--config", "dependency-cruiser.config.mjs", "--output-type", "err-long", "."],
    ["remark", "--quiet", "--frail", "."],
];

async function run(words) {
    const child = spawn(process.execPath, [join(root, "run.mjs"), ...words], {
        cwd: root,
        stdio: ["ignore", "pipe", "pipe"],
    });
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => printed.push(chunk));
    }
    const [code] = await once(child, "close");
    process.stdout.write(Buffer.concat(printed));
    if (code !== 0) {
        console.error(`${words[0]} failed.`);
        process.exitCode = 1;
    }
}

async function runNext() {
    for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
        await run(step);
    }
}

await Promise.all(Array.from({ length: availableParallelism() }, runNext));
