import * as z from "zod";
import { plainMessage } from "../../components/common/plain-message";
import { changingActions } from "../../plan/changes/model";

/**
 * What a reviewer needs of previews, and nothing else: operations, names, property paths and sentences. The events and states it consists
 * from hold a stack's inputs and outputs, so they never travel; this does, through an artifact that a job with fewer rights wrote. The
 * schema is therefore also the check of a file of unknown origin: closed objects, bounded texts and lists.
 */

const name = z.string().max(1_000);
const sentence = z.string().max(20_000);
const whole = z.int().min(0).max(1_000_000_000);

const property = z.strictObject({
    path: name,
    kind: z.enum(["add", "update", "delete"]),
    /** A change of it replaces the resource. */
    replaces: z.boolean(),
    /** A list of which items stand in another order. */
    reordered: z.literal(true).optional(),
    /** A secret whose contents change. */
    secret: z.literal(true).optional(),
    /** Name of the resource whose replacement gives it a new value. */
    follows: name.optional(),
    /** Only where values were asked for, and never of secrets. */
    before: name.optional(),
    after: name.optional(),
});

const change = z.strictObject({
    action: z.enum(changingActions),
    /** The engine's own word, where `action` is `unknown`. */
    operation: name.optional(),
    urn: name,
    type: name,
    name,
    /** The names of the components around it, the outermost first. */
    within: z.array(name).max(50),
    properties: z.array(property).max(10_000),
    /** The properties that replace it, or `provider` or `deletedWith`. */
    because: z.array(name).max(1_000),
    deletedFirst: z.boolean(),
    protected: z.boolean(),
    retained: z.boolean(),
});

const policy = z.strictObject({
    pack: name,
    policy: name,
    level: z.enum(["mandatory", "advisory"]),
    message: sentence,
    /** Name of the resource it is about. */
    resource: name.optional(),
});

const diagnostic = z.strictObject({
    severity: z.enum(["error", "warning"]),
    message: sentence,
    resource: name.optional(),
});

const stack = z.strictObject({
    stack: name,
    project: name,
    /** Target and region, as far as they are known: `eks eu-central-1`. */
    place: name,
    /** `offline plan`: compared by the offline plan, without engine, credentials or state. */
    source: z.enum(["engine", "offline plan"]),
    status: z.enum(["succeeded", "failed", "cancelled"]),
    counts: z.strictObject({
        create: whole,
        update: whole,
        replace: whole,
        delete: whole,
        import: whole,
        /** Forgotten resources and unknown operations. */
        other: whole,
        /** Equal but for secrets whose contents the offline plan cannot compare. */
        notCompared: whole.optional(),
        same: whole,
    }),
    changes: z.array(change).max(100_000),
    unchanged: z.array(z.strictObject({ type: name, name, within: z.array(name).max(50) })).max(100_000),
    /** Paths of the stack's outputs that change. */
    outputs: z.array(property).max(10_000),
    policies: z.array(policy).max(10_000),
    diagnostics: z.array(diagnostic).max(10_000),
    /** What the update does to devices, data and brokers. */
    warnings: z.array(sentence).max(1_000),
    /** Why it did not succeed. */
    error: sentence.optional(),
    /** Why the digest may not hold everything. */
    incomplete: sentence.optional(),
    startedAt: z.iso.datetime({ offset: true }).optional(),
    seconds: z.number().min(0).max(10_000_000).optional(),
});

const schema = z.strictObject({ version: z.literal(1), stacks: z.array(stack).max(1_000) });

export type PropertyDigest = Readonly<z.infer<typeof property>>;
export type ChangeDigest = Readonly<z.infer<typeof change>>;
export type PolicyDigest = Readonly<z.infer<typeof policy>>;
export type DiagnosticDigest = Readonly<z.infer<typeof diagnostic>>;
export type StackDigest = Readonly<z.infer<typeof stack>>;

export interface PreviewDigest {
    readonly version: 1;
    readonly stacks: readonly StackDigest[];
}

/** Reads a digest that another job wrote; what does not fit the schema is an error that names the place. */
export function parseDigest(value: unknown): PreviewDigest {
    const result = schema.safeParse(value, { error: plainMessage });
    if (!result.success) {
        const [issue] = result.error.issues;
        throw new Error(`no preview digest: ${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? ""}`);
    }
    return result.data;
}

/** One digest of several, the stacks by name. */
export function mergeDigests(digests: readonly PreviewDigest[]): PreviewDigest {
    const stacks = digests.flatMap((digest) => digest.stacks);
    return { version: 1, stacks: [...stacks].sort((a, b) => compareTexts(key(a), key(b))) };
}

function key({ project, stack: own }: StackDigest): string {
    return `${project}/${own}`;
}

/** The order of texts by their code units, the same on every machine. */
export function compareTexts(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

/** The operations that change something, each resource counted once. */
export function changeCount({ counts }: StackDigest): number {
    return counts.create + counts.update + counts.replace + counts.delete + counts.import + counts.other;
}

/** Whether a reviewer has to look at every one of these. */
export function isDangerous({ action }: ChangeDigest): boolean {
    return action === "replace" || action === "delete";
}
