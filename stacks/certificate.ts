import * as pulumi from "@pulumi/pulumi";
import type { Broker } from "../components/broker/broker";
import { PemSecret } from "../components/kubernetes/pem-secret";
import { SelfSignedCertificate } from "../components/kubernetes/self-signed";
import {
    certificateSecretName,
    certificateSecretOf,
    type ClusterCertificate,
    type PemPair,
    rsaSecretOf,
} from "../components/common/server-certificate";
import type { ClusterHandle } from "../components/common/cluster-handle";
import type { CertManagerSubject } from "../components/observability/subjects";
import type { FurtherCertificate } from "../components/edge/haproxy/tier";
import { haproxyTerminatesTls } from "../components/edge/plan";
import { type CertificateIssuer, certificateIssuer } from "./issuance";
import type { FurtherHostSettings } from "./settings/schema/edge";
import { ownHosts, sharedHosts } from "./settings/hosts";
import type { Settings } from "./settings/settings";
import { webSocketHost } from "./settings/web-socket-host";
import type { Deployment } from "./targets/target";

/** The certificate and key that the user gave or that is created here; undefined where they come from elsewhere. */
export function pemPair(settings: Settings): PemPair | undefined {
    const { certificate, edge, usedCertificate: used } = settings;
    if (used.source === "pem") {
        return givenPair(used.pem);
    }
    return used.source === "self-signed" && edge.exposure !== "none"
        ? new SelfSignedCertificate("vernemq-certificate", {
              host: edge.host,
              otherHosts: otherHosts(settings),
              validityDays: certificate.validityDays,
          })
        : undefined;
}

/** A certificate and key of the user's. */
export function givenPair({ certificate, privateKey }: NonNullable<FurtherHostSettings["pem"]>): PemPair {
    return {
        certificatePem: pulumi.output(certificate),
        privateKeyPem: pulumi.secret(privateKey.reveal()),
        caPem: undefined,
    };
}

/** The certificates that are served inside the cluster. */
export interface ClusterCertificates {
    /** The stack's own: for `edge.host` and all names that share it. */
    readonly first: ClusterCertificate;
    /** What HAProxy serves beside it. */
    readonly further: readonly FurtherCertificate[];
    /** What monitoring goes by, where cert-manager issues some. */
    readonly ofCertManager: CertManagerSubject | undefined;
}

/** The certificates that HAProxy, an Ingress or both serve; undefined where neither needs one. The same on every target. */
export function clusterCertificates(
    settings: Settings,
    cluster: ClusterHandle,
    broker: Broker,
    permission: Deployment["dnsPermission"],
): ClusterCertificates | undefined {
    const { edge, edgePlan } = settings;
    const atIngress = (edgePlan.webSocket?.certificateSource ?? null) !== null;
    if (edge.exposure === "none" || (!haproxyTerminatesTls(edgePlan) && !atIngress)) {
        return undefined;
    }
    const hosts = [edge.host, ...otherHosts(settings)];
    const own = haproxyTerminatesTls(edgePlan) ? ownHosts(settings) : [];
    const issued = own.filter(({ pem }) => pem === undefined).map(({ name }) => name);
    const issuer = certificateIssuer({ settings, cluster, broker, hosts: [...hosts, ...issued], permission });
    const secret = (name: string, pem: PemPair, secretName?: string) =>
        new PemSecret(name, { cluster, namespace: broker.namespace, pem, secretName });
    const pair = issuer === undefined ? pemPair(settings) : undefined;
    const first = issuer?.issue("vernemq-certificate", hosts) ?? (pair && secret("vernemq-certificate-secret", pair));
    return (
        first && {
            first,
            further: [...rsaOf(first, "rsa", true), ...own.flatMap((host) => certificatesOf(host, issuer, secret))],
            ofCertManager: issuer && subjectOf(settings, issuer, issued),
        }
    );
}

/** Certificates have the names of their Secrets. */
function subjectOf(
    { broker, certificate }: Settings,
    { subject }: CertificateIssuer,
    ownNames: readonly string[],
): CertManagerSubject {
    const secrets = [certificateSecretName, ...ownNames.map(certificateSecretOf)];
    const names = certificate.keyType === "both" ? secrets.flatMap((secret) => [secret, rsaSecretOf(secret)]) : secrets;
    return { kind: "cert-manager", namespace: broker.namespace, names, ...subject };
}

/** The certificate of a name that has one for itself, and the RSA one beside it where there are two. */
function certificatesOf(
    { name: host, pem }: FurtherHostSettings,
    issuer: CertificateIssuer | undefined,
    secret: (name: string, pem: PemPair, secretName: string) => ClusterCertificate,
): FurtherCertificate[] {
    const name = `vernemq-certificate-${host}`;
    const certificate =
        pem === undefined
            ? issuer?.issue(name, [host], certificateSecretOf(host))
            : secret(`${name}-secret`, givenPair(pem), certificateSecretOf(host));
    return certificate === undefined
        ? []
        : [{ folder: host, isDefault: false, certificate }, ...rsaOf(certificate, `${host}/rsa`, false)];
}

/** The second certificate of `certificate.keyType: both`. */
function rsaOf({ rsaSecretName }: ClusterCertificate, folder: string, isDefault: boolean): FurtherCertificate[] {
    return rsaSecretName === undefined
        ? []
        : [{ folder, isDefault, certificate: { kind: "cluster", secretName: rsaSecretName, caPem: undefined } }];
}

/** Beside the host of the edge: names that share its certificate, and the host of WebSocket clients where an Ingress serves it too. */
function otherHosts(settings: Settings): readonly string[] {
    const host = webSocketHost(settings);
    const servedAtIngress = (settings.edgePlan.webSocket?.certificateSource ?? null) !== null;
    return [
        ...sharedHosts(settings),
        ...(servedAtIngress && host !== undefined && host !== settings.edge.host ? [host] : []),
    ];
}
