import { brokersOf } from "../../policy/brokers";
import { excuse, type Finding, findingsOf, sentence } from "../../policy/evaluate";
import type { Level, Resource, Rule } from "../../policy/rule";
import { rules } from "../../policy/rules";
import { apiNetworks } from "../../policy/rules/cloud";
import { defaultSettings, type PolicySettings, settingsOf } from "../../policy/settings";
import type { EdgePlan } from "../../components/edge/plan";
import type { PlannedResource } from "../graph";
import { roleOf } from "../roles";
import { type Check, list, type CheckRule } from "./check";

/** Resources of a plan as the rules read them. */
export function judged(resources: readonly PlannedResource[]): readonly Resource[] {
    return resources.map((resource) => ({ ...resource, role: roleOf(resource.type) }));
}

/**
 * The check that a policy rule is in a plan: a mandatory rule that is broken fails it, an advisory one warns, and what an exception excuses
 * is said with its reason. None where nothing is what the rule is about, or the rule is disabled.
 */
function assertionOf(rule: Rule): CheckRule {
    return ({ resources, edge, policy = defaultSettings, today = new Date() }) => {
        const all = judged(resources);
        const level = levelOf(rule, policy, edge);
        const concerned = all.filter((resource) => rule.concerns(resource, all));
        if (level === "disabled" || concerned.length === 0) {
            return undefined;
        }
        const findings = findingsOf(rule, all, all, policy, today);
        return verdict(rule, level, findings) ?? { name: rule.title, status: "pass", detail: basis(rule, concerned) };
    };
}

function verdict(rule: Rule, level: Level, findings: readonly Finding[]): Check | undefined {
    const counting = findings.filter(({ excusedBy }) => excusedBy === undefined);
    if (counting.length > 0) {
        const said = counting.map((finding) => `${finding.resource.name}: ${sentence(finding)}`);
        return { name: rule.title, status: level === "mandatory" ? "fail" : "warn", detail: list(said) };
    }
    // What is excused is listed whole: a reader of the plan has to see each exception.
    return findings.length === 0
        ? undefined
        : {
              name: rule.title,
              status: "warn",
              detail: findings.map((finding) => `${finding.resource.name}: ${excuse(finding)}`).join("; "),
          };
}

/** A setting of the stack that asks for what a rule forbids: the plan then warns, unless the policy's configuration names a level. */
const asked: Readonly<Record<string, (edge: EdgePlan) => boolean>> = {
    // A WebSocket client tells its client id only after a broker was chosen.
    "session-affinity": ({ affinity }) => affinity !== "source-ip",
    "no-public-plain-mqtt": ({ listeners }) => listeners.some(({ name }) => name === "mqtt"),
    // broker.allowAnonymous is the one way to it.
    "no-anonymous": () => true,
};

function levelOf(rule: Rule, policy: PolicySettings, edge: EdgePlan): Level {
    const isConfigured = policy.has(rule.id) || policy.has("all");
    const isAsked = Object.hasOwn(asked, rule.id) && asked[rule.id]?.(edge) === true;
    return isAsked && !isConfigured ? "advisory" : settingsOf(rule, policy).level;
}

/** What a rule that is kept rests on, where that says more than the resources' names. */
const bases: Readonly<Record<string, (resource: Resource) => readonly string[]>> = {
    "no-world-open-api": (resource) => {
        const networks = apiNetworks(resource);
        return networks.length === 0 ? [`${resource.name} is private`] : networks;
    },
    "one-broker-per-node": (resource) => [
        `the cluster needs ${brokersOf(resource)?.replicas ?? 0} nodes that suit them`,
    ],
    protected: ({ name, protect }) => [`${name} ${protect ? "by Pulumi" : "by the cloud"}`],
};

function basis({ id }: Rule, concerned: readonly Resource[]): string {
    const own = Object.hasOwn(bases, id) ? bases[id] : undefined;
    const said = [...new Set(concerned.flatMap((resource) => own?.(resource) ?? [resource.name]))];
    return said.length > mostNames ? `${said.length} resources` : said.join(", ");
}

/** Names that a line still shows whole. */
const mostNames = 4;

/** Every rule of the policy pack, by the same functions. */
export const policyChecks: readonly CheckRule[] = rules.map(assertionOf);
