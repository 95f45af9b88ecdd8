import type { ResourceRole } from "../components/common/resource-role";

/** How a broken rule is taken: `mandatory` stops an update, `advisory` is said, `disabled` is not looked at. CrossGuard's own words. */
export const levels = ["mandatory", "advisory", "disabled"] as const;
export type Level = (typeof levels)[number];

/** What a rule reads of a resource, whether the engine reports it to the policy pack, or the offline plan. */
export interface Resource {
    readonly urn: string;
    /** Pulumi's type token. */
    readonly type: string;
    readonly name: string;
    /** Inputs; a value that is not known yet is a string that starts with `${`, a secret is `[secret]`. */
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly protect: boolean;
    /** What its type is to those who run brokers; undefined where no table knows the type. */
    readonly role?: ResourceRole | undefined;
}

/** One rule. Its functions are pure. */
export interface Rule {
    /** Name in configurations and messages, for example `pinned-versions`. */
    readonly id: string;
    /** Level unless a configuration says another. */
    readonly level: Level;
    /** The claim that it proves, as a check's name. */
    readonly title: string;
    /** What it demands, and why. */
    readonly text: string;
    /** What to do where it is broken. */
    readonly remedy: string;
    /** Where the demand comes from. */
    readonly source: string;
    /** `resource`: one resource is enough to tell, so that the engine stops before it creates it. `stack`: others say it too. */
    readonly scope: "resource" | "stack";
    /** Whether the rule is about a resource. */
    readonly concerns: (resource: Resource, all: readonly Resource[]) => boolean;
    /** What breaks it in a resource that it is about; nothing where it keeps the rule or a value is not known yet. */
    readonly check: (resource: Resource, all: readonly Resource[]) => readonly string[];
}

/** Whether a value only comes with the update: a reference in an offline plan, or an unknown of the engine's. */
export function isUnknown(value: unknown): boolean {
    return typeof value === "string" && value.startsWith("${");
}

/** A value of a resource as a message shows it. */
export function shown(value: unknown): string {
    return typeof value === "string" ? value : value === undefined ? "not set" : JSON.stringify(value);
}
