import "../../../components/digitalocean/sdk";
import { physicalName } from "../../../components/common/names";
import { DoksCluster } from "../../../components/digitalocean/cluster";
import { DigitalOceanDns } from "../../../components/digitalocean/dns";
import { DigitalOceanEndpoint } from "../../../components/digitalocean/load-balancer";
import { digitalOceanTags } from "../../../components/digitalocean/tags";
import type { EdgeEndpoint } from "../../../components/edge/endpoint";
import { hasListeners } from "../../../components/edge/plan";
import { serviceEndpoint } from "../../service-endpoint";
import { brokerNodes } from "../broker-nodes";
import type { Deployment, EdgeParts, HostRecords } from "../target";
import type { DoksSettings } from "./schema";

/** VerneMQ on DigitalOcean Kubernetes, behind a load balancer of DigitalOcean's. */
export function createDoks(settings: DoksSettings): Deployment {
    const cluster = createCluster(settings);
    return {
        cluster,
        brokerNetwork: {},
        certificate: () => undefined,
        loadBalancer: (parts) => createLoadBalancer(settings, cluster, parts),
        // DigitalOcean gives pods no identity.
        dnsPermission: null,
        records: createRecords,
    };
}

function createCluster({ cluster, broker, project, stack }: DoksSettings): DoksCluster {
    return new DoksCluster("vernemq-cluster", {
        ...cluster,
        // DigitalOcean names no limit for clusters; 63 is that of the DNS label and of the node labels that carry pool names.
        name: physicalName([project, stack], { max: 63 }),
        brokerNodes: brokerNodes({ cluster, broker }),
        tags: digitalOceanTags({ project, stack, tags: cluster.tags }),
    });
}

function createLoadBalancer(
    settings: DoksSettings,
    cluster: DoksCluster,
    { haproxy }: EdgeParts,
): EdgeEndpoint | undefined {
    const { edge, edgePlan: plan, project, stack } = settings;
    return edge.exposure === "none" || edge.exposure === "cluster-ip" || haproxy === undefined || !hasListeners(plan)
        ? serviceEndpoint({ cluster, plan, haproxy })
        : new DigitalOceanEndpoint("vernemq-edge", {
              cluster,
              plan,
              haproxy,
              host: edge.host,
              loadBalancerName: physicalName([project, stack, "edge"], { max: 255 }),
              nodes: settings.cluster.loadBalancerNodes,
          });
}

function createRecords({ dns, hosts, address }: HostRecords): void {
    for (const { resourceName, host } of hosts) {
        new DigitalOceanDns(resourceName, { domain: dns.zone, host, address, ttlSeconds: dns.ttlSeconds });
    }
}
