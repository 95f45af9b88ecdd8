import { DoksCluster } from "../components/digitalocean/cluster";
import { digitalOceanTags } from "../components/digitalocean/tags";
import type { ClusterHandle } from "../components/common/cluster-handle";
import { DigitalOceanDns } from "../components/digitalocean/dns";
import type { EdgeEndpoint } from "../components/edge/endpoint";
import { hasOwnEntrance } from "../components/edge/plan";
import type { HaproxyTier } from "../components/edge/haproxy/tier";
import { DigitalOceanEntrance } from "../components/digitalocean/load-balancer";
import { ServiceEntrance } from "../components/kubernetes/load-balancer";
import { physicalName } from "../components/common/names";
import { deployBroker } from "./broker";
import { clusterCertificate } from "./certificate";
import type { Settings } from "./settings/parse";
import { deployHaproxy } from "./haproxy";
import { deployObservability } from "./observability";
import { stackOutputs, type StackOutputs } from "./outputs";

/** VerneMQ on DigitalOcean Kubernetes, behind a load balancer of DigitalOcean's. */
export function deployDoks(settings: Settings<"doks">): StackOutputs {
    const cluster = deployCluster(settings);
    const broker = deployBroker(settings, cluster);
    const certificate = clusterCertificate(settings, cluster, broker);
    const haproxy = deployHaproxy(settings, cluster, broker, certificate);
    const endpoint =
        haproxy === undefined || !hasOwnEntrance(settings.edgePlan)
            ? undefined
            : deployEntrance(settings, cluster, haproxy);
    deployDns(settings, endpoint);
    const observability = deployObservability(settings, { cluster, broker, haproxy, certificate });
    return stackOutputs({ settings, cluster, broker, endpoint, observability, ca: certificate?.caPem });
}

function deployCluster(settings: Settings<"doks">): DoksCluster {
    const { cluster, broker, project, stack } = settings;
    return new DoksCluster("vernemq-cluster", {
        ...cluster,
        // DigitalOcean names no limit for clusters; 63 is that of the DNS label and of the node labels that carry pool names.
        name: physicalName([project, stack], { max: 63 }),
        brokerNodes: { ...cluster.brokerNodes, count: cluster.brokerNodes.count ?? broker.replicas },
        tags: digitalOceanTags({ project, stack, tags: cluster.tags }),
    });
}

function deployEntrance(settings: Settings<"doks">, cluster: ClusterHandle, haproxy: HaproxyTier): EdgeEndpoint {
    const { edge, edgePlan: plan, project, stack } = settings;
    return plan.exposure === "cluster-ip"
        ? new ServiceEntrance("vernemq-edge", { cluster, plan, haproxy })
        : new DigitalOceanEntrance("vernemq-edge", {
              cluster,
              plan,
              haproxy,
              host: edge.host ?? "",
              loadBalancerName: physicalName([project, stack, "edge"], { max: 255 }),
              nodes: settings.cluster.loadBalancerNodes,
          });
}

function deployDns({ dns, edge }: Settings<"doks">, endpoint: EdgeEndpoint | undefined): void {
    if (dns !== undefined && edge.host !== undefined && endpoint?.address !== undefined) {
        new DigitalOceanDns("vernemq-dns", {
            domain: dns.zone,
            host: edge.host,
            address: endpoint.address,
            ttlSeconds: dns.ttlSeconds,
        });
    }
}
