import { compact } from "../../../components/common/compact";
import { azureNodeLimits, systemPool } from "../../../components/azure/limits";
import type { Problem } from "../../../components/common/problem";
import type { AksGroups } from "./schema";

/** What AKS refuses of settings that are valid by themselves. */
export function aksProblems({ cluster: { systemNodes } }: AksGroups): Problem[] {
    const { vmSize } = systemNodes;
    const vcpus = azureNodeLimits.sizeOf(vmSize)?.vcpus;
    const isBurstable = vmSize.startsWith("Standard_B");
    return compact([
        (isBurstable || (vcpus !== undefined && vcpus < systemPool.leastVcpus)) && {
            key: "vernemq:cluster.systemNodes.vmSize",
            value: vmSize,
            rule: `a system node pool of AKS needs at least ${systemPool.leastVcpus} vCPUs and takes no size of the burstable B series (${systemPool.source})`,
            remedy: "use Standard_D4s_v5 or another size with at least as many",
        },
    ]);
}
