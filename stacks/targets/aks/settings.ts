import type * as z from "zod";
import type { ParsedGroups, Settings } from "../../settings/settings";
import type { aksClusterSchema } from "./schema";

type Cluster = z.output<typeof aksClusterSchema>;

export type AksGroups = ParsedGroups<Cluster>;
export type AksSettings = Settings<Cluster, "region">;
