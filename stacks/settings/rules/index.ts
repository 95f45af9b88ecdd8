import { compact } from "../../../components/common/compact";
import { isOpenToAll } from "../../../components/common/addresses";
import { isOfficialImage } from "../../../components/broker/versions";
import type { Problem } from "../../../components/common/problem";
import { targetOf } from "../../targets/registry";
import type { ParsedGroups } from "../settings";
import { accessProblems, accessWarnings } from "./access";
import { authenticationProblems, authenticationWarnings } from "./authentication";
import { brokerProblems } from "./broker";
import { certificateProblems, certificateWarnings } from "./certificate";
import { clusterProblems } from "./cluster";
import { credentialProblems } from "./credentials";
import { documentationWarnings } from "./documentation-values";
import { edgeProblems, edgeWarnings } from "./edge";
import { observabilityProblems, observabilityWarnings } from "./observability";
import { operatorProblems, operatorWarnings } from "./operator";
import { pemProblems, pemWarnings } from "./pem";
import { foreignMachines, zoneProblems, catalogWarnings } from "./catalog";
import { sourceProblems, sourceWarnings } from "./sources";
import { serviceProblems, serviceWarnings } from "./service";
import { webSocketProblems, webSocketWarnings } from "./web-socket";

/**
 * What no single setting can say: combinations that cannot work. Without `now` no date counts. `lackOfCertificate` is what the source
 * that the edge's planner chose does not have.
 */
export function crossProblems(
    groups: ParsedGroups,
    now: Date | undefined,
    lackOfCertificate: Problem | undefined,
): Problem[] {
    const found = [
        brokerProblems,
        operatorProblems,
        accessProblems,
        authenticationProblems,
        serviceProblems,
        edgeProblems,
        webSocketProblems,
        (all: ParsedGroups) => certificateProblems(all, lackOfCertificate),
        clusterProblems,
        foreignMachines,
        zoneProblems,
        (all: ParsedGroups) => targetOf(all.target).problems(all),
        observabilityProblems,
        sourceProblems,
    ].flatMap((rules) => rules(groups));
    const pem = pemProblems(groups, now);
    const named = new Set([...found, ...pem].map(({ key }) => key));
    return [...found, ...pem, ...credentialProblems(groups).filter(({ key }) => !named.has(key))];
}

/** What works and yet deserves a thought. */
export function crossWarnings(groups: ParsedGroups, now: Date | undefined): string[] {
    const { broker, cluster } = groups;
    return compact([
        broker.replicas === 1 && "One broker is not a cluster: while it restarts, no client can connect.",
        broker.replicas === 2 && "With two brokers a network split leaves no majority; three are safer.",
        broker.acceptLicense &&
            !isOfficialImage(broker.image.repository) &&
            "acceptLicense is set for an image that is not the official one: right for a copy of it; an open-source build refuses to start.",
        ...accessWarnings(groups),
        ...authenticationWarnings(groups),
        ...volumeWarnings(groups),
        cluster.apiAllowedCidrs !== undefined &&
            isOpenToAll(cluster.apiAllowedCidrs) &&
            "The Kubernetes API is open to the whole internet (cluster.apiAllowedCidrs).",
        ...operatorWarnings(groups),
        ...edgeWarnings(groups),
        ...webSocketWarnings(groups),
        ...pemWarnings(groups, now),
        ...serviceWarnings(groups),
        ...certificateWarnings(groups),
        ...catalogWarnings(groups, now),
        ...targetOf(groups.target).warnings(groups),
        ...observabilityWarnings(groups),
        ...sourceWarnings(groups),
        ...documentationWarnings(groups),
    ]);
}

function volumeWarnings({ broker }: ParsedGroups): string[] {
    if (broker.persistence.enabled) {
        return [];
    }
    return broker.engine === "operator" && broker.operator?.leavesOnStop === true
        ? [
              "Without volumes a broker that is lost with its node loses its queued messages; one that stops hands them to the others first.",
          ]
        : ["Without persistence a restart loses sessions and retained messages."];
}
