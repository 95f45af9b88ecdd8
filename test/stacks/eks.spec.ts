import assert from "node:assert/strict";
import { encryptedPair } from "../certificates";
import { change, childrenOf, only, planOf, valid, type StackConfig } from "../support";

const pem = {
    source: "pem",
    pem: encryptedPair,
};

const withEdge = (settings: object, base: StackConfig = valid.eks) => change(base, "vernemq:edge", { ...settings });
const withPem = change(valid.eks, "vernemq:certificate", pem);

function withoutDns(config: StackConfig): StackConfig {
    return Object.fromEntries(Object.entries(config).filter(([group]) => group !== "vernemq:dns"));
}

/** The components of a stack, and nothing that is not in one. */
async function componentsOf(config: StackConfig) {
    const plan = await planOf(config);
    return childrenOf(plan, only(plan, "pulumi:pulumi:Stack"));
}

const common = ["vernemq:broker:Broker vernemq", "vernemq:cluster:EksCluster vernemq-cluster"];
const balancer = "vernemq:edge:NetworkLoadBalancer vernemq-edge";
const haproxy = "vernemq:edge:HaproxyTier vernemq-haproxy";
const issued = "vernemq:certificate:AcmCertificate vernemq-acm";
const imported = "vernemq:certificate:AcmImport vernemq-acm";
const inCluster = "vernemq:certificate:PemSecret vernemq-certificate-secret";
const record = "vernemq:dns:Route53Alias vernemq-dns";

describe("a stack of target eks", () => {
    const chains: Readonly<Record<string, readonly [StackConfig, readonly string[]]>> = {
        "terminates TLS at the load balancer and keeps affinity in HAProxy": [
            valid.eks,
            [balancer, haproxy, issued, record],
        ],
        "terminates TLS in HAProxy with your own certificate": [
            withEdge({ terminateTls: "haproxy" }, withPem),
            [balancer, haproxy, inCluster, record],
        ],
        "serves your own certificate at the load balancer": [
            withEdge({ terminateTls: "cloud" }, withPem),
            [balancer, haproxy, imported, record],
        ],
        "needs no HAProxy without affinity": [withEdge({ affinity: "none" }), [balancer, issued, record]],
        "keeps affinity by client id in HAProxy": [
            withEdge({ affinity: "client-id" }),
            [balancer, haproxy, issued, record],
        ],
        "keeps an internal load balancer out of public DNS": [
            withoutDns(withEdge({ exposure: "internal", terminateTls: "cloud" }, withPem)),
            [balancer, haproxy, imported],
        ],
        "offers HAProxy inside the cluster alone, behind a ClusterIP": [
            withoutDns(withEdge({ exposure: "cluster-ip" }, withPem)),
            [haproxy, inCluster, "vernemq:edge:ServiceEntrance vernemq-edge"],
        ],
        "has no edge where none is requested": [
            withoutDns(withEdge({ exposure: "none", listeners: ["mqtt"], affinity: "none" })),
            [],
        ],
    };

    for (const [claim, [config, components]] of Object.entries(chains)) {
        it(claim, async () => {
            assert.deepEqual(await componentsOf(config), [...common, ...components].sort());
        });
    }

    it("puts out where devices connect, the address, the secret kubeconfig and the route", async () => {
        const outputs = only(await planOf(valid.eks), "pulumi:pulumi:Stack").outputs ?? {};
        assert.deepEqual(outputs["endpoints"], {
            mqtts: "mqtts://mqtt.example.com:8883",
            wss: "wss://mqtt.example.com:443/mqtt",
        });
        assert.equal(outputs["address"], "${vernemq-edge-nlb.dnsName}");
        assert.equal(outputs["clusterName"], "vernemq-test-638e11");
        assert.equal(outputs["kubeconfig"], "[secret]");
        assert.equal(outputs["ca"], undefined);
    });

    it("lets only the load balancer's subnets reach brokers that it talks to itself", async () => {
        const sourcesOf = async (config: StackConfig) => {
            const policy = only(
                await planOf(config),
                "kubernetes:networking.k8s.io/v1:NetworkPolicy",
                "vernemq-network-policy",
            );
            const { ingress } = policy.inputs["spec"] as { ingress: { from: unknown }[] };
            return ingress[0]?.from;
        };
        const networks = (cidrs: readonly string[]) => cidrs.map((cidr) => ({ ipBlock: { cidr } }));
        const direct = withEdge({ affinity: "none" });
        assert.deepEqual(await sourcesOf(direct), networks(["10.0.224.0/22", "10.0.228.0/22", "10.0.232.0/22"]));
        const vpc = {
            vpcId: "vpc-0123456789abcdef0",
            privateSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
            publicSubnetIds: ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
        };
        assert.deepEqual(
            await sourcesOf(change(direct, "vernemq:cluster", { vpc })),
            networks(vpc.publicSubnetIds.map((id) => `\${${id}.cidrBlock}`)),
        );
    });

    it("is the same to the byte when planned again", async () => {
        assert.equal(JSON.stringify(await planOf(valid.eks)), JSON.stringify(await planOf(valid.eks)));
    });
});
