import * as z from "zod";
import {
    affinities,
    certificateSources,
    defaultRequirements,
    digitalOceanLoadBalancers,
    exposures,
    haproxyTiers,
    listenerNames,
    tlsTerminations,
    tlsVersions,
} from "../../../components/edge/plan";
import { selfSignedDays } from "../../../components/kubernetes/defaults";
import { haproxyDefaults } from "../../../components/edge/haproxy/defaults";
import { keyTypes } from "../../../components/common/server-certificate";
import { longestSessionHours } from "../../../components/edge/haproxy/session-tickets";
import {
    choice,
    cidr,
    flag,
    hostName,
    integer,
    matching,
    nodePort,
    optionalBlock,
    pemText,
    rule,
    secretString,
    subdomainName,
    text,
} from "./types";
import { webSocketSchema } from "./web-socket";

const clientCertificates = z.strictObject({
    ca: pemText().describe("Certificates of the authorities whose clients are let in, in PEM form."),
    crl: pemText().optional().describe("Revoked certificates, in PEM form."),
    commonNameAsUser: flag(haproxyDefaults.commonNameAsUser).describe(
        "Give the certificate's common name to VerneMQ as the user name. The password is still checked.",
    ),
});

const haproxy = z.strictObject({
    tier: choice(haproxyTiers, defaultRequirements.haproxyTier).describe(
        "`auto`: HAProxy is in front of VerneMQ where the connection path needs it; `always`: in any case, which on GKE keeps affinity more strictly than Google's load balancer does; `never`: paths that need it are refused.",
    ),
    replicas: integer(2, 20, haproxyDefaults.replicas).describe("Number of HAProxy pods."),
    image: rule(
        matching(
            /^[A-Za-z0-9.-]+(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:\w[\w.-]{0,127}|@sha256:[0-9a-f]{64})$/,
            "an image with its tag or digest",
        ),
        (image) => !image.endsWith(":latest"),
        { rule: "the tag latest changes under a running edge", remedy: "name a version" },
    )
        .prefault(haproxyDefaults.image)
        .describe("Image of HAProxy, 2.6 or newer."),
    // Two file descriptors each, and systemd gives a container runtime 524,288 unless told otherwise.
    maxConnections: integer(100, 250_000, haproxyDefaults.maxConnections).describe(
        "Connections that one HAProxy pod takes; further ones are closed at once. The pod's memory and CPU follow from it.",
    ),
    connectionsPerSourcePerSecond: integer(1, 100_000, haproxyDefaults.connectionsPerSourcePerSecond).describe(
        "New connections that one source address may open in a second at one HAProxy pod. Raise it for fleets behind one NAT.",
    ),
    handshakesPerSecond: integer(10, 100_000)
        .optional()
        .describe(
            "TLS handshakes that one HAProxy pod begins in a second, where HAProxy terminates TLS. Clients beyond that wait in the kernel's queue, so that a herd that reconnects after a restart wastes no handshake. Default: 10 for each 1,000 of `maxConnections`, and at least 200; twice that where the key is ECDSA (self-signed, or issued with `certificate.keyType: ecdsa`). Halve it for RSA keys of 3,072 bits and more.",
        ),
    sessionHours: integer(0, longestSessionHours)
        .optional()
        .describe(
            "Hours for which a device may resume its TLS session at whichever HAProxy pod it meets, where HAProxy terminates TLS; 0: only at the same pod, within five minutes. Default: 24, and 0 with `clientCertificates`, since a resumed session is not checked against them again. TLS 1.3 exchanges fresh keys in each resumption; in TLS 1.2 an attacker who obtains the certificate's private key can read recorded sessions that had a ticket, so set 0 where that matters more than the herd after a restart.",
        ),
    onBrokerNodes: z
        .boolean()
        .optional()
        .describe("Let HAProxy run on VerneMQ's nodes. Default: no on managed clusters, yes on target existing."),
});

const pem = z.strictObject({
    certificate: pemText().describe("Server certificate, followed by its intermediates, in PEM form."),
    privateKey: secretString().describe("Its private key in PEM form, a secret."),
});

/** Whether a further name is in the stack's certificate or has one for itself. */
export const hostCertificates = ["shared", "own"] as const;

const furtherHost = z.strictObject({
    // Kubernetes objects are called after it, and their names have at most 253 characters.
    name: hostName()
        .max(220, { error: "a further name has at most 220 characters" })
        .describe("Name that devices dial."),
    certificate: z
        .enum(hostCertificates)
        .optional()
        .describe(
            "`shared`: the stack's certificate names it too. `own`: a certificate for this name alone, from the same source, served to clients that ask for the name (SNI). Default: `own` where Google's load balancer serves a certificate that Google issues, which would be replaced with each further name; `shared` otherwise.",
        ),
    pem: pem
        .optional()
        .describe("Your certificate for this name alone, whatever the source of the stack's: served by SNI."),
    record: flag(true).describe(
        "The name is in `vernemq:dns.zone`: its DNS record is created, and challenges for its certificate are written there. false: the zone is another one, and the plan says which record to create.",
    ),
});

/** `vernemq:edge`: how devices reach the broker. */
export const edgeSchema = z.strictObject({
    host: hostName()
        .optional()
        .describe("Name that devices dial; the certificate is issued for it. Required unless `exposure: none`."),
    hosts: z
        .array(furtherHost)
        .max(99, { error: "at most 99 further names" })
        .prefault([])
        .describe("Further names for the same listeners, for example those that devices in the field dial already."),
    exposure: choice(exposures, defaultRequirements.exposure).describe(
        "Who can reach it: `public` (internet), `internal` (the cloud network), `node-port` (target existing), `cluster-ip` (inside the cluster) or `none` (no edge, only VerneMQ's own Service).",
    ),
    listeners: z
        .array(z.enum(listenerNames))
        .prefault([...defaultRequirements.listeners])
        .describe("Listeners: `mqtts` (8883), `wss` (443, path /mqtt) and `mqtt` (1883, without TLS)."),
    affinity: choice(affinities, defaultRequirements.affinity).describe(
        "Session affinity. A device reconnects to the same broker by its address, its MQTT client id (for fleets behind one NAT; listener wss then goes by address) or nothing.",
    ),
    terminateTls: choice(tlsTerminations, defaultRequirements.terminateTls).describe(
        "Who terminates TLS: the cloud's load balancer, HAProxy, or what fits the certificate (`auto`).",
    ),
    minimumTlsVersion: choice(tlsVersions, defaultRequirements.minimumTlsVersion).describe(
        "Lowest TLS version; 1.3 is preferred in any case.",
    ),
    keepaliveSeconds: integer(5, 65_535)
        .optional()
        .describe(
            "Longest MQTT keepalive of your devices, in seconds. Idle timeouts follow from it. Default: 60, or less where a hop's fixed timeout requires it.",
        ),
    tcpKeepalive: flag(defaultRequirements.tcpKeepalive).describe(
        "HAProxy sends TCP keepalives to silent devices. They reset fixed timeouts (AWS, Google and Azure say so) and so allow longer MQTT keepalives, and they find devices that are gone. The price is radio traffic: a sleeping device is woken every two minutes or more often, behind a TLS listener of AWS every 20 s. Towards brokers they are always sent.",
    ),
    allowedCidrs: z
        .array(cidr())
        .min(1, { error: "at least one network, or no client can connect" })
        .prefault([...defaultRequirements.allowedCidrs])
        .describe("Networks that may connect."),
    loadBalancer: z
        .enum(digitalOceanLoadBalancers)
        .optional()
        .describe("DOKS only: `regional` (default) or `network`, which has no idle timeout."),
    nodePorts: optionalBlock("Fixed node ports with `exposure: node-port`. Default: the cluster picks.", {
        mqtts: nodePort().optional().describe("Node port of listener mqtts."),
        wss: nodePort().optional().describe("Node port of listener wss."),
        mqtt: nodePort().optional().describe("Node port of listener mqtt."),
    }),
    address: z
        .ipv4({ error: "an IPv4 address" })
        .optional()
        .describe("MetalLB only: the address to take from the pool. Default: the next free one."),
    clientCertificates: clientCertificates
        .optional()
        .describe("Ask clients for a certificate (mutual TLS). Needs HAProxy to terminate TLS."),
    webSocket: webSocketSchema
        .optional()
        .describe(
            "Listener wss through an ingress controller or a Gateway that the cluster has already, in place of the edge's own listener.",
        ),
    haproxy: haproxy.prefault({}).describe("The HAProxy tier."),
});

const acme = z.strictObject({
    server: z
        .url({ protocol: /^https$/, error: "the URL of an ACME directory, https://..." })
        .optional()
        .describe("URL of the ACME directory. Default: Let's Encrypt."),
    staging: flag(false).describe(
        "Use the staging environment of Let's Encrypt: wide limits, and certificates that no client trusts.",
    ),
    email: z.email({ error: "an email address" }).optional().describe("Email address that the server may write to."),
    externalAccount: optionalBlock("Binds the ACME account to an account that you have at the server's operator.", {
        keyId: text().describe("Id of the key at the server's operator."),
        hmacKey: secretString().describe("The key in base64url, as the operator gives it, a secret."),
    }),
    ca: pemText()
        .optional()
        .describe("Authorities that the server's own certificate is checked with, in PEM form, for your own server."),
});

const privateCa = z.strictObject({
    generation: integer(1, 999, 1).describe(
        "The CA that signs: 1 is the first one of a stack, 2 the one that replaced it.",
    ),
    next: integer(2, 1000)
        .optional()
        .describe("The CA that replaces it: created, and part of output `ca`, while the old one still signs."),
});

/** `vernemq:certificate`: where the server certificate comes from. */
export const certificateSchema = z.strictObject({
    source: z
        .enum(certificateSources)
        .optional()
        .describe(
            "`cloud` (ACM, Google Certificate Manager, Key Vault), `acme` (Let's Encrypt or another ACME server, by cert-manager), `private-ca` (a CA of the stack, for fleets that pin), `pem` (yours), `cert-manager` (an issuer in the cluster) or `self-signed` (development). Default: cloud where the cloud's load balancer can terminate TLS, acme where HAProxy does and vernemq:dns.zone is given.",
        ),
    acme: acme.prefault({}).describe("With source acme: the server that issues the certificate."),
    certManager: choice(["install", "existing"], "install").describe(
        "With sources acme and private-ca: `install` cert-manager, or use the `existing` one of the cluster, whose controller runs as service account cert-manager in namespace cert-manager.",
    ),
    privateCa: privateCa.prefault({}).describe("With source private-ca: which CA signs, and which one comes next."),
    keyType: choice(keyTypes, "ecdsa").describe(
        "With sources acme, private-ca and cert-manager: the certificate's key. `ecdsa` (P-256) is quicker by far; `rsa` (2,048 bits) is for devices that support nothing else. With `both` HAProxy serves a certificate of each and picks by what the client can; before HAProxy 3.0 clients that name no host (SNI) get the RSA one. A private CA signs with the same kind of key, with `both` by RSA.",
    ),
    pem: pem.optional().describe("With source pem."),
    issuer: optionalBlock("With source cert-manager: an issuer that is in the cluster already.", {
        name: subdomainName().describe("Name of the issuer."),
        kind: choice(["Issuer", "ClusterIssuer"], "ClusterIssuer").describe("Kind of the issuer."),
    }),
    keyVaultSecretId: matching(
        /^https:\/\/[a-z0-9-]{3,24}\.vault\.azure\.net\/secrets\/[A-Za-z0-9-]{1,127}(\/[0-9a-f]{32})?$/,
        "the secret identifier of a Key Vault certificate, https://NAME.vault.azure.net/secrets/CERTIFICATE",
    )
        .optional()
        .describe("AKS with source cloud: the certificate's secret identifier in Key Vault."),
    keyVaultResourceId: matching(
        /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/[^/]+$/i,
        "the resource id of a Key Vault, /subscriptions/.../providers/Microsoft.KeyVault/vaults/NAME",
    )
        .optional()
        .describe("AKS with source cloud: the vault's resource id, so that the gateway is given the right to read it."),
    validityDays: integer(1, 825, selfSignedDays).describe(
        "With source self-signed: days that the certificate is valid. It is renewed in the last third.",
    ),
});

/** Credentials for a zone on target existing, whose pods have an identity in no cloud; for DigitalOcean, which has no such identities, always. */
const dnsCredentials = {
    route53: optionalBlock("Target existing: the zone is in Route 53.", {
        region: text().prefault("us-east-1").describe("Region whose endpoints are used."),
        accessKeyId: text().describe("Id of the access key."),
        secretAccessKey: secretString().describe("The access key, a secret."),
    }),
    cloudDns: optionalBlock("Target existing: the zone is in Cloud DNS.", {
        project: text().describe("Project of the zone."),
        serviceAccountKey: secretString().describe("JSON key of a service account, a secret."),
    }),
    azureDns: optionalBlock("Target existing: the zone is in Azure DNS.", {
        resourceGroup: text().describe("Resource group of the zone."),
        subscriptionId: z.guid().describe("Subscription of the zone."),
        tenantId: z.guid().describe("Tenant of the service principal."),
        clientId: z.guid().describe("Application id of a service principal."),
        clientSecret: secretString().describe("Its secret."),
    }),
    digitalocean: optionalBlock(
        "DOKS with a certificate of source acme, and target existing: the zone is with DigitalOcean.",
        {
            token: secretString().describe(
                "API token with the scopes domain:create, domain:read, domain:update and domain:delete, a secret.",
            ),
        },
    ),
};

/** The services whose credentials `vernemq:dns` takes. */
export const dnsCredentialNames = ["route53", "cloudDns", "azureDns", "digitalocean"] as const;
export type DnsCredentials = (typeof dnsCredentialNames)[number];

/** `vernemq:dns`: the record for `edge.host`. */
export const dnsSchema = z.strictObject({
    zone: text().describe(
        "The zone: Route 53 hosted zone id (EKS), Cloud DNS managed zone name (GKE), Azure DNS zone name (AKS) or domain (DOKS); on target existing that of the service whose credentials are given.",
    ),
    ...dnsCredentials,
    resourceGroup: text().optional().describe("AKS: resource group of the zone."),
    ttlSeconds: integer(30, 86_400, 60).describe(
        "Time to live of the record, in seconds: short, so that a wrong address is soon forgotten; raise it once devices connect. EKS: an alias record has the load balancer's own, 60 s.",
    ),
});

export type EdgeSettings = z.output<typeof edgeSchema>;
export type FurtherHostSettings = z.output<typeof furtherHost>;
export type CertificateSettings = z.output<typeof certificateSchema>;
export type DnsSettings = z.output<typeof dnsSchema>;
