import { X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { BrokerInfo } from "../components/broker/info";
import type { ClusterHandle } from "../components/common/cluster-handle";
import type { HaproxyTier } from "../components/edge/haproxy/tier";
import { controllerAccount } from "../components/kubernetes/cert-manager/cert-manager";
import { MonitoringStack } from "../components/observability/monitoring-stack";
import { Observability } from "../components/observability/observability";
import type { CertificateSubject, DateSubject } from "../components/observability/subjects";
import { brokerResources } from "./broker";
import type { ClusterCertificates } from "./certificate";
import { ownHosts, sourceIn } from "./settings/hosts";
import type { Settings } from "./settings/settings";
import { imageSources } from "./sources";

/** What a stack knows of its monitoring. */
export interface DeployedObservability {
    /** Password of Grafana's user `admin`, where the stack has a Grafana; a secret. */
    readonly grafanaPassword: pulumi.Output<string> | undefined;
}

/** Where a reader of the repository finds what to do about an alert. */
const runbookPath = "docs/guides/observability.md";

/** Deploys metrics, alerts, dashboard and, if asked for, a monitoring stack. The same on every target. */
export function deployObservability(
    settings: Settings,
    parts: {
        readonly cluster: ClusterHandle;
        readonly broker: BrokerInfo;
        readonly haproxy: HaproxyTier | undefined;
        readonly certificates: ClusterCertificates | undefined;
    },
): DeployedObservability | undefined {
    const { observability } = settings;
    if (observability.metrics === "none") {
        return undefined;
    }
    const stack = observability.stack.enabled
        ? new MonitoringStack("vernemq-monitoring", {
              ...observability.stack,
              cluster: parts.cluster,
              images: imageSources(settings),
              chartSource: settings.sources.charts.monitoring,
          })
        : undefined;
    const { alerts, dashboard } = observability;
    new Observability("vernemq-observability", {
        cluster: parts.cluster,
        broker: parts.broker,
        haproxy: parts.haproxy,
        metrics: observability.metrics,
        scrapeIntervalSeconds: observability.scrapeIntervalSeconds,
        operatorLabels: observability.operatorLabels,
        limits: limitsOf(settings),
        certificates: certificateSubjects(settings, parts.certificates),
        certManagerNamespace: knownCertManager(settings),
        alerts: alerts.enabled ? { ...alerts, runbookUrl: alerts.runbookUrl ?? runbookPath } : undefined,
        dashboard: dashboard.enabled ? dashboard : undefined,
        after: stack?.ready ?? [],
    });
    return { grafanaPassword: stack?.grafanaPassword };
}

/** With an issuer of the user's, where cert-manager runs is theirs to know. */
function knownCertManager({ edgePlan }: Settings): string | undefined {
    const source = sourceIn(edgePlan);
    return source === "acme" || source === "private-ca" ? controllerAccount.namespace : undefined;
}

function limitsOf(settings: Settings) {
    const { broker, edge } = settings;
    return {
        brokerConnections: broker.maxConnections,
        brokerMemoryBytes: brokerResources(settings).memoryGiB * 2 ** 30,
        persistence: broker.persistence.enabled,
        haproxyReplicas: edge.haproxy.replicas,
        haproxyConnections: edge.haproxy.maxConnections,
    };
}

/** A cloud renews its own certificates and tells no Prometheus about them, so there is nothing to ask. */
function certificateSubjects(
    settings: Settings,
    certificates: ClusterCertificates | undefined,
): pulumi.Input<CertificateSubject>[] {
    const first = firstSubject(settings, certificates);
    const further = ownHosts(settings).flatMap(({ name, pem }) => {
        const end = pem && endOf(pem.certificate);
        return end === undefined ? [] : [{ ...end, host: name }];
    });
    return [...(first === undefined ? [] : [first]), ...further];
}

function firstSubject(
    { certificate, edgePlan }: Settings,
    certificates: ClusterCertificates | undefined,
): pulumi.Input<CertificateSubject> | undefined {
    switch (edgePlan.certificateSource) {
        case "acme":
        case "private-ca":
        case "cert-manager":
            return certificates?.ofCertManager;
        case "pem":
            return certificate.pem && endOf(certificate.pem.certificate);
        case "self-signed":
            return certificates?.first.endsAt?.apply((date): CertificateSubject => ({
                kind: "date",
                notAfter: secondsOf(date),
                validityDays: certificate.validityDays,
            }));
        case "cloud":
        case null:
            return undefined;
    }
}

/** When the first certificate of a chain ends; undefined where it is not readable, which its load balancer or HAProxy will refuse. */
function endOf(pem: string): DateSubject | undefined {
    try {
        const { validFrom, validTo } = new X509Certificate(pem);
        const [start, end] = [Date.parse(validFrom), Date.parse(validTo)];
        return { kind: "date", notAfter: end / 1000, validityDays: (end - start) / 86_400_000 };
    } catch {
        return undefined;
    }
}

/** Seconds since 1970. What is no date yet, in the offline plan, stays the text that stands for it. */
function secondsOf(date: string): number | string {
    const milliseconds = Date.parse(date);
    return Number.isNaN(milliseconds) ? date : Math.floor(milliseconds / 1000);
}
