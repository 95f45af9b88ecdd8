import * as z from "zod";
import { brokerSchema } from "../stacks/settings/schema/broker";
import { certificateSchema, dnsSchema, edgeSchema } from "../stacks/settings/schema/edge";
import { observabilitySchema } from "../stacks/settings/schema/observability";
import { sourcesSchema } from "../stacks/settings/schema/sources";
import type { StackOutputs } from "../stacks/outputs";
import { targets } from "../stacks/targets/registry";

/** What a stack exports, in the order of the reference. */
const outputs: Readonly<Record<keyof StackOutputs, string>> = {
    endpoints:
        "Where devices connect, by listener: `mqtts://mqtt.example.com:8883`, `wss://mqtt.example.com:443/mqtt`.",
    endpointInsideCluster: "Plain MQTT for clients inside the cluster.",
    address: "Address of the load balancer, for a DNS record that the stack does not create.",
    ca: "The certificate authority that devices have to trust, where the certificate comes from none that they know.",
    clusterName: "Name of the cluster.",
    kubeconfig: "Kubeconfig of the cluster, a secret. Left out where the machine's own is used.",
    passwords: "Generated passwords by user, a secret.",
    grafanaPassword: "Password of Grafana's user `admin`, a secret, with `observability.stack`.",
    edge: "The connection path in one line.",
    nextCommands: "Commands to run next.",
};

/** The parts of JSON Schema that our schemas become. */
interface JsonSchema {
    readonly type?: string;
    readonly description?: string;
    readonly default?: unknown;
    readonly enum?: readonly unknown[];
    readonly const?: unknown;
    readonly anyOf?: readonly JsonSchema[];
    readonly items?: JsonSchema;
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
    readonly additionalProperties?: boolean | JsonSchema;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly secret?: boolean;
    readonly pem?: boolean;
}

/** One setting as the reference shows it. */
interface Row {
    readonly path: string;
    readonly type: string;
    readonly fallback: string;
    readonly description: string;
}

function names(): string[] {
    return targets().map(({ name }) => name);
}

/** The reference of all settings in Markdown: a list, because a table of these would be 250 columns wide and padded anew by every change. */
export function configurationReference(): string {
    const sections = [
        section("vernemq:cluster", "The cluster. What it takes depends on the target.", undefined),
        ...targets().map(({ name, clusterSchema }) =>
            section(`vernemq:cluster (target ${name})`, undefined, clusterSchema),
        ),
        section("vernemq:broker", "How VerneMQ runs and who may connect.", brokerSchema),
        section("vernemq:edge", "How devices reach the broker.", edgeSchema),
        section("vernemq:certificate", "Where the server certificate comes from.", certificateSchema),
        section("vernemq:dns", "The public record for `edge.host`.", dnsSchema),
        section("vernemq:observability", "Metrics, alerts and dashboard.", observabilitySchema),
        section("vernemq:sources", "Where charts and images come from.", sourcesSchema),
    ];
    return [
        "# Configuration",
        "",
        ...wrapped(
            "Every setting of a stack, and its [outputs](#outputs). This file is generated from the schema in `stacks/settings/schema/` by `npm run docs`; a test fails when it is stale.",
        ),
        "",
        ...wrapped(
            "Settings are in `Pulumi.<stack>.yaml` under `config:`. Secrets are set with `pulumi config set --secret --path 'KEY'` and never in plain text.",
        ),
        "",
        "## vernemq:target",
        "",
        ...wrapped(
            `Where VerneMQ runs, required: ${names().map(code).join(", ")}. kind, minikube, k3d and bare metal are \`existing\`.`,
        ),
        "",
        "## The clouds' own keys",
        "",
        ...targets().flatMap(({ name, configKeys }) =>
            configKeys.flatMap(({ key, description }) => wrapped(`- ${code(key)} (${name}): ${description}`)),
        ),
        ...sections,
        "",
        "## Outputs",
        "",
        ...wrapped(
            "`pulumi stack output NAME` shows one, with `--show-secrets` a secret one too. What a stack does not have is left out.",
        ),
        "",
        ...Object.entries(outputs).flatMap(([name, text]) => wrapped(`- ${code(name)}: ${text}`)),
    ].join("\n");
}

function section(title: string, text: string | undefined, schema: z.ZodType | undefined): string {
    return [
        "",
        `## ${title}`,
        ...(text === undefined ? [] : ["", ...wrapped(text)]),
        ...(schema === undefined ? [] : ["", ...rowsOf(schema).flatMap((row) => wrapped(`- ${item(row)}`))]),
    ].join("\n");
}

function item({ path, type, fallback, description }: Row): string {
    return `${code(path)} (${kindOf(type, fallback)}): ${description}`;
}

/** A type with its default: `string, default "a"`. */
function kindOf(type: string, fallback: string): string {
    return `${type}${fallback === "" ? "" : `, ${fallback === "required" ? fallback : `default ${fallback}`}`}`;
}

/** Text in lines of at most 100 columns; those of a list item are indented. What stands in code is not broken. */
export function wrapped(text: string): readonly string[] {
    const indent = text.startsWith("- ") ? "  " : "";
    const words = text.match(/(?:`[^`]*`|\S)+/g) ?? [];
    return words.reduce<readonly string[]>((lines, word) => {
        const last = lines.at(-1);
        return last !== undefined && last.length + 1 + word.length <= 100
            ? [...lines.slice(0, -1), `${last} ${word}`]
            : [...lines, `${lines.length === 0 ? "" : indent}${word}`];
    }, []);
}

function code(text: string): string {
    return `\`${text}\``;
}

/** Each setting of a group, with its nested ones after it. */
function rowsOf(schema: z.ZodType): Row[] {
    return nestedRows(jsonSchemaOf(schema), "");
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
    return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
}

function nestedRows(schema: JsonSchema, prefix: string): Row[] {
    const required = schema.required ?? [];
    return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
        const path = `${prefix}${name}`;
        return [
            {
                path,
                type: typeOf(property),
                fallback: fallbackOf(property, required.includes(name)),
                description: property.description ?? "",
            },
            ...nestedRows(property, `${path}.`),
            ...(property.items === undefined ? [] : nestedRows(property.items, `${path}[].`)),
        ];
    });
}

function typeOf(schema: JsonSchema): string {
    if (schema.secret === true) {
        return "secret string";
    }
    if (schema.pem === true) {
        return "string";
    }
    if (schema.enum !== undefined) {
        return schema.enum.map((value) => code(String(value))).join(", ");
    }
    if (schema.anyOf !== undefined) {
        const consts = schema.anyOf.filter((option) => option.const !== undefined);
        return consts.length === schema.anyOf.length
            ? consts.map((option) => code(String(option.const))).join(", ")
            : [...new Set(schema.anyOf.map(typeOf))].join(" or ");
    }
    switch (schema.type) {
        case "array":
            return `list of ${schema.items === undefined ? "values" : typeOf(schema.items)}`;
        case "integer":
        case "number":
            return `${schema.type}${rangeOf(schema)}`;
        case "object":
            return typeof schema.additionalProperties === "object"
                ? `map to ${typeOf(schema.additionalProperties)}`
                : "object";
        case "string":
            return "string";
        default:
            return schema.type ?? "value";
    }
}

function rangeOf({ minimum, maximum }: JsonSchema): string {
    return minimum === undefined || maximum === undefined ? "" : ` ${minimum} to ${maximum}`;
}

function fallbackOf(schema: JsonSchema, required: boolean): string {
    if (schema.default !== undefined) {
        const text = JSON.stringify(schema.default);
        return text === "{}" ? "" : code(text);
    }
    return required ? "required" : "";
}

/** The groups of Pulumi.yaml with what each holds, as text for `description`. */
function groupDescriptions(): Readonly<Record<string, string>> {
    const list = (schema: z.ZodType) =>
        rowsOf(schema)
            .map((row) => `  ${item(row)}`.replaceAll("`", ""))
            .join("\n");
    return {
        cluster: [
            "The cluster. What it takes depends on the target.",
            ...targets().map(({ name, clusterSchema }) => `Target ${name}:\n${list(clusterSchema)}`),
        ].join("\n"),
        broker: `How VerneMQ runs and who may connect.\n${list(brokerSchema)}`,
        edge: `How devices reach the broker.\n${list(edgeSchema)}`,
        certificate: `Where the server certificate comes from.\n${list(certificateSchema)}`,
        dns: `The public record for edge.host.\n${list(dnsSchema)}`,
        observability: `Metrics, alerts and dashboard.\n${list(observabilitySchema)}`,
        sources: `Where charts and images come from.\n${list(sourcesSchema)}`,
    };
}

/** Pulumi.yaml: the project, how it runs and every config key. */
export function projectFile(): string {
    const groups = Object.entries(groupDescriptions()).map(([name, description]) =>
        [
            `  vernemq:${name}:`,
            "    type: object",
            "    default: {}",
            "    description: |-",
            ...description.split("\n").map((line) => `      ${line}`.trimEnd()),
        ].join("\n"),
    );
    return `# The config section is generated from the schema in stacks/settings/schema/ by \`npm run docs\`; a test fails when it is stale.
name: vernemq
description: VerneMQ on Kubernetes in any cloud, with a load balancer that terminates TLS and keeps session affinity
runtime:
  name: nodejs
  options:
    # Types are checked in CI. Checking them in every preview would cost 15 s and 2 GB.
    typescript: false
    # Less room for new objects than Node.js takes by itself: it costs no time and keeps some 40 MiB free.
    nodeargs: "--max-semi-space-size=8 --import ./bundle.mjs"
config:
  vernemq:target:
    type: string
    description: "Where VerneMQ runs: ${names().join(", ")}. kind, minikube, k3d and bare metal are existing. No default."
${groups.join("\n")}
`;
}
