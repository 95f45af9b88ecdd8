import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isScalar, parseDocument } from "yaml";
import { forPlanning, readStackFile } from "../../plan/stack-file";
import { parseSettings } from "../../stacks/settings/parse";
import { maxReplicasOf } from "../../components/broker/defaults";
import { Refusal } from "../../plan/common/errors";
import { type Session } from "../session";
import type { OpsTarget, TargetStack } from "../target";
import { commandLine } from "../../plan/common/command-name";

/** Where a stack file keeps the number of brokers. */
const path = ["config", "vernemq:broker", "replicas"];

/**
 * A stack file with another number of brokers. Where it names one, only those digits change; comments and layout stay.
 *
 * @returns undefined where the file is no mapping that could hold it
 */
export function withReplicas(text: string, replicas: number): string | undefined {
    const document = parseDocument(text);
    if (document.errors.length > 0 || !isMap(document.contents)) {
        return undefined;
    }
    const node = document.getIn(path, true);
    if (isScalar(node) && node.range) {
        const [start, end] = node.range;
        return text.slice(0, start) + replicas.toString() + text.slice(end);
    }
    for (const length of [1, 2]) {
        const holder = document.getIn(path.slice(0, length), true);
        if (holder !== undefined && !isMap(holder)) {
            return undefined;
        }
    }
    document.setIn(path, replicas);
    return document.toString({ lineWidth: 0 });
}

/**
 * Checks a number of brokers against the edge and all of a stack's settings, as the next update will.
 *
 * @throws Refusal where the edge lists fewer, ConfigurationError where the settings do not allow it, for example because the stack has fewer
 * nodes.
 */
function checkReplicas({ name: stack, folder, settings }: TargetStack, replicas: number): void {
    const most = maxReplicasOf(settings.broker);
    if (replicas > most) {
        throw new Refusal(
            `The edge lists at most ${most} brokers, and ${replicas} are wanted: raise vernemq:broker.maxReplicas and run \`${commandLine(`up --stack ${stack}`)}\` first.`,
        );
    }
    const raw = forPlanning(readStackFile(folder, stack));
    const broker = raw.values["vernemq:broker"];
    const fields = typeof broker === "object" && broker !== null ? broker : {};
    parseSettings({ ...raw, values: { ...raw.values, "vernemq:broker": { ...fields, replicas } } });
}

/**
 * What the number of brokers has to do with a stack's file, before anything is changed.
 *
 * @param write false with --no-setting
 * @returns writes the number at the end, and says what came of it
 * @throws Refusal where there is no stack to write it to, and as `checkReplicas` does
 */
export function prepareSetting(
    { target, say }: Pick<Session, "target" | "say">,
    replicas: number,
    write: boolean,
): () => SettingOutcome {
    const { stack } = target;
    if (stack !== undefined) {
        checkReplicas(stack, replicas);
        return () => (write ? writeReplicas(stack.folder, stack.name, replicas) : "left");
    }
    if (write) {
        throw new Refusal(
            "The number of brokers is a setting of the stack, and no stack is named: name it with --stack, or add --no-setting and set vernemq:broker.replicas before the next update.",
        );
    }
    say(`Without --stack it is not checked that the edge and the nodes of the stack have room for ${replicas} brokers`);
    return () => "left";
}

/** The stack's name for a command line; a word to replace where it is not known. */
export function stackName({ stack }: OpsTarget): string {
    return stack?.name ?? "STACK";
}

/** What became of the number in a stack's file. */
export type SettingOutcome = "written" | "was so" | "left" | "not found";

/** Writes the number of brokers into a stack's file: the next update would otherwise go back to what it says. */
function writeReplicas(folder: string, stack: string, replicas: number): SettingOutcome {
    const path = join(folder, `Pulumi.${stack}.yaml`);
    const before = readFileSync(path, "utf8");
    const after = withReplicas(before, replicas);
    if (after === undefined) {
        return "not found";
    }
    if (after === before) {
        return "was so";
    }
    // Whole or not at all: a half-written stack file is no configuration.
    writeFileSync(`${path}.new`, after);
    renameSync(`${path}.new`, path);
    return "written";
}

/** What the user has to know of the setting, and do next. */
export function settingLine(stack: string, replicas: number, outcome: SettingOutcome, update: string): string {
    const set = `pulumi config set --stack ${stack} --path vernemq:broker.replicas ${replicas}`;
    switch (outcome) {
        case "written":
            return `Pulumi.${stack}.yaml now has vernemq:broker.replicas: ${replicas}: commit it. Next: ${update}`;
        case "was so":
            return `Pulumi.${stack}.yaml already says so. Next: ${update}`;
        case "left":
            return `The next update goes back to what Pulumi.${stack}.yaml says, unless: ${set}`;
        case "not found":
            return `Pulumi.${stack}.yaml could not be changed, and the next update goes back to what it says, unless: ${set}`;
    }
}
