import { printableKey } from "../common/disclosure";
import { lowerCaseTagKeys, stackTags } from "../common/tags";

const labelRules = "https://cloud.google.com/resource-manager/docs/labels-overview#requirements";

/** What a Google Cloud label may look like. */
export const googleLabelKey = /^[a-z][a-z0-9_-]{0,62}$/;
export const googleLabelValue = /^[a-z0-9_-]{0,63}$/;

/** What is wrong with labels that a user wrote; undefined where nothing is. Keys that begin with `goog` are Google's own. */
export function googleLabelProblem(labels: Readonly<Record<string, string>>): string | undefined {
    for (const [key, value] of Object.entries(labels)) {
        if (!googleLabelKey.test(key) || !googleLabelValue.test(value)) {
            return `the label ${printableKey(key)} or its value has characters that Google Cloud does not allow (${labelRules})`;
        }
        if (key.startsWith("goog")) {
            return `the label ${printableKey(key)} begins with goog, which Google reserves (${labelRules})`;
        }
    }
    return undefined;
}

/** Labels for everything that a stack makes: its origin, and the user's own. Names from elsewhere are put into Google's alphabet. */
export function googleLabels(stack: {
    readonly project: string;
    readonly stack: string;
    readonly tags: Readonly<Record<string, string>>;
}): Record<string, string> {
    return {
        ...stackTags(lowerCaseTagKeys, { project: labelValue(stack.project), stack: labelValue(stack.stack) }),
        ...stack.tags,
    };
}

function labelValue(text: string): string {
    return text
        .toLowerCase()
        .replaceAll(/[^a-z0-9_-]/g, "-")
        .slice(0, 63);
}
