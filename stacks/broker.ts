import * as pulumi from "@pulumi/pulumi";
import { Broker } from "../components/broker/broker";
import type { NetworkPeer } from "../components/broker/network-rules";
import type { ClusterHandle } from "../components/common/cluster-handle";
import { haproxyPodLabels } from "../components/edge/haproxy/labels";
import { brokerExpectsProxyHeader, brokerListeners, hasHop } from "../components/edge/plan";
import { brokerMetricsPort, scrapeAnnotations } from "../components/observability/scraping";
import type { Secret } from "../components/common/secret";
import { aclLines, authenticationEgress, authenticationOf } from "./access";
import type { Settings } from "./settings/parse";
import { maxReplicasOf } from "./settings/max-replicas";

/** Seconds until Services and HAProxy have let go of a stopping broker. */
const defaultDrainSeconds = 15;

/** What a broker reserves where the user says nothing: most of a node on a managed cluster, little on a cluster of one's own. */
export const defaultResources = {
    managed: { cpu: 6, memoryGiB: 24 },
    existing: { cpu: 0.5, memoryGiB: 1 },
} as const;

/** Ports of the Kubernetes API: managed ones have 443; others also kubeadm's, kind's and k3s' 6443, minikube's 8443 and MicroK8s' 16443. */
const apiServerPorts = { managed: [443], existing: [443, 6443, 8443, 16_443] } as const;

/** What a target's network asks of the broker. */
export interface BrokerSurroundings {
    /** Where the edge's connections come from. Default: the HAProxy pods, or with no edge who may use VerneMQ's own Service. */
    readonly edgeSources?: readonly NetworkPeer[];
    /** Who checks health on port 8888 from outside the cluster. Default: nobody. */
    readonly healthSources?: readonly NetworkPeer[];
    /** Annotations of VerneMQ's own Service, for what serves its load balancer; those of the settings win. */
    readonly serviceAnnotations?: Readonly<Record<string, string>>;
    /** What serves that load balancer: it comes before the Service and goes after it. */
    readonly after?: readonly pulumi.Resource[];
    /** Seconds until the load balancer before the brokers has let go of a stopping one. Default: 15. */
    readonly drainSeconds?: number;
}

/** Deploys VerneMQ as the settings say. The same on every target. */
export function deployBroker(
    settings: Settings,
    cluster: ClusterHandle,
    surroundings: BrokerSurroundings = {},
): Broker {
    const { broker, edgePlan, observability, target } = settings;
    const kind = target === "existing" ? "existing" : "managed";
    return new Broker("vernemq", {
        ...broker,
        cluster,
        maxReplicas: maxReplicasOf(broker),
        users: broker.users.map(({ name, password }) => ({
            name,
            ...(password === undefined ? {} : { password: pulumi.secret(password.reveal()) }),
        })),
        acl: aclLines(broker),
        authentication: authenticationOf(broker.authentication, (secret) => pulumi.secret(secret.reveal())),
        egress: [...broker.egress, ...authenticationEgress(broker)],
        operator: broker.engine === "operator" ? broker.operator : undefined,
        secretSettings: revealed(broker.secretSettings),
        cpu: broker.resources.cpu ?? defaultResources[kind].cpu,
        memoryGiB: broker.resources.memoryGiB ?? defaultResources[kind].memoryGiB,
        service: {
            ...broker.service,
            annotations: { ...surroundings.serviceAnnotations, ...broker.service.annotations },
            allowedCidrs: edgePlan.allowedCidrs,
        },
        after: surroundings.after ?? [],
        expectsProxyHeader: brokerExpectsProxyHeader(edgePlan),
        access: {
            listeners: [...brokerListeners(edgePlan), ...(broker.service.webSocket ? (["ws"] as const) : [])],
            edge: surroundings.edgeSources ?? defaultEdgeSources(settings),
            health: surroundings.healthSources ?? [],
            apiServerPorts: apiServerPorts[kind],
        },
        drainSeconds: surroundings.drainSeconds ?? defaultDrainSeconds,
        podAnnotations: observability.metrics === "annotations" ? scrapeAnnotations(brokerMetricsPort) : {},
    });
}

function defaultEdgeSources({ broker, edgePlan }: Settings): NetworkPeer[] {
    if (hasHop(edgePlan, "haproxy")) {
        return [{ kind: "pods", labels: haproxyPodLabels }];
    }
    return edgePlan.exposure === "none" && broker.service.type === "ClusterIP"
        ? [{ kind: "cluster" }]
        : edgePlan.allowedCidrs.map((cidr) => ({ kind: "network", cidr }));
}

function revealed(secrets: Readonly<Record<string, Secret>>): Record<string, pulumi.Output<string>> {
    return Object.fromEntries(Object.entries(secrets).map(([key, value]) => [key, pulumi.secret(value.reveal())]));
}
