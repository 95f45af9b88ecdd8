import type * as z from "zod";
import type { Settings } from "../../settings/settings";
import type { aksClusterSchema } from "./schema";

type Cluster = z.output<typeof aksClusterSchema>;

export type AksSettings = Settings<Cluster, "region">;
