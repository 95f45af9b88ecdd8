import assert from "node:assert/strict";
import { kubernetes } from "../../../simulation/kubernetes";
import type { Properties, SimulatedResource, World } from "../../../simulation/provider";

const definitionType = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
const verneMqType = "kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ";
const roleType = "kubernetes:rbac.authorization.k8s.io/v1:Role";
const bindingType = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding";

function made(type: string, inputs: Properties): SimulatedResource {
    return { type, name: "example", inputs, symbol: (property) => `\${example.${property}}` };
}

/** The properties for which the API server, with these objects in it, refuses one more. */
function refusals(type: string, inputs: Properties, there: readonly SimulatedResource[] = []): string[] {
    const world: World = { resources: there, resolve: () => undefined };
    return (kubernetes.models[type]?.rules ?? []).flatMap((rule) => rule.brokenBy(made(type, inputs), world) ?? []);
}

const listener = { type: "object", properties: { port: { type: "integer", maximum: 65_535 } }, required: ["port"] };

function schemaOf(spec: Properties): Properties {
    return { type: "object", properties: { spec: { type: "object", ...spec } } };
}

function definition(schema: Properties, changes: Properties = {}): Properties {
    return {
        metadata: { name: "vernemqs.vmq.k8s.vernemq.com" },
        spec: {
            group: "vmq.k8s.vernemq.com",
            names: { plural: "vernemqs", kind: "VerneMQ" },
            versions: [{ name: "v1alpha1", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
            ...changes,
        },
    };
}

const valid = definition(
    schemaOf({
        required: ["size"],
        properties: {
            size: { type: "integer", minimum: 0 },
            version: { type: "string", pattern: "^1\\." },
            on: { type: "boolean" },
            listeners: { type: "array", items: listener },
            limits: { type: "object", additionalProperties: { x_kubernetes_int_or_string: true } },
            labels: { type: "object", additionalProperties: { type: "string" } },
            affinity: { type: "object", x_kubernetes_preserve_unknown_fields: true },
        },
    }),
);
const path = "spec.versions[0].schema.openAPIV3Schema";

describe("A simulated definition of a type", () => {
    it("is taken where it is valid", () => {
        assert.deepEqual(refusals(definitionType, valid), []);
    });

    it("is refused under another name than plural and group", () => {
        const { spec } = valid as { spec: Properties };
        assert.deepEqual(refusals(definitionType, { metadata: { name: "vernemq.vernemq.com" }, spec }), [
            "metadata.name",
        ]);
    });

    it("is refused with no version to store, or two", () => {
        const version = { name: "v1", served: true, schema: { openAPIV3Schema: schemaOf({}) } };
        for (const versions of [[version], [1, 2].map(() => ({ ...version, storage: true }))]) {
            assert.deepEqual(refusals(definitionType, definition({}, { versions })), ["spec.versions"]);
        }
    });

    it("is refused without a schema, and where a field in it has no type", () => {
        assert.deepEqual(refusals(definitionType, definition({})), [path]);
        const untyped = { description: "no type" };
        for (const [spec, place] of [
            [{ properties: { size: untyped } }, "properties.size"],
            [{ properties: { list: { type: "array", items: untyped } } }, "properties.list.items"],
            [
                { properties: { map: { type: "object", additionalProperties: untyped } } },
                "properties.map.additionalProperties",
            ],
        ] as const) {
            assert.deepEqual(refusals(definitionType, definition(schemaOf(spec))), [
                `${path}.properties.spec.${place}`,
            ]);
        }
    });
});

describe("A simulated VerneMQ resource", () => {
    const resource = (spec: Properties, metadata: Properties = {}): Properties => ({
        apiVersion: "vmq.k8s.vernemq.com/v1alpha1",
        kind: "VerneMQ",
        metadata: { name: "k8s", namespace: "messaging", ...metadata },
        spec,
    });
    const refused = (spec: Properties, metadata: Properties = {}) =>
        refusals(verneMqType, resource(spec, metadata), [made(definitionType, valid)]);

    it("is taken where it keeps to its schema, and where a value is the cloud's to know", () => {
        const whole = {
            size: 2,
            version: "1.13.0",
            on: true,
            listeners: [{ port: 1883 }],
            limits: { cpu: 2, memory: "1Gi" },
            labels: { a: "b" },
            affinity: { any: [{ thing: 1 }] },
        };
        assert.deepEqual(refused(whole), []);
        assert.deepEqual(refused({ ...whole, version: "${other.output}" }), []);
    });

    it("is refused before its type is defined, or served in its version", () => {
        assert.deepEqual(refusals(verneMqType, resource({ size: 2 })), ["kind"]);
        const { spec } = valid as { spec: { versions: Properties[] } };
        const old = { ...valid, spec: { ...spec, versions: spec.versions.map((one) => ({ ...one, served: false })) } };
        assert.deepEqual(refusals(verneMqType, resource({ size: 2 }), [made(definitionType, old)]), ["kind"]);
    });

    for (const [what, spec, place] of [
        ["a required field", {}, "spec.size"],
        ["a type", { size: "2" }, "spec.size"],
        ["a fraction", { size: 1.5 }, "spec.size"],
        ["a minimum", { size: -1 }, "spec.size"],
        ["a pattern", { size: 2, version: "2.1.2" }, "spec.version"],
        ["a flag", { size: 2, on: "on" }, "spec.on"],
        ["a field that is not there", { size: 2, sise: 2 }, "spec.sise"],
        ["a list", { size: 2, listeners: { port: 1883 } }, "spec.listeners"],
        ["a maximum in a list", { size: 2, listeners: [{ port: 1883 }, { port: 70_000 }] }, "spec.listeners[1].port"],
        ["a required field in a list", { size: 2, listeners: [{}] }, "spec.listeners[0].port"],
        ["a quantity", { size: 2, limits: { cpu: true } }, "spec.limits.cpu"],
        ["a value of a map", { size: 2, labels: { a: 1 } }, "spec.labels.a"],
        ["an object", { size: 2, affinity: "hard" }, "spec.affinity"],
    ] as const) {
        it(`is refused for ${what}`, () => {
            assert.deepEqual(refused(spec), [place]);
        });
    }

    it("is refused with a name of which no Service can be created, and in a namespace that the operator does not watch", () => {
        // vernemq-NAME-vmq-bundler-service
        assert.deepEqual(refused({ size: 2 }, { name: "a".repeat(35) }), []);
        assert.deepEqual(refused({ size: 2 }, { name: "a".repeat(36) }), ["metadata.name"]);
        assert.deepEqual(refused({ size: 2 }, { namespace: "iot" }), ["metadata.namespace"]);
    });
});

describe("A simulated Role", () => {
    const rule = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };
    const refused = (changes: Properties) =>
        refusals(roleType, { metadata: { name: "a" }, rules: [rule, { ...rule, ...changes }] });

    it("is taken with rules that give rights, and refused with one that gives none", () => {
        assert.deepEqual(refused({}), []);
        assert.deepEqual(refused({ verbs: [] }), ["rules[1].verbs"]);
        assert.deepEqual(refused({ verbs: ["Get"] }), ["rules[1].verbs"]);
        assert.deepEqual(refused({ resources: [] }), ["rules[1].resources"]);
        assert.deepEqual(refused({ apiGroups: ["core"] }), ["rules[1].apiGroups"]);
    });

    it("is bound only where it is there, to accounts that are", () => {
        const metadata = { name: "vmq-operator", namespace: "messaging" };
        const role = made(roleType, { metadata });
        const account = made("kubernetes:core/v1:ServiceAccount", { metadata });
        const binding = {
            metadata,
            roleRef: { kind: "Role", name: "vmq-operator" },
            subjects: [{ kind: "ServiceAccount", name: "vmq-operator", namespace: "messaging" }],
        };
        assert.deepEqual(refusals(bindingType, binding, [role, account]), []);
        assert.deepEqual(refusals(bindingType, binding, [account]), ["roleRef.name"]);
        assert.deepEqual(refusals(bindingType, binding, [role]), ["subjects[0].name"]);
        const elsewhere = made("kubernetes:core/v1:ServiceAccount", { metadata: { ...metadata, namespace: "iot" } });
        assert.deepEqual(refusals(bindingType, binding, [role, elsewhere]), ["subjects[0].name"]);
    });
});
