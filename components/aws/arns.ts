import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NamedResource } from "../common/account";
import type { Origin } from "../common/catalog";
import { isObject } from "../common/is-object";
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
export interface Names {
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

export function serviceOf(action: string): string {
    return action.slice(0, action.indexOf(":"));
}

/** The ARNs of an action's types (https://docs.aws.amazon.com/service-authorization/latest/reference). */
export function arnsOf(action: string, types: readonly string[], names: Names): readonly string[] {
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

/** Route 53's resources are in no region and no account, those of IAM in no region, and images in no account. */
function arn({ partition, region }: Names, service: string, path: string): string {
    const account = path.startsWith("image/") ? "" : "*";
    const place = service === "route53" ? ":" : service === "iam" ? ":*" : `${region}:${account}`;
    return `arn:${partition}:${service}:${place}:${path}`;
}

/** What stands behind the account in the ARNs of a type. */
function pathsOf(service: string, type: string, names: Names): readonly string[] {
    const named: Readonly<Record<string, readonly string[]>> = {
        "ec2:vpc": names.vpcs.map((id) => `vpc/${id}`),
        "kms:key": names.keys.map((id) => `key/${id}`),
        "eks:cluster": names.clusters.map((name) => `cluster/${name}`),
        "iam:role": names.roles.map((name) => `role/${name}`),
        "route53:hostedzone": names.zones.map((id) => `hostedzone/${id}`),
        "elasticloadbalancing:loadbalancer/net/": names.loadBalancers.map((name) => `loadbalancer/net/${name}/*`),
        "elasticloadbalancing:listener/net": names.loadBalancers.map((name) => `listener/net/${name}/*/*`),
        "elasticloadbalancing:targetgroup": names.targetGroups.map((name) => `targetgroup/${name}/*`),
    };
    const others = service === "eks" ? names.clusters.map((name) => `${type}/${name}/*`) : [`${type}/*`];
    return named[`${service}:${type}`] ?? others;
}

export function namesOf(resources: readonly NamedResource[]): Names {
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
        .filter(isObject);
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
