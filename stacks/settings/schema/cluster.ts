import * as z from "zod";
import { nodeDiskGiB } from "../../../components/common/node-defaults";
import { integer, matching, networkCidr, rule, tags, text } from "./types";

/** Versions of Kubernetes as clouds name them: minor versions only, because they choose the patch. */
export function minorVersion(): z.ZodString {
    return matching(/^1\.\d{2}$/, "a Kubernetes minor version in quotes, for example '1.35'");
}

/** Networks that may reach the Kubernetes API. */
export const apiAllowedCidrs = z
    // IPv4, because that is what the API endpoints have; without host bits, because Azure refuses them.
    .array(networkCidr(0, 32))
    .min(1, { error: "at least one network; otherwise nothing, this program included, reaches the Kubernetes API" })
    .describe(
        "Networks that may reach the Kubernetes API from outside: your pipelines and offices. No default, because 0.0.0.0/0 should be a decision.",
    );

/** A list of zones without one that stands twice. */
export function eachOnce<Zones extends z.ZodArray>(zones: Zones): Zones {
    return rule(zones, (listed) => new Set(listed).size === listed.length, {
        rule: "a zone is listed once",
        remedy: "remove the second entry",
    });
}

/** Tags beside those of the program. */
export const commonTags = tags()
    .prefault({})
    .describe("Tags (labels on GKE) for everything that is created, in addition to those that the program sets.");

const diskGiB = integer(20, 4096, nodeDiskGiB).describe("Size of each node's own disk, in GiB.");

/** Number of nodes in VerneMQ's node pool. */
export const brokerNodeCount = integer(1, 100)
    .optional()
    .describe("Number of VerneMQ's nodes. Default: one per broker.");

export function systemNodeCount(defaultCount: number) {
    return integer(1, 100, defaultCount).describe("Number of these nodes.");
}

/** What VerneMQ's node pool has where nodes get their own disk, beside its size in the cloud's own word. */
export const brokerPool = { count: brokerNodeCount, diskGiB };

/** What the system node pool has where nodes get their own disk, beside its size in the cloud's own word. */
export function systemPool(defaultCount: number) {
    return { count: systemNodeCount(defaultCount), diskGiB };
}

export function brokerNodeSize(what: string, size: string) {
    return text()
        .prefault(size)
        .describe(`${what} of VerneMQ's dedicated nodes. A few large ones are better than many small ones.`);
}

export function systemNodeSize(what: string, size: string) {
    return text().prefault(size).describe(`${what} of the nodes for HAProxy and the cluster's own services.`);
}
