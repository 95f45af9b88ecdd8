import * as pulumi from "@pulumi/pulumi";
import { Broker } from "../components/broker/broker";
import type { ClusterHandle } from "../components/cluster/handle";
import { brokerExpectsProxyHeader } from "../components/edge/plan";
import type { Settings } from "./config";

/** Brokers that an edge lists where the user names no number: room to scale up without touching HAProxy. */
const defaultMaxReplicas = 9;

/** What a broker reserves where the user says nothing: most of a node on a managed cluster, little on a cluster of one's own. */
const defaultResources = {
    managed: { cpu: 6, memoryGiB: 24 },
    existing: { cpu: 0.5, memoryGiB: 1 },
} as const;

/** Deploys VerneMQ as the settings say. The same on every target. */
export function deployBroker(settings: Settings, cluster: ClusterHandle): Broker {
    const { broker, edgePlan, target } = settings;
    const resources = defaultResources[target === "existing" ? "existing" : "managed"];
    return new Broker("vernemq", {
        ...broker,
        cluster,
        maxReplicas: broker.maxReplicas ?? Math.max(defaultMaxReplicas, broker.replicas),
        users: broker.users.map(({ name, password }) => ({
            name,
            ...(password === undefined ? {} : { password: pulumi.secret(password.reveal()) }),
        })),
        cpu: broker.resources.cpu ?? resources.cpu,
        memoryGiB: broker.resources.memoryGiB ?? resources.memoryGiB,
        expectsProxyHeader: brokerExpectsProxyHeader(edgePlan),
    });
}
