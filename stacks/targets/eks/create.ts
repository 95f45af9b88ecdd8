import "../../../components/aws/sdk";
import { stackTags } from "../../../components/common/tags";
import { brokerBackend, haproxyBackend } from "../../../components/aws/backend";
import { AcmCertificate, AcmImport } from "../../../components/aws/certificate";
import { clusterNameLimit, EksCluster } from "../../../components/aws/cluster";
import { Route53Alias } from "../../../components/aws/dns";
import { Route53Permission } from "../../../components/aws/dns-permission";
import { NetworkLoadBalancer } from "../../../components/aws/load-balancer";
import { tagKeys } from "../../../components/aws/tags";
import { physicalName } from "../../../components/common/names";
import type { CloudCertificate, PemPair } from "../../../components/common/server-certificate";
import type { EdgeEndpoint } from "../../../components/edge/endpoint";
import { drain } from "../../../components/edge/haproxy/drain";
import { hasHop, tlsTerminator } from "../../../components/edge/plan";
import { givenPair, pemPair } from "../../certificate";
import { serviceEndpoint } from "../../service-endpoint";
import { ownHosts, sharedHosts } from "../../settings/hosts";
import { imageSources } from "../../sources";
import { brokerNodes } from "../broker-nodes";
import type { BrokerNetwork, Deployment, EdgeParts, HostRecords } from "../target";
import type { EksSettings } from "./schema";

/** VerneMQ on Amazon Elastic Kubernetes Service. */
export function createEks(settings: EksSettings): Deployment {
    const tags = tagsOf(settings);
    const cluster = createCluster(settings, tags);
    return {
        cluster,
        brokerNetwork: brokerNetwork(settings, cluster),
        certificate: () => createCertificate(settings, tags),
        loadBalancer: (parts) => createLoadBalancer(settings, cluster, parts, tags),
        dnsPermission: ({ zone }, hosts) =>
            new Route53Permission("vernemq-dns-permission", { cluster, zoneId: zone, hosts, tags }),
        records: createRecords,
    };
}

type Tags = Readonly<Record<string, string>>;

function tagsOf({ project, stack, cluster }: EksSettings): Tags {
    return { ...stackTags(tagKeys, { project, stack }), ...cluster.tags };
}

function createCluster(settings: EksSettings, tags: Tags): EksCluster {
    const { project, stack, cloud, cluster, broker, sources } = settings;
    return new EksCluster("vernemq-cluster", {
        ...cluster,
        brokerNodes: brokerNodes({ cluster, broker }),
        region: cloud.region,
        name: physicalName([project, stack], clusterNameLimit),
        tags,
        images: imageSources(settings),
        controllerChartSource: sources.charts.loadBalancerController,
    });
}

/**
 * Without HAProxy the load balancer itself talks to the brokers, from its addresses in its own subnets, and goes on sending connections to a
 * broker that stops until it has deregistered it.
 */
function brokerNetwork({ edgePlan }: EksSettings, cluster: EksCluster): BrokerNetwork {
    return hasHop(edgePlan, "aws-nlb") && !hasHop(edgePlan, "haproxy")
        ? {
              edgeSources: cluster
                  .subnetCidrs(edgePlan.exposure === "internal" ? "private" : "public")
                  .map((cidr) => ({ kind: "network", cidr })),
              drainSeconds: drain.preStopSeconds,
          }
        : {};
}

function createCertificate(settings: EksSettings, tags: Tags): CloudCertificate | undefined {
    const { edge, edgePlan, usedCertificate: used } = settings;
    if (edge.exposure === "none" || tlsTerminator(edgePlan)?.kind !== "aws-nlb") {
        return undefined;
    }
    // Imported, or issued for these names.
    const issue = (name: string, host: string, otherHosts: readonly string[], pem: PemPair | undefined) => {
        if (pem !== undefined) {
            return new AcmImport(name, { pem, tags });
        }
        return used.source === "dns-validated"
            ? new AcmCertificate(name, { host, otherHosts, zoneId: used.dns.zone, tags })
            : undefined;
    };
    const first = issue("vernemq-acm", edge.host, sharedHosts(settings), pemPair(settings));
    const further = ownHosts(settings).flatMap(({ name, pem }) => {
        const certificate = issue(`vernemq-acm-${name}`, name, [], pem && givenPair(pem));
        return certificate === undefined ? [] : [{ host: name, reference: certificate.reference }];
    });
    return first && { kind: "cloud", reference: first.reference, caPem: first.caPem, further };
}

function createLoadBalancer(
    { cluster: { deletionProtection }, edgePlan: plan }: EksSettings,
    cluster: EksCluster,
    { broker, haproxy, certificate }: EdgeParts,
    tags: Tags,
): EdgeEndpoint | undefined {
    if (!hasHop(plan, "aws-nlb")) {
        return serviceEndpoint({ cluster, plan, haproxy });
    }
    return new NetworkLoadBalancer("vernemq-edge", {
        cluster,
        plan,
        backend: haproxy === undefined ? brokerBackend(broker) : haproxyBackend(haproxy),
        certificate,
        deletionProtection,
        tags,
    });
}

function createRecords({ dns, hosts, address, endpoint }: HostRecords): void {
    if (!(endpoint instanceof NetworkLoadBalancer)) {
        return;
    }
    for (const { resourceName, host } of hosts) {
        new Route53Alias(resourceName, {
            zoneId: dns.zone,
            host,
            address,
            addressZoneId: endpoint.hostedZoneId,
            after: [endpoint],
        });
    }
}
