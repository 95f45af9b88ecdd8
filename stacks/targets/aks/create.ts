import "../../../components/azure/sdk";
import { lowerCaseTagKeys, stackTags } from "../../../components/common/tags";
import { AzureKeyVaultCertificate } from "../../../components/azure/certificate";
import { AksCluster } from "../../../components/azure/cluster";
import { AzureDnsRecord } from "../../../components/azure/dns";
import { AzureDnsPermission } from "../../../components/azure/dns-permission";
import { AksApplicationGateway } from "../../../components/azure/gateway";
import { AksLoadBalancer } from "../../../components/azure/load-balancer";
import { physicalName } from "../../../components/common/names";
import type { EdgeEndpoint } from "../../../components/edge/endpoint";
import { hasHop, hasListeners } from "../../../components/edge/plan";
import { serviceEndpoint } from "../../service-endpoint";
import type { DnsSettings } from "../../settings/schema/edge";
import { brokerNodes } from "../broker-nodes";
import type { Deployment, EdgeParts, HostRecords } from "../target";
import type { AksSettings } from "./schema";

/** VerneMQ on Azure Kubernetes Service. */
export function createAks(settings: AksSettings): Deployment {
    const identity = identityOf(settings);
    const cluster = createCluster(settings, identity);
    return {
        cluster,
        brokerNetwork: {},
        // The Application Gateway's comes with it, from Key Vault.
        certificate: () => undefined,
        loadBalancer: (parts) => createLoadBalancer(settings, identity, cluster, parts),
        dnsPermission: (dns) =>
            new AzureDnsPermission("vernemq-dns-permission", {
                ...zoneOf(dns),
                cluster,
                identityName: `${identity.name}-dns`,
                tags: identity.tags,
            }),
        records: createRecords,
    };
}

/** What a stack is called in Azure, and the tags of everything in it. */
interface Identity {
    readonly name: string;
    readonly tags: Readonly<Record<string, string>>;
}

function identityOf({ project, stack, cluster }: AksSettings): Identity {
    return {
        // 40 leaves room for what is added to it: the longest name, of the resource group of the nodes, may have 80 characters.
        name: physicalName([project, stack], { max: 40 }),
        tags: { ...stackTags(lowerCaseTagKeys, { project, stack }), ...cluster.tags },
    };
}

function createCluster({ broker, cloud, cluster }: AksSettings, { name, tags }: Identity): AksCluster {
    return new AksCluster("vernemq-cluster", {
        ...cluster,
        clusterName: name,
        location: cloud.region,
        brokerNodes: brokerNodes({ cluster, broker }),
        tags,
    });
}

function createLoadBalancer(
    settings: AksSettings,
    { name, tags }: Identity,
    cluster: AksCluster,
    { haproxy }: EdgeParts,
): EdgeEndpoint | undefined {
    const { edgePlan: plan, usedCertificate: used } = settings;
    if (haproxy === undefined || !hasListeners(plan)) {
        return undefined;
    }
    if (used.source === "key-vault") {
        return new AksApplicationGateway("vernemq-edge", {
            cluster,
            plan,
            haproxy,
            certificate: new AzureKeyVaultCertificate("vernemq-certificate", {
                secretId: used.secretId,
                vaultId: used.vaultId,
                resourceGroupName: cluster.network.resourceGroupName,
                location: cluster.network.location,
                identityName: `${name}-edge`,
                tags,
            }),
            gatewayName: `${name}-edge`,
            tags,
        });
    }
    return hasHop(plan, "azure-load-balancer")
        ? new AksLoadBalancer("vernemq-edge", { cluster, plan, haproxy, addressName: `${name}-edge`, tags })
        : serviceEndpoint({ cluster, plan, haproxy });
}

function createRecords({ dns, hosts, address }: HostRecords): void {
    for (const { resourceName, host } of hosts) {
        new AzureDnsRecord(resourceName, { ...zoneOf(dns), host, address, ttlSeconds: dns.ttlSeconds });
    }
}

/**
 * A zone of Azure DNS with its resource group. The settings of DNS have one type for all targets, and only the rule of this one demands the group.
 *
 * @throws Error where it is missing all the same: a defect of that rule
 */
function zoneOf({ zone, resourceGroup }: DnsSettings): { readonly zone: string; readonly resourceGroupName: string } {
    if (resourceGroup === undefined) {
        throw new Error("vernemq:dns.resourceGroup is missing, and the rules of target aks let that pass");
    }
    return { zone, resourceGroupName: resourceGroup };
}
