import assert from "node:assert/strict";
import { parseSettings } from "../../../stacks/settings/parse";
import { change, problemsOf, rawConfig, type StackConfig, valid } from "../../support";

const within = (config: StackConfig, settings: Record<string, unknown>) => change(config, "vernemq:cluster", settings);
const warningsOf = (config: StackConfig) => parseSettings(rawConfig(config)).warnings.join("\n");
const keysOf = (config: StackConfig) => problemsOf(config).map(({ key }) => key);
/** Public networks, as many as asked for. */
const networks = (count: number) => Array.from({ length: count }, (_, index) => `9.${index}.0.0/16`);

describe("Limits of AWS", () => {
    it("refuse private and reserved networks that may reach the API, each by its place", () => {
        const apiAllowedCidrs = ["9.0.0.0/16", "10.0.0.0/8", "100.64.0.0/24", "169.254.0.0/16", "240.0.0.0/8"];
        assert.deepEqual(
            keysOf(within(valid.eks, { apiAllowedCidrs })),
            [1, 2, 3, 4].map((index) => `vernemq:cluster.apiAllowedCidrs[${index}]`),
        );
        assert.deepEqual(keysOf(within(valid.eks, { apiAllowedCidrs: ["0.0.0.0/0"] })), []);
        // The other clouds take them.
        assert.deepEqual(keysOf(within(valid.gke, { apiAllowedCidrs })), []);
    });

    it("take 40 networks and no more", () => {
        assert.deepEqual(keysOf(within(valid.eks, { apiAllowedCidrs: networks(40) })), []);
        assert.deepEqual(keysOf(within(valid.eks, { apiAllowedCidrs: networks(41) })), [
            "vernemq:cluster.apiAllowedCidrs",
        ]);
    });

    it("say that EKS refuses documentation networks, which examples still have", () => {
        assert.match(warningsOf(valid.eks), /EKS refuses documentation networks: .*203\.0\.113\.0\/24/);
    });

    it("refuse a key of another region", () => {
        const key = (region: string) => `arn:aws:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
        assert.deepEqual(keysOf(within(valid.eks, { kmsKeyArn: key("eu-west-1") })), ["vernemq:cluster.kmsKeyArn"]);
        assert.deepEqual(keysOf(within(valid.eks, { kmsKeyArn: key("eu-central-1") })), []);
    });

    it("count a security group's rules by listener and network", () => {
        const allowing = (count: number) =>
            warningsOf(
                change(valid.eks, "vernemq:edge", { listeners: ["mqtts", "wss"], allowedCidrs: networks(count) }),
            );
        assert.doesNotMatch(allowing(30), /inbound rules/);
        assert.match(allowing(31), /62 inbound rules, and AWS allows 60/);
    });

    it("warn of instances that forget a connection before the edge does", () => {
        const on = (instanceType: string, edge: Record<string, unknown>) =>
            warningsOf(
                change(
                    { ...within(valid.eks, { systemNodes: { instanceType } }), "vernemq:certificate": pem },
                    "vernemq:edge",
                    { terminateTls: "haproxy", ...edge },
                ),
            );
        // 350 s on Nitro v6: a keepalive of 240 s is waited for 390 s.
        assert.match(on("m8i.large", { keepaliveSeconds: 240 }), /m8i\.large forget a connection .* 350 s/);
        assert.doesNotMatch(on("m8i.large", { keepaliveSeconds: 240, tcpKeepalive: true }), /forget/);
        assert.doesNotMatch(on("m8i.large", { keepaliveSeconds: 60 }), /forget/);
        assert.doesNotMatch(on("m7i.large", { keepaliveSeconds: 240 }), /forget/);
        assert.doesNotMatch(on("m8g.large", { keepaliveSeconds: 240 }), /forget/);
    });
});

const pem = { source: "self-signed" };

describe("Limits of Google Cloud", () => {
    it("take 50 authorized networks for certain, and 100 at most", () => {
        const allowing = (count: number) => within(valid.gke, { apiAllowedCidrs: networks(count) });
        assert.doesNotMatch(warningsOf(allowing(50)), /authorized networks/);
        assert.match(warningsOf(allowing(51)), /authorized networks/);
        assert.deepEqual(keysOf(allowing(100)), []);
        assert.deepEqual(keysOf(allowing(101)), ["vernemq:cluster.apiAllowedCidrs"]);
    });
});

describe("Limits of AKS", () => {
    const system = (vmSize: string) => keysOf(within(valid.aks, { systemNodes: { vmSize } }));

    it("refuse system nodes with less than 4 vCPUs or of the B series", () => {
        for (const vmSize of ["Standard_D2s_v5", "Standard_B8ms"]) {
            assert.deepEqual(system(vmSize), ["vernemq:cluster.systemNodes.vmSize"], vmSize);
        }
        assert.deepEqual(system("Standard_D4s_v5"), []);
        assert.deepEqual(keysOf(within(valid.aks, { brokerNodes: { vmSize: "Standard_B8ms" } })), []);
    });
});

describe("Limits of DigitalOcean", () => {
    it("leave the control plane firewall to accounts that have it", () => {
        const { region, version } = valid.doks["vernemq:cluster"];
        const open = { ...valid.doks, "vernemq:cluster": { region, version } };
        assert.deepEqual(keysOf(open), []);
        assert.match(warningsOf(open), /API is open to the whole internet/);
        assert.match(warningsOf(valid.doks), /by invitation only/);
    });

    it("document 100 nodes of a load balancer in one place and 200 in another", () => {
        assert.doesNotMatch(warningsOf(within(valid.doks, { loadBalancerNodes: 100 })), /at most 100/);
        assert.match(warningsOf(within(valid.doks, { loadBalancerNodes: 101 })), /at most 100 .* its guide 200/);
        assert.deepEqual(keysOf(within(valid.doks, { loadBalancerNodes: 201 })), ["vernemq:cluster.loadBalancerNodes"]);
    });
});

describe("A node", () => {
    it("forgets a connection after a day of silence, so no keepalive is longer unless TCP keepalives are sent", () => {
        const every = (keepaliveSeconds: number, tcpKeepalive = false) =>
            keysOf(change(valid.existing, "vernemq:edge", { keepaliveSeconds, tcpKeepalive }));
        // kube-proxy's default is 24 h: 57,599 s times 1.5 is one and a half seconds less.
        assert.deepEqual(every(57_599), []);
        assert.deepEqual(every(57_601), ["vernemq:edge.keepaliveSeconds"]);
        assert.deepEqual(every(65_535, true), []);
    });
});
