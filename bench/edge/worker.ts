import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { BrokerReady, Endpoint, LoadAnswer, LoadCommand } from "./protocol";

/** A process of the benchmark. It ends by itself when this process does. */
function start(file: string, args: readonly string[] = []): ChildProcess {
    return fork(join(__dirname, file), args, { execArgv: ["--import", "tsx"] });
}

async function stop(child: ChildProcess): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, "exit");
        child.kill("SIGKILL");
        await exit;
    }
}

/** The broker behind the edges. */
export class BrokerProcess {
    private constructor(private readonly child: ChildProcess) {}

    static async start(behindEdge: string, plain: string): Promise<BrokerProcess> {
        const child = start("broker-process.ts", [behindEdge, plain]);
        await answerOf<BrokerReady>(child, 20_000);
        return new BrokerProcess(child);
    }

    stop(): Promise<void> {
        return stop(this.child);
    }
}

/** Load generators that work side by side. */
export class Generators {
    private constructor(private readonly children: readonly ChildProcess[]) {}

    static start(count: number): Generators {
        return new Generators(Array.from({ length: count }, () => start("load.ts")));
    }

    /** Proves that an endpoint answers, with a certificate of this CA and the handshake of the measurements. */
    async check(endpoint: Endpoint, caPem: string): Promise<void> {
        await this.#ask(this.children.slice(0, 1), { kind: "check", endpoint, caPem }, 20);
    }

    /** Connections or messages in a second, of all generators together. */
    async rate(
        command: LoadCommand & { kind: "connect" | "publish" },
    ): Promise<{ readonly count: number; readonly perSecond: number; readonly resumed: number }> {
        const answers = await this.#ask(this.children, command, command.seconds);
        const counted = answers.map((answer) => {
            if (answer.kind !== "connect" && answer.kind !== "publish") {
                throw new Error(`answer to ${command.kind}: ${answer.kind}`);
            }
            return answer;
        });
        return {
            count: counted.reduce((sum, { count }) => sum + count, 0),
            resumed: counted.reduce((sum, { resumed }) => sum + resumed, 0),
            perSecond: counted.reduce((sum, { count, seconds }) => sum + count / seconds, 0),
        };
    }

    /** Lets a herd of so many devices in, shared by all generators, and gives the attempts that failed. */
    async herd(endpoint: Endpoint, devices: number, givesUpAfterMs: number, limitSeconds: number): Promise<number> {
        const shares = this.children.map((_, index) => Math.floor((devices + index) / this.children.length));
        const answers = await Promise.all(
            this.children.map((child, index) =>
                this.#ask([child], { kind: "herd", endpoint, count: shares[index] ?? 0, givesUpAfterMs }, limitSeconds),
            ),
        );
        return answers.flat().reduce((sum, answer) => sum + (answer.kind === "herd" ? answer.failedAttempts : 0), 0);
    }

    /** Round trips in microseconds, endpoint by endpoint, asked by one generator. */
    async latency(command: LoadCommand & { kind: "latency" }): Promise<readonly (readonly number[])[]> {
        const [answer] = await this.#ask(this.children.slice(0, 1), command, command.seconds);
        if (answer?.kind !== "latency") {
            throw new Error(`answer to latency: ${answer?.kind ?? "none"}`);
        }
        return answer.microseconds;
    }

    async stop(): Promise<void> {
        await Promise.all(this.children.map(stop));
    }

    #ask(children: readonly ChildProcess[], command: LoadCommand, seconds: number): Promise<readonly LoadAnswer[]> {
        return Promise.all(
            children.map(async (child) => {
                const answer = answerOf<LoadAnswer>(child, (seconds + 20) * 1000);
                child.send(command);
                const arrived = await answer;
                if (arrived.kind === "failed") {
                    throw new Error(`${command.kind}: ${arrived.reason}`);
                }
                return arrived;
            }),
        );
    }
}

function answerOf<T>(child: ChildProcess, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
        const settle = () => {
            clearTimeout(timer);
            child.off("message", onMessage).off("exit", onExit);
        };
        const onMessage = (message: unknown) => {
            settle();
            resolve(message as T);
        };
        const onExit = () => {
            settle();
            reject(new Error("a process of the benchmark ended"));
        };
        const timer = setTimeout(() => {
            settle();
            reject(new Error(`a process of the benchmark did not answer in ${timeoutMs} ms`));
        }, timeoutMs);
        child.on("message", onMessage).on("exit", onExit);
    });
}
