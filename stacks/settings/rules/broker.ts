import { compact } from "../../../components/common/compact";
import { confSchemaProblem } from "../../../components/broker/config/conf";
import { confKind } from "../../../components/broker/config/keys";
import { isOfficialImage } from "../../../components/broker/versions";
import type { Problem } from "../../../components/common/problem";
import type { ParsedGroups } from "../settings";
import { propertyPath } from "../schema/problems";

/** Combinations of the broker's settings that cannot work. */
export function brokerProblems(groups: ParsedGroups): Problem[] {
    const { broker } = groups;
    const { replicas, maxReplicas } = broker;
    const nodes = brokerNodes(groups);
    return compact([
        isOfficialImage(broker.image.repository) &&
            !broker.acceptLicense && {
                key: "vernemq:broker.acceptLicense",
                value: broker.acceptLicense,
                rule: "the official image runs only after its end user license agreement is accepted, which requires a paid subscription for commercial use",
                remedy: "read it at https://vernemq.com/end-user-license-agreement and set this to true, or use your own image",
            },
        ...knownSettings(broker),
        ...persistence(broker),
        nodes.count !== undefined &&
            replicas > nodes.count && {
                key: "vernemq:broker.replicas",
                value: replicas,
                rule: `one broker runs per node, and ${nodes.key} is ${nodes.count}`,
                remedy: `use at most ${nodes.count}, or raise ${nodes.key}`,
            },
        maxReplicas !== undefined &&
            replicas > maxReplicas && {
                key: "vernemq:broker.maxReplicas",
                value: maxReplicas,
                rule: `the edge is prepared for fewer brokers than there are replicas (${replicas})`,
                remedy: `use at least ${replicas}`,
            },
    ]);
}

/** The operator's brokers hand their queued messages to the others before they stop, and must not keep their data. */
function leavesOnStop({ engine, operator }: ParsedGroups["broker"]): boolean {
    return engine === "operator" && operator?.leavesOnStop !== false;
}

/**
 * A setting that the broker does not know stops every broker at its next start. Your own image may know more, and VerneMQ 1.x of the
 * operator knows others.
 */
function knownSettings(broker: ParsedGroups["broker"]): Problem[] {
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
            rule: "the key is in vernemq:broker.settings too, and only one of the two would take effect",
            remedy: "remove one of them",
        }));
    if (!isOfficialImage(broker.image.repository) || broker.engine === "operator") {
        return twice;
    }
    const unknown = [...plain, ...secret].map(({ group, key, value }) => {
        const problem = confSchemaProblem(key, value);
        // What stands at an unknown key may be a secret with a misspelt name.
        const shown = confKind(key) === undefined ? undefined : value;
        return problem && { key: `vernemq:broker.${group}${propertyPath(key)}`, value: shown, ...problem };
    });
    return compact([...twice, ...unknown]);
}

function persistence(broker: ParsedGroups["broker"]): Problem[] {
    const { enabled, whenScaled } = broker.persistence;
    return compact([
        !enabled &&
            whenScaled === "Delete" && {
                key: "vernemq:broker.persistence.whenScaled",
                value: whenScaled,
                rule: "there are no volume claims to delete without persistence",
                remedy: "leave it out, or switch persistence on",
            },
        !enabled &&
            whenScaled !== "Delete" &&
            broker.replicas > 1 &&
            !leavesOnStop(broker) && {
                key: "vernemq:broker.persistence.enabled",
                value: false,
                rule: "a broker that comes back without its data loses queued messages and has to be repaired by its peers (docker-vernemq#405: volumes are required)",
                remedy: "leave it on, or run one replica",
            },
    ]);
}

/** How many nodes VerneMQ may use, where that is known. */
function brokerNodes({ cluster }: ParsedGroups): { key: string; count: number | undefined } {
    return cluster.brokerNodes === undefined
        ? { key: "vernemq:cluster.nodes", count: cluster.nodes }
        : { key: "vernemq:cluster.brokerNodes.count", count: cluster.brokerNodes.count };
}
