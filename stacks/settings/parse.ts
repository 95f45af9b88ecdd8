import * as z from "zod";
import { didYouMean } from "../../components/common/closest";
import { printableKey } from "../../components/common/disclosure";
import { isObject } from "../../components/common/is-object";
import { plainMessage } from "../../components/common/plain-message";
import { planEdge } from "../../components/edge/planner";
import type { EdgeRequirements } from "../../components/edge/plan";
import { ConfigurationError, type Problem } from "../../components/common/problem";
import { Secret } from "../../components/common/secret";
import { brokerSchema } from "./schema/broker";
import { certificateSchema, dnsSchema, edgeSchema } from "./schema/edge";
import { observabilitySchema } from "./schema/observability";
import { sourcesSchema } from "./schema/sources";
import { leavesOf, problemsOf } from "./schema/problems";
import { crossProblems, crossWarnings } from "./rules";
import { withZonesOfRegion } from "./rules/catalog";
import { withHostCertificates } from "./rules/hosts";
import { issuanceProblems, issuanceWarnings } from "./rules/issuance";
import { hasName, type ParsedGroups, type RawConfig, type Settings } from "./settings";
import { sourceIn } from "./hosts";
import { usedCertificate } from "./used-certificate";
import { findTarget, targets } from "../targets/registry";
import type { Target } from "../targets/target";

/** The namespace of this program's own keys: the name of the Pulumi project. */
const namespace = "vernemq";

/** The groups of `vernemq:` keys. */
const groupNames = ["target", "cluster", "broker", "edge", "certificate", "dns", "observability", "sources"] as const;
type GroupName = (typeof groupNames)[number];

/**
 * Reads a stack's settings: checks every key, fills the defaults and plans the edge.
 *
 * @param now where something is about to be created: an expired certificate is a problem then. Left out for what only looks at a stack
 *     that runs, takes it down or repairs it.
 * @throws ConfigurationError naming every problem at once: each key with its value, the rule and the remedy.
 */
export function parseSettings(raw: RawConfig, now?: Date): Settings {
    const groups = readGroups(raw);
    const target = parseTarget(groups.target, raw);
    if ("rule" in target) {
        throw failure(raw, [...unknownKeyProblems(raw), target]);
    }
    const cloud = readCloud(raw, target);
    const parsed = parseGroups(target, cloud.settings, groups);
    const problems = [...unknownKeyProblems(raw), ...cloud.problems, ...parsed.problems];
    if (parsed.groups === undefined) {
        throw failure(raw, problems);
    }
    const decision = planEdge(target, requirementsOf(target, parsed.groups));
    // A secret in plain text is replaced in any case, so nothing is said of what it holds.
    const plain = plainTextProblems(raw, parsed.groups);
    const used = usedCertificate(parsed.groups, decision.ok ? sourceIn(decision.plan) : decision.certificateSource);
    const across = [
        ...plain,
        ...crossProblems(parsed.groups, now, "rule" in used ? used : undefined).filter(
            ({ key }) => !plain.some((other) => other.key === key),
        ),
        ...(decision.ok ? issuanceProblems(parsed.groups, decision.plan) : decision.problems),
    ];
    problems.push(...across.filter((problem) => !isAboutSameSetting(problem, parsed.problems)));
    const { edge } = parsed.groups;
    if (!decision.ok || !hasName(edge) || "rule" in used || problems.length > 0) {
        throw failure(raw, problems);
    }
    return {
        project: raw.project,
        stack: raw.stack,
        ...withHostCertificates({ ...parsed.groups, edge }, decision.plan),
        usedCertificate: used,
        edgePlan: decision.plan,
        warnings: [
            ...crossWarnings(parsed.groups, now),
            ...decision.plan.warnings,
            ...issuanceWarnings(parsed.groups, decision.plan),
        ],
    };
}

/** An error that quotes no text of a key which the engine decrypted, whole or in part: it does not say which part. */
function failure(raw: RawConfig, problems: readonly Problem[]): ConfigurationError {
    const decrypted = (key: string) => [...raw.keysWithDecryptedValues].some((name) => key.startsWith(name));
    return new ConfigurationError(
        problems.map(({ value, ...problem }) =>
            value === undefined || (decrypted(problem.key) && typeof value !== "number" && typeof value !== "boolean")
                ? problem
                : { ...problem, value },
        ),
    );
}

/** What the user wants of the edge, gathered from the groups that say so. */
function requirementsOf(target: Target, groups: ParsedGroups): EdgeRequirements {
    const { edge, certificate } = groups;
    return {
        exposure: edge.exposure,
        listeners: [...new Set(edge.listeners)],
        affinity: edge.affinity,
        terminateTls: edge.terminateTls,
        minimumTlsVersion: edge.minimumTlsVersion,
        keepaliveSeconds: edge.keepaliveSeconds,
        certificateSource: certificate.source,
        dnsZone: groups.dns !== undefined,
        clientCertificates: edge.clientCertificates !== undefined,
        allowedCidrs: edge.allowedCidrs,
        haproxyTier: edge.haproxy.tier,
        tcpKeepalive: edge.tcpKeepalive,
        loadBalancer: edge.loadBalancer,
        keyVaultCertificate: certificate.keyVaultSecretId !== undefined,
        metallb: undefined,
        webSocket: edge.webSocket && {
            via: edge.webSocket.via,
            controller: edge.webSocket.controller ?? "other",
            ownCertificate: edge.webSocket.tlsSecretName !== undefined,
            forwardedHops: edge.webSocket.forwardedHops,
        },
        ...target.edgeRequirements(groups),
    };
}

/** The `vernemq:` values by group. The engine hands structured values over as JSON text. */
function readGroups(raw: RawConfig): Partial<Record<GroupName, unknown>> {
    return Object.fromEntries(
        groupNames.map((name) => {
            const value = raw.values[`${namespace}:${name}`];
            return [name, name !== "target" && typeof value === "string" ? parseJson(value) : value];
        }),
    );
}

/** A structured value as the engine hands it over. Text that is no JSON stays text, and the schema says what is wrong with it. */
function parseJson(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return text;
    }
}

/** Whether a stack has settings of this program: one of another program, which creates components itself, has none. */
export function hasSettings({ values }: Pick<RawConfig, "values">): boolean {
    return Object.keys(values).some((key) => key.startsWith(`${namespace}:`));
}

/** What is meant for such another program. */
const ownProgram =
    "; a program that creates components itself reads no such settings: `pulumi up` deploys it, and options take their place " +
    "(--kubeconfig with --namespace to operate it, --endpoint to verify it)";

function parseTarget(value: unknown, raw: RawConfig): Target | Problem {
    const names = targets()
        .map(({ name }) => name)
        .join(", ");
    return (
        findTarget(value) ?? {
            key: `${namespace}:target`,
            value,
            rule: value === undefined ? "a stack needs a target" : `one of ${names}`,
            remedy: `run \`pulumi config set ${namespace}:target NAME\` with one of ${names}; for kind, minikube and k3d it is existing${hasSettings(raw) ? "" : ownProgram}`,
        }
    );
}

/** The groups, where they make a whole. */
function parseGroups(
    target: Target,
    cloud: Readonly<Record<string, string>>,
    groups: Partial<Record<GroupName, unknown>>,
): { groups: ParsedGroups | undefined; problems: readonly Problem[] } {
    const problems: Problem[] = [];
    const parse = <S extends z.ZodType>(name: GroupName, schema: S, value: unknown) => {
        const parsed = parseGroup(name, schema, value);
        problems.push(...parsed.problems);
        return parsed.value;
    };
    const cluster = parse("cluster", target.clusterSchema, withZonesOfRegion(target, cloud, groups.cluster ?? {}));
    const broker = parse("broker", brokerSchema, groups.broker ?? {});
    const edge = parse("edge", edgeSchema, groups.edge ?? {});
    const certificate = parse("certificate", certificateSchema, groups.certificate ?? {});
    // Pulumi.yaml gives every group the default `{}`, so an empty group is one that was not written.
    const dns = parse("dns", dnsSchema.optional(), isEmptyObject(groups.dns) ? undefined : groups.dns);
    const observability = parse("observability", observabilitySchema, groups.observability ?? {});
    const sources = parse("sources", sourcesSchema, groups.sources ?? {});
    const common = { target: target.name, cloud, writtenBrokerSettings: writtenPaths(groups.broker), dns };
    return {
        groups:
            cluster && broker && edge && certificate && observability && sources
                ? { ...common, cluster, broker, edge, certificate, observability, sources }
                : undefined,
        problems,
    };
}

/** The names of the settings in a group as it was written, and of those one level below. */
function writtenPaths(group: unknown): string[] {
    const namesIn = (value: unknown) => (isObject(value) && !(value instanceof Secret) ? Object.entries(value) : []);
    return namesIn(group).flatMap(([name, value]) => [name, ...namesIn(value).map(([inner]) => `${name}.${inner}`)]);
}

function isEmptyObject(value: unknown): boolean {
    return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

interface Parsed<T> {
    /** Undefined where even the valid settings of the group make no whole. */
    readonly value: T | undefined;
    readonly problems: readonly Problem[];
}

/**
 * Checks a group. Where some settings are wrong, the others are still taken, so that the checks across groups can run and the user
 * sees every problem in one go.
 */
function parseGroup<S extends z.ZodType>(name: GroupName, schema: S, value: unknown): Parsed<z.output<S>> {
    const result = schema.safeParse(value, { error: plainMessage });
    if (result.success) {
        return { value: result.data, problems: [] };
    }
    const wrong = result.error.issues.flatMap((issue) =>
        issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
    );
    const paths = new Set(wrong.map((path) => JSON.stringify(path)));
    return {
        value: schema.safeParse(paths.has("[]") ? undefined : without(value, paths)).data,
        problems: problemsOf(`${namespace}:${name}`, result.error, schema, value),
    };
}

/** A copy of a value without what is at some paths, each written as JSON. */
function without(value: unknown, wrong: ReadonlySet<string>, path: readonly PropertyKey[] = []): unknown {
    const rest = (key: PropertyKey, item: unknown): readonly unknown[] => {
        const at = [...path, key];
        return wrong.has(JSON.stringify(at)) ? [] : [without(item, wrong, at)];
    };
    if (Array.isArray(value)) {
        return value.flatMap((item: unknown, index) => rest(index, item));
    }
    return isObject(value) && !(value instanceof Secret)
        ? Object.fromEntries(Object.entries(value).flatMap(([key, item]) => rest(key, item).map((kept) => [key, kept])))
        : value;
}

/** Whether a problem is about a setting (`group.name`) that has one already, and may only follow from leaving it out. */
function isAboutSameSetting(problem: Problem, others: readonly Problem[]): boolean {
    return others.some((other) => settingOf(other.key) === settingOf(problem.key));
}

function settingOf(key: string): string {
    return key.split(/[.[]/).slice(0, 2).join(".");
}

/** Keys of this project that are not read: a misspelt group would otherwise be silently ignored. */
function unknownKeyProblems(raw: RawConfig): Problem[] {
    const known = groupNames.map((name) => `${namespace}:${name}`);
    return Object.keys(raw.values)
        .filter((key) => key.startsWith(`${namespace}:`) && !known.includes(key))
        .map((key) => ({
            key: `${namespace}:${printableKey(key.slice(namespace.length + 1))}`,
            rule: "there is no such setting",
            remedy: `${didYouMean(key, known)}The keys are ${known.join(", ")}`,
        }));
}

/** The cloud's own keys, which stand where Pulumi users expect them. */
function readCloud(
    raw: RawConfig,
    target: Target,
): { settings: Readonly<Record<string, string>>; problems: Problem[] } {
    const settings: Record<string, string> = {};
    const problems: Problem[] = [];
    for (const { key, name, pattern, rule, remedy } of target.configKeys) {
        const value = raw.values[key];
        if (typeof value === "string" && pattern.test(value)) {
            settings[name] = value;
        } else {
            problems.push({ key, value, rule, remedy });
        }
    }
    return { settings, problems };
}

/** A secret that stands in plain text in a file that is meant for version control. */
function plainTextProblems(raw: RawConfig, groups: ParsedGroups): Problem[] {
    return Object.entries(groups)
        .filter(([name]) => !raw.keysWithDecryptedValues.has(`${namespace}:${name}`))
        .flatMap(([name, value]) => leavesOf(value, `${namespace}:${name}`))
        .filter(({ value }) => value instanceof Secret && value.foundInPlainText)
        .map(({ path }) => ({
            key: path,
            rule: "this is a secret, and it is in plain text",
            remedy: `remove it and run \`pulumi config set --secret --path '${path}'\``,
        }));
}
