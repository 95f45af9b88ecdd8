import type * as z from "zod";
import type { Settings } from "../../settings/settings";
import type { gkeClusterSchema } from "./schema";

type Cluster = z.output<typeof gkeClusterSchema>;

export type GkeSettings = Settings<Cluster, "project" | "region">;
