import assert from "node:assert/strict";
import { networkPolicySpec } from "../../../components/broker/network-rules";

const podLabels = { "app.kubernetes.io/name": "vernemq", "app.kubernetes.io/instance": "vernemq" };
const tcp = (port: number) => ({ protocol: "TCP", port });
const clusterPorts = [4369, 44053, 9100, 9101, 9102, 9103, 9104, 9105, 9106, 9107, 9108, 9109].map(tcp);
const haproxy = { "app.kubernetes.io/name": "haproxy" };

describe("Network rules of the brokers", () => {
    it("let HAProxy to the edge's listeners, the cluster to 1884 and 8888, and brokers to each other, and nothing else", () => {
        const spec = networkPolicySpec({
            podLabels,
            access: {
                listeners: ["mqtt", "ws"],
                edge: [{ kind: "pods", labels: haproxy }],
                health: [],
                apiServerPorts: [443],
            },
            egress: [],
        });
        assert.deepEqual(spec, {
            podSelector: { matchLabels: podLabels },
            policyTypes: ["Ingress", "Egress"],
            ingress: [
                { from: [{ podSelector: { matchLabels: haproxy } }], ports: [tcp(1883), tcp(8080)] },
                { from: [{ namespaceSelector: {} }], ports: [tcp(1884), tcp(8888)] },
                { from: [{ podSelector: { matchLabels: podLabels } }], ports: clusterPorts },
            ],
            egress: [
                { ports: [{ protocol: "UDP", port: 53 }, tcp(53)] },
                { ports: [tcp(443)] },
                { to: [{ podSelector: { matchLabels: podLabels } }], ports: [...clusterPorts, tcp(8888)] },
            ],
        });
    });

    it("let a cloud's proxies and probes in by network, and keep a listener closed that was not asked for", () => {
        const { ingress } = networkPolicySpec({
            podLabels,
            access: {
                listeners: ["mqtt"],
                edge: [{ kind: "network", cidr: "130.211.0.0/22" }, { kind: "cluster" }],
                health: [{ kind: "network", cidr: "35.191.0.0/16" }],
                apiServerPorts: [443],
            },
            egress: [],
        });
        assert.deepEqual(ingress, [
            { from: [{ ipBlock: { cidr: "130.211.0.0/22" } }, { namespaceSelector: {} }], ports: [tcp(1883)] },
            { from: [{ namespaceSelector: {} }], ports: [tcp(1884), tcp(8888)] },
            { from: [{ ipBlock: { cidr: "35.191.0.0/16" } }], ports: [tcp(8888)] },
            { from: [{ podSelector: { matchLabels: podLabels } }], ports: clusterPorts },
        ]);
    });

    it("let brokers out to the destinations that were named, by network or by namespace", () => {
        const { egress } = networkPolicySpec({
            podLabels,
            access: { listeners: ["mqtt"], edge: [{ kind: "cluster" }], health: [], apiServerPorts: [443, 6443] },
            egress: [
                { port: 5432, cidr: "198.51.100.7/32" },
                { port: 8080, namespace: "auth" },
            ],
        });
        assert.deepEqual((egress as unknown[]).slice(1), [
            { ports: [tcp(443), tcp(6443)] },
            { to: [{ podSelector: { matchLabels: podLabels } }], ports: [...clusterPorts, tcp(8888)] },
            { to: [{ ipBlock: { cidr: "198.51.100.7/32" } }], ports: [tcp(5432)] },
            {
                to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "auth" } } }],
                ports: [tcp(8080)],
            },
        ]);
    });
});
