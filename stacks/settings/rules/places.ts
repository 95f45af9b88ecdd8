import { awsNodeLimits } from "../../../components/aws/limits";
import { azureNodeLimits } from "../../../components/azure/limits";
import type { NodeLimits } from "../../../components/common/node-limits";
import type { Problem } from "../../../components/common/problem";
import { digitaloceanNodeLimits } from "../../../components/digitalocean/limits";
import { googleNodeLimits } from "../../../components/google/limits";
import type { ParsedGroups } from "../settings";

const clouds: readonly NodeLimits[] = [awsNodeLimits, googleNodeLimits, azureNodeLimits, digitaloceanNodeLimits];

/** The settings' words for a machine, each of one cloud. */
const words: Readonly<Record<string, NodeLimits>> = {
    instanceType: awsNodeLimits,
    machineType: googleNodeLimits,
    vmSize: azureNodeLimits,
    size: digitaloceanNodeLimits,
};

/** A machine whose name is formed as another cloud forms names. */
export function foreignMachines({ cluster }: Pick<ParsedGroups, "cluster">): Problem[] {
    const settings = cluster as Readonly<Record<string, unknown>>;
    return ["systemNodes", "brokerNodes"].flatMap((pool) => {
        const nodes = (settings[pool] ?? {}) as Readonly<Record<string, unknown>>;
        return Object.entries(words).flatMap(([word, own]) => {
            const name = nodes[word];
            const owner = clouds.find((cloud) => typeof name === "string" && cloud.isSizeName(name));
            return owner === undefined || owner === own
                ? []
                : [
                      {
                          key: `vernemq:cluster.${pool}.${word}`,
                          value: name,
                          rule: `it is the name of a machine of ${owner.title}, and this cluster is of ${own.title}`,
                          remedy: `name a machine of ${own.title}`,
                      },
                  ];
        });
    });
}
