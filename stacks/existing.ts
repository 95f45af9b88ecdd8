import * as pulumi from "@pulumi/pulumi";
import { ExistingCluster } from "../components/cluster/existing";
import { ServiceEntrance } from "../components/edge/loadbalancer/service";
import { deployBroker } from "./broker";
import { clusterCertificate } from "./certificate";
import type { Settings } from "./config";
import { deployHaproxy } from "./haproxy";
import { stackOutputs, type StackOutputs } from "./outputs";

/** VerneMQ on a cluster that is there already. */
export function deployExisting(settings: Settings<"existing">): StackOutputs {
    const { kubeconfig, ...cluster } = settings.cluster;
    const existing = new ExistingCluster("vernemq-cluster", {
        ...cluster,
        ...(kubeconfig === undefined ? {} : { kubeconfig: pulumi.secret(kubeconfig.reveal()) }),
    });
    const broker = deployBroker(settings, existing);
    const certificate = clusterCertificate(settings, existing, broker);
    const haproxy = deployHaproxy(settings, existing, broker, certificate);
    const endpoint =
        haproxy === undefined
            ? undefined
            : new ServiceEntrance("vernemq-edge", {
                  cluster: existing,
                  plan: settings.edgePlan,
                  haproxy,
                  nodePorts: settings.edge.nodePorts,
              });
    return stackOutputs({ settings, cluster: existing, broker, endpoint, ca: certificate?.caPem });
}
