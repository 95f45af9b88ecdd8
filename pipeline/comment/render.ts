import { compose, type Form, forms } from "./sections";
import type { PreviewDigest } from "./preview-digest";
import { type Cuttable, cuttable, everything, Ration, type Rations } from "./ration";
import type { Context } from "./wording";

/** How much room there is. GitHub counts characters in a comment (65,536) and bytes in a job summary (1 MiB). */
export interface Budget {
    readonly limit: number;
    readonly unit: "characters" | "bytes";
}

export const commentBudget: Budget = { limit: 60_000, unit: "characters" };
export const summaryBudget: Budget = { limit: 1_000_000, unit: "bytes" };

/** What of a digest is shown. */
interface Shown {
    readonly rations: Rations;
    readonly form: Form;
    /** Longest error message, in characters. */
    readonly errorLength: number;
}

/**
 * A preview as Markdown that fits the budget. The first lines tell the whole story; details are closed. What does not fit is left out in
 * the order of `cuttable`, with a line that says how much and where it is. Replacements, deletions and counts are always there, and so is
 * why a stack fails: where even they alone do not fit, messages lose their beginnings and replacements their reasons, down to their names
 * by type.
 */
export function render(digest: PreviewDigest, budget: Budget, context: Context = {}): string {
    const size = (body: string) => (budget.unit === "bytes" ? Buffer.byteLength(body) : body.length);
    const composed = (shown: Shown) => compose(digest, context, new Ration(shown.rations), shown);
    const fits = (shown: Shown) => size(composed(shown)) <= budget.limit;
    const cut = (shown: Shown, kind: Cuttable): Shown => {
        const withCount = (count: number) => ({ ...shown, rations: { ...shown.rations, [kind]: count } });
        return withCount(mostThatFit(digest, kind, (count) => fits(withCount(count))));
    };
    let shown: Shown = { rations: everything, form: "full", errorLength: Infinity };
    for (const kind of cuttable.filter((each) => !failureKinds.has(each))) {
        if (fits(shown)) {
            return composed(shown);
        }
        shown = cut(shown, kind);
    }
    if (!fits(shown)) {
        shown = withShorterWords(shown, fits);
    }
    // What was cut first may fit again after what was cut last.
    for (const kind of [...cuttable].reverse()) {
        shown = shown.rations[kind] < Infinity || !fits(shown) ? cut(shown, kind) : shown;
    }
    return composed(shown);
}

/** Why a stack fails: cut last of all. */
const failureKinds: ReadonlySet<Cuttable> = new Set<Cuttable>(["errors", "policies"]);

/** No error message is cut to less, as long as another way is left; the reason stands at the end. */
const shortestError = 600;
const longestError = 20_000;

/** The fullest form in which replacements and errors fit beside each other, with errors as long as they can be in it. */
function withShorterWords(shown: Shown, fits: (shown: Shown) => boolean): Shown {
    for (const form of forms) {
        const withLength = (errorLength: number) => ({ ...shown, form, errorLength });
        if (fits(withLength(Infinity))) {
            return withLength(Infinity);
        }
        if (fits(withLength(shortestError))) {
            return withLength(largest(shortestError, longestError, (length) => fits(withLength(length))));
        }
    }
    return { ...shown, form: "counted", errorLength: shortestError };
}

/** The largest ration of a kind that still fits; none where not even that is enough. */
function mostThatFit(digest: PreviewDigest, kind: Cuttable, fits: (count: number) => boolean): number {
    const ration = new Ration(everything);
    compose(digest, {}, ration, { form: "full", errorLength: Infinity });
    const asked = ration.asked(kind);
    return fits(asked) ? Infinity : largest(0, asked, fits);
}

/** The largest number that fits, given that the low one does or that nothing can be done about it. */
function largest(from: number, to: number, fits: (count: number) => boolean): number {
    let [low, high] = [from, to];
    while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        [low, high] = fits(middle) ? [middle, high] : [low, middle - 1];
    }
    return low;
}
