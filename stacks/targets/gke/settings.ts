import type * as z from "zod";
import type { ParsedGroups, Settings } from "../../settings/settings";
import type { gkeClusterSchema } from "./schema";

type Cluster = z.output<typeof gkeClusterSchema>;

export type GkeGroups = ParsedGroups<Cluster>;
export type GkeSettings = Settings<Cluster, "project" | "region">;
