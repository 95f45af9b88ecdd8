import assert from "node:assert/strict";
import { change, childrenOf, only, originLabels, planOf, valid, type StackConfig } from "../../../support";

const serviceType = "kubernetes:core/v1:Service";
const ingressType = "kubernetes:networking.k8s.io/v1:Ingress";
const routeType = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";

const ingress = {
    via: "ingress",
    controller: "nginx",
    className: "nginx",
    host: "ws.example.com",
    sources: [{ namespace: "nginx-ingress" }, { cidr: "10.0.0.0/16" }],
};
const gateway = {
    via: "gateway",
    host: "ws.example.com",
    gateway: { name: "shared", namespace: "infra", sectionName: "https" },
    sources: [{ namespace: "infra" }],
};

function through(webSocket: object, settings: object = {}, config: StackConfig = valid.existing): StackConfig {
    return change(config, "vernemq:edge", { webSocket, ...settings });
}

describe("the way of WebSocket clients through an ingress controller", () => {
    it("is a Service before HAProxy and an Ingress of one host and one path, with the stack's certificate and the controller's annotations", async () => {
        const plan = await planOf(through(ingress));
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:edge:WebSocketEntrance")), [
            `${serviceType} vernemq-web-socket-service`,
            `${ingressType} vernemq-web-socket-ingress`,
        ]);
        assert.deepEqual(only(plan, serviceType, "vernemq-web-socket-service").inputs, {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "vernemq-edge-web", namespace: "messaging", labels: originLabels },
            spec: {
                type: "ClusterIP",
                selector: { "app.kubernetes.io/instance": "vernemq-edge", "app.kubernetes.io/name": "haproxy" },
                ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: 8080 }],
            },
        });
        assert.deepEqual(only(plan, ingressType).inputs, {
            apiVersion: "networking.k8s.io/v1",
            kind: "Ingress",
            metadata: {
                labels: originLabels,
                name: "vernemq-edge-web",
                namespace: "messaging",
                annotations: {
                    "nginx.org/proxy-read-timeout": "120s",
                    "nginx.org/proxy-send-timeout": "120s",
                    "nginx.org/websocket-services": "vernemq-edge-web",
                },
            },
            spec: {
                ingressClassName: "nginx",
                tls: [{ hosts: ["ws.example.com"], secretName: "vernemq-edge-certificate" }],
                rules: [
                    {
                        host: "ws.example.com",
                        http: {
                            paths: [
                                {
                                    path: "/mqtt",
                                    pathType: "Exact",
                                    backend: { service: { name: "vernemq-edge-web", port: { number: 80 } } },
                                },
                            ],
                        },
                    },
                ],
            },
        });
    });

    it("takes wss from the edge's own listener, and leaves mqtts there", async () => {
        const plan = await planOf(through(ingress));
        const { spec } = only(plan, serviceType, "vernemq-edge-service").inputs as { spec: { ports: object[] } };
        assert.deepEqual(spec.ports, [{ name: "mqtts", protocol: "TCP", port: 8883, targetPort: 8883 }]);
        assert.deepEqual(
            plan.edge.listeners.map(({ name }) => name),
            ["mqtts"],
        );
    });

    it("opens HAProxy's port for it to the controller alone", async () => {
        const plan = await planOf(through(ingress));
        const { spec } = only(plan, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "vernemq-haproxy-network-policy")
            .inputs as { spec: { ingress: object[]; egress: object[] } };
        assert.deepEqual(spec.ingress, [
            {
                ports: [
                    { port: 8883, protocol: "TCP" },
                    { port: 8404, protocol: "TCP" },
                ],
            },
            {
                from: [
                    { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "nginx-ingress" } } },
                    { ipBlock: { cidr: "10.0.0.0/16" } },
                ],
                ports: [{ port: 8080, protocol: "TCP" }],
            },
        ]);
        assert.deepEqual((spec.egress[0] as { ports: object[] }).ports, [
            { port: 1883, protocol: "TCP" },
            { port: 8080, protocol: "TCP" },
            { port: 8888, protocol: "TCP" },
        ]);
    });

    it("serves a certificate that names both hosts", async () => {
        const selfSigned = await planOf(through(ingress));
        const request = only(selfSigned, "tls:index/certRequest:CertRequest").inputs;
        assert.deepEqual(request["dnsNames"], ["mqtt.example.com", "ws.example.com"]);
        const issued = await planOf({
            ...through(ingress),
            "vernemq:certificate": { source: "cert-manager", issuer: { name: "internal" } },
        });
        const { spec } = only(issued, "kubernetes:cert-manager.io/v1:Certificate").inputs as {
            spec: { dnsNames: string[] };
        };
        assert.deepEqual(spec.dnsNames, ["mqtt.example.com", "ws.example.com"]);
    });

    it("serves a Secret of the user's own, and then the stack's certificate is not for its host", async () => {
        const plan = await planOf(through({ ...ingress, tlsSecretName: "wildcard" }));
        const { spec } = only(plan, ingressType).inputs as { spec: { tls: object[] } };
        assert.deepEqual(spec.tls, [{ hosts: ["ws.example.com"], secretName: "wildcard" }]);
        assert.deepEqual(only(plan, "tls:index/certRequest:CertRequest").inputs["dnsNames"], ["mqtt.example.com"]);
    });

    it("has the user's annotations beside the controller's, and they win", async () => {
        const annotations = { "nginx.org/proxy-read-timeout": "1h", "cert-manager.io/cluster-issuer": "public" };
        const plan = await planOf(through({ ...ingress, annotations }));
        const { metadata } = only(plan, ingressType).inputs as { metadata: { annotations: object } };
        assert.deepEqual(metadata.annotations, {
            "cert-manager.io/cluster-issuer": "public",
            "nginx.org/proxy-read-timeout": "1h",
            "nginx.org/proxy-send-timeout": "120s",
            "nginx.org/websocket-services": "vernemq-edge-web",
        });
    });

    it("is the only route where wss is all: no other Service, TLS only at the Ingress, still a certificate", async () => {
        const plan = await planOf(
            through({ ...ingress, host: undefined }, { listeners: ["wss"], exposure: "cluster-ip" }),
        );
        assert.equal(
            plan.resources.some(({ type }) => type === "vernemq:edge:ServiceEntrance"),
            false,
        );
        const { spec } = only(plan, ingressType).inputs as { spec: { tls: object[] } };
        assert.deepEqual(spec.tls, [{ hosts: ["mqtt.example.com"], secretName: "vernemq-edge-certificate" }]);
        const { data } = only(plan, "kubernetes:core/v1:ConfigMap", "vernemq-haproxy-config").inputs as {
            data: Record<string, string>;
        };
        assert.doesNotMatch(data["haproxy.cfg"] ?? "", /\bssl\b/);
        assert.deepEqual(Object.keys(data), ["haproxy.cfg"]);
        assert.deepEqual(
            plan.checks.filter(({ status }) => status === "fail"),
            [],
        );
    });

    it("gives an Application Load Balancer no Secret, its timer and HAProxy's own health check", async () => {
        const alb = { ...ingress, controller: "alb", className: "alb", sources: [{ cidr: "10.0.0.0/16" }] };
        const plan = await planOf(through(alb));
        const inputs = only(plan, ingressType).inputs as {
            metadata: { annotations: object };
            spec: { tls: object[] };
        };
        assert.deepEqual(inputs.spec.tls, [{ hosts: ["ws.example.com"] }]);
        assert.deepEqual(inputs.metadata.annotations, {
            "alb.ingress.kubernetes.io/healthcheck-path": "/healthz",
            "alb.ingress.kubernetes.io/healthcheck-port": "8404",
            "alb.ingress.kubernetes.io/listen-ports": '[{"HTTPS":443}]',
            "alb.ingress.kubernetes.io/load-balancer-attributes": "idle_timeout.timeout_seconds=120",
            "alb.ingress.kubernetes.io/target-type": "ip",
        });
    });
});

describe("the way of WebSocket clients through a Gateway", () => {
    it("is a Service before HAProxy and an HTTPRoute of one host and one path; TLS is the Gateway's", async () => {
        const plan = await planOf(through(gateway));
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:edge:WebSocketEntrance")), [
            `${serviceType} vernemq-web-socket-service`,
            `${routeType} vernemq-web-socket-http-route`,
        ]);
        assert.deepEqual(only(plan, routeType).inputs, {
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "HTTPRoute",
            metadata: { name: "vernemq-edge-web", namespace: "messaging", labels: originLabels },
            spec: {
                parentRefs: [{ name: "shared", namespace: "infra", sectionName: "https" }],
                hostnames: ["ws.example.com"],
                rules: [
                    {
                        matches: [{ path: { type: "Exact", value: "/mqtt" } }],
                        backendRefs: [{ name: "vernemq-edge-web", port: 80 }],
                    },
                ],
            },
        });
        assert.deepEqual(only(plan, "tls:index/certRequest:CertRequest").inputs["dnsNames"], ["mqtt.example.com"]);
    });

    it("works on every target whose edge has HAProxy", async () => {
        for (const config of [valid.eks, valid.aks, valid.doks]) {
            const plan = await planOf(through(gateway, {}, config));
            assert.equal(plan.resources.filter(({ type }) => type === routeType).length, 1);
            assert.deepEqual(
                plan.checks.filter(({ status }) => status === "fail"),
                [],
            );
        }
    });
});
