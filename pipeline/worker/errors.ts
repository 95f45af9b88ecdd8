import { stripVTControlCharacters } from "node:util";
import type { EngineEvent } from "../run";

/** The engine's text without colours: it marks them as `<{%fg 1%}>` in events, and a program may print escape sequences. */
export function plainText(text: string): string {
    return stripVTControlCharacters(text.replace(/<\{%.*?%\}>/g, ""));
}

/** What the engine adds to every failure, after the reason. */
const closingWords = /^(update|preview|refresh|destroy) (failed|canceled)$/;

/** Why an operation failed: what the engine reported as errors, or else what it wrote to its standard error. */
export function reasonOf(events: readonly EngineEvent[], stderr: string): string {
    const errors = events.flatMap(({ diagnosticEvent: diagnostic }) => {
        if (diagnostic?.severity !== "error") {
            return [];
        }
        const name = diagnostic.urn?.split("::").at(-1);
        const message = plainText(diagnostic.message).trim();
        return closingWords.test(message) ? [] : [name === undefined ? message : `${name}: ${message}`];
    });
    const policies = events.flatMap(({ policyEvent: policy }) =>
        policy?.enforcementLevel === "mandatory"
            ? [`policy ${policy.policyName}: ${plainText(policy.message).trim()}`]
            : [],
    );
    const found = [...new Set([...policies, ...errors])];
    if (found.length > 0) {
        return found.join("\n");
    }
    // What the Automation API throws holds all that the engine showed, too.
    const closing = events.map(({ diagnosticEvent }) => plainText(diagnosticEvent?.message ?? "").trim());
    return closing.find((words) => closingWords.test(words)) ?? engineWords(stderr);
}

/** The engine's own error in what it wrote, which the Automation API wraps into the command and its exit code. */
export function engineWords(text: string): string {
    const plain = plainText(text).replace(/\n err\?:[\s\S]*$/, "");
    const start = plain.search(/^error: /m);
    return (start === -1 ? plain : plain.slice(start + "error: ".length)).trim();
}
