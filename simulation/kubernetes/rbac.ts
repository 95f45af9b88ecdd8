import { at, listAt, type ResourceModel, type World } from "../provider";
import { isSymbolic, items, property, rule } from "../rules";
import { extend, objectOf } from "./object";

const rbac = "https://kubernetes.io/docs/reference/access-authn-authz/rbac/";
const requestVerbs =
    "https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb";

const verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

export const role: ResourceModel = extend({
    rules: [
        ...["verbs", "resources"].map((field) =>
            items(
                "rules",
                "a rule of a Role names verbs and resources",
                `${rbac}#role-and-clusterrole`,
                (one) => listAt(one, field).length > 0,
                field,
            ),
        ),
        // It is taken and gives no right: the group of pods, Services and Secrets has an empty name.
        property(
            "rules[].apiGroups",
            'the core API group is called "", and a rule for a group core gives no rights',
            `${rbac}#role-example`,
            (groups) => Array.isArray(groups) && !groups.includes("core"),
        ),
        property(
            "rules[].verbs",
            "a verb is one that the API server asks for, in lower case; another one gives no rights",
            requestVerbs,
            (all) => Array.isArray(all) && all.every((verb) => verbs.includes(verb as string)),
        ),
    ],
});

/** Whether an object of a kind is in the world. What only the cluster knows may be. */
function isThere(world: World, type: string, namespace: unknown, name: unknown): boolean {
    return isSymbolic(name) || isSymbolic(namespace) || objectOf(world, type, namespace, name) !== undefined;
}

/** A binding's role cannot be changed in place (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#clusterrolebinding-example). */
export const roleBinding: ResourceModel = extend({
    rules: [
        rule(
            "roleRef.name",
            "a RoleBinding refers to a Role of its own namespace that is there",
            `${rbac}#rolebinding-and-clusterrolebinding`,
            ({ inputs }, world) =>
                at(inputs, "roleRef.kind") !== "Role" ||
                isThere(
                    world,
                    "kubernetes:rbac.authorization.k8s.io/v1:Role",
                    at(inputs, "metadata.namespace"),
                    at(inputs, "roleRef.name"),
                ),
        ),
        items(
            "subjects",
            "a ServiceAccount that gets rights is there",
            `${rbac}#referring-to-subjects`,
            (subject, _, world) =>
                at(subject, "kind") !== "ServiceAccount" ||
                isThere(world, "kubernetes:core/v1:ServiceAccount", at(subject, "namespace"), at(subject, "name")),
            "name",
        ),
    ],
});
