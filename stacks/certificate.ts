import * as pulumi from "@pulumi/pulumi";
import type { Broker } from "../components/broker/broker";
import type { DnsPermission } from "../components/kubernetes/cert-manager/dns-permission";
import { PemSecret } from "../components/kubernetes/pem-secret";
import { SelfSignedCertificate } from "../components/kubernetes/self-signed";
import type { ClusterCertificate, PemPair } from "../components/common/server-certificate";
import type { ClusterHandle } from "../components/common/cluster-handle";
import { type CertificateSource, haproxyTerminatesTls } from "../components/edge/plan";
import { certificateOf, issuedCertificate } from "./issuance";
import { checked, type Settings } from "./settings/settings";
import { webSocketHost } from "./settings/web-socket-host";

/** The certificate and key that the user gave or that is created here; undefined where they come from elsewhere. */
export function pemPair(settings: Settings): PemPair | undefined {
    const { certificate, edge } = settings;
    switch (sourceOf(settings)) {
        case "pem":
            return certificate.pem === undefined
                ? undefined
                : {
                      certificatePem: pulumi.output(certificate.pem.certificate),
                      privateKeyPem: pulumi.secret(certificate.pem.privateKey.reveal()),
                      caPem: undefined,
                  };
        case "self-signed":
            return new SelfSignedCertificate("vernemq-certificate", {
                host: checked(edge.host, "vernemq:edge.host"),
                otherHosts: otherHosts(settings),
                validityDays: certificate.validityDays,
            });
        case "acme":
        case "private-ca":
        case "cert-manager":
        case "cloud":
        case null:
            return undefined;
    }
}

/** The certificate that HAProxy, an Ingress or both serve; undefined where neither needs one. The same on every target. */
export function clusterCertificate(
    settings: Settings,
    cluster: ClusterHandle,
    broker: Broker,
    permission: ((hosts: readonly string[]) => DnsPermission) | null,
): ClusterCertificate | undefined {
    const { certificate, edge, edgePlan } = settings;
    const atIngress = (edgePlan.webSocket?.certificateSource ?? null) !== null;
    if (!haproxyTerminatesTls(edgePlan) && !atIngress) {
        return undefined;
    }
    const hosts = [checked(edge.host, "vernemq:edge.host"), ...otherHosts(settings)];
    const issuance = { settings, cluster, broker, hosts, permission };
    const source = sourceOf(settings);
    if (source === "acme" || source === "private-ca") {
        return issuedCertificate(source, issuance);
    }
    if (source === "cert-manager" && certificate.issuer !== undefined) {
        return certificateOf(certificate.issuer, issuance);
    }
    const pem = pemPair(settings);
    return pem === undefined
        ? undefined
        : new PemSecret("vernemq-certificate-secret", { cluster, namespace: broker.namespace, pem });
}

/** Where the certificate comes from: for the edge's own listener, and where that has none for the Ingress of WebSocket clients. */
function sourceOf({ edgePlan }: Settings): CertificateSource | null {
    return edgePlan.certificateSource ?? edgePlan.webSocket?.certificateSource ?? null;
}

/** An Ingress serves the same certificate, so it names the host of WebSocket clients too. */
function otherHosts(settings: Settings): readonly string[] {
    const host = webSocketHost(settings);
    const servedAtIngress = (settings.edgePlan.webSocket?.certificateSource ?? null) !== null;
    return servedAtIngress && host !== undefined && host !== settings.edge.host ? [host] : [];
}
