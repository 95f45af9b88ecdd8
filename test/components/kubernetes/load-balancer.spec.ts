import assert from "node:assert/strict";
import type { Plan } from "../../../plan/plan";
import { change, childrenOf, only, originLabels, planOf, valid, type StackConfig } from "../../support";

function edge(settings: Readonly<Record<string, unknown>>, config: StackConfig = valid.existing): StackConfig {
    return change(config, "vernemq:edge", settings);
}

function service(plan: Plan) {
    return only(plan, "kubernetes:core/v1:Service", "vernemq-edge-service").inputs as Record<
        "metadata" | "spec",
        Record<string, unknown>
    >;
}

const selector = { "app.kubernetes.io/instance": "vernemq-edge", "app.kubernetes.io/name": "haproxy" };

describe("the Service before HAProxy", () => {
    it("is a load balancer of whatever the cluster has, which keeps the client's address", async () => {
        const plan = await planOf(valid.existing);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:edge:ServiceEntrance")), [
            "kubernetes:core/v1:Service vernemq-edge-service",
        ]);
        assert.deepEqual(service(plan), {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "vernemq-edge", namespace: "messaging", labels: originLabels },
            spec: {
                type: "LoadBalancer",
                externalTrafficPolicy: "Local",
                sessionAffinity: "ClientIP",
                selector,
                ports: [
                    { name: "mqtts", protocol: "TCP", port: 8883, targetPort: 8883 },
                    { name: "wss", protocol: "TCP", port: 443, targetPort: 8443 },
                ],
            },
        });
    });

    it("has the node ports that were chosen, and leaves the others to the cluster", async () => {
        const plan = await planOf(edge({ exposure: "node-port", nodePorts: { mqtts: 30883 } }));
        assert.deepEqual(service(plan).spec, {
            type: "NodePort",
            externalTrafficPolicy: "Local",
            sessionAffinity: "ClientIP",
            selector,
            ports: [
                { name: "mqtts", protocol: "TCP", port: 8883, targetPort: 8883, nodePort: 30883 },
                { name: "wss", protocol: "TCP", port: 443, targetPort: 8443 },
            ],
        });
    });

    it("is reached inside the cluster only with exposure cluster-ip", async () => {
        const { spec } = service(await planOf(edge({ exposure: "cluster-ip", listeners: ["mqtts"] })));
        assert.deepEqual(spec, {
            type: "ClusterIP",
            sessionAffinity: "ClientIP",
            selector,
            ports: [{ name: "mqtts", protocol: "TCP", port: 8883, targetPort: 8883 }],
        });
    });

    it("opens plain MQTT only where it is asked for by name", async () => {
        const { spec } = service(await planOf(edge({ listeners: ["mqtts", "mqtt"] })));
        assert.deepEqual(spec["ports"], [
            { name: "mqtts", protocol: "TCP", port: 8883, targetPort: 8883 },
            { name: "mqtt", protocol: "TCP", port: 1883, targetPort: 1883 },
        ]);
    });

    it("keeps no client on one HAProxy where affinity is not by address", async () => {
        for (const affinity of ["client-id", "none"]) {
            assert.equal(service(await planOf(edge({ affinity }))).spec["sessionAffinity"], "None", affinity);
        }
    });

    it("filters by source at the load balancer, and only there", async () => {
        const allowedCidrs = ["203.0.113.0/24"];
        const balanced = service(await planOf(edge({ allowedCidrs }))).spec;
        assert.deepEqual(balanced["loadBalancerSourceRanges"], allowedCidrs);
        const onNodes = service(await planOf(edge({ allowedCidrs, exposure: "node-port" }))).spec;
        assert.equal("loadBalancerSourceRanges" in onNodes, false);
    });

    it("is not there without an edge, whatever VerneMQ's own Service is", async () => {
        // MQTT without TLS is refused a load balancer that is open to everyone.
        const none = edge({
            exposure: "none",
            listeners: ["mqtt"],
            affinity: "none",
            allowedCidrs: ["203.0.113.0/24"],
        });
        const withoutEdge = { ...none, "vernemq:certificate": {} };
        const services = [
            { type: "ClusterIP" },
            { type: "NodePort", nodePorts: { mqtt: 31883 } },
            { type: "LoadBalancer" },
        ];
        for (const own of services) {
            const plan = await planOf(change(withoutEdge, "vernemq:broker", { service: own }));
            assert.deepEqual(
                plan.resources.filter(({ type }) => type.startsWith("vernemq:edge:")),
                [],
            );
            const values = only(plan, "kubernetes:helm.sh/v3:Release").inputs["values"] as Record<
                string,
                Record<string, unknown>
            >;
            assert.equal(values["service"]?.["type"], own.type);
        }
    });
});
