// Before the SDK.
import "../../sdk-start.mjs";
import { lockIn } from "../lock";
import { engineWords } from "./errors";
import type { Outcome, Report, Request } from "./protocol";
import { Session } from "./session";

/**
 * The process that drives the engine for one stack. The runner starts it in a separate process group, because a terminal sends its
 * Ctrl-C to every process of the runner's group: the engine would get one from the terminal and one from the Automation API, and it takes
 * the second for the requirement to stop at once.
 */
const cancelled = new AbortController();
let session: Session | undefined;

process.on("message", (request: Request) => {
    void answer(request);
});
// A runner that is gone can no longer be told anything; the engine is asked to stop while it can still save what it did.
process.on("disconnect", () => {
    cancelled.abort();
});
// The signals to the whole group are for the engine.
process.on("SIGINT", () => undefined);

async function answer(request: Request): Promise<void> {
    switch (request.kind) {
        case "cancel":
            cancelled.abort();
            return;
        case "terminate":
            process.kill(-process.pid, "SIGINT");
            return;
        case "open":
            report(
                await outcomeOf(async () => {
                    session = await Session.open(request.assignment);
                    return { repaired: session.repaired };
                }),
            );
            break;
        case "import":
            report(
                await outcomeOf(async () => {
                    await session?.importState(request.state);
                }),
            );
            break;
        case "run": {
            const outcome = await session?.run(
                request.operation,
                request.options,
                (event) => {
                    send({ kind: "event", event });
                },
                cancelled.signal,
            );
            report(outcome ?? { ok: false, reason: "failed", message: "The stack is not open." });
            break;
        }
        case "close":
            report(await outcomeOf(async () => session?.close()));
            process.disconnect();
            return;
    }
    if (!process.connected) {
        await session?.close();
    }
}

async function outcomeOf(work: () => Promise<{ readonly repaired: readonly string[] } | void>): Promise<Outcome> {
    try {
        return { ok: true, ...(await work()) };
    } catch (error) {
        const message = engineWords(error instanceof Error ? error.message : String(error));
        const lock = lockIn(message);
        return lock === undefined
            ? { ok: false, reason: cancelled.signal.aborted ? "cancelled" : "failed", message }
            : { ok: false, reason: "locked", message, lock };
    }
}

function report(outcome: Outcome): void {
    send({ kind: "outcome", outcome });
}

function send(report: Report): void {
    if (process.connected) {
        process.send?.(report);
    }
}
