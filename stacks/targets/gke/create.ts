import "../../../components/google/sdk";
import { physicalName } from "../../../components/common/names";
import type { CloudCertificate, PemPair } from "../../../components/common/server-certificate";
import type { EdgeEndpoint } from "../../../components/edge/endpoint";
import { hasHop, hasListeners, lastHopBeforeBroker, tlsTerminator } from "../../../components/edge/plan";
import { brokerBackend, endpointDrainSeconds, googleProxies, haproxyBackend } from "../../../components/google/backend";
import { GoogleCertificate, type GoogleCertificateSource } from "../../../components/google/certificate";
import { clusterNameLimit, GkeCluster } from "../../../components/google/cluster";
import { CloudDnsRecord } from "../../../components/google/dns";
import { CloudDnsPermission } from "../../../components/google/dns-permission";
import { googleLabels } from "../../../components/google/labels";
import { GoogleProxyLoadBalancer } from "../../../components/google/load-balancer";
import { GooglePassthroughLoadBalancer } from "../../../components/google/passthrough";
import { givenPair, pemPair } from "../../certificate";
import { serviceEndpoint } from "../../service-endpoint";
import { ownHosts } from "../../settings/hosts";
import { brokerNodes } from "../broker-nodes";
import type { BrokerNetwork, Deployment, EdgeParts, HostRecords } from "../target";
import type { GkeSettings } from "./schema";

/** VerneMQ on Google Kubernetes Engine. */
export function createGke(settings: GkeSettings): Deployment {
    const names = namesOf(settings);
    const cluster = createCluster(settings, names);
    return {
        cluster,
        brokerNetwork: brokerNetwork(settings),
        certificate: () => createCertificate(settings, names),
        loadBalancer: (parts) => createLoadBalancer(settings, names, cluster, parts),
        dnsPermission: ({ zone }) =>
            new CloudDnsPermission("vernemq-dns-permission", { cluster, zone, prefix: names.prefix }),
        records: createRecords,
    };
}

/** What everything of a stack is called and labelled in Google Cloud. */
interface Names {
    readonly prefix: string;
    readonly labels: Readonly<Record<string, string>>;
}

function namesOf({ project, stack, cluster }: GkeSettings): Names {
    return {
        prefix: physicalName([project, stack], clusterNameLimit),
        labels: googleLabels({ project, stack, tags: cluster.tags }),
    };
}

function createCluster({ cloud, cluster, broker }: GkeSettings, names: Names): GkeCluster {
    return new GkeCluster("vernemq-cluster", {
        ...cluster,
        brokerNodes: brokerNodes({ cluster, broker }),
        project: cloud.project,
        region: cloud.region,
        clusterName: names.prefix,
        labels: names.labels,
    });
}

/** Where Google's proxies stand right before the brokers, connections and health checks come from outside the cluster. */
function brokerNetwork({ edgePlan }: GkeSettings): BrokerNetwork {
    const proxies = googleProxies.cidrs.map((cidr) => ({ kind: "network", cidr }) as const);
    return lastHopBeforeBroker(edgePlan)?.kind === "google-proxy-nlb"
        ? { edgeSources: proxies, healthSources: proxies, drainSeconds: endpointDrainSeconds }
        : {};
}

function createCertificate(settings: GkeSettings, { labels }: Names): CloudCertificate | undefined {
    const { edge, edgePlan } = settings;
    if (edge.exposure === "none" || tlsTerminator(edgePlan)?.kind !== "google-proxy-nlb") {
        return undefined;
    }
    const source = certificateSource(settings, pemPair(settings));
    const further = ownHosts(settings).flatMap(({ name: host, pem }) => {
        const own = certificateSource(settings, pem && givenPair(pem));
        return own === undefined ? [] : [{ host, source: own }];
    });
    return source && new GoogleCertificate("vernemq-certificate-manager", { host: edge.host, source, further, labels });
}

function certificateSource(
    { usedCertificate: used }: GkeSettings,
    pem: PemPair | undefined,
): GoogleCertificateSource | undefined {
    if (pem !== undefined) {
        return { kind: "pem", pem };
    }
    return used.source === "dns-validated"
        ? { kind: "managed", zone: used.dns.zone, ttlSeconds: used.dns.ttlSeconds }
        : undefined;
}

function createLoadBalancer(
    { edge, edgePlan: plan, broker: { maxConnections } }: GkeSettings,
    { prefix, labels }: Names,
    cluster: GkeCluster,
    { broker, haproxy, certificate }: EdgeParts,
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
    return haproxy !== undefined && hasListeners(plan) && hasHop(plan, "google-passthrough-nlb")
        ? new GooglePassthroughLoadBalancer("vernemq-edge", { cluster, plan, haproxy, labels })
        : serviceEndpoint({ cluster, plan, haproxy });
}

function createRecords({ dns, hosts, address }: HostRecords): void {
    for (const { resourceName, host } of hosts) {
        new CloudDnsRecord(resourceName, { ...dns, host, address });
    }
}
