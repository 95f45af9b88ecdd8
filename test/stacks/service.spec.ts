import assert from "node:assert/strict";
import { only, planOf, problemsOf, change, valid, validOperator, type StackConfig } from "../support";

/** VerneMQ's own Service and no edge, on an existing cluster. */
function ownService(service: object, edge: object = {}): StackConfig {
    const plain = { exposure: "none", listeners: ["mqtt"], affinity: "none", ...edge };
    return change({ ...valid.existing, "vernemq:certificate": {}, "vernemq:edge": plain }, "vernemq:broker", {
        service,
    });
}

async function values(config: StackConfig): Promise<Record<string, unknown>> {
    const plan = await planOf(config);
    const { values: all } = only(plan, "kubernetes:helm.sh/v3:Release", "vernemq-release").inputs as {
        values: { service: Record<string, unknown> };
    };
    return all.service;
}

async function warnings(config: StackConfig): Promise<string> {
    return (await planOf(config)).warnings.join("\n");
}

const closed = { enabled: false };
const trusted = { allowedCidrs: ["192.0.2.0/24"] };

describe("VerneMQ's own Service", () => {
    it("of type ClusterIP has MQTT alone, and WebSocket where it is asked for", async () => {
        const common = { mqtts: closed, wss: closed, api: closed, sessionAffinity: "ClientIP" };
        const mqtt = { enabled: true, port: 1883 };
        assert.deepEqual(await values(ownService({})), {
            enabled: true,
            type: "ClusterIP",
            mqtt,
            ws: { enabled: false, port: 8080 },
            ...common,
        });
        assert.deepEqual(await values(ownService({ webSocket: true })), {
            enabled: true,
            type: "ClusterIP",
            mqtt,
            ws: { enabled: true, port: 8080 },
            ...common,
        });
    });

    it("of type NodePort has the node ports of both listeners, and only nodes with a broker answer", async () => {
        const nodePorts = { mqtt: 31_883, ws: 31_880 };
        const service = await values(ownService({ type: "NodePort", webSocket: true, nodePorts }));
        assert.deepEqual(
            {
                type: service["type"],
                mqtt: service["mqtt"],
                ws: service["ws"],
                policy: service["externalTrafficPolicy"],
            },
            {
                type: "NodePort",
                mqtt: { enabled: true, port: 1883, nodePort: 31_883 },
                ws: { enabled: true, port: 8080, nodePort: 31_880 },
                policy: "Local",
            },
        );
    });

    it("has the annotations and the affinity timeout that were chosen", async () => {
        const annotations = { "metallb.io/address-pool": "factory" };
        const service = await values(ownService({ type: "LoadBalancer", annotations, affinitySeconds: 600 }, trusted));
        assert.deepEqual(service["annotations"], annotations);
        assert.deepEqual(service["sessionAffinityConfig"], { clientIP: { timeoutSeconds: 600 } });
        assert.deepEqual(service["loadBalancerSourceRanges"], ["192.0.2.0/24"]);
    });

    it("opens WebSocket to clients that may use MQTT, and to none where it is not offered", async () => {
        const ports = async (config: StackConfig) => {
            const plan = await planOf(config);
            const { spec } = only(plan, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs as {
                spec: { ingress: { ports: { port: number }[] }[] };
            };
            return spec.ingress[0]?.ports.map(({ port }) => port);
        };
        assert.deepEqual(await ports(ownService({ webSocket: true })), [1883, 8080]);
        assert.deepEqual(await ports(ownService({})), [1883]);
    });

    it("gets its address from MetalLB, which is there before it and goes after it", async () => {
        const own = ownService({ type: "LoadBalancer" }, { ...trusted, address: "192.0.2.7" });
        const config = change(own, "vernemq:cluster", { metallb: { addresses: ["192.0.2.0/28"] } });
        const annotations = { "metallb.io/address-pool": "vernemq", "metallb.io/loadBalancerIPs": "192.0.2.7" };
        assert.deepEqual((await values(config))["annotations"], annotations);
        const { dependencies } = only(await planOf(config), "kubernetes:helm.sh/v3:Release", "vernemq-release");
        for (const type of ["IPAddressPool", "L2Advertisement"]) {
            assert.ok(
                dependencies.some((urn) => urn.split("::")[2]?.endsWith(`:${type}`) === true),
                type,
            );
        }
        const chosen = change(config, "vernemq:broker", {
            service: { type: "LoadBalancer", annotations: { "metallb.io/address-pool": "factory" } },
        });
        assert.deepEqual((await values(chosen))["annotations"], {
            ...annotations,
            "metallb.io/address-pool": "factory",
        });
    });

    it("says of a node port for WebSocket that is not offered one thing only", () => {
        const nodePorts = { mqtt: 31_883, ws: 31_883 };
        assert.deepEqual(
            problemsOf(ownService({ type: "NodePort", nodePorts })).map(({ rule }) => rule),
            ["the Service offers no WebSocket, so it has no port for it"],
        );
        assert.deepEqual(
            problemsOf(ownService({ type: "NodePort", nodePorts, webSocket: true })).map(({ rule }) => rule),
            ["a node port serves one listener"],
        );
    });

    it("of the operator has both listeners, and no setting for its affinity", async () => {
        const edge = { exposure: "none", listeners: ["mqtt"], affinity: "none" };
        const said = await warnings({ ...validOperator, "vernemq:certificate": {}, "vernemq:edge": edge });
        assert.match(said, /offers MQTT and WebSocket without TLS/);
        assert.doesNotMatch(said, /affinitySeconds/);
    });

    it("says where clients come from and that nothing terminates TLS, by type", async () => {
        assert.match(
            await warnings(ownService({})),
            /ClusterIP and offers MQTT without TLS to pods of this cluster; .* for example HAProxy/,
        );
        const nodePort = { type: "NodePort", nodePorts: { mqtt: 31_883 } };
        assert.match(await warnings(ownService(nodePort)), /without TLS to every client that reaches them/);
        assert.match(
            await warnings(ownService(nodePort, trusted)),
            /without TLS to 192\.0\.2\.0\/24; terminate TLS before/,
        );
        assert.match(await warnings(ownService({ type: "LoadBalancer" }, trusted)), /without TLS to 192\.0\.2\.0\/24/);
        assert.match(await warnings(ownService({ webSocket: true })), /offers MQTT and WebSocket without TLS/);
        const { checks, warnings: all } = await planOf(ownService({}));
        assert.equal(all.filter((text) => /^No edge|affinity/i.test(text)).length, 2, "each is said once");
        assert.equal(checks.find(({ name }) => name.startsWith("TLS is terminated"))?.status, "warn");
    });

    it("says that its affinity is per node and for how long", async () => {
        assert.match(await warnings(ownService({})), /each node keeps its own record and forgets a client 10800 s/);
        assert.match(await warnings(ownService({ affinitySeconds: 60 })), /forgets a client 60 s/);
        assert.doesNotMatch(await warnings(valid.existing), /forgets a client/);
    });

    it("is refused as a load balancer that takes passwords in plain text from everywhere", () => {
        const refused = (edge: object) =>
            problemsOf(ownService({ type: "LoadBalancer" }, edge)).map(({ key, rule }) => `${key}: ${rule}`);
        const rule =
            "vernemq:edge.allowedCidrs: without an edge nothing terminates TLS, so a load balancer before VerneMQ's own Service would take passwords in plain text from everywhere";
        assert.deepEqual(refused({}), [rule]);
        assert.deepEqual(refused({ allowedCidrs: ["192.0.2.0/24", "::/0"] }), [rule]);
        assert.deepEqual(refused({ allowedCidrs: ["0.0.0.0/1", "128.0.0.0/1"] }), [rule]);
        assert.deepEqual(refused(trusted), []);
    });
});

describe("a Service of type LoadBalancer on an existing cluster", () => {
    const waits = /without one.* the update waits in vain/;

    it("needs something that serves it, which MetalLB is and a managed cluster has", async () => {
        assert.match(await warnings(valid.existing), waits);
        assert.match(await warnings(ownService({ type: "LoadBalancer" }, trusted)), waits);
        assert.match(await warnings(valid.existing), /or edge\.exposure to node-port/);
        assert.match(
            await warnings(ownService({ type: "LoadBalancer" }, trusted)),
            /or broker\.service\.type to NodePort/,
        );
        const refusesAffinity = /EKS and of Oracle's clusters, which refuse its sessionAffinity/;
        assert.match(await warnings(valid.existing), refusesAffinity);
        const byId = change(valid.existing, "vernemq:edge", { affinity: "client-id" });
        assert.doesNotMatch(await warnings(byId), refusesAffinity);
        const metallb = { addresses: ["192.0.2.0/28"] };
        assert.doesNotMatch(await warnings(change(valid.existing, "vernemq:cluster", { metallb })), waits);
        assert.doesNotMatch(await warnings(valid.doks), waits);
        assert.doesNotMatch(await warnings(ownService({})), waits);
        assert.doesNotMatch(await warnings(change(valid.existing, "vernemq:edge", { exposure: "node-port" })), waits);
    });
});

describe("advice on kube-proxy", () => {
    const inMode = (kubeProxyMode: string, config: StackConfig = valid.existing) =>
        warnings(change(config, "vernemq:cluster", { kubeProxyMode }));

    it("says that ipvs goes, where to move to, and who hashes sources then", async () => {
        assert.match(
            await inMode("ipvs"),
            /deprecated since Kubernetes 1\.35 .* move to nftables.* HAProxy's work here/,
        );
        assert.match(await inMode("ipvs", ownService({})), /source hashing \(sh\) has no successor/);
        for (const mode of ["iptables", "nftables", "none"]) {
            assert.doesNotMatch(await inMode(mode), /ipvs/);
        }
    });
});
