import { printable, quoted } from "../../components/common/disclosure";
import type { Rejection } from "../graph";

/** What the simulated clouds refused, as problems: the resource, the property, its value, the rule and its source. */
export function renderRejections(rejections: readonly Rejection[]): string {
    const places = rejections.length === 1 ? "1 setting" : `${rejections.length} settings`;
    return [`The cloud would refuse ${places}:`, ...rejections.map(renderRejection)].join("\n\n");
}

function renderRejection({ name, type, property, value, rule, source }: Rejection): string {
    const text = quoted(value);
    const shown = text === undefined ? "" : ` = ${text}`;
    return [
        `  ${printable(name)} (${type})`,
        `    ${printable(property)}${shown}`,
        `    rule:   ${rule}`,
        `    source: ${source}`,
    ].join("\n");
}
