import type { Origin } from "../common/catalog";
import { valueOf } from "../common/property-path";
import type { LowestTls } from "../common/resource-role";

/** The lowest version of each predefined policy. */
export const predefinedPolicies: Origin & { readonly lowest: Readonly<Record<string, string>> } = {
    lowest: {
        AppGwSslPolicy20150501: "1.0",
        AppGwSslPolicy20170401: "1.1",
        AppGwSslPolicy20170401S: "1.2",
        AppGwSslPolicy20220101: "1.2",
        AppGwSslPolicy20220101S: "1.2",
    },
    source: "https://learn.microsoft.com/azure/application-gateway/application-gateway-ssl-policy-overview",
    asOf: "2026-11",
};

/** The lowest TLS version that an Application Gateway accepts; empty where neither a policy that is known nor a version is named. */
export const gatewayTls: LowestTls = (inputs) => {
    if (valueOf(inputs, "sslPolicy.policyType") === "Predefined") {
        const path = "sslPolicy.policyName";
        const name = String(valueOf(inputs, path));
        const { lowest } = predefinedPolicies;
        return { path, version: Object.hasOwn(lowest, name) ? (lowest[name] ?? "") : "" };
    }
    const path = "sslPolicy.minProtocolVersion";
    const [, minor] = /^TLSv1_([0-3])$/.exec(String(valueOf(inputs, path))) ?? [];
    return { path, version: minor === undefined ? "" : `1.${minor}` };
};
