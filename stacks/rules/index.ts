import { isOfficialImage } from "../../components/broker/versions";
import type { Problem } from "../../components/problem";
import type { ParsedGroups } from "../config";
import { accessProblems, accessWarnings } from "./access";
import { brokerProblems } from "./broker";
import { certificateProblems } from "./certificate";
import { clusterProblems } from "./cluster";
import { edgeProblems, edgeWarnings } from "./edge";
import { platformProblems, platformWarnings } from "./platform";
import { serviceProblems } from "./service";

/** What no single setting can say: combinations that cannot work. */
export function crossProblems(groups: ParsedGroups): Problem[] {
    return [
        brokerProblems,
        accessProblems,
        serviceProblems,
        edgeProblems,
        certificateProblems,
        clusterProblems,
        platformProblems,
    ].flatMap((rules) => rules(groups));
}

/** What works and yet deserves a thought. */
export function crossWarnings(groups: ParsedGroups): string[] {
    const { broker, cluster } = groups;
    return [
        ...(broker.replicas === 1 ? ["One broker is no cluster: while it restarts, nobody can connect."] : []),
        ...(broker.replicas === 2 ? ["With two brokers a network split leaves no majority; three are safer."] : []),
        ...(broker.acceptLicense && !isOfficialImage(broker.image.repository)
            ? [
                  "acceptLicense is set for an image that is not the official one: right for a copy of it; an open-source build refuses to start.",
              ]
            : []),
        ...accessWarnings(groups),
        ...(broker.persistence.enabled ? [] : ["Without persistence a restart loses sessions and retained messages."]),
        ...("apiAllowedCidrs" in cluster && cluster.apiAllowedCidrs.includes("0.0.0.0/0")
            ? ["The Kubernetes API is open to the whole internet (cluster.apiAllowedCidrs)."]
            : []),
        ...edgeWarnings(groups),
        ...platformWarnings(groups),
    ];
}
