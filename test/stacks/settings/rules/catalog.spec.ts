import assert from "node:assert/strict";
import { parseSettings } from "../../../../stacks/settings/parse";
import { change, problemsOf, rawConfig, type StackConfig, valid } from "../../../support";

describe("Machines of another cloud", () => {
    it("are refused for either pool, naming both clouds", () => {
        const found = [
            problemsOf(change(valid.eks, "vernemq:cluster", { brokerNodes: { instanceType: "n2-standard-8" } })),
            problemsOf(change(valid.gke, "vernemq:cluster", { systemNodes: { machineType: "Standard_D4s_v5" } })),
            problemsOf(change(valid.aks, "vernemq:cluster", { brokerNodes: { vmSize: "s-4vcpu-8gb" } })),
            problemsOf(change(valid.doks, "vernemq:cluster", { systemNodes: { size: "m7i.large" } })),
        ].map((problems) => problems.map(({ key, rule }) => `${key}: ${rule}`));
        assert.deepEqual(found, [
            ["vernemq:cluster.brokerNodes.instanceType: it is a machine of Google Cloud, and this cluster is on AWS"],
            ["vernemq:cluster.systemNodes.machineType: it is a machine of Azure, and this cluster is on Google Cloud"],
            ["vernemq:cluster.brokerNodes.vmSize: it is a machine of DigitalOcean, and this cluster is on Azure"],
            ["vernemq:cluster.systemNodes.size: it is a machine of AWS, and this cluster is on DigitalOcean"],
        ]);
    });

    it("are not taken for what is merely unknown, which the plan warns of", () => {
        const unknown = change(valid.eks, "vernemq:cluster", { brokerNodes: { instanceType: "z9z.megalarge" } });
        assert.deepEqual(problemsOf(unknown), []);
    });
});

const november = new Date("2026-11-28T00:00:00Z");

function warningsOf(config: StackConfig, now?: Date): readonly string[] {
    return parseSettings(rawConfig(config), now).warnings;
}

function zonesOf(config: StackConfig): unknown {
    return parseSettings(rawConfig(config)).cluster["zones"];
}

const within = (config: StackConfig, settings: Record<string, unknown>) => change(config, "vernemq:cluster", settings);

describe("Zones of a region", () => {
    // As each cloud's own pages list them: see the sources in components/<cloud>/catalog.json.
    const defaults: readonly (readonly [string, StackConfig, readonly string[]])[] = [
        ["eu-central-1", valid.eks, ["a", "b", "c"]],
        ["us-west-1, which has two", { ...valid.eks, "aws:region": "us-west-1" }, ["a", "c"]],
        ["ca-central-1, whose c EKS does not take", { ...valid.eks, "aws:region": "ca-central-1" }, ["a", "b", "d"]],
        ["ap-northeast-1, whose b is closed", { ...valid.eks, "aws:region": "ap-northeast-1" }, ["a", "c", "d"]],
        ["europe-west3", valid.gke, ["a", "b", "c"]],
        ["europe-west1", { ...valid.gke, "gcp:region": "europe-west1" }, ["b", "c", "d"]],
        ["us-east1", { ...valid.gke, "gcp:region": "us-east1" }, ["b", "c", "d"]],
        ["westeurope", valid.aks, ["1", "2", "3"]],
        ["northcentralus, which has none", { ...valid.aks, "azure-native:location": "northcentralus" }, []],
    ];
    for (const [region, config, zones] of defaults) {
        it(`are the default in ${region}`, () => {
            assert.deepEqual(zonesOf(config), zones);
        });
    }

    it("give way to zones that are written", () => {
        assert.deepEqual(zonesOf(within(valid.eks, { zones: ["b", "c"] })), ["b", "c"]);
    });

    it("are no setting where a VPC is adopted", () => {
        const vpc = {
            vpcId: "vpc-0123456789abcdef0",
            privateSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
            publicSubnetIds: ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
        };
        assert.deepEqual(problemsOf({ ...within(valid.eks, { vpc }), "aws:region": "ca-central-1" }), []);
    });

    it("are refused where the region is known not to have them", () => {
        const found = [
            problemsOf(within({ ...valid.gke, "gcp:region": "europe-west1" }, { zones: ["a", "b"] })),
            problemsOf(within({ ...valid.eks, "aws:region": "ca-central-1" }, { zones: ["a", "c"] })),
            problemsOf(within({ ...valid.aks, "azure-native:location": "ukwest" }, { zones: ["1"] })),
        ].map((problems) => problems.map(({ key, value, remedy }) => ({ key, value, remedy })));
        const key = "vernemq:cluster.zones";
        assert.deepEqual(found, [
            [{ key, value: "a", remedy: "use some of b, c, d" }],
            [{ key, value: "c", remedy: "use some of a, b, d" }],
            [{ key, value: "1", remedy: "leave it out: the region has no zones" }],
        ]);
    });

    it("are refused where EKS takes no subnets, by AWS's own word", () => {
        // https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html: cac1-az3 of ca-central-1
        const [problem] = problemsOf(within({ ...valid.eks, "aws:region": "ca-central-1" }, { zones: ["a", "c"] }));
        assert.match(
            problem?.rule ?? "",
            /^Amazon EKS takes no subnets in zone c of ca-central-1 \(https:\/\/docs\.aws\.amazon\.com\/eks\/latest\/userguide\/network-reqs\.html/,
        );
    });

    it("are warned of where the cloud may have them since, or the letters differ by account", () => {
        const later = { ...valid.gke, "gcp:region": "europe-west1" };
        assert.match(
            warningsOf(within(later, { zones: ["b", "e"] })).join("\n"),
            /Zone e of europe-west1 is not in this version's tables \(as of 2026-11\); Google Cloud may have it \(cluster\.zones\)/,
        );
        const byAccount = within({ ...valid.eks, "aws:region": "us-west-1" }, { zones: ["a", "b"] });
        assert.match(warningsOf(byAccount).join("\n"), /Zone b of us-west-1 is not in this version's tables/);
        assert.match(warningsOf(byAccount).join("\n"), /takes no subnets in zone usw1-az2 of us-west-1/);
    });
});

describe("A place that no table knows", () => {
    const unknown: readonly (readonly [string, StackConfig])[] = [
        ["Region eu-nowhere-9", { ...valid.eks, "aws:region": "eu-nowhere-9" }],
        ["Region europe-west99", { ...valid.gke, "gcp:region": "europe-west99" }],
        ["Region atlantis", { ...valid.aks, "azure-native:location": "atlantis" }],
        ["Region xyz9", within(valid.doks, { region: "xyz9" })],
        ["Machine z9z.megalarge", within(valid.eks, { brokerNodes: { instanceType: "z9z.megalarge" } })],
        ["Machine z9-standard-8", within(valid.gke, { brokerNodes: { machineType: "z9-standard-8" } })],
        ["Machine Standard_Z8s_v9", within(valid.aks, { brokerNodes: { vmSize: "Standard_Z8s_v9" } })],
        ["Machine zz-8vcpu-32gb", within(valid.doks, { brokerNodes: { size: "zz-8vcpu-32gb" } })],
        ["Kubernetes 1.99", within(valid.eks, { version: "1.99" })],
        ["Kubernetes 1.99", within(valid.aks, { version: "1.99" })],
        ["Kubernetes 1.99", within(valid.doks, { version: "1.99.1-do.0" })],
    ];
    for (const [what, config] of unknown) {
        it(`is a warning with the table's date: ${what} on ${String(config["vernemq:target"])}`, () => {
            assert.deepEqual(problemsOf(config), []);
            // For a table of a repository the month of its commit counts.
            const asOf = new RegExp(`^${what} is not in this version's tables \\(as of 2026-(08|11)\\); `);
            assert.ok(warningsOf(config).some((text) => asOf.test(text)));
        });
    }

    it("is none of what the examples and their defaults name", () => {
        for (const config of [valid.eks, valid.gke, valid.aks, valid.doks]) {
            assert.deepEqual(
                warningsOf(config, november).filter((text) => /this version's tables|ended on/.test(text)),
                [],
            );
        }
    });
});

describe("Support of a Kubernetes version", () => {
    const text = (version: string, today: string) =>
        warningsOf(within(valid.eks, { version }), new Date(`${today}T12:00:00Z`)).filter((line) =>
            line.includes("upport of Kubernetes"),
        );

    // https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html: 1.33 until July 29, 2026, extended until July 29, 2027.
    it("is not mentioned before its end", () => {
        assert.deepEqual(text("1.33", "2026-07-29"), []);
    });

    it("costs extra after the standard one", () => {
        assert.match(text("1.33", "2026-07-30").join(), /^Standard support .* ended on 2026-07-29; until 2027-07-29/);
    });

    it("is over after the extended one", () => {
        assert.match(text("1.33", "2027-07-30").join(), /ended on 2027-07-29: no new cluster is created with it/);
    });

    it("is over for what is older than the table, once it is over for the oldest", () => {
        // Of 1.29 it ended on March 23, 2026, of 1.30 on July 23, 2026.
        assert.match(
            text("1.29", "2026-07-24").join(),
            /1\.29 on AWS ended before that of 1\.30 did, on 2026-07-23: no new cluster is created with it/,
        );
        assert.deepEqual(text("1.29", "2026-07-23"), []);
    });

    it("ends with the standard one where a cluster has no extended one", () => {
        const warnings = (config: StackConfig, settings: Record<string, unknown>) =>
            warningsOf(within(config, settings), november).filter((line) => line.includes("upport of Kubernetes"));
        const message = /ended on 2026-07-\d\d, and this cluster has no extended support: name a newer version/;
        assert.match(warnings(valid.eks, { version: "1.33", extendedSupport: false }).join(), message);
        // Long-term support takes tier Premium (https://learn.microsoft.com/azure/aks/long-term-support), and AKS clusters here are Standard.
        assert.match(warnings(valid.aks, { version: "1.33" }).join(), message);
        assert.match(
            warnings(valid.aks, { version: "1.30" }).join(),
            /1\.30 on Azure ended on 2026-07-31: no new cluster/,
        );
        assert.match(
            warnings(valid.doks, { version: "1.33.1-do.0" }).join(),
            /1\.33 on DigitalOcean ended on 2026-06-28: no new cluster/,
        );
    });

    it("is not judged where no date counts", () => {
        assert.deepEqual(
            warningsOf(within(valid.eks, { version: "1.30" })).filter((line) => line.includes("upport of")),
            [],
        );
    });
});
