import { createInterface } from "node:readline/promises";
import type { PipelineEvent } from "../events";
import { renderRefusals } from "../guards";
import type { StackRun } from "../run";
import type { Question } from "../stack-run";
import { closingLine, linesOf } from "./lines";
import { Progress } from "./progress";
import type { Reporter } from "./reporter";
import { describeCounts, endedText } from "./text";
import { liveView } from "./view";

const framesPerSecond = 8;

/** How a question is answered. */
export interface Answering {
    /** Ordinary updates are not asked about. */
    readonly yes: boolean;
    readonly onInterrupt: () => void;
}

/** Shows each stack and what it waits for, live, below what is already certain. */
export class TerminalReporter implements Reporter {
    readonly progress = new Progress();
    readonly #timer: NodeJS.Timeout;
    #drawn = 0;
    #frame = 0;
    /** Questions come one after another, and nothing is drawn over one. */
    #asking: Promise<unknown> | undefined;
    #held = "";

    constructor(
        private readonly screen: NodeJS.WriteStream,
        private readonly colors: boolean,
        private readonly total: number,
        private readonly answering: Answering,
    ) {
        this.#timer = setInterval(() => {
            this.#draw("");
        }, 1000 / framesPerSecond);
    }

    readonly event = (event: PipelineEvent): void => {
        const resource = this.progress.apply(event);
        if (event.kind === "ended") {
            this.#draw(endedText(event.run, this.progress, this.colors));
        } else if (event.kind !== "phase" && event.kind !== "waiting") {
            const lines = linesOf(event, resource).map((line) => `  ${event.stack}: ${line}\n`);
            if (lines.length > 0) {
                this.#draw(lines.join(""));
            }
        }
    };

    readonly say = (message: string): void => {
        this.#draw(`${message}\n`);
    };

    readonly ask = (question: Question): Promise<boolean> => {
        if (this.answering.yes && question.refusals.length === 0) {
            return Promise.resolve(true);
        }
        const answer = (this.#asking ?? Promise.resolve()).then(() => this.#ask(question));
        const asking = answer.finally(() => {
            if (this.#asking === asking) {
                this.#asking = undefined;
            }
        });
        this.#asking = asking;
        return answer;
    };

    readonly finish = (runs: readonly StackRun[]): void => {
        clearInterval(this.#timer);
        this.#draw(runs.length > 1 ? `${closingLine(runs)}\n` : "");
    };

    async #ask({ stack, verb, changes, refusals, steps }: Question): Promise<boolean> {
        const grave = verb === "destroy" || refusals.length > 0;
        this.screen.write(this.#erase());
        this.screen.write(
            `${refusals.length > 0 ? `${renderRefusals(stack, refusals)}\n` : ""}${stack}: ${steps === undefined ? describeCounts(changes, "would") : `${steps.length} to settle, then a refresh`}\n`,
        );
        const prompt = createInterface({ input: process.stdin, output: this.screen });
        const given = new AbortController();
        prompt.once("SIGINT", () => {
            given.abort();
            this.answering.onInterrupt();
        });
        try {
            const text = grave
                ? `Type the stack's name, ${stack}, to ${verb === "up" ? "do it" : "delete all of it"}: `
                : "Go on? [y/N] ";
            const answer = (await prompt.question(text, { signal: given.signal })).trim();
            return grave ? answer === stack : /^y(es)?$/i.test(answer);
        } catch (error) {
            if (given.signal.aborted) {
                return false;
            }
            throw error;
        } finally {
            prompt.close();
        }
    }

    /** Writes what stays, and the live part anew below it. */
    #draw(text: string): void {
        this.#held += text;
        if (this.#asking !== undefined) {
            return;
        }
        const stacks = this.progress.stacks();
        const lines = liveView(stacks, this.total - stacks.length, Date.now(), {
            columns: this.screen.columns,
            colors: this.colors,
            frame: this.#frame++,
        });
        // More lines than the screen has could not be erased any more.
        const shown = lines.slice(0, Math.max(1, this.screen.rows - 1));
        this.screen.write(`${this.#erase()}${this.#held}${shown.map((line) => `${line}\n`).join("")}`);
        this.#held = "";
        this.#drawn = shown.length;
    }

    #erase(): string {
        const up = this.#drawn > 0 ? `\u001B[${this.#drawn}A\r\u001B[J` : "";
        this.#drawn = 0;
        return up;
    }
}
