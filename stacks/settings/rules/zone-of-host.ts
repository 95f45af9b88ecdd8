import type { Problem } from "../../../components/common/problem";

/** A zone that is named by its domain holds the host, and the host is not the domain itself unless `apex` says that it may be. */
export function zoneOfHost(zone: string, host: string | undefined, apex: "apex-allowed" | "below-it-only"): Problem[] {
    const isApex = apex === "apex-allowed" && host === zone;
    return host?.endsWith(`.${zone}`) === false && !isApex
        ? [
              {
                  key: "vernemq:dns.zone",
                  value: zone,
                  rule: `the host ${host} is not in this zone`,
                  remedy: "name the zone that the host ends with",
              },
          ]
        : [];
}
