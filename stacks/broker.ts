import * as pulumi from "@pulumi/pulumi";
import { Broker } from "../components/broker/broker";
import { brokerResourceDefaults } from "../components/broker/defaults";
import type { NetworkPeer } from "../components/broker/network-rules";
import type { ClusterHandle } from "../components/common/cluster-handle";
import { haproxyPodLabels } from "../components/edge/haproxy/labels";
import { brokerExpectsProxyHeader, brokerListeners, hasHop } from "../components/edge/plan";
import { brokerMetricsPort, scrapeAnnotations } from "../components/observability/scraping";
import type { Secret } from "../components/common/secret";
import { aclLines, authenticationEgress, authenticationOf } from "./access";
import type { Settings } from "./settings/settings";
import { imageSources } from "./sources";
import type { BrokerNetwork } from "./targets/target";
import { targetOf } from "./targets/registry";

/** Processor time and memory that a broker reserves. */
export function brokerResources({ broker, target }: Settings): { readonly cpu: number; readonly memoryGiB: number } {
    const defaults = brokerResourceDefaults[targetOf(target).createsCluster ? "created" : "adopted"];
    return { cpu: broker.resources.cpu ?? defaults.cpu, memoryGiB: broker.resources.memoryGiB ?? defaults.memoryGiB };
}

/** Deploys VerneMQ as the settings say. The same on every target. */
export function deployBroker(settings: Settings, cluster: ClusterHandle, network: BrokerNetwork): Broker {
    const { broker, edgePlan, observability } = settings;
    return new Broker("vernemq", {
        ...broker,
        cluster,
        images: imageSources(settings),
        chartSource: settings.sources.charts.vernemq,
        users: broker.users.map(({ name, password }) => ({
            name,
            password: password && pulumi.secret(password.reveal()),
        })),
        acl: aclLines(broker),
        authentication: authenticationOf(broker.authentication, (secret) => pulumi.secret(secret.reveal())),
        egress: [...broker.egress, ...authenticationEgress(broker)],
        operator: broker.engine === "operator" ? broker.operator : undefined,
        secretSettings: revealed(broker.secretSettings),
        ...brokerResources(settings),
        service: {
            ...broker.service,
            annotations: { ...network.serviceAnnotations, ...broker.service.annotations },
            allowedCidrs: edgePlan.allowedCidrs,
        },
        after: network.after ?? [],
        expectsProxyHeader: brokerExpectsProxyHeader(edgePlan),
        access: {
            listeners: [...brokerListeners(edgePlan), ...(broker.service.webSocket ? (["ws"] as const) : [])],
            edge: network.edgeSources ?? defaultEdgeSources(settings),
            health: network.healthSources ?? [],
        },
        drainSeconds: network.drainSeconds,
        podAnnotations: observability.metrics === "annotations" ? scrapeAnnotations(brokerMetricsPort) : {},
    });
}

function defaultEdgeSources({ broker, edgePlan }: Settings): NetworkPeer[] {
    if (hasHop(edgePlan, "haproxy")) {
        return [{ kind: "pods", labels: haproxyPodLabels }];
    }
    return edgePlan.exposure === "none" && broker.service.type === "ClusterIP"
        ? [{ kind: "cluster" }]
        : edgePlan.allowedCidrs.map((cidr) => ({ kind: "network", cidr }));
}

function revealed(secrets: Readonly<Record<string, Secret>>): Record<string, pulumi.Output<string>> {
    return Object.fromEntries(Object.entries(secrets).map(([key, value]) => [key, pulumi.secret(value.reveal())]));
}
