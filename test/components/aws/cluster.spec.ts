import assert from "node:assert/strict";
import { cidrName } from "../../../components/aws/listeners";
import { compare } from "../../../plan/changes/from-comparison";
import type { PlannedResource } from "../../../plan/graph";
import { loadUpdateRules } from "../../../plan/changes/update-rules";
import { change, childrenOf, only, originLabels, planOf, valid, tryPlan, type StackConfig } from "../../support";

const tags = { ManagedBy: "pulumi", Project: "vernemq", Stack: "test" };
/** The name of the cluster that the valid configuration makes. */
const clusterName = "vernemq-test-638e11";

const withCluster = (settings: object) => change(valid.eks, "vernemq:cluster", { ...settings });

/** Names of what a resource waits for. */
function waitsFor(resource: PlannedResource): string[] {
    return resource.dependencies.map((urn) => urn.split("::").at(-1) ?? "").sort();
}

async function changesBetween(before: StackConfig, after: StackConfig) {
    const [from, to] = [await planOf(before), await planOf(after)];
    const rules = await loadUpdateRules([...from.resources, ...to.resources]);
    return compare(from, to, rules).changes;
}

async function summaryOf(before: StackConfig, after: StackConfig): Promise<string[]> {
    const changes = await changesBetween(before, after);
    return changes.map(({ action, name, because }) => [action, name, ...because].join(" ")).sort();
}

/** ConfigMaps and Secrets are changed in place. The provider's inputs are JSON texts. */
const inPlace = { enableConfigMapMutable: "true", enableSecretMutable: "true" };

describe("an EKS cluster", () => {
    it("consists of exactly these resources", async () => {
        const plan = await planOf(valid.eks);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:cluster:EksCluster")), [
            "aws:cloudwatch/logGroup:LogGroup vernemq-cluster-logs",
            "aws:eks/cluster:Cluster vernemq-cluster-control-plane",
            "aws:kms/key:Key vernemq-cluster-secrets-key",
            "kubernetes:storage.k8s.io/v1:StorageClass vernemq-cluster-storage-class",
            "pulumi:providers:kubernetes vernemq-cluster-kubernetes",
            "vernemq:cluster:EksAdministrators vernemq-cluster-admins",
            "vernemq:cluster:EksLoadBalancerController vernemq-cluster-lb-controller",
            "vernemq:cluster:EksNetwork vernemq-cluster-network",
            "vernemq:cluster:EksNodeAddons vernemq-cluster-node-addons",
            "vernemq:cluster:EksNodeGroup vernemq-cluster-broker-nodes",
            "vernemq:cluster:EksNodeGroup vernemq-cluster-system-nodes",
            "vernemq:cluster:EksPodAddons vernemq-cluster-pod-addons",
            "vernemq:cluster:EksRole vernemq-cluster-control-plane-iam",
            "vernemq:cluster:EksRole vernemq-cluster-nodes-iam",
        ]);
    });

    it("has a control plane with access entries, an allow list, encrypted secrets and all its logs", async () => {
        const cluster = only(await planOf(valid.eks), "aws:eks/cluster:Cluster");
        assert.deepEqual(cluster.inputs, {
            accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
            bootstrapSelfManagedAddons: false,
            deletionProtection: true,
            enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
            encryptionConfig: { provider: { keyArn: "${vernemq-cluster-secrets-key.arn}" }, resources: ["secrets"] },
            name: clusterName,
            roleArn: "${vernemq-cluster-control-plane-iam-role.arn}",
            tags,
            upgradePolicy: { supportType: "EXTENDED" },
            version: "1.35",
            vpcConfig: {
                endpointPrivateAccess: true,
                endpointPublicAccess: true,
                publicAccessCidrs: ["203.0.113.0/24"],
                subnetIds: [
                    "${vernemq-cluster-network-private-a.id}",
                    "${vernemq-cluster-network-private-b.id}",
                    "${vernemq-cluster-network-private-c.id}",
                ],
            },
        });
        assert.equal(cluster.protect, true);
    });

    it("has its API in the VPC alone where that is asked for, open to the networks that are named", async () => {
        const adopted = {
            vpcId: "vpc-0a1b2c3d4e5f60718",
            privateSubnetIds: ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
            publicSubnetIds: ["subnet-2a1b2c3d", "subnet-3a1b2c3d"],
        };
        const plan = await planOf(
            withCluster({ vpc: adopted, apiEndpoint: "private", apiAllowedCidrs: ["10.1.0.0/16"] }),
        );
        assert.deepEqual(only(plan, "aws:eks/cluster:Cluster").inputs["vpcConfig"], {
            endpointPrivateAccess: true,
            endpointPublicAccess: false,
            subnetIds: adopted.privateSubnetIds,
        });
        const rule = only(
            plan,
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            `vernemq-cluster-api-from-${cidrName("10.1.0.0/16")}`,
        );
        assert.deepEqual(
            [rule.inputs["cidrIpv4"], rule.inputs["fromPort"], rule.inputs["toPort"], rule.inputs["securityGroupId"]],
            ["10.1.0.0/16", 443, 443, "${vernemq-cluster-control-plane.vpcConfig.clusterSecurityGroupId}"],
        );
        // Without the rule the update could not create anything in the cluster.
        const provider = plan.resources.find(({ type }) => type === "pulumi:providers:kubernetes");
        assert.ok(provider?.dependencies.includes(rule.urn));
    });

    it("keeps its logs for a time in a group that is there before the cluster", async () => {
        const plan = await planOf(withCluster({ logRetentionDays: 90 }));
        const logs = only(plan, "aws:cloudwatch/logGroup:LogGroup");
        assert.deepEqual(logs.inputs, { name: `/aws/eks/${clusterName}/cluster`, retentionInDays: 90, tags });
        assert.ok(waitsFor(only(plan, "aws:eks/cluster:Cluster")).includes("vernemq-cluster-logs"));
    });

    it("encrypts and leaves its logs, and ends at standard support, where that is asked for", async () => {
        const logKmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000";
        const plan = await planOf(withCluster({ logKmsKeyArn, keepLogs: true, extendedSupport: false }));
        assert.deepEqual(only(plan, "aws:cloudwatch/logGroup:LogGroup").inputs, {
            name: `/aws/eks/${clusterName}/cluster`,
            kmsKeyId: logKmsKeyArn,
            retentionInDays: 30,
            skipDestroy: true,
            tags,
        });
        assert.deepEqual(only(plan, "aws:eks/cluster:Cluster").inputs["upgradePolicy"], { supportType: "STANDARD" });
    });

    it("encrypts secrets with its own key that rotates, or with the one that is given", async () => {
        const own = only(await planOf(valid.eks), "aws:kms/key:Key");
        assert.deepEqual(own.inputs, {
            deletionWindowInDays: 30,
            description: `Kubernetes secrets of EKS cluster ${clusterName}`,
            enableKeyRotation: true,
            tags,
        });
        assert.equal(own.protect, true);
        const keyArn = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000";
        const given = await planOf(withCluster({ kmsKeyArn: keyArn }));
        assert.deepEqual(only(given, "aws:eks/cluster:Cluster").inputs["encryptionConfig"], {
            provider: { keyArn },
            resources: ["secrets"],
        });
        assert.ok(given.resources.every(({ type }) => type !== "aws:kms/key:Key"));
    });

    it("is protected in Pulumi and in AWS, unless the user says otherwise", async () => {
        const plan = await planOf(withCluster({ deletionProtection: false }));
        assert.deepEqual(
            plan.resources.filter(({ protect }) => protect),
            [],
        );
        assert.equal(only(plan, "aws:eks/cluster:Cluster").inputs["deletionProtection"], false);
        assert.equal(only(plan, "aws:lb/loadBalancer:LoadBalancer").inputs["enableDeletionProtection"], false);
    });

    it("enters each administrator once, with the policy for the whole cluster", async () => {
        const principal = "arn:aws:iam::123456789012:role/ops/Admin";
        const plan = await planOf(withCluster({ adminPrincipalArns: [principal, principal] }));
        assert.deepEqual(only(plan, "aws:eks/accessEntry:AccessEntry").inputs, {
            clusterName,
            principalArn: principal,
            tags,
            type: "STANDARD",
        });
        assert.deepEqual(only(plan, "aws:eks/accessPolicyAssociation:AccessPolicyAssociation").inputs, {
            accessScope: { type: "cluster" },
            clusterName,
            policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
            principalArn: principal,
        });
    });

    it("has a provider whose identity is known in a preview, and a kubeconfig that stays closed", async () => {
        const provider = only(await planOf(valid.eks), "pulumi:providers:kubernetes", "vernemq-cluster-kubernetes");
        assert.deepEqual(provider.inputs, {
            clusterIdentifier: "eks/eu-central-1/vernemq-test/638e11",
            ...inPlace,
            kubeconfig: "[secret]",
        });
    });

    it("offers an encrypted gp3 storage class that waits for the pod", async () => {
        const storageClass = only(await planOf(valid.eks), "kubernetes:storage.k8s.io/v1:StorageClass");
        assert.deepEqual(storageClass.inputs, {
            apiVersion: "storage.k8s.io/v1",
            kind: "StorageClass",
            metadata: { name: "gp3-encrypted", labels: originLabels },
            provisioner: "ebs.csi.aws.com",
            parameters: { encrypted: "true", type: "gp3" },
            reclaimPolicy: "Delete",
            volumeBindingMode: "WaitForFirstConsumer",
            allowVolumeExpansion: true,
        });
    });

    it("tags everything that AWS lets it tag, with the user's tags as well", async () => {
        const plan = await planOf(withCluster({ tags: { Team: "devices", Stack: "other" } }));
        const untagged = new Set([
            "aws:ec2/route:Route",
            "aws:ec2/routeTableAssociation:RouteTableAssociation",
            "aws:iam/rolePolicy:RolePolicy",
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            "aws:acm/certificateValidation:CertificateValidation",
            "aws:route53/record:Record",
        ]);
        const taggable = plan.resources.filter(({ type }) => type.startsWith("aws:") && !untagged.has(type));
        assert.ok(taggable.length > 40);
        for (const { name, inputs } of taggable) {
            const own = inputs["tags"] as Record<string, string>;
            assert.deepEqual(
                [own["Project"], own["Stack"], own["ManagedBy"], own["Team"]],
                ["vernemq", "other", "pulumi", "devices"],
                name,
            );
        }
    });

    it("names things apart by stack, and finds a long name a shorter one", async () => {
        const { plan } = await tryPlan(valid.eks, "a-stack-with-quite-a-long-name-".repeat(4).slice(0, 100));
        const name = only(plan, "aws:eks/cluster:Cluster").inputs["name"] as string;
        assert.ok(name.length <= 100);
        assert.match(name, /^vernemq-a-stack-with-quite-a-long-name-.*-[0-9a-f]{6}-638e11$/);
    });
});

describe("the network of an EKS cluster", () => {
    it("has public and private subnets in three zones and one NAT gateway", async () => {
        const plan = await planOf(valid.eks);
        const zone = (letter: string) => [
            `aws:ec2/route:Route vernemq-cluster-network-private-${letter}-default`,
            `aws:ec2/routeTable:RouteTable vernemq-cluster-network-private-${letter}-routes`,
            `aws:ec2/routeTableAssociation:RouteTableAssociation vernemq-cluster-network-private-${letter}-association`,
            `aws:ec2/routeTableAssociation:RouteTableAssociation vernemq-cluster-network-public-${letter}-association`,
            `aws:ec2/subnet:Subnet vernemq-cluster-network-private-${letter}`,
            `aws:ec2/subnet:Subnet vernemq-cluster-network-public-${letter}`,
        ];
        assert.deepEqual(
            childrenOf(plan, only(plan, "vernemq:cluster:EksNetwork")),
            [
                "aws:ec2/eip:Eip vernemq-cluster-network-nat-a-address",
                "aws:ec2/internetGateway:InternetGateway vernemq-cluster-network-internet-gateway",
                "aws:ec2/natGateway:NatGateway vernemq-cluster-network-nat-a",
                "aws:ec2/route:Route vernemq-cluster-network-public-default",
                "aws:ec2/routeTable:RouteTable vernemq-cluster-network-public-routes",
                "aws:ec2/vpc:Vpc vernemq-cluster-network-vpc",
                ...zone("a"),
                ...zone("b"),
                ...zone("c"),
            ].sort(),
        );
    });

    it("tags subnets for the load balancers that look for them", async () => {
        const plan = await planOf(valid.eks);
        assert.deepEqual(only(plan, "aws:ec2/subnet:Subnet", "vernemq-cluster-network-public-b").inputs, {
            availabilityZone: "eu-central-1b",
            cidrBlock: "10.0.228.0/22",
            mapPublicIpOnLaunch: false,
            tags: { ...tags, Name: "vernemq-test-public-b", "kubernetes.io/role/elb": "1" },
            vpcId: "${vernemq-cluster-network-vpc.id}",
        });
        assert.deepEqual(only(plan, "aws:ec2/subnet:Subnet", "vernemq-cluster-network-private-b").inputs, {
            availabilityZone: "eu-central-1b",
            cidrBlock: "10.0.32.0/19",
            mapPublicIpOnLaunch: false,
            tags: { ...tags, Name: "vernemq-test-private-b", "kubernetes.io/role/internal-elb": "1" },
            vpcId: "${vernemq-cluster-network-vpc.id}",
        });
    });

    it("leads private subnets through the one NAT gateway, or each through its own", async () => {
        const routesOf = (plan: Awaited<ReturnType<typeof planOf>>) =>
            ["a", "b", "c"].map(
                (zone) =>
                    only(plan, "aws:ec2/route:Route", `vernemq-cluster-network-private-${zone}-default`).inputs[
                        "natGatewayId"
                    ],
            );
        const nat = (zone: string) => `\${vernemq-cluster-network-nat-${zone}.id}`;
        assert.deepEqual(routesOf(await planOf(valid.eks)), [nat("a"), nat("a"), nat("a")]);
        assert.deepEqual(routesOf(await planOf(withCluster({ natGateways: "per-zone" }))), [
            nat("a"),
            nat("b"),
            nat("c"),
        ]);
    });

    it("goes from one NAT gateway to one per zone without replacing anything", async () => {
        assert.deepEqual(await summaryOf(valid.eks, withCluster({ natGateways: "per-zone" })), [
            "create vernemq-cluster-network-nat-b",
            "create vernemq-cluster-network-nat-b-address",
            "create vernemq-cluster-network-nat-c",
            "create vernemq-cluster-network-nat-c-address",
            "update vernemq-cluster-network-private-b-default",
            "update vernemq-cluster-network-private-c-default",
        ]);
    });

    it("can be over two zones", async () => {
        const plan = await planOf(withCluster({ zones: ["c", "a"] }));
        const subnets = plan.resources.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
        assert.deepEqual(subnets.map(({ inputs }) => inputs["availabilityZone"]).sort(), [
            "eu-central-1a",
            "eu-central-1a",
            "eu-central-1c",
            "eu-central-1c",
        ]);
    });

    it("is not created where a VPC is adopted", async () => {
        const vpc = {
            vpcId: "vpc-0123456789abcdef0",
            privateSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
            publicSubnetIds: ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
        };
        const plan = await planOf(withCluster({ vpc }));
        assert.deepEqual(
            plan.resources
                .filter(({ type }) => type.startsWith("aws:ec2/"))
                .map(({ name }) => name)
                .sort(),
            [
                "vernemq-cluster-broker-nodes-template",
                "vernemq-cluster-system-nodes-template",
                "vernemq-edge-security-group",
            ],
        );
        assert.deepEqual(only(plan, "aws:lb/loadBalancer:LoadBalancer").inputs["subnets"], vpc.publicSubnetIds);
        assert.deepEqual(
            only(plan, "aws:eks/nodeGroup:NodeGroup", "vernemq-cluster-broker-nodes-group").inputs["subnetIds"],
            vpc.privateSubnetIds,
        );
    });
});

describe("the node groups of an EKS cluster", () => {
    it("are one for everything and one that is VerneMQ's alone", async () => {
        const plan = await planOf(valid.eks);
        const common = {
            amiType: "AL2023_x86_64_STANDARD",
            capacityType: "ON_DEMAND",
            clusterName,
            nodeRoleArn: "${vernemq-cluster-nodes-iam-role.arn}",
            subnetIds: ["a", "b", "c"].map((zone) => `\${vernemq-cluster-network-private-${zone}.id}`),
            tags,
            updateConfig: { maxUnavailable: 1 },
            version: "1.35",
        };
        const groups = ["system", "broker"].map((kind) => {
            const group = only(plan, "aws:eks/nodeGroup:NodeGroup", `vernemq-cluster-${kind}-nodes-group`);
            const { launchTemplate, ...inputs } = group.inputs as { launchTemplate: { id: string; version: string } };
            assert.equal(launchTemplate.id, `\${vernemq-cluster-${kind}-nodes-template.id}`);
            assert.match(
                launchTemplate.version,
                /^\$\{vernemq-cluster-(system|broker)-nodes-template\.latestVersion\./,
            );
            return inputs;
        });
        assert.deepEqual(groups, [
            { ...common, scalingConfig: { minSize: 2, desiredSize: 2, maxSize: 2 } },
            {
                ...common,
                scalingConfig: { minSize: 3, desiredSize: 3, maxSize: 3 },
                labels: { "vernemq.io/dedicated": "true" },
                taints: [{ key: "vernemq.io/dedicated", value: "true", effect: "NO_SCHEDULE" }],
            },
        ]);
    });

    it("start from templates with IMDSv2, one hop and an encrypted gp3 disk", async () => {
        const plan = await planOf(withCluster({ brokerNodes: { instanceType: "m7g.2xlarge", diskGiB: 80 } }));
        const named = { ...tags, Name: `${clusterName}-broker` };
        assert.deepEqual(
            only(plan, "aws:ec2/launchTemplate:LaunchTemplate", "vernemq-cluster-broker-nodes-template").inputs,
            {
                blockDeviceMappings: [
                    {
                        deviceName: "/dev/xvda",
                        ebs: { deleteOnTermination: "true", encrypted: "true", volumeSize: 80, volumeType: "gp3" },
                    },
                ],
                instanceType: "m7g.2xlarge",
                metadataOptions: { httpEndpoint: "enabled", httpPutResponseHopLimit: 1, httpTokens: "required" },
                tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
                    resourceType,
                    tags: named,
                })),
                tags: named,
                updateDefaultVersion: true,
            },
        );
        assert.equal(
            only(plan, "aws:eks/nodeGroup:NodeGroup", "vernemq-cluster-broker-nodes-group").inputs["amiType"],
            "AL2023_ARM_64_STANDARD",
        );
    });

    it("join only when routes, network add-ons and their role's policies are there", async () => {
        const group = only(
            await planOf(valid.eks),
            "aws:eks/nodeGroup:NodeGroup",
            "vernemq-cluster-broker-nodes-group",
        );
        const waits = waitsFor(group);
        for (const name of [
            "vernemq-cluster-network-private-a-default",
            "vernemq-cluster-network-private-a-association",
            "vernemq-cluster-network-public-default",
            "vernemq-cluster-node-addons-eks-pod-identity-agent",
            "vernemq-cluster-node-addons-kube-proxy",
            "vernemq-cluster-node-addons-vpc-cni",
            "vernemq-cluster-nodes-iam-AmazonEC2ContainerRegistryPullOnly",
            "vernemq-cluster-nodes-iam-AmazonEKSWorkerNodePolicy",
        ]) {
            assert.ok(waits.includes(name), name);
        }
    });

    it("roll to another instance type in place, and are replaced by another architecture", async () => {
        const size = (instanceType: string) => withCluster({ brokerNodes: { instanceType } });
        assert.deepEqual(await summaryOf(size("m7i.2xlarge"), size("m7i.4xlarge")), [
            "update vernemq-cluster-broker-nodes-group",
            "update vernemq-cluster-broker-nodes-template",
        ]);
        assert.deepEqual(await summaryOf(size("m7i.2xlarge"), size("m7g.2xlarge")), [
            "replace vernemq-cluster-broker-nodes-group amiType",
            "update vernemq-cluster-broker-nodes-template",
        ]);
    });

    it("grow with the brokers, unless they have their own count", async () => {
        const countOf = async (config: StackConfig) =>
            only(await planOf(config), "aws:eks/nodeGroup:NodeGroup", "vernemq-cluster-broker-nodes-group").inputs[
                "scalingConfig"
            ];
        const five = change(valid.eks, "vernemq:broker", { replicas: 5 });
        assert.deepEqual(await countOf(five), { minSize: 5, desiredSize: 5, maxSize: 5 });
        assert.deepEqual(await countOf(change(five, "vernemq:cluster", { brokerNodes: { count: 6 } })), {
            minSize: 6,
            desiredSize: 6,
            maxSize: 6,
        });
    });
});

describe("the roles of an EKS cluster", () => {
    it("have these policies and no others", async () => {
        const plan = await planOf(valid.eks);
        const attached = plan.resources
            .filter(({ type }) => type === "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
            .map(({ inputs }) => `${String(inputs["role"])} ${String(inputs["policyArn"])}`)
            .sort();
        assert.deepEqual(attached, [
            "${vernemq-cluster-control-plane-iam-role.name} arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
            "${vernemq-cluster-node-addons-vpc-cni-iam-role.name} arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
            "${vernemq-cluster-nodes-iam-role.name} arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
            "${vernemq-cluster-nodes-iam-role.name} arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
            "${vernemq-cluster-pod-addons-aws-ebs-csi-driver-iam-role.name} arn:aws:iam::aws:policy/AmazonEBSCSIDriverEKSClusterScopedPolicy",
        ]);
        const own = only(
            plan,
            "aws:iam/rolePolicy:RolePolicy",
            "vernemq-cluster-pod-addons-aws-ebs-csi-driver-iam-policy",
        );
        const { Statement } = JSON.parse(String(own.inputs["policy"])) as { Statement: { Condition: object }[] };
        // Volumes from before the driver knew the tag of that policy: of this cluster only, in each statement.
        const tags = Statement.map(({ Condition }) => JSON.stringify(Condition));
        assert.ok(
            tags.every((tag) => tag.includes(`/kubernetes.io/cluster/${clusterName}":"owned"`)),
            tags.join(),
        );
        only(plan, "aws:iam/rolePolicy:RolePolicy", "vernemq-cluster-lb-controller-iam-policy");
    });

    it("let the EBS CSI driver manage all volumes of the account where that is asked for, and in other partitions", async () => {
        const china = { ...withCluster({}), "aws:region": "cn-north-1" };
        for (const [config, partition] of [
            [withCluster({ volumeAccess: "account" }), "aws"],
            [china, "aws-cn"],
        ] as const) {
            const attached = (await planOf(config)).resources.filter(({ name }) =>
                name.startsWith("vernemq-cluster-pod-addons-aws-ebs-csi-driver-iam-"),
            );
            assert.deepEqual(
                attached.map(({ inputs }) => inputs["policyArn"]).filter((arn) => arn !== undefined),
                [`arn:${partition}:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy`],
            );
            assert.ok(!attached.some(({ type }) => type === "aws:iam/rolePolicy:RolePolicy"));
        }
    });

    it("let one service account of this cluster take them, by Pod Identity", async () => {
        const plan = await planOf(valid.eks);
        const role = only(plan, "aws:iam/role:Role", "vernemq-cluster-node-addons-vpc-cni-iam-role");
        assert.deepEqual(JSON.parse(String(role.inputs["assumeRolePolicy"])), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Principal: { Service: "pods.eks.amazonaws.com" },
                    Action: ["sts:AssumeRole", "sts:TagSession"],
                    Condition: {
                        StringEquals: {
                            "aws:RequestTag/eks-cluster-name": clusterName,
                            "aws:RequestTag/kubernetes-namespace": "kube-system",
                            "aws:RequestTag/kubernetes-service-account": "aws-node",
                        },
                    },
                },
            ],
        });
    });
});

describe("the add-ons of an EKS cluster", () => {
    it("are network, proxy and agent before the nodes, DNS and volumes after them", async () => {
        const plan = await planOf(valid.eks);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:cluster:EksNodeAddons")), [
            "aws:eks/addon:Addon vernemq-cluster-node-addons-eks-pod-identity-agent",
            "aws:eks/addon:Addon vernemq-cluster-node-addons-kube-proxy",
            "aws:eks/addon:Addon vernemq-cluster-node-addons-vpc-cni",
            "vernemq:cluster:EksRole vernemq-cluster-node-addons-vpc-cni-iam",
        ]);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:cluster:EksPodAddons")), [
            "aws:eks/addon:Addon vernemq-cluster-pod-addons-aws-ebs-csi-driver",
            "aws:eks/addon:Addon vernemq-cluster-pod-addons-coredns",
            "vernemq:cluster:EksRole vernemq-cluster-pod-addons-aws-ebs-csi-driver-iam",
        ]);
        const dns = only(plan, "aws:eks/addon:Addon", "vernemq-cluster-pod-addons-coredns");
        assert.deepEqual(waitsFor(dns), [
            "vernemq-cluster-broker-nodes-group",
            "vernemq-cluster-control-plane",
            "vernemq-cluster-system-nodes-group",
        ]);
    });

    it("enforce network policies, and get the rights of their service account", async () => {
        const plan = await planOf(valid.eks);
        const network = only(plan, "aws:eks/addon:Addon", "vernemq-cluster-node-addons-vpc-cni");
        assert.deepEqual(network.inputs, {
            addonName: "vpc-cni",
            clusterName,
            configurationValues: '{"enableNetworkPolicy":"true"}',
            podIdentityAssociations: [
                { roleArn: "${vernemq-cluster-node-addons-vpc-cni-iam-role.arn}", serviceAccount: "aws-node" },
            ],
            resolveConflictsOnUpdate: "OVERWRITE",
            tags,
        });
        assert.ok(waitsFor(network).includes("vernemq-cluster-node-addons-eks-pod-identity-agent"));
    });

    it("stay at EKS' default version, or at the one that is pinned", async () => {
        const plan = await planOf(withCluster({ addonVersions: { coredns: "v1.12.1-eksbuild.2" } }));
        const versions = plan.resources
            .filter(({ type }) => type === "aws:eks/addon:Addon")
            .map(({ inputs }) => [inputs["addonName"], inputs["addonVersion"]]);
        assert.deepEqual(Object.fromEntries(versions), {
            "aws-ebs-csi-driver": undefined,
            coredns: "v1.12.1-eksbuild.2",
            "eks-pod-identity-agent": undefined,
            "kube-proxy": undefined,
            "vpc-cni": undefined,
        });
    });
});

describe("the load balancer controller of an EKS cluster", () => {
    it("is a pinned release that serves TargetGroupBindings only", async () => {
        const plan = await planOf(valid.eks);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:cluster:EksLoadBalancerController")), [
            "aws:eks/podIdentityAssociation:PodIdentityAssociation vernemq-cluster-lb-controller-identity",
            "kubernetes:helm.sh/v3:Release vernemq-cluster-lb-controller-release",
            "vernemq:cluster:EksRole vernemq-cluster-lb-controller-iam",
        ]);
        const release = only(plan, "kubernetes:helm.sh/v3:Release", "vernemq-cluster-lb-controller-release");
        const { version, repositoryOpts, values } = release.inputs;
        assert.deepEqual(
            { version, repositoryOpts, values },
            {
                version: "3.5.0",
                repositoryOpts: { repo: "https://aws.github.io/eks-charts" },
                values: {
                    clusterName,
                    region: "eu-central-1",
                    vpcId: "${vernemq-cluster-network-vpc.id}",
                    serviceAccount: { create: true, name: "aws-load-balancer-controller" },
                    replicaCount: 2,
                    podDisruptionBudget: { maxUnavailable: 1 },
                    keepTLSSecret: true,
                    enableServiceMutatorWebhook: false,
                    createIngressClassResource: false,
                    ingressClassParams: { create: false },
                    enableBackendSecurityGroup: false,
                    enableShield: false,
                    enableWaf: false,
                    enableWafv2: false,
                },
            },
        );
        assert.ok(waitsFor(release).includes("vernemq-cluster-lb-controller-identity"));
        assert.ok(waitsFor(release).includes("vernemq-cluster-pod-addons-coredns"));
    });

    it("may look, and register targets with target groups of this cluster", async () => {
        const policy = only(
            await planOf(valid.eks),
            "aws:iam/rolePolicy:RolePolicy",
            "vernemq-cluster-lb-controller-iam-policy",
        );
        assert.deepEqual(JSON.parse(String(policy.inputs["policy"])), {
            Version: "2012-10-17",
            Statement: [
                {
                    Sid: "Look",
                    Effect: "Allow",
                    Action: [
                        "ec2:DescribeInstances",
                        "ec2:DescribeSecurityGroups",
                        "ec2:DescribeVpcs",
                        "elasticloadbalancing:DescribeTargetGroups",
                        "elasticloadbalancing:DescribeTargetHealth",
                    ],
                    Resource: "*",
                },
                {
                    Sid: "RegisterPods",
                    Effect: "Allow",
                    Action: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
                    Resource: "arn:aws:elasticloadbalancing:eu-central-1:*:targetgroup/*",
                    Condition: {
                        StringEquals: { [`aws:ResourceTag/kubernetes.io/cluster/${clusterName}`]: "shared" },
                    },
                },
            ],
        });
    });
});

describe("the identity of an EKS cluster", () => {
    it("stays when something in it changes: no object in the cluster is replaced", async () => {
        const changes = await changesBetween(
            valid.eks,
            withCluster({ version: "1.36", logRetentionDays: 7, apiAllowedCidrs: ["198.51.100.0/24"] }),
        );
        assert.deepEqual(
            changes.filter(({ action }) => action !== "update"),
            [],
        );
    });

    it("changes with its network: the cluster and every object in it are replaced", async () => {
        const changes = await changesBetween(valid.eks, withCluster({ vpcCidr: "10.9.0.0/16" }));
        const cluster = changes.find(({ type }) => type === "aws:eks/cluster:Cluster");
        assert.equal(cluster?.action, "replace");
        assert.deepEqual(cluster.because, ["name"]);
        assert.equal(cluster.protected, true);
        const objects = changes.filter(({ type }) => type.startsWith("kubernetes:"));
        assert.ok(objects.length > 5);
        assert.ok(objects.every(({ action }) => action === "replace"));
    });
});
