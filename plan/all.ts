import { spawn } from "node:child_process";
import { join } from "node:path";
import { nodeWords } from "../components/common/own-process";
import { type ExitCode, exitCodes, gravest } from "./common/exit-code";
import type { Streams } from "./one";
import type { Options } from "./options";
import { allStacksOf } from "./stack-file";

/** Stacks that are planned at the same time. Each takes about one core. */
const atOnce = 2;

interface Finished {
    readonly stack: string;
    readonly exitCode: ExitCode;
    readonly out: string;
    readonly err: string;
}

/**
 * Plans every stack, each in a separate process because the SDK keeps its state per process, and shows them in order as they come.
 *
 * @returns the exit code: 1 where the program or a check failed, otherwise 2 where a stack was refused.
 */
export async function planAll(
    folder: string,
    { out, quiet }: Pick<Options, "out" | "quiet">,
    streams: Streams,
): Promise<ExitCode> {
    const stacks = allStacksOf(folder);
    const waiting = [...stacks];
    const finished = new Map<string, Finished>();
    let shown = 0;
    const progress = new Progress(stacks.length, streams);
    const worker = async (): Promise<void> => {
        for (let stack = waiting.shift(); stack !== undefined; stack = waiting.shift()) {
            progress.started(stack);
            finished.set(stack, await planInChild(folder, stack, out, quiet === true, streams));
            progress.ended(stack);
            for (let next = finished.get(stacks[shown] ?? ""); next !== undefined;) {
                show(next, streams);
                shown++;
                next = finished.get(stacks[shown] ?? "");
            }
            progress.draw();
        }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    const valid = stacks.filter((stack) => finished.get(stack)?.exitCode === 0);
    const codes = stacks.map((stack) => finished.get(stack)?.exitCode ?? exitCodes.failed);
    const page = valid[0] === undefined ? "" : ` (open ${join(out, `${valid[0]}.html`)})`;
    // What was refused is no plan, and writes none.
    const files = codes.every((code) => code === exitCodes.misuse)
        ? ""
        : ` JSON, Markdown and a page for each are in ${out}${page}.`;
    streams.out(`${valid.length} of ${stacks.length} plans are valid.${files}\n`);
    return gravest(codes);
}

function show({ stack, out, err, exitCode }: Finished, streams: Streams): void {
    streams.out(`${"─".repeat(Math.min(streams.width, 120))}\n${out === "" ? `${stack}\n` : out}\n`);
    if (err !== "") {
        streams.err(`${err}${exitCode === 0 ? "" : "\n"}`);
    }
}

function planInChild(folder: string, stack: string, out: string, quiet: boolean, streams: Streams): Promise<Finished> {
    const file = (ending: string) => join(out, `${stack}.${ending}`);
    const files = ["--json", file("json"), "--markdown", file("md"), "--html", file("html")];
    const words = ["--cwd", folder, "--stack", stack, ...(quiet ? ["--quiet"] : []), ...files];
    const child = spawn(process.execPath, [...nodeWords(join(__dirname, "main")), ...words], {
        stdio: ["ignore", "pipe", "pipe"],
        env: {
            ...process.env,
            ...(streams.colors ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }),
            COLUMNS: streams.width.toString(),
        },
    });
    return new Promise((resolve, reject) => {
        let [text, errors] = ["", ""];
        child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        child.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors += chunk));
        child.once("error", reject);
        child.once("close", (code) => {
            // Another code than 2 is a failure, a signal included.
            const exitCode = code === exitCodes.done || code === exitCodes.misuse ? code : exitCodes.failed;
            resolve({ stack, exitCode, out: text, err: errors });
        });
    });
}

/** One line on a terminal that says which stacks are being planned. Nothing where there is no terminal. */
class Progress {
    readonly #running = new Set<string>();
    #done = 0;

    constructor(
        private readonly total: number,
        private readonly streams: Streams,
    ) {}

    started(stack: string): void {
        this.#running.add(stack);
        this.draw();
    }

    ended(stack: string): void {
        this.#running.delete(stack);
        this.#done++;
        this.#clear();
    }

    draw(): void {
        if (process.stderr.isTTY && this.#running.size > 0) {
            this.#clear();
            const running = [...this.#running].join(", ");
            this.streams.err(`Planning ${running} (${this.#done} of ${this.total} done)`);
        }
    }

    #clear(): void {
        if (process.stderr.isTTY) {
            this.streams.err("\r\u001B[2K");
        }
    }
}
