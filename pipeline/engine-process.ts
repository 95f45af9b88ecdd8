import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { nodeWords } from "../components/common/own-process";
import type { EngineEvent, PulumiState } from "./run";
import type { Assignment, Operation, OperationOptions, Outcome, Report, Request } from "./worker/protocol";
import { sentence } from "../plan/common/sentence";

/** A separate process that drives the engine for one stack. */
export class EngineProcess {
    readonly #child: ChildProcess;
    #onEvent: (event: EngineEvent) => void = () => undefined;
    #settle: ((outcome: Outcome) => void) | undefined;
    #ended: Outcome | undefined;
    #lastWords = "";

    /** @param env what the engine needs beside the runner's own environment */
    constructor(env: Readonly<Record<string, string>> = {}) {
        this.#child = spawn(process.execPath, nodeWords(join(__dirname, "worker", "main")), {
            detached: true,
            stdio: ["ignore", "ignore", "pipe", "ipc"],
            env: { ...process.env, ...env },
        });
        this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
            this.#lastWords = (this.#lastWords + text).slice(-2000);
        });
        this.#child.on("message", (report: Report) => {
            if (report.kind === "event") {
                this.#onEvent(report.event);
            } else {
                this.#settle?.(report.outcome);
                this.#settle = undefined;
            }
        });
        this.#child.on("error", (error) => {
            this.#end(error.message);
        });
        this.#child.on("close", (code, signal) => {
            this.#end(`It ended with ${signal ?? `exit code ${String(code)}`}. ${this.#lastWords}`.trim());
        });
    }

    open(assignment: Assignment): Promise<Outcome> {
        return this.#ask({ kind: "open", assignment });
    }

    run(
        operation: Operation,
        options: OperationOptions,
        onEvent: (event: EngineEvent) => void = () => undefined,
    ): Promise<Outcome> {
        this.#onEvent = onEvent;
        return this.#ask({ kind: "run", operation, options });
    }

    /** Puts another state in the place of the stack's. */
    importState(state: PulumiState): Promise<Outcome> {
        return this.#ask({ kind: "import", state });
    }

    cancel(): void {
        this.#send({ kind: "cancel" });
    }

    terminate(): void {
        this.#send({ kind: "terminate" });
    }

    /** Ends the process once the engine has let go of the stack. */
    close(): Promise<Outcome> {
        return this.#ask({ kind: "close" });
    }

    #ask(request: Request): Promise<Outcome> {
        if (this.#ended !== undefined) {
            return Promise.resolve(this.#ended);
        }
        return new Promise((resolve) => {
            this.#settle = resolve;
            this.#send(request);
        });
    }

    #send(request: Request): void {
        if (this.#child.connected) {
            this.#child.send(request);
        }
    }

    #end(detail: string): void {
        this.#ended ??= {
            ok: false,
            reason: "failed",
            message: sentence(`The process that drives the engine is gone. ${detail}`),
        };
        this.#settle?.(this.#ended);
        this.#settle = undefined;
    }
}
