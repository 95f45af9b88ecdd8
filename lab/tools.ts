import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** A program that the lab or the benchmark runs, and where it comes from. */
export interface Tool {
    readonly command: string;
    /** The Debian package that brings it. */
    readonly debianPackage: string;
}

export const tools = {
    haproxy: { command: "haproxy", debianPackage: "haproxy" },
    mosquitto: { command: "mosquitto", debianPackage: "mosquitto" },
    mosquittoPublish: { command: "mosquitto_pub", debianPackage: "mosquitto-clients" },
    mosquittoSubscribe: { command: "mosquitto_sub", debianPackage: "mosquitto-clients" },
    nginx: { command: "nginx", debianPackage: "nginx-light libnginx-mod-stream" },
    /** Linux only: lets a child end with its parent even where the parent is killed. */
    setpriv: { command: "setpriv", debianPackage: "util-linux" },
    stunnel: { command: "stunnel4", debianPackage: "stunnel4" },
} as const satisfies Record<string, Tool>;

/** Servers are often in folders that only root has on the path. */
const serverFolders = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];

export class MissingToolError extends Error {
    constructor(readonly tool: Tool) {
        super(
            `${tool.command} is neither on the PATH nor in ${serverFolders.join(", ")}: install it, on Debian with: apt-get install ${tool.debianPackage}`,
        );
        this.name = "MissingToolError";
    }
}

/** Full path of a tool, or null where it is not installed. */
export function locate(tool: Tool): string | null {
    const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...serverFolders];
    return folders.map((folder) => join(folder, tool.command)).find(isExecutable) ?? null;
}

/** Full path of a tool. Throws `MissingToolError` where it is not installed. */
export function need(tool: Tool): string {
    const path = locate(tool);
    if (path === null) {
        throw new MissingToolError(tool);
    }
    return path;
}

function isExecutable(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}
