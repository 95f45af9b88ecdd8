import type { types } from "@pulumi/kubernetes";
import { customGroup, customKind, customVersion } from "./custom-resource";

type Schema = types.input.apiextensions.v1.JSONSchemaProps;

const text: Schema = { type: "string" };
const integer: Schema = { type: "integer" };
const count: Schema = { type: "integer", minimum: 0 };
const flag: Schema = { type: "boolean" };
const port: Schema = { type: "integer", minimum: 1, maximum: 65_535 };

/** A quantity of Kubernetes: `500m`, `1Gi` or a plain number. */
const quantity: Schema = { x_kubernetes_int_or_string: true };

function object(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
    return { type: "object", properties, required: required.length === 0 ? undefined : [...required] };
}

function list(items: Schema): Schema {
    return { type: "array", items };
}

function map(values: Schema): Schema {
    return { type: "object", additionalProperties: values };
}

const resources = object({ requests: map(quantity), limits: map(quantity) });

const secretKey = object({ name: text, key: text }, ["name", "key"]);

/**
 * The spec of a VerneMQ resource: the fields that this program writes, by the names that the operator reads (vmq-operator,
 * api/v1alpha1/vernemq_types.go). The API server drops any other field, so that a misspelt one is found and not carried along.
 */
const spec: Schema = object(
    {
        size: { ...count, description: "Number of brokers." },
        version: {
            type: "string",
            // vmq-operator, controllers/statefulset.go: major version 1, minor 7 or later
            pattern: String.raw`^1\.([7-9]|[1-9][0-9]+)\.`,
            description: "Version of VerneMQ, 1.7 or a later 1.x.",
        },
        image: text,
        bundlerImage: { type: "string", description: "Image of the plugin bundler." },
        serviceAccountName: text,
        podMetadata: object({ annotations: map(text) }),
        resources,
        securityContext: object({
            runAsNonRoot: flag,
            runAsUser: integer,
            runAsGroup: integer,
            fsGroup: integer,
            fsGroupChangePolicy: text,
            seccompProfile: object({ type: text }, ["type"]),
        }),
        storage: object({
            emptyDir: object({ sizeLimit: quantity }),
            volumeClaimTemplate: object({ spec: object({ storageClassName: text, resources }) }),
        }),
        nodeSelector: map(text),
        tolerations: list(object({ key: text, operator: text, value: text, effect: text, tolerationSeconds: integer })),
        affinity: {
            type: "object",
            description: "Affinity of the pods, a type of Kubernetes' own.",
            // Its tree is deep, and the API server checks it when the operator writes it into the StatefulSet.
            x_kubernetes_preserve_unknown_fields: true,
        },
        priorityClassName: text,
        dropoutPeriodSeconds: {
            ...count,
            description: "Seconds between the first leave and the one that cuts sessions.",
        },
        terminationGracePeriodSeconds: { ...count, description: "Seconds for a stop after the dropout period." },
        secrets: { ...list(text), description: "Secrets that are mounted at /vernemq/etc/secrets/NAME." },
        vmqConfig: { type: "string", description: "Lines for vernemq.conf." },
        vmArgs: { type: "string", description: "Flags of the Erlang VM." },
        env: list(object({ name: text, value: text, valueFrom: object({ secretKeyRef: secretKey }) }, ["name"])),
        config: object({
            listeners: list(
                object(
                    {
                        address: text,
                        port,
                        nrOfAcceptors: count,
                        maxConnections: count,
                        allowedProtocolVersions: {
                            type: "string",
                            description: "Levels of MQTT's protocol: 3 and 4 are 3.1 and 3.1.1, 5 is MQTT 5.",
                        },
                        websocket: flag,
                        proxyProtocol: flag,
                    },
                    ["address", "port"],
                ),
            ),
        }),
    },
    ["size", "version"],
);

/** Plural name of the type. */
const plural = "vernemqs";

/** Name of the definition: the API server takes no other than plural and group. */
export const definitionName = `${plural}.${customGroup}`;

/** The type VerneMQ as an extension of the Kubernetes API. The operator writes no status, so there is none. */
export const definitionSpec: types.input.apiextensions.v1.CustomResourceDefinitionSpec = {
    group: customGroup,
    scope: "Namespaced",
    names: { kind: customKind, listKind: `${customKind}List`, plural, singular: "vernemq" },
    versions: [
        {
            name: customVersion,
            served: true,
            storage: true,
            additionalPrinterColumns: [
                { name: "Size", type: "integer", jsonPath: ".spec.size" },
                { name: "Version", type: "string", jsonPath: ".spec.version" },
            ],
            schema: { openAPIV3Schema: object({ spec }, ["spec"]) },
        },
    ],
};
