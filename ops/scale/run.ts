import { capitalized, sentence } from "../../plan/common/sentence";
import { collections, hasStatus, isUncertain, type Kube } from "../kubernetes/client";
import { Refusal, Unfinished } from "../../plan/common/errors";
import { type Session } from "../session";
import { refuseWhileUnfinished } from "../unfinished";
import type { VmqAdmin } from "../vmq-admin/index";
import { intentAnnotation } from "./intent";
import { Leave } from "./leave";
import { observe, type Snapshot } from "./observe";
import { nextStep } from "./plan";
import type { Step, Goal } from "./state";

/** Milliseconds between two looks. A broker that has left has its listeners open again about 10 s later, if it were not watched. */
const lookEveryMs = 2000;

/** Times that a leave is asked for. */
const leaveAttempts = 3;

/** Changes in a row that may end without an answer, or against a newer version, before it is given up. */
const uncertainLimit = 20;

export interface ScaleOptions {
    readonly goal: Omit<Goal, "now">;
    /** Seconds that one and the same state may last that only time changes. */
    readonly timeoutSeconds: number;
}

export interface Scaled {
    readonly brokers: number;
    readonly notes: readonly string[];
}

/**
 * Brings the brokers to a number, step by step, each decided anew from what is there. Every change is conditional on what was seen, so a
 * second run at the same time does no harm: it decides the same, or the API server refuses the change and it looks again.
 *
 * @throws Refusal where something stands against it, Unfinished where nothing moves any more.
 */
export async function scale(session: Session, kube: Kube, admin: VmqAdmin, options: ScaleOptions): Promise<Scaled> {
    return new Scaling(session, kube, admin, options).run();
}

class Scaling {
    #leave: Leave | undefined;
    #leaves = 0;
    #waitingFor: string | undefined;
    #waited = 0;
    #uncertain = 0;
    #takeOver: boolean;

    constructor(
        private readonly session: Session,
        private readonly kube: Kube,
        private readonly admin: VmqAdmin,
        private readonly options: ScaleOptions,
    ) {
        this.#takeOver = options.goal.takeOver;
    }

    async run(): Promise<Scaled> {
        for (;;) {
            this.session.signal.throwIfAborted();
            const leaveUnderWay = (await this.#leave?.goesOn()) ?? false;
            const snapshot = {
                ...(await observe(this.kube, this.admin, leaveUnderWay ? this.#leave?.ordinal : undefined)),
                leaveUnderWay,
            };
            refuseWhileUnfinished(snapshot.annotations, "scale");
            const step = nextStep(snapshot, {
                ...this.options.goal,
                takeOver: this.#takeOver,
                now: this.session.now().toISOString(),
            });
            if (step.kind === "done") {
                return { brokers: snapshot.replicas, notes: step.notes };
            }
            if (step.kind === "refuse") {
                throw new Refusal(`Nothing more was changed: ${step.reason}: ${step.remedy}`);
            }
            if (step.kind === "wait") {
                await this.#wait(step.for, snapshot);
                continue;
            }
            this.#waitingFor = undefined;
            await this.#certainly(() => this.#perform(step, snapshot));
        }
    }

    /** A change that another one came before, or whose answer was lost, is decided anew from what is there then. */
    async #certainly(change: () => Promise<void>): Promise<void> {
        try {
            await change();
            this.#uncertain = 0;
        } catch (error) {
            const isOutdated = hasStatus(error, 409);
            this.#uncertain += 1;
            if (!(isUncertain(error) || isOutdated) || this.#uncertain >= uncertainLimit) {
                throw error;
            }
            await this.session.pause(isOutdated ? lookEveryMs / 10 : lookEveryMs);
        }
    }

    async #perform(step: Exclude<Step, { kind: "wait" | "refuse" | "done" }>, snapshot: Snapshot): Promise<void> {
        switch (step.kind) {
            case "record":
                await this.#change(snapshot, { annotations: { [intentAnnotation]: JSON.stringify(step.intent) } });
                this.#takeOver = false;
                this.session.say(sentence(capitalized(step.why)));
                return;
            case "clear":
                await this.#change(snapshot, { annotations: { [intentAnnotation]: null } });
                return;
            case "scale":
                await this.#change(snapshot, {}, { replicas: step.replicas });
                for (const line of this.#leave?.lines ?? []) {
                    this.session.say(`  ${line}`);
                }
                this.#leave = undefined;
                this.#leaves = 0;
                this.session.say(`${this.kube.statefulSetName}: ${step.replicas} replicas: ${step.why}`);
                return;
            case "leave":
                await this.#startLeave(step.ordinal, step.node);
                await this.session.pause(lookEveryMs / 10);
                return;
            case "forget":
                await this.#forget(step.from, step.node);
                return;
            case "delete-claim":
                await this.kube.remove(collections.claims, step.claim.name, { uid: step.claim.uid });
                this.session.say(`Volume claim ${step.claim.name} is deleted.`);
        }
    }

    /** Changes the StatefulSet, if it is still the one that was seen. */
    async #change(
        { resourceVersion }: Snapshot,
        metadata: Readonly<Record<string, unknown>>,
        spec?: Readonly<Record<string, unknown>>,
    ): Promise<void> {
        await this.kube.patch(collections.statefulSets, this.kube.statefulSetName, {
            metadata: { resourceVersion, ...metadata },
            spec,
        });
    }

    async #startLeave(ordinal: number, node: string): Promise<void> {
        const why = this.#leave?.refusal;
        this.#leaves += 1;
        if (this.#leaves > leaveAttempts) {
            const pod = `${this.kube.statefulSetName}-${ordinal}`;
            throw new Unfinished(
                `${sentence(`Broker ${ordinal} could not leave: ${why ?? "it is still a member"}`)} Its listeners are stopped; run this again, or delete the pod ${pod} to have it serve again.`,
            );
        }
        this.#leave = await Leave.start(this.admin, ordinal, node, this.#leaves === 1);
        const again = why === undefined ? "" : `, once more, because: ${why}`;
        this.session.say(
            this.#leave.isWatched
                ? `Broker ${ordinal} takes no connections, so it may be leaving already; watching it.`
                : sentence(`Broker ${ordinal} leaves; its queues move to the others${again}`),
        );
    }

    async #forget(from: number, node: string): Promise<void> {
        const outcome = await this.admin.leave(from, node);
        if (outcome.kind === "refused") {
            throw new Unfinished(`Broker ${from} cannot take ${node} out of the cluster: ${outcome.reason}`);
        }
        this.session.say(`${node} is no longer a member.`);
        await this.session.pause(lookEveryMs / 10);
    }

    async #wait(text: string, snapshot: Snapshot): Promise<void> {
        if (text !== this.#waitingFor) {
            this.#waitingFor = text;
            this.#waited = 0;
            this.session.say(`Waiting for ${text}`);
        }
        // A migration takes as long as it takes; Leave itself sees when nothing moves.
        const isMigration = snapshot.leaveUnderWay === true;
        this.#waited += isMigration ? 0 : lookEveryMs / 1000;
        if (this.#waited > this.options.timeoutSeconds) {
            const seconds = this.options.timeoutSeconds.toString();
            throw new Unfinished(
                `${sentence(`Waited ${seconds} s for ${text}`)} Nothing is lost: run the same command again to continue.`,
            );
        }
        await this.session.pause(lookEveryMs);
    }
}
