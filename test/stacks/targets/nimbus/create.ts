import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import {
    changesConfigurationInPlace,
    type ClusterHandle,
    dedicatedNodes,
    dedicatedPlacement,
} from "../../../../components/common/cluster-handle";
import { serviceEndpoint } from "../../../../stacks/service-endpoint";
import type { Deployment } from "../../../../stacks/targets/target";
import { proxyHeaderAnnotation } from "./annotations";
import { Cluster, DnsRecord, NodePool } from "./resources";
import type { NimbusSettings } from "./settings";

/** A cluster of Nimbus with VerneMQ's node pool. */
class NimbusCluster extends pulumi.ComponentResource implements ClusterHandle {
    readonly hasManagedControlPlane = true;
    readonly clusterName: pulumi.Output<string>;
    readonly provider: Provider;
    readonly kubeconfig: pulumi.Output<string>;
    readonly network = undefined;
    readonly brokerPlacement = dedicatedPlacement;
    readonly storageClassName = undefined;
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, { cloud, cluster, broker, project, stack }: NimbusSettings) {
        super("vernemq:cluster:NimbusCluster", name);
        const parent = { parent: this };
        const labels = { project, stack, "managed-by": "pulumi" };
        const created = new Cluster(
            `${name}-cluster`,
            {
                name: `${project}-${stack}`,
                region: cloud.region,
                version: cluster.version,
                network: cluster.network,
                labels,
            },
            { ...parent, protect: true },
        );
        const pool = new NodePool(
            `${name}-broker-nodes`,
            {
                clusterId: created.id,
                size: cluster.brokerNodes.size,
                count: cluster.brokerNodes.count ?? broker.replicas,
                nodeLabels: { [dedicatedNodes.key]: dedicatedNodes.value },
            },
            parent,
        );
        this.clusterName = pulumi.output(`${project}-${stack}`);
        this.kubeconfig = pulumi.secret(created.kubeconfig);
        this.provider = new Provider(
            `${name}-kubernetes`,
            {
                ...changesConfigurationInPlace,
                kubeconfig: this.kubeconfig,
                clusterIdentifier: `nimbus/${project}-${stack}`,
            },
            parent,
        );
        this.ready = [pool];
        this.registerOutputs({ clusterName: this.clusterName });
    }
}

export function createNimbus(settings: NimbusSettings): Deployment {
    const { edgePlan: plan } = settings;
    const cluster = new NimbusCluster("vernemq-cluster", settings);
    return {
        cluster,
        dnsPermission: null,
        brokerNetwork: {},
        certificate: () => undefined,
        loadBalancer: ({ haproxy }) =>
            serviceEndpoint({ cluster, plan, haproxy, annotations: { [proxyHeaderAnnotation]: "v2" } }),
        records: ({ dns, hosts, address }) => {
            for (const { resourceName, host } of hosts) {
                new DnsRecord(resourceName, { zone: dns.zone, name: host, address }, { parent: cluster });
            }
        },
    };
}
