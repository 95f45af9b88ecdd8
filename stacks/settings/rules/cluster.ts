import { overlaps } from "../../../components/common/addresses";
import type { Problem } from "../../../components/common/problem";
import { targetOf } from "../../targets/registry";
import type { ParsedGroups } from "../settings";

/** Combinations of the cluster's settings that cannot work. */
export function clusterProblems(groups: ParsedGroups): Problem[] {
    const networks = networksOf(groups);
    return networks.flatMap((network, index) =>
        networks
            .slice(0, index)
            .filter((earlier) => overlaps(network.value, earlier.value))
            .map((earlier) => ({
                ...network,
                rule: `it overlaps ${earlier.key} (${earlier.value})`,
                remedy: "choose a network that does not overlap it",
            })),
    );
}

/** The networks of a cluster that must not overlap. */
function networksOf({ target, cluster }: ParsedGroups): { readonly key: string; readonly value: string }[] {
    return targetOf(target).networkSettings.flatMap((name) => {
        const value = cluster[name];
        return typeof value === "string" ? [{ key: `vernemq:cluster.${name}`, value }] : [];
    });
}
