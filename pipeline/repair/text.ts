import { nameOf } from "../../plan/graph";
import type { RepairStep, UnfinishedOperation } from "../run";
import { commandLine } from "../../plan/common/command-name";

/** What a step does, in one line. */
export function describeStep({ kind, urn, type, id, going, operation, lookFor }: RepairStep): string {
    const what = `${nameOf(urn)} (${type})`;
    const begun = operation === undefined ? "in the cloud and not in the state" : `${operation} was interrupted`;
    switch (kind) {
        case "take-in":
            return `${what}: ${begun}; added to the state under the id ${id ?? ""}, if the cloud has it`;
        case "drop":
            return `${what}: ${begun}, and the cloud does not have it; forgotten`;
        case "ask-cloud":
            return `${what}: ${begun}; the cloud is asked how it ended`;
        case "look":
            return `${what}: looked for by the id ${id ?? ""}; ${going === true ? "deleted" : "added to the state"} if it exists with this stack's tags`;
        case "delete":
            return `${what}: ${begun}; ${id ?? ""} is deleted`;
        case "delete-second":
            return `${what}: in the cloud in addition to the one in the state; the next \`up\` deletes ${id ?? ""}`;
        case "unclear":
            return `${what}: ${begun}; look in the cloud for ${lookFor ?? "it"}`;
    }
}

/** Whether the engine cannot read a state because a file of it was cut off (see backend.ts). */
export function isCutOff(message: string): boolean {
    return /failed to load checkpoint[\s\S]*\bEOF\b|\bEOF\b[\s\S]*\.attrs/.test(message);
}

export function missingStack(stack: string): string {
    return `There is no stack ${stack} in this backend yet; \`up\` creates it.`;
}

/** The command that settles what was cut off. */
export function repairCommand(stack: string, breakLock = false): string {
    return commandLine(`repair --stack ${stack}${breakLock ? " --break-lock" : ""}`);
}

/** Why an update does not begin, with each operation that an earlier one left. */
export function describeUnfinished(
    stack: string,
    unfinished: readonly UnfinishedOperation[],
    lockGone = false,
): string {
    return [
        "An earlier update was interrupted, so nothing was started: the cloud may hold resources that the state lacks. Under way were:",
        ...unfinished.map(({ urn, operation }) => `  ${operation} ${urn}`),
        `To repair it: ${repairCommand(stack, lockGone)}`,
        ...(lockGone
            ? ["(--break-lock removes the lock of its runner, whose process is gone from this machine.)"]
            : []),
    ].join("\n");
}

/** Why nothing is repaired yet: what the operator has to look for, with the words to add, ready to paste. */
export function describeUnclear(steps: readonly RepairStep[]): string {
    const unclear = steps.filter(({ kind }) => kind === "unclear");
    return [
        "Nothing was changed: only the cloud can tell whether these exist. Look for each, and add what you found to the command:",
        ...unclear.flatMap((step) => [
            `  ${describeStep(step)}`,
            ...(step.operation === undefined
                ? [`    to let the next \`up\` delete it: --delete-orphan '${step.urn}'`]
                : [`    there: --found '${step.urn}=ID'`, `    not there: --absent '${step.urn}'`]),
        ]),
    ].join("\n");
}
