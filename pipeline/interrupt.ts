import { formatSeconds } from "./duration";
import type { StackProgress } from "./report/progress";

/**
 * What signals do. The first cancels: the engine ends the steps under way and begins no other. The second only says what the third would
 * risk, and the third ends the engine at once.
 */
export class Interrupts {
    readonly #cancel = new AbortController();
    readonly #terminate = new AbortController();
    #count = 0;

    readonly signal: AbortSignal = this.#cancel.signal;
    readonly terminate: AbortSignal = this.#terminate.signal;

    /** @returns what to tell the operator */
    next(stacks: readonly StackProgress[], now: number): string {
        this.#count++;
        const underWay = describeUnderWay(stacks, now);
        if (this.#count === 1) {
            this.#cancel.abort();
            return underWay.length === 0
                ? "Canceling: nothing more is started."
                : [
                      "Canceling: what is under way is finished, however long the cloud takes; nothing else is started.",
                      ...underWay,
                  ].join("\n");
        }
        if (this.#count === 2) {
            return [
                "Still canceling. If the engine ended now, what is under way could exist in the cloud without being in the state: " +
                    "it would cost money, and the next `up` would create it a second time or collide with it. The stack would stay locked.",
                ...(underWay.length === 0 ? ["  Nothing is known to be under way."] : underWay),
                "Another Ctrl-C ends it at once.",
            ].join("\n");
        }
        this.#terminate.abort();
        return ["Ending the engine at once. Look in the cloud for:", ...underWay].join("\n");
    }
}

function describeUnderWay(stacks: readonly StackProgress[], now: number): readonly string[] {
    return stacks.flatMap(({ stack, active }) =>
        active.map(
            ({ doing, name, type, since }) =>
                `  ${stack}: ${doing} ${name} (${type}) for ${formatSeconds((now - since) / 1000)}`,
        ),
    );
}
