import type { Intent } from "./state";

/** Annotation of the StatefulSet that holds a scaling run's intent. Helm leaves annotations alone that are not its own. */
export const intentAnnotation = "vernemq.io/scale";

/** Writes an intent as the annotation's value. */
export function writeIntent(intent: Intent): string {
    return JSON.stringify(intent);
}

/**
 * Reads the annotation.
 *
 * @returns undefined where there is none, or one that this program did not write
 */
export function readIntent(annotations: Readonly<Record<string, string>>): Intent | undefined {
    const text = annotations[intentAnnotation];
    if (text === undefined) {
        return undefined;
    }
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        return undefined;
    }
    return isIntent(value) ? value : undefined;
}

function isIntent(value: unknown): value is Intent {
    if (typeof value !== "object" || value === null) {
        return false;
    }
    const { from, to, leaving, since } = value as Partial<Record<keyof Intent, unknown>>;
    const isSound = [from, to, leaving ?? 0].every((count) => Number.isInteger(count) && (count as number) >= 0);
    return isSound && typeof since === "string";
}
