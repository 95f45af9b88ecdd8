import * as pulumi from "@pulumi/pulumi";
import { ExistingCluster } from "../components/kubernetes/cluster";
import type { ClusterHandle } from "../components/common/cluster-handle";
import { MetalLb, metalLbAnnotations } from "../components/kubernetes/metallb";
import type { EdgeEndpoint } from "../components/edge/endpoint";
import { hasOwnEntrance } from "../components/edge/plan";
import type { HaproxyTier } from "../components/edge/haproxy/tier";
import { ServiceEntrance } from "../components/kubernetes/load-balancer";
import { deployBroker } from "./broker";
import { clusterCertificate } from "./certificate";
import type { Settings } from "./settings/parse";
import { deployHaproxy } from "./haproxy";
import { readKubeconfig } from "./targets/existing/kubeconfig";
import { deployObservability } from "./observability";
import { stackOutputs, type StackOutputs } from "./outputs";

/** VerneMQ on a cluster that is there already. */
export function deployExisting(settings: Settings<"existing">): StackOutputs {
    const cluster = adoptCluster(settings);
    const metallb = deployMetalLb(settings, cluster);
    const broker = deployBroker(
        settings,
        cluster,
        metallb === undefined || settings.edgePlan.exposure !== "none"
            ? {}
            : { serviceAnnotations: metalLbAnnotations(settings.edge.address), after: metallb.ready },
    );
    const certificate = clusterCertificate(settings, cluster, broker);
    const haproxy = deployHaproxy(settings, cluster, broker, certificate);
    const endpoint =
        haproxy === undefined || !hasOwnEntrance(settings.edgePlan)
            ? undefined
            : deployEntrance(settings, cluster, haproxy, metallb);
    const observability = deployObservability(settings, { cluster, broker, haproxy, certificate });
    return stackOutputs({ settings, cluster, broker, endpoint, observability, ca: certificate?.caPem });
}

function adoptCluster({ cluster }: Settings<"existing">): ExistingCluster {
    const kubeconfig =
        cluster.kubeconfigPath === undefined ? cluster.kubeconfig?.reveal() : readKubeconfig(cluster.kubeconfigPath);
    return new ExistingCluster("vernemq-cluster", {
        name: cluster.name,
        context: cluster.context,
        kubeconfig: kubeconfig === undefined ? undefined : pulumi.secret(kubeconfig),
        brokerNodeLabels: cluster.brokerNodeLabels,
        brokerNodeTaint: cluster.brokerNodeTaint,
    });
}

function deployMetalLb({ cluster }: Settings<"existing">, existing: ClusterHandle): MetalLb | undefined {
    return cluster.metallb === undefined
        ? undefined
        : new MetalLb("vernemq-metallb", { ...cluster.metallb, cluster: existing });
}

function deployEntrance(
    { edge, edgePlan: plan }: Settings<"existing">,
    cluster: ClusterHandle,
    haproxy: HaproxyTier,
    metallb: MetalLb | undefined,
): EdgeEndpoint {
    return new ServiceEntrance("vernemq-edge", {
        cluster,
        plan,
        haproxy,
        nodePorts: edge.nodePorts,
        ...(metallb === undefined ? {} : { annotations: metalLbAnnotations(edge.address), after: metallb.ready }),
    });
}
