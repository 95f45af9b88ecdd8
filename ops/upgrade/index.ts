import { drain, type DrainOptions, refuseDrainOfOperated } from "../drain/index";
import { collections, type Kube, type StatefulSet } from "../kubernetes/client";
import { refuseOperated } from "../operated";
import { Refusal } from "../../plan/common/errors";
import { type ExitCode, exitCodes } from "../../plan/common/exit-code";
import { type Session, until } from "../session";
import { clusterProblems } from "../status/judge";
import { observeBrokers } from "../status/observe";
import { refuseWhileUnfinished } from "../unfinished";
import { vmqAdmin } from "../vmq-admin/index";
import { isOutdated, nextStep, type RollStep, versionOf, versionProblem } from "./plan";

export interface UpgradeOptions {
    readonly hold?: true;
    readonly restart?: true;
    readonly drain?: true;
    readonly acceptLoss?: true;
    readonly timeout: number;
}

/** Uids of the pods that a `--restart` has still to recreate, so that the next run goes on where one was cut off. */
const restartAnnotation = "vernemq.io/restart";

/** For 3 to 10 s after a node joined, messages between brokers may be lost; the next broker goes down after that. */
const pauseMs = 15_000;

const drainOptions: DrainOptions = { batch: 200, pause: 2, timeout: 300 };

/**
 * Brings every broker to the StatefulSet's template, one at a time: the next goes down only when all are ready and every broker sees all
 * the others running, which Kubernetes itself does not ask. The template is Pulumi's: `--hold` before an update keeps Kubernetes from
 * rolling at once, by a partition that Helm leaves alone, since no manifest of the chart has one
 * (https://helm.sh/docs/faq/changes_since_helm2/#improved-upgrade-strategy-3-way-strategic-merge-patches).
 */
export async function runUpgrade(session: Session, options: UpgradeOptions): Promise<ExitCode> {
    if (options.drain === true) {
        refuseDrainOfOperated(session);
    }
    if (options.hold === true) {
        refuseOperated(
            session,
            "the operator recreates the StatefulSet for a change, without the partition that holds it back",
            "Updates reach its brokers only when you delete the StatefulSet (docs/guides/operator.md).",
        );
    }
    const kube = await session.kube();
    const statefulSet = await observed(session, kube);
    refuseWhileUnfinished(statefulSet.annotations);
    if (options.hold === true) {
        return hold(session, kube, statefulSet);
    }
    const pods = await kube.pods();
    const problem = versionProblem(
        pods.map((pod) => pod.container.image),
        statefulSet.container.image,
    );
    if (problem !== undefined) {
        throw new Refusal(problem);
    }
    await refuseLoss(session, kube, statefulSet, options);
    const before = await rollState(kube);
    if (options.restart === true && before.restart.size === 0) {
        await kube.patch(collections.statefulSets, kube.statefulSetName, {
            metadata: { annotations: { [restartAnnotation]: pods.map(({ uid }) => uid).join(",") } },
        });
    } else if (nextStep(before).kind === "done") {
        await release(kube, statefulSet, 0);
        return finish(session, statefulSet, []);
    }
    if (statefulSet.replicas === 1) {
        await session.confirm("This is the only broker: its clients are disconnected meanwhile. Continue?");
    }
    return finish(session, statefulSet, await roll(session, kube, options));
}

/** The StatefulSet when its status is of its newest spec: before that, every broker looks up to date. */
async function observed(session: Session, kube: Kube): Promise<StatefulSet> {
    return until(
        session,
        {
            everyMs: 1000,
            limitMs: 60_000,
            late: () => `Kubernetes has not looked at the newest ${kube.statefulSetName} within a minute.`,
        },
        async () => {
            const statefulSet = await kube.statefulSet();
            return statefulSet.observed ? statefulSet : undefined;
        },
    );
}

async function roll(session: Session, kube: Kube, options: UpgradeOptions): Promise<string[]> {
    const done: string[] = [];
    for (;;) {
        const step = nextStep(await rollState(kube));
        if (step.kind === "done") {
            await untilSound(session, kube, options.timeout);
            await release(kube, await kube.statefulSet(), 0);
            await kube.patch(collections.statefulSets, kube.statefulSetName, {
                metadata: { annotations: { [restartAnnotation]: null } },
            });
            return done;
        }
        const name = `${kube.statefulSetName}-${step.ordinal}`;
        if (step.kind !== "wait") {
            await untilSound(session, kube, options.timeout);
            await replace(session, kube, step, options);
        }
        await untilReplaced(session, kube, step, options.timeout);
        await untilSound(session, kube, options.timeout);
        session.say(`${name} is back, and every broker sees all the others`);
        done.push(name);
        await session.pause(pauseMs);
    }
}

/** Takes one broker down; Kubernetes brings it up again. */
async function replace(
    session: Session,
    kube: Kube,
    step: Exclude<RollStep, { kind: "done" | "wait" }>,
    options: UpgradeOptions,
): Promise<void> {
    const pod = await kube.pod(step.ordinal);
    if (pod === undefined) {
        return;
    }
    const { replicas } = await kube.statefulSet();
    const drained = options.drain === true && replicas > 1;
    if (drained) {
        const left = await drain(session, kube, pod, drainOptions);
        if (left > 0) {
            session.say(`${pod.name}: ${left} clients are still connected and are now disconnected`);
        }
    }
    const statefulSet = await kube.statefulSet();
    // Another verb may have begun since this one did; the partition is only changed of what was seen here.
    refuseWhileUnfinished(statefulSet.annotations);
    session.say(`${pod.name} goes down`);
    if (step.kind === "release") {
        await release(kube, statefulSet, step.ordinal);
    }
    // Kubernetes replaces no pod by itself while one is not ready, and a drained one is not.
    if (step.kind === "delete" || drained) {
        await kube.remove(collections.pods, pod.name, { uid: pod.uid });
    }
}

/** Waits until the pod is another one than before, from the template that it should be from. */
async function untilReplaced(session: Session, kube: Kube, step: RollStep, timeout: number): Promise<void> {
    if (step.kind === "done") {
        return;
    }
    const name = `${kube.statefulSetName}-${step.ordinal}`;
    await until(
        session,
        {
            everyMs: 3000,
            limitMs: timeout * 1000,
            late: () =>
                `${name} has not been replaced after ${timeout} s; \`status\` says more, and the same command continues from here.`,
        },
        async () => {
            const { pods, updateRevision, restart } = await rollState(kube);
            const pod = pods.find(({ ordinal }) => ordinal === step.ordinal);
            const isNew = pod !== undefined && !isOutdated(pod, updateRevision) && !restart.has(pod.uid);
            return isNew && (step.kind !== "delete" || pod.uid !== step.uid) ? true : undefined;
        },
    );
}

/** Waits until all brokers are ready and every one sees all the others running. */
async function untilSound(session: Session, kube: Kube, timeout: number): Promise<void> {
    let wrong: readonly string[] = [];
    await until(
        session,
        {
            everyMs: 3000,
            limitMs: timeout * 1000,
            late: () => `The next broker must not go down: ${wrong.join(" ")} The same command continues from here.`,
        },
        async () => {
            const problems = clusterProblems(await observeBrokers(kube));
            if (problems.length > 0 && problems.join() !== wrong.join()) {
                session.say(`waiting: ${problems[0] ?? ""}`);
            }
            wrong = problems;
            return problems.length === 0 ? true : undefined;
        },
    );
}

async function hold(
    session: Session,
    kube: Kube,
    { updateStrategy, replicas, partition }: StatefulSet,
): Promise<ExitCode> {
    if (updateStrategy === "RollingUpdate" && partition < replicas) {
        await release(kube, await kube.statefulSet(), replicas);
    }
    session.result({
        text: "Updates are held: a new template reaches no broker on its own. After the stack's update, `upgrade` rolls the brokers one by one.",
        json: { held: true },
    });
    return exitCodes.done;
}

function finish(session: Session, { container, replicas, partition }: StatefulSet, done: readonly string[]): ExitCode {
    session.result({
        text:
            done.length === 0
                ? `Every broker is up to date; ${partition > 0 ? "updates are no longer held" : "nothing was done"}.`
                : `Every broker is up to date: ${replicas} run ${versionOf(container.image) ?? container.image}. Done: ${done.join(", ")}.`,
        json: { image: container.image, replaced: done },
    });
    return exitCodes.done;
}

/** Sets the partition: pods from this ordinal on follow the template. A conflict means that another run is at it, too. */
async function release(
    kube: Kube,
    { updateStrategy, partition, resourceVersion, name }: StatefulSet,
    wanted: number,
): Promise<void> {
    if (updateStrategy !== "RollingUpdate" || partition === wanted) {
        return;
    }
    await kube.patch(collections.statefulSets, name, {
        metadata: { resourceVersion },
        spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: wanted === 0 ? null : { partition: wanted } } },
    });
}

async function rollState(kube: Kube) {
    const { updateStrategy, partition, updateRevision, annotations } = await kube.statefulSet();
    return {
        strategy: updateStrategy,
        partition,
        updateRevision,
        pods: await kube.pods(),
        restart: new Set((annotations[restartAnnotation] ?? "").split(",").filter((uid) => uid !== "")),
    };
}

/** Without volumes a restart loses what waits for offline clients. */
async function refuseLoss(
    session: Session,
    kube: Kube,
    { claimTemplates, replicas, leavesOnStop }: StatefulSet,
    { acceptLoss }: UpgradeOptions,
): Promise<void> {
    // A broker that leaves hands its queues to the others.
    if (claimTemplates.length > 0 || acceptLoss === true || (leavesOnStop && replicas > 1)) {
        return;
    }
    const [pod] = (await kube.pods()).filter(({ ready }) => ready);
    const waiting =
        pod === undefined ? [] : await vmqAdmin(kube).sessions(pod.ordinal, { limitPerBroker: 100_000, online: false });
    const messages = waiting.reduce((sum, { offlineMessages }) => sum + offlineMessages, 0);
    if (messages > 0) {
        throw new Refusal(
            `The brokers keep nothing on volumes, and ${messages} messages wait for offline clients: a restart loses them. Add --accept-loss to accept that.`,
        );
    }
    session.say("The brokers keep nothing on volumes; no message waits for an offline client.");
}
