import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ConfigurationError, type Problem } from "../components/common/problem";
import type { PlannedResource, Rejection } from "../plan/graph";
import { type Plan, planStack } from "../plan/plan";
import { stackConfig } from "../plan/stack-file";
import { parseSettings } from "../stacks/settings/parse";
import type { RawConfig } from "../stacks/settings/settings";

/** The contents of `config:` in a stack file. */
export type StackConfig = Readonly<Record<string, unknown>>;

/** The smallest valid configuration of each target. Spread it and change what the test is about. */
export const valid = {
    eks: {
        "aws:region": "eu-central-1",
        "vernemq:target": "eks",
        "vernemq:cluster": { apiAllowedCidrs: ["203.0.113.0/24"] },
        "vernemq:broker": { acceptLicense: true, users: [{ name: "device" }] },
        "vernemq:edge": { host: "mqtt.example.com" },
        "vernemq:dns": { zone: "Z0123456789ABCDEFGHIJ" },
    },
    gke: {
        "gcp:project": "example-project",
        "gcp:region": "europe-west3",
        "vernemq:target": "gke",
        "vernemq:cluster": { apiAllowedCidrs: ["203.0.113.0/24"] },
        "vernemq:broker": { acceptLicense: true, users: [{ name: "device" }] },
        "vernemq:edge": { host: "mqtt.example.com" },
        "vernemq:dns": { zone: "example-zone" },
    },
    aks: {
        "azure-native:location": "westeurope",
        "vernemq:target": "aks",
        "vernemq:cluster": { apiAllowedCidrs: ["203.0.113.0/24"] },
        "vernemq:broker": { acceptLicense: true, users: [{ name: "device" }] },
        "vernemq:edge": { host: "mqtt.example.com" },
        "vernemq:certificate": { source: "cert-manager", issuer: { name: "letsencrypt" } },
    },
    doks: {
        "vernemq:target": "doks",
        "vernemq:cluster": { region: "fra1", version: "1.35.1-do.0", apiAllowedCidrs: ["203.0.113.0/24"] },
        "vernemq:broker": { acceptLicense: true, users: [{ name: "device" }] },
        "vernemq:edge": { host: "mqtt.example.com" },
        "vernemq:certificate": { source: "cert-manager", issuer: { name: "letsencrypt" } },
    },
    existing: {
        "vernemq:target": "existing",
        "vernemq:broker": { acceptLicense: true, users: [{ name: "device" }] },
        "vernemq:edge": { host: "mqtt.example.com" },
        "vernemq:certificate": { source: "self-signed" },
    },
} as const satisfies Record<string, StackConfig>;

/** What the labels of every Kubernetes object of these stacks say of where it comes from. */
export const originLabels = {
    "app.kubernetes.io/managed-by": "pulumi",
    "app.kubernetes.io/part-of": "vernemq",
    "pulumi-stack": "test",
} as const;

/** `vernemq:edge.webSocket` through an ingress controller. */
export const throughIngress = {
    via: "ingress",
    controller: "traefik",
    className: "traefik",
    host: "ws.example.com",
    sources: [{ namespace: "traefik" }],
} as const;

/** The same for VerneMQ's operator, with the two brokers of VerneMQ's guide. */
export const validOperator = {
    "vernemq:target": "existing",
    "vernemq:broker": {
        acceptLicense: true,
        users: [{ name: "device" }],
        engine: "operator",
        operator: {
            image: { repository: "registry.example.com/vmq-operator", tag: "1.0.0" },
            bundlerImage: { repository: "registry.example.com/vmq-plugin-bundler", tag: "1.0.1" },
            version: "1.13.0",
        },
        replicas: 2,
        persistence: { enabled: false },
    },
    "vernemq:edge": { host: "mqtt.example.com" },
    "vernemq:certificate": { source: "self-signed" },
} as const satisfies StackConfig;

/** The `config:` of an example stack as its user completes it: with the image's license accepted. */
export function exampleOf(stack: string): StackConfig {
    const file = readFileSync(join(__dirname, "..", `Pulumi.${stack}.yaml`), "utf8");
    const { config } = parse(file) as { config: StackConfig };
    return change(config, "vernemq:broker", { acceptLicense: true });
}

/** A configuration with some settings of its groups changed: `change(valid.eks, "vernemq:edge", { affinity: "none" })`. */
export function change(config: StackConfig, group: string, settings: Readonly<Record<string, unknown>>): StackConfig {
    return { ...config, [group]: { ...(config[group] as object | undefined), ...settings } };
}

export function rawConfig(config: StackConfig, stack = "test"): RawConfig {
    return stackConfig("vernemq", stack, { config }, `Pulumi.${stack}.yaml`);
}

/** The problems of a configuration; none where it is valid. */
export function problemsOf(config: StackConfig): readonly Problem[] {
    return problemsIn(rawConfig(config));
}

/** The same of values that were read already, where some may have been encrypted. */
export function problemsIn(raw: RawConfig): readonly Problem[] {
    try {
        parseSettings(raw);
        return [];
    } catch (error) {
        assert.ok(error instanceof ConfigurationError, String(error));
        return error.problems;
    }
}

/** Plans a configuration in this process, as `npm run plan` does, and fails where a simulated cloud refuses it. */
export async function planOf(config: StackConfig, stack = "test"): Promise<Plan> {
    const { plan, rejections } = await tryPlan(config, stack);
    assert.deepEqual(rejections, []);
    return plan;
}

/** Plans a configuration and gives what the simulated clouds refuse. */
export async function tryPlan(
    config: StackConfig,
    stack = "test",
): Promise<{ readonly plan: Plan; readonly rejections: readonly Rejection[] }> {
    const raw = rawConfig(config, stack);
    const program = (await import("../index")).default;
    return planStack(raw, parseSettings(raw), program);
}

/** The one resource of a type, or of a type and name. */
export function only(plan: Plan, type: string, name?: string): PlannedResource {
    const found = plan.resources.filter(
        (resource) => resource.type === type && (name ?? resource.name) === resource.name,
    );
    const [first] = found;
    assert.ok(first !== undefined && found.length === 1, `${found.length} resources of type ${type} ${name ?? ""}`);
    return first;
}

/** `type name` of each child of the resource with this name, sorted: exact lists show what is missing and what is too much. */
export function childrenOf(plan: Plan, parent: PlannedResource): readonly string[] {
    return plan.resources
        .filter((resource) => resource.parent === parent.urn)
        .map((resource) => `${resource.type} ${resource.name}`)
        .sort();
}
