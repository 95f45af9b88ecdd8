import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders = new Set<string>();
process.on("exit", () => {
    for (const folder of folders) {
        rmSync(folder, { recursive: true, force: true });
    }
});

/** Makes a folder that goes with this process at the latest. */
export async function temporaryFolder(purpose: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), `vernemq-${purpose}-`));
    folders.add(folder);
    return folder;
}

/** Takes such a folder away before. */
export async function removeFolder(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
    folders.delete(folder);
}
