import { at, listAt, type ResourceModel, type World } from "../provider";
import { ofType, rule } from "../rules";
import { extend } from "./object";
import { misfit, untypedPath } from "./structural-schema";

const definitions = "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/";

const definitionType = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

export const customResourceDefinition: ResourceModel = extend({
    rules: [
        rule(
            "metadata.name",
            "a definition is called PLURAL.GROUP",
            `${definitions}#create-a-customresourcedefinition`,
            ({ inputs }) =>
                at(inputs, "metadata.name") ===
                `${String(at(inputs, "spec.names.plural"))}.${String(at(inputs, "spec.group"))}`,
        ),
        rule(
            "spec.versions",
            "exactly one version of a definition is the one that is stored",
            "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/",
            ({ inputs }) =>
                listAt(inputs, "spec.versions").filter((version) => at(version, "storage") === true).length === 1,
        ),
        {
            text: "each version has a schema, in which every field has a type",
            source: `${definitions}#specifying-a-structural-schema`,
            brokenBy: ({ inputs }) =>
                listAt(inputs, "spec.versions")
                    .map((version, index) => {
                        const path = `spec.versions[${index}].schema.openAPIV3Schema`;
                        const schema = at(version, "schema.openAPIV3Schema");
                        return at(schema, "type") === "object" ? untypedPath(schema, path) : path;
                    })
                    .find((path) => path !== undefined),
        },
    ],
});

/** The version of a definition that an object of a group, version and kind has; undefined where the world has none. */
function versionOf(world: World, apiVersion: unknown, kind: unknown): unknown {
    const [group, name] = String(apiVersion).split("/");
    return ofType(world, definitionType)
        .filter(({ inputs }) => at(inputs, "spec.group") === group)
        .filter(({ inputs }) => at(inputs, "spec.names.kind") === kind)
        .flatMap(({ inputs }) => listAt(inputs, "spec.versions"))
        .find((version) => at(version, "name") === name && at(version, "served") === true);
}

export const verneMq: ResourceModel = extend({
    rules: [
        // For types that this program itself defines: others come with charts, or are there already.
        rule(
            "kind",
            "the type of an object is defined before the object is created",
            definitions,
            ({ inputs }, world) => versionOf(world, inputs["apiVersion"], inputs["kind"]) !== undefined,
        ),
        {
            text: "an object keeps to the schema of its type; a field that the schema does not have is dropped without a word",
            source: `${definitions}#field-pruning`,
            brokenBy: ({ inputs }, world) => {
                const version = versionOf(world, inputs["apiVersion"], inputs["kind"]);
                return version === undefined
                    ? undefined
                    : misfit(inputs["spec"], at(version, "schema.openAPIV3Schema.properties.spec"), "spec");
            },
        },
        // The names that the operator creates of this one are labels of DNS, the longest that of the plugin bundler's Service.
        rule(
            "metadata.name",
            "the operator calls a Service vernemq-NAME-vmq-bundler-service, and a Service's name has at most 63 characters",
            "https://github.com/vernemq/vmq-operator/blob/024438f/controllers/service.go",
            ({ inputs }) => `vernemq-${String(at(inputs, "metadata.name"))}-vmq-bundler-service`.length <= 63,
        ),
        rule(
            "metadata.namespace",
            "the operator looks after the namespace messaging only",
            "https://github.com/vernemq/vmq-operator/blob/024438f/main.go#L69",
            ({ inputs }) => at(inputs, "metadata.namespace") === "messaging",
        ),
    ],
});
