import assert from "node:assert/strict";
import { CertificateAuthority } from "../../../lab/certificates";
import type { Plan } from "../../../plan/plan";
import { at, listAt } from "../../../simulation/provider";
import {
    change,
    childrenOf,
    only,
    originLabels,
    planOf,
    valid,
    validOperator,
    type StackConfig,
    tryPlan,
} from "../../support";

const component = "vernemq:observability:Observability";
const monitorType = "kubernetes:monitoring.coreos.com/v1:ServiceMonitor";
const ruleType = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";
const configMapType = "kubernetes:core/v1:ConfigMap";

const observed = (settings: Readonly<Record<string, unknown>>, config: StackConfig = valid.existing) =>
    change(config, "vernemq:observability", settings);

const prometheusLabels = (port: string) => ({
    "prometheus.io/scrape": "true",
    "prometheus.io/port": port,
    "prometheus.io/path": "/metrics",
});

interface PlannedRule {
    readonly alert: string;
    readonly expr: string;
    readonly annotations: Readonly<Record<string, string>>;
}

function rulesOf(plan: Plan): readonly PlannedRule[] {
    const groups = listAt(only(plan, ruleType).inputs, "spec.groups") as readonly { rules: readonly PlannedRule[] }[];
    return groups.flatMap(({ rules }) => rules);
}

function ruleOf(plan: Plan, alert: string): PlannedRule | undefined {
    return rulesOf(plan).find((rule) => rule.alert === alert);
}

function typesOf(plan: Plan): ReadonlySet<string> {
    return new Set(plan.resources.map(({ type }) => type));
}

describe("observability", () => {
    it("is nothing at all unless it is asked for", async () => {
        const plan = await planOf(valid.existing);
        const types = typesOf(plan);
        assert.ok(
            ![component, "vernemq:observability:MonitoringStack", monitorType, ruleType].some((t) => types.has(t)),
        );
        const release = only(plan, "kubernetes:helm.sh/v3:Release", "vernemq-release");
        assert.equal(at(release.inputs, "values.statefulset.podAnnotations"), undefined);
        const deployment = only(plan, "kubernetes:apps/v1:Deployment", "vernemq-haproxy-deployment");
        assert.deepEqual(Object.keys(at(deployment.inputs, "spec.template.metadata.annotations") as object), [
            "vernemq.io/config-checksum",
        ]);
    });

    it("with a ServiceMonitor is a Service and a monitor each for brokers and HAProxy, rules and a dashboard", async () => {
        const plan = await planOf(observed({ metrics: "service-monitor" }));
        assert.deepEqual(childrenOf(plan, only(plan, component)), [
            "kubernetes:core/v1:ConfigMap vernemq-observability-dashboard",
            "kubernetes:core/v1:Service vernemq-observability-brokers-service",
            "kubernetes:core/v1:Service vernemq-observability-edge-service",
            "kubernetes:monitoring.coreos.com/v1:PrometheusRule vernemq-observability-rules",
            "kubernetes:monitoring.coreos.com/v1:ServiceMonitor vernemq-observability-brokers-monitor",
            "kubernetes:monitoring.coreos.com/v1:ServiceMonitor vernemq-observability-edge-monitor",
        ]);
    });

    it("leads from each monitor to all pods of its kind, ready or not", async () => {
        const plan = await planOf(
            observed({
                metrics: "service-monitor",
                scrapeIntervalSeconds: 8,
                operatorLabels: { release: "prometheus" },
            }),
        );
        const expected = [
            {
                kind: "brokers",
                name: "vernemq-metrics",
                port: 8888,
                selector: { "app.kubernetes.io/name": "vernemq", "app.kubernetes.io/instance": "vernemq" },
            },
            {
                kind: "edge",
                name: "vernemq-edge-metrics",
                port: 8404,
                selector: { "app.kubernetes.io/name": "haproxy", "app.kubernetes.io/instance": "vernemq-edge" },
            },
        ];
        for (const { kind, name, port, selector } of expected) {
            const service = only(plan, "kubernetes:core/v1:Service", `vernemq-observability-${kind}-service`);
            assert.deepEqual(service.inputs["metadata"], {
                name,
                namespace: "messaging",
                labels: { ...originLabels, "vernemq.io/metrics": name },
                annotations: { "pulumi.com/skipAwait": "true" },
            });
            assert.deepEqual(service.inputs["spec"], {
                clusterIP: "None",
                publishNotReadyAddresses: true,
                selector,
                ports: [{ name: "metrics", protocol: "TCP", port, targetPort: port }],
            });
            const monitor = only(plan, monitorType, `vernemq-observability-${kind}-monitor`);
            assert.deepEqual(monitor.inputs, {
                apiVersion: "monitoring.coreos.com/v1",
                kind: "ServiceMonitor",
                metadata: { name, namespace: "messaging", labels: { ...originLabels, release: "prometheus" } },
                spec: {
                    selector: { matchLabels: { "vernemq.io/metrics": name } },
                    endpoints: [{ port: "metrics", path: "/metrics", interval: "8s", scrapeTimeout: "8s" }],
                },
            });
        }
        assert.deepEqual(at(only(plan, ruleType).inputs, "metadata.labels"), {
            ...originLabels,
            release: "prometheus",
        });
    });

    it("updates the rules when the brokers are: those for more brokers than there are yet would cry", async () => {
        for (const [metrics, type] of [
            ["service-monitor", ruleType],
            ["annotations", configMapType],
        ] as const) {
            const plan = await planOf(observed({ metrics }));
            const { dependencies } = only(plan, type, "vernemq-observability-rules");
            assert.ok(
                dependencies.some((urn) => urn.endsWith("::vernemq-release")),
                dependencies.join("\n"),
            );
        }
    });

    it("finds the ports of metrics open to pods of any namespace", async () => {
        const plan = await planOf(observed({ metrics: "service-monitor", stack: { enabled: true } }));
        const open: Readonly<Record<string, number>> = {
            "vernemq-network-policy": 8888,
            "vernemq-haproxy-network-policy": 8404,
        };
        for (const [name, port] of Object.entries(open)) {
            const { inputs } = only(plan, "kubernetes:networking.k8s.io/v1:NetworkPolicy", name);
            const rules = listAt(inputs, "spec.ingress").filter((rule) =>
                listAt(rule, "ports").some((allowed) => at(allowed, "port") === port),
            );
            assert.ok(
                rules.some((rule) => {
                    const sources = at(rule, "from");
                    return sources === undefined || JSON.stringify(sources) === '[{"namespaceSelector":{}}]';
                }),
                name,
            );
        }
    });

    it("with annotations puts them on the pods, and the rules into a ConfigMap", async () => {
        const plan = await planOf(observed({ metrics: "annotations", alerts: { namespace: "prometheus" } }));
        assert.deepEqual(childrenOf(plan, only(plan, component)), [
            "kubernetes:core/v1:ConfigMap vernemq-observability-dashboard",
            "kubernetes:core/v1:ConfigMap vernemq-observability-rules",
        ]);
        const release = only(plan, "kubernetes:helm.sh/v3:Release", "vernemq-release");
        assert.deepEqual(at(release.inputs, "values.statefulset.podAnnotations"), prometheusLabels("8888"));
        const { inputs: deployment } = only(plan, "kubernetes:apps/v1:Deployment", "vernemq-haproxy-deployment");
        const { "vernemq.io/config-checksum": checksum, ...others } = at(
            deployment,
            "spec.template.metadata.annotations",
        ) as Record<string, string>;
        assert.equal(typeof checksum, "string");
        assert.deepEqual(others, prometheusLabels("8404"));
        const { inputs: rules } = only(plan, configMapType, "vernemq-observability-rules");
        assert.deepEqual(rules["metadata"], {
            name: "vernemq-alerts",
            namespace: "prometheus",
            labels: originLabels,
        });
        const files = rules["data"] as Record<string, string>;
        assert.deepEqual(Object.keys(files), ["vernemq.rules.yaml"]);
        const operated = await planOf(observed({ metrics: "service-monitor" }));
        assert.deepEqual(JSON.parse(files["vernemq.rules.yaml"] ?? ""), only(operated, ruleType).inputs["spec"]);
    });

    it("puts the dashboard where Grafana's sidecar finds it, in a folder of one's choice", async () => {
        const plan = await planOf(observed({ metrics: "annotations", dashboard: { folder: "Messaging" } }));
        const { inputs } = only(plan, configMapType, "vernemq-observability-dashboard");
        assert.deepEqual(inputs["metadata"], {
            name: "vernemq-dashboard",
            namespace: "messaging",
            labels: { ...originLabels, grafana_dashboard: "1" },
            annotations: { grafana_folder: "Messaging" },
        });
        const files = inputs["data"] as Record<string, string>;
        assert.deepEqual(Object.keys(files), ["vernemq.json"]);
        assert.equal((JSON.parse(files["vernemq.json"] ?? "") as { title: string }).title, "VerneMQ (messaging)");
    });

    it("leaves out alerts and dashboard where they are switched off", async () => {
        const off = { alerts: { enabled: false }, dashboard: { enabled: false } };
        const plan = await planOf(observed({ metrics: "annotations", ...off }));
        assert.deepEqual(childrenOf(plan, only(plan, component)), []);
        const monitored = await planOf(observed({ metrics: "service-monitor", ...off }));
        assert.deepEqual(
            childrenOf(monitored, only(monitored, component)).map((child) => child.split(" ")[0]),
            ["kubernetes:core/v1:Service", "kubernetes:core/v1:Service", monitorType, monitorType],
        );
    });

    it("takes thresholds from the settings", async () => {
        const plan = await planOf(
            change(
                change(
                    observed({
                        metrics: "service-monitor",
                        alerts: { runbookUrl: "https://wiki.example.com/vernemq" },
                    }),
                    "vernemq:broker",
                    { namespace: "iot", replicas: 5, maxConnections: 20_000, resources: { memoryGiB: 2 } },
                ),
                "vernemq:edge",
                { haproxy: { replicas: 3, maxConnections: 10_000 } },
            ),
        );
        const expressions: Readonly<Record<string, RegExp>> = {
            VerneMQClusterSmaller: /namespace="iot",pod=~"vernemq-\[0-9\]\+".* < 5$/,
            VerneMQConnectionsNearLimit: /> 16000 or .* > 16000$/,
            VerneMQMemoryHigh: /> 1503238553$/,
            VerneMQEdgeSmaller: /pod=~"vernemq-edge-\[a-z0-9\]\+-\[a-z0-9\]\+".* < 3$/,
            VerneMQEdgeConnectionsNearLimit: /> 8000$/,
            VerneMQDiskFull: /persistentvolumeclaim=~"\.\+-vernemq-\[0-9\]\+"/,
        };
        for (const [alert, expression] of Object.entries(expressions)) {
            assert.match(ruleOf(plan, alert)?.expr ?? "", expression, alert);
        }
        assert.equal(
            ruleOf(plan, "VerneMQNetsplit")?.annotations["runbook_url"],
            "https://wiki.example.com/vernemq#vernemqnetsplit",
        );
    });

    it("goes by the pods that VerneMQ's operator creates", async () => {
        const plan = await planOf(observed({ metrics: "service-monitor" }, validOperator));
        const service = only(plan, "kubernetes:core/v1:Service", "vernemq-observability-brokers-service");
        assert.equal(at(service.inputs, "metadata.name"), "vernemq-k8s-metrics");
        assert.deepEqual(at(service.inputs, "spec.selector"), { app: "vernemq", vernemq: "k8s" });
        assert.match(ruleOf(plan, "VerneMQRunQueueLong")?.expr ?? "", /pod=~"vernemq-k8s-\[0-9\]\+"/);
        const annotated = await planOf(observed({ metrics: "annotations" }, validOperator));
        const [brokers, more] = annotated.resources.filter(({ type }) => type.endsWith(":VerneMQ"));
        assert.equal(more, undefined);
        assert.deepEqual(at(brokers?.inputs, "spec.podMetadata.annotations"), prometheusLabels("8888"));
    });

    it("counts a managed broker's memory from its default", async () => {
        const plan = await planOf(observed({ metrics: "service-monitor" }, valid.eks));
        const limit = Math.floor(24 * 2 ** 30 * 0.7).toString();
        assert.ok(ruleOf(plan, "VerneMQMemoryHigh")?.expr.endsWith(`> ${limit}`));
    });
});

describe("the end of the certificate", () => {
    const expressionOf = async (config: StackConfig) =>
        ruleOf(await planOf(observed({ metrics: "service-monitor" }, config)), "VerneMQCertificateExpires")?.expr;

    it("is asked of cert-manager where that keeps it", async () => {
        const config = { ...valid.existing, "vernemq:certificate": { source: "cert-manager", issuer: { name: "ca" } } };
        const matchers = 'messaging",name="vernemq-edge-certificate"';
        const series = (kind: string) => {
            const name = `certmanager_certificate_${kind}_timestamp_seconds`;
            return `(max by (name) (${name}{namespace="${matchers}} or ${name}{exported_namespace="${matchers}}) != 0)`;
        };
        const [end, renewal] = [series("expiration"), series("renewal")];
        assert.equal(
            await expressionOf(config),
            `${end} - time() < 1814400 unless ${end} - time() > 0.7 * (${end} - ${renewal})`,
        );
    });

    it("is asked of a cert-manager that Prometheus is led to, and its issuer is watched, where this program installs it", async () => {
        const config = { ...valid.existing, "vernemq:certificate": { source: "private-ca", keyType: "both" } };
        const plan = await planOf(observed({ metrics: "service-monitor" }, config));
        const { inputs } = only(plan, "kubernetes:monitoring.coreos.com/v1:PodMonitor");
        // As the templates of the chart's version label the controller's pods and name the port of its metrics.
        assert.deepEqual(at(inputs, "spec.selector.matchLabels"), {
            "app.kubernetes.io/name": "cert-manager",
            "app.kubernetes.io/component": "controller",
        });
        assert.deepEqual(at(inputs, "spec.namespaceSelector.matchNames"), ["cert-manager"]);
        assert.equal(at(inputs, "spec.podMetricsEndpoints.0.port"), "http-metrics");
        assert.match(
            ruleOf(plan, "VerneMQCertificateNotIssued")?.expr ?? "",
            /name=~"vernemq-edge-certificate\|vernemq-edge-certificate-rsa"/,
        );
        assert.match(ruleOf(plan, "VerneMQIssuerNotReady")?.expr ?? "", /name="vernemq-edge-ca-1"/);
        assert.equal(ruleOf(plan, "VerneMQAcmeRefuses"), undefined);
        const annotated = await planOf(observed({ metrics: "annotations" }, config));
        assert.ok(!typesOf(annotated).has("kubernetes:monitoring.coreos.com/v1:PodMonitor"));
    });

    it("is watched for refusals of the ACME server that the stack has", async () => {
        const config = change(valid.eks, "vernemq:edge", { terminateTls: "haproxy" });
        const plan = await planOf(observed({ metrics: "service-monitor" }, config));
        assert.match(ruleOf(plan, "VerneMQAcmeRefuses")?.expr ?? "", /host="acme-v02\.api\.letsencrypt\.org"/);
        assert.match(ruleOf(plan, "VerneMQIssuerNotReady")?.expr ?? "", /certmanager_clusterissuer_ready_status/);
    });

    it("is known of one that the user gave", async () => {
        const authority = await CertificateAuthority.create();
        const notBefore = new Date("2026-01-01T00:00:00Z");
        const { certificatePem } = await authority.issue({
            commonName: "mqtt.example.com",
            dnsNames: ["mqtt.example.com"],
            notBefore,
            notAfter: new Date("2049-04-01T00:00:00Z"),
        });
        const pem = { certificate: certificatePem, privateKey: { secure: "v1:encrypted" } };
        const config = { ...valid.existing, "vernemq:certificate": { source: "pem", pem } };
        assert.equal(await expressionOf(config), "vector(2500848000) - time() < 1814400");
    });

    it("is the date of a self-signed one, which is known once it is created", async () => {
        assert.equal(
            await expressionOf(valid.existing),
            "vector(${vernemq-certificate-server.validityEndTime}) - time() < 1814400",
        );
        const short = { ...valid.existing, "vernemq:certificate": { source: "self-signed", validityDays: 20 } };
        assert.match((await expressionOf(short)) ?? "", /< 432000$/);
    });

    it("has no alert where a cloud keeps it", async () => {
        assert.equal(await expressionOf(valid.eks), undefined);
    });
});

describe("the monitoring stack", () => {
    const stacked = { metrics: "service-monitor", stack: { enabled: true } };

    it("is a namespace, a password, a Secret and a release", async () => {
        const plan = await planOf(observed(stacked));
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:observability:MonitoringStack")), [
            "kubernetes:core/v1:Namespace vernemq-monitoring-namespace",
            "kubernetes:core/v1:Secret vernemq-monitoring-grafana-admin",
            "kubernetes:helm.sh/v3:Release vernemq-monitoring-release",
            "random:index/randomPassword:RandomPassword vernemq-monitoring-grafana-password",
        ]);
    });

    it("selects every monitor and rule, keeps metrics within its volume, and has no secret in its values", async () => {
        const plan = await planOf(observed(stacked));
        const { inputs } = only(plan, "kubernetes:helm.sh/v3:Release", "vernemq-monitoring-release");
        assert.equal(inputs["version"], "88.5.3");
        assert.equal(inputs["namespace"], "monitoring");
        assert.deepEqual(inputs["values"], {
            fullnameOverride: "monitoring",
            prometheus: {
                prometheusSpec: {
                    serviceMonitorSelectorNilUsesHelmValues: false,
                    podMonitorSelectorNilUsesHelmValues: false,
                    ruleSelectorNilUsesHelmValues: false,
                    retention: "15d",
                    retentionSize: "43520MiB",
                    resources: { requests: { cpu: "200m", memory: "1Gi" } },
                    storageSpec: {
                        volumeClaimTemplate: {
                            spec: {
                                accessModes: ["ReadWriteOnce"],
                                resources: { requests: { storage: "50Gi" } },
                            },
                        },
                    },
                },
            },
            grafana: {
                admin: { existingSecret: "monitoring-grafana-admin" },
                sidecar: {
                    dashboards: {
                        folderAnnotation: "grafana_folder",
                        provider: { foldersFromFilesStructure: true },
                    },
                },
            },
        });
        assert.equal(plan.checks.find(({ name }) => name === "No secret is in plain text")?.status, "pass");
        assert.equal(only(plan, "pulumi:pulumi:Stack").outputs?.["grafanaPassword"], "[secret]");
    });

    it("on a managed cluster asks nothing of a control plane that the cloud runs, and has an encrypted volume", async () => {
        const plan = await planOf(observed(stacked, valid.eks));
        const { inputs } = only(plan, "kubernetes:helm.sh/v3:Release", "vernemq-monitoring-release");
        for (const part of ["kubeControllerManager", "kubeEtcd", "kubeProxy", "kubeScheduler"]) {
            assert.deepEqual(at(inputs, `values.${part}`), { enabled: false });
        }
        const storageClass = only(plan, "kubernetes:storage.k8s.io/v1:StorageClass");
        assert.equal(
            at(inputs, "values.prometheus.prometheusSpec.storageSpec.volumeClaimTemplate.spec.storageClassName"),
            at(storageClass.inputs, "metadata.name"),
        );
    });

    it("is there before the objects whose types it brings", async () => {
        const plan = await planOf(observed(stacked));
        const release = only(plan, "kubernetes:helm.sh/v3:Release", "vernemq-monitoring-release");
        for (const resource of plan.resources.filter(({ type }) => type === monitorType || type === ruleType)) {
            assert.ok(resource.dependencies.includes(release.urn), resource.name);
        }
    });

    it("comes on every target", async () => {
        for (const config of Object.values(valid)) {
            const { rejections, plan } = await tryPlan(observed(stacked, config));
            assert.deepEqual(rejections, []);
            assert.equal(plan.checks.filter(({ status }) => status === "fail").length, 0);
            only(plan, component);
        }
    });
});
