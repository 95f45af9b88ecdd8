import * as z from "zod";
import { parseAddress, parseRange } from "../../../components/common/addresses";
import { existingDefaults, metallbDefaults } from "../../../components/kubernetes/defaults";
import { metallbModes } from "../../../components/edge/plan";
import {
    choice,
    integer,
    labelKey,
    labelValue,
    matching,
    named,
    optionalBlock,
    secretString,
    text,
} from "../../settings/schema/types";
import type { ParsedGroups, Settings } from "../../settings/settings";

const bgpPeer = z.strictObject({
    myAsn: integer(1, 4_294_967_295).describe("AS number of the cluster."),
    peerAsn: integer(1, 4_294_967_295).describe("AS number of the router."),
    peerAddress: z.ipv4({ error: "an IPv4 address" }).describe("Address of the router."),
});

const addressRange = named(
    z.string(),
    (value) =>
        parseRange(value)?.version === 4 && parseAddress(value) === undefined ? undefined : "an IPv4 network or range",
    "write 192.0.2.0/28 or 192.0.2.10-192.0.2.20",
);

/** `vernemq:cluster` of target existing. */
export const existingClusterSchema = z.strictObject({
    kubeconfig: secretString().optional().describe("Contents of a kubeconfig, a secret."),
    kubeconfigPath: text().optional().describe("Path of a kubeconfig. Default: KUBECONFIG or ~/.kube/config."),
    context: text().optional().describe("Context of the kubeconfig. Default: its current context."),
    name: matching(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, "up to 40 lower-case letters, digits and hyphens")
        .prefault(existingDefaults.name)
        .describe(
            "Name for the cluster in outputs and in the provider's identity. Change it when you move to another cluster.",
        ),
    nodes: integer(1, 1000)
        .optional()
        .describe("Number of nodes that VerneMQ can run on, so that too many replicas are refused before an update."),
    brokerNodeLabels: z
        .record(labelKey(), labelValue())
        .prefault({})
        .describe("Labels of VerneMQ's dedicated nodes. Default: any node."),
    brokerNodeTaint: optionalBlock("Taint (NoSchedule) on those nodes, which VerneMQ then tolerates.", {
        key: labelKey().describe("Key of the taint."),
        value: labelValue().prefault(existingDefaults.taintValue).describe("Value of the taint."),
    }),
    kubeProxyMode: z
        .enum(["iptables", "nftables", "ipvs", "none"])
        .optional()
        .describe(
            "kube-proxy's mode (`none` for a replacement such as Cilium's). Reported where it matters for affinity: ipvs is deprecated since Kubernetes 1.35.",
        ),
    metallb: optionalBlock("Install MetalLB. Only for bare metal: it does not work in the clouds' networks.", {
        version: matching(/^\d+\.\d+\.\d+$/, "a chart version, for example 0.16.1")
            .prefault(metallbDefaults.version)
            .describe("Version of the MetalLB chart."),
        mode: choice(metallbModes, metallbDefaults.mode).describe("How addresses are announced."),
        addresses: z
            .array(addressRange)
            .min(1, { error: "at least one range of addresses" })
            .describe("Addresses to give to load balancers."),
        bgpPeers: z
            .array(bgpPeer)
            .prefault([...metallbDefaults.bgpPeers])
            .describe("Routers, with mode bgp."),
    }),
});

type Cluster = z.output<typeof existingClusterSchema>;

export type ExistingGroups = ParsedGroups<Cluster>;
export type ExistingSettings = Settings<Cluster, never>;
