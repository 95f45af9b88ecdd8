import { compact, type Maybe } from "../../../components/common/compact";
import type { Problem } from "../../../components/common/problem";
import { readable } from "../../settings/encrypted";
import { kubeconfigProblem } from "./kubeconfig";
import type { ExistingGroups } from "./schema";

/** Combinations of an existing cluster's settings that cannot work. */
export function existingProblems({ broker, cluster, edge }: ExistingGroups): Problem[] {
    const { kubeconfig, kubeconfigPath, context, metallb } = cluster;
    // What is encrypted, only the engine can look at.
    const contents = readable(kubeconfig?.reveal());
    const ownLoadBalancer = edge.exposure === "none" && broker.service.type === "LoadBalancer";
    const isServed = edge.exposure === "public" || edge.exposure === "internal" || ownLoadBalancer;
    return compact([
        contents === undefined ? undefined : kubeconfigProblem(contents, context, "vernemq:cluster.kubeconfig"),
        kubeconfig !== undefined &&
            kubeconfigPath !== undefined && {
                key: "vernemq:cluster.kubeconfigPath",
                value: kubeconfigPath,
                rule: "the kubeconfig comes from its contents or from a path, not from both",
                remedy: "remove one of kubeconfig and kubeconfigPath",
            },
        metallb?.mode === "bgp" &&
            metallb.bgpPeers.length === 0 && {
                key: "vernemq:cluster.metallb.bgpPeers",
                rule: "mode bgp announces addresses to routers, and none is named",
                remedy: "name at least one router, or use mode l2",
            },
        metallb?.mode === "l2" &&
            metallb.bgpPeers.length > 0 && {
                key: "vernemq:cluster.metallb.bgpPeers",
                rule: "mode l2 talks to no router",
                remedy: "remove it, or use mode bgp",
            },
        metallb !== undefined &&
            !isServed && {
                key: "vernemq:cluster.metallb",
                rule: `MetalLB serves load balancers, and exposure ${edge.exposure} has none`,
                remedy: `remove it, or set ${edge.exposure === "none" ? "vernemq:broker.service.type to LoadBalancer, or " : ""}vernemq:edge.exposure to public or internal`,
            },
    ]);
}

/** What an existing cluster allows and yet deserves attention. */
export function existingWarnings(groups: ExistingGroups): string[] {
    const { broker, observability } = groups;
    return compact([
        ...kubeProxyWarnings(groups),
        // The zones are labels that the cluster's operator has to set.
        broker.zoneSpread === "required" &&
            "Spreading over zones is required: brokers start only on nodes with the label topology.kubernetes.io/zone (broker.zoneSpread).",
        needsLoadBalancer(groups),
        observability.metrics !== "none" &&
            observability.stack.enabled &&
            "observability.stack installs a Prometheus operator for the whole cluster; with a second one in the cluster, the two would fight over the same objects.",
    ]);
}

/** Where kube-proxy's mode matters. Affinity to brokers does not rest on it: HAProxy keeps that. */
function kubeProxyWarnings({ cluster: { kubeProxyMode, metallb }, edge }: ExistingGroups): string[] {
    return compact([
        kubeProxyMode === "ipvs" &&
            `kube-proxy mode ipvs is deprecated since Kubernetes 1.35 and its code is to be removed in 1.43 (KEP-5495): move to nftables. ${
                edge.exposure === "none"
                    ? "Its scheduler for source hashing (sh) has no successor there; an edge brings its own (edge.exposure)."
                    : "The reason that VerneMQ's guide has for it, source hashing, is HAProxy's work here; affinity does not rely on it."
            }`,
        kubeProxyMode === "ipvs" &&
            metallb?.mode === "l2" &&
            "With kube-proxy mode ipvs MetalLB needs strictARP: true (https://metallb.io/installation/#preparation).",
        kubeProxyMode === "none" &&
            edge.exposure !== "none" &&
            "Without kube-proxy its replacement has to honor sessionAffinity and externalTrafficPolicy of Services; the affinity of devices to brokers is HAProxy's own.",
    ]);
}

/**
 * An existing cluster gives addresses to load balancers only with something that serves them, and that takes session affinity where the
 * Service has it (https://github.com/kubernetes/kubernetes/issues/13892, https://github.com/kubernetes/ingress-nginx/issues/10367).
 */
function needsLoadBalancer({ cluster, broker, edge }: ExistingGroups): Maybe<string> {
    const wanted =
        edge.exposure === "none"
            ? broker.service.type === "LoadBalancer"
            : (edge.exposure === "public" || edge.exposure === "internal") &&
              (edge.webSocket === undefined || edge.listeners.some((name) => name !== "wss"));
    const refused =
        edge.exposure === "none" || edge.affinity === "source-ip"
            ? ", or with the built-in controllers of EKS and of Oracle's clusters, which refuse its sessionAffinity,"
            : "";
    return (
        wanted &&
        cluster.metallb === undefined &&
        `A Service of type LoadBalancer gets an address only where a cloud or a load balancer such as MetalLB serves it: without one${refused} the update waits in vain. On bare metal set cluster.metallb, or ${edge.exposure === "none" ? "broker.service.type to NodePort" : "edge.exposure to node-port"}.`
    );
}
