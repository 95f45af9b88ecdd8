import {
    type Policies,
    PolicyPack,
    type PolicyConfigSchema,
    type ReportViolation,
    type ResourceValidationPolicy,
    type StackValidationPolicy,
} from "@pulumi/policy";
import { ConfigurationError } from "../components/common/problem";
import { excuse, findingsOf, sentence } from "./evaluate";
import { resourceOf } from "./known";
import type { Resource, Rule } from "./rule";
import { rules } from "./rules";
import { parsePolicySettings, type PolicySettings } from "./settings";

/** Name of the policy that lists what exceptions excuse. */
const exceptionsPolicy = "exceptions";

const configSchema: PolicyConfigSchema = {
    properties: {
        exceptions: {
            type: "array",
            description: "Resources that are exempt from the rule, each with a reason and a last day.",
            items: {
                type: "object",
                required: ["urn", "reason", "until"],
                additionalProperties: false,
                properties: {
                    urn: { type: "string", description: "The resource's whole URN." },
                    reason: { type: "string", minLength: 10 },
                    until: { type: "string", format: "date" },
                },
            },
        },
    },
};

interface Exceptions {
    readonly exceptions?: readonly unknown[];
}

/** The pack that `pulumi preview --policy-pack policy` runs. */
export function createPack(today: () => Date = () => new Date()): PolicyPack {
    return new PolicyPack("vernemq", { policies: policies(today) });
}

function policies(today: () => Date): Policies {
    /** What each rule has excused so far, for the policy that lists it: it comes last, when the stack is complete. */
    const excused = new Map<string, { readonly text: string; readonly urn: string }>();
    const apply: Apply = (rule, resources, all, config, report) => {
        for (const finding of findingsOf(rule, resources, all, settingsOfEngine(rule, config), today())) {
            if (finding.excusedBy === undefined) {
                report(
                    `${finding.resource.name}: ${sentence(finding)}. ${rule.remedy} (${rule.source})`,
                    finding.resource.urn,
                );
            } else {
                const text = `${rule.id}: ${finding.resource.name}: ${excuse(finding)}`;
                excused.set(text, { text, urn: finding.resource.urn });
            }
        }
    };
    return [...rules.map((rule) => policyOf(rule, apply)), listOf(excused)];
}

type Apply = (
    rule: Rule,
    resources: readonly Resource[],
    all: readonly Resource[],
    config: Exceptions,
    report: ReportViolation,
) => void;

function policyOf(rule: Rule, apply: Apply): ResourceValidationPolicy | StackValidationPolicy {
    const common = {
        name: rule.id,
        displayName: rule.title,
        description: rule.text,
        enforcementLevel: rule.level,
        remediationSteps: rule.remedy,
        url: rule.source,
        configSchema,
    };
    return rule.scope === "resource"
        ? {
              ...common,
              validateResource: (args, report) => {
                  const resource = resourceOf(args);
                  apply(rule, [resource], [resource], args.getConfig(), report);
              },
          }
        : {
              ...common,
              validateStack: (args, report) => {
                  const all = args.resources.map(resourceOf);
                  apply(rule, all, all, args.getConfig(), report);
              },
          };
}

function listOf(excused: Map<string, { readonly text: string; readonly urn: string }>): StackValidationPolicy {
    return {
        name: exceptionsPolicy,
        displayName: "Exceptions in force",
        description: "What breaks a rule and is excused, with the reason and the last day.",
        enforcementLevel: "advisory",
        validateStack: (_args, report) => {
            for (const { text, urn } of [...excused.values()].sort((a, b) => (a.text < b.text ? -1 : 1))) {
                report(text, urn);
            }
            // One process may see a preview and the update after it.
            excused.clear();
        },
    };
}

/** The engine has applied the level already; a rule that it has disabled is not called. */
function settingsOfEngine(rule: Rule, { exceptions = [] }: Exceptions): PolicySettings {
    const { settings, problems } = parsePolicySettings(JSON.stringify({ [rule.id]: { exceptions } }));
    if (problems.length > 0) {
        throw new ConfigurationError(problems);
    }
    return settings;
}
