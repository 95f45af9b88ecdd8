import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
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

/** The package as `npm pack` makes it; built once for a process. */
export function packed(): Packed {
    if (made === undefined) {
        const folder = mkdtempSync(join(tmpdir(), "vernemq-pack-"));
        execFileSync(process.execPath, [join(root, "build.mjs")], { stdio: ["ignore", "ignore", "inherit"] });
        const report = execFileSync("npm", ["pack", "--silent", "--json", "--pack-destination", folder], {
            cwd: join(root, "dist"),
            encoding: "utf8",
            maxBuffer: 2 ** 26,
        });
        const [{ filename, files }] = JSON.parse(report.slice(report.indexOf("[\n"))) as [
            { filename: string; files: PackedFile[] },
        ];
        made = { tarball: join(folder, filename), files };
    }
    return made;
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
