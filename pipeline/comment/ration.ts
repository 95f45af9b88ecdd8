/** What may be left out where it does not fit, the least needed first. Replacements, deletions and counts are not among it. */
export const cuttable = [
    "unchanged",
    "updates",
    "creates",
    "outputs",
    "diagnostics",
    "replacements",
    "tree",
    "advisories",
    "consequences",
    "errors",
    "policies",
] as const;
export type Cuttable = (typeof cuttable)[number];

/** How many of each kind may be shown. */
export type Rations = Readonly<Record<Cuttable, number>>;

export const everything = Object.fromEntries(cuttable.map((kind) => [kind, Infinity])) as Rations;

/** What one and several of each kind are called when they are left out. */
export const cutWords: Readonly<Record<Cuttable, readonly [one: string, many: string]>> = {
    unchanged: ["unchanged resource", "unchanged resources"],
    updates: ["diff of an update", "diffs of updates"],
    creates: ["list of a new resource's properties", "lists of new resources' properties"],
    outputs: ["changed output", "changed outputs"],
    diagnostics: ["warning", "warnings"],
    replacements: ["diff of a replacement", "diffs of replacements"],
    tree: ["line of the tree", "lines of the tree"],
    advisories: ["policy warning", "policy warnings"],
    consequences: ["sentence on what it does", "sentences on what it does"],
    errors: ["error message", "error messages"],
    policies: ["message of a broken policy", "messages of broken policies"],
};

/** Deals out what is shown and keeps count of what is not. */
export class Ration {
    readonly #left: Record<Cuttable, number>;
    readonly #asked = new Map<Cuttable, number>();
    readonly #dropped = new Map<Cuttable, number>();

    constructor(rations: Rations) {
        this.#left = { ...rations };
    }

    /** The items that may be shown. */
    take<T>(kind: Cuttable, items: readonly T[]): readonly T[] {
        const shown = items.slice(0, Math.min(items.length, this.#left[kind]));
        this.#left[kind] -= shown.length;
        this.#asked.set(kind, (this.#asked.get(kind) ?? 0) + items.length);
        this.#dropped.set(kind, (this.#dropped.get(kind) ?? 0) + items.length - shown.length);
        return shown;
    }

    asked(kind: Cuttable): number {
        return this.#asked.get(kind) ?? 0;
    }

    dropped(kind: Cuttable): number {
        return this.#dropped.get(kind) ?? 0;
    }
}
