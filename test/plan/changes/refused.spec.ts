import assert from "node:assert/strict";
import { compare } from "../../../plan/changes/from-comparison";
import { rejectedChanges } from "../../../plan/changes/refused";
import { loadUpdateRules } from "../../../plan/changes/update-rules";
import { isLower, minorSteps } from "../../../simulation/versions";
import { change, planOf, valid, type StackConfig } from "../../support";

async function between(from: StackConfig, to: StackConfig) {
    const [before, after] = [await planOf(from), await planOf(to)];
    const rules = await loadUpdateRules([...before.resources, ...after.resources]);
    const { changes } = compare(before, after, rules);
    const refused = await rejectedChanges(before.resources, after.resources, changes);
    return {
        replaced: changes.filter(({ action }) => action === "replace").map(({ name }) => name),
        refused: refused.map(({ name, property }) => `${name}: ${property}`),
    };
}

const cluster = (settings: object) => change(valid.eks, "vernemq:cluster", { ...settings });
const controlPlane = "vernemq-cluster-control-plane";
const network = ["vernemq-edge-mqtts-listener", "vernemq-edge-nlb", "vernemq-edge-wss-listener"];
const ofEdge = (names: readonly string[]) => names.filter((name) => network.includes(name)).sort();

describe("A change that AWS cannot make of a running cluster is refused", () => {
    it("a version that goes down or skips one, and not the next one", async () => {
        const from = cluster({ version: "1.34" });
        for (const [version, refused] of [
            ["1.33", [`${controlPlane}: version`]],
            ["1.36", [`${controlPlane}: version`]],
            ["1.35", []],
        ] as const) {
            assert.deepEqual((await between(from, cluster({ version }))).refused, refused, version);
        }
    });

    it("another zone, and not one zone less", async () => {
        const [two, three] = [cluster({ zones: ["a", "b"] }), cluster({ zones: ["a", "b", "c"] })];
        assert.deepEqual((await between(two, three)).refused, [`${controlPlane}: vpcConfig.subnetIds`]);
        assert.deepEqual((await between(three, two)).refused, []);
    });

    it("another KMS key", async () => {
        const own = cluster({
            kmsKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000",
        });
        assert.deepEqual((await between(valid.eks, own)).refused, [
            `${controlPlane}: encryptionConfig.provider.keyArn`,
        ]);
    });
});

describe("A change that another cloud cannot make of a running cluster is refused", () => {
    const of = (config: StackConfig, settings: object) => change(config, "vernemq:cluster", { ...settings });

    // "Downgrades are not supported.": https://learn.microsoft.com/azure/aks/supported-kubernetes-versions#faq
    it("a lower version on AKS, and not a higher one", async () => {
        const [lower, higher] = [of(valid.aks, { version: "1.34" }), of(valid.aks, { version: "1.35" })];
        assert.deepEqual((await between(higher, lower)).refused, ["vernemq-cluster-cluster: kubernetesVersion"]);
        assert.deepEqual((await between(lower, higher)).refused, []);
    });

    // https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-subnet: only where no resources are in the subnet
    it("another network of the nodes on AKS; that of the empty subnet beside them may change", async () => {
        assert.deepEqual((await between(valid.aks, of(valid.aks, { vnetCidr: "10.9.0.0/16" }))).refused, [
            "vernemq-cluster-node-subnet: addressPrefix",
        ]);
    });

    // "The property cannot be disabled.": digitalocean/openapi, cluster_update.yml
    it("a control plane on DOKS without its high availability, and not one with it", async () => {
        const [one, many] = [of(valid.doks, { highAvailability: false }), of(valid.doks, { highAvailability: true })];
        assert.deepEqual((await between(many, one)).refused, ["vernemq-cluster-cluster: ha"]);
        assert.deepEqual((await between(one, many)).refused, []);
    });
});

describe("A target group", () => {
    it("cannot go from an HTTP health check to one of TCP, as the AWS provider itself says", async () => {
        const direct = change(valid.eks, "vernemq:edge", { affinity: "none" });
        assert.deepEqual((await between(valid.eks, direct)).refused, [
            "vernemq-edge-mqtts: healthCheck.protocol",
            "vernemq-edge-wss: healthCheck.protocol",
        ]);
        assert.deepEqual((await between(direct, valid.eks)).refused, []);
    });
});

describe("A Network Load Balancer", () => {
    it("is replaced with its listeners where its subnets do not only grow", async () => {
        const three = cluster({ zones: ["a", "b", "c"] });
        const two = cluster({ zones: ["a", "b"] });
        assert.deepEqual(ofEdge((await between(three, two)).replaced), network);
        const adopting = (...publicSubnetIds: readonly string[]) =>
            cluster({
                vpc: {
                    vpcId: "vpc-0a1b2c3d4e5f60718",
                    privateSubnetIds: ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
                    publicSubnetIds,
                },
            });
        const [less, more] = [
            adopting("subnet-2a1b2c3d", "subnet-3a1b2c3d"),
            adopting("subnet-2a1b2c3d", "subnet-3a1b2c3d", "subnet-4a1b2c3d"),
        ];
        assert.deepEqual(ofEdge((await between(less, more)).replaced), []);
        assert.deepEqual(ofEdge((await between(more, less)).replaced), network);
    });

    it("is replaced for another zone too, whose subnet has no id yet: the program says so", async () => {
        const [three, other] = [cluster({ zones: ["a", "b", "c"] }), cluster({ zones: ["a", "b", "d"] })];
        assert.deepEqual(ofEdge((await between(three, other)).replaced), network);
    });

    it("is replaced where its subnets are", async () => {
        const other = cluster({ vpcCidr: "10.16.0.0/16" });
        assert.deepEqual(ofEdge((await between(valid.eks, other)).replaced), network);
    });
});

describe("A certificate of AWS", () => {
    /** What becomes of the resources of an example when a setting changes. */
    async function after(settings: StackConfig) {
        const [before, next] = [await planOf(valid.eks), await planOf(settings)];
        const { changes } = compare(before, next, await loadUpdateRules([...before.resources, ...next.resources]));
        return (name: string) => changes.find((change) => change.name === name);
    }

    it("for another host has its validation record before the old one goes, as the provider creates it first", async () => {
        const of = await after(change(valid.eks, "vernemq:edge", { host: "other.example.com" }));
        const record = of("vernemq-acm-validation-record");
        assert.equal(record?.action, "replace");
        // route53's record has no delete-before-replace: with allowOverwrite the new one may even be the old one's twin.
        assert.equal(record.deletedFirst, false);
    });

    it("validated in another zone is the same: the listeners do not change", async () => {
        const of = await after(change(valid.eks, "vernemq:dns", { zone: "Z9876543210ZYXWVUTSRQ" }));
        assert.equal(of("vernemq-acm-validation-record")?.action, "replace");
        assert.deepEqual(
            ["vernemq-edge-mqtts-listener", "vernemq-edge-wss-listener"].map((name) => of(name)?.action),
            [undefined, undefined],
        );
        assert.equal(of("vernemq-acm-certificate"), undefined);
    });
});

describe("A DOKS cluster", () => {
    it("is replaced by one of a lower version, and updated to a higher one", async () => {
        // With automatic upgrades the version is DigitalOcean's own affair.
        const at = (version: string) => change(valid.doks, "vernemq:cluster", { version, automaticUpgrades: false });
        const replaced = async (from: string, to: string) =>
            (await between(at(from), at(to))).replaced.filter((name) => name.endsWith("-cluster"));
        assert.equal((await replaced("1.35.1-do.0", "1.34.5-do.0")).length, 1);
        assert.equal((await replaced("1.34.5-do.0", "1.35.1-do.0")).length, 0);
    });
});

describe("versions of Kubernetes", () => {
    it("are compared number by number", () => {
        assert.ok(isLower("1.10", "1.9"));
        assert.ok(!isLower("1.9", "1.10"));
        assert.ok(isLower("1.35.1-do.1", "1.35.1-do.0"));
        assert.ok(!isLower("1.35", "1.35.4"));
        assert.equal(minorSteps("1.33", "1.35.2"), 2);
    });
});
