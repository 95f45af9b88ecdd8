import { compact } from "../../../components/common/compact";
import { authorizedNetworks } from "../../../components/google/limits";
import type { Problem } from "../../../components/common/problem";
import type { GkeGroups } from "./schema";

/** What Google refuses of settings that are valid by themselves. */
export function gkeProblems({ cluster: { apiAllowedCidrs } }: GkeGroups): Problem[] {
    return compact([
        apiAllowedCidrs.length > authorizedNetworks.most && {
            key: "vernemq:cluster.apiAllowedCidrs",
            value: apiAllowedCidrs.length,
            rule: `GKE takes at most ${authorizedNetworks.most} authorized networks (${authorizedNetworks.source})`,
            remedy: "join neighboring networks, or let users in through one gateway",
        },
    ]);
}

/** What may work. */
export function gkeWarnings({ cluster: { apiAllowedCidrs } }: GkeGroups): string[] {
    const { certain, most, source } = authorizedNetworks;
    return compact([
        apiAllowedCidrs.length > certain &&
            apiAllowedCidrs.length <= most &&
            `GKE takes ${most} authorized networks for clusters with private nodes and ${certain} for others, and its pages do not say which this cluster counts as (cluster.apiAllowedCidrs, ${source}).`,
    ]);
}
