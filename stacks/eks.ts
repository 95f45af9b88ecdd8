import type { Broker } from "../components/broker/broker";
import { AcmCertificate, AcmImport } from "../components/aws/certificate";
import type { CloudCertificate } from "../components/common/server-certificate";
import { clusterNameLimit, EksCluster } from "../components/aws/cluster";
import { Route53Alias } from "../components/aws/dns";
import type { EdgeEndpoint } from "../components/edge/endpoint";
import { drain } from "../components/edge/haproxy/drain";
import type { HaproxyTier } from "../components/edge/haproxy/tier";
import { NetworkLoadBalancer } from "../components/aws/load-balancer";
import { brokerBackend, haproxyBackend } from "../components/aws/backend";
import { ServiceEntrance } from "../components/kubernetes/load-balancer";
import { hasHop, hasOwnEntrance, tlsEnd } from "../components/edge/plan";
import { physicalName } from "../components/common/names";
import { type BrokerSurroundings, deployBroker } from "./broker";
import { clusterCertificate, pemPair } from "./certificate";
import type { Settings } from "./settings/parse";
import { deployHaproxy } from "./haproxy";
import { deployObservability } from "./observability";
import { stackOutputs, type StackOutputs } from "./outputs";

type EksSettings = Settings<"eks">;

/** VerneMQ on Amazon Elastic Kubernetes Service. */
export function deployEks(settings: EksSettings): StackOutputs {
    const tags = tagsOf(settings);
    const cluster = deployCluster(settings, tags);
    const broker = deployBroker(settings, cluster, surroundings(settings, cluster));
    const inCluster = clusterCertificate(settings, cluster, broker);
    const haproxy = deployHaproxy(settings, cluster, broker, inCluster);
    const atAws = awsCertificate(settings, tags);
    const endpoint = deployEdge(settings, { cluster, broker, haproxy, certificate: atAws, tags });
    deployRecord(settings, endpoint);
    const observability = deployObservability(settings, { cluster, broker, haproxy, certificate: inCluster });
    return stackOutputs({ settings, cluster, broker, endpoint, observability, ca: (inCluster ?? atAws)?.caPem });
}

type Tags = Readonly<Record<string, string>>;

/** Tags of everything: whose it is, and what the user adds. */
function tagsOf({ project, stack, cluster }: EksSettings): Tags {
    return { Project: project, Stack: stack, ManagedBy: "pulumi", ...cluster.tags };
}

function deployCluster({ project, stack, cloud, cluster, broker }: EksSettings, tags: Tags): EksCluster {
    const { brokerNodes, ...settings } = cluster;
    return new EksCluster("vernemq-cluster", {
        ...settings,
        brokerNodes: { ...brokerNodes, count: brokerNodes.count ?? broker.replicas },
        region: regionOf(cloud),
        name: physicalName([project, stack], clusterNameLimit),
        tags,
    });
}

/** The settings are checked by then: each target's own cloud keys are there. */
function regionOf({ region }: EksSettings["cloud"]): string {
    if (region === undefined) {
        throw new Error("aws:region is not set");
    }
    return region;
}

/**
 * Without HAProxy the load balancer itself talks to the brokers, from its addresses in its own subnets, and goes on sending connections to a
 * broker that stops until it has deregistered it.
 */
function surroundings({ edgePlan }: EksSettings, cluster: EksCluster): BrokerSurroundings {
    return hasHop(edgePlan, "aws-nlb") && !hasHop(edgePlan, "haproxy")
        ? {
              edgeSources: cluster
                  .subnetCidrs(edgePlan.exposure === "internal" ? "private" : "public")
                  .map((cidr) => ({ kind: "network", cidr })),
              drainSeconds: drain.preStopSeconds,
          }
        : {};
}

/** The certificate that the load balancer serves; undefined where HAProxy or nobody ends TLS. */
function awsCertificate(settings: EksSettings, tags: Tags): CloudCertificate | undefined {
    const { dns, edge, edgePlan } = settings;
    if (tlsEnd(edgePlan)?.kind !== "aws-nlb") {
        return undefined;
    }
    const pem = pemPair(settings);
    if (pem !== undefined) {
        return new AcmImport("vernemq-acm", { pem, tags });
    }
    return new AcmCertificate("vernemq-acm", { host: edge.host ?? "", zoneId: dns?.zone ?? "", tags });
}

interface EdgeParts {
    readonly cluster: EksCluster;
    readonly broker: Broker;
    readonly haproxy: HaproxyTier | undefined;
    readonly certificate: CloudCertificate | undefined;
    readonly tags: Tags;
}

function deployEdge({ cluster: { deletionProtection }, edgePlan: plan }: EksSettings, parts: EdgeParts) {
    const { cluster, broker, haproxy, certificate, tags } = parts;
    if (hasHop(plan, "aws-nlb")) {
        const backend = haproxy === undefined ? brokerBackend(broker) : haproxyBackend(haproxy);
        return new NetworkLoadBalancer("vernemq-edge", {
            cluster,
            plan,
            backend,
            certificate,
            deletionProtection,
            tags,
        });
    }
    return haproxy === undefined || !hasOwnEntrance(plan)
        ? undefined
        : new ServiceEntrance("vernemq-edge", { cluster, plan, haproxy });
}

/** The name comes last, so that it never leads to a load balancer that is not ready. */
function deployRecord({ dns, edge }: EksSettings, endpoint: EdgeEndpoint | undefined): void {
    if (dns !== undefined && edge.host !== undefined && endpoint instanceof NetworkLoadBalancer) {
        new Route53Alias("vernemq-dns", {
            zoneId: dns.zone,
            host: edge.host,
            address: endpoint.address,
            addressZoneId: endpoint.hostedZoneId,
            after: [endpoint],
        });
    }
}
