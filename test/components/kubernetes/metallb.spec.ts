import assert from "node:assert/strict";
import { change, childrenOf, only, originLabels, planOf, valid, type StackConfig, tryPlan } from "../../support";

const metallb = { addresses: ["192.0.2.10-192.0.2.20", "198.51.100.0/28"] };
const routers = [
    { myAsn: 64500, peerAsn: 64501, peerAddress: "192.0.2.1" },
    { myAsn: 64500, peerAsn: 64502, peerAddress: "192.0.2.2" },
];

function withMetalLb(settings: Readonly<Record<string, unknown>>, cluster: object = {}): StackConfig {
    return change(valid.existing, "vernemq:cluster", { ...cluster, metallb: { ...metallb, ...settings } });
}

describe("MetalLB", () => {
    it("is a privileged namespace, the pinned chart, a pool and an advertisement in layer 2 mode", async () => {
        const plan = await planOf(withMetalLb({}));
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:cluster:MetalLb")), [
            "kubernetes:core/v1:Namespace vernemq-metallb-namespace",
            "kubernetes:helm.sh/v3:Release vernemq-metallb-release",
            "kubernetes:metallb.io/v1beta1:IPAddressPool vernemq-metallb-pool",
            "kubernetes:metallb.io/v1beta1:L2Advertisement vernemq-metallb-advertisement",
        ]);
        assert.deepEqual(only(plan, "kubernetes:core/v1:Namespace", "vernemq-metallb-namespace").inputs["metadata"], {
            name: "metallb-system",
            labels: {
                ...originLabels,
                "pod-security.kubernetes.io/audit": "privileged",
                "pod-security.kubernetes.io/enforce": "privileged",
                "pod-security.kubernetes.io/warn": "privileged",
            },
        });
        const release = only(plan, "kubernetes:helm.sh/v3:Release", "vernemq-metallb-release").inputs;
        assert.deepEqual(
            [release["chart"], release["version"], release["repositoryOpts"], release["values"]],
            [
                "metallb",
                "0.16.1",
                { repo: "https://metallb.github.io/metallb" },
                { frrk8s: { enabled: false }, speaker: { tolerations: [] } },
            ],
        );
        assert.deepEqual(only(plan, "kubernetes:metallb.io/v1beta1:IPAddressPool").inputs["spec"], metallb);
        assert.deepEqual(only(plan, "kubernetes:metallb.io/v1beta1:L2Advertisement").inputs["spec"], {
            ipAddressPools: ["vernemq"],
        });
    });

    it("talks to each router in BGP mode, by way of FRR", async () => {
        const plan = await planOf(withMetalLb({ mode: "bgp", bgpPeers: routers }));
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:cluster:MetalLb")), [
            "kubernetes:core/v1:Namespace vernemq-metallb-namespace",
            "kubernetes:helm.sh/v3:Release vernemq-metallb-release",
            "kubernetes:metallb.io/v1beta1:BGPAdvertisement vernemq-metallb-advertisement",
            "kubernetes:metallb.io/v1beta1:IPAddressPool vernemq-metallb-pool",
            "kubernetes:metallb.io/v1beta2:BGPPeer vernemq-metallb-router-1",
            "kubernetes:metallb.io/v1beta2:BGPPeer vernemq-metallb-router-2",
        ]);
        assert.deepEqual(
            only(plan, "kubernetes:metallb.io/v1beta2:BGPPeer", "vernemq-metallb-router-2").inputs["spec"],
            { myASN: 64500, peerASN: 64502, peerAddress: "192.0.2.2" },
        );
        const release = only(plan, "kubernetes:helm.sh/v3:Release", "vernemq-metallb-release").inputs;
        assert.deepEqual(release["values"], {
            frrk8s: { enabled: true },
            "frr-k8s": { frrk8s: { tolerations: [] } },
            speaker: { tolerations: [] },
        });
    });

    it("lets its speakers onto VerneMQ's tainted nodes, or an HAProxy there would never be announced", async () => {
        const plan = await planOf(withMetalLb({}, { brokerNodeTaint: { key: "mqtt", value: "yes" } }));
        const release = only(plan, "kubernetes:helm.sh/v3:Release", "vernemq-metallb-release").inputs;
        assert.deepEqual(release["values"], {
            frrk8s: { enabled: false },
            speaker: { tolerations: [{ key: "mqtt", operator: "Equal", value: "yes", effect: "NoSchedule" }] },
        });
    });

    it("gives the edge the requested address, once pool and advertisement are there", async () => {
        const plan = await planOf(change(withMetalLb({}), "vernemq:edge", { address: "192.0.2.12" }));
        const service = only(plan, "kubernetes:core/v1:Service", "vernemq-edge-service");
        assert.deepEqual((service.inputs["metadata"] as Record<string, unknown>)["annotations"], {
            "metallb.io/address-pool": "vernemq",
            "metallb.io/loadBalancerIPs": "192.0.2.12",
        });
        const dependencies = service.dependencies.map((urn) => urn.split("::").at(-1));
        assert.ok(dependencies.includes("vernemq-metallb-pool"));
        assert.ok(dependencies.includes("vernemq-metallb-advertisement"));
    });

    it("is not asked for an address that it does not have", async () => {
        const { rejections } = await tryPlan(change(withMetalLb({}), "vernemq:edge", { address: "192.0.2.21" }));
        assert.deepEqual(
            rejections.map(({ name, rule }) => [name, rule]),
            [["vernemq-edge-service", "MetalLB gives only addresses of its pools"]],
        );
    });
});
