import { compact, findings, type Maybe } from "../../../components/common/compact";
import { confSchemaProblem } from "../../../components/broker/config/conf";
import { confKind } from "../../../components/broker/config/keys";
import { isOfficialImage } from "../../../components/broker/versions";
import type { Problem } from "../../../components/common/problem";
import type { ParsedGroups } from "../settings";
import { propertyPath } from "../schema/problems";

/** Combinations of the broker's settings that cannot work. */
export function brokerProblems(groups: ParsedGroups): Problem[] {
    return findings([license, knownSettings, persistence, replicasFitNodes, replicasFitMaximum], groups);
}

function license({ broker }: ParsedGroups): Maybe<Problem> {
    return isOfficialImage(broker.image.repository) && !broker.acceptLicense
        ? {
              key: "vernemq:broker.acceptLicense",
              value: broker.acceptLicense,
              rule: "the official image runs only after its end user license agreement is accepted, which asks for a paid subscription for commercial use",
              remedy: "read it at https://vernemq.com/end-user-license-agreement and set this to true, or use your own image",
          }
        : undefined;
}

/** The operator's brokers hand their queued messages to the others before they stop, and must not keep their data. */
function leavesOnStop({ engine, operator }: ParsedGroups["broker"]): boolean {
    return engine === "operator" && operator?.leavesOnStop !== false;
}

/**
 * A setting that the broker does not know stops every broker at its next start. Your own image may know more, and VerneMQ 1.x of the
 * operator knows others.
 */
function knownSettings({ broker }: ParsedGroups): Problem[] {
    const plain = Object.entries(broker.settings).map(([key, value]) => ({ group: "settings", key, value }));
    const secret = Object.keys(broker.secretSettings).map((key) => ({
        group: "secretSettings",
        key,
        value: undefined,
    }));
    const twice = secret
        .filter(({ key }) => key in broker.settings)
        .map(({ key }) => ({
            key: `vernemq:broker.secretSettings${propertyPath(key)}`,
            rule: "the key stands in vernemq:broker.settings too, and only one of the two would count",
            remedy: "remove one of them",
        }));
    if (!isOfficialImage(broker.image.repository) || broker.engine === "operator") {
        return twice;
    }
    const unknown = [...plain, ...secret].flatMap(({ group, key, value }) => {
        const problem = confSchemaProblem(key, value);
        return compact([
            problem !== undefined && {
                key: `vernemq:broker.${group}${propertyPath(key)}`,
                // What stands at an unknown key may be a secret with a misspelt name.
                value: confKind(key) === undefined ? undefined : value,
                rule: problem.rule,
                remedy: problem.remedy,
            },
        ]);
    });
    return [...twice, ...unknown];
}

function persistence({ broker }: ParsedGroups): Maybe<Problem> {
    const { enabled, whenScaled } = broker.persistence;
    if (!enabled && whenScaled === "Delete") {
        return {
            key: "vernemq:broker.persistence.whenScaled",
            value: whenScaled,
            rule: "there are no volume claims to delete without persistence",
            remedy: "leave it out, or switch persistence on",
        };
    }
    return (
        !(broker.persistence.enabled || broker.replicas === 1 || leavesOnStop(broker)) && {
            key: "vernemq:broker.persistence.enabled",
            value: false,
            rule: "a broker that comes back without its data loses queued messages and has to be healed by its peers (docker-vernemq#405: volumes are required)",
            remedy: "leave it on, or run one replica",
        }
    );
}

/** How many nodes VerneMQ may use, where that is known. */
function brokerNodes({ cluster }: ParsedGroups): { key: string; count: number | undefined } {
    return cluster.brokerNodes === undefined
        ? { key: "vernemq:cluster.nodes", count: cluster.nodes }
        : { key: "vernemq:cluster.brokerNodes.count", count: cluster.brokerNodes.count };
}

function replicasFitNodes(groups: ParsedGroups): Maybe<Problem> {
    const { key, count } = brokerNodes(groups);
    return count !== undefined && groups.broker.replicas > count
        ? {
              key: "vernemq:broker.replicas",
              value: groups.broker.replicas,
              rule: `one broker runs per node, and ${key} is ${count}`,
              remedy: `use at most ${count}, or raise ${key}`,
          }
        : undefined;
}

function replicasFitMaximum({ broker }: ParsedGroups): Maybe<Problem> {
    return broker.maxReplicas !== undefined && broker.replicas > broker.maxReplicas
        ? {
              key: "vernemq:broker.maxReplicas",
              value: broker.maxReplicas,
              rule: `the edge is prepared for fewer brokers than there are replicas (${broker.replicas})`,
              remedy: `use at least ${broker.replicas}`,
          }
        : undefined;
}
