import type { Level, Resource, Rule } from "./rule";
import { type Exception, holds, type PolicySettings, settingsOf } from "./settings";

/** A rule that a resource breaks. */
export interface Finding {
    readonly rule: Rule;
    readonly level: Exclude<Level, "disabled">;
    readonly resource: Resource;
    /** What breaks it, without the resource's name. */
    readonly message: string;
    /** The exception that excuses it today. */
    readonly excusedBy?: Exception;
    /** An exception that no longer does. */
    readonly expired?: Exception;
}

/** What resources break of one rule. */
export function findingsOf(
    rule: Rule,
    resources: readonly Resource[],
    all: readonly Resource[],
    settings: PolicySettings,
    today: Date,
): readonly Finding[] {
    const { level, exceptions } = settingsOf(rule, settings);
    if (level === "disabled") {
        return [];
    }
    return resources
        .filter((resource) => rule.concerns(resource, all))
        .flatMap((resource) => {
            const own = exceptions.filter(({ urn }) => urn === resource.urn);
            const excusedBy = own.find((exception) => holds(exception, today));
            const expired = excusedBy === undefined ? own[0] : undefined;
            return rule.check(resource, all).map((message) => ({
                rule,
                level,
                resource,
                message,
                excusedBy,
                expired,
            }));
        });
}

/** A finding in one sentence: what is wrong, and whether an exception has ended. */
export function sentence({ message, expired }: Finding): string {
    return expired === undefined ? message : `${message} (its exception ended on ${expired.until})`;
}

/** An excused finding in one sentence. */
export function excuse({ message, excusedBy }: Finding): string {
    return excusedBy === undefined ? message : `${message}; excused until ${excusedBy.until}: ${excusedBy.reason}`;
}
