import { labelsOf, ofType, type Resource, selects, valueOf, valuesOf } from "./facts";

/** Who connects: pods with these labels in the same namespace, or clients from outside the cluster. */
export type Peer = { readonly podLabels: Readonly<Record<string, unknown>> } | "outside";

/** Pods that a policy is about. */
export interface Pods {
    readonly namespace: unknown;
    readonly podLabels: Readonly<Record<string, unknown>>;
}

/**
 * What NetworkPolicies of the graph keep from connecting, empty where they let it through or there is none for these pods
 * (https://kubernetes.io/docs/concepts/services-networking/network-policies/: what one policy admits is admitted).
 */
export function policyProblems(
    resources: readonly Resource[],
    direction: "ingress" | "egress",
    pods: Pods,
    port: number,
    peer: Peer,
): readonly string[] {
    const kind = direction === "ingress" ? "Ingress" : "Egress";
    const policies = ofType(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").filter(
        ({ inputs }) =>
            valueOf(inputs, "metadata.namespace") === pods.namespace &&
            selects(labelsOf(valueOf(inputs, "spec.podSelector.matchLabels")), pods.podLabels) &&
            valuesOf(inputs, "spec.policyTypes.*").includes(kind),
    );
    const admitted = policies.some(({ inputs }) =>
        valuesOf(inputs, `spec.${direction}.*`).some((rule) => admits(rule, direction, port, peer)),
    );
    const [first] = policies;
    return first === undefined || admitted
        ? []
        : [`${first.name}: spec.${direction} does not let port ${port} through`];
}

function admits(rule: unknown, direction: "ingress" | "egress", port: number, peer: Peer): boolean {
    const ports = valuesOf(rule, "ports.*.port");
    const peers = valueOf(rule, direction === "ingress" ? "from" : "to");
    const open = ports.length === 0 || ports.some((candidate) => Number(candidate) === port);
    return (
        open && (peers === undefined || (Array.isArray(peers) && peers.some((candidate) => matches(candidate, peer))))
    );
}

function matches(candidate: unknown, peer: Peer): boolean {
    if (peer === "outside") {
        return valueOf(candidate, "ipBlock") !== undefined || valueOf(candidate, "namespaceSelector") !== undefined;
    }
    const labels = valueOf(candidate, "podSelector.matchLabels");
    return (
        valueOf(candidate, "ipBlock") === undefined &&
        (labels === undefined || selects(labelsOf(labels), peer.podLabels))
    );
}

/** Whether a port of pods is for named peers alone. */
export function isOpenToAnyone(resources: readonly Resource[], pods: Pods, port: number): readonly string[] {
    const policies = ofType(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").filter(
        ({ inputs }) =>
            valueOf(inputs, "metadata.namespace") === pods.namespace &&
            selects(labelsOf(valueOf(inputs, "spec.podSelector.matchLabels")), pods.podLabels),
    );
    const open = policies.filter(({ inputs }) =>
        valuesOf(inputs, "spec.ingress.*").some(
            (rule) =>
                valueOf(rule, "from") === undefined &&
                (valueOf(rule, "ports") === undefined || valuesOf(rule, "ports.*.port").map(Number).includes(port)),
        ),
    );
    return policies.length === 0
        ? [`no NetworkPolicy keeps port ${port} from the cluster's other pods`]
        : open.map(({ name }) => `${name}: spec.ingress lets anyone reach port ${port}`);
}
