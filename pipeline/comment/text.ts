import { isObject } from "../../components/common/is-object";
import { itemNames } from "../../plan/diff";
import { secretMark } from "../../plan/graph";
import { secretTexts, textsIn } from "../../components/common/protocol-values";
import { masker, wellFormed } from "../masking";

const longestMessage = 8_000;
const longestName = 400;

/** Colors of the engine (`<{%reset%}>`) and of terminals. */
// eslint would take the escape character for a mistake in a literal.
const colors = new RegExp(`<\\{%[^%]*%\\}>|${String.fromCharCode(27)}\\[[0-9;?]*[ -/]*[@-~]`, "g");
/** Control characters, and those that reverse or hide what is read. */
const hidden = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** Makes a text of an engine, provider or program fit to be shown: no colors, no tricks, no secret. */
export type Clean = (text: string) => string;

/** A cleaner that masks these secrets, and whatever has the form of a credential. */
export function cleaner(secrets: Iterable<string>): Clean {
    const mask = masker(secrets);
    return (text) => {
        const plain = text
            .replaceAll(colors, "")
            .replaceAll("\r\n", "\n")
            .replaceAll(hidden, (sign) => (sign === "\n" ? sign : sign === "\t" ? "    " : ""));
        return mask(wellFormed(plain));
    };
}

/** The end of a message: what matters stands last. */
export function shortMessage(clean: Clean, message: string): string {
    const text = clean(message).trim();
    return text.length > longestMessage ? wellFormed(`…${text.slice(-longestMessage)}`) : text;
}

export function shortName(clean: Clean, name: string): string {
    const text = clean(name).replaceAll("\n", " ");
    return text.length > longestName ? wellFormed(`${text.slice(0, longestName)}…`) : text;
}

/**
 * Texts that are secret on one side of a change and plain on the other: a value that becomes a secret was readable before, and must not
 * be any more (pulumi/pulumi#9330).
 */
export function halfSecrets(before: unknown, after: unknown): readonly string[] {
    if (before === secretMark || after === secretMark) {
        return [...textsIn(before), ...textsIn(after)].filter((text) => text !== secretMark);
    }
    if (Array.isArray(before) && Array.isArray(after)) {
        const nameOf = itemNames(before, after);
        const counterpart = (item: unknown, index: number): unknown =>
            nameOf === undefined ? after[index] : after.find((other) => nameOf(other) === nameOf(item));
        return before.flatMap((item, index) => halfSecrets(item, counterpart(item, index)));
    }
    if (!isObject(before) || !isObject(after)) {
        return [];
    }
    return Object.keys(before).flatMap((key) => halfSecrets(before[key], after[key]));
}

/** Secrets that the engine left open in a state, which it does where it is asked to. */
export function openSecretsOf(state: unknown): readonly string[] {
    return secretTexts(state).filter((text) => text !== secretMark);
}
