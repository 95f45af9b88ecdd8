import { mkdir, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { Child, type ServerEndpoint } from "./child";
import { removeFolder, temporaryFolder } from "./temporary";
import { need, tools } from "./tools";

/** Text or a global pattern to look for, and text to put in its place. */
export type Replacement = readonly [found: string | RegExp, replaced: string];

export interface HaproxyOptions {
    /** The configuration as the generator writes it. */
    readonly config: string;
    /**
     * The addresses and paths that differ from the deployed ones, given the folder of this run. All else stays as deployed.
     * One that is not found is an error: the text then is not what the caller takes it for.
     */
    readonly replacements: (directory: string) => readonly Replacement[];
    /** Files that the configuration names, by path in the folder of this run: certificates, CA, revocation list. */
    readonly files?: Readonly<Record<string, string>>;
    /** HAProxy is ready when all of these take connections. */
    readonly endpoints: readonly ServerEndpoint[];
    /** Where it is probed while it runs, as the kubelet probes a pod: a paced listener may wait for the end of any connection (`handshakePace`). */
    readonly health: ServerEndpoint;
    /** File that its standard output is added to, the log of connections. Default: kept by this process, see `output`. */
    readonly logFile?: string;
}

/** A process of HAProxy as its master lists it. */
export interface HaproxyWorker {
    readonly pid: number;
    /** Started before the last reload: it serves its connections to their end and takes no new ones. */
    readonly old: boolean;
}

/** As the pod's readiness probe. */
const probeIntervalMs = 5_000;

/** Far more than it takes: a busy machine may be slow to start it. */
const readyTimeoutMs = 60_000;

/** HAProxy in master-worker mode, as its official image runs it, on a configuration in a temporary folder. */
export class Haproxy {
    #probes: NodeJS.Timeout | undefined;

    private constructor(
        /** Folder of this run; it goes when HAProxy stops. */
        readonly directory: string,
        private readonly options: HaproxyOptions,
        private readonly child: Child,
    ) {}

    /** Starts HAProxy and waits until it serves. Throws `MissingToolError` where it is not installed. */
    static async start(options: HaproxyOptions): Promise<Haproxy> {
        const command = need(tools.haproxy);
        const directory = await temporaryFolder("haproxy");
        let haproxy: Haproxy | null = null;
        try {
            await writeRun(directory, options, options.config);
            const child = new Child(
                command,
                ["-W", "-S", `${join(directory, "master.sock")},mode,600`, "-f", join(directory, "haproxy.cfg")],
                options.logFile,
            );
            haproxy = new Haproxy(directory, options, child);
            await haproxy.#ready(new Set());
            haproxy.#probes = setInterval(probe, probeIntervalMs, options.health).unref();
            return haproxy;
        } catch (error) {
            await haproxy?.stop();
            await removeFolder(directory);
            throw error;
        }
    }

    /** Process id of the master. */
    get pid(): number {
        return this.child.pid;
    }

    /** The end of its log and messages. */
    get output(): string {
        return this.child.output;
    }

    /** Waits for a condition while HAProxy lives; fails with its output if it ends before. */
    until(condition: () => Promise<boolean>, what: string): Promise<void> {
        return this.child.until(condition, what);
    }

    /** The workers that run now. */
    async workers(): Promise<readonly HaproxyWorker[]> {
        const answer = await runtimeCommand(join(this.directory, "master.sock"), "show proc");
        const [current = "", old = ""] = answer.split("# old workers");
        return [
            ...workerPids(current).map((pid) => ({ pid, old: false })),
            ...workerPids(old).map((pid) => ({ pid, old: true })),
        ];
    }

    /** Writes one of its files anew, as a changed Secret does; HAProxy reads it at the next reload. */
    async writeFile(path: string, contents: string): Promise<void> {
        await writeFile(join(this.directory, path), contents);
    }

    /** Reloads, with a new configuration if one is given, and waits until the new worker serves. */
    async reload(config?: string): Promise<void> {
        await writeRun(this.directory, { ...this.options, files: {} }, config ?? this.options.config);
        const before = new Set((await this.workers()).map(({ pid }) => pid));
        this.child.kill("SIGUSR2");
        await this.#ready(before);
    }

    /** Asks it to end as Kubernetes does, waits, and takes its folder away. */
    async stop(): Promise<void> {
        clearInterval(this.#probes);
        await this.child.stop();
        await removeFolder(this.directory);
    }

    /** Waits for a worker that was not there before, and then until it serves. */
    async #ready(before: ReadonlySet<number>): Promise<void> {
        await this.child.until(() => this.#hasNewWorker(before), "no new worker", readyTimeoutMs);
        await this.child.ready(this.options.endpoints, readyTimeoutMs);
    }

    async #hasNewWorker(before: ReadonlySet<number>): Promise<boolean> {
        try {
            return (await this.workers()).some(({ pid, old }) => !old && !before.has(pid));
        } catch {
            // The master opens its socket late, and closes it while it starts itself anew.
            return false;
        }
    }
}

/** One request on a new connection. What it answers is not what counts here, nor whether it does. */
function probe({ host, port }: ServerEndpoint): void {
    get({ host, port, path: "/livez", agent: false }, (response) => response.resume()).on("error", () => undefined);
}

/** Puts addresses and paths in. Every replacement has to be found. */
export function rewrite(config: string, replacements: readonly Replacement[]): string {
    return replacements.reduce((text, [found, replaced]) => {
        if (!(typeof found === "string" ? text.includes(found) : text.search(found) >= 0)) {
            throw new Error(
                `the HAProxy configuration does not contain ${typeof found === "string" ? JSON.stringify(found) : found.source}`,
            );
        }
        return text.replaceAll(found, replaced);
    }, config);
}

/** One command of HAProxy's runtime API, on a stats or master socket. */
async function runtimeCommand(socketPath: string, command: string): Promise<string> {
    const socket = connect({ path: socketPath });
    socket.setEncoding("utf8");
    socket.end(`${command}\n`);
    let answer = "";
    for await (const text of socket) {
        answer += String(text);
    }
    return answer;
}

async function writeRun(directory: string, options: HaproxyOptions, config: string): Promise<void> {
    for (const [path, contents] of Object.entries(options.files ?? {})) {
        await mkdir(join(directory, path, ".."), { recursive: true });
        await writeFile(join(directory, path), contents, { mode: 0o600 });
    }
    await writeFile(join(directory, "haproxy.cfg"), rewrite(config, options.replacements(directory)));
}

function workerPids(listing: string): readonly number[] {
    return [...listing.matchAll(/^(\d+)\s+worker\b/gm)].map(([, pid]) => Number(pid));
}
