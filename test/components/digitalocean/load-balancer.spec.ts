import assert from "node:assert/strict";
import type { Plan } from "../../../plan/plan";
import { change, childrenOf, only, planOf, valid, type StackConfig } from "../../support";

const prefix = "service.beta.kubernetes.io/do-loadbalancer-";
const serviceType = "kubernetes:core/v1:Service";

function edge(settings: Readonly<Record<string, unknown>>): StackConfig {
    return change(valid.doks, "vernemq:edge", settings);
}

function serviceOf(plan: Plan) {
    const service = only(plan, serviceType, "vernemq-edge-service");
    const { metadata, spec } = service.inputs as Record<"metadata" | "spec", Record<string, unknown>>;
    const annotations = Object.fromEntries(
        Object.entries((metadata["annotations"] ?? {}) as Record<string, string>).map(([key, value]) => [
            key.replace(prefix, ""),
            value,
        ]),
    );
    return { service, spec, annotations };
}

describe("the load balancer on DOKS", () => {
    it("is one Service and nothing else: made through the API it could not serve the cluster", async () => {
        const plan = await planOf(valid.doks);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:edge:DigitalOceanEntrance")), [
            `${serviceType} vernemq-edge-service`,
        ]);
    });

    it("is regional by default: plain TCP with a PROXY header, and pods take the same way as devices", async () => {
        const { annotations, spec } = serviceOf(await planOf(valid.doks));
        assert.deepEqual(annotations, {
            "enable-proxy-protocol": "true",
            hostname: "mqtt.example.com",
            name: "vernemq-test-edge",
            network: "EXTERNAL",
            protocol: "tcp",
            "size-unit": "2",
            type: "REGIONAL",
        });
        assert.deepEqual(spec, {
            type: "LoadBalancer",
            externalTrafficPolicy: "Local",
            // All connections come from the load balancer's own addresses: ClientIP would put them on one HAProxy.
            sessionAffinity: "None",
            selector: { "app.kubernetes.io/instance": "vernemq-edge", "app.kubernetes.io/name": "haproxy" },
            ports: [
                { name: "mqtts", protocol: "TCP", port: 8883, targetPort: 8883 },
                { name: "wss", protocol: "TCP", port: 443, targetPort: 8443 },
            ],
        });
    });

    it("sends no PROXY header as a network load balancer, which keeps the client's address", async () => {
        const { annotations, spec } = serviceOf(await planOf(edge({ loadBalancer: "network" })));
        assert.deepEqual(annotations, {
            name: "vernemq-test-edge",
            network: "EXTERNAL",
            protocol: "tcp",
            "size-unit": "2",
            type: "REGIONAL_NETWORK",
        });
        assert.deepEqual([spec["externalTrafficPolicy"], spec["sessionAffinity"]], ["Local", "ClientIP"]);
    });

    it("does not bind a fleet behind one address to one HAProxy", async () => {
        const { spec } = serviceOf(await planOf(edge({ loadBalancer: "network", affinity: "client-id" })));
        assert.equal(spec["sessionAffinity"], "None");
    });

    for (const loadBalancer of ["regional", "network"]) {
        it(`is reached from the VPC only with exposure internal (${loadBalancer})`, async () => {
            const { annotations } = serviceOf(await planOf(edge({ exposure: "internal", loadBalancer })));
            assert.equal(annotations["network"], "INTERNAL");
        });
    }

    it("lets in only the allowed networks", async () => {
        const open = serviceOf(await planOf(valid.doks)).spec;
        assert.equal("loadBalancerSourceRanges" in open, false);
        const { spec } = serviceOf(await planOf(edge({ allowedCidrs: ["203.0.113.0/24", "2001:db8::/32"] })));
        assert.deepEqual(spec["loadBalancerSourceRanges"], ["203.0.113.0/24", "2001:db8::/32"]);
    });

    it("has as many nodes as the settings say", async () => {
        const plan = await planOf(change(valid.doks, "vernemq:cluster", { loadBalancerNodes: 10 }));
        assert.equal(serviceOf(plan).annotations["size-unit"], "10");
    });

    it("is recreated where its kind or its network changes, because it can change neither", async () => {
        const { options } = serviceOf(await planOf(valid.doks)).service;
        assert.deepEqual(options, {
            deleteBeforeReplace: true,
            replaceOnChanges: [`metadata.annotations["${prefix}network"]`, `metadata.annotations["${prefix}type"]`],
        });
    });

    it("is a plain ClusterIP with exposure cluster-ip", async () => {
        const plan = await planOf(edge({ exposure: "cluster-ip" }));
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:edge:ServiceEntrance")), [
            `${serviceType} vernemq-edge-service`,
        ]);
        assert.equal(serviceOf(plan).spec["type"], "ClusterIP");
        assert.deepEqual(
            plan.resources.filter(({ type }) => type === "vernemq:edge:DigitalOceanEntrance"),
            [],
        );
    });
});
