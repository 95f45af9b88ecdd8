import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { StackLock } from "../run";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder of a backend of plain files; undefined for any other. A backend of files writes each file in one step, but its attributes
 * (`*.attrs` beside it) in two: cut off between them they are left empty, and the engine refuses the whole state ("failed to load
 * checkpoint: EOF"). They hold nothing that is required.
 */
export function backendFolder(project: string, env: Environment): string | undefined {
    const url = env["PULUMI_BACKEND_URL"] ?? projectBackend(project) ?? loginBackend(env);
    if (url?.startsWith("file://") !== true) {
        return undefined;
    }
    const plain = url.replace(/\?.*$/, "");
    const folder = plain.startsWith("file://~")
        ? join(homedir(), plain.slice("file://~".length))
        : plain.startsWith("file:///")
          ? fileURLToPath(plain)
          : join(project, plain.slice("file://".length));
    return join(folder, ".pulumi");
}

function projectBackend(project: string): string | undefined {
    const settings = parse(readFileSync(join(project, "Pulumi.yaml"), "utf8")) as { backend?: { url?: string } } | null;
    return settings?.backend?.url;
}

/** What `pulumi login` noted. */
function loginBackend(env: Environment): string | undefined {
    const file = join(env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "credentials.json");
    return (jsonOf(file) as { current?: string } | undefined)?.current;
}

/** Attributes that were cut off, of this stack's state and locks and of the backend itself. */
function brokenAttributes(backend: string, project: string, stack: string): readonly string[] {
    const places = [
        { folder: backend, begins: "" },
        { folder: join(backend, "stacks", project), begins: `${stack}.json` },
        { folder: locksFolder(backend, project, stack), begins: "" },
    ];
    return places
        .flatMap(({ folder, begins }) =>
            filesIn(folder)
                .filter((name) => name.startsWith(begins) && name.endsWith(".attrs"))
                .map((name) => join(folder, name)),
        )
        .filter((file) => existsSync(file) && jsonOf(file) === undefined);
}

export function removeBrokenAttributes(backend: string, project: string, stack: string): readonly string[] {
    const broken = brokenAttributes(backend, project, stack);
    for (const file of broken) {
        rmSync(file, { force: true });
    }
    return broken;
}

/** Who holds a stack, from the lock files of a backend of plain files, which need no engine to be read. */
export function locksIn(backend: string, project: string, stack: string): readonly StackLock[] {
    const folder = locksFolder(backend, project, stack);
    return filesIn(folder)
        .filter((name) => name.endsWith(".json"))
        .map((name) => {
            const place = join(folder, name);
            const lock = (jsonOf(place) ?? {}) as {
                pid?: number;
                username?: string;
                hostname?: string;
                timestamp?: string;
            };
            const holder = `${lock.username ?? "unknown"}@${lock.hostname ?? "unknown"}`;
            return { holder, pid: lock.pid, since: lock.timestamp, place, message: `the stack is locked by ${holder}` };
        });
}

/** Removes a stack's locks, and gives their files. */
export function removeLocks(backend: string, project: string, stack: string): readonly string[] {
    const folder = locksFolder(backend, project, stack);
    const files = filesIn(folder);
    for (const file of files) {
        rmSync(join(folder, file), { force: true });
    }
    return files.filter((name) => name.endsWith(".json")).map((name) => join(folder, name));
}

/** Whether a backend of plain files has the stack. */
export function hasState(backend: string, project: string, stack: string): boolean {
    // With PULUMI_DIY_BACKEND_GZIP the state is compressed.
    return [`${stack}.json`, `${stack}.json.gz`].some((name) => existsSync(join(backend, "stacks", project, name)));
}

function locksFolder(backend: string, project: string, stack: string): string {
    return join(backend, "locks", "organization", project, stack);
}

function filesIn(folder: string): readonly string[] {
    return existsSync(folder) ? readdirSync(folder) : [];
}

function jsonOf(file: string): unknown {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch {
        return undefined;
    }
}
