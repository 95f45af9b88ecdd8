import { brokerNames, claimName, nodeName, podName } from "../components/broker/names";
import { valueOf } from "../components/common/property-path";
import { lossOf, replicaDecrease } from "../plan/changes/losses";
import type { Change } from "../plan/changes/model";
import { nameOf } from "../plan/graph";
import { roleOf } from "../plan/roles";
import { commandLine } from "../plan/common/command-name";

/** Why a guard holds an update back, in the words of the user who has to decide. */
export interface Refusal {
    readonly kind: "replace" | "delete" | "scale-down" | "protected";
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** What the resource is: "cluster", "node pool", "volume", ... */
    readonly role: string;
    /** What would happen and what that costs. */
    readonly reason: string;
    /** What to do instead, or how to allow it. */
    readonly remedy: string;
}

/** What the user allows beforehand. */
export interface Allowances {
    /** URNs that may be replaced or deleted; each whole, so that nothing is allowed by accident. */
    readonly allowReplace?: readonly string[];
    /** Whether brokers that have left VerneMQ's cluster may be taken away. */
    readonly allowScaleDown?: boolean;
}

/**
 * What must not happen without the operator saying so: replacing or deleting what holds data or what devices hold on to, taking brokers
 * away that have not left their cluster, and touching what is protected.
 *
 * @param changes of a preview of the update, made with the same program and the same inputs
 */
export function guard(changes: readonly Change[], allowances: Allowances = {}): readonly Refusal[] {
    const allowed = new Set(allowances.allowReplace ?? []);
    return changes.flatMap((change) => [
        ...(change.protected ? [protectedRefusal(change.urn, change.type)] : []),
        ...(allowed.has(change.urn) ? [] : loss(change)),
        ...(allowances.allowScaleDown === true ? [] : fewerBrokers(change)),
    ]);
}

/** URNs of an allowance that name nothing that the update would replace or delete: a misspelt one must not pass for an allowance. */
export function idleAllowances(changes: readonly Change[], { allowReplace = [] }: Allowances): readonly string[] {
    const going = new Set(
        changes
            .filter(
                (change) => change.action === "replace" || change.action === "delete" || lossOf(change) !== undefined,
            )
            .map(({ urn }) => urn),
    );
    return allowReplace.filter((urn) => !going.has(urn));
}

function loss(change: Change): readonly Refusal[] {
    const lost = lossOf(change);
    if (lost?.guarded !== true) {
        return [];
    }
    const noun = lost.role === "unknown" ? `resource (${change.type})` : lost.role;
    const why = change.because.length > 0 ? ` because of ${[...change.because].sort().join(", ")}` : "";
    const events = {
        replace: `The ${noun} ${change.name} would be replaced${why}`,
        delete: `The ${noun} ${change.name} would be deleted${why}`,
        update: `The ${noun} of ${change.name} would be deleted, because the type of the Service changes`,
        unknown: `The ${noun} ${change.name} would undergo "${change.operation ?? ""}", which this version does not know`,
    };
    return [
        {
            ...identity(change),
            kind: lost.action === "replace" || lost.action === "unknown" ? "replace" : "delete",
            role: lost.role,
            reason: `${events[lost.action]}: ${lost.loss}.`,
            remedy: `If that is what you want, add --allow-replace '${change.urn}'.`,
        },
    ];
}

function identity({ urn, type, name }: Change): Pick<Refusal, "urn" | "type" | "name"> {
    return { urn, type, name };
}

function protectedRefusal(urn: string, type: string): Refusal {
    return {
        kind: "protected",
        urn,
        type,
        name: nameOf(urn),
        role: "protected resource",
        reason: `${nameOf(urn)} (${type}) is protected, and would be replaced or deleted.`,
        remedy: protectionRemedy(urn),
    };
}

/** Every resource that this project's components protect follows this one setting, whatever the target. */
const protectionSetting = { key: "vernemq:cluster", property: "deletionProtection" } as const;

function protectionRemedy(urn: string): string {
    const [, , stack = ""] = urn.split(":");
    const byHand = `\`pulumi state unprotect '${urn}'\``;
    const { key, property } = protectionSetting;
    return urn.includes("::vernemq:")
        ? `Set \`${property}: false\` under \`${key}\` in Pulumi.${stack}.yaml and run \`up\`; then it can be deleted. ` +
              `Only if that \`up\` is refused for this same reason: ${byHand}.`
        : `It can be deleted only after ${byHand}, or without protect in the program.`;
}

/**
 * A smaller number of brokers. A broker that only stops stays a dead member of VerneMQ's cluster for ever, and one that starts again with
 * the data of a broker that left is a separate cluster, so the steps are the operator's, in this order.
 */
function fewerBrokers(change: Change): readonly Refusal[] {
    const decrease = replicaDecrease(change);
    if (decrease === undefined) {
        return [];
    }
    const { from, to } = decrease;
    return [
        {
            ...identity(change),
            kind: "scale-down",
            role: "brokers",
            reason: `${change.name} would go from ${from} to ${to} brokers, and a broker that is only stopped remains a dead member of its cluster.`,
            remedy:
                roleOf(change.type).role === "Helm release"
                    ? scaleDownProcedure(change, from, to)
                    : "Brokers of upstream's operator leave when they stop (docs/guides/operator.md). If yours do too, add --allow-scale-down.",
        },
    ];
}

/** How brokers leave for good: https://docs.vernemq.com/vernemq-clustering/introduction, note 2. */
function scaleDownProcedure({ urn, after }: Change, from: number, to: number): string {
    const stack = urn.split(":")[2] ?? "";
    const given = valueOf(after?.inputs, "namespace");
    const namespace = typeof given === "string" ? given : "default";
    const leaving = Array.from({ length: from - to }, (_, index) => from - 1 - index);
    const kubectl = `kubectl --namespace ${namespace}`;
    const vmqAdmin = `${kubectl} exec ${podName(brokerNames.helm, 0)} -- vmq-admin`;
    const leave = leaving.map(
        (ordinal) =>
            `     ${vmqAdmin} cluster leave node=${nodeName(brokerNames.helm, ordinal, namespace)} -k -i 5 -t 120`,
    );
    const claims = leaving.map((ordinal) => claimName(brokerNames.helm, ordinal)).join(" ");
    return [
        `\`${commandLine(`scale --stack ${stack} --to ${to}`)}\` lets them leave, waits, and deletes their volumes; if interrupted, it continues when run again.`,
        "Then this update with --allow-scale-down. By hand, in this order:",
        "  1. let each broker leave, the highest first; its queues move to the others:",
        ...leave,
        `  2. check that it is gone: ${vmqAdmin} cluster show`,
        "  3. at once, before the pod starts again with its old data: this update with --allow-scale-down",
        `  4. delete its volume claim, so that it starts empty if it ever comes back: ${kubectl} delete pvc ${claims}`,
    ].join("\n");
}

/** The resource whose protection made the engine itself refuse a preview. */
export function protectedIn(message: string): readonly Refusal[] {
    const urns = [...message.matchAll(/"(urn:pulumi:[^"]+)" cannot be deleted\s+because it is protected/g)];
    return [...new Set(urns.map(([, urn = ""]) => urn))].map((urn) =>
        protectedRefusal(urn, (urn.split("::")[2] ?? "").split("$").at(-1) ?? ""),
    );
}

/** Refusals as text: what would happen, and what to do about it. */
export function renderRefusals(stack: string, refusals: readonly Refusal[]): string {
    const headline = `${stack}: nothing was changed, because this update would do the following:`;
    return [
        headline,
        ...refusals.map(({ reason, remedy }) => `  ${reason}\n    ${remedy.replace(/\n/g, "\n    ")}`),
    ].join("\n");
}
