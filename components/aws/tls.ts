import type { LowestTls } from "../common/resource-role";

/**
 * The lowest TLS version that a listener accepts, by the name of its policy
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html). Without a name AWS takes
 * ELBSecurityPolicy-2016-08, which accepts 1.0.
 */
export const listenerTls: LowestTls = ({ protocol, sslPolicy }) => {
    const [, modern, older] =
        /^ELBSecurityPolicy-(?:TLS13-1-([0-3])-|(?:TLS|FS)-1-([0-2])-)/.exec(String(sslPolicy)) ?? [];
    return protocol === "TLS" || protocol === "HTTPS"
        ? { path: "sslPolicy", version: `1.${modern ?? older ?? "0"}` }
        : undefined;
};
