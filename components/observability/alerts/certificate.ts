import type { CertificateSubject, Subjects } from "../subjects";
import type { Alert } from "./rule";

const day = 86_400;

/** Days before the end at which something should have renewed a certificate of 90 days: cert-manager does it 30 days before. */
const firstDays = 21;
const lastDays = 7;

/** Whether the server certificate is renewed in time, where its end is known. */
export function certificateAlerts({ certificate }: Subjects): Alert[] {
    if (certificate === undefined) {
        return [];
    }
    const [first, last] = daysOf(certificate);
    const left = secondsLeft(certificate);
    return [
        {
            name: "VerneMQCertificateExpires",
            severity: "warning",
            expression: `${left} < ${(first * day).toString()}`,
            minutes: 60,
            summary: `The server certificate ends in less than ${first.toString()} days`,
            description: `{{ $value | humanizeDuration }} are left. ${remedyOf(certificate)}`,
        },
        {
            name: "VerneMQCertificateExpiresSoon",
            severity: "critical",
            expression: `${left} < ${(last * day).toString()}`,
            minutes: 5,
            summary: `The server certificate ends in less than ${last.toString()} days`,
            description: `{{ $value | humanizeDuration }} are left; then no device can connect any more. ${remedyOf(certificate)}`,
        },
    ];
}

/** A certificate that lives shorter is renewed later: one of our own in its last third. */
function daysOf(certificate: CertificateSubject): readonly [number, number] {
    return certificate.kind === "date"
        ? [
              Math.min(firstDays, Math.max(1, Math.floor(certificate.validityDays / 4))),
              Math.min(lastDays, Math.max(1, Math.floor(certificate.validityDays / 12))),
          ]
        : [firstDays, lastDays];
}

/**
 * cert-manager's metric has the Certificate's namespace in a label that Prometheus renames where it labels its targets with their own
 * (`exported_namespace`), as it does unless a ServiceMonitor says honorLabels; cert-manager's chart does not.
 */
function secondsLeft(certificate: CertificateSubject): string {
    if (certificate.kind === "date") {
        return `vector(${certificate.notAfter.toString()}) - time()`;
    }
    const series = ["namespace", "exported_namespace"].map(
        (label) =>
            `certmanager_certificate_expiration_timestamp_seconds{${label}="${certificate.namespace}",name="${certificate.name}"}`,
    );
    return `max by (name) (${series.join(" or ")}) - time()`;
}

function remedyOf(certificate: CertificateSubject): string {
    return certificate.kind === "cert-manager"
        ? `\`kubectl --namespace ${certificate.namespace} describe certificate ${certificate.name}\` says why cert-manager has not renewed it.`
        : "A self-signed one is renewed by the next update of the stack; one of yours has to be replaced in certificate.pem.";
}
