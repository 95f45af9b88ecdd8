/**
 * Runs test files over the cores of the machine: `node test/run.mjs [--unit | --programs | FOLDER ...] [OPTION OF MOCHA ...]`, all files
 * without one of them. A file runs in one of mocha's worker processes, which takes the next file as soon as it is free.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");

/** What takes minutes, the longest first, and then whole folders: no core waits for one of them while the others have ended. */
const first = [
    "test/engine/kills",
    "test/engine/simulated-folder",
    "test/engine/pipeline",
    "test/engine/lifecycle",
    "test/engine/marked-secrets",
    "test/engine/repair",
    "test/package/install",
    "test/verify/lab",
    "test/engine/",
    "test/package/",
    "test/edge/",
    "test/plan/checks/mutations",
    "test/pipeline/comment/render",
    "test/plan/marked-secrets",
];

/** Folders with commands of their own. */
const apart = ["test/acceptance/", "test/edge/", "test/engine/", "test/package/"];

/** Other files whose tests start programs or servers (`--programs`). A unit test that does fails, and says to name its file here. */
const withPrograms = [
    "test/bundle",
    "test/cli/",
    "test/components/broker/helm/pod-additions",
    "test/components/broker/operator/conf",
    "test/components/broker/post-render",
    "test/components/edge/haproxy/config",
    "test/components/observability/alerts",
    "test/components/observability/dashboard",
    "test/docs/costs",
    "test/docs/generate",
    "test/docs/get-started",
    "test/docs/layout",
    "test/lab/broker",
    "test/lab/child",
    "test/lab/lab",
    "test/lint/",
    "test/node",
    "test/ops/backup/backup",
    "test/ops/client",
    "test/ops/corner-cases",
    "test/ops/frozen",
    "test/ops/operated",
    "test/ops/reload",
    "test/ops/role",
    "test/ops/scale/budget",
    "test/ops/scale/crash",
    "test/ops/scale/run",
    "test/ops/stackless",
    "test/ops/target",
    "test/ops/upgrade",
    "test/ops/verbs",
    "test/passwd/",
    "test/pipeline/comment/hosts",
    "test/pipeline/comment/page",
    "test/pipeline/comment/workflows",
    "test/plan/bad-configurations",
    "test/plan/changes/secrets",
    "test/plan/chart-archive",
    "test/plan/main",
    "test/plan/page",
    "test/sdk-start",
    "test/stacks/targets/target-names",
    "test/verify/command",
    "test/verify/context",
    "test/verify/lab",
    "test/verify/port-forward",
];

/** Longest time of a run, in minutes. Far more than it takes; longer, and something waits for ever. */
const longest = 70;

const words = process.argv.slice(2);
const folders = words.filter((word) => word.startsWith("test/")).map((folder) => `${folder.replace(/\/$/, "")}/`);
const options = words.filter((word) => !word.startsWith("test/"));
const mode = ["--unit", "--programs"].find((name) => name === options[0]);

const startsOneOf = (file, names) => names.some((name) => file.startsWith(name));

function isChosen(file) {
    switch (mode) {
        case "--unit":
            return !startsOneOf(file, [...apart, ...withPrograms]);
        case "--programs":
            return startsOneOf(file, withPrograms);
        default:
            return folders.length === 0 || startsOneOf(file, folders);
    }
}

function rank(file) {
    const index = first.findIndex((start) => file.startsWith(start));
    return index === -1 ? first.length : index;
}

const specs = readdirSync(join(root, "test"), { recursive: true })
    .map((file) => `test/${String(file).replaceAll("\\", "/")}`)
    .filter((file) => file.endsWith(".spec.ts") && isChosen(file))
    .sort()
    .sort((one, other) => rank(one) - rank(other));

// One more than cores: there is always a file that waits for timers, for the registry or for a program of one thread.
const jobs = availableParallelism() + 1;
const guard = mode === "--unit" ? ["--require", "./test/unit.cjs"] : [];
const given = options.slice(mode === undefined ? 0 : 1);
const call = [mocha, "--parallel", "--jobs", String(jobs), ...guard, ...given, ...specs];
// For what one process builds and others use.
const shared = mkdtempSync(join(tmpdir(), "test-run-"));
const child = spawn(process.execPath, call, {
    cwd: root,
    detached: true,
    // Most of what the suite does is to start programs of the same few files.
    env: { NODE_COMPILE_CACHE: join(shared, "compiled"), ...process.env, TEST_RUN_FOLDER: shared },
    stdio: ["ignore", "pipe", "pipe"],
});
const seen = [];
for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
]) {
    from.on("data", (chunk) => {
        seen.push(chunk);
        to.write(chunk);
    });
}

/** Ends mocha, its workers and what they have started. */
function end() {
    try {
        process.kill(-child.pid, "SIGKILL");
    } catch {
        // All of them have ended.
    }
}

const limit = setTimeout(() => {
    const output = Buffer.concat(seen).toString();
    const open = specs.filter((file) => !output.includes(`  ${join(file)} `));
    console.error(`\nEnded after ${longest} minutes: one of these, or a program that it started, waits for ever.`);
    console.error(open.join("\n"));
    end();
}, longest * 60_000);
for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, end);
}
// The end is that of mocha and not of its output, which a program left behind by a test would hold open.
child.on("exit", (code) => {
    clearTimeout(limit);
    end();
    // A program that still ends may write to it.
    rmSync(shared, { recursive: true, force: true, maxRetries: 10 });
    // What mocha wrote last is still in the pipe.
    setTimeout(() => process.exit(code ?? 1), 500);
});
