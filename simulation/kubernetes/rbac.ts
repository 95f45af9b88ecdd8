import { at, listAt, type ResourceModel, type Rule, type World } from "../provider";
import { isSymbolic } from "../rules";
import { extend } from "./object";

const rbac = "https://kubernetes.io/docs/reference/access-authn-authz/rbac/";

const verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

/** The index of the first rule of a role that is broken, as a path. */
function firstRule(inputs: unknown, field: string, isBroken: (rule: unknown) => boolean): string | undefined {
    const index = listAt(inputs, "rules").findIndex(isBroken);
    return index < 0 ? undefined : `rules[${index}].${field}`;
}

const rulesAreWhole: Rule = {
    text: "a rule of a Role names verbs and resources",
    source: `${rbac}#role-and-clusterrole`,
    brokenBy: ({ inputs }) =>
        firstRule(inputs, "verbs", (rule) => listAt(rule, "verbs").length === 0) ??
        firstRule(inputs, "resources", (rule) => listAt(rule, "resources").length === 0),
};

/** It is taken and gives no right: the group of pods, Services and Secrets has an empty name. */
const coreGroupIsEmpty: Rule = {
    text: 'the core API group is called "", and a rule for a group core gives no rights',
    source: `${rbac}#role-example`,
    brokenBy: ({ inputs }) => firstRule(inputs, "apiGroups", (rule) => listAt(rule, "apiGroups").includes("core")),
};

const verbsAreKnown: Rule = {
    text: "a verb is one that the API server asks for, in lower case; another one gives no rights",
    source: "https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb",
    brokenBy: ({ inputs }) =>
        firstRule(inputs, "verbs", (rule) => listAt(rule, "verbs").some((verb) => !verbs.includes(String(verb)))),
};

export const role: ResourceModel = extend({ rules: [rulesAreWhole, coreGroupIsEmpty, verbsAreKnown] });

/** Whether an object of a kind is in the world. What only the cluster knows may be. */
function isThere(world: World, type: string, namespace: unknown, name: unknown): boolean {
    return (
        isSymbolic(name) ||
        isSymbolic(namespace) ||
        world.resources.some(
            (resource) =>
                resource.type === type &&
                at(resource.inputs, "metadata.name") === name &&
                at(resource.inputs, "metadata.namespace") === namespace,
        )
    );
}

const roleIsThere: Rule = {
    text: "a RoleBinding refers to a Role of its own namespace that is there",
    source: `${rbac}#rolebinding-and-clusterrolebinding`,
    brokenBy: ({ inputs }, world) =>
        at(inputs, "roleRef.kind") !== "Role" ||
        isThere(
            world,
            "kubernetes:rbac.authorization.k8s.io/v1:Role",
            at(inputs, "metadata.namespace"),
            at(inputs, "roleRef.name"),
        )
            ? undefined
            : "roleRef.name",
};

const subjectsAreThere: Rule = {
    text: "a ServiceAccount that gets rights is there",
    source: `${rbac}#referring-to-subjects`,
    brokenBy: ({ inputs }, world) => {
        const index = listAt(inputs, "subjects").findIndex(
            (subject) =>
                at(subject, "kind") === "ServiceAccount" &&
                !isThere(world, "kubernetes:core/v1:ServiceAccount", at(subject, "namespace"), at(subject, "name")),
        );
        return index < 0 ? undefined : `subjects[${index}].name`;
    },
};

/** A binding's role cannot be changed in place (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#clusterrolebinding-example). */
export const roleBinding: ResourceModel = extend({
    rules: [roleIsThere, subjectsAreThere],
});
