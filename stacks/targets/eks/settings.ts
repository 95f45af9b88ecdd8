import type * as z from "zod";
import type { ParsedGroups, Settings } from "../../settings/settings";
import type { eksClusterSchema } from "./schema";

type Cluster = z.output<typeof eksClusterSchema>;

export type EksGroups = ParsedGroups<Cluster>;
export type EksSettings = Settings<Cluster, "region">;
