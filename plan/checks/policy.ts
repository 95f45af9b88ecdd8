import { excuse, findingsOf, sentence } from "../../policy/evaluate";
import type { Rule } from "../../policy/rule";
import { encryptedSecrets } from "../../policy/rules/cloud";
import { noIdleTokens, restrictedNamespace, restrictedPods } from "../../policy/rules/pods";
import { defaultSettings, settingsOf } from "../../policy/settings";
import type { PlannedResource } from "../graph";
import { assertion, type CheckRule } from "./check";

/**
 * The check that a policy rule is in a plan: a mandatory rule that is broken fails it, an advisory one warns, and what an exception excuses
 * is said with its reason. None where nothing is what the rule is about, or the rule is disabled.
 */
export function assertionOf(rule: Rule, holds: (concerned: readonly PlannedResource[]) => string): CheckRule {
    return ({ resources, policy = defaultSettings, today = new Date() }) => {
        const { level } = settingsOf(rule, policy);
        const concerned = resources.filter((resource) => rule.concerns(resource, resources));
        if (level === "disabled" || concerned.length === 0) {
            return undefined;
        }
        const findings = findingsOf(rule, resources, resources, policy, today);
        const counting = findings.filter(({ excusedBy }) => excusedBy === undefined);
        return counting.length > 0
            ? assertion(
                  rule.title,
                  counting.map((finding) => `${finding.resource.name}: ${sentence(finding)}`),
                  "",
                  level === "mandatory" ? "fail" : "warn",
              )
            : assertion(
                  rule.title,
                  findings.map((finding) => `${finding.resource.name}: ${excuse(finding)}`),
                  holds(concerned),
                  "warn",
              );
    };
}

function names(resources: readonly PlannedResource[]): string {
    return resources.map(({ name }) => name).join(", ");
}

/** The rules that no other check speaks of. Those of the connection path are judged in edge.ts; a stack that lets anonymous clients in says so in its settings, and is warned. */
export const policyChecks: readonly CheckRule[] = [
    assertionOf(encryptedSecrets, names),
    assertionOf(restrictedPods, names),
    assertionOf(noIdleTokens, names),
    assertionOf(restrictedNamespace, names),
];
