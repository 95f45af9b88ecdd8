import type { LowestTls } from "../common/resource-role";

/** The lowest TLS version of an SSL policy; 1.0 where it names none (https://cloud.google.com/load-balancing/docs/ssl-policies-concepts). */
export const sslPolicyTls: LowestTls = ({ minTlsVersion }) => {
    const [, minor = "0"] = /^TLS_1_([0-3])$/.exec(String(minTlsVersion)) ?? [];
    return { path: "minTlsVersion", version: `1.${minor}` };
};

/** A proxy accepts what its SSL policy says; without one Google takes a policy that accepts TLS 1.0 (same page). */
export const proxyTls: LowestTls = ({ sslPolicy }) =>
    sslPolicy === undefined ? { path: "sslPolicy", version: "1.0" } : undefined;
