import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brokerTiming } from "../../components/broker/timing";
import { maxReplicasOf } from "../../stacks/max-replicas";
import { collections, type Kube } from "../kubernetes/client";
import { type ExitCode, exitCodes, Refusal, type Session } from "../session";
import { vmqAdmin } from "../vmq-admin/index";
import { scale, type Scaled } from "./run";
import { withReplicas } from "./setting";

/** Options of the verb `scale`. */
export interface ScaleFlags {
    readonly to: number;
    readonly acceptLoss?: true;
    readonly takeOver?: true;
    /** False with --no-setting. */
    readonly setting: boolean;
}

/** Grows or shrinks the brokers, and then writes their number into the stack's file. */
export async function runScale(session: Session, flags: ScaleFlags): Promise<ExitCode> {
    const { to } = flags;
    const { settings, stack } = session.target;
    const most = maxReplicasOf(settings.broker);
    if (to > most) {
        throw new Refusal(
            `The edge lists ${most.toString()} brokers at most: raise vernemq:broker.maxReplicas and run \`npm run pipeline -- up --stack ${stack}\` first.`,
        );
    }
    const kube = await session.kube();
    const from = await replicasOf(kube);
    if (to < from && !(await session.confirm(shrinking(kube.statefulSetName, from, to)))) {
        throw new Refusal("Nothing was changed.");
    }
    const scaled = await scale(session, kube, vmqAdmin(kube), {
        wish: { to, acceptLoss: flags.acceptLoss === true, takeOver: flags.takeOver === true },
        // As long as Helm is given for as many brokers, and half again for volumes and nodes that are slow to come.
        patienceSeconds: 1.5 * brokerTiming(Math.max(from, to), 15).releaseTimeoutSeconds,
    });
    const setting = flags.setting ? writeSetting(session, to) : "left";
    const update = `npm run pipeline -- up --stack ${stack}${to < from ? " --allow-scale-down" : ""}`;
    session.result({
        text: conclusion(session, scaled, setting, update).join("\n"),
        json: { stack, from, brokers: scaled.brokers, notes: scaled.notes, setting, next: update },
    });
    return exitCodes.fine;
}

/** @throws Refusal where an operator holds the StatefulSet and would take back every change of its replicas. */
async function replicasOf(kube: Kube): Promise<number> {
    const { metadata } = await kube.get(collections.statefulSets, kube.statefulSetName);
    const [owner] = metadata.ownerReferences ?? [];
    if (owner !== undefined) {
        throw new Refusal(
            `The StatefulSet ${kube.statefulSetName} belongs to ${owner.kind} ${owner.name}, whose operator decides its replicas: change them there.`,
        );
    }
    return (await kube.statefulSet()).replicas;
}

function shrinking(name: string, from: number, to: number): string {
    const gone = Array.from({ length: from - to }, (_, index) => `${name}-${(from - 1 - index).toString()}`);
    const [who, volumes] = gone.length === 1 ? ["leaves", "its volume is"] : ["leave", "their volumes are"];
    return `${gone.join(", ")} ${who} the cluster for good: sessions there are disconnected, queues move to the others, ${volumes} deleted. Go on?`;
}

type SettingOutcome = "written" | "was so" | "left" | "not found";

/** The stack's own number of brokers: the next update would undo the scaling otherwise. */
function writeSetting({ target: { folder, stack } }: Session, to: number): SettingOutcome {
    const path = join(folder, `Pulumi.${stack}.yaml`);
    const before = readFileSync(path, "utf8");
    const after = withReplicas(before, to);
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

function conclusion(session: Session, scaled: Scaled, setting: SettingOutcome, update: string): readonly string[] {
    const { stack } = session.target;
    const count = scaled.brokers.toString();
    const settingLine: Readonly<Record<SettingOutcome, string>> = {
        written: `Pulumi.${stack}.yaml says vernemq:broker.replicas: ${count} now. Commit it; bring the release in line with: ${update}`,
        "was so": `Pulumi.${stack}.yaml says so already. Bring the release in line with: ${update}`,
        left: `The next update undoes this unless the setting says so: pulumi config set --stack ${stack} --path vernemq:broker.replicas ${count}`,
        "not found": `The stack's file could not be changed: pulumi config set --stack ${stack} --path vernemq:broker.replicas ${count}`,
    };
    return [
        `${count} ${scaled.brokers === 1 ? "broker runs" : "brokers run, one sound cluster"}.`,
        ...scaled.notes,
        settingLine[setting],
    ];
}
