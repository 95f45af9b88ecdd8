import { compact } from "../../../components/common/compact";
import type { Problem } from "../../../components/common/problem";

/** A zone that is named by its domain holds the host, and the host is not the domain itself unless `apex` says that it may be. */
export function zoneOfHost(zone: string, host: string | undefined, apex: "apex-allowed" | "below-it-only"): Problem[] {
    const isApex = apex === "apex-allowed" && host === zone;
    return compact([
        host?.endsWith(`.${zone}`) === false &&
            !isApex && {
                key: "vernemq:dns.zone",
                value: zone,
                rule: `the host ${host} is not in this zone`,
                remedy: "name the zone that the host ends with",
            },
    ]);
}

const hostedZoneId = /^Z[A-Z0-9]{1,31}$/;

/** A zone of Route 53 is named by its id. */
export function hostedZoneProblems({ zone }: { readonly zone: string }): Problem[] {
    return compact([
        !hostedZoneId.test(zone) && {
            key: "vernemq:dns.zone",
            value: zone,
            rule: "a Route 53 hosted zone id, for example Z0123456789ABCDEFGHIJ",
            remedy: "`aws route53 list-hosted-zones` shows it, without the /hostedzone/ before it",
        },
    ]);
}
