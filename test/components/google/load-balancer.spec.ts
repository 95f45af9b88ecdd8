import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
    allowRules,
    backendPorts,
    cidrsPerRule,
    negAnnotation,
    sslPolicySettings,
} from "../../../components/google/backend";
import type { Plan } from "../../../plan/plan";
import { encryptedPair } from "../../certificates";
import { change, childrenOf, only, originLabels, planOf, valid, type StackConfig } from "../../support";

const labels = { "managed-by": "pulumi", "pulumi-project": "vernemq", "pulumi-stack": "test" };
const zones = ["europe-west3-a", "europe-west3-b", "europe-west3-c"];

const withEdge = (settings: object, base: StackConfig = valid.gke) => change(base, "vernemq:edge", { ...settings });
const pem = {
    source: "pem",
    pem: encryptedPair,
};
const withPem = change(valid.gke, "vernemq:certificate", pem);

function withoutDns(config: StackConfig): StackConfig {
    return Object.fromEntries(Object.entries(config).filter(([group]) => group !== "vernemq:dns"));
}

function edgeOf(plan: Plan) {
    return childrenOf(plan, only(plan, "vernemq:edge:GoogleProxyLoadBalancer"));
}

function groupsOf(plan: Plan) {
    return childrenOf(plan, only(plan, "vernemq:edge:EndpointGroups"));
}

function group(port: number, zone: string) {
    return `gcp:compute/networkEndpointGroup:NetworkEndpointGroup vernemq-edge-groups-${port}-${zone}`;
}

function backendOf(plan: Plan, listener: string) {
    return only(plan, "gcp:compute/backendService:BackendService", `vernemq-edge-${listener}-backend`);
}

/** The one listener, target proxy and rule that each port has. */
function endpoint(listener: string, proxy: "SSL" | "TCP") {
    return [
        `gcp:compute/backendService:BackendService vernemq-edge-${listener}-backend`,
        `gcp:compute/globalForwardingRule:GlobalForwardingRule vernemq-edge-${listener}-rule`,
        `gcp:compute/target${proxy}Proxy:Target${proxy}Proxy vernemq-edge-${listener}`,
    ];
}

const once = [
    "gcp:compute/firewall:Firewall vernemq-edge-firewall",
    "gcp:compute/globalAddress:GlobalAddress vernemq-edge-address",
    "gcp:compute/healthCheck:HealthCheck vernemq-edge-health",
    "vernemq:edge:EndpointGroups vernemq-edge-groups",
];
const tls = "gcp:compute/sSLPolicy:SSLPolicy vernemq-edge-tls";

describe("Google's proxy load balancer", () => {
    it("has one address, and per listener a rule, a target SSL proxy and a backend service", async () => {
        const plan = await planOf(valid.gke);
        assert.deepEqual(edgeOf(plan), [...once, tls, ...endpoint("mqtts", "SSL"), ...endpoint("wss", "SSL")].sort());
        assert.deepEqual(groupsOf(plan), [
            ...zones.map((zone) => group(1883, zone)),
            ...zones.map((zone) => group(8080, zone)),
            "kubernetes:core/v1:Service vernemq-edge-groups-service",
        ]);
    });

    it("terminates TLS with the map's certificate and tells VerneMQ the client's address by PROXY v1", async () => {
        const plan = await planOf(valid.gke);
        assert.deepEqual(only(plan, "gcp:compute/targetSSLProxy:TargetSSLProxy", "vernemq-edge-mqtts").inputs, {
            backendService: "${vernemq-edge-mqtts-backend.id}",
            certificateMap: "//certificatemanager.googleapis.com/${vernemq-certificate-manager-map.id}",
            proxyHeader: "PROXY_V1",
            sslPolicy: "${vernemq-edge-tls.id}",
        });
        assert.deepEqual(
            only(plan, "gcp:compute/globalForwardingRule:GlobalForwardingRule", "vernemq-edge-wss-rule").inputs,
            {
                ipAddress: "${vernemq-edge-address.id}",
                ipProtocol: "TCP",
                labels,
                loadBalancingScheme: "EXTERNAL",
                portRange: "443",
                target: "${vernemq-edge-wss.id}",
            },
        );
        assert.deepEqual(only(plan, "gcp:compute/globalAddress:GlobalAddress").inputs, {
            addressType: "EXTERNAL",
            ipVersion: "IPV4",
            labels,
        });
        assert.deepEqual(only(plan, "gcp:compute/sSLPolicy:SSLPolicy").inputs, {
            minTlsVersion: "TLS_1_2",
            profile: "MODERN",
        });
    });

    it("keeps a client's address on its broker, in each zone's endpoint group, up to what a broker takes", async () => {
        const plan = await planOf(change(valid.gke, "vernemq:broker", { maxConnections: 250_000 }));
        assert.deepEqual(backendOf(plan, "mqtts").inputs, {
            backends: zones.map((zone) => ({
                balancingMode: "CONNECTION",
                group: `\${vernemq-edge-groups-1883-${zone}.selfLink}`,
                maxConnectionsPerEndpoint: 250_000,
            })),
            connectionDrainingTimeoutSec: 60,
            healthChecks: "${vernemq-edge-health.id}",
            loadBalancingScheme: "EXTERNAL",
            logConfig: { enable: true, sampleRate: 1 },
            protocol: "TCP",
            sessionAffinity: "CLIENT_IP",
            timeoutSec: 86_400,
        });
    });

    it("holds idle connections longer than the devices' keepalive", async () => {
        const plan = await planOf(withEdge({ keepaliveSeconds: 57_599 }));
        assert.equal(backendOf(plan, "mqtts").inputs["timeoutSec"], 86_429);
    });

    it("asks VerneMQ over HTTP whether its listeners run, and lets only Google's proxies in", async () => {
        const plan = await planOf(valid.gke);
        assert.deepEqual(only(plan, "gcp:compute/healthCheck:HealthCheck").inputs, {
            checkIntervalSec: 5,
            healthyThreshold: 2,
            httpHealthCheck: { port: 8888, portSpecification: "USE_FIXED_PORT", requestPath: "/health/listeners" },
            logConfig: { enable: true },
            timeoutSec: 5,
            unhealthyThreshold: 2,
        });
        assert.deepEqual(only(plan, "gcp:compute/firewall:Firewall").inputs, {
            allows: [{ ports: ["1883", "8080", "8888"], protocol: "tcp" }],
            description: "Google's load balancer proxies and health checks to VerneMQ's edge",
            direction: "INGRESS",
            network: "${vernemq-cluster-network-vpc.id}",
            sourceRanges: ["35.191.0.0/16", "130.211.0.0/22"],
            targetTags: ["vernemq-test-node"],
        });
    });

    it("owns the endpoint groups, described as GKE's controller would, and hands them the Service's pods", async () => {
        const plan = await planOf(valid.gke);
        const own = only(
            plan,
            "gcp:compute/networkEndpointGroup:NetworkEndpointGroup",
            "vernemq-edge-groups-1883-europe-west3-b",
        );
        const { description, ...inputs } = own.inputs;
        assert.deepEqual(inputs, {
            name: "vernemq-test-1883",
            network: "${vernemq-cluster-network-vpc.id}",
            networkEndpointType: "GCE_VM_IP_PORT",
            subnetwork: "${vernemq-cluster-network-subnet.id}",
            zone: "europe-west3-b",
        });
        assert.deepEqual(JSON.parse(String(description)), {
            "cluster-uid": "${vernemq-edge-groups-kube-system.metadata.uid}",
            namespace: "messaging",
            "service-name": "vernemq-edge-endpoints",
            port: "1883",
        });
        const service = only(plan, "kubernetes:core/v1:Service", "vernemq-edge-groups-service");
        assert.deepEqual(service.inputs, {
            apiVersion: "v1",
            kind: "Service",
            metadata: {
                labels: originLabels,
                annotations: {
                    "cloud.google.com/neg":
                        '{"exposed_ports":{"1883":{"name":"vernemq-test-1883"},"8080":{"name":"vernemq-test-8080"}}}',
                },
                name: "vernemq-edge-endpoints",
                namespace: "messaging",
            },
            spec: {
                ports: [1883, 8080].map((port) => ({
                    name: `port-${port}`,
                    port,
                    protocol: "TCP",
                    targetPort: port,
                })),
                selector: { "app.kubernetes.io/instance": "vernemq", "app.kubernetes.io/name": "vernemq" },
                type: "ClusterIP",
            },
        });
    });

    it("makes the groups before the Service that fills them, and the backends after it", async () => {
        const plan = await planOf(valid.gke);
        const service = only(plan, "kubernetes:core/v1:Service", "vernemq-edge-groups-service");
        const groups = plan.resources.filter(({ type }) => type.endsWith(":NetworkEndpointGroup"));
        assert.equal(groups.length, 6);
        assert.deepEqual(
            groups.filter(({ urn }) => !service.dependencies.includes(urn)),
            [],
        );
        assert.ok(backendOf(plan, "mqtts").dependencies.includes(service.urn));
    });

    it("sends connections to HAProxy, which keeps client ids apart, where that is asked for", async () => {
        const plan = await planOf(withEdge({ affinity: "client-id", haproxy: { maxConnections: 20_000 } }));
        assert.deepEqual(edgeOf(plan), [...once, tls, ...endpoint("mqtts", "SSL"), ...endpoint("wss", "SSL")].sort());
        assert.deepEqual(groupsOf(plan), [
            ...zones.map((zone) => group(8443, zone)),
            ...zones.map((zone) => group(8883, zone)),
            "kubernetes:core/v1:Service vernemq-edge-groups-service",
        ]);
        const { backends, sessionAffinity } = backendOf(plan, "mqtts").inputs;
        assert.equal(sessionAffinity, "NONE");
        assert.deepEqual(
            backends,
            zones.map((zone) => ({
                balancingMode: "CONNECTION",
                group: `\${vernemq-edge-groups-8883-${zone}.selfLink}`,
                maxConnectionsPerEndpoint: 20_000,
            })),
        );
        assert.deepEqual(only(plan, "gcp:compute/healthCheck:HealthCheck").inputs["httpHealthCheck"], {
            port: 8404,
            portSpecification: "USE_FIXED_PORT",
            requestPath: "/healthz",
        });
        assert.deepEqual(only(plan, "gcp:compute/firewall:Firewall").inputs["allows"], [
            { ports: ["8443", "8883", "8404"], protocol: "tcp" },
        ]);
    });

    it("spreads connections without affinity where none is wanted", async () => {
        const plan = await planOf(withEdge({ affinity: "none" }));
        for (const listener of ["mqtts", "wss"]) {
            assert.equal(backendOf(plan, listener).inputs["sessionAffinity"], "NONE");
        }
    });

    it("serves plain mqtt through a target TCP proxy, with neither certificate nor SSL policy", async () => {
        const plan = await planOf(withEdge({ listeners: ["mqtt"] }));
        assert.deepEqual(edgeOf(plan), [...once, ...endpoint("mqtt", "TCP")].sort());
        assert.deepEqual(only(plan, "gcp:compute/targetTCPProxy:TargetTCPProxy").inputs, {
            backendService: "${vernemq-edge-mqtt-backend.id}",
            proxyHeader: "PROXY_V1",
        });
        assert.deepEqual(groupsOf(plan), [
            ...zones.map((zone) => group(1883, zone)),
            "kubernetes:core/v1:Service vernemq-edge-groups-service",
        ]);
        assert.deepEqual(
            plan.resources.filter(({ type }) => type.startsWith("gcp:certificatemanager/")),
            [],
        );
    });

    it("takes TLS 1.3 only where that is the lowest version", async () => {
        const plan = await planOf(withEdge({ minimumTlsVersion: "1.3" }));
        assert.deepEqual(only(plan, "gcp:compute/sSLPolicy:SSLPolicy").inputs, {
            minTlsVersion: "TLS_1_3",
            profile: "RESTRICTED",
        });
    });

    it("lets only the allowed networks connect, by Cloud Armor on every backend service", async () => {
        const plan = await planOf(withEdge({ allowedCidrs: ["198.51.100.0/24", "2001:db8::/32"] }));
        assert.deepEqual(
            edgeOf(plan),
            [
                ...once,
                tls,
                "gcp:compute/securityPolicy:SecurityPolicy vernemq-edge-allowed",
                ...endpoint("mqtts", "SSL"),
                ...endpoint("wss", "SSL"),
            ].sort(),
        );
        assert.deepEqual(only(plan, "gcp:compute/securityPolicy:SecurityPolicy").inputs, {
            labels,
            rules: [
                {
                    action: "allow",
                    description: "Networks that may connect",
                    match: {
                        config: { srcIpRanges: ["198.51.100.0/24", "2001:db8::/32"] },
                        versionedExpr: "SRC_IPS_V1",
                    },
                    priority: 1000,
                },
                {
                    action: "deny(403)",
                    description: "Everything else",
                    match: { config: { srcIpRanges: ["*"] }, versionedExpr: "SRC_IPS_V1" },
                    priority: 2_147_483_647,
                },
            ],
            type: "CLOUD_ARMOR",
        });
        for (const listener of ["mqtts", "wss"]) {
            assert.equal(backendOf(plan, listener).inputs["securityPolicy"], "${vernemq-edge-allowed.id}");
        }
    });

    it("has one endpoint group per port in a cluster of one zone", async () => {
        const plan = await planOf(change(valid.gke, "vernemq:cluster", { zones: ["c"] }));
        assert.deepEqual(groupsOf(plan), [
            group(1883, "europe-west3-c"),
            group(8080, "europe-west3-c"),
            "kubernetes:core/v1:Service vernemq-edge-groups-service",
        ]);
    });
});

describe("Google's passthrough load balancer", () => {
    it("hands packets to HAProxy, which terminates TLS, at a dedicated address", async () => {
        const plan = await planOf(withEdge({ terminateTls: "haproxy", allowedCidrs: ["198.51.100.0/24"] }, withPem));
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:edge:GooglePassthroughLoadBalancer")), [
            "gcp:compute/address:Address vernemq-edge-address",
            "kubernetes:core/v1:Service vernemq-edge-service",
        ]);
        assert.deepEqual(only(plan, "gcp:compute/address:Address").inputs, {
            addressType: "EXTERNAL",
            labels,
            networkTier: "PREMIUM",
            region: "europe-west3",
        });
        const { metadata, spec } = only(plan, "kubernetes:core/v1:Service", "vernemq-edge-service").inputs as {
            metadata: object;
            spec: Record<string, unknown>;
        };
        assert.deepEqual(metadata, {
            annotations: {
                "cloud.google.com/l4-rbs": "enabled",
                "networking.gke.io/load-balancer-ip-addresses": "${vernemq-edge-address.name}",
            },
            labels: originLabels,
            name: "vernemq-edge",
            namespace: "messaging",
        });
        const { selector, ...rest } = spec;
        assert.ok(selector);
        assert.deepEqual(rest, {
            externalTrafficPolicy: "Local",
            loadBalancerSourceRanges: ["198.51.100.0/24"],
            ports: [
                { name: "mqtts", port: 8883, protocol: "TCP", targetPort: 8883 },
                { name: "wss", port: 443, protocol: "TCP", targetPort: 8443 },
            ],
            sessionAffinity: "ClientIP",
            type: "LoadBalancer",
        });
        assert.deepEqual(
            plan.resources.filter(({ type }) => /TargetSSLProxy|NetworkEndpointGroup|certificatemanager/.test(type)),
            [],
        );
    });

    it("takes its address from the nodes' subnet where the edge is internal", async () => {
        const plan = await planOf(withoutDns(withEdge({ exposure: "internal" }, withPem)));
        assert.deepEqual(only(plan, "gcp:compute/address:Address").inputs, {
            addressType: "INTERNAL",
            labels,
            region: "europe-west3",
            subnetwork: "${vernemq-cluster-network-subnet.id}",
        });
        const { metadata } = only(plan, "kubernetes:core/v1:Service", "vernemq-edge-service").inputs;
        assert.deepEqual((metadata as { annotations: object }).annotations, {
            "networking.gke.io/load-balancer-ip-addresses": "${vernemq-edge-address.name}",
            "networking.gke.io/load-balancer-type": "Internal",
        });
    });
});

describe("allowRules", () => {
    it("names each network once, at most ten to a rule, and ends with a refusal", () => {
        fc.assert(
            fc.property(
                fc.uniqueArray(
                    fc.ipV4().map((ip) => `${ip}/32`),
                    { minLength: 1, maxLength: 55 },
                ),
                (cidrs) => {
                    const rules = allowRules(cidrs);
                    const allowed = rules.filter(({ action }) => action === "allow");
                    assert.deepEqual(
                        allowed.flatMap(({ match }) => match.config.srcIpRanges),
                        cidrs,
                    );
                    assert.ok(allowed.every(({ match }) => match.config.srcIpRanges.length <= cidrsPerRule));
                    assert.equal(new Set(rules.map(({ priority }) => priority)).size, rules.length);
                    assert.deepEqual(rules.at(-1)?.match.config.srcIpRanges, ["*"]);
                    assert.equal(rules.at(-1)?.action, "deny(403)");
                },
            ),
        );
    });
});

describe("backendPorts", () => {
    it("lists a port once that serves two listeners", () => {
        const listener = (name: "mqtts" | "mqtt" | "wss") => ({ name, port: 1, tls: true, broker: "mqtt" }) as const;
        const ports = { mqtts: 1883, mqtt: 1883, wss: 8080 };
        assert.deepEqual(backendPorts([listener("wss"), listener("mqtts"), listener("mqtt")], ports), [1883, 8080]);
    });
});

describe("negAnnotation", () => {
    it("names the group of each port", () => {
        assert.deepEqual(negAnnotation(new Map([[1883, "a"]])), {
            "cloud.google.com/neg": '{"exposed_ports":{"1883":{"name":"a"}}}',
        });
    });
});

describe("sslPolicySettings", () => {
    it("uses profile RESTRICTED for TLS 1.3 alone", () => {
        assert.equal(sslPolicySettings("1.2").profile, "MODERN");
        assert.equal(sslPolicySettings("1.3").profile, "RESTRICTED");
    });
});
