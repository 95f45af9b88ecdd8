import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "mocha";

const root = join(__dirname, "..", "..");

export interface PackedFile {
    readonly path: string;
    readonly mode: number;
}

export interface Packed {
    /** Path of the archive that `npm pack` writes. */
    readonly tarball: string;
    readonly files: readonly PackedFile[];
}

let made: Packed | undefined;

/** The package as `npm pack` makes it, built once for a run of the suite: its processes share a folder (test/run.mjs), and one builds. */
export function packed(): Packed {
    const shared = process.env["TEST_RUN_FOLDER"] ?? mkdtempSync(join(tmpdir(), "vernemq-pack-"));
    made ??= packedIn(join(shared, "package"));
    return made;
}

function packedIn(folder: string): Packed {
    const result = join(folder, "packed.json");
    while (!existsSync(result)) {
        // The process that creates the folder builds. If it fails, the folder goes, and the next one meets the same error.
        if (!isCreated(folder)) {
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
            continue;
        }
        try {
            writeFileSync(`${result}.part`, JSON.stringify(build(folder)));
            renameSync(`${result}.part`, result);
        } catch (error) {
            rmSync(folder, { recursive: true });
            throw error;
        }
    }
    return JSON.parse(readFileSync(result, "utf8")) as Packed;
}

function isCreated(folder: string): boolean {
    try {
        mkdirSync(folder);
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") {
            return false;
        }
        throw error;
    }
}

function build(folder: string): Packed {
    execFileSync(process.execPath, [join(root, "build.mjs")], { stdio: ["ignore", "ignore", "inherit"] });
    const report = execFileSync("npm", ["pack", "--silent", "--json", "--pack-destination", folder], {
        cwd: join(root, "dist"),
        encoding: "utf8",
        maxBuffer: 2 ** 26,
    });
    const [{ filename, files }] = JSON.parse(report.slice(report.indexOf("[\n"))) as [
        { filename: string; files: PackedFile[] },
    ];
    return { tarball: join(folder, filename), files };
}

/** Leaves the tests of a suite pending, with the reason in their title, where no registry of npm's answers. */
export function registryOrSkip(context: Context): void {
    const { status } = spawnSync(
        "npm",
        ["view", "--fetch-retries=0", "--fetch-timeout=20000", "yaml@2.9.1", "version"],
        {
            encoding: "utf8",
        },
    );
    if (status !== 0) {
        const suite = context.test?.parent;
        if (suite !== undefined) {
            suite.title += " (no registry of npm's answers)";
        }
        context.skip();
    }
}

/** Installs the package from its archive into a user's folder, and other packages beside it. */
export function installPackage(folder: string, ...beside: readonly string[]): void {
    const quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    npm(folder, "install", ...quietly, packed().tarball, ...beside);
}

/** Runs npm in a folder; what it prints is in the error if it fails. */
function npm(folder: string, ...args: readonly string[]): string {
    return execFileSync("npm", [...args], {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        maxBuffer: 2 ** 26,
    });
}
