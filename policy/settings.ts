import * as z from "zod";
import { didYouMean } from "../components/common/closest";
import { printableKey } from "../components/common/disclosure";
import { isObject } from "../components/common/is-object";
import { plainMessage } from "../components/common/plain-message";
import type { Problem } from "../components/common/problem";
import { type Level, levels, type Rule } from "./rule";
import { rules } from "./rules";

/** One resource that a rule does not count against, for a reason and until a day. */
export interface Exception {
    /** The resource's whole URN. */
    readonly urn: string;
    readonly reason: string;
    /** The last day that it holds, as YYYY-MM-DD in UTC. */
    readonly until: string;
}

/** What a configuration says of one rule. */
export interface RuleSettings {
    readonly level: Level;
    readonly exceptions: readonly Exception[];
}

/** What a configuration says of each rule; of one that it does not name, its own level and no exception. */
export type PolicySettings = ReadonlyMap<string, RuleSettings>;

/** The settings without a configuration. */
export const defaultSettings: PolicySettings = new Map();

export function settingsOf(rule: Rule, settings: PolicySettings): RuleSettings {
    return settings.get(rule.id) ?? settings.get("all") ?? { level: rule.level, exceptions: [] };
}

const exception = z.strictObject({
    urn: z.string().regex(/^urn:pulumi:[^:]+::[^:]+::.+::[^:]+$/, "a whole URN, as previews and plans show it"),
    reason: z.string().trim().min(10, "a reason of at least 10 characters"),
    until: z.iso.date("a day as YYYY-MM-DD"),
});
const level = z.enum(levels, `one of ${levels.join(", ")}`);
const ofRule = z.union(
    [
        level.transform((enforcementLevel) => ({ enforcementLevel, exceptions: [] })),
        z.strictObject({
            enforcementLevel: level.optional(),
            exceptions: z.array(exception).default([]),
        }),
    ],
    `one of ${levels.join(", ")}, or a block of settings`,
);

/**
 * Reads a configuration in CrossGuard's own format: `{ "RULE": "advisory" }` or
 * `{ "RULE": { "enforcementLevel": "advisory", "exceptions": [{ "urn", "reason", "until" }] } }`; `all` stands for every rule that is
 * not named.
 *
 * @returns the settings, and a problem for each thing that is wrong.
 */
export function parsePolicySettings(text: string): {
    readonly settings: PolicySettings;
    readonly problems: readonly Problem[];
} {
    const expected = "a JSON object from the name of a rule to its level or its settings (docs/guides/policy.md)";
    const refused = (rule: string) => ({
        settings: defaultSettings,
        problems: [{ key: "policy.json", rule, remedy: `expected: ${expected}` }],
    });
    let content: unknown;
    try {
        content = JSON.parse(text);
    } catch {
        return refused("it is not JSON");
    }
    if (!isObject(content)) {
        return refused(expected);
    }
    const settings = new Map<string, RuleSettings>();
    const problems: Problem[] = [];
    for (const [id, value] of Object.entries(content)) {
        const rule = rules.find((candidate) => candidate.id === id);
        const parsed = ofRule.safeParse(value, { error: plainMessage });
        if (rule === undefined && id !== "all") {
            const ids = rules.map((known) => known.id);
            problems.push({
                key: `policy.json: ${printableKey(id)}`,
                rule: "there is no such rule",
                remedy: `${didYouMean(id, ids)}expected: one of ${ids.join(", ")}`,
            });
        } else if (!parsed.success) {
            problems.push(...problemsOf(id, parsed.error));
        } else {
            const { enforcementLevel, exceptions } = parsed.data;
            settings.set(id, { level: enforcementLevel ?? rule?.level ?? "mandatory", exceptions });
        }
    }
    return { settings, problems };
}

function problemsOf(id: string, error: z.ZodError): readonly Problem[] {
    // Of the two forms the one that is an object says what is wrong inside.
    const issues = error.issues.flatMap((issue) =>
        issue.code === "invalid_union"
            ? (issue.errors.find((form) =>
                  form.some(({ path, code }) => path.length > 0 || code === "unrecognized_keys"),
              ) ?? [])
            : [issue],
    );
    const found = issues.length > 0 ? issues : error.issues;
    return found.map(({ path, message }) => ({
        key: `policy.json: ${[id, ...path.map(String)].join(".")}`,
        rule: message,
        remedy: "expected: a level, or { enforcementLevel, exceptions: [{ urn, reason, until }] }",
    }));
}

/** Whether an exception still holds on a day. */
export function holds({ until }: Exception, today: Date): boolean {
    return today.toISOString().slice(0, 10) <= until;
}
