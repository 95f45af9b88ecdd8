import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NamedResource, NeededRights } from "../common/account";
import { compact } from "../common/compact";
import type { Origin } from "../common/catalog";
import { valueOf } from "../common/property-path";
import { partitionOf } from "./cluster-info";
import { tagKeys } from "./tags";

/** Types of resources that AWS lets each action be narrowed to. An action without an entry has none: AWS takes `*` for it and nothing else. */
interface ActionResources extends Origin {
    readonly byAction: Readonly<Record<string, readonly string[]>>;
    /** Of those, types that carry the stack's tags and that AWS lets a policy tell by them, because they are there before the call. */
    readonly byTag: Readonly<Record<string, readonly string[]>>;
    /** Actions of EC2 that create what they can tag. */
    readonly creating: readonly string[];
}

/** Reads the table that test/components/regenerate-action-resources.ts wrote. Only who asks for the policies reads it: every update loads this file. */
export function readActionResources(): ActionResources {
    return JSON.parse(readFileSync(join(__dirname, "action-resources.json"), "utf8")) as ActionResources;
}

/** What a plan knows of the ARNs of its resources; `*` stands for what it does not. */
interface Names {
    readonly partition: string;
    readonly region: string;
    readonly clusters: readonly string[];
    readonly logGroups: readonly string[];
    readonly roles: readonly string[];
    readonly loadBalancers: readonly string[];
    readonly targetGroups: readonly string[];
    readonly zones: readonly string[];
    readonly policies: readonly string[];
    /** VPCs and keys by their ids where they are the user's own; `*` for those that the stack creates. */
    readonly vpcs: readonly string[];
    readonly keys: readonly string[];
    /** The condition that a resource has the stack's tags; undefined where it has none. */
    readonly tags: object | undefined;
    readonly table: ActionResources;
}

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

function serviceOf(action: string): string {
    return action.slice(0, action.indexOf(":"));
}

function sid(service: string): string {
    return `${service.charAt(0).toUpperCase()}${service.slice(1)}`;
}

/** The ARNs of an action's types (https://docs.aws.amazon.com/service-authorization/latest/reference). */
function arnsOf(action: string, types: readonly string[], names: Names): readonly string[] {
    const service = serviceOf(action);
    const arns = types.flatMap((type) =>
        service === "logs"
            ? names.logGroups.map((name) => arn(names, service, `log-group:${name}${logSuffix(action)}`))
            : pathsOf(service, type, names).map((path) => arn(names, service, path)),
    );
    return [...new Set(arns)].sort();
}

/** Tags are on the group, all else on what is in it (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html). */
function logSuffix(action: string): string {
    return /:(TagResource|UntagResource|ListTagsForResource)$/.test(action) ? "" : ":*";
}

function arn({ partition, region }: Names, service: string, path: string): string {
    return `arn:${partition}:${service}:${placeOf(service, path, region)}:${path}`;
}

/** Region and account: Route 53's resources are in neither, those of IAM in no region, and images in no account. */
function placeOf(service: string, path: string, region: string): string {
    switch (service) {
        case "route53":
            return ":";
        case "iam":
            return ":*";
        default:
            return `${region}:${path.startsWith("image/") ? "" : "*"}`;
    }
}

/** What stands behind the account in the ARNs of a type. */
function pathsOf(service: string, type: string, names: Names): readonly string[] {
    switch (`${service}:${type}`) {
        case "ec2:vpc":
            return names.vpcs.map((id) => `vpc/${id}`);
        case "kms:key":
            return names.keys.map((id) => `key/${id}`);
        case "eks:cluster":
            return names.clusters.map((name) => `cluster/${name}`);
        case "iam:role":
            return names.roles.map((name) => `role/${name}`);
        case "route53:hostedzone":
            return names.zones.map((id) => `hostedzone/${id}`);
        case "elasticloadbalancing:loadbalancer/net/":
            return names.loadBalancers.map((name) => `loadbalancer/net/${name}/*`);
        case "elasticloadbalancing:listener/net":
            return names.loadBalancers.map((name) => `listener/net/${name}/*/*`);
        case "elasticloadbalancing:targetgroup":
            return names.targetGroups.map((name) => `targetgroup/${name}/*`);
        default:
            return service === "eks" ? names.clusters.map((name) => `${type}/${name}/*`) : [`${type}/*`];
    }
}

function namesOf(resources: readonly NamedResource[]): Names {
    const of = (type: string) => resources.filter((resource) => resource.type === type);
    const each = (type: string, input: string) => known(of(type).map(({ inputs }) => valueOf(inputs, input)));
    const [region = "*"] = each("pulumi:providers:aws", "region");
    return {
        partition: partitionOf(region).id,
        region,
        clusters: each("aws:eks/cluster:Cluster", "name"),
        logGroups: each("aws:cloudwatch/logGroup:LogGroup", "name"),
        roles: physicalNames(of("aws:iam/role:Role")),
        loadBalancers: physicalNames(of("aws:lb/loadBalancer:LoadBalancer")),
        targetGroups: physicalNames(of("aws:lb/targetGroup:TargetGroup")),
        zones: each("aws:route53/record:Record", "zoneId"),
        policies: each("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "policyArn"),
        vpcs: ofUser(of("aws:ec2/vpc:Vpc"), each("aws:ec2/securityGroup:SecurityGroup", "vpcId")),
        keys: ofUser(
            of("aws:kms/key:Key"),
            each("aws:eks/cluster:Cluster", "encryptionConfig.provider.keyArn").map(
                (keyArn) => keyArn.split(":key/")[1] ?? "*",
            ),
        ),
        tags: tagCondition(resources),
        table: readActionResources(),
    };
}

/** Ids of what the stack is given; of what it creates itself no id is known. */
function ofUser(created: readonly NamedResource[], ids: readonly string[]): readonly string[] {
    return created.length > 0 || ids.length === 0 ? ["*"] : ids;
}

/** The tags that everything of EC2, ACM and KMS has alike, by which the stack's resources are told from others. */
function tagCondition(resources: readonly NamedResource[]): object | undefined {
    const [first = {}, ...others] = resources
        .filter(({ type }) => /^aws:(ec2|acm|kms)\//.test(type))
        .map(({ inputs }) => inputs["tags"])
        .filter((tags): tags is Readonly<Record<string, unknown>> => typeof tags === "object" && tags !== null);
    const isTelling = ([key, value]: readonly [string, unknown]) =>
        (key === tagKeys.project || key === tagKeys.stack) && others.every((tags) => tags[key] === value);
    const alike = Object.entries(first).filter(isTelling);
    return alike.length < 2
        ? undefined
        : { StringEquals: Object.fromEntries(alike.map(([key, value]) => [`aws:ResourceTag/${key}`, value])) };
}

/** A name that the program does not give has Pulumi's hyphen and random digits behind the resource's own. */
function physicalNames(resources: readonly NamedResource[]): readonly string[] {
    return known(resources.map(({ name, inputs }) => inputs["name"] ?? `${name}-*`));
}

/** Values, each once; `*` alone where one of them is not known before the update. */
function known(values: readonly unknown[]): readonly string[] {
    const texts = values.filter((value): value is string => typeof value === "string" && !value.includes("${"));
    return texts.length < values.length ? ["*"] : [...new Set(texts)].sort();
}
