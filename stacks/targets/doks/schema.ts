import * as z from "zod";
import { doksDefaults, loadBalancerNodes } from "../../../components/digitalocean/defaults";
import {
    apiAllowedCidrs,
    brokerNodeCount,
    brokerNodeSize,
    commonTags,
    systemNodeCount,
    systemNodeSize,
} from "../../settings/schema/cluster";
import { block, choice, flag, integer, matching, networkCidr } from "../../settings/schema/types";
import type { ParsedGroups, Settings } from "../../settings/settings";

/** `vernemq:cluster` of target doks. */
export const doksClusterSchema = z.strictObject({
    region: matching(/^[a-z]{3}\d$/, "a region's slug, for example fra1").describe(
        "Region of the cluster and its VPC.",
    ),
    version: matching(
        /^1\.\d{2}\.\d+-do\.\d+$/,
        "a version slug as `doctl kubernetes options versions` lists them, for example 1.35.1-do.0",
    ).describe(
        "Kubernetes version slug. No default: DigitalOcean withdraws slugs, and none is looked up at run time. With `automaticUpgrades` it applies only when the cluster is created.",
    ),
    automaticUpgrades: flag(doksDefaults.automaticUpgrades).describe(
        "Let DigitalOcean install patch releases in the maintenance window. To choose a newer minor version yourself, switch it off together with the new `version`.",
    ),
    apiAllowedCidrs: apiAllowedCidrs
        .optional()
        .describe(
            "Networks that may reach the Kubernetes API from outside: your pipelines and offices. DigitalOcean's control plane firewall is by invitation. Default: no firewall, so the API is open to the internet and guarded by its credentials alone; to turn off an existing one, set [0.0.0.0/0].",
        ),
    highAvailability: flag(doksDefaults.highAvailability).describe(
        "Highly available control plane. It cannot be switched off again.",
    ),
    vpcCidr: networkCidr(16, 24)
        .prefault(doksDefaults.vpcCidr)
        .describe("Network of the VPC. It must not overlap another VPC of the account. A change replaces the cluster."),
    systemNodes: block(
        "Default node pool. A change of its size replaces the cluster: DigitalOcean cannot do it in place.",
        {
            size: systemNodeSize("Droplet size", doksDefaults.systemNodes.size),
            count: systemNodeCount(doksDefaults.systemNodes.count),
        },
    ),
    brokerNodes: block("VerneMQ's node pool. A change of its size creates a new pool before the old one is deleted.", {
        size: brokerNodeSize("Droplet size", doksDefaults.brokerNodes.size),
        count: brokerNodeCount,
    }),
    loadBalancerNodes: integer(1, 200, loadBalancerNodes).describe(
        "Nodes of the load balancer. Each node of a regional one takes 10,000 connections; with two, one may fail. DigitalOcean's API documents at most 100, its guide 200.",
    ),
    kubeconfigDays: integer(1, 365, doksDefaults.kubeconfigDays).describe(
        "Days that the token in the kubeconfig is valid. Once it has expired, `pulumi refresh --target '**KubernetesCluster**'` gets a new one.",
    ),
    maintenance: block("Window for upgrades and maintenance.", {
        day: choice(
            ["any", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
            doksDefaults.maintenance.day,
        ).describe("Day of the window."),
        startTime: matching(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day in UTC, for example 04:00")
            .prefault(doksDefaults.maintenance.startTime)
            .describe("Start of the window, in UTC."),
    }),
    deletionProtection: flag(doksDefaults.deletionProtection).describe(
        "Protect the cluster from deletion and replacement.",
    ),
    tags: commonTags,
});

type Cluster = z.output<typeof doksClusterSchema>;

export type DoksGroups = ParsedGroups<Cluster>;
export type DoksSettings = Settings<Cluster, never>;
