import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../../../components/common/cluster-handle";
import { ExistingCluster } from "../../../components/kubernetes/cluster";
import { MetalLb, metalLbAnnotations } from "../../../components/kubernetes/metallb";
import { createGivenRecords } from "../../given-records";
import { serviceEndpoint } from "../../service-endpoint";
import type { BrokerNetwork, Deployment } from "../target";
import { imageSources } from "../../sources";
import { readKubeconfig } from "./kubeconfig";
import type { ExistingSettings } from "./schema";

/** VerneMQ on a cluster that exists already. */
export function createExisting(settings: ExistingSettings): Deployment {
    const { edge, edgePlan: plan } = settings;
    const cluster = adoptCluster(settings);
    const metallb = createMetalLb(settings, cluster);
    return {
        cluster,
        brokerNetwork: brokerNetwork(settings, metallb),
        certificate: () => undefined,
        loadBalancer: ({ haproxy }) =>
            serviceEndpoint({
                cluster,
                plan,
                haproxy,
                nodePorts: edge.nodePorts,
                ...(metallb === undefined
                    ? {}
                    : { annotations: metalLbAnnotations(edge.address), after: metallb.ready }),
            }),
        dnsPermission: null,
        records: (records) => createGivenRecords(settings, records),
    };
}

function adoptCluster({ cluster }: ExistingSettings): ExistingCluster {
    const kubeconfig =
        cluster.kubeconfigPath === undefined
            ? cluster.kubeconfig?.reveal()
            : readKubeconfig(cluster.kubeconfigPath, cluster.context);
    return new ExistingCluster("vernemq-cluster", {
        name: cluster.name,
        context: cluster.context,
        kubeconfig: kubeconfig === undefined ? undefined : pulumi.secret(kubeconfig),
        brokerNodeLabels: cluster.brokerNodeLabels,
        brokerNodeTaint: cluster.brokerNodeTaint,
    });
}

function createMetalLb(settings: ExistingSettings, existing: ClusterHandle): MetalLb | undefined {
    const { metallb } = settings.cluster;
    return metallb === undefined
        ? undefined
        : new MetalLb("vernemq-metallb", {
              ...metallb,
              cluster: existing,
              images: imageSources(settings),
              chartSource: settings.sources.charts.metallb,
          });
}

/** Without an edge MetalLB serves VerneMQ's own Service. */
function brokerNetwork({ edge, edgePlan }: ExistingSettings, metallb: MetalLb | undefined): BrokerNetwork {
    return metallb === undefined || edgePlan.exposure !== "none"
        ? {}
        : { serviceAnnotations: metalLbAnnotations(edge.address), after: metallb.ready };
}
