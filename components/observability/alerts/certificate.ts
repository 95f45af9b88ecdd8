import { daysLeftLimits, daysLeftLimitsOf } from "../../common/days-left";
import type { CertificateMetric } from "../metrics";
import type { CertificateSubject, Subjects } from "../subjects";
import type { Alert } from "./rule";

const day = 86_400;

/** Whether the server certificate is renewed in time, where its end is known. */
export function certificateAlerts({ certificate }: Subjects): Alert[] {
    if (certificate === undefined) {
        return [];
    }
    const { warning, problem } =
        certificate.kind === "date" ? daysLeftLimitsOf(certificate.validityDays) : daysLeftLimits;
    return [
        {
            name: "VerneMQCertificateExpires",
            severity: "warning",
            expression: leftBelow(certificate, warning, 0.7),
            minutes: 60,
            summary: "The server certificate should have been renewed by now",
            description: `{{ $value | humanizeDuration }} are left. ${remedyOf(certificate)}`,
        },
        {
            name: "VerneMQCertificateExpiresSoon",
            severity: "critical",
            expression: leftBelow(certificate, problem, 0.5),
            minutes: 5,
            summary: "The server certificate is about to end",
            description: `{{ $value | humanizeDuration }} are left; then no device can connect any more. ${remedyOf(certificate)}`,
        },
    ];
}

/**
 * Seconds that are left, where they are fewer than so many days. cert-manager says itself when it will renew: a certificate that lives
 * shorter than 90 days has fewer left by then, and only when a part of those has gone by it is late. Both figures are 0 where it has none
 * yet: without a certificate there is no alert, without a time of renewal the days alone count
 * (https://github.com/cert-manager/cert-manager/blob/master/internal/collectors/certificate_collector.go).
 */
function leftBelow(certificate: CertificateSubject, days: number, ofRenewal: number): string {
    const limit = (days * day).toString();
    if (certificate.kind === "date") {
        return `vector(${certificate.notAfter.toString()}) - time() < ${limit}`;
    }
    const end = `(${ofCertManager(certificate, "certmanager_certificate_expiration_timestamp_seconds")} != 0)`;
    const renewal = `(${ofCertManager(certificate, "certmanager_certificate_renewal_timestamp_seconds")} != 0)`;
    return `${end} - time() < ${limit} unless ${end} - time() > ${ofRenewal} * (${end} - ${renewal})`;
}

/**
 * cert-manager's metrics have the Certificate's namespace in a label that Prometheus renames where it labels its targets with their own
 * (`exported_namespace`), as it does unless a ServiceMonitor says honorLabels; cert-manager's chart does not.
 */
function ofCertManager({ namespace, name }: { namespace: string; name: string }, metric: CertificateMetric): string {
    const series = ["namespace", "exported_namespace"].map(
        (label) => `${metric}{${label}="${namespace}",name="${name}"}`,
    );
    return `max by (name) (${series.join(" or ")})`;
}

function remedyOf(certificate: CertificateSubject): string {
    return certificate.kind === "cert-manager"
        ? `\`kubectl --namespace ${certificate.namespace} describe certificate ${certificate.name}\` says why cert-manager has not renewed it.`
        : "A self-signed one is renewed by the next update of the stack; one of yours has to be replaced in certificate.pem.";
}
