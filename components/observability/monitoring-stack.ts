import * as core from "@pulumi/kubernetes/core/v1";
import { Release, type ReleaseArgs } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { RandomPassword } from "@pulumi/random";
import type { ClusterHandle } from "../common/cluster-handle";
import { chartOf } from "../common/charts";
import { type Defaulted, withDefaults } from "../common/defaults";
import { createPullSecrets, type ImageSources, pullSecretReferences } from "../common/images";
import { podSecurityLabels } from "../common/pod-security";
import { type Transform, transformed } from "../common/transform";
import { monitoringDefaults } from "./defaults";
import { mirroredRegistries } from "./mirrored-registries";
import { monitoringRelease } from "./names";

export interface MonitoringStackArgs {
    readonly cluster: ClusterHandle;
    /**
     * Version of the chart kube-prometheus-stack.
     *
     * @default "88.5.3"
     */
    readonly chartVersion?: string;
    /**
     * Namespace of it, which is created.
     *
     * @default "monitoring"
     */
    readonly namespace?: string;
    /**
     * Days that Prometheus keeps metrics.
     *
     * @default 15
     */
    readonly retentionDays?: number;
    /**
     * Size of Prometheus' volume, in GiB.
     *
     * @default 50
     */
    readonly storageGiB?: number;
    /** Where images are pulled from, and with what. Default: where their publishers push them. */
    readonly images?: ImageSources;
    /** Where the chart is from: a Helm repository, an address `oci://.../kube-prometheus-stack` or the path of its archive. Default: its publisher's repository. */
    readonly chartSource?: string;
    /** Changes to what is created: the way out where no setting fits, for example to give Alertmanager receivers. */
    readonly transform?: {
        readonly release?: Transform<ReleaseArgs>;
        /** Values of the chart. */
        readonly values?: Transform<Record<string, unknown>>;
    };
}

type FullMonitoringStackArgs = Defaulted<MonitoringStackArgs, typeof monitoringDefaults>;

const publishedRepository = "https://prometheus-community.github.io/helm-charts";

/** Prometheus, its operator, Alertmanager and Grafana, as the community's chart kube-prometheus-stack has them. */
export class MonitoringStack extends Component {
    /** Password of Grafana's user `admin`; a secret. */
    readonly grafanaPassword: pulumi.Output<string>;
    /** What brings the types ServiceMonitor and PrometheusRule. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, given: MonitoringStackArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:observability:MonitoringStack", name, opts);
        const args = withDefaults(given, monitoringDefaults);
        const inCluster = { parent: this, provider: args.cluster.provider };
        const afterCluster = { ...inCluster, dependsOn: [...args.cluster.ready] };
        const { metadata } = this.childWith(afterCluster, core.Namespace, "namespace", {
            // The chart's node-exporter shares its node's network and processes and reads its file system.
            metadata: { name: args.namespace, labels: podSecurityLabels("privileged") },
        });
        const namespace = metadata.name;
        const password = this.child(RandomPassword, "grafana-password", { length: 32, special: false });
        this.grafanaPassword = pulumi.secret(password.result);
        const admin = this.childWith(inCluster, core.Secret, "grafana-admin", {
            metadata: { name: `${monitoringRelease}-grafana-admin`, namespace },
            // The chart's own names of the two keys.
            stringData: { "admin-user": "admin", "admin-password": this.grafanaPassword },
        });
        const pullSecrets = createPullSecrets(name, args.images, namespace, inCluster);
        const values = stackValues(args, admin.metadata.name, pullSecretReferences(pullSecrets));
        const releaseOptions = { ...inCluster, transform: args.transform?.release };
        const stack = this.childWith(releaseOptions, Release, "release", {
            name: monitoringRelease,
            namespace,
            ...chartOf(
                { name: "kube-prometheus-stack", version: args.chartVersion, source: publishedRepository },
                args.chartSource,
            ),
            atomic: true,
            timeout: 900,
            values: transformed(values, args.transform?.values),
        });
        this.ready = [stack];
        this.registerOutputs({ grafanaPassword: this.grafanaPassword });
    }
}

/** Values of the chart (charts/kube-prometheus-stack/values.yaml, 88.5.3). They hold no secret. */
function stackValues(
    args: FullMonitoringStackArgs,
    adminSecret: pulumi.Output<string>,
    imagePullSecrets: ReturnType<typeof pullSecretReferences>,
): Record<string, unknown> {
    const mirror = args.images?.mirror;
    const global = {
        // In the place of every registry of the chart and of the charts in it.
        ...(typeof mirror === "string" ? { imageRegistry: mirror } : {}),
        ...(imagePullSecrets === undefined ? {} : { imagePullSecrets }),
    };
    const values = {
        ...(Object.keys(global).length === 0 ? {} : { global }),
        // Fixed, so that Services keep their names: monitoring-grafana, monitoring-prometheus, monitoring-alertmanager.
        fullnameOverride: monitoringRelease,
        prometheus: {
            prometheusSpec: {
                // Otherwise only monitors and rules with this release's own label are seen. Ours and others' count alike.
                serviceMonitorSelectorNilUsesHelmValues: false,
                podMonitorSelectorNilUsesHelmValues: false,
                ruleSelectorNilUsesHelmValues: false,
                retention: `${args.retentionDays}d`,
                // Before the volume is full; the rest is for the write-ahead log and for compaction.
                retentionSize: `${Math.floor(args.storageGiB * 0.85 * 1024)}MiB`,
                resources: { requests: { cpu: "200m", memory: "1Gi" } },
                storageSpec: {
                    volumeClaimTemplate: {
                        spec: {
                            accessModes: ["ReadWriteOnce"],
                            ...(args.cluster.storageClassName === undefined
                                ? {}
                                : { storageClassName: args.cluster.storageClassName }),
                            resources: { requests: { storage: `${args.storageGiB}Gi` } },
                        },
                    },
                },
            },
        },
        grafana: {
            admin: { existingSecret: adminSecret },
            sidecar: {
                dashboards: {
                    folderAnnotation: "grafana_folder",
                    provider: { foldersFromFilesStructure: true },
                },
            },
        },
        // Control planes that a cloud runs do not let anyone ask these; their alerts would fire for ever.
        ...(args.cluster.hasManagedControlPlane
            ? {
                  kubeControllerManager: { enabled: false },
                  kubeEtcd: { enabled: false },
                  kubeProxy: { enabled: false },
                  kubeScheduler: { enabled: false },
              }
            : {}),
    };
    return typeof mirror === "object" ? transformed(values, mirroredRegistries(mirror)) : values;
}
