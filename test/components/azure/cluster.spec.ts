import assert from "node:assert/strict";
import { brokerPoolArgs, type AksNodes } from "../../../components/azure/node-pools";
import type { Plan } from "../../../plan/plan";
import { change, childrenOf, only, originLabels, planOf, valid, type StackConfig } from "../../support";

const pem = change(valid.aks, "vernemq:certificate", { source: "self-signed", issuer: undefined });
const group = "/subscriptions/${azure-native.subscriptionId}/resourceGroups/vernemq-test";
const nodeSubnet = `${group}/providers/Microsoft.Network/virtualNetworks/vernemq-test/subnets/nodes`;
const tags = { "managed-by": "pulumi", "pulumi-project": "vernemq", "pulumi-stack": "test" };
const keys = "/subscriptions/1234/resourceGroups/keys/providers/Microsoft.Compute/diskEncryptionSets/disks";

const types = {
    cluster: "azure-native:containerservice:ManagedCluster",
    pool: "azure-native:containerservice:AgentPool",
    role: "azure-native:authorization:RoleAssignment",
    group: "azure-native:resources:ResourceGroup",
    storageClass: "kubernetes:storage.k8s.io/v1:StorageClass",
    subnet: "azure-native:network:Subnet",
} as const;

const children = [
    "azure-native:authorization:RoleAssignment vernemq-cluster-network-role",
    "azure-native:containerservice:AgentPool vernemq-cluster-broker-pool",
    "azure-native:containerservice:MaintenanceConfiguration vernemq-cluster-cluster-maintenance",
    "azure-native:containerservice:MaintenanceConfiguration vernemq-cluster-nodes-maintenance",
    "azure-native:containerservice:ManagedCluster vernemq-cluster-cluster",
    "azure-native:managedidentity:UserAssignedIdentity vernemq-cluster-identity",
    "azure-native:network:Subnet vernemq-cluster-load-balancer-subnet",
    "azure-native:network:Subnet vernemq-cluster-node-subnet",
    "azure-native:network:VirtualNetwork vernemq-cluster-vnet",
    "azure-native:resources:ResourceGroup vernemq-cluster-group",
    "kubernetes:storage.k8s.io/v1:StorageClass vernemq-cluster-storage-class",
    "pulumi:providers:kubernetes vernemq-cluster-kubernetes",
];

const poolCommon = {
    type: "VirtualMachineScaleSets",
    count: 3,
    availabilityZones: ["1", "2", "3"],
    orchestratorVersion: "1.35",
    osType: "Linux",
    osSKU: "Ubuntu",
    osDiskType: "Managed",
    osDiskSizeGB: 50,
    enableEncryptionAtHost: true,
    maxPods: 110,
    upgradeSettings: { maxSurge: "1" },
    tags,
    vnetSubnetID: nodeSubnet,
};

const clusterInputs = {
    resourceGroupName: "vernemq-test",
    resourceName: "vernemq-test",
    location: "westeurope",
    dnsPrefix: "vernemq-test",
    nodeResourceGroup: "vernemq-test-nodes",
    kubernetesVersion: "1.35",
    sku: { name: "Base", tier: "Standard" },
    identity: {
        type: "UserAssigned",
        userAssignedIdentities: [`${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/vernemq-test`],
    },
    agentPoolProfiles: [{ ...poolCommon, name: "system", mode: "System", vmSize: "Standard_D4s_v5" }],
    networkProfile: {
        networkPlugin: "azure",
        networkPluginMode: "overlay",
        networkDataplane: "cilium",
        networkPolicy: "cilium",
        podCidr: "10.244.0.0/16",
        serviceCidr: "10.100.0.0/16",
        dnsServiceIP: "10.100.0.10",
        loadBalancerSku: "standard",
        outboundType: "loadBalancer",
        // All but the number of addresses are the SDK's own defaults.
        loadBalancerProfile: {
            allocatedOutboundPorts: 0,
            backendPoolType: "NodeIPConfiguration",
            idleTimeoutInMinutes: 30,
            managedOutboundIPs: { count: 1, countIPv6: 0 },
        },
    },
    apiServerAccessProfile: { disableRunCommand: true, authorizedIPRanges: ["203.0.113.0/24"] },
    oidcIssuerProfile: { enabled: true },
    securityProfile: { workloadIdentity: { enabled: true } },
    enableRBAC: true,
    disableLocalAccounts: false,
    autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
    tags,
};

function withCluster(settings: Readonly<Record<string, unknown>>): StackConfig {
    return change(pem, "vernemq:cluster", settings);
}

function inputsOf(plan: Plan, type: string, name?: string): Readonly<Record<string, unknown>> {
    return only(plan, type, name).inputs;
}

function identifierOf(plan: Plan): unknown {
    return inputsOf(plan, "pulumi:providers:kubernetes", "vernemq-cluster-kubernetes")["clusterIdentifier"];
}

describe("the cluster on AKS", () => {
    let plan: Plan;
    before(async () => {
        plan = await planOf(pem);
    });

    it("consists of a resource group, a network, an identity, two pools, two schedules and a storage class", () => {
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:cluster:AksCluster")), children);
    });

    it("has Cilium over an overlay, workload identity, an allow list for its API and automatic upgrades", () => {
        assert.deepEqual(inputsOf(plan, types.cluster), clusterInputs);
    });

    it("names its replacement where the system pool would change in a way that AKS refuses, and only there", () => {
        const { deleteBeforeReplace, ignoreChanges, replaceOnChanges } = only(plan, types.cluster).options;
        assert.deepEqual(
            { deleteBeforeReplace, ignoreChanges, replaceOnChanges },
            {
                deleteBeforeReplace: true,
                ignoreChanges: undefined,
                replaceOnChanges: [
                    "agentPoolProfiles[*].availabilityZones",
                    "agentPoolProfiles[*].enableEncryptionAtHost",
                    "agentPoolProfiles[*].maxPods",
                    "agentPoolProfiles[*].osDiskSizeGB",
                    "agentPoolProfiles[*].osDiskType",
                    "agentPoolProfiles[*].osType",
                    "agentPoolProfiles[*].vmSize",
                    "agentPoolProfiles[*].vnetSubnetID",
                ],
            },
        );
        assert.equal(only(plan, types.pool).options.deleteBeforeReplace, undefined);
    });

    it("gives VerneMQ a labelled and tainted pool over all zones", () => {
        assert.deepEqual(inputsOf(plan, types.pool), {
            ...poolCommon,
            resourceGroupName: "vernemq-test",
            resourceName: "vernemq-test",
            agentPoolName: inputsOf(plan, types.pool)["agentPoolName"],
            mode: "User",
            vmSize: "Standard_D8s_v5",
            nodeLabels: { "vernemq.io/dedicated": "true" },
            nodeTaints: ["vernemq.io/dedicated=true:NoSchedule"],
        });
    });

    it("puts nodes and internal load balancers into their own subnets", () => {
        const inVnet = {
            resourceGroupName: "vernemq-test",
            virtualNetworkName: "vernemq-test",
            // The SDK's own defaults.
            privateEndpointNetworkPolicies: "Disabled",
            privateLinkServiceNetworkPolicies: "Enabled",
        };
        assert.deepEqual(inputsOf(plan, types.subnet, "vernemq-cluster-node-subnet"), {
            ...inVnet,
            subnetName: "nodes",
            addressPrefix: "10.0.0.0/17",
        });
        assert.deepEqual(inputsOf(plan, types.subnet, "vernemq-cluster-load-balancer-subnet"), {
            ...inVnet,
            subnetName: "load-balancers",
            addressPrefix: "10.0.129.0/28",
        });
    });

    it("lets the cluster's identity use the VNet, before the cluster is created", () => {
        const role = only(plan, types.role, "vernemq-cluster-network-role");
        assert.equal(role.inputs["scope"], `${group}/providers/Microsoft.Network/virtualNetworks/vernemq-test`);
        assert.match(String(role.inputs["roleDefinitionId"]), /\/4d97b98b-1d4f-4787-a291-c67834d212e7$/);
        assert.equal(role.inputs["principalId"], "${vernemq-cluster-identity.principalId}");
        assert.equal(role.inputs["principalType"], "ServicePrincipal");
        assert.ok(only(plan, types.cluster).dependencies.includes(role.urn));
    });

    it("keeps upgrades of Kubernetes and of node images to Sunday mornings", () => {
        const window = {
            schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } },
            startTime: "02:00",
            utcOffset: "+00:00",
            durationHours: 6,
        };
        const configurations = plan.resources.filter(({ type }) => type.endsWith(":MaintenanceConfiguration"));
        assert.deepEqual(
            configurations.map(({ inputs }) => inputs),
            ["aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"].map((configName) => ({
                resourceGroupName: "vernemq-test",
                resourceName: "vernemq-test",
                configName,
                maintenanceWindow: window,
            })),
        );
    });

    it("keeps VerneMQ's data on encrypted Premium SSDs in the zone of the first pod", () => {
        assert.deepEqual(inputsOf(plan, types.storageClass), {
            apiVersion: "storage.k8s.io/v1",
            kind: "StorageClass",
            metadata: { name: "vernemq-premium", labels: originLabels },
            provisioner: "disk.csi.azure.com",
            parameters: { skuName: "Premium_LRS" },
            reclaimPolicy: "Delete",
            volumeBindingMode: "WaitForFirstConsumer",
            allowVolumeExpansion: true,
        });
    });

    it("keeps the kubeconfig secret", () => {
        assert.equal(
            inputsOf(plan, "pulumi:providers:kubernetes", "vernemq-cluster-kubernetes")["kubeconfig"],
            "[secret]",
        );
    });

    it("protects the cluster and its resource group, and nothing else, unless told not to", async () => {
        const protectedOnes = (one: Plan) => one.resources.filter(({ protect }) => protect).map(({ type }) => type);
        assert.deepEqual(protectedOnes(plan).sort(), [types.cluster, types.group].sort());
        assert.deepEqual(protectedOnes(await planOf(withCluster({ deletionProtection: false }))), []);
    });

    it("encrypts nodes and volumes with a disk encryption set, which the identity may use", async () => {
        const encrypted = await planOf(withCluster({ diskEncryptionSetId: keys }));
        assert.deepEqual(childrenOf(encrypted, only(encrypted, "vernemq:cluster:AksCluster")), [
            "azure-native:authorization:RoleAssignment vernemq-cluster-disk-encryption-role",
            ...children,
        ]);
        assert.deepEqual(inputsOf(encrypted, types.cluster), { ...clusterInputs, diskEncryptionSetID: keys });
        assert.deepEqual(inputsOf(encrypted, types.storageClass)["parameters"], {
            skuName: "Premium_LRS",
            diskEncryptionSetID: keys,
        });
        const role = only(encrypted, types.role, "vernemq-cluster-disk-encryption-role");
        assert.equal(role.inputs["scope"], keys);
        assert.ok(only(encrypted, types.cluster).dependencies.includes(role.urn));
    });

    it("stays in one zone where only one is wanted", async () => {
        const zonal = await planOf(withCluster({ zones: ["2"] }));
        assert.deepEqual(inputsOf(zonal, types.pool)["availabilityZones"], ["2"]);
        assert.deepEqual(inputsOf(zonal, types.cluster)["agentPoolProfiles"], [
            { ...clusterInputs.agentPoolProfiles[0], availabilityZones: ["2"] },
        ]);
    });

    it("has no allow list where all addresses may reach the API", async () => {
        const open = await planOf(withCluster({ apiAllowedCidrs: ["0.0.0.0/0"] }));
        assert.deepEqual(inputsOf(open, types.cluster)["apiServerAccessProfile"], { disableRunCommand: true });
    });

    it("leaves the version alone where Azure moves it on, and only there", async () => {
        const rapid = await planOf(withCluster({ upgradeChannel: "rapid" }));
        assert.deepEqual(only(rapid, types.cluster).options.ignoreChanges, [
            "agentPoolProfiles[0].orchestratorVersion",
            "kubernetesVersion",
        ]);
        assert.deepEqual(only(rapid, types.pool).options.ignoreChanges, ["orchestratorVersion"]);
        assert.equal(only(plan, types.cluster).options.ignoreChanges, undefined);
        assert.equal(only(plan, types.pool).options.ignoreChanges, undefined);
    });

    it("tells Kubernetes' provider of another cluster exactly where the cluster is replaced", async () => {
        const same = await planOf(
            withCluster({ upgradeChannel: "stable", systemNodes: { count: 5 }, tags: { team: "iot" } }),
        );
        assert.equal(identifierOf(same), identifierOf(plan));
        for (const settings of [
            { podCidr: "10.248.0.0/16" },
            { serviceCidr: "10.101.0.0/16" },
            { systemNodes: { vmSize: "Standard_D8s_v5" } },
            { diskEncryptionSetId: keys },
            { zones: ["1"] },
        ]) {
            assert.notEqual(identifierOf(await planOf(withCluster(settings))), identifierOf(plan));
        }
    });
});

describe("VerneMQ's node pool on AKS", () => {
    const nodes: AksNodes = {
        version: "1.35",
        zones: ["1", "2", "3"],
        systemNodes: { vmSize: "Standard_D4s_v5", count: 3, diskGiB: 50 },
        brokerNodes: { vmSize: "Standard_D8s_v5", count: 3, diskGiB: 50 },
        encryptionAtHost: true,
        tags: {},
    };
    const nameOf = (changes: Partial<AksNodes>) =>
        brokerPoolArgs({ ...nodes, ...changes }, { resourceGroupName: "g", resourceName: "c", vnetSubnetID: "s" })
            .agentPoolName;

    it("is another pool, with another name, where something changes that AKS cannot change in place", () => {
        const names = [
            nameOf({}),
            nameOf({ brokerNodes: { ...nodes.brokerNodes, vmSize: "Standard_D16s_v5" } }),
            nameOf({ brokerNodes: { ...nodes.brokerNodes, diskGiB: 100 } }),
            nameOf({ zones: ["1"] }),
            nameOf({ encryptionAtHost: false }),
        ];
        assert.equal(new Set(names).size, names.length);
        for (const name of names) {
            assert.match(name, /^[a-z][a-z0-9]{0,11}$/);
        }
    });

    it("stays the same pool when it grows or is upgraded", () => {
        assert.equal(nameOf({ brokerNodes: { ...nodes.brokerNodes, count: 5 } }), nameOf({}));
        assert.equal(nameOf({ version: "1.36" }), nameOf({}));
    });
});
