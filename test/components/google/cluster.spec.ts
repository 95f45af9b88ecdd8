import assert from "node:assert/strict";
import * as fc from "fast-check";
import { gkeKubeconfig } from "../../../components/google/kubeconfig";
import { googleLabelKey, googleLabelProblem, googleLabels, googleLabelValue } from "../../../components/google/labels";
import { diskTypes, nodesPerZone } from "../../../components/google/node-pools";
import { change, childrenOf, only, originLabels, planOf, problemsOf, valid, tryPlan } from "../../support";

const labels = { "managed-by": "pulumi", "pulumi-project": "vernemq", "pulumi-stack": "test" };
const zones = ["europe-west3-a", "europe-west3-b", "europe-west3-c"];
const scopes = ["https://www.googleapis.com/auth/cloud-platform"];
const shielded = { enableIntegrityMonitoring: true, enableSecureBoot: true };

const withCluster = (settings: object) => change(valid.gke, "vernemq:cluster", { ...settings });

describe("a GKE cluster", () => {
    it("consists of exactly these resources", async () => {
        const plan = await planOf(valid.gke);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:cluster:GkeCluster")), [
            "gcp:container/cluster:Cluster vernemq-cluster-cluster",
            "gcp:container/nodePool:NodePool vernemq-cluster-broker",
            "gcp:container/nodePool:NodePool vernemq-cluster-system",
            "gcp:projects/iAMMember:IAMMember vernemq-cluster-nodes-role",
            "gcp:serviceaccount/account:Account vernemq-cluster-nodes",
            "kubernetes:storage.k8s.io/v1:StorageClass vernemq-cluster-storage",
            "pulumi:providers:kubernetes vernemq-cluster-kubernetes",
            "vernemq:cluster:GkeNetwork vernemq-cluster-network",
        ]);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:cluster:GkeNetwork")), [
            "gcp:compute/network:Network vernemq-cluster-network-vpc",
            "gcp:compute/router:Router vernemq-cluster-network-router",
            "gcp:compute/routerNat:RouterNat vernemq-cluster-network-nat",
            "gcp:compute/subnetwork:Subnetwork vernemq-cluster-network-subnet",
        ]);
    });

    it("has a control plane that only the allowed networks reach, private nodes and Dataplane V2", async () => {
        const cluster = only(await planOf(valid.gke), "gcp:container/cluster:Cluster");
        assert.deepEqual(cluster.inputs, {
            addonsConfig: {
                dnsCacheConfig: { enabled: true },
                gcePersistentDiskCsiDriverConfig: { enabled: true },
                httpLoadBalancing: { disabled: false },
            },
            anonymousAuthenticationConfig: { mode: "LIMITED" },
            datapathProvider: "ADVANCED_DATAPATH",
            deletionProtection: true,
            enableL4IlbSubsetting: true,
            enableShieldedNodes: true,
            initialNodeCount: 1,
            ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
            location: "europe-west3",
            loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS"] },
            maintenancePolicy: { dailyMaintenanceWindow: { startTime: "03:00" } },
            masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
            masterAuthorizedNetworksConfig: {
                cidrBlocks: [{ cidrBlock: "203.0.113.0/24" }],
                gcpPublicCidrsAccessEnabled: false,
            },
            monitoringConfig: { enableComponents: ["SYSTEM_COMPONENTS"], managedPrometheus: { enabled: true } },
            name: "vernemq-test",
            network: "${vernemq-cluster-network-vpc.id}",
            networkingMode: "VPC_NATIVE",
            nodeConfig: {
                oauthScopes: scopes,
                serviceAccount: "${vernemq-cluster-nodes.email}",
                shieldedInstanceConfig: shielded,
            },
            nodeLocations: zones,
            privateClusterConfig: {
                enablePrivateEndpoint: false,
                enablePrivateNodes: true,
                masterIpv4CidrBlock: "172.16.0.0/28",
            },
            releaseChannel: { channel: "REGULAR" },
            removeDefaultNodePool: true,
            resourceLabels: labels,
            subnetwork: "${vernemq-cluster-network-subnet.id}",
            workloadIdentityConfig: { workloadPool: "example-project.svc.id.goog" },
        });
        assert.equal(cluster.protect, true);
        assert.equal(cluster.options.deleteBeforeReplace, true);
        assert.deepEqual(cluster.options.ignoreChanges, ["nodeConfig"]);
    });

    it("gives VerneMQ a tainted and labelled pool of one node per broker, spread over the zones", async () => {
        const plan = await planOf(valid.gke);
        const common = {
            cluster: "vernemq-test",
            location: "europe-west3",
            management: { autoRepair: true, autoUpgrade: true },
            networkConfig: { enablePrivateNodes: true },
            nodeCount: 1,
            nodeLocations: zones,
            upgradeSettings: { maxSurge: 1, maxUnavailable: 0, strategy: "SURGE" },
        };
        const node = {
            diskSizeGb: 50,
            diskType: "pd-balanced",
            imageType: "COS_CONTAINERD",
            kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" },
            metadata: { "disable-legacy-endpoints": "true" },
            oauthScopes: scopes,
            resourceLabels: labels,
            serviceAccount: "${vernemq-cluster-nodes.email}",
            shieldedInstanceConfig: shielded,
            tags: ["vernemq-test-node"],
            workloadMetadataConfig: { mode: "GKE_METADATA" },
        };
        assert.deepEqual(only(plan, "gcp:container/nodePool:NodePool", "vernemq-cluster-broker").inputs, {
            ...common,
            nodeConfig: {
                ...node,
                machineType: "n2-standard-8",
                labels: { "vernemq.io/dedicated": "true" },
                taints: [{ effect: "NO_SCHEDULE", key: "vernemq.io/dedicated", value: "true" }],
            },
        });
        assert.deepEqual(only(plan, "gcp:container/nodePool:NodePool", "vernemq-cluster-system").inputs, {
            ...common,
            nodeConfig: { ...node, machineType: "e2-standard-4" },
        });
    });

    it("lets nodes out through Cloud NAT, and in only from its own subnet", async () => {
        const plan = await planOf(valid.gke);
        assert.deepEqual(only(plan, "gcp:compute/network:Network").inputs, {
            autoCreateSubnetworks: false,
            description: "VerneMQ",
            routingMode: "REGIONAL",
        });
        assert.deepEqual(only(plan, "gcp:compute/subnetwork:Subnetwork").inputs, {
            ipCidrRange: "10.0.0.0/20",
            logConfig: {
                aggregationInterval: "INTERVAL_10_MIN",
                flowSampling: 0.1,
                metadata: "INCLUDE_ALL_METADATA",
            },
            network: "${vernemq-cluster-network-vpc.id}",
            privateIpGoogleAccess: true,
            region: "europe-west3",
            secondaryIpRanges: [
                { ipCidrRange: "10.4.0.0/14", rangeName: "pods" },
                { ipCidrRange: "10.8.0.0/20", rangeName: "services" },
            ],
        });
        assert.deepEqual(only(plan, "gcp:compute/routerNat:RouterNat").inputs, {
            logConfig: { enable: true, filter: "ERRORS_ONLY" },
            natIpAllocateOption: "AUTO_ONLY",
            region: "europe-west3",
            router: "${vernemq-cluster-network-router.name}",
            sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
            subnetworks: [{ name: "${vernemq-cluster-network-subnet.id}", sourceIpRangesToNats: ["ALL_IP_RANGES"] }],
        });
    });

    it("gives nodes their own identity with the one role made for nodes", async () => {
        const plan = await planOf(valid.gke);
        assert.deepEqual(only(plan, "gcp:serviceaccount/account:Account").inputs, {
            accountId: "vernemq-test-nodes",
            displayName: "Nodes of vernemq-test",
        });
        assert.deepEqual(only(plan, "gcp:projects/iAMMember:IAMMember").inputs, {
            member: "${vernemq-cluster-nodes.member}",
            project: "example-project",
            role: "roles/container.defaultNodeServiceAccount",
        });
    });

    it("stores VerneMQ's data on SSD volumes that wait for their pod's zone and can grow", async () => {
        const plan = await planOf(valid.gke);
        assert.deepEqual(only(plan, "kubernetes:storage.k8s.io/v1:StorageClass").inputs, {
            allowVolumeExpansion: true,
            apiVersion: "storage.k8s.io/v1",
            kind: "StorageClass",
            metadata: { name: "vernemq", labels: originLabels },
            parameters: { labels: "managed-by=pulumi,pulumi-project=vernemq,pulumi-stack=test", type: "pd-ssd" },
            provisioner: "pd.csi.storage.gke.io",
            reclaimPolicy: "Delete",
            volumeBindingMode: "WaitForFirstConsumer",
        });
        const release = only(plan, "kubernetes:helm.sh/v3:Release").inputs["values"] as {
            persistentVolume: { storageClass: string };
        };
        assert.equal(release.persistentVolume.storageClass, "vernemq");
    });

    it("identifies itself by what makes another cluster of it, and not by what is changed in place", async () => {
        const identifier = async (settings: object) =>
            only(await planOf(withCluster(settings)), "pulumi:providers:kubernetes", "vernemq-cluster-kubernetes")
                .inputs["clusterIdentifier"];
        const before = await identifier({});
        assert.match(String(before), /^gke\/example-project\/europe-west3\/vernemq-test\/[0-9a-f]{6}$/);
        assert.equal(await identifier({ releaseChannel: "STABLE", zones: ["a", "b"] }), before);
        assert.notEqual(await identifier({ podCidr: "10.12.0.0/14" }), before);
        assert.notEqual(await identifier({ controlPlaneCidr: "172.16.1.0/28" }), before);
    });

    it("keeps the kubeconfig secret", async () => {
        const plan = await planOf(valid.gke);
        assert.equal(
            only(plan, "pulumi:providers:kubernetes", "vernemq-cluster-kubernetes").inputs["kubeconfig"],
            "[secret]",
        );
        assert.deepEqual(only(plan, "vernemq:cluster:GkeCluster").outputs, {
            clusterName: "vernemq-test",
            kubeconfig: "[secret]",
        });
    });

    it("can be created in one zone, of any size, without protection and with the user's labels", async () => {
        const plan = await planOf(
            withCluster({
                zones: ["b"],
                brokerNodes: { count: 5, machineType: "n4-standard-8", diskGiB: 100 },
                deletionProtection: false,
                tags: { team: "iot" },
            }),
        );
        const cluster = only(plan, "gcp:container/cluster:Cluster");
        assert.deepEqual(cluster.inputs["nodeLocations"], ["europe-west3-b"]);
        assert.equal(cluster.inputs["deletionProtection"], false);
        assert.equal(cluster.protect, false);
        assert.deepEqual(cluster.inputs["resourceLabels"], { ...labels, team: "iot" });
        const pool = only(plan, "gcp:container/nodePool:NodePool", "vernemq-cluster-broker").inputs;
        assert.equal(pool["nodeCount"], 5);
        assert.equal((pool["nodeConfig"] as { diskType: string }).diskType, "hyperdisk-balanced");
        const storage = only(plan, "kubernetes:storage.k8s.io/v1:StorageClass").inputs["parameters"];
        assert.deepEqual(storage, {
            labels: "managed-by=pulumi,pulumi-project=vernemq,pulumi-stack=test,team=iot",
            type: "hyperdisk-balanced",
        });
    });

    it("stays within Google's names whatever the stack is called", async () => {
        const { rejections } = await tryPlan(valid.gke, "A_very_long.Name-of-a-stack-that-no-cloud-would-take");
        assert.deepEqual(rejections, []);
    });

    it("makes nodes only when they can pull images and write logs", async () => {
        const plan = await planOf(valid.gke);
        const urns = ["vernemq-cluster-network-nat", "vernemq-cluster-nodes-role"].map(
            (name) => plan.resources.find((resource) => resource.name === name)?.urn ?? name,
        );
        for (const name of ["vernemq-cluster-broker", "vernemq-cluster-system"]) {
            const { dependencies } = only(plan, "gcp:container/nodePool:NodePool", name);
            assert.deepEqual(
                urns.filter((urn) => !dependencies.includes(urn)),
                [],
            );
        }
    });

    it("refuses more nodes than the pods' network has room for", async () => {
        const { rejections } = await tryPlan(
            withCluster({ podCidr: "10.4.0.0/21", brokerNodes: { count: 6 }, systemNodes: { count: 3 } }),
        );
        assert.deepEqual(
            rejections.map(({ type, property }) => [type, property]),
            [["gcp:container/nodePool:NodePool", "nodeCount"]],
        );
    });

    it("refuses labels outside Google's alphabet and a zone named twice", () => {
        assert.deepEqual(
            problemsOf(withCluster({ tags: { Team: "iot" }, zones: ["a", "a"] })).map(({ key }) => key),
            ["vernemq:cluster.zones", "vernemq:cluster.tags"],
        );
    });
});

describe("nodesPerZone", () => {
    it("never gives fewer nodes than asked for, and less than one zone's worth more", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 4 }), (count, zoneCount) => {
                const all = nodesPerZone(count, zoneCount) * zoneCount;
                assert.ok(all >= count && all < count + zoneCount);
            }),
        );
    });
});

describe("diskTypes", () => {
    it("gives Hyperdisk to machines that take nothing else", () => {
        assert.deepEqual(diskTypes("c4a-highmem-8"), { boot: "hyperdisk-balanced", data: "hyperdisk-balanced" });
        assert.deepEqual(diskTypes("c3-standard-8"), { boot: "pd-balanced", data: "pd-ssd" });
        assert.deepEqual(diskTypes("n2-standard-8"), { boot: "pd-balanced", data: "pd-ssd" });
    });
});

describe("gkeKubeconfig", () => {
    it("names the cluster, its CA and the plugin that fetches tokens, and holds no credential", () => {
        const text = gkeKubeconfig({ name: "c", endpoint: "203.0.113.1", certificateAuthority: "Q0E=" });
        assert.deepEqual(JSON.parse(text), {
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ name: "c", cluster: { server: "https://203.0.113.1", "certificate-authority-data": "Q0E=" } }],
            users: [
                {
                    name: "c",
                    user: {
                        exec: {
                            apiVersion: "client.authentication.k8s.io/v1beta1",
                            command: "gke-gcloud-auth-plugin",
                            installHint: "gcloud components install gke-gcloud-auth-plugin",
                            interactiveMode: "IfAvailable",
                            provideClusterInfo: true,
                        },
                    },
                },
            ],
            contexts: [{ name: "c", context: { cluster: "c", user: "c" } }],
            "current-context": "c",
        });
    });
});

describe("googleLabels", () => {
    it("puts any stack's name into Google's alphabet", () => {
        fc.assert(
            fc.property(fc.string(), (stack) => {
                for (const [key, value] of Object.entries(googleLabels({ project: "p", stack, tags: {} }))) {
                    assert.match(key, googleLabelKey);
                    assert.match(value, googleLabelValue);
                }
            }),
        );
    });

    it("lets the user's labels win", () => {
        assert.equal(googleLabels({ project: "p", stack: "s", tags: { "managed-by": "me" } })["managed-by"], "me");
    });
});

describe("googleLabelProblem", () => {
    it("finds capitals, spaces and Google's own prefix", () => {
        assert.equal(googleLabelProblem({ team: "iot_1", "cost-center": "" }), undefined);
        assert.match(googleLabelProblem({ Team: "iot" }) ?? "", /label Team .*does not allow/);
        // The value may be anything, so it is not quoted.
        assert.match(googleLabelProblem({ team: "IoT group" }) ?? "", /label team (?!.*IoT).*does not allow/);
        assert.match(googleLabelProblem({ "goog-managed": "x" }) ?? "", /begins with goog/);
    });
});
