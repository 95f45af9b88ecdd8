import { stripVTControlCharacters } from "node:util";
import type { EngineEvent } from "../run";

/** The engine's text without colors: it marks them as `<{%fg 1%}>` in events, and a program may print escape sequences. */
export function plainText(text: string): string {
    return stripVTControlCharacters(text.replace(/<\{%.*?%\}>/g, ""));
}

/** What the engine adds to every failure, after the reason. */
const closingWords = /^(update|preview|refresh|destroy) (failed|canceled)$/;

/** What to run next where an error does not say it: certificates, whose reason stands in objects that cert-manager created. */
function nextStep(urn: string): readonly string[] {
    return /[:$]kubernetes:cert-manager\.io\/v1:(Certificate|Issuer|ClusterIssuer)::/.test(urn)
        ? [
              "next: `kubectl describe certificaterequests,orders,challenges --all-namespaces` shows what the ACME server and the DNS zone said (https://cert-manager.io/docs/troubleshooting/acme/); once that is fixed, or once the time that a rate limit names has passed, run `up` again: it continues from here.",
          ]
        : [];
}

/** Why an operation failed: what the engine reported as errors, or else what it wrote to its standard error. */
export function reasonOf(events: readonly EngineEvent[], stderr: string): string {
    const errors = events.flatMap(({ diagnosticEvent: diagnostic }) => {
        if (diagnostic?.severity !== "error") {
            return [];
        }
        const name = diagnostic.urn?.split("::").at(-1);
        const message = plainText(diagnostic.message).trim();
        return closingWords.test(message)
            ? []
            : [name === undefined ? message : `${name}: ${message}`, ...nextStep(diagnostic.urn ?? "")];
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
