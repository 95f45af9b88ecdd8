import type * as core from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { BrokerArgs } from "../broker/args";
import type { Transform } from "../common/transform";
import type { CertificateResourceArgs } from "../kubernetes/cert-manager/certificate";
import type { HaproxyTierArgs } from "../edge/haproxy/tier";

/** Who can reach the endpoint. */
export const VerneMqExposure = {
    /** A load balancer of whatever serves Services of type LoadBalancer in the cluster. */
    Public: "public",
    /** The same, where `serviceAnnotations` make it an internal one. */
    Internal: "internal",
    /** A port of each node. */
    NodePort: "node-port",
    /** Clients inside the cluster only. */
    ClusterIp: "cluster-ip",
} as const;
export type VerneMqExposure = (typeof VerneMqExposure)[keyof typeof VerneMqExposure];

/** What sends a device that reconnects to the same broker. */
export const VerneMqAffinity = {
    /** Its address. */
    SourceIp: "source-ip",
    /** Its MQTT client id, for fleets behind one NAT address; listener wss goes by address. */
    ClientId: "client-id",
    /** Nothing. */
    None: "none",
} as const;
export type VerneMqAffinity = (typeof VerneMqAffinity)[keyof typeof VerneMqAffinity];

/** The lowest TLS version that is accepted. */
export const VerneMqTlsVersion = { Tls12: "1.2", Tls13: "1.3" } as const;
export type VerneMqTlsVersion = (typeof VerneMqTlsVersion)[keyof typeof VerneMqTlsVersion];

/** Kinds of cert-manager's issuers. */
export const VerneMqIssuerKind = { Issuer: "Issuer", ClusterIssuer: "ClusterIssuer" } as const;
export type VerneMqIssuerKind = (typeof VerneMqIssuerKind)[keyof typeof VerneMqIssuerKind];

/** A user that may connect. */
export interface VerneMqUser {
    /** Name that the client sends in CONNECT: letters, digits, dots, hyphens and underscores. */
    name: string;
    /** Password of at least 12 characters; it is kept as a secret. Default: one of 32 characters is generated and given by `passwords`. */
    password?: pulumi.Input<string>;
}

/** What a VerneMQ cluster is. Plain values decide which resources there are, or are checked before anything is created. */
export interface VerneMqArgs {
    /** Name that devices dial; the certificate is issued for it. */
    host: string;
    /** Contents of a kubeconfig. Default: the provider of the component's options, else the machine's KUBECONFIG or ~/.kube/config. */
    kubeconfig?: pulumi.Input<string>;
    /** Context of the kubeconfig. Default: its current one. */
    kubeContext?: string;
    /** Kubernetes namespace, which is created. Default: messaging. */
    namespace?: pulumi.Input<string>;

    /** Number of brokers, one per node, 1 to 32. Default: 3. */
    replicas?: number;
    /** Number of brokers that the edge is prepared for, so that scaling up to it does not restart HAProxy. Default: 9, or `replicas` where that is more. */
    maxReplicas?: number;
    /**
     * You accept the end user license agreement of the official image, which asks for a paid subscription for commercial use. An open-source
     * build refuses to start with it. Default: false.
     */
    acceptLicense?: boolean;
    /** Repository of the broker's image. Default: vernemq/vernemq. */
    imageRepository?: pulumi.Input<string>;
    /** Tag of the broker's image. Default: the one that belongs to the chart, 2.1.2-alpine. */
    imageTag?: pulumi.Input<string>;
    /** Registry, with a path or without, that takes the place of the host in each image's name. Default: where the publishers push. */
    imageMirror?: string;
    /** Names of Secrets for pulling images that something else puts into the namespace. Default: none. */
    imagePullSecrets?: string[];
    /** User of the mirror, of whose credentials the namespace gets a Secret; with `imageRegistryPassword`. Default: none. */
    imageRegistryUsername?: pulumi.Input<string>;
    /** Password or token of that user; it is kept as a secret. Required with `imageRegistryUsername`. */
    imageRegistryPassword?: pulumi.Input<string>;
    /**
     * Where the chart is from: a Helm repository, an address `oci://.../vernemq` or the path of `vernemq-VERSION.tgz`. Default: its
     * publisher's repository.
     */
    chartSource?: string;
    /** Users that may connect. Required unless `allowAnonymous` is set. */
    users?: VerneMqUser[];
    /** Let anyone in without a password, so no `users` beside it. Default: false. */
    allowAnonymous?: boolean;
    /** Lines of vmq.acl, for example `pattern sensors/%u/#`. Default: every client may use every topic. */
    acl?: string[];
    /** Further keys of vernemq.conf, for example `max_inflight_messages`. Default: none. */
    settings?: { [key: string]: string };
    /** Further keys of vernemq.conf whose values are secret. A change restarts the brokers one by one. Default: none. */
    secretSettings?: { [key: string]: pulumi.Input<string> };
    /** Cores that each broker reserves. Default: 0.5. */
    cpu?: number;
    /** Memory that each broker reserves and is limited to, in GiB. Default: 1. */
    memoryGiB?: number;
    /** Connections that one broker's listener takes; further ones hang. Default: 100000. */
    maxConnections?: number;
    /** Largest MQTT message in bytes; 0 sets no limit. Default: 0. */
    maxMessageBytes?: number;
    /** Keep sessions, retained messages and the cluster state on a volume. Default: true. */
    persistent?: boolean;
    /** Size of each broker's volume, in GiB. Default: 20. */
    volumeGiB?: number;
    /** Storage class of the volumes. Default: the cluster's default. */
    storageClass?: pulumi.Input<string>;

    /** Who can reach the endpoint. Default: public. */
    exposure?: VerneMqExposure;
    /** Listeners: mqtts (8883), wss (443, path /mqtt) and mqtt (1883, without TLS). Default: mqtts and wss. */
    listeners?: string[];
    /** What sends a device that reconnects to the same broker. Default: source-ip. */
    affinity?: VerneMqAffinity;
    /** Longest MQTT keepalive of the devices, in seconds; idle timeouts follow from it. Default: 60. */
    keepaliveSeconds?: number;
    /** HAProxy sends TCP keepalives to silent devices, which finds those that are gone and wakes sleeping radios. Default: false. */
    tcpKeepalive?: boolean;
    /** Lowest TLS version; 1.3 is preferred in any case. Default: 1.2. */
    minimumTlsVersion?: VerneMqTlsVersion;
    /** Networks that may connect, in CIDR notation. Default: 0.0.0.0/0. */
    allowedCidrs?: string[];
    /** Server certificate followed by its intermediates, in PEM form, with `privateKeyPem`. Default: none; one of `certificatePem`, `issuerName` and `selfSigned` is required for TLS. */
    certificatePem?: pulumi.Input<string>;
    /** Private key of the certificate, in PEM form; it is kept as a secret. Required with `certificatePem`. */
    privateKeyPem?: pulumi.Input<string>;
    /** Name of an issuer of the cluster's cert-manager, which issues and renews the certificate instead. Default: none. */
    issuerName?: pulumi.Input<string>;
    /** Kind of that issuer. Default: ClusterIssuer. */
    issuerKind?: VerneMqIssuerKind;
    /** Sign a certificate with its own CA instead, for development: clients have to be given `caPem`. Default: false. */
    selfSigned?: boolean;
    /** Certificates of the authorities whose clients are let in, in PEM form: clients must show a certificate (mutual TLS). Default: none; clients need no certificate. */
    clientCaPem?: string;
    /** Annotations of the load balancer's Service, for whatever serves it: an address pool, an internal address, a cloud's own settings. Default: none. */
    serviceAnnotations?: { [key: string]: string };
    /** Number of HAProxy pods. Default: 2. */
    haproxyReplicas?: number;
    /** Image of HAProxy, 2.6 or newer, with its tag or digest. Default: docker.io/haproxytech/haproxy-alpine:3.3.10. */
    haproxyImage?: pulumi.Input<string>;
    /** Connections that one HAProxy pod takes; further ones are closed at once. Its memory and CPU follow from it. Default: 50000. */
    haproxyMaxConnections?: number;
}

/** Changes to the children's arguments: fields that win over the component's own, or a function from those to the ones to use. */
export type VerneMqTransform = NonNullable<BrokerArgs["transform"]> &
    NonNullable<HaproxyTierArgs["transform"]> & {
        /** The Service that clients connect to. */
        readonly service?: Transform<core.ServiceArgs>;
        /** With `issuerName`: the Certificate. */
        readonly certificate?: Transform<CertificateResourceArgs>;
        /** With `certificatePem` or `selfSigned`: the Secret with certificate and key. */
        readonly certificateSecret?: Transform<core.SecretArgs>;
    };

/** Options of the component. `transform` stands here because functions are TypeScript's alone; arguments are every language's. */
export interface VerneMqOptions extends pulumi.ComponentResourceOptions {
    /** Changes to the children's arguments; what is set here wins. */
    readonly transform?: VerneMqTransform;
}
