import type * as z from "zod";
import type { ParsedGroups, Settings } from "../../settings/settings";
import type { doksClusterSchema } from "./schema";

type Cluster = z.output<typeof doksClusterSchema>;

export type DoksGroups = ParsedGroups<Cluster>;
export type DoksSettings = Settings<Cluster, never>;
