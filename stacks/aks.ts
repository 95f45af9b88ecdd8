import { AzureKeyVaultCertificate } from "../components/azure/certificate";
import { AksCluster } from "../components/azure/cluster";
import { AzureDnsRecord } from "../components/azure/dns";
import type { EdgeEndpoint } from "../components/edge/endpoint";
import type { HaproxyTier } from "../components/edge/haproxy/tier";
import { AksLoadBalancer } from "../components/azure/load-balancer";
import { AksApplicationGateway } from "../components/azure/gateway";
import { ServiceEntrance } from "../components/kubernetes/load-balancer";
import { hasHop, hasOwnEntrance } from "../components/edge/plan";
import { physicalName } from "../components/common/names";
import { deployBroker } from "./broker";
import { clusterCertificate } from "./certificate";
import type { Settings } from "./settings/parse";
import { deployHaproxy } from "./haproxy";
import { deployObservability } from "./observability";
import { stackOutputs, type StackOutputs } from "./outputs";

/** What a stack is called in Azure, and the tags of everything in it. */
interface Identity {
    readonly name: string;
    readonly tags: Readonly<Record<string, string>>;
}

/** VerneMQ on Azure Kubernetes Service. */
export function deployAks(settings: Settings<"aks">): StackOutputs {
    const identity = identityOf(settings);
    const cluster = deployCluster(settings, identity);
    const broker = deployBroker(settings, cluster);
    const certificate = clusterCertificate(settings, cluster, broker);
    const haproxy = deployHaproxy(settings, cluster, broker, certificate);
    const endpoint =
        haproxy === undefined || !hasOwnEntrance(settings.edgePlan)
            ? undefined
            : deployEdge(settings, identity, cluster, haproxy);
    deployDns(settings, endpoint);
    const observability = deployObservability(settings, { cluster, broker, haproxy, certificate });
    return stackOutputs({ settings, cluster, broker, endpoint, observability, ca: certificate?.caPem });
}

function identityOf({ project, stack, cluster }: Settings<"aks">): Identity {
    return {
        // 40 leaves room for what is added to it: the longest name, of the resource group of the nodes, may have 80 characters.
        name: physicalName([project, stack], { max: 40 }),
        tags: { "pulumi-project": project, "pulumi-stack": stack, ...cluster.tags },
    };
}

function deployCluster(settings: Settings<"aks">, { name, tags }: Identity): AksCluster {
    const { broker, cloud, cluster } = settings;
    return new AksCluster("vernemq-cluster", {
        ...cluster,
        clusterName: name,
        location: cloud.region ?? "",
        brokerNodes: { ...cluster.brokerNodes, count: cluster.brokerNodes.count ?? broker.replicas },
        tags,
    });
}

function deployEdge(
    settings: Settings<"aks">,
    { name, tags }: Identity,
    cluster: AksCluster,
    haproxy: HaproxyTier,
): EdgeEndpoint {
    const plan = settings.edgePlan;
    if (hasHop(plan, "azure-application-gateway")) {
        return new AksApplicationGateway("vernemq-edge", {
            cluster,
            plan,
            haproxy,
            certificate: deployKeyVaultCertificate(settings, { name, tags }, cluster),
            gatewayName: `${name}-edge`,
            tags,
        });
    }
    return hasHop(plan, "azure-load-balancer")
        ? new AksLoadBalancer("vernemq-edge", { cluster, plan, haproxy, addressName: `${name}-edge`, tags })
        : new ServiceEntrance("vernemq-edge", { cluster, plan, haproxy });
}

function deployKeyVaultCertificate(
    { certificate }: Settings<"aks">,
    { name, tags }: Identity,
    { network }: AksCluster,
): AzureKeyVaultCertificate {
    return new AzureKeyVaultCertificate("vernemq-certificate", {
        secretId: certificate.keyVaultSecretId ?? "",
        vaultId: certificate.keyVaultResourceId ?? "",
        resourceGroupName: network.resourceGroupName,
        location: network.location,
        identityName: `${name}-edge`,
        tags,
    });
}

function deployDns({ dns, edge }: Settings<"aks">, endpoint: EdgeEndpoint | undefined): void {
    if (dns?.resourceGroup !== undefined && edge.host !== undefined && endpoint?.address !== undefined) {
        new AzureDnsRecord("vernemq-dns", {
            host: edge.host,
            zone: dns.zone,
            resourceGroupName: dns.resourceGroup,
            address: endpoint.address,
            ttlSeconds: dns.ttlSeconds,
        });
    }
}
