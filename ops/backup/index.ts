import Table from "cli-table3";
import { compact } from "../../components/common/compact";
import { type Claim, collections, isUncertain, type Kube, type StatefulSet, unless } from "../kubernetes/client";
import type { KubernetesObject } from "../kubernetes/objects";
import { firstProblem } from "../scale/health";
import { observe } from "../scale/observe";
import { sentence } from "../../plan/common/sentence";
import { Refusal, Unfinished } from "../../plan/common/errors";
import { type ExitCode, exitCodes } from "../../plan/common/exit-code";
import { type Session, until } from "../session";
import { refuseWhileUnfinished } from "../unfinished";
import { vmqAdmin } from "../vmq-admin/index";
import { type BackupInfo, type BackupSet, labels, newSnapshot, outdated, setName, setsOf, snapshotOf } from "./sets";
import { findSnapshotClass } from "./snapshot-class";
import { commandLine } from "../../plan/common/command-name";

export interface BackupFlags {
    readonly list?: true;
    readonly keep?: number;
    readonly snapshotClass?: string;
}

/** A snapshot is taken at once, but a first one of a large volume is copied for an hour and more before it is ready. */
const readyWithinMs = 2 * 3600 * 1000;

/** Takes a snapshot of every broker's volumes, or lists the sets that there are. */
export async function runBackup(session: Session, flags: BackupFlags): Promise<ExitCode> {
    const kube = await session.kube();
    if (flags.list === true) {
        const sets = await findSets(kube);
        session.result({ text: listing(sets), json: { sets } });
        return exitCodes.done;
    }
    const set = await take(session, kube, flags.snapshotClass);
    const deleted = flags.keep === undefined ? [] : await prune(session, kube, flags.keep);
    session.result({
        text: compact([
            `${set.name}: ${set.snapshots.length} snapshots are ready.`,
            set.problem !== undefined &&
                `${sentence(`The brokers were not one valid cluster when it was taken: ${set.problem}`)} A restore includes that, so no older set is deleted for this one.`,
            `To go back to it: ${commandLine(`restore ${session.target.options} --from ${set.name} --replace`)}`,
        ]).join("\n"),
        json: { set, deleted },
    });
    return exitCodes.done;
}

/** The sets of the stack's brokers, newest first. */
export async function findSets(kube: Kube): Promise<readonly BackupSet[]> {
    const ofBrokers = { [labels.statefulSet]: kube.statefulSetName };
    // Without the types there are no snapshots either.
    return setsOf(await unless(404, [], kube.list(collections.snapshots, ofBrokers)), kube.statefulSetName);
}

async function take(session: Session, kube: Kube, wantedClass: string | undefined): Promise<BackupSet> {
    const statefulSet = await kube.statefulSet();
    const claims = await claimsOf(kube, statefulSet);
    const snapshotClass = await findSnapshotClass(kube, claims, wantedClass);
    const { members, problem } = await clusterState(kube);
    const name = setName(session.now());
    const facts: BackupInfo = {
        stack: session.target.stack?.name,
        brokers: new Set(claims.map(({ ordinal }) => ordinal)).size,
        templates: statefulSet.claimTemplates,
        image: statefulSet.container.image,
        members,
        takenAt: session.now().toISOString(),
        problem,
    };
    const wanted = claims.map((claim) =>
        newSnapshot(name, kube.statefulSetName, { name: claim.name, broker: claim.ordinal ?? 0 }, snapshotClass, facts),
    );
    session.say(`${name}: ${wanted.length} snapshots of class ${snapshotClass}`);
    // Together, since each volume is as it was at a different moment.
    await Promise.all(wanted.map((snapshot) => createOnce(kube, snapshot)));
    return readySet(session, kube, name);
}

/** The volume claims of all brokers that have a replica, or of all that there are while the brokers are stopped. */
async function claimsOf(kube: Kube, { replicas, claimTemplates }: StatefulSet): Promise<readonly Claim[]> {
    if (claimTemplates.length === 0) {
        throw new Refusal(
            "The brokers keep nothing on volumes (vernemq:broker.persistence.enabled is false), so there is nothing to back up.",
        );
    }
    const all = await kube.claims();
    const claims = replicas === 0 ? all : all.filter(({ ordinal }) => ordinal !== undefined && ordinal < replicas);
    const brokers = replicas === 0 ? new Set(all.map(({ ordinal }) => ordinal)).size : replicas;
    if (claims.length !== brokers * claimTemplates.length || brokers === 0) {
        throw new Refusal(
            `There are ${claims.length} volume claims for ${brokers} brokers: \`${commandLine("status")}\` shows which one is missing.`,
        );
    }
    const going = claims.find(({ terminating }) => terminating);
    if (going !== undefined) {
        throw new Refusal(`The volume claim ${going.name} is being deleted: wait until that is done.`);
    }
    return claims;
}

async function clusterState(kube: Kube): Promise<{ readonly members: readonly string[]; readonly problem?: string }> {
    const snapshot = await observe(kube, vmqAdmin(kube));
    // It would hold a broker on its way out, or volumes that are just filled.
    refuseWhileUnfinished(snapshot.annotations);
    const view = [...snapshot.brokers.values()].map((broker) => broker.view).find((found) => found !== undefined);
    const members = [...(view?.members.values() ?? [])].map(({ node }) => node);
    return { members, problem: firstProblem(snapshot, snapshot.replicas) };
}

/** Creates an object whose answer may be lost: one that is there then is the one. */
async function createOnce(kube: Kube, object: KubernetesObject): Promise<void> {
    try {
        await kube.create(collections.snapshots, object);
    } catch (error) {
        if (!isUncertain(error) || (await kube.find(collections.snapshots, object.metadata.name)) === undefined) {
            throw error;
        }
    }
}

/** Waits until every snapshot of a set can be restored from. */
async function readySet(session: Session, kube: Kube, name: string): Promise<BackupSet> {
    let waitingFor = "";
    return until(
        session,
        {
            everyMs: 5000,
            limitMs: readyWithinMs,
            late: () =>
                `${waitingFor} is not ready after 2 hours; \`${commandLine("backup --list")}\` shows whether it becomes so.`,
        },
        async () => {
            const objects = await kube.list(collections.snapshots, { [labels.set]: name });
            const failed = objects.map(snapshotOf).find(({ error }) => error !== undefined);
            if (failed !== undefined) {
                throw new Unfinished(`The snapshot ${failed.name} failed: ${failed.error ?? "no reason is given"}`);
            }
            const [set] = setsOf(objects, kube.statefulSetName);
            const next = set?.snapshots.find(({ ready }) => !ready)?.name ?? name;
            if (set?.whole !== true && next !== waitingFor) {
                waitingFor = next;
                session.say(`Waiting for ${next} to be ready`);
            }
            return set?.whole === true ? set : undefined;
        },
    );
}

async function prune(session: Session, kube: Kube, keep: number): Promise<readonly string[]> {
    const sets = outdated(await findSets(kube), keep);
    for (const { name, snapshots } of sets) {
        for (const snapshot of snapshots) {
            await kube.remove(collections.snapshots, snapshot.name, { uid: snapshot.uid });
        }
        session.say(`${name} is deleted.`);
    }
    return sets.map(({ name }) => name);
}

function listing(sets: readonly BackupSet[]): string {
    if (sets.length === 0) {
        return "There is no backup.";
    }
    const table = new Table({
        head: ["Set", "Taken", "Brokers", "Snapshots ready", "Image"],
        style: { head: [], border: [] },
    });
    for (const { name, takenAt, brokers, snapshots, image, whole, problem } of sets) {
        const ready = snapshots.filter((snapshot) => snapshot.ready).length.toString();
        const error = snapshots.find((snapshot) => snapshot.error !== undefined)?.error;
        const state = whole
            ? `${ready}${problem === undefined ? "" : `, not of one valid cluster: ${problem}`}`
            : `${ready}, not complete${error === undefined ? "" : `: ${error}`}`;
        table.push([name, takenAt, brokers.toString(), state, image]);
    }
    return table.toString();
}
