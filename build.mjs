// Builds what the package holds into dist/: the components as JavaScript with declarations, and the programs that others start.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");

/** Helm starts it by itself, so it is no module of the program's. */
const started = ["components/broker/post-render.mjs"];

rmSync(join(root, "dist"), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, "--project", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
});
if (status === 0) {
    for (const file of started) {
        cpSync(join(root, file), join(root, "dist", file));
    }
}
process.exitCode = status ?? 1;
