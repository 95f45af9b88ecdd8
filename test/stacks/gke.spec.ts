import assert from "node:assert/strict";
import { encryptedPair } from "../certificates";
import { change, childrenOf, only, planOf, valid, type StackConfig } from "../support";

const pem = {
    source: "pem",
    pem: encryptedPair,
};

const withEdge = (settings: object, base: StackConfig = valid.gke) => change(base, "vernemq:edge", { ...settings });
const withPem = change(valid.gke, "vernemq:certificate", pem);

function withoutDns(config: StackConfig): StackConfig {
    return Object.fromEntries(Object.entries(config).filter(([group]) => group !== "vernemq:dns"));
}

/** The components of a stack, and nothing that is not in one. */
async function componentsOf(config: StackConfig) {
    const plan = await planOf(config);
    return childrenOf(plan, only(plan, "pulumi:pulumi:Stack"));
}

const common = ["vernemq:broker:Broker vernemq", "vernemq:cluster:GkeCluster vernemq-cluster"];
const record = "vernemq:dns:CloudDnsRecord vernemq-dns";
const certificate = "vernemq:certificate:GoogleCertificate vernemq-certificate-manager";
const haproxy = "vernemq:edge:HaproxyTier vernemq-haproxy";
const proxy = "vernemq:edge:GoogleProxyLoadBalancer vernemq-edge";

describe("a stack of target gke", () => {
    it("needs nothing between Google's proxy and VerneMQ", async () => {
        assert.deepEqual(await componentsOf(valid.gke), [...common, certificate, record, proxy].sort());
    });

    it("puts HAProxy behind Google's proxy for affinity by client id", async () => {
        assert.deepEqual(
            await componentsOf(withEdge({ affinity: "client-id" })),
            [...common, certificate, record, proxy, haproxy].sort(),
        );
    });

    it("lets HAProxy terminate TLS behind the passthrough load balancer", async () => {
        assert.deepEqual(
            await componentsOf(withEdge({ terminateTls: "haproxy" }, withPem)),
            [
                ...common,
                record,
                haproxy,
                "vernemq:certificate:PemSecret vernemq-certificate-secret",
                "vernemq:edge:GooglePassthroughLoadBalancer vernemq-edge",
            ].sort(),
        );
    });

    it("offers HAProxy inside the cluster alone, behind a ClusterIP", async () => {
        assert.deepEqual(
            await componentsOf(withoutDns(withEdge({ exposure: "cluster-ip" }, withPem))),
            [
                ...common,
                haproxy,
                "vernemq:certificate:PemSecret vernemq-certificate-secret",
                "vernemq:edge:ServiceEntrance vernemq-edge",
            ].sort(),
        );
    });

    it("has no edge where none is wanted", async () => {
        const config = withEdge({ exposure: "none", listeners: ["mqtt"], affinity: "none", host: undefined });
        assert.deepEqual(await componentsOf(withoutDns(config)), common);
    });

    it("lets the brokers take connections and health checks from Google's proxies only where those come to them", async () => {
        const google = ["35.191.0.0/16", "130.211.0.0/22"].map((cidr) => ({ ipBlock: { cidr } }));
        const ingressOf = async (config: StackConfig) => {
            const policy = only(
                await planOf(config),
                "kubernetes:networking.k8s.io/v1:NetworkPolicy",
                "vernemq-network-policy",
            );
            return (policy.inputs["spec"] as { ingress: { from: object[]; ports: { port: number }[] }[] }).ingress;
        };
        const direct = await ingressOf(valid.gke);
        assert.deepEqual(
            direct.filter(({ from }) => JSON.stringify(from) === JSON.stringify(google)).map(({ ports }) => ports),
            [
                [
                    { port: 1883, protocol: "TCP" },
                    { port: 8080, protocol: "TCP" },
                ],
                [{ port: 8888, protocol: "TCP" }],
            ],
        );
        const behindHaproxy = await ingressOf(withEdge({ affinity: "client-id" }));
        assert.ok(!JSON.stringify(behindHaproxy).includes("ipBlock"));
    });

    it("exports the address and the kubeconfig as a secret", async () => {
        const { outputs } = only(await planOf(valid.gke), "pulumi:pulumi:Stack");
        assert.equal(outputs?.["address"], "${vernemq-edge-address.address}");
        assert.equal(outputs["clusterName"], "vernemq-test");
        assert.equal(outputs["kubeconfig"], "[secret]");
        assert.ok(!("ca" in outputs));
    });

    it("is the same to the byte when planned again", async () => {
        for (const config of [
            valid.gke,
            withEdge({ affinity: "client-id" }),
            withEdge({ listeners: ["mqtt", "wss"] }),
        ]) {
            assert.equal(JSON.stringify(await planOf(config)), JSON.stringify(await planOf(config)));
        }
    });
});
