import type { QuotaUse } from "../account";
import { grouped } from "../capacity/edge";
import type { CapacityTable } from "./capacity";

/** What a stack uses of its account's quotas; none where it creates nothing in one. */
export function quotaTable(quotas: readonly QuotaUse[]): CapacityTable | undefined {
    return quotas.length === 0
        ? undefined
        : {
              head: ["Quota", "Used", "Default of an account", "Source"],
              rows: quotas.map(({ quota, used, default: limit, source, asOf }) => [
                  quota,
                  used === null ? "not known" : grouped(used),
                  typeof limit === "string"
                      ? limit
                      : `${grouped(limit)}${used !== null && used > limit ? ": ask for more" : ""}`,
                  `${source} (${asOf})`,
              ]),
          };
}
