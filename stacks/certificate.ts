import * as pulumi from "@pulumi/pulumi";
import type { Broker } from "../components/broker/broker";
import { CertManagerCertificate } from "../components/certificate/cert-manager";
import { PemSecret } from "../components/certificate/pem-secret";
import { SelfSignedCertificate } from "../components/certificate/self-signed";
import type { ClusterCertificate, PemPair } from "../components/certificate/server-certificate";
import type { ClusterHandle } from "../components/cluster/handle";
import type { Settings } from "./config";

/** The certificate and key that the user gave or that is made here; undefined where they come from elsewhere. */
export function pemPair(settings: Settings): PemPair | undefined {
    const { certificate, edge, edgePlan } = settings;
    switch (edgePlan.certificateSource) {
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
                host: edge.host ?? "",
                validityDays: certificate.validityDays,
            });
        case "cert-manager":
        case "cloud":
        case null:
            return undefined;
    }
}

/** The certificate that HAProxy serves; undefined where it ends no TLS. The same on every target. */
export function clusterCertificate(
    settings: Settings,
    cluster: ClusterHandle,
    broker: Broker,
): ClusterCertificate | undefined {
    const { certificate, edge, edgePlan } = settings;
    if (!edgePlan.hops.some((hop) => hop.kind === "haproxy" && hop.terminatesTls)) {
        return undefined;
    }
    const inBrokersNamespace = { cluster, namespace: broker.namespace };
    if (edgePlan.certificateSource === "cert-manager" && certificate.issuer !== undefined) {
        return new CertManagerCertificate("vernemq-certificate", {
            ...inBrokersNamespace,
            host: edge.host ?? "",
            issuer: certificate.issuer,
        });
    }
    const pem = pemPair(settings);
    return pem === undefined ? undefined : new PemSecret("vernemq-certificate-secret", { ...inBrokersNamespace, pem });
}
