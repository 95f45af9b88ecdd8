import * as apps from "@pulumi/kubernetes/apps/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { BrokerFacts } from "../../broker/facts";
import type { ClusterCertificate } from "../../certificate/server-certificate";
import type { ClusterHandle } from "../../cluster/handle";
import type { EdgePlan, ListenerName } from "../plan";
import { haproxyConfig } from "./config";
import { haproxyPorts } from "./ports";

export interface HaproxyTierArgs {
    readonly cluster: ClusterHandle;
    readonly broker: BrokerFacts;
    readonly plan: EdgePlan;
    /** Certificate with key; needed where HAProxy ends TLS. */
    readonly certificate?: ClusterCertificate;
    readonly replicas: number;
    readonly image: string;
    /** Connections that one pod takes. */
    readonly maxConnections: number;
    readonly connectionsPerSourcePerSecond: number;
    /** Let pods run on VerneMQ's own nodes. */
    readonly onBrokerNodes: boolean;
    readonly clientCertificates?: {
        readonly ca: string;
        readonly crl?: string;
        readonly commonNameAsUser: boolean;
    };
}

/** HAProxy inside the cluster: ends TLS where the load balancer cannot, and keeps each client on its broker. */
export class HaproxyTier extends pulumi.ComponentResource {
    readonly podLabels: Readonly<Record<string, string>> = {
        "app.kubernetes.io/name": "haproxy",
        "app.kubernetes.io/instance": "vernemq-edge",
    };
    /** Container ports by listener, for Services and target groups. */
    readonly ports: Readonly<Record<ListenerName | "health", number>> = haproxyPorts;
    readonly namespace: pulumi.Output<string>;
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: HaproxyTierArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:edge:HaproxyTier", name, {}, opts);
        const inCluster = { parent: this, provider: args.cluster.provider };
        this.namespace = args.broker.namespace;
        const config = new core.ConfigMap(
            `${name}-config`,
            {
                metadata: { name: "vernemq-edge", namespace: this.namespace },
                data: {
                    "haproxy.cfg": this.namespace.apply((namespace) =>
                        haproxyConfig({
                            plan: args.plan,
                            broker: { ...args.broker, namespace },
                            maxConnections: args.maxConnections,
                        }),
                    ),
                },
            },
            inCluster,
        );
        const deployment = new apps.Deployment(
            `${name}-deployment`,
            {
                metadata: { name: "vernemq-edge", namespace: this.namespace },
                spec: {
                    replicas: args.replicas,
                    selector: { matchLabels: this.podLabels },
                    template: {
                        metadata: { labels: this.podLabels },
                        spec: {
                            containers: [
                                {
                                    name: "haproxy",
                                    image: args.image,
                                    volumeMounts: [{ name: "config", mountPath: "/usr/local/etc/haproxy" }],
                                },
                            ],
                            volumes: [{ name: "config", configMap: { name: config.metadata.name } }],
                        },
                    },
                },
            },
            { ...inCluster, dependsOn: [...args.broker.ready] },
        );
        this.ready = [deployment];
        this.registerOutputs({ namespace: this.namespace });
    }
}
