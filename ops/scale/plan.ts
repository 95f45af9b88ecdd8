import { brokerOf, firstProblem, firstSilent, hasWitness, memberAmong, ordinals } from "./health";
import type { Claim, Intent, Observed, Step, Goal } from "./state";
import { commandLine } from "../../plan/common/command-name";

/**
 * The next step from what is there to what is requested. It looks at nothing but the observed state, so a run that was cut off anywhere is
 * taken up by asking again.
 *
 * The order for one broker that goes: record it, let it leave, take its replica away, wait for its pod to be gone, delete its volume claim.
 *
 * - It leaves before the replica goes, not after: a pod that is ordered to stop lives for its preStop hook, 15 s, and is then stopped in
 *   the middle of a migration, which takes as long as the queues are many (VerneMQ's own time limit is for the sessions' end only).
 * - Its replica goes as soon as any other broker no longer counts it as a member. VerneMQ stops itself after leaving, and Kubernetes starts
 *   it again with its old data as a separate cluster, with listeners open about 10 s after it left. A run that dies in exactly these
 *   seconds leaves that broker to itself; the next run sees by the record that it had left and takes it away.
 * - Its volume claim goes last: a broker that starts with the data of one that has left is a separate cluster for ever.
 */
export function nextStep(observed: Observed, goal: Goal): Step {
    const { intent } = observed;
    if (intent?.to !== goal.to) {
        return begin(observed, goal);
    }
    if (intent.leaving !== undefined) {
        return remove(observed, { ...intent, leaving: intent.leaving }, goal);
    }
    if (observed.replicas === 0) {
        return startStopped(observed, goal);
    }
    const surplus = highestSurplus(observed, goal.to);
    if (surplus !== undefined) {
        return pick(observed, intent, surplus, goal);
    }
    if (observed.replicas < goal.to) {
        return grow(observed, goal);
    }
    const problem = firstProblem(observed, goal.to);
    return problem === undefined ? { kind: "clear" } : { kind: "wait", for: `one valid cluster: ${problem}` };
}

function begin(observed: Observed, goal: Goal): Step {
    const { replicas, intent } = observed;
    if (intent !== undefined && !goal.takeOver) {
        return {
            kind: "refuse",
            reason: `a scaling to ${intent.to} brokers, begun ${intent.since}, is not finished`,
            remedy: `finish it with --to ${intent.to}; if it no longer runs, --take-over replaces it`,
        };
    }
    const fresh: Intent = {
        from: intent?.from ?? replicas,
        to: goal.to,
        leaving: intent?.leaving,
        since: goal.now,
    };
    const record: Step = {
        kind: "record",
        intent: fresh,
        why: `from ${replicas} to ${goal.to} brokers`,
    };
    if (intent !== undefined || replicas === 0) {
        return record;
    }
    const problem = firstProblem(observed, replicas, goal.to);
    const surplus = highestSurplus(observed, goal.to);
    if (replicas === goal.to && surplus === undefined) {
        return problem === undefined ? done(observed, goal) : invalid(problem);
    }
    // A broker that is down and goes is the one thing that may be wrong, if its messages are given up.
    const staying = goal.acceptLoss ? firstProblem(observed, Math.min(replicas, goal.to)) : problem;
    if (staying !== undefined) {
        return invalid(staying);
    }
    const next = surplus === undefined ? grow(observed, goal) : pick(observed, fresh, surplus, goal);
    return next.kind === "refuse" ? next : record;
}

function invalid(problem: string): Step {
    return {
        kind: "refuse",
        reason: `${problem}; growing or shrinking now could lose its messages`,
        remedy: `fix that first; \`${commandLine("status")}\` shows all brokers`,
    };
}

/** The highest broker that is to go: one that has a replica, or one that was stopped without having left and is a dead member for ever. */
function highestSurplus(observed: Observed, to: number): number | undefined {
    const known = ordinals(Math.min(to, observed.replicas)).flatMap((ordinal) => [
        ...(brokerOf(observed, ordinal).view?.members.keys() ?? []),
    ]);
    const highest = Math.max(observed.replicas - 1, ...known.filter((ordinal) => ordinal >= to));
    return highest >= to ? highest : undefined;
}

/** Writes down which broker goes next, if nothing is lost with it. */
function pick(observed: Observed, intent: Intent, ordinal: number, goal: Goal): Step {
    const silent = firstSilent(observed, Math.min(ordinal, observed.replicas));
    if (silent !== undefined && !(goal.acceptLoss && silent >= goal.to)) {
        return { kind: "wait", for: `broker ${silent} to answer` };
    }
    const { pod, claims } = brokerOf(observed, ordinal);
    const member = memberAmong(observed, ordinal, ordinal);
    if (member === undefined && (pod !== undefined || claims.length > 0) && !goal.acceptLoss) {
        return {
            kind: "refuse",
            reason: `broker ${ordinal} is not a member of the others' cluster, so its queued messages cannot move to them`,
            remedy: "if its sessions and messages may be lost, add --accept-loss",
        };
    }
    return {
        kind: "record",
        intent: { ...intent, leaving: ordinal },
        why: `broker ${ordinal} goes`,
    };
}

/**
 * Takes away the broker that the intent names, from wherever its way out was left. Also where the number has since been raised again: its
 * leave may go on in VerneMQ, and what has begun to leave is only valid once it is gone.
 */
function remove(observed: Observed, intent: Intent & { readonly leaving: number }, goal: Goal): Step {
    const ordinal = intent.leaving;
    const member = memberAmong(observed, ordinal, ordinal);
    if (member !== undefined) {
        return leave(observed, ordinal, member.node, goal);
    }
    if (!hasWitness(observed, ordinal)) {
        return { kind: "wait", for: "a broker that stays to answer" };
    }
    const { pod, claims } = brokerOf(observed, ordinal);
    const [claim] = claims;
    if (observed.replicas > ordinal) {
        return { kind: "scale", replicas: ordinal, why: `broker ${ordinal} has left` };
    }
    if (pod !== undefined) {
        return { kind: "wait", for: `broker ${ordinal} to be gone` };
    }
    if (claim !== undefined) {
        // What cannot be taken back waits until no broker disagrees.
        const silent = firstSilent(observed, ordinal);
        return silent === undefined ? deletion(ordinal, claim) : { kind: "wait", for: `broker ${silent} to answer` };
    }
    const { leaving, ...rest } = intent;
    return { kind: "record", intent: rest, why: `broker ${leaving} is gone` };
}

function deletion(ordinal: number, claim: Claim): Step {
    return claim.terminating
        ? { kind: "wait", for: `volume claim ${claim.name} to be gone` }
        : { kind: "delete-claim", ordinal, claim };
}

/** Lets a member leave; one that was stopped before it could is started for that. */
function leave(observed: Observed, ordinal: number, node: string, goal: Goal): Step {
    const name = `broker ${ordinal}`;
    if (observed.leaveUnderWay === true) {
        return { kind: "wait", for: `${name} to have left` };
    }
    const problem = firstProblem(observed, ordinal + 1, goal.to);
    if (problem === undefined) {
        return { kind: "leave", ordinal, node };
    }
    if (goal.acceptLoss && firstProblem(withoutMember(observed, ordinal), ordinal, goal.to) === undefined) {
        if (observed.replicas > ordinal) {
            return {
                kind: "scale",
                replicas: ordinal,
                why: `${name} is not a valid member, and its messages are given up`,
            };
        }
        return brokerOf(observed, ordinal).pod === undefined
            ? { kind: "forget", ordinal, node, from: 0 }
            : { kind: "wait", for: `${name} to be gone` };
    }
    if (observed.replicas > ordinal) {
        return { kind: "wait", for: `a valid cluster, in which ${name} can leave: ${problem}` };
    }
    const stranger = ordinals(ordinal)
        .filter(
            (between) =>
                between >= observed.replicas && memberAmong(observed, between, observed.replicas) === undefined,
        )
        .find((between) => brokerOf(observed, between).claims.length > 0);
    return stranger === undefined
        ? {
              kind: "scale",
              replicas: ordinal + 1,
              why: `${name} was stopped before it had left; its messages are on its volume, so it starts once more, to leave`,
          }
        : staleClaim(stranger);
}

/** The same state without one broker: what the others are without it. */
function withoutMember(observed: Observed, ordinal: number): Observed {
    const brokers = [...observed.brokers].map(([other, broker]) => {
        const { view } = broker;
        const members = new Map([...(view?.members ?? [])].filter(([member]) => member !== ordinal));
        return [other, view === undefined ? broker : { ...broker, view: { ...view, members } }] as const;
    });
    return { ...observed, brokers: new Map(brokers) };
}

function staleClaim(ordinal: number): Step {
    return {
        kind: "refuse",
        reason: `broker ${ordinal} has a volume claim and is not a member of the cluster: started with it, it would be a separate cluster`,
        remedy: "if what is on that volume may be lost, --accept-loss deletes the claim",
    };
}

/** From no broker at all: first as many as there are volumes, since each belongs to a member. */
function startStopped(observed: Observed, goal: Goal): Step {
    const held = [...observed.brokers].filter(([, { claims }]) => claims.length > 0).map(([ordinal]) => ordinal);
    const volumes = held.length === 0 ? 0 : Math.max(...held) + 1;
    const missing = ordinals(volumes).find((ordinal) => !held.includes(ordinal));
    if (missing !== undefined) {
        return {
            kind: "refuse",
            reason: `broker ${missing} has no volume claim, but a higher one has`,
            remedy: `restore its volume first: \`${commandLine("restore")}\``,
        };
    }
    if (volumes > goal.to) {
        const all = volumes.toString();
        return {
            kind: "refuse",
            reason: `there are volumes of ${all} brokers; those that stay stopped would be dead members forever`,
            remedy: `start all with --to ${all}, then shrink`,
        };
    }
    const replicas = volumes === 0 ? goal.to : volumes;
    return { kind: "scale", replicas, why: "the brokers were stopped" };
}

function grow(observed: Observed, goal: Goal): Step {
    const { replicas } = observed;
    const problem = firstProblem(observed, replicas);
    if (problem !== undefined) {
        return { kind: "wait", for: `a valid cluster to grow: ${problem}` };
    }
    for (const ordinal of ordinals(goal.to).slice(replicas)) {
        const { claims, pod } = brokerOf(observed, ordinal);
        const [claim] = claims;
        if (claim === undefined || memberAmong(observed, ordinal, replicas) !== undefined) {
            continue;
        }
        if (!goal.acceptLoss) {
            return staleClaim(ordinal);
        }
        return pod === undefined ? deletion(ordinal, claim) : { kind: "wait", for: `broker ${ordinal} to be gone` };
    }
    return { kind: "scale", replicas: goal.to, why: "the new brokers join by themselves" };
}

function done(observed: Observed, goal: Goal): Step {
    const notes = [...observed.brokers]
        .filter(([ordinal, { claims }]) => ordinal >= goal.to && claims.length > 0)
        .map(
            ([ordinal, { claims }]) =>
                `The volume claim ${claims[0]?.name ?? ""} of broker ${ordinal}, which is not a member, is still there; growing refuses to use it.`,
        );
    return { kind: "done", notes };
}
