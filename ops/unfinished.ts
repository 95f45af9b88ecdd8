import { readRestore } from "./backup/restore-plan";
import { readIntent } from "./scale/intent";
import { Refusal } from "../plan/common/errors";
import { commandLine } from "../plan/common/command-name";

/** Work that takes long, is noted on the StatefulSet, and is taken up by the same command. */
export type LongWork = "scale" | "restore";

/**
 * What keeps a verb from brokers that another one has not done with: they may be on their way out, or stopped.
 *
 * @param annotations of the StatefulSet
 * @param own work that is the verb's own, and which it goes on with
 * @throws Refusal where there is any
 */
export function refuseWhileUnfinished(annotations: Readonly<Record<string, string>>, own?: LongWork): void {
    const scaling = own === "scale" ? undefined : readIntent(annotations);
    if (scaling !== undefined) {
        const to = scaling.to.toString();
        throw new Refusal(
            `A scaling to ${to} brokers, begun ${scaling.since}, is not finished: finish it first (\`${commandLine(`scale --to ${to}`)}\`).`,
        );
    }
    const restoring = own === "restore" ? undefined : readRestore(annotations);
    if (restoring !== undefined) {
        const { set, since } = restoring;
        throw new Refusal(
            `A restore of ${set}, begun ${since}, is not finished: finish it first (\`${commandLine(`restore --from ${set} --replace`)}\`).`,
        );
    }
}
