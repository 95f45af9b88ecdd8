import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { locate, tools } from "./tools";

/** Lines of a child's output that are kept for error messages. */
const keptOutput = 16_384;
const pollMs = 20;

/** Children that run now: they end with this process, however it ends. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
    for (const child of running) {
        // Not SIGKILL: a master that is killed leaves its workers behind.
        child.kill("SIGTERM");
    }
});

export interface ServerEndpoint {
    readonly host: string;
    readonly port: number;
}

/** A server that runs as a child process in the foreground. */
export class Child {
    readonly #child: ChildProcess;
    readonly #name: string;
    readonly #exited: Promise<void>;
    #output = "";
    #alive = true;

    /** Its standard output is added to `logFile` where one is given, and is no part of `output` then. */
    constructor(command: string, args: readonly string[], logFile?: string) {
        this.#name = command;
        const setpriv = locate(tools.setpriv);
        const [program, ...rest] =
            setpriv === null ? [command, ...args] : [setpriv, "--pdeathsig", "TERM", command, ...args];
        const log = logFile === undefined ? "pipe" : openSync(logFile, "a");
        this.#child = spawn(program, rest, { stdio: ["ignore", log, "pipe"] });
        if (log !== "pipe") {
            closeSync(log);
        }
        running.add(this.#child);
        for (const stream of [this.#child.stdout, this.#child.stderr]) {
            stream?.setEncoding("utf8").on("data", (text: string) => {
                this.#output = (this.#output + text).slice(-keptOutput);
            });
        }
        this.#exited = new Promise((resolve) => {
            const settle = () => {
                this.#alive = false;
                running.delete(this.#child);
                resolve();
            };
            this.#child.once("exit", settle);
            this.#child.once("error", (error) => {
                this.#output += error.message;
                settle();
            });
        });
    }

    get pid(): number {
        return this.#child.pid ?? 0;
    }

    get alive(): boolean {
        return this.#alive;
    }

    /** The end of what it wrote to its standard output and error. */
    get output(): string {
        return this.#output;
    }

    kill(signal: NodeJS.Signals): void {
        this.#child.kill(signal);
    }

    /** Waits until every endpoint takes connections; fails with the child's output if it ends before. */
    async ready(endpoints: readonly ServerEndpoint[], timeoutMs = 10_000): Promise<void> {
        for (const endpoint of endpoints) {
            await this.until(() => connects(endpoint), `${endpoint.host}:${endpoint.port}`, timeoutMs);
        }
    }

    /** Waits for a condition while the child lives. */
    async until(condition: () => Promise<boolean>, what: string, timeoutMs = 10_000): Promise<void> {
        const deadline = Date.now() + timeoutMs;
        while (!(await condition())) {
            if (!this.#alive || Date.now() > deadline) {
                const state = this.#alive ? `waited ${timeoutMs} ms` : "it ended";
                throw new Error(`${this.#name} is not ready (${what}): ${state}\n${this.#output}`);
            }
            await sleep(pollMs);
        }
    }

    /** Asks it to end, and after five seconds ends it. */
    async stop(): Promise<void> {
        if (this.#alive) {
            this.#child.kill("SIGTERM");
        }
        const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5_000);
        await this.#exited;
        clearTimeout(timer);
    }
}

function connects({ host, port }: ServerEndpoint): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ host, port });
        socket.once("connect", () => {
            socket.destroy();
            resolve(true);
        });
        socket.once("error", () => {
            resolve(false);
        });
    });
}
