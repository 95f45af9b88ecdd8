import { collections, hasStatus, isUncertain, type Kube, type StatefulSet } from "../kubernetes/client";
import { refuseWhileOperated } from "../operated";
import { firstProblem } from "../scale/health";
import { readMaintenance } from "../scale/budget";
import { observe } from "../scale/observe";
import { prepareSetting, settingLine, stackName } from "../scale/setting";
import { sentence } from "../../plan/common/sentence";
import { Refusal, Unfinished } from "../../plan/common/errors";
import { type ExitCode, exitCodes } from "../../plan/common/exit-code";
import { type Session } from "../session";
import { refuseWhileUnfinished } from "../unfinished";
import { vmqAdmin } from "../vmq-admin/index";
import { claimFromSnapshot, restoredAnnotation } from "./claim";
import { findSets } from "./index";
import { nextRestoreStep, readRestore, restoreAnnotation, type RestoreState, type RestoreStep } from "./restore-plan";
import { type BackupSet, isSound } from "./sets";
import { commandLine } from "../../plan/common/command-name";

export interface RestoreFlags {
    /** A set's name, or `newest`: the newest whole one of a valid cluster. */
    readonly from: string;
    readonly replace?: true;
    /** False with --no-setting. */
    readonly setting: boolean;
}

const lookEveryMs = 5000;

/** Looks at one and the same state that only time changes: volumes from snapshots of object storage fill for a while. */
const timeoutLooks = 720;

/** Restores the brokers to what a set of snapshots holds. */
export async function runRestore(session: Session, flags: RestoreFlags): Promise<ExitCode> {
    const kube = await session.kube();
    await refuseWhileOperated(session, kube);
    const set = await findSet(session, kube, flags.from);
    const { podLabels } = await fittingStatefulSet(kube, set);
    const writeSetting = prepareSetting(session, set.brokers, flags.setting);
    const brokers = set.brokers.toString();
    const invalid =
        set.problem === undefined ? "" : ` ${sentence(`They were not one valid cluster then: ${set.problem}`)}`;
    const question = `All brokers stop; what they hold now is replaced by ${brokers} brokers as of ${set.takenAt}.${invalid} Continue?`;
    if (flags.replace === true) {
        await session.confirm(question);
    }
    await restore(session, kube, set, flags.replace === true);
    const stack = stackName(session.target);
    const setting = writeSetting();
    const maintenance = await readMaintenance(kube, podLabels, set.brokers);
    session.result({
        text: [
            `${brokers} brokers run on ${set.name}, one valid cluster.`,
            ...(maintenance === undefined ? [] : [maintenance.message]),
            settingLine(stack, set.brokers, setting, commandLine(`up --stack ${stack}`)),
        ].join("\n"),
        json: { stack: session.target.stack?.name, set: set.name, brokers: set.brokers, maintenance, setting },
    });
    return exitCodes.done;
}

async function findSet(session: Session, kube: Kube, wanted: string): Promise<BackupSet> {
    const sets = await findSets(kube);
    const set = wanted === "newest" ? sets.find(isSound) : sets.find(({ name }) => name === wanted);
    if (set === undefined) {
        const names = sets.filter(({ whole }) => whole).map(({ name }) => name);
        throw new Refusal(
            `There is no ${wanted === "newest" ? "complete backup" : `backup ${wanted}`} of ${kube.statefulSetName}${wanted === "newest" ? " from when its brokers were one valid cluster" : ""}${names.length === 0 ? "" : `; there are ${names.join(", ")}`}.`,
        );
    }
    if (!set.whole) {
        throw new Refusal(
            `${set.name} is not complete: it lacks snapshots, or they are not ready. \`${commandLine(`backup --list ${session.target.options}`)}\` shows which sets are.`,
        );
    }
    return set;
}

/** A broker's data is bound to its Erlang name, which is its pod's: another name would be another member beside dead ones. */
async function fittingStatefulSet(kube: Kube, set: BackupSet): Promise<StatefulSet> {
    const statefulSet = await kube.statefulSet();
    const place = `.${statefulSet.serviceName}.${kube.namespace}.`;
    const foreign = set.members.find((node) => !node.includes(`@${kube.statefulSetName}-`) || !node.includes(place));
    if (foreign !== undefined) {
        throw new Refusal(
            `${set.name} is of brokers by other names (${foreign}): their data no longer fits ${kube.statefulSetName} in namespace ${kube.namespace}.`,
        );
    }
    return statefulSet;
}

async function restore(session: Session, kube: Kube, set: BackupSet, replace: boolean): Promise<void> {
    let waitingFor: string | undefined;
    let looks = 0;
    let uncertain = 0;
    for (;;) {
        session.signal.throwIfAborted();
        const { state, resourceVersion } = await look(kube);
        const step = nextRestoreStep(state, { set, replace, now: session.now().toISOString() });
        if (step.kind === "refuse") {
            throw new Refusal(`Nothing more was changed: ${step.reason}: ${step.remedy}`);
        }
        if (step.kind === "wait") {
            looks = step.for === waitingFor ? looks + 1 : 0;
            if (looks === 0) {
                session.say(`Waiting for ${step.for}`);
            }
            waitingFor = step.for;
            if (looks > timeoutLooks) {
                throw new Unfinished(
                    `${sentence(`Waited an hour for ${step.for}`)} Run the same command again to go on.`,
                );
            }
            await session.pause(lookEveryMs);
            continue;
        }
        waitingFor = undefined;
        try {
            await perform(session, kube, set, step, resourceVersion);
            uncertain = 0;
        } catch (error) {
            // Another change came first, or the answer was lost: what is there then decides.
            uncertain += 1;
            if (!(isUncertain(error) || hasStatus(error, 409)) || uncertain >= 20) {
                throw error;
            }
            await session.pause(lookEveryMs / 10);
            continue;
        }
        if (step.kind === "clear") {
            return;
        }
    }
}

async function look(kube: Kube): Promise<{ readonly state: RestoreState; readonly resourceVersion: string }> {
    const snapshot = await observe(kube, vmqAdmin(kube));
    refuseWhileUnfinished(snapshot.annotations, "restore");
    const claims = await kube.claims();
    return {
        resourceVersion: snapshot.resourceVersion,
        state: {
            replicas: snapshot.replicas,
            pods: [...snapshot.brokers.values()].filter(({ pod }) => pod !== undefined).length,
            claims: claims.map(({ name, uid, terminating, annotations: own }) => ({
                name,
                uid,
                terminating,
                mark: own[restoredAnnotation],
            })),
            intent: readRestore(snapshot.annotations),
            problem: firstProblem(snapshot, snapshot.replicas),
        },
    };
}

async function perform(
    session: Session,
    kube: Kube,
    set: BackupSet,
    step: Exclude<RestoreStep, { kind: "wait" | "refuse" }>,
    resourceVersion: string,
): Promise<void> {
    const change = (patch: Readonly<Record<string, unknown>>, metadata: Readonly<Record<string, unknown>> = {}) =>
        kube.patch(collections.statefulSets, kube.statefulSetName, {
            metadata: { resourceVersion, ...metadata },
            ...patch,
        });
    switch (step.kind) {
        case "record":
            await change({}, { annotations: { [restoreAnnotation]: `${step.intent.set} ${step.intent.since}` } });
            session.say(`Restoring ${step.intent.set}`);
            return;
        case "clear":
            await change({}, { annotations: { [restoreAnnotation]: null } });
            return;
        case "scale":
            await change({ spec: { replicas: step.replicas } });
            session.say(`${kube.statefulSetName}: ${step.replicas} replicas`);
            return;
        case "delete-claim":
            await kube.remove(collections.claims, step.claim.name, { uid: step.claim.uid });
            session.say(`Volume claim ${step.claim.name} is deleted.`);
            return;
        case "create-claim":
            await createClaim(kube, set, step);
            session.say(`Volume claim ${step.claim} is created from ${step.snapshot}.`);
    }
}

async function createClaim(
    kube: Kube,
    set: BackupSet,
    { claim, snapshot, mark }: RestoreStep & { readonly kind: "create-claim" },
): Promise<void> {
    const source = set.snapshots.find(({ name }) => name === snapshot);
    const statefulSet = await kube.get(collections.statefulSets, kube.statefulSetName);
    const object = source === undefined ? undefined : claimFromSnapshot(statefulSet, claim, source, mark);
    if (object === undefined) {
        throw new Refusal(`${set.name} has a volume ${claim}, which no broker of today's configuration would use.`);
    }
    await kube.create(collections.claims, object);
}
