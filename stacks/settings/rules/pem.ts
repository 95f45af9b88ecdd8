import { compact, type Maybe } from "../../../components/common/compact";
import { authorityFaults, revocationFaults } from "../../../components/x509/authorities";
import { expiryWarning, pairFaults } from "../../../components/x509/inspect";
import type { Fault } from "../../../components/x509/pem";
import type { Problem } from "../../../components/common/problem";
import type { Secret } from "../../../components/common/secret";
import type { ParsedGroups } from "../settings";
import { readable } from "../encrypted";

/** What is wrong with the certificates and keys of a stack, before anything is created with them. Without `now` dates do not count. */
export function pemProblems(groups: ParsedGroups, now: Date | undefined): Problem[] {
    return [
        ...serverProblems(groups, now),
        ...furtherProblems(groups, now),
        ...clientCaProblems(groups, now),
        ...authenticationPems(groups, now),
    ];
}

export function pemWarnings({ certificate, edge }: ParsedGroups, now: Date | undefined): string[] {
    const given = [
        { key: "vernemq:certificate.pem", pem: certificate.pem },
        ...edge.hosts.map(({ pem }, index) => ({ key: furtherKey(index), pem })),
    ];
    return compact(given.map(({ key, pem }) => pem && lookedAt(`${key}.certificate`, pem, now)));
}

function lookedAt(key: string, pem: { readonly certificate: string }, now: Date | undefined): Maybe<string> {
    const certificate = readable(pem.certificate);
    if (certificate === undefined) {
        return `${key} is encrypted, so a plan without the passphrase cannot look at it; the update does.`;
    }
    const warning = now === undefined ? undefined : expiryWarning(certificate, now);
    return warning !== undefined && `${key}: ${warning}.`;
}

function furtherKey(index: number): string {
    return `vernemq:edge.hosts[${index}].pem`;
}

/** Names that the certificate of `certificate.pem` is served for. */
function servedHosts({ edge }: ParsedGroups): readonly string[] {
    const { webSocket } = edge;
    const byEdge = edge.listeners.some((name) => name === "mqtts" || (name === "wss" && webSocket === undefined));
    const byIngress = webSocket?.via === "ingress" && webSocket.tlsSecretName === undefined;
    const shared = edge.hosts.filter(({ pem }) => pem === undefined).map(({ name }) => name);
    const hosts = [...(byEdge ? [edge.host, ...shared] : []), byIngress && (webSocket.host ?? edge.host)];
    return [...new Set(compact(hosts))];
}

function serverProblems(groups: ParsedGroups, now: Date | undefined): Problem[] {
    const { pem } = groups.certificate;
    return pem === undefined
        ? []
        : pairProblems("vernemq:certificate.pem", pem, { usage: "server", hosts: servedHosts(groups), now });
}

/** Certificates of further names: each is for its name. */
function furtherProblems({ edge }: ParsedGroups, now: Date | undefined): Problem[] {
    return edge.hosts.flatMap(({ name, pem }, index) =>
        pem === undefined ? [] : pairProblems(furtherKey(index), pem, { usage: "server", hosts: [name], now }),
    );
}

function pairProblems(
    key: string,
    pair: { readonly certificate: string; readonly privateKey: Secret },
    purpose: Parameters<typeof pairFaults>[1],
): Problem[] {
    const texts = {
        certificate: readable(pair.certificate),
        privateKey: readable(pair.privateKey.reveal()),
    };
    return pairFaults(texts, purpose).map(({ part, rule, remedy }) => ({ key: `${key}.${part}`, rule, remedy }));
}

function clientCaProblems({ edge }: ParsedGroups, now: Date | undefined): Problem[] {
    const key = "vernemq:edge.clientCertificates";
    const { clientCertificates } = edge;
    const ca = readable(clientCertificates?.ca);
    const crl = readable(clientCertificates?.crl);
    return [
        ...(ca === undefined ? [] : problemsAt(`${key}.ca`, authorityFaults(ca, "clients", now))),
        ...(crl === undefined ? [] : problemsAt(`${key}.crl`, revocationFaults(crl, ca, now))),
    ];
}

/** TLS from the brokers to a database or webhook: the authorities that they trust and the certificate that they show. */
function authenticationPems({ broker }: ParsedGroups, now: Date | undefined): Problem[] {
    return (["database", "webhook"] as const).flatMap((part) => {
        const tls = broker.authentication?.[part]?.tls;
        const key = `vernemq:broker.authentication.${part}.tls`;
        const ca = readable(tls?.ca);
        return [
            ...(ca === undefined ? [] : problemsAt(`${key}.ca`, authorityFaults(ca, "server", now))),
            ...(tls?.clientCertificate === undefined
                ? []
                : pairProblems(`${key}.clientCertificate`, tls.clientCertificate, { usage: "client", hosts: [], now })),
        ];
    });
}

function problemsAt(key: string, faults: readonly Fault[]): Problem[] {
    return faults.map(({ rule, remedy }) => ({ key, rule, remedy }));
}
