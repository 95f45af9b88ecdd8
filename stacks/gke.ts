import type { Broker } from "../components/broker/broker";
import { GoogleCertificate, type GoogleCertificateSource } from "../components/google/certificate";
import type { CloudCertificate } from "../components/common/server-certificate";
import { clusterNameLimit, GkeCluster } from "../components/google/cluster";
import { googleLabels } from "../components/google/labels";
import { CloudDnsRecord } from "../components/google/dns";
import type { EdgeEndpoint } from "../components/edge/endpoint";
import type { HaproxyTier } from "../components/edge/haproxy/tier";
import { GoogleProxyLoadBalancer } from "../components/google/load-balancer";
import { brokerBackend, endpointDrainSeconds, googleProxyCidrs, haproxyBackend } from "../components/google/backend";
import { GooglePassthroughLoadBalancer } from "../components/google/passthrough";
import { ServiceEntrance } from "../components/kubernetes/load-balancer";
import { hasHop, hasOwnEntrance, lastHopBeforeBroker, tlsEnd } from "../components/edge/plan";
import { physicalName } from "../components/common/names";
import { type BrokerSurroundings, deployBroker } from "./broker";
import { clusterCertificate, pemPair } from "./certificate";
import type { Settings } from "./settings/parse";
import { deployHaproxy } from "./haproxy";
import { deployObservability } from "./observability";
import { stackOutputs, type StackOutputs } from "./outputs";

/** VerneMQ on Google Kubernetes Engine. */
export function deployGke(settings: Settings<"gke">): StackOutputs {
    const names = namesOf(settings);
    const cluster = deployCluster(settings, names);
    const broker = deployBroker(settings, cluster, brokerSurroundings(settings));
    const inCluster = clusterCertificate(settings, cluster, broker);
    const haproxy = deployHaproxy(settings, cluster, broker, inCluster);
    const atGoogle = googleCertificate(settings, names);
    const endpoint = deployEdge(settings, names, { cluster, broker, haproxy, certificate: atGoogle });
    deployRecord(settings, endpoint);
    const observability = deployObservability(settings, { cluster, broker, haproxy, certificate: inCluster });
    return stackOutputs({ settings, cluster, broker, endpoint, observability, ca: (inCluster ?? atGoogle)?.caPem });
}

/** What everything of a stack is called and labelled in Google Cloud. */
interface Names {
    readonly prefix: string;
    readonly labels: Readonly<Record<string, string>>;
}

function namesOf({ project, stack, cluster }: Settings<"gke">): Names {
    return {
        prefix: physicalName([project, stack], clusterNameLimit),
        labels: googleLabels({ project, stack, tags: cluster.tags }),
    };
}

function deployCluster(settings: Settings<"gke">, names: Names): GkeCluster {
    const { brokerNodes, ...cluster } = settings.cluster;
    return new GkeCluster("vernemq-cluster", {
        ...cluster,
        brokerNodes: { ...brokerNodes, count: brokerNodes.count ?? settings.broker.replicas },
        project: cloudSetting(settings, "project"),
        region: cloudSetting(settings, "region"),
        clusterName: names.prefix,
        labels: names.labels,
    });
}

/** The settings are checked by then: each target's own cloud keys are there. */
function cloudSetting({ cloud }: Settings<"gke">, name: "project" | "region"): string {
    const value = cloud[name];
    if (value === undefined) {
        throw new Error(`gcp:${name} is not set`);
    }
    return value;
}

/** Where Google's proxies stand right before the brokers, connections and health checks come from outside the cluster. */
function brokerSurroundings({ edgePlan }: Settings<"gke">): BrokerSurroundings {
    const proxies = googleProxyCidrs.map((cidr) => ({ kind: "network", cidr }) as const);
    return lastHopBeforeBroker(edgePlan)?.kind === "google-proxy-nlb"
        ? { edgeSources: proxies, healthSources: proxies, drainSeconds: endpointDrainSeconds }
        : {};
}

/** The certificate that Google's load balancer serves; undefined where HAProxy or nobody ends TLS. */
function googleCertificate(settings: Settings<"gke">, { labels }: Names): CloudCertificate | undefined {
    const { edge, edgePlan } = settings;
    const source = tlsEnd(edgePlan)?.kind === "google-proxy-nlb" ? certificateSource(settings) : undefined;
    return source === undefined
        ? undefined
        : new GoogleCertificate("vernemq-certificate-manager", { host: edge.host ?? "", source, labels });
}

function certificateSource(settings: Settings<"gke">): GoogleCertificateSource | undefined {
    const pem = pemPair(settings);
    if (pem !== undefined) {
        return { kind: "pem", pem };
    }
    const { dns } = settings;
    return dns === undefined ? undefined : { kind: "managed", zone: dns.zone, ttlSeconds: dns.ttlSeconds };
}

interface EdgeParts {
    readonly cluster: GkeCluster;
    readonly broker: Broker;
    readonly haproxy: HaproxyTier | undefined;
    readonly certificate: CloudCertificate | undefined;
}

function deployEdge(
    { edge, edgePlan: plan, broker: { maxConnections } }: Settings<"gke">,
    { prefix, labels }: Names,
    { cluster, broker, haproxy, certificate }: EdgeParts,
): EdgeEndpoint | undefined {
    if (hasHop(plan, "google-proxy-nlb")) {
        return new GoogleProxyLoadBalancer("vernemq-edge", {
            cluster,
            plan,
            backend:
                haproxy === undefined
                    ? brokerBackend(broker, maxConnections)
                    : haproxyBackend(haproxy, edge.haproxy.maxConnections),
            certificate,
            namePrefix: prefix,
            labels,
        });
    }
    if (haproxy === undefined || !hasOwnEntrance(plan)) {
        return undefined;
    }
    return hasHop(plan, "google-passthrough-nlb")
        ? new GooglePassthroughLoadBalancer("vernemq-edge", { cluster, plan, haproxy, labels })
        : new ServiceEntrance("vernemq-edge", { cluster, plan, haproxy });
}

function deployRecord({ dns, edge }: Settings<"gke">, endpoint: EdgeEndpoint | undefined): void {
    if (dns !== undefined && edge.host !== undefined && endpoint?.address !== undefined) {
        new CloudDnsRecord("vernemq-dns", { ...dns, host: edge.host, address: endpoint.address });
    }
}
