import type * as z from "zod";
import type { ParsedGroups, Settings } from "../../settings/settings";
import type { existingClusterSchema } from "./schema";

type Cluster = z.output<typeof existingClusterSchema>;

export type ExistingGroups = ParsedGroups<Cluster>;
export type ExistingSettings = Settings<Cluster, never>;
