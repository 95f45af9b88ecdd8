import assert from "node:assert/strict";
import { digitalocean } from "../../../simulation/digitalocean";
import { digitaloceanServiceRules } from "../../../simulation/digitalocean/services";
import { customResources } from "../../../simulation/kubernetes/custom-resources";
import type { Properties, Rule, SimulatedResource, World } from "../../../simulation/provider";
import { change, valid, tryPlan } from "../../support";

const nothing: World = { resources: [], resolve: () => undefined };

function resource(type: string, inputs: Properties): SimulatedResource {
    return { type, name: "it", inputs, symbol: (property) => `\${it.${property}}` };
}

/** The properties that break a rule of a type. */
function broken(rules: readonly Rule[] | undefined, inputs: Properties, world = nothing): string[] {
    return (rules ?? []).flatMap((rule) => rule.brokenBy(resource("type", inputs), world) ?? []);
}

function refused(type: string, inputs: Properties, world = nothing): string[] {
    const model = digitalocean.models[type] ?? customResources[type];
    assert.ok(model !== undefined, type);
    return broken(model.rules, inputs, world);
}

describe("the simulated DigitalOcean", () => {
    const vpc = { name: "vernemq", region: "fra1", ipRange: "10.110.0.0/20" };
    const cluster = {
        region: "fra1",
        version: "1.35.1-do.0",
        nodePool: { size: "s-4vcpu-8gb", nodeCount: 1 },
        maintenancePolicy: { day: "any", startTime: "23:59" },
    };

    for (const [what, change, property] of [
        ["a region that is no slug", { region: "Frankfurt" }, "region"],
        ["a space in a name", { name: "my vpc" }, "name"],
        ["a network larger than /16", { ipRange: "10.0.0.0/15" }, "ipRange"],
        ["a network smaller than /28", { ipRange: "10.110.0.0/29" }, "ipRange"],
        ["a public network", { ipRange: "203.0.113.0/24" }, "ipRange"],
        ["a network that DigitalOcean keeps for itself", { ipRange: "10.244.16.0/20" }, "ipRange"],
        ["10.10.0.0/16 in nyc1", { ipRange: "10.10.16.0/20", region: "nyc1" }, "ipRange"],
        ["a long description", { description: "x".repeat(256) }, "description"],
    ] as const) {
        it(`refuses a VPC with ${what}`, () => {
            assert.deepEqual(refused("digitalocean:index/vpc:Vpc", { ...vpc, ...change }), [property]);
        });
    }

    it("takes a valid VPC, and 10.10.0.0/16 elsewhere", () => {
        assert.deepEqual(refused("digitalocean:index/vpc:Vpc", vpc), []);
        assert.deepEqual(refused("digitalocean:index/vpc:Vpc", { ...vpc, ipRange: "10.10.0.0/20" }), []);
    });

    for (const [what, change, property] of [
        ["version latest", { version: "latest" }, "version"],
        ["no node", { nodePool: { size: "s-4vcpu-8gb", nodeCount: 0 } }, "nodePool.nodeCount"],
        ["a machine type of another cloud", { nodePool: { size: "m7i.2xlarge", nodeCount: 1 } }, "nodePool.size"],
        ["a maintenance day that is none", { maintenancePolicy: { day: "someday" } }, "maintenancePolicy.day"],
        ["a time of day that is none", { maintenancePolicy: { startTime: "24:00" } }, "maintenancePolicy.startTime"],
        ["a tag with a dot", { tags: ["fine", "not.fine"] }, "tags[1]"],
        [
            "an IPv6 network at its API",
            { controlPlaneFirewall: { allowedAddresses: ["203.0.113.0/24", "2001:db8::/32"] } },
            "controlPlaneFirewall.allowedAddresses[1]",
        ],
    ] as const) {
        it(`refuses a cluster with ${what}`, () => {
            const inputs = { ...cluster, ...change };
            assert.deepEqual(refused("digitalocean:index/kubernetesCluster:KubernetesCluster", inputs), [property]);
        });
    }

    it("refuses a cluster in another region than its VPC", () => {
        const world = { ...nothing, resolve: () => resource("digitalocean:index/vpc:Vpc", { region: "ams3" }) };
        const inputs = { ...cluster, vpcUuid: "${vpc.id}" };
        assert.deepEqual(refused("digitalocean:index/kubernetesCluster:KubernetesCluster", inputs, world), ["vpcUuid"]);
        assert.deepEqual(refused("digitalocean:index/kubernetesCluster:KubernetesCluster", inputs), []);
    });

    it("refuses a taint with an effect that is none", () => {
        const pool = { size: "c-4", nodeCount: 1, taints: [{ key: "a", value: "b", effect: "Never" }] };
        assert.deepEqual(refused("digitalocean:index/kubernetesNodePool:KubernetesNodePool", pool), ["taints[0]"]);
    });

    it("refuses an A record that leads to a name, and lets an address through that is not known yet", () => {
        const record = { type: "A", domain: "example.com", name: "mqtt", ttl: 60 };
        const type = "digitalocean:index/dnsRecord:DnsRecord";
        assert.deepEqual(refused(type, { ...record, value: "lb.example.com" }), ["value"]);
        assert.deepEqual(refused(type, { ...record, value: "${service.ip}" }), []);
        assert.deepEqual(refused(type, { ...record, value: "203.0.113.7" }), []);
    });

    it("replaces a cluster with its region, its VPC or the size of its default pool, and not with its version", () => {
        const replaced = digitalocean.models["digitalocean:index/kubernetesCluster:KubernetesCluster"]?.replaceOn ?? [];
        for (const property of ["region", "vpcUuid", "nodePool.size"]) {
            assert.ok(replaced.includes(property), property);
        }
        assert.equal(replaced.includes("version"), false);
    });

    it("finds a load balancer only by the name of one that was created", () => {
        const find = digitalocean.functions?.["digitalocean:index/getLoadBalancer:getLoadBalancer"];
        assert.throws(() => find?.({ name: "other" }, nothing), /no load balancer with the name other/);
    });

    it("refuses what its cloud controller manager does not understand in a Service", () => {
        const prefix = "service.beta.kubernetes.io/do-loadbalancer-";
        const annotated = (name: string, value: unknown) =>
            broken(digitaloceanServiceRules, { metadata: { annotations: { [`${prefix}${name}`]: value } } });
        for (const [name, value] of [
            ["type", "GLOBAL"],
            ["network", "PRIVATE"],
            ["protocol", "tls"],
            ["enable-proxy-protocol", true],
            ["size-unit", "0"],
            ["size-unit", "201"],
            ["name", "ends-with-"],
        ] as const) {
            assert.deepEqual(annotated(name, value), [`metadata.annotations.${prefix}${name}`], name);
        }
        assert.deepEqual(annotated("size-unit", "200"), []);
        assert.deepEqual(broken(digitaloceanServiceRules, { metadata: { name: "plain" } }), []);
    });

    it("refuses in a plan what it would refuse after minutes of an update", async () => {
        const { rejections } = await tryPlan(change(valid.doks, "vernemq:cluster", { vpcCidr: "10.244.0.0/20" }));
        assert.deepEqual(
            rejections.map(({ name, property, value }) => [name, property, value]),
            [["vernemq-cluster-vpc", "ipRange", "10.244.0.0/20"]],
        );
    });
});

describe("the simulated controllers of MetalLB and cert-manager", () => {
    const pool = "kubernetes:metallb.io/v1beta1:IPAddressPool";
    const certificate = "kubernetes:cert-manager.io/v1:Certificate";

    it("refuse a pool of anything but addresses, and ranges that overlap", () => {
        assert.deepEqual(refused(pool, { spec: { addresses: ["192.0.2.0/28", "host"] } }), ["spec.addresses[1]"]);
        assert.deepEqual(refused(pool, { spec: { addresses: ["192.0.2.0/28", "192.0.2.15-192.0.2.20"] } }), [
            "spec.addresses",
        ]);
        assert.deepEqual(refused(pool, { spec: { addresses: ["192.0.2.0/28", "192.0.2.16-192.0.2.20"] } }), []);
    });

    it("refuse a router without an address, and an AS number over 32 bits", () => {
        const peer = { myASN: 64500, peerASN: 2 ** 32, peerAddress: "router" };
        assert.deepEqual(refused("kubernetes:metallb.io/v1beta2:BGPPeer", { spec: peer }), [
            "spec.peerASN",
            "spec.peerAddress",
        ]);
    });

    it("refuse a certificate without names, from no kind of issuer, with a key of no length", () => {
        const spec = { issuerRef: { name: "ca", kind: "Authority" }, privateKey: { algorithm: "ECDSA", size: 2048 } };
        const awaited = { annotations: { "pulumi.com/waitFor": "condition=Ready" } };
        assert.deepEqual(refused(certificate, { metadata: awaited, spec: { ...spec, secretName: "tls" } }), [
            "spec.dnsNames",
            "spec.issuerRef.kind",
            "spec.privateKey.size",
        ]);
    });
});
