import { isForDocumentation } from "../../../components/common/special-networks";
import { targetOf } from "../../targets/registry";
import { leavesOf } from "../schema/problems";
import type { ParsedGroups } from "../settings";

/** Domains that are reserved for documentation (RFC 2606). */
const documentationDomain = /(^|[./@])example(\.(com|net|org))?([:/]|$)/i;

/** What this project's own examples stand in for accounts with. */
const standIns: ReadonlySet<string> = new Set([
    "Z0123456789ABCDEFGHIJ",
    "example-project",
    "example-zone",
    "vpc-0123456789abcdef0",
]);

/** A value that stands for another in documentation and examples. */
interface DocumentationValue {
    /** Its full key: `vernemq:edge.host`. */
    readonly key: string;
    readonly value: string;
}

/** Values of the settings that are only for documentation, sorted by key. Secrets are not looked into. */
function documentationValues(groups: ParsedGroups): DocumentationValue[] {
    const { cluster, broker, edge, certificate, dns, observability } = groups;
    const own = { cluster, broker, edge, certificate, dns, observability };
    const { configKeys } = targetOf(groups.target);
    return [
        ...configKeys.flatMap(({ key, name }) => found(groups.cloud[name], key)),
        ...Object.entries(own).flatMap(([name, group]) => found(group, `vernemq:${name}`)),
    ].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function found(setting: unknown, at: string): DocumentationValue[] {
    return leavesOf(setting, at).flatMap(({ path, value }) =>
        typeof value === "string" && isStandIn(value) ? [{ key: path, value }] : [],
    );
}

function isStandIn(value: string): boolean {
    const mayBeAddress = /^[0-9a-f:./-]+$/i.test(value);
    return standIns.has(value) || documentationDomain.test(value) || (mayBeAddress && isForDocumentation(value));
}

/** One sentence that names them all, or none. */
export function documentationWarnings(groups: ParsedGroups): string[] {
    const values = documentationValues(groups);
    return values.length === 0
        ? []
        : [
              `Documentation values are still to be replaced: ${values
                  .map(({ key, value }) => `${key.replace(/^vernemq:/, "")} (${value})`)
                  .join(", ")}.`,
          ];
}
