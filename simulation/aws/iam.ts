import type { ResourceModel, Rule } from "../provider";
import { between, isJson, matches, nameWithin, oneOf, symbols, tagRules, textAt } from "./model";

const roles = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html";
const quotas = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const keys = "https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html";
const logGroups = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html";
const retention = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html";

/** Characters in a policy, white space left out, which IAM does not count. */
function policyRule(property: string, most: number): Rule {
    return {
        text: `a policy is JSON of at most ${most} characters`,
        source: quotas,
        brokenBy: ({ inputs }) => {
            const policy = textAt(inputs, property);
            return policy === undefined || (isJson(policy) && policy.replace(/\s/g, "").length <= most)
                ? undefined
                : property;
        },
    };
}

const managedPolicies = 10;

const fewManagedPolicies: Rule = {
    text: `a role has at most ${managedPolicies} managed policies`,
    source: quotas,
    brokenBy: (resource, world) => {
        const same = world.resources.filter(
            ({ type, inputs }) => type === resource.type && inputs["role"] === resource.inputs["role"],
        );
        return same.length > managedPolicies ? "policyArn" : undefined;
    },
};

const logNameIsSound = matches(
    "name",
    /^[-._/#A-Za-z0-9]{1,512}$/,
    "a log group's name has at most 512 letters, digits and . - _ / #",
    logGroups,
);

/** The retention times that CloudWatch knows, in days; 0 keeps logs for ever. */
const retentionDays = [
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Roles, keys and logs. */
export const iamModels: Readonly<Record<string, ResourceModel>> = {
    "aws:iam/role:Role": {
        rules: [
            nameWithin("name", 64, /^[\w+=,.@-]+$/, roles),
            matches("description", /^[\s\S]{0,1000}$/, "a description has at most 1000 characters", roles),
            policyRule("assumeRolePolicy", 2048),
            ...tagRules,
        ],
        outputs: (resource) => ({
            ...symbols(resource, ["arn", "uniqueId"]),
            name: textAt(resource.inputs, "name") ?? resource.symbol("name"),
        }),
    },
    "aws:iam/rolePolicy:RolePolicy": {
        rules: [nameWithin("name", 128, /^[\w+=,.@-]+$/, roles), policyRule("policy", 10_240)],
    },
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
        rules: [
            matches(
                "policyArn",
                /^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/,
                "the ARN of a policy",
                roles,
            ),
            fewManagedPolicies,
        ],
    },
    "aws:kms/key:Key": {
        rules: [between("deletionWindowInDays", 7, 30, keys), ...tagRules],
        outputs: (resource) => symbols(resource, ["arn", "keyId"]),
    },
    "aws:cloudwatch/logGroup:LogGroup": {
        rules: [logNameIsSound, oneOf("retentionInDays", retentionDays, retention), ...tagRules],
        outputs: (resource) => symbols(resource, ["arn"]),
    },
};
