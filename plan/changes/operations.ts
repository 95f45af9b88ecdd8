import type { Action } from "./model";

/** What one step of the engine is. */
interface Operation {
    /** What it means for its resource; `leftover` deals with what a replacement, perhaps of an earlier update, left behind. */
    readonly means: Action | "leftover";
    /** Words of one that takes a cloud's time; left out for those that take none. */
    readonly doing?: string;
    readonly did?: string;
}

/** The engine's operations (pulumi/pulumi: sdk/nodejs/automation/stack.ts, OpType). */
const operations: Readonly<Record<string, Operation>> = {
    same: { means: "same" },
    read: { means: "read", doing: "reading", did: "read" },
    refresh: { means: "same", doing: "refreshing", did: "refreshed" },
    create: { means: "create", doing: "creating", did: "created" },
    update: { means: "update", doing: "updating", did: "updated" },
    delete: { means: "delete", doing: "deleting", did: "deleted" },
    replace: { means: "replace" },
    "create-replacement": {
        means: "replace",
        doing: "creating the replacement of",
        did: "created the replacement of",
    },
    "read-replacement": { means: "replace", doing: "reading", did: "read" },
    "import-replacement": { means: "replace", doing: "importing", did: "imported" },
    "delete-replaced": { means: "leftover", doing: "deleting the replaced", did: "deleted the replaced" },
    "discard-replaced": { means: "leftover" },
    "remove-pending-replace": { means: "leftover" },
    import: { means: "import", doing: "importing", did: "imported" },
    discard: { means: "forget" },
    "read-discard": { means: "forget" },
};

/** The words of an operation, `creating` and `created`; undefined for one that takes no time of a cloud's. An unknown one is its own word. */
export function wordsOf(operation: string): { readonly doing: string; readonly did: string } | undefined {
    if (!Object.hasOwn(operations, operation)) {
        return { doing: operation, did: operation };
    }
    const { doing, did } = operations[operation] ?? {};
    return doing === undefined || did === undefined ? undefined : { doing, did };
}

/** The first operation that the table does not have. */
export function unknownOperation(all: readonly string[]): string | undefined {
    return all.find((operation) => !Object.hasOwn(operations, operation));
}

/**
 * The one action of all operations on a resource, the gravest first.
 *
 * @param differs whether the engine names differences: a refresh with some is an update of the state
 */
export function actionOf(all: readonly string[], differs: boolean): Action {
    const meant = new Set(
        all.map((operation) => (Object.hasOwn(operations, operation) ? operations[operation]?.means : "unknown")),
    );
    if (meant.has("replace") || (meant.has("delete") && meant.has("create"))) {
        return "replace";
    }
    // What an earlier, interrupted update replaced and left behind goes now.
    if (meant.has("delete") || all.includes("delete-replaced")) {
        return "delete";
    }
    const gravest = (["unknown", "import", "create", "update", "forget"] as const).find((action) => meant.has(action));
    if (gravest !== undefined) {
        return gravest;
    }
    const isDrift = all.includes("refresh") && differs;
    return meant.has("leftover") ? "forget" : isDrift ? "update" : meant.has("read") ? "read" : "same";
}

/** Whether the old one goes before the new one comes. */
export function isDeletedFirst(all: readonly string[]): boolean {
    const gone = all.findIndex((operation) => operation === "delete-replaced" || operation === "delete");
    const created = all.findIndex((operation) => operation === "create-replacement" || operation === "create");
    return gone >= 0 && created >= 0 && gone < created;
}
