import { valueOf } from "../common/property-path";
import type { LowestTls } from "../common/resource-role";

/** The lowest version of each predefined policy (https://learn.microsoft.com/azure/application-gateway/application-gateway-ssl-policy-overview). */
const predefinedPolicies: Readonly<Record<string, string>> = {
    AppGwSslPolicy20150501: "1.0",
    AppGwSslPolicy20170401: "1.1",
    AppGwSslPolicy20170401S: "1.2",
    AppGwSslPolicy20220101: "1.2",
    AppGwSslPolicy20220101S: "1.2",
};

/** The lowest TLS version that an Application Gateway accepts; empty where neither a policy that is known nor a version is named. */
export const gatewayTls: LowestTls = (inputs) => {
    if (valueOf(inputs, "sslPolicy.policyType") === "Predefined") {
        const path = "sslPolicy.policyName";
        const name = String(valueOf(inputs, path));
        return { path, version: Object.hasOwn(predefinedPolicies, name) ? (predefinedPolicies[name] ?? "") : "" };
    }
    const path = "sslPolicy.minProtocolVersion";
    const [, minor] = /^TLSv1_([0-3])$/.exec(String(valueOf(inputs, path))) ?? [];
    return { path, version: minor === undefined ? "" : `1.${minor}` };
};
