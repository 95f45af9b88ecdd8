import * as z from "zod";
import type { Settings } from "../../../../stacks/settings/settings";

export const nimbusClusterSchema = z.strictObject({
    version: z.string().prefault("1.35").describe("Kubernetes version."),
    network: z.string().prefault("10.20.0.0/16").describe("Network of the cluster."),
    brokerNodes: z
        .strictObject({
            size: z.string().prefault("n-8-32").describe("Size of the nodes."),
            count: z.int().min(1).optional().describe("Number of nodes. Default: one per broker."),
        })
        .prefault({})
        .describe("VerneMQ's node pool."),
});

export type NimbusSettings = Settings<z.output<typeof nimbusClusterSchema>, "region">;
