import { join } from "node:path";
import { stacksOf } from "../../plan/stack-file";
import { encryptedPair, validPem } from "../certificates";
import { change, exampleOf, valid, validOperator, type StackConfig, throughIngress } from "../support";

const root = join(__dirname, "../..");

const pem = {
    source: "pem",
    pem: encryptedPair,
};
const { ca } = validPem;
const throughGateway = {
    via: "gateway",
    host: "ws.example.com",
    gateway: { name: "shared", namespace: "infra" },
    sources: [{ cidr: "10.0.0.0/8" }],
};
const keyVault = {
    source: "cloud",
    keyVaultSecretId: "https://example.vault.azure.net/secrets/mqtt",
    keyVaultResourceId:
        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/tls/providers/Microsoft.KeyVault/vaults/example",
};
const database = {
    kind: "postgres",
    host: "postgres.data.svc",
    name: "mqtt",
    user: "vernemq",
    password: { secure: "v1:x" },
};
const adoptedVpc = {
    vpcId: "vpc-0123456789abcdef0",
    privateSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    publicSubnetIds: ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
};
const metallb = { addresses: ["192.0.2.10-192.0.2.20"] };
const router = { myAsn: 64500, peerAsn: 64501, peerAddress: "192.0.2.1" };

/** A configuration with some groups changed, each merged into what stands there. */
function changed(config: StackConfig, groups: Readonly<Record<string, object>>): StackConfig {
    return Object.entries(groups).reduce(
        (result, [group, settings]) => change(result, `vernemq:${group}`, { ...settings }),
        config,
    );
}

function withoutZone(config: StackConfig): StackConfig {
    return Object.fromEntries(Object.entries(config).filter(([key]) => key !== "vernemq:dns"));
}

const azureZone = { zone: "example.com", resourceGroup: "dns" };

/** Stacks that differ from the smallest ones by one decision of a user. */
const changes: Readonly<Record<string, StackConfig>> = {
    "eks-haproxy-tls": changed(valid.eks, { edge: { terminateTls: "haproxy" }, certificate: pem }),
    "eks-pem-at-load-balancer": changed(withoutZone(valid.eks), { edge: { terminateTls: "cloud" }, certificate: pem }),
    "eks-internal": changed(valid.eks, { edge: { exposure: "internal", allowedCidrs: ["10.0.0.0/8"] } }),
    "eks-client-id": changed(valid.eks, { edge: { affinity: "client-id" } }),
    "eks-no-affinity": changed(valid.eks, { edge: { affinity: "none" } }),
    "eks-adopted-vpc": changed(valid.eks, { cluster: { vpc: adoptedVpc } }),
    "eks-nat-per-zone": changed(valid.eks, { cluster: { natGateways: "per-zone", tags: { team: "iot" } } }),
    "eks-monitoring": changed(valid.eks, { observability: { metrics: "service-monitor", stack: { enabled: true } } }),
    "eks-web-socket": changed(valid.eks, { edge: { webSocket: throughIngress } }),
    "eks-no-edge": changed(withoutZone(valid.eks), {
        edge: { exposure: "none", listeners: ["mqtt"], affinity: "none" },
    }),
    "eks-database": changed(valid.eks, { broker: { users: [], authentication: { database } } }),
    "gke-client-id": changed(valid.gke, { edge: { affinity: "client-id" } }),
    "gke-passthrough": changed(valid.gke, { edge: { terminateTls: "haproxy" }, certificate: pem }),
    "gke-internal": changed(valid.gke, { edge: { exposure: "internal" }, certificate: pem }),
    "gke-one-listener": changed(valid.gke, { edge: { listeners: ["mqtts"], allowedCidrs: ["198.51.100.0/24"] } }),
    "gke-zones": changed(valid.gke, {
        cluster: { zones: ["a"], tags: { team: "iot" }, brokerNodes: { count: 2 } },
        broker: { replicas: 2 },
    }),
    "aks-application-gateway": changed(valid.aks, {
        edge: { terminateTls: "cloud", affinity: "client-id" },
        certificate: { ...keyVault, issuer: undefined },
        dns: azureZone,
    }),
    "aks-internal": changed(valid.aks, { edge: { exposure: "internal" } }),
    "aks-keepalive": changed(valid.aks, { edge: { keepaliveSeconds: 1000 }, broker: { replicas: 3, maxReplicas: 5 } }),
    "doks-network": changed(valid.doks, { edge: { loadBalancer: "network" }, dns: { zone: "example.com" } }),
    "doks-pem": changed(valid.doks, { certificate: { ...pem, issuer: undefined }, edge: { keepaliveSeconds: 20 } }),
    "existing-metallb-l2": changed(valid.existing, { cluster: { metallb }, edge: { address: "192.0.2.10" } }),
    "existing-metallb-bgp": changed(valid.existing, {
        cluster: { metallb: { ...metallb, mode: "bgp", bgpPeers: [router] } },
    }),
    "existing-node-port": changed(valid.existing, { edge: { exposure: "node-port", listeners: ["mqtts", "mqtt"] } }),
    "existing-cluster-ip": changed(valid.existing, { edge: { exposure: "cluster-ip" } }),
    "existing-mutual-tls": changed(valid.existing, { edge: { clientCertificates: { ca, commonNameAsUser: true } } }),
    "existing-gateway": changed(valid.existing, { edge: { webSocket: throughGateway } }),
    "existing-webhook": changed(valid.existing, {
        broker: { users: [], authentication: { webhook: { register: "http://auth.tools.svc:8080/mqtt" } } },
    }),
    "existing-annotations": changed(valid.existing, { observability: { metrics: "annotations" } }),
    "existing-operator-volumes": changed(validOperator, { broker: { replicas: 3 } }),
};

/** The example stacks and the changes, by name. */
export function variants(): Readonly<Record<string, StackConfig>> {
    const examples = stacksOf(root).map((stack) => {
        return [`example-${stack}`, exampleOf(stack)] as const;
    });
    return { ...Object.fromEntries(examples), ...changes };
}
