import type { NamedResource, NeededRights } from "../common/account";
import { compact } from "../common/compact";
import { arnsOf, type Names, namesOf, serviceOf } from "./arns";
import { partitionOf } from "./cluster-info";

interface Statement {
    readonly Sid: string;
    readonly Effect: "Allow";
    readonly Action: readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: object;
}

/**
 * Roles that AWS creates for its own services, by the first cluster, node group and load balancer of an account
 * (https://docs.aws.amazon.com/eks/latest/userguide/using-service-linked-roles.html). EKS asks whether the creator of a node group may see its role.
 */
const serviceLinked = [
    "eks.amazonaws.com",
    "eks-nodegroup.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
] as const;
const createServiceLinkedRole = "iam:CreateServiceLinkedRole";

/**
 * Actions for which a type is not told by its tags, though AWS has a key for that:
 * - EKS runs an instance as its caller to try a node group, with a launch template and security groups that it creates itself;
 * - pods are let in by rules of the security group that EKS creates for the cluster, which has EKS's tags.
 */
const notByTag =
    /^ec2:(RunInstances|AuthorizeSecurityGroupIngress|RevokeSecurityGroupIngress|ModifySecurityGroupRules|UpdateSecurityGroupRuleDescriptionsIngress)$/;

/**
 * Of ACM and KMS only what comes after a certificate or key was in use: a key's tags count up to five minutes after they are set
 * (https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html), and until then its reading, its tags and EKS's grant would
 * be refused. A certificate is imported and tagged before it has any.
 */
const laterByTag =
    /^acm:(DeleteCertificate|RemoveTagsFromCertificate|UpdateCertificateOptions)$|^kms:(DisableKey|DisableKeyRotation|EnableKey|PutKeyPolicy|ScheduleKeyDeletion|UntagResource|UpdateKeyDescription)$/;

const createTags = "ec2:CreateTags";

/** Most characters of a managed policy without its white space (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). */
const mostCharacters = 6144;

/**
 * Managed policies that let one read, delete and write what a plan has, and nothing else where AWS has a name for it: as many of each as AWS
 * takes so much text. Accounts are `*`: a policy of an identity reaches into another account only where that one lets it.
 */
export function policies({ preview, up, destroy }: NeededRights, resources: readonly NamedResource[]): unknown {
    const names = namesOf(resources);
    const deletes = destroy.filter((action) => !preview.includes(action));
    const writes = up.filter((action) => !preview.includes(action) && !deletes.includes(action));
    const of = (actions: readonly string[]) => packed(statementsOf(actions, names)).map(policyOf);
    return { policies: { read: of(preview), delete: of(deletes), write: of(writes) } };
}

function policyOf(Statement: readonly Statement[]) {
    return { Version: "2012-10-17", Statement };
}

/** Statements, shared out to policies in their order. */
function packed(statements: readonly Statement[]): readonly (readonly Statement[])[] {
    return statements.reduce<readonly (readonly Statement[])[]>((all, statement) => {
        const last = [...(all.at(-1) ?? []), statement];
        return all.length > 0 && JSON.stringify(policyOf(last)).length <= mostCharacters
            ? [...all.slice(0, -1), last]
            : [...all, [statement]];
    }, []);
}

/** One statement for the actions of a service that reach the same resources, and one for each action that another condition narrows. */
function statementsOf(actions: readonly string[], names: Names): readonly Statement[] {
    const { byAction } = names.table;
    const isAlone = (action: string) => alone(action, names) !== undefined;
    const wholes = actions.filter((action) => !Object.hasOwn(byAction, action));
    const narrowed = actions.filter((action) => !wholes.includes(action) && !isAlone(action));
    const reached = narrowed.flatMap((action) => {
        const told = toldByTags(action, names);
        const others = (byAction[action] ?? []).filter((type) => !told.includes(type));
        // At their creation resources are tagged by a separate statement, but for rules, which the provider tags after it.
        const plain = action === createTags && names.tags !== undefined ? ["security-group-rule"] : others;
        return [
            { action, Resource: arnsOf(action, told, names), Condition: names.tags },
            { action, Resource: arnsOf(action, plain, names), Condition: undefined },
        ].filter(({ Resource }) => Resource.length > 0);
    });
    const shared = new Map<string, Statement & { readonly Action: string[] }>();
    for (const { action, ...place } of reached) {
        const service = serviceOf(action);
        const key = JSON.stringify([service, place]);
        const statement = shared.get(key) ?? {
            Sid: `${sid(service)}${shared.size}`,
            Effect: "Allow",
            Action: [],
            ...place,
        };
        statement.Action.push(action);
        shared.set(key, statement);
    }
    return compact([
        wholes.length > 0 && { Sid: "Any", Effect: "Allow" as const, Action: wholes, Resource: "*" },
        ...shared.values(),
        ...actions.map((action) => alone(action, names)),
        actions.includes(createTags) && tagsAtCreation(actions, names),
    ]);
}

/** Types of an action whose resources have the stack's tags before it is called. */
function toldByTags(action: string, { tags, vpcs, keys, table }: Names): readonly string[] {
    const isExempt = serviceOf(action) === "ec2" ? notByTag.test(action) : !laterByTag.test(action);
    const isGiven = (type: string) => (type === "vpc" && vpcs[0] !== "*") || (type === "key" && keys[0] !== "*");
    return tags === undefined || isExempt ? [] : (table.byTag[action] ?? []).filter((type) => !isGiven(type));
}

/** Tags that EC2 gives a resource in the call that creates it (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html). */
function tagsAtCreation(actions: readonly string[], names: Names): Statement | undefined {
    const { tags, table } = names;
    const creations = table.creating.filter((action) => actions.includes(action));
    return tags === undefined
        ? undefined
        : {
              Sid: "TagsAtCreation",
              Effect: "Allow",
              Action: [createTags],
              Resource: arnsOf(createTags, table.byAction[createTags] ?? [], names),
              Condition: {
                  StringEquals: { "ec2:CreateAction": creations.map((action) => action.slice("ec2:".length)) },
              },
          };
}

/** The statement of an action for which the name of its resource is not enough. */
function alone(action: string, names: Names): Statement | undefined {
    const { partition, region, policies: attached } = names;
    const statement = (Sid: string, Condition: object): Statement => ({
        Sid,
        Effect: "Allow",
        Action: [action],
        Resource: arnsOf(action, names.table.byAction[action] ?? [], names),
        Condition,
    });
    switch (action) {
        case "iam:PassRole": {
            const services = [partitionOf(region).ec2Principal, "eks.amazonaws.com", "pods.eks.amazonaws.com"];
            return statement("PassRole", { StringEquals: { "iam:PassedToService": services } });
        }
        case "iam:AttachRolePolicy":
            return attached.includes("*")
                ? undefined
                : statement("AttachRolePolicy", { ArnEquals: { "iam:PolicyARN": attached } });
        case createServiceLinkedRole:
            return {
                Sid: "ServiceLinkedRoles",
                Effect: "Allow",
                Action: [action, "iam:GetRole"],
                Resource: serviceLinked.map((service) => `arn:${partition}:iam::*:role/aws-service-role/${service}/*`),
            };
        default:
            return undefined;
    }
}

function sid(service: string): string {
    return `${service.charAt(0).toUpperCase()}${service.slice(1)}`;
}
