import * as z from "zod";
import { gkeDefaults } from "../../../components/google/defaults";
import { googleLabelProblem } from "../../../components/google/labels";
import {
    apiAllowedCidrs,
    brokerNodeSize,
    brokerPool,
    eachOnce,
    systemNodeSize,
    systemPool,
} from "../../settings/schema/cluster";
import { block, choice, flag, matching, named, networkCidr, tags } from "../../settings/schema/types";
import type { ParsedGroups, Settings } from "../../settings/settings";

const zoneSuffix = matching(/^[a-z]$/, "the letter of a zone, for example a");

/** `vernemq:cluster` of target gke. */
export const gkeClusterSchema = z.strictObject({
    releaseChannel: choice(["RAPID", "REGULAR", "STABLE", "EXTENDED"], gkeDefaults.releaseChannel).describe(
        "Release channel that upgrades the cluster.",
    ),
    apiAllowedCidrs,
    zones: eachOnce(z.array(zoneSuffix).min(1).max(4))
        .prefault([...gkeDefaults.zones])
        .describe(
            "Zones of the nodes, by the letter that follows the region's name. Default: the first three that the region has.",
        ),
    nodeCidr: networkCidr(16, 24).prefault(gkeDefaults.nodeCidr).describe("Network of the nodes."),
    podCidr: networkCidr(9, 21).prefault(gkeDefaults.podCidr).describe("Network of the pods."),
    serviceCidr: networkCidr(16, 24).prefault(gkeDefaults.serviceCidr).describe("Network of the Services."),
    controlPlaneCidr: networkCidr(28, 28)
        .prefault(gkeDefaults.controlPlaneCidr)
        .describe("Network of the control plane, a /28."),
    systemNodes: block("System node pool.", {
        machineType: systemNodeSize("Machine type", gkeDefaults.systemNodes.machineType),
        ...systemPool(gkeDefaults.systemNodes.count),
    }),
    brokerNodes: block("VerneMQ's node pool.", {
        machineType: brokerNodeSize("Machine type", gkeDefaults.brokerNodes.machineType),
        ...brokerPool,
    }),
    deletionProtection: flag(gkeDefaults.deletionProtection).describe("Refuse to delete the cluster."),
    tags: named(
        tags(),
        googleLabelProblem,
        "write lower-case letters, digits, underscores and hyphens, and start a key with a letter",
    )
        .prefault({})
        .describe(
            "Labels for everything on Google Cloud that can carry them, in addition to those that the program sets. Keys and values are lower-case letters, digits, underscores and hyphens.",
        ),
});

type Cluster = z.output<typeof gkeClusterSchema>;

export type GkeGroups = ParsedGroups<Cluster>;
export type GkeSettings = Settings<Cluster, "project" | "region">;
