import assert from "node:assert/strict";
import { digitalOceanTags, refusedTags } from "../../../components/digitalocean/tags";
import type { PlannedResource } from "../../../plan/graph";
import type { Plan } from "../../../plan/plan";
import { change, childrenOf, only, originLabels, planOf, valid, type StackConfig } from "../../support";

const clusterType = "digitalocean:index/kubernetesCluster:KubernetesCluster";
const poolType = "digitalocean:index/kubernetesNodePool:KubernetesNodePool";
const tags = ["managed-by:pulumi", "project:vernemq", "stack:test"];

function changed(settings: Readonly<Record<string, unknown>>): StackConfig {
    return change(valid.doks, "vernemq:cluster", settings);
}

async function clusterOf(config: StackConfig): Promise<PlannedResource> {
    return only(await planOf(config), clusterType);
}

/** ConfigMaps and Secrets are changed in place. The provider's inputs are JSON texts. */
const inPlace = { enableConfigMapMutable: "true", enableSecretMutable: "true" };

describe("the DOKS cluster", () => {
    let plan: Plan;

    before(async () => {
        plan = await planOf(valid.doks);
    });

    it("is a VPC, a cluster with its default pool, VerneMQ's pool, a provider and a storage class, and nothing else", () => {
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:cluster:DoksCluster", "vernemq-cluster")), [
            `${clusterType} vernemq-cluster-cluster`,
            `${poolType} vernemq-cluster-broker-nodes`,
            "digitalocean:index/vpc:Vpc vernemq-cluster-vpc",
            "kubernetes:storage.k8s.io/v1:StorageClass vernemq-cluster-storage-class",
            "pulumi:providers:kubernetes vernemq-cluster-kubernetes",
        ]);
    });

    it("lives in its own VPC that is protected and gets time to empty before it goes", () => {
        const vpc = only(plan, "digitalocean:index/vpc:Vpc");
        assert.deepEqual(vpc.inputs, {
            name: "vernemq-test",
            region: "fra1",
            ipRange: "10.110.0.0/20",
            description: "VerneMQ cluster vernemq-test",
        });
        assert.equal(vpc.protect, true);
        assert.deepEqual(vpc.options, { customTimeouts: { delete: "15m" } });
    });

    it("is highly available, upgrades itself in its window, and lets only the allowed networks reach its API", () => {
        const cluster = only(plan, clusterType);
        assert.deepEqual(cluster.inputs, {
            name: "vernemq-test",
            region: "fra1",
            version: "1.35.1-do.0",
            vpcUuid: "${vernemq-cluster-vpc.id}",
            ha: true,
            surgeUpgrade: true,
            autoUpgrade: true,
            maintenancePolicy: { day: "sunday", startTime: "04:00" },
            controlPlaneFirewall: { enabled: true, allowedAddresses: ["203.0.113.0/24"] },
            nodePool: { name: "system", size: "s-4vcpu-8gb", nodeCount: 2, tags },
            kubeconfigExpireSeconds: 90 * 24 * 60 * 60,
            destroyAllAssociatedResources: false,
            tags,
        });
        assert.equal(cluster.protect, true);
    });

    it("is not replaced because DigitalOcean has moved its version on", async () => {
        assert.deepEqual(only(plan, clusterType).options.ignoreChanges, ["version"]);
        const byHand = await clusterOf(changed({ automaticUpgrades: false }));
        assert.equal(byHand.inputs["autoUpgrade"], false);
        assert.equal(byHand.options.ignoreChanges, undefined);
    });

    it("switches the API's firewall off where all addresses are allowed", async () => {
        const cluster = await clusterOf(changed({ apiAllowedCidrs: ["0.0.0.0/0"] }));
        assert.deepEqual(cluster.inputs["controlPlaneFirewall"], { enabled: false, allowedAddresses: [] });
    });

    it("takes volumes and load balancers along only once its deletion protection is lifted", async () => {
        const open = await planOf(changed({ deletionProtection: false }));
        assert.equal(only(open, clusterType).inputs["destroyAllAssociatedResources"], true);
        assert.deepEqual(
            [only(open, clusterType).protect, only(open, "digitalocean:index/vpc:Vpc").protect],
            [false, false],
        );
    });

    it("keeps a pool for VerneMQ alone, one node per broker", () => {
        const pool = only(plan, poolType);
        assert.deepEqual(pool.inputs, {
            clusterId: "${vernemq-cluster-cluster.id}",
            name: "vernemq-g-8vcpu-32gb",
            size: "g-8vcpu-32gb",
            nodeCount: 3,
            labels: { "vernemq.io/dedicated": "true" },
            taints: [{ key: "vernemq.io/dedicated", value: "true", effect: "NoSchedule" }],
            tags,
        });
        assert.equal(pool.options.deleteBeforeReplace, undefined);
    });

    it("names a pool after its size, so that the next one can be created before the old one goes", async () => {
        const next = await planOf(changed({ brokerNodes: { size: "m-4vcpu-32gb", count: 4 } }));
        const { name, nodeCount } = only(next, poolType).inputs;
        assert.deepEqual([name, nodeCount], ["vernemq-m-4vcpu-32gb", 4]);
    });

    it("keeps VerneMQ's volumes when a claim is deleted by mistake", () => {
        assert.deepEqual(only(plan, "kubernetes:storage.k8s.io/v1:StorageClass").inputs, {
            apiVersion: "storage.k8s.io/v1",
            kind: "StorageClass",
            metadata: { name: "vernemq", labels: originLabels },
            provisioner: "dobs.csi.digitalocean.com",
            reclaimPolicy: "Retain",
            allowVolumeExpansion: true,
            volumeBindingMode: "WaitForFirstConsumer",
        });
    });

    it("is reached by a secret kubeconfig, under an identity that is known before it exists", () => {
        const provider = only(plan, "pulumi:providers:kubernetes", "vernemq-cluster-kubernetes");
        assert.deepEqual(provider.inputs, {
            clusterIdentifier: "digitalocean/fra1/vernemq-test/10.110.0.0/20/s-4vcpu-8gb",
            ...inPlace,
            kubeconfig: "[secret]",
        });
        assert.equal(only(plan, "pulumi:pulumi:Stack").outputs?.["kubeconfig"], "[secret]");
    });

    it("changes its identity with whatever replaces it, and with nothing else", async () => {
        const identity = async (settings: Readonly<Record<string, unknown>>) =>
            only(await planOf(changed(settings)), "pulumi:providers:kubernetes", "vernemq-cluster-kubernetes").inputs[
                "clusterIdentifier"
            ];
        const before = await identity({});
        const replacing = [{ region: "ams3" }, { vpcCidr: "10.120.0.0/20" }, { systemNodes: { size: "s-8vcpu-16gb" } }];
        const keeping = [{ version: "1.36.0-do.0" }, { systemNodes: { count: 3 } }, { kubeconfigDays: 30 }];
        for (const settings of replacing) {
            assert.notEqual(await identity(settings), before, JSON.stringify(settings));
        }
        for (const settings of keeping) {
            assert.equal(await identity(settings), before, JSON.stringify(settings));
        }
    });

    it("has everything inside wait for VerneMQ's nodes and storage class", () => {
        const dependencies = only(plan, "kubernetes:core/v1:Namespace").dependencies.map((urn) =>
            urn.split("::").at(-1),
        );
        assert.deepEqual(dependencies, ["vernemq-cluster-broker-nodes", "vernemq-cluster-storage-class"]);
    });
});

describe("tags on DigitalOcean", () => {
    it("are texts: the user's as KEY:VALUE beside project and stack, sorted", () => {
        assert.deepEqual(
            digitalOceanTags({ project: "vernemq", stack: "prod", tags: { team: "iot", billed: "", area: "51" } }),
            ["area:51", "billed", "managed-by:pulumi", "project:vernemq", "stack:prod", "team:iot"],
        );
    });

    it("hold what DigitalOcean allows even for a stack with a dot in its name", () => {
        const [, , stack] = digitalOceanTags({ project: "vernemq", stack: "eu.prod", tags: {} });
        assert.match(stack ?? "", /^stack:eu-prod-[0-9a-f]{6}$/);
    });

    it("are refused with other characters", () => {
        assert.deepEqual(refusedTags({ team: "iot", owner: "a@b", "cost centre": "1", path: "a/b" }), [
            "owner",
            "cost centre",
            "path",
        ]);
    });
});
