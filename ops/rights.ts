import { certificateSecretName, rsaSecretOf } from "../components/common/server-certificate";
import { type Collection, collections } from "./kubernetes/objects";

/** Verbs of the Kubernetes API that the verbs of ops use, in the order in which they are written. */
const apiVerbs = ["get", "list", "create", "patch", "delete"] as const;

type ApiVerb = (typeof apiVerbs)[number];

/** What a user has to be allowed, as RBAC counts it (https://kubernetes.io/docs/reference/access-authn-authz/rbac/). */
export interface Right {
    /** Empty for the core group. */
    readonly apiGroup: string;
    /** With its sub-resource: `pods/exec`. */
    readonly resource: string;
    readonly verbs: readonly ApiVerb[];
    /** Only objects of these names. Default: all. */
    readonly names?: readonly string[];
    /** Whether the objects belong to no namespace, so that only a ClusterRole can allow it. */
    readonly clusterWide: boolean;
}

function right({ apiVersion, plural, namespaced }: Collection, ...verbs: ApiVerb[]): Right {
    const apiGroup = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
    return { apiGroup, resource: plural, verbs, clusterWide: !namespaced };
}

const brokerPods = [right(collections.statefulSets, "get"), right(collections.pods, "list")];

/** A stream over WebSocket takes both since Kubernetes 1.36; `create` alone was enough before. */
function stream(subresource: "exec" | "portforward"): Right {
    const { plural, ...pods } = collections.pods;
    return right({ ...pods, plural: `${plural}/${subresource}` }, "get", "create");
}

/** Commands in the brokers' pods. The container to run them in is the pod's to say. */
const commands = [...brokerPods, right(collections.pods, "get"), stream("exec")];

const membersAndVolumes = [...commands, right(collections.claims, "list")];

/** What each verb of ops asks of the API server, apart from what every user may. */
export const rightsOf = {
    status: [
        ...membersAndVolumes,
        { ...right(collections.secrets, "get"), names: [certificateSecretName, rsaSecretOf(certificateSecretName)] },
        right(collections.nodes, "list"),
        right(collections.deployments, "get"),
    ],
    portForward: [...brokerPods, stream("portforward")],
    reload: [...commands, right(collections.secrets, "get"), right(collections.pods, "patch")],
    drain: membersAndVolumes,
    undrain: commands,
    upgrade: [...membersAndVolumes, right(collections.statefulSets, "patch"), right(collections.pods, "delete")],
    scale: [
        ...membersAndVolumes,
        right(collections.statefulSets, "patch"),
        right(collections.claims, "delete"),
        right(collections.disruptionBudgets, "list"),
    ],
    backup: [
        ...membersAndVolumes,
        right(collections.snapshots, "get", "list", "create", "delete"),
        right(collections.snapshotClasses, "list"),
        right(collections.volumes, "get"),
    ],
    restore: [
        ...membersAndVolumes,
        right(collections.snapshots, "list"),
        right(collections.statefulSets, "patch"),
        right(collections.claims, "create", "delete"),
        right(collections.disruptionBudgets, "list"),
        right(collections.deployments, "get"),
    ],
} as const satisfies Readonly<Record<string, readonly Right[]>>;

/** Rights with one entry for each resource, in order of group and resource; what a right to all objects covers is not repeated for some. */
export function merged(rights: readonly Right[]): readonly Right[] {
    const entries = new Map<string, Right>();
    for (const entry of rights) {
        const key = [entry.apiGroup, entry.resource, ...(entry.names ?? [])].join(" ");
        const verbs = new Set([...(entries.get(key)?.verbs ?? []), ...entry.verbs]);
        entries.set(key, { ...entry, verbs: apiVerbs.filter((verb) => verbs.has(verb)) });
    }
    const all = (named: Right) => entries.get(`${named.apiGroup} ${named.resource}`)?.verbs ?? [];
    return [...entries]
        .filter(([, entry]) => entry.names === undefined || !entry.verbs.every((verb) => all(entry).includes(verb)))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, entry]) => entry);
}
