import { encryptedPair, furtherPair, validPem } from "../certificates";
import { change, valid, type StackConfig, throughIngress } from "../support";

const pem = { source: "pem", pem: encryptedPair, issuer: undefined };
const { ca } = validPem;
const keyVault = {
    source: "cloud",
    keyVaultSecretId: "https://example.vault.azure.net/secrets/mqtt",
    keyVaultResourceId:
        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/tls/providers/Microsoft.KeyVault/vaults/example",
    issuer: undefined,
};
const metallb = { addresses: ["192.0.2.10-192.0.2.20"] };
const router = { myAsn: 64500, peerAsn: 64501, peerAddress: "192.0.2.1" };
const azureZone = { zone: "example.com", resourceGroup: "dns" };

type Groups = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function changed(config: StackConfig, groups: Groups): StackConfig {
    return Object.entries(groups).reduce(
        (result, [group, settings]) => change(result, `vernemq:${group}`, settings),
        config,
    );
}

/** Inside the cluster no record has an address to point at. */
function inside(config: StackConfig): StackConfig {
    const others = Object.entries(config).filter(([key]) => key !== "vernemq:dns");
    return changed(Object.fromEntries(others), {
        edge: { exposure: "cluster-ip" },
        certificate: { source: "self-signed" },
    });
}

/** A stack for each row of the README's matrix, by the row's target and condition. */
export const matrixStacks: Readonly<Record<string, StackConfig>> = {
    "eks: default (ACM)": valid.eks,
    "eks: default, `tcpKeepalive: true`": changed(valid.eks, { edge: { tcpKeepalive: true } }),
    "eks: `terminateTls: haproxy`, mutual TLS, long keepalives": changed(valid.eks, {
        edge: { terminateTls: "haproxy", clientCertificates: { ca }, keepaliveSeconds: 3000 },
        certificate: pem,
    }),
    "gke: default (Certificate Manager)": valid.gke,
    "gke: `haproxy.tier: always` (stricter affinity)": changed(valid.gke, { edge: { haproxy: { tier: "always" } } }),
    "gke: `affinity: client-id`": changed(valid.gke, { edge: { affinity: "client-id" } }),
    "gke: `terminateTls: haproxy`, internal": changed(valid.gke, {
        edge: { exposure: "internal", terminateTls: "haproxy" },
        certificate: pem,
    }),
    "aks: default": changed(valid.aks, { certificate: pem }),
    "aks: `terminateTls: cloud`, `affinity: client-id`": changed(valid.aks, {
        edge: { terminateTls: "cloud", affinity: "client-id" },
        certificate: keyVault,
    }),
    "doks: default": changed(valid.doks, { certificate: pem }),
    "doks: `loadBalancer: network`": changed(valid.doks, { certificate: pem, edge: { loadBalancer: "network" } }),
    "existing: MetalLB, layer 2": changed(valid.existing, { certificate: pem, cluster: { metallb } }),
    "existing: MetalLB, BGP": changed(valid.existing, {
        certificate: pem,
        cluster: { metallb: { ...metallb, mode: "bgp", bgpPeers: [router] } },
    }),
    "existing: `exposure: node-port`": changed(valid.existing, { certificate: pem, edge: { exposure: "node-port" } }),
};

/** Yours: a certificate and key as a stack file has them. */
const yours = { name: "iot.example.net", pem: furtherPair, record: false };
const furtherNames = [{ name: "old.example.com" }, { name: "api.example.com", certificate: "own" }, yours];

const network = ["198.51.100.0/24", "203.0.113.0/25"];

/** Valid stacks beside those of test/stacks/variants.ts, so that each target has ten that no row of the matrix has. */
export const furtherStacks: Readonly<Record<string, StackConfig>> = {
    "eks: only some networks": changed(valid.eks, { edge: { allowedCidrs: network } }),
    "eks: TLS 1.3": changed(valid.eks, { edge: { minimumTlsVersion: "1.3" } }),
    "eks: further names": changed(valid.eks, { edge: { hosts: furtherNames } }),
    "eks: inside the cluster": inside(valid.eks),
    "gke: TLS 1.3, some networks": changed(valid.gke, { edge: { minimumTlsVersion: "1.3", allowedCidrs: network } }),
    "gke: no affinity": changed(valid.gke, { edge: { affinity: "none" } }),
    "gke: plain MQTT beside TLS": changed(valid.gke, { edge: { listeners: ["mqtts", "mqtt"] } }),
    "gke: mutual TLS": changed(valid.gke, {
        edge: { terminateTls: "haproxy", clientCertificates: { ca }, allowedCidrs: network },
        certificate: pem,
    }),
    "gke: TCP keepalives": changed(valid.gke, {
        edge: { terminateTls: "haproxy", tcpKeepalive: true, keepaliveSeconds: 3600 },
        certificate: pem,
    }),
    "gke: through a Gateway": changed(valid.gke, {
        edge: {
            haproxy: { tier: "always" },
            webSocket: {
                via: "gateway",
                host: "ws.example.com",
                gateway: { name: "shared", namespace: "infra" },
                sources: [{ cidr: "10.0.0.0/8" }],
            },
        },
    }),
    "gke: further names": changed(valid.gke, { edge: { hosts: [{ name: "old.example.com" }, yours] } }),
    "gke: inside the cluster": inside(valid.gke),
    "aks: some networks": changed(valid.aks, { edge: { allowedCidrs: network } }),
    "aks: further names": changed(valid.aks, { edge: { hosts: furtherNames }, dns: azureZone }),
    "aks: client-id affinity": changed(valid.aks, { edge: { affinity: "client-id" } }),
    "aks: no affinity": changed(valid.aks, { edge: { affinity: "none" } }),
    "aks: mutual TLS 1.3": changed(valid.aks, {
        edge: { clientCertificates: { ca }, minimumTlsVersion: "1.3" },
        certificate: pem,
    }),
    "aks: TCP keepalives": changed(valid.aks, { edge: { tcpKeepalive: true, keepaliveSeconds: 3600 } }),
    "aks: one listener": changed(valid.aks, { edge: { listeners: ["mqtts"] }, dns: azureZone }),
    "aks: WebSocket through an Ingress": changed(valid.aks, { edge: { webSocket: throughIngress } }),
    "aks: inside the cluster": changed(valid.aks, { edge: { exposure: "cluster-ip" } }),
    "aks: gateway for some networks": changed(valid.aks, {
        edge: { terminateTls: "cloud", affinity: "none", allowedCidrs: network },
        certificate: keyVault,
    }),
    "doks: some networks": changed(valid.doks, { edge: { allowedCidrs: network } }),
    "doks: client-id affinity": changed(valid.doks, { edge: { affinity: "client-id" } }),
    "doks: no affinity": changed(valid.doks, { edge: { affinity: "none" } }),
    "doks: internal": changed(valid.doks, { edge: { exposure: "internal" } }),
    "doks: mutual TLS": changed(valid.doks, { edge: { clientCertificates: { ca } }, certificate: pem }),
    "doks: long keepalives": changed(valid.doks, { edge: { loadBalancer: "network", keepaliveSeconds: 600 } }),
    "doks: WebSocket through an Ingress": changed(valid.doks, { edge: { webSocket: throughIngress } }),
    "doks: inside the cluster": changed(valid.doks, { edge: { exposure: "cluster-ip" } }),
    "doks: plain MQTT beside TLS": changed(valid.doks, { edge: { listeners: ["mqtts", "mqtt"] } }),
    "existing: HAProxy's Ingress controller": changed(valid.existing, {
        edge: { webSocket: { ...throughIngress, controller: "haproxy", className: "haproxy" }, allowedCidrs: network },
    }),
    "existing: TCP keepalives": changed(valid.existing, { edge: { tcpKeepalive: true, keepaliveSeconds: 43_200 } }),
};
