import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { BrokerInfo } from "../broker/info";
import { type Defaulted, withDefaults } from "../common/defaults";
import { observabilityDefaults } from "./defaults";
import type { ClusterHandle } from "../common/cluster-handle";
import { Component } from "../common/component";
import type { HaproxyTier } from "../edge/haproxy/tier";
import { alertGroups } from "./alerts";
import { type RuleFile, ruleFile } from "./alerts/rule";
import { dashboard } from "./dashboard";
import { deploymentPods, statefulSetPods } from "./metrics";
import {
    brokerMetricsPort,
    certManagerMonitorSpec,
    type MetricSource,
    metricsService,
    type ScrapedPods,
    serviceMonitorSpec,
} from "./scraping";
import type { CertificateSubject, Subjects } from "./subjects";

export interface ObservabilityArgs {
    readonly cluster: ClusterHandle;
    readonly broker: BrokerInfo;
    /** The HAProxy tier, where there is one. Default: none. */
    readonly haproxy?: HaproxyTier | undefined;
    /** What leads Prometheus to the pods. With `annotations` the pods carry them already. */
    readonly metrics: Exclude<MetricSource, "none">;
    /**
     * With metrics service-monitor: seconds between two scrapes.
     *
     * @default 30
     */
    readonly scrapeIntervalSeconds?: number;
    /** Labels by which a Prometheus operator selects monitors and rules. Default: none. */
    readonly operatorLabels?: Readonly<Record<string, string>>;
    /** Figures that thresholds follow from. */
    readonly limits: {
        /** Connections that one listener of one broker takes. */
        readonly brokerConnections: number;
        readonly brokerMemoryBytes: number;
        /** The brokers have volumes. */
        readonly persistence: boolean;
        readonly haproxyReplicas: number;
        readonly haproxyConnections: number;
    };
    /** How the ends of the server certificates are known. Default: not at all. */
    readonly certificates?: readonly pulumi.Input<CertificateSubject>[];
    /** Read cert-manager's metrics too, which runs in this namespace. Default: no. */
    readonly certManagerNamespace?: string;
    /** Rules. Default: none. */
    readonly alerts?:
        | {
              /** Namespace of the object with the rules. Default: the broker's. */
              readonly namespace?: string;
              readonly runbookUrl: string;
          }
        | undefined;
    /** The dashboard. Default: none. */
    readonly dashboard?: { readonly folder?: string } | undefined;
    /** What brings the types ServiceMonitor and PrometheusRule. Default: the cluster has them. */
    readonly after?: readonly pulumi.Resource[];
}

type FullObservabilityArgs = Defaulted<ObservabilityArgs, typeof observabilityDefaults>;

/** Metrics, alert rules and a dashboard of the brokers and the HAProxy before them. */
export class Observability extends Component {
    constructor(name: string, given: ObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:observability:Observability", name, opts);
        const args = withDefaults(given, observabilityDefaults);
        if (args.metrics === "service-monitor") {
            for (const [suffix, pods] of Object.entries(scrapedPods(args))) {
                this.#createMonitor(suffix, pods, args);
            }
            this.#createCertManagerMonitor(args);
        }
        const subjects = pulumi
            .all([args.broker.namespace, pulumi.all([...(args.certificates ?? [])])])
            .apply(([namespace, certificates]) => subjectsOf(args, namespace, certificates));
        if (args.alerts !== undefined) {
            this.#createRules(args, args.alerts, subjects);
        }
        if (args.dashboard !== undefined) {
            this.#createDashboard(args, args.dashboard, subjects);
        }
        this.registerOutputs();
    }

    #createMonitor(suffix: string, pods: ScrapedPods, args: FullObservabilityArgs): void {
        const { labels, spec } = metricsService(pods);
        const { namespace } = args.broker;
        // Pulumi waits for a Service's endpoints, and brokers may be slow; nothing waits for this one.
        const annotations = { "pulumi.com/skipAwait": "true" };
        const service = this.childWith({ provider: args.cluster.provider }, core.Service, `${suffix}-service`, {
            metadata: { name: pods.name, namespace, labels, annotations },
            spec,
        });
        this.#createOfOperator(args, "ServiceMonitor", `${suffix}-monitor`, [service, ...args.after], {
            metadata: { name: pods.name, namespace },
            spec: serviceMonitorSpec(pods, args.scrapeIntervalSeconds),
        });
    }

    /** cert-manager's chart gives its pods the annotations that lead a Prometheus without operator to them, and no monitor. */
    #createCertManagerMonitor(args: FullObservabilityArgs): void {
        const { broker, certManagerNamespace, scrapeIntervalSeconds, after } = args;
        if (certManagerNamespace !== undefined) {
            this.#createOfOperator(args, "PodMonitor", "cert-manager-monitor", after, {
                metadata: { name: "vernemq-cert-manager", namespace: broker.namespace },
                spec: certManagerMonitorSpec(certManagerNamespace, scrapeIntervalSeconds),
            });
        }
    }

    /** Creates an object of the Prometheus operator, which selects it by its labels. */
    #createOfOperator(
        { cluster: { provider }, operatorLabels }: FullObservabilityArgs,
        kind: "ServiceMonitor" | "PodMonitor" | "PrometheusRule",
        suffix: string,
        after: readonly pulumi.Resource[],
        { metadata, spec }: { readonly metadata: object; readonly spec: pulumi.Input<object> },
    ): void {
        this.childWith({ provider, dependsOn: [...after] }, CustomResource, suffix, {
            apiVersion: "monitoring.coreos.com/v1",
            kind,
            metadata: { ...metadata, labels: { ...operatorLabels } },
            spec,
        });
    }

    /** Rules as an object of the operator's, or as a file in a ConfigMap for a Prometheus without one. */
    #createRules(
        args: FullObservabilityArgs,
        alerts: NonNullable<FullObservabilityArgs["alerts"]>,
        subjects: pulumi.Output<Subjects>,
    ): void {
        const rules = subjects.apply((all): RuleFile =>
            ruleFile(alertGroups(all), { namespace: all.brokers.namespace, runbookUrl: alerts.runbookUrl }),
        );
        const { broker, cluster } = args;
        const metadata = { name: `${broker.release}-alerts`, namespace: alerts.namespace ?? broker.namespace };
        // After an update of the brokers: rules for more of them than there are yet would cry.
        const after = [...args.after, ...broker.ready];
        if (args.metrics === "service-monitor") {
            this.#createOfOperator(args, "PrometheusRule", "rules", after, { metadata, spec: rules });
        } else {
            this.childWith({ provider: cluster.provider, dependsOn: after }, core.ConfigMap, "rules", {
                metadata,
                // JSON is YAML too.
                data: { "vernemq.rules.yaml": rules.apply((file) => `${JSON.stringify(file, null, 2)}\n`) },
            });
        }
    }

    /** The label is what the sidecar of Grafana's chart looks for; the annotation is one that it can be told to take for the folder. */
    #createDashboard(
        { broker, cluster: { provider } }: FullObservabilityArgs,
        { folder }: NonNullable<FullObservabilityArgs["dashboard"]>,
        subjects: pulumi.Output<Subjects>,
    ): void {
        this.childWith({ provider }, core.ConfigMap, "dashboard", {
            metadata: {
                name: `${broker.release}-dashboard`,
                namespace: broker.namespace,
                labels: { grafana_dashboard: "1" },
                annotations: folder === undefined ? undefined : { grafana_folder: folder },
            },
            data: { "vernemq.json": subjects.apply((all) => `${JSON.stringify(dashboard(all), null, 2)}\n`) },
        });
    }
}

/** What Prometheus reads, by the suffix of its resources. */
function scrapedPods({ broker, haproxy }: FullObservabilityArgs): Record<string, ScrapedPods> {
    return {
        brokers: { name: `${broker.release}-metrics`, podLabels: broker.podLabels, port: brokerMetricsPort },
        ...(haproxy === undefined
            ? {}
            : {
                  edge: {
                      name: `${haproxy.deploymentName}-metrics`,
                      podLabels: haproxy.podLabels,
                      port: haproxy.ports.health,
                  },
              }),
    };
}

function subjectsOf(
    { broker, haproxy, limits }: FullObservabilityArgs,
    namespace: string,
    certificates: readonly CertificateSubject[],
): Subjects {
    return {
        brokers: {
            namespace,
            pods: statefulSetPods(broker.release),
            replicas: broker.replicas,
            maxConnections: limits.brokerConnections,
            memoryBytes: limits.brokerMemoryBytes,
            // TEMPLATE-STATEFULSET-N; what the template is called depends on what deploys the broker.
            claims: limits.persistence ? `.+-${statefulSetPods(broker.release)}` : undefined,
        },
        edge: haproxy && {
            namespace,
            pods: deploymentPods(haproxy.deploymentName),
            replicas: limits.haproxyReplicas,
            maxConnections: limits.haproxyConnections,
        },
        certificates,
    };
}
