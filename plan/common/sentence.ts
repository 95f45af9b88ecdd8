/**
 * A text as a sentence: with exactly one full stop at its end, whether what it quotes last has one or not. A question keeps its mark, and
 * a text of several lines is a list, whose lines end as they are.
 */
export function sentence(text: string): string {
    const trimmed = text.trimEnd();
    return /[?!]$/.test(trimmed) || trimmed.includes("\n") ? trimmed : `${trimmed.replace(/[\s.]+$/, "")}.`;
}

/** A text with a capital at its start. */
export function capitalized(text: string): string {
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
