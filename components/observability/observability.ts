import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { BrokerInfo } from "../broker/info";
import { type Defaulted, withDefaults } from "../common/defaults";
import { observabilityDefaults } from "./defaults";
import type { ClusterHandle } from "../common/cluster-handle";
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
export class Observability extends pulumi.ComponentResource {
    constructor(name: string, given: ObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:observability:Observability", name, {}, opts);
        const args = withDefaults(given, observabilityDefaults);
        const inCluster = { parent: this, provider: args.cluster.provider };
        if (args.metrics === "service-monitor") {
            for (const [suffix, pods] of Object.entries(scrapedPods(args))) {
                createMonitor(`${name}-${suffix}`, pods, args, inCluster);
            }
            createCertManagerMonitor(name, args, inCluster);
        }
        const subjects = pulumi
            .all([args.broker.namespace, pulumi.all([...(args.certificates ?? [])])])
            .apply(([namespace, certificates]) => subjectsOf(args, namespace, certificates));
        if (args.alerts !== undefined) {
            createRules(name, args, args.alerts, subjects, inCluster);
        }
        if (args.dashboard !== undefined) {
            createDashboard(name, args, args.dashboard, subjects, inCluster);
        }
        this.registerOutputs();
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

function createMonitor(
    name: string,
    pods: ScrapedPods,
    args: FullObservabilityArgs,
    opts: pulumi.CustomResourceOptions,
): void {
    const { namespace } = args.broker;
    const { labels, spec } = metricsService(pods);
    const service = new core.Service(
        `${name}-service`,
        {
            metadata: {
                name: pods.name,
                namespace,
                labels,
                // Pulumi waits for a Service's endpoints, and brokers may be slow; nothing waits for this one.
                annotations: { "pulumi.com/skipAwait": "true" },
            },
            spec,
        },
        opts,
    );
    new CustomResource(
        `${name}-monitor`,
        {
            apiVersion: "monitoring.coreos.com/v1",
            kind: "ServiceMonitor",
            metadata: { name: pods.name, namespace, labels: { ...args.operatorLabels } },
            spec: serviceMonitorSpec(pods, args.scrapeIntervalSeconds),
        },
        { ...opts, dependsOn: [service, ...args.after] },
    );
}

/** cert-manager's chart gives its pods the annotations that lead a Prometheus without operator to them, and no monitor. */
function createCertManagerMonitor(
    name: string,
    { broker, certManagerNamespace, operatorLabels, scrapeIntervalSeconds, after }: FullObservabilityArgs,
    opts: pulumi.CustomResourceOptions,
): void {
    if (certManagerNamespace === undefined) {
        return;
    }
    new CustomResource(
        `${name}-cert-manager-monitor`,
        {
            apiVersion: "monitoring.coreos.com/v1",
            kind: "PodMonitor",
            metadata: { name: "vernemq-cert-manager", namespace: broker.namespace, labels: { ...operatorLabels } },
            spec: certManagerMonitorSpec(certManagerNamespace, scrapeIntervalSeconds),
        },
        { ...opts, dependsOn: [...after] },
    );
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

/** Rules as an object of the operator's, or as a file in a ConfigMap for a Prometheus without one. */
function createRules(
    name: string,
    args: FullObservabilityArgs,
    alerts: NonNullable<FullObservabilityArgs["alerts"]>,
    subjects: pulumi.Output<Subjects>,
    opts: pulumi.CustomResourceOptions,
): void {
    const rules = subjects.apply((all): RuleFile =>
        ruleFile(alertGroups(all), { namespace: all.brokers.namespace, runbookUrl: alerts.runbookUrl }),
    );
    const namespace = alerts.namespace ?? args.broker.namespace;
    const objectName = `${args.broker.release}-alerts`;
    // After an update of the brokers: rules for more of them than there are yet would cry.
    const ruleOpts = { ...opts, dependsOn: [...args.after, ...args.broker.ready] };
    if (args.metrics === "service-monitor") {
        new CustomResource(
            `${name}-rules`,
            {
                apiVersion: "monitoring.coreos.com/v1",
                kind: "PrometheusRule",
                metadata: { name: objectName, namespace, labels: { ...args.operatorLabels } },
                spec: rules,
            },
            ruleOpts,
        );
    } else {
        new core.ConfigMap(
            `${name}-rules`,
            {
                metadata: { name: objectName, namespace },
                // JSON is YAML too.
                data: { "vernemq.rules.yaml": rules.apply((file) => `${JSON.stringify(file, null, 2)}\n`) },
            },
            ruleOpts,
        );
    }
}

/** The label is what the sidecar of Grafana's chart looks for; the annotation is one that it can be told to take for the folder. */
function createDashboard(
    name: string,
    { broker }: FullObservabilityArgs,
    { folder }: NonNullable<FullObservabilityArgs["dashboard"]>,
    subjects: pulumi.Output<Subjects>,
    opts: pulumi.CustomResourceOptions,
): void {
    new core.ConfigMap(
        `${name}-dashboard`,
        {
            metadata: {
                name: `${broker.release}-dashboard`,
                namespace: broker.namespace,
                labels: { grafana_dashboard: "1" },
                annotations: folder === undefined ? undefined : { grafana_folder: folder },
            },
            data: { "vernemq.json": subjects.apply((all) => `${JSON.stringify(dashboard(all), null, 2)}\n`) },
        },
        opts,
    );
}
