import { brokerTiming } from "../../components/broker/config/timing";
import type { Kube, StatefulSet } from "../kubernetes/client";
import { refuseOperated } from "../operated";
import { Refusal } from "../../plan/common/errors";
import { type ExitCode, exitCodes } from "../../plan/common/exit-code";
import { type Session } from "../session";
import { refuseWhileUnfinished } from "../unfinished";
import { vmqAdmin } from "../vmq-admin/index";
import { type Maintenance, readMaintenance } from "./budget";
import { scale, type Scaled } from "./run";
import { prepareSetting, settingLine, type SettingOutcome, stackName } from "./setting";
import { commandLine } from "../../plan/common/command-name";

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
    refuseOperated(
        session,
        "the operator decides how many brokers there are, and removes those in excess",
        `Set vernemq:broker.replicas and run \`${commandLine(`up --stack ${stackName(session.target)}`)}\`; docs/guides/operator.md says what an operator as published needs then.`,
    );
    const writeSetting = prepareSetting(session, to, flags.setting);
    const kube = await session.kube();
    const { replicas: from, podLabels, startupSeconds } = await scalable(kube);
    if (to < from) {
        await session.confirm(shrinking(kube.statefulSetName, from, to));
    }
    const scaled = await scale(session, kube, vmqAdmin(kube), {
        goal: { to, acceptLoss: flags.acceptLoss === true, takeOver: flags.takeOver === true },
        // As long as Helm is given for as many brokers, and half again for volumes and nodes that are slow to come.
        timeoutSeconds: 1.5 * brokerTiming(Math.max(from, to), 15, startupSeconds ?? 0).releaseTimeoutSeconds,
    });
    const setting = writeSetting();
    const update = commandLine(`up --stack ${stackName(session.target)}${to < from ? " --allow-scale-down" : ""}`);
    const maintenance = await readMaintenance(kube, podLabels, scaled.brokers);
    session.result({
        text: conclusion(session, scaled, maintenance, setting, update).join("\n"),
        json: {
            stack: session.target.stack?.name,
            from,
            brokers: scaled.brokers,
            notes: scaled.notes,
            maintenance,
            setting,
            next: update,
        },
    });
    return exitCodes.done;
}

/** @throws Refusal where an operator would take back every change of the replicas, or a restore is under way. */
async function scalable(kube: Kube): Promise<StatefulSet> {
    const statefulSet = await kube.statefulSet();
    const { owner, annotations, name } = statefulSet;
    if (owner !== undefined) {
        throw new Refusal(
            `The StatefulSet ${name} belongs to ${owner}, whose operator decides its replicas: change them there.`,
        );
    }
    refuseWhileUnfinished(annotations, "scale");
    return statefulSet;
}

function shrinking(name: string, from: number, to: number): string {
    const gone = Array.from({ length: from - to }, (_, index) => `${name}-${from - 1 - index}`);
    const [who, volumes] = gone.length === 1 ? ["leaves", "its volume is"] : ["leave", "their volumes are"];
    return `${gone.join(", ")} ${who} the cluster for good: sessions there are disconnected, queues move to the others, ${volumes} deleted. Continue?`;
}

function conclusion(
    session: Session,
    scaled: Scaled,
    maintenance: Maintenance | undefined,
    setting: SettingOutcome,
    update: string,
): readonly string[] {
    const { brokers } = scaled;
    return [
        brokers === 1 ? "One broker runs." : `${brokers} brokers run, one valid cluster.`,
        ...scaled.notes,
        ...(maintenance === undefined ? [] : [maintenance.message]),
        settingLine(stackName(session.target), brokers, setting, update),
    ];
}
