import { jsonIn } from "../../components/common/json";
import type { ResourceModel, Rule } from "../provider";
import { between, matches, nameWithin, oneOf, property, rule, siblings, symbols, textAt } from "../rules";
import { tagRule } from "./model";

const roles = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html";
const quotas = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const keys = "https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html";
const logGroups = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html";
const retention = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html";

/** Characters in a policy, white space left out, which IAM does not count. */
function policyRule(path: string, most: number): Rule {
    return property(
        path,
        `a policy is JSON of at most ${most} characters`,
        quotas,
        (policy) => jsonIn(policy) !== undefined && String(policy).replace(/\s/g, "").length <= most,
    );
}

const managedPolicies = 10;

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
            tagRule,
        ],
        outputs: (resource) => ({
            ...symbols("arn", "uniqueId")(resource),
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
            rule(
                "policyArn",
                `a role has at most ${managedPolicies} managed policies`,
                quotas,
                (attachment, world) => siblings(attachment, world, ["role"]).length < managedPolicies,
            ),
        ],
    },
    "aws:kms/key:Key": {
        rules: [between("deletionWindowInDays", 7, 30, keys), tagRule],
        outputs: symbols("arn", "keyId"),
    },
    "aws:cloudwatch/logGroup:LogGroup": {
        rules: [
            matches(
                "name",
                /^[-._/#A-Za-z0-9]{1,512}$/,
                "a log group's name has at most 512 letters, digits and . - _ / #",
                logGroups,
            ),
            oneOf("retentionInDays", retentionDays, retention),
            tagRule,
        ],
        outputs: symbols("arn"),
    },
};
