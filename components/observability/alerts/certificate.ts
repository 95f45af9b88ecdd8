import { daysLeftLimits, daysLeftLimitsOf } from "../../common/days-left";
import type { CertificateMetric } from "../metrics";
import type { CertificateSubject, CertManagerSubject, DateSubject, Subjects } from "../subjects";
import type { Alert } from "./rule";

const day = 86_400;

/** Whether the server certificates are issued and renewed in time, where that is known. */
export function certificateAlerts({ certificates = [] }: Subjects): Alert[] {
    return certificates.length === 0
        ? []
        : [
              ...endAlerts(certificates),
              ...certificates.flatMap((one) => (one.kind === "date" ? [] : issuanceAlerts(one))),
          ];
}

function endAlerts(certificates: readonly CertificateSubject[]): Alert[] {
    const remedy = certificates
        .map(remedyOf)
        .filter((text, index, all) => all.indexOf(text) === index)
        .join(" ");
    const anyBelow = (limit: "warning" | "problem", ofRenewal: number) =>
        certificates.map((one) => leftBelow(one, limitsOf(one)[limit], ofRenewal)).join(" or ");
    return [
        {
            name: "VerneMQCertificateExpires",
            severity: "warning",
            expression: anyBelow("warning", 0.7),
            minutes: 60,
            summary: "A server certificate should have been renewed by now",
            description: `{{ $value | humanizeDuration }} are left {{ with $labels.name }}({{ . }}) {{ end }}before it ends. ${remedy}`,
        },
        {
            name: "VerneMQCertificateExpiresSoon",
            severity: "critical",
            expression: anyBelow("problem", 0.5),
            minutes: 5,
            summary: "A server certificate is about to end",
            description: `{{ $value | humanizeDuration }} are left {{ with $labels.name }}({{ . }}) {{ end }}before it ends; then no device can connect any more. ${remedy}`,
        },
    ];
}

/** Whether cert-manager gets the certificates, long before one that is there ends. */
function issuanceAlerts(certificate: CertManagerSubject): Alert[] {
    const { namespace, names, issuer, acmeHost } = certificate;
    return [
        {
            name: "VerneMQCertificateNotIssued",
            severity: "warning",
            expression: `${ofCertManager(namespace, names, "certmanager_certificate_ready_status", 'condition="True"')} == 0`,
            minutes: 30,
            summary: "cert-manager has not got a server certificate",
            description: `{{ $labels.name }} is not ready. ${chain}`,
        },
        ...(issuer === undefined ? [] : [issuerNotReady(namespace, issuer)]),
        ...(acmeHost === undefined ? [] : [acmeRefuses(acmeHost)]),
    ];
}

function issuerNotReady(namespace: string, { kind, name }: NonNullable<CertManagerSubject["issuer"]>): Alert {
    const ready =
        kind === "ClusterIssuer"
            ? `max by (name) (certmanager_clusterissuer_ready_status{name="${name}",condition="True"})`
            : ofNamespace(
                  namespace,
                  (label) => `certmanager_issuer_ready_status{${label},name="${name}",condition="True"}`,
              );
    return {
        name: "VerneMQIssuerNotReady",
        severity: "warning",
        expression: `${ready} == 0`,
        minutes: 15,
        summary: "The issuer of the server certificates fails",
        description: `${kind} {{ $labels.name }} is not ready, so no certificate is renewed. \`kubectl${kind === "Issuer" ? ` --namespace ${namespace}` : ""} describe ${kind.toLowerCase()} ${name}\` says why: the account with the ACME server, or the Secret that it reads.`,
    };
}

/**
 * What the server refuses and no further try changes: a rate limit (429), or an account or name that it does not accept (403). A new series
 * begins with its first refusal, which `increase` does not count.
 */
function acmeRefuses(host: string): Alert {
    const refusals = `certmanager_http_acme_client_request_count{host="${host}",status=~"403|429"}`;
    return {
        name: "VerneMQAcmeRefuses",
        severity: "warning",
        expression: `sum by (host, status) ((${refusals} unless ${refusals} offset 3h) or increase(${refusals}[3h])) > 0`,
        minutes: 5,
        summary: "The ACME server refuses cert-manager's requests",
        description: `{{ $labels.host }} answers with {{ $labels.status }}: 429 is a rate limit, whose end the Order names; 403 an account or a name that it does not accept. ${chain}`,
    };
}

const chain = "`kubectl describe certificaterequests,orders,challenges --all-namespaces` says why.";

/**
 * Seconds that are left, where they are fewer than so many days. cert-manager says itself when it will renew: a certificate that lives
 * shorter than 90 days has fewer left by then, and only when a part of those has gone by it is late. Both figures are 0 where it has none
 * yet: without a certificate there is no alert, without a time of renewal the days alone count
 * (https://github.com/cert-manager/cert-manager/blob/master/internal/collectors/certificate_collector.go).
 */
function leftBelow(certificate: CertificateSubject, days: number, ofRenewal: number): string {
    const limit = (days * day).toString();
    if (certificate.kind === "date") {
        return `${endOf(certificate)} - time() < ${limit}`;
    }
    const { namespace, names } = certificate;
    const end = `(${ofCertManager(namespace, names, "certmanager_certificate_expiration_timestamp_seconds")} != 0)`;
    const renewal = `(${ofCertManager(namespace, names, "certmanager_certificate_renewal_timestamp_seconds")} != 0)`;
    return `${end} - time() < ${limit} unless ${end} - time() > ${ofRenewal} * (${end} - ${renewal})`;
}

function endOf({ notAfter, host }: DateSubject): string {
    const end = `vector(${notAfter.toString()})`;
    return host === undefined ? end : `label_replace(${end}, "name", "${host}", "", "")`;
}

function ofCertManager(namespace: string, names: readonly string[], metric: CertificateMetric, further = ""): string {
    const [only = "", ...others] = names;
    // A dot in a name is no wildcard.
    const name =
        others.length === 0 ? `name="${only}"` : `name=~"${names.map((one) => one.replaceAll(".", "[.]")).join("|")}"`;
    return ofNamespace(
        namespace,
        (label) => `${metric}{${[label, name, ...(further === "" ? [] : [further])].join(",")}}`,
    );
}

/**
 * cert-manager's metrics have the Certificate's namespace in a label that Prometheus renames where it labels its targets with their own
 * (`exported_namespace`), as it does unless a monitor says honorLabels: the program's does, cert-manager's chart does not.
 */
function ofNamespace(namespace: string, series: (label: string) => string): string {
    return `max by (name) (${["namespace", "exported_namespace"].map((label) => series(`${label}="${namespace}"`)).join(" or ")})`;
}

function limitsOf(certificate: CertificateSubject) {
    return certificate.kind === "date" ? daysLeftLimitsOf(certificate.validityDays) : daysLeftLimits;
}

function remedyOf(certificate: CertificateSubject): string {
    if (certificate.kind === "cert-manager") {
        return `\`kubectl --namespace ${certificate.namespace} describe certificate ${certificate.names.join(" ")}\` says why cert-manager has not renewed it.`;
    }
    return certificate.host === undefined
        ? "A self-signed one is renewed by the next update of the stack; your own has to be replaced in certificate.pem."
        : "That of a further name has to be replaced in edge.hosts.";
}
