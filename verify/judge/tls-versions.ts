import type { TlsVersion } from "../../components/edge/plan";
import { failed, type Finding } from "../report";
import type { Handshake } from "../wire/tls";

/** TLS versions, oldest first, with the names that Node.js has for them. */
export const offeredVersions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
export type OfferedVersion = (typeof offeredVersions)[number];

/** TLS 1.0 and 1.1 are not to be used any more (https://www.rfc-editor.org/rfc/rfc8996). */
function isWanted(version: OfferedVersion, minimum: TlsVersion): boolean {
    return version === "TLSv1.3" || (version === "TLSv1.2" && minimum === "1.2");
}

/** Judges one handshake for each version: those from the minimum on are accepted, the others refused. */
export function judgeVersions(
    seen: readonly (readonly [version: OfferedVersion, result: Handshake])[],
    minimum: TlsVersion,
): Finding {
    const accepted = seen.filter(([, { kind }]) => kind === "done").map(([version]) => version);
    const unknown = seen.filter(([, { kind }]) => kind !== "done" && kind !== "refused" && kind !== "not-tls");
    const tooOld = accepted.filter((version) => !isWanted(version, minimum));
    const missing = seen.filter(([version, { kind }]) => kind === "refused" && isWanted(version, minimum));
    const words = seen.map(([version, result]) => `${titleOf(version)} ${wordOf(result)}`).join(", ");
    if (tooOld.length > 0) {
        return failed(
            words,
            `accept nothing below TLS ${minimum}: minimumTlsVersion of vernemq:edge, or the load balancer's own policy`,
        );
    }
    if (missing.length > 0) {
        return failed(
            words,
            `accept ${missing.map(([version]) => titleOf(version)).join(" and ")}: devices that support no other version cannot connect`,
        );
    }
    return { status: unknown.length > 0 ? "skipped" : "ok", seen: words };
}

function titleOf(version: OfferedVersion): string {
    return version === "TLSv1" ? "1.0" : version.replace("TLSv", "");
}

function wordOf(result: Handshake): string {
    switch (result.kind) {
        case "done":
            return "accepted";
        case "refused":
        case "not-tls":
            return "refused";
        case "not-offered":
            return "not told (this machine cannot offer it)";
        case "unreachable":
            return `not told (${result.code})`;
    }
}
