import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Field manager of every write: the API server notes it in `metadata.managedFields`, which tells a change by ops from one by Pulumi. */
export const fieldManager = "vernemq-ops";

/** How requests name themselves in the API server's audit log: product and version (RFC 9110, 10.1.5). */
export const userAgent = `${fieldManager}/${version()}`;

function version(): string {
    const manifest = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as { version: string };
    return manifest.version;
}
