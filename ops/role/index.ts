import { Document } from "yaml";
import { merged, type Right } from "../rights";

export interface RoleSubject {
    readonly kind: "Group" | "User";
    readonly name: string;
}

export interface RoleRequest {
    readonly namespace: string;
    /** Verbs of ops that the role is for. */
    readonly verbs: readonly { readonly name: string; readonly rights: readonly Right[] }[];
    readonly subject: RoleSubject;
}

const apiGroup = "rbac.authorization.k8s.io";

/** A role and its binding: of the namespace, or of the whole cluster where none is given. */
function pair(
    rights: readonly Right[],
    name: string,
    namespace: string | undefined,
    subject: RoleSubject,
): readonly object[] {
    const kind = namespace === undefined ? "ClusterRole" : "Role";
    const apiVersion = `${apiGroup}/v1`;
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    const rules = rights.map((right) => ({
        apiGroups: [right.apiGroup],
        resources: [right.resource],
        resourceNames: right.names && [...right.names],
        verbs: [...right.verbs],
    }));
    return [
        { apiVersion, kind, metadata, rules },
        {
            apiVersion,
            kind: `${kind}Binding`,
            metadata,
            subjects: [{ kind: subject.kind, apiGroup, name: subject.name }],
            roleRef: { apiGroup, kind, name },
        },
    ];
}

/**
 * The role that verbs of ops need, with its binding: a Role for the brokers' namespace and, for what belongs to no namespace, a ClusterRole
 * that reads only.
 */
export function roleObjects({ namespace, verbs, subject }: RoleRequest): readonly object[] {
    const rights = merged(verbs.flatMap((verb) => verb.rights));
    const clusterWide = rights.filter((right) => right.clusterWide);
    const inNamespace = rights.filter((right) => !right.clusterWide);
    return [
        ...pair(inNamespace, "vernemq-ops", namespace, subject),
        // Roles of the whole cluster share one space of names.
        ...(clusterWide.length === 0 ? [] : pair(clusterWide, `vernemq-ops-${namespace}`, undefined, subject)),
    ];
}

/** The objects as YAML for `kubectl apply`. */
export function roleYaml(request: RoleRequest): string {
    const names = request.verbs.map(({ name }) => name).join(", ");
    return roleObjects(request)
        .map((object, index) => {
            const document = new Document(object, { aliasDuplicateObjects: false });
            if (index === 0) {
                document.commentBefore = ` What an operator needs for: ${names}.`;
            }
            return document.toString({ lineWidth: 0 });
        })
        .join("---\n");
}
