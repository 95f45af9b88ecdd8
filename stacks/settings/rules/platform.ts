import { refusedTags } from "../../../components/digitalocean/tags";
import type { Problem } from "../../../components/common/problem";
import type { ParsedGroups } from "../parse";

/** What a platform refuses of settings that are sound by themselves. */
export function platformProblems(groups: ParsedGroups): Problem[] {
    return [...refusedTagProblems(groups), ...zoneProblems(groups)];
}

/**
 * Where spreading over zones is required, nothing starts on a node without a zone
 * (https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#conventions), and DigitalOcean's nodes say their region only
 * (https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/master/docs/controllers/node/labels.md).
 */
function zoneProblems({ target, broker }: ParsedGroups): Problem[] {
    return target === "doks" && broker.zoneSpread === "required"
        ? [
              {
                  key: "vernemq:broker.zoneSpread",
                  value: broker.zoneSpread,
                  rule: "DigitalOcean's nodes have no zone, and where one is required no broker would ever start",
                  remedy: "leave it out: each broker has a node of its own anyway",
              },
          ]
        : [];
}

/** On a cluster of one's own the zones are labels that somebody has to set. */
function zoneWarnings({ target, broker }: ParsedGroups): string[] {
    return target === "existing" && broker.zoneSpread === "required"
        ? [
              "Spreading over zones is required: brokers start only on nodes with the label topology.kubernetes.io/zone (broker.zoneSpread).",
          ]
        : [];
}

function refusedTagProblems({ target, cluster }: ParsedGroups): Problem[] {
    return target === "doks" && "tags" in cluster
        ? refusedTags(cluster.tags).map((key) => ({
              key: `vernemq:cluster.tags.${key}`,
              value: cluster.tags[key],
              rule: "DigitalOcean makes one text of it, KEY:VALUE, with at most 255 letters, digits, colons, hyphens and underscores",
              remedy: "use only these characters",
          }))
        : [];
}

/** What a person has to know or do on a platform. */
export function platformWarnings(groups: ParsedGroups): string[] {
    return [
        ...kubeProxyWarnings(groups),
        ...zoneWarnings(groups),
        ...certManagerWarnings(groups),
        ...digitalOceanWarnings(groups),
    ];
}

/** Where kube-proxy's mode matters. Affinity to brokers does not rest on it: HAProxy keeps that. */
function kubeProxyWarnings({ cluster, edge }: ParsedGroups): string[] {
    if (!("kubeProxyMode" in cluster)) {
        return [];
    }
    const { kubeProxyMode, metallb } = cluster;
    return [
        ...(kubeProxyMode === "ipvs"
            ? [
                  `kube-proxy mode ipvs is deprecated since Kubernetes 1.35 and its code goes in 1.43 (KEP-5495): move to nftables. ${
                      edge.exposure === "none"
                          ? "Its scheduler for source hashing (sh) has no successor there; an edge brings its own (edge.exposure)."
                          : "The reason that VerneMQ's guide has for it, source hashing, is HAProxy's work here; affinity does not rely on it."
                  }`,
              ]
            : []),
        ...(kubeProxyMode === "ipvs" && metallb?.mode === "l2"
            ? [
                  "With kube-proxy mode ipvs MetalLB needs strictARP: true (https://metallb.io/installation/#preparation).",
              ]
            : []),
        ...(kubeProxyMode === "none" && edge.exposure !== "none"
            ? [
                  "Without kube-proxy its replacement has to honour sessionAffinity and externalTrafficPolicy of Services; the affinity of devices to brokers is HAProxy's own.",
              ]
            : []),
    ];
}

function certManagerWarnings({ target, certificate }: ParsedGroups): string[] {
    return target !== "existing" && certificate.source === "cert-manager"
        ? [
              `The certificate comes from cert-manager and its ${certificate.issuer?.kind ?? "issuer"} ${certificate.issuer?.name ?? ""}, which have to be in the cluster: on a new one the first update stops at the certificate; install both and update again.`,
          ]
        : [];
}

/** Connections that one node of a regional load balancer takes (https://docs.digitalocean.com/products/networking/load-balancers/how-to/scale/). */
const connectionsPerNode = 10_000;

function digitalOceanWarnings({ cluster, edge }: ParsedGroups): string[] {
    const hasLoadBalancer = edge.exposure === "public" || edge.exposure === "internal";
    return "loadBalancerNodes" in cluster && hasLoadBalancer && edge.loadBalancer !== "network"
        ? [
              `A regional load balancer with ${cluster.loadBalancerNodes.toString()} nodes takes ${(cluster.loadBalancerNodes * connectionsPerNode).toLocaleString("en")} connections (cluster.loadBalancerNodes).`,
          ]
        : [];
}
