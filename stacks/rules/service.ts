import type { Problem } from "../../components/problem";
import type { ParsedGroups } from "../config";

/** Ways of offering VerneMQ's own Service that cannot work. */
export function serviceProblems({ broker, edge }: ParsedGroups): Problem[] {
    const { type, nodePorts } = broker.service;
    const problems: Problem[] = [];
    if (type !== "ClusterIP" && edge.exposure !== "none") {
        problems.push({
            key: "vernemq:broker.service.type",
            value: type,
            rule: "beside an edge VerneMQ's own Service would be a second, unencrypted entrance that expects PROXY headers",
            remedy: "use ClusterIP, or set vernemq:edge.exposure to none",
        });
    }
    if (type === "NodePort" && nodePorts === undefined) {
        problems.push({
            key: "vernemq:broker.service.nodePorts",
            rule: "the chart's own node ports (1883, 8080) are outside Kubernetes' range, so each has to be set",
            remedy: "give mqtt a port between 30000 and 32767",
        });
    }
    if (type !== "NodePort" && nodePorts !== undefined) {
        problems.push({
            key: "vernemq:broker.service.nodePorts",
            rule: `a Service of type ${type} has no node ports to choose`,
            remedy: "leave it out, or use type NodePort",
        });
    }
    return problems;
}
