import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ec2 from "@pulumi/aws/ec2";
import * as eks from "@pulumi/aws/eks";
import * as kms from "@pulumi/aws/kms";
import * as vpc from "@pulumi/aws/vpc";
import { Provider } from "@pulumi/kubernetes/provider";
import * as storage from "@pulumi/kubernetes/storage/v1";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { eksDefaults } from "./defaults";
import { EksAdministrators } from "./administrators";
import { EksNodeAddons, EksPodAddons } from "./addons";
import type { EksClusterArgs, FullEksClusterArgs } from "./cluster-args";
import { clusterGeneration, kubeconfigText, partitionOf } from "./cluster-info";
import { EksLoadBalancerController } from "./controller";
import { cidrName } from "./listeners";
import { EksNetwork, type EksSubnets } from "./network";
import type { AwsNetworkContext } from "./network-context";
import { EksNodeGroup } from "./node-pools";
import { EksRole } from "./iam-role";
import {
    type ClusterHandle,
    dedicatedNodes,
    dedicatedPlacement,
    changesConfigurationInPlace,
} from "../common/cluster-handle";
import { complete } from "../common/defaults";
import { planSubnets } from "./subnets";

/**
 * EKS allows 100 characters (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html); a hyphen and six digits come
 * from here.
 */
export const clusterNameLimit = { max: 93 } as const;

/** Everything that the control plane can log. */
const controlPlaneLogs = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** The storage class for VerneMQ's volumes. */
const storageClassName = "gp3-encrypted";

/** EKS with everything that VerneMQ needs of it: network, two node groups, add-ons, load balancer controller and storage class. */
export class EksCluster extends Component implements ClusterHandle<AwsNetworkContext> {
    readonly hasManagedControlPlane = true;
    readonly clusterName: pulumi.Output<string>;
    readonly provider: Provider;
    readonly kubeconfig: pulumi.Output<string>;
    readonly network: AwsNetworkContext;
    readonly brokerPlacement = dedicatedPlacement;
    readonly storageClassName: pulumi.Output<string>;
    readonly ready: readonly pulumi.Resource[];

    readonly #args: FullEksClusterArgs;
    /** The name of the cluster in AWS, known before it is there. */
    readonly physicalName: string;

    constructor(name: string, given: EksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:cluster:EksCluster", name, opts);
        const args = complete<FullEksClusterArgs, typeof eksDefaults>(given, eksDefaults);
        this.#args = args;
        const generation = clusterGeneration({ vpcId: args.vpc?.vpcId, vpcCidr: args.vpcCidr });
        this.physicalName = `${args.name}-${generation}`;

        const subnets = this.#subnets();
        const cluster = this.#cluster(subnets);
        const admins = this.child(EksAdministrators, "admins", {
            region: args.region,
            cluster,
            principalArns: args.adminPrincipalArns,
            tags: args.tags,
        });
        const addonArgs = {
            region: args.region,
            cluster,
            clusterName: this.physicalName,
            versions: args.addonVersions,
            // AWS documents the policy of a cluster for partition `aws`; whether others have it is not known here.
            volumeAccess: args.volumeAccess ?? (partitionOf(args.region).id === "aws" ? "cluster" : "account"),
            tags: args.tags,
        };
        const nodeAddons = this.child(EksNodeAddons, "node-addons", addonArgs);
        const nodes = this.#nodes(cluster, subnets, [...subnets.ready, ...nodeAddons.ready]);
        const podAddons = this.child(EksPodAddons, "pod-addons", { ...addonArgs, nodes });

        this.clusterName = cluster.name;
        this.kubeconfig = this.#kubeconfig(cluster);
        const options = { dependsOn: [...admins.ready, ...this.#privateAccess(cluster)] };
        this.provider = this.childWith(options, Provider, "kubernetes", {
            ...changesConfigurationInPlace,
            kubeconfig: this.kubeconfig,
            // Known in every preview, and another one exactly when the cluster is: else an unknown kubeconfig would show every object in
            // the cluster as replaced.
            clusterIdentifier: `eks/${args.region}/${args.name}/${generation}`,
        });
        const storageClass = this.#storageClass(podAddons.ready);
        const controller = this.child(EksLoadBalancerController, "lb-controller", {
            region: args.region,
            cluster,
            clusterName: this.physicalName,
            vpcId: subnets.vpcId,
            provider: this.provider,
            nodes: [...nodes, ...podAddons.ready],
            tags: args.tags,
            images: args.images,
            chartSource: args.controllerChartSource,
        });
        this.storageClassName = storageClass.metadata.name;
        this.network = {
            region: args.region,
            vpcId: subnets.vpcId,
            createsSubnets: args.vpc === undefined,
            publicSubnetIds: subnets.publicSubnetIds,
            privateSubnetIds: subnets.privateSubnetIds,
            nodeSecurityGroupId: cluster.vpcConfig.clusterSecurityGroupId,
        };
        this.ready = [this.provider, ...nodes, ...podAddons.ready, storageClass, ...controller.ready];
        this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
    }

    /** The networks of the subnets, which load balancers take their own addresses from. Of an adopted VPC, AWS is asked. */
    subnetCidrs(kind: "public" | "private"): readonly pulumi.Input<string>[] {
        const { vpc, vpcCidr, zones } = this.#args;
        if (vpc === undefined) {
            return planSubnets(vpcCidr, zones).map((subnets) => subnets[`${kind}Cidr`]);
        }
        return vpc[`${kind}SubnetIds`].map((id) => ec2.getSubnetOutput({ id }, { parent: this }).cidrBlock);
    }

    #subnets(): EksSubnets {
        const { vpc } = this.#args;
        return vpc === undefined
            ? this.child(EksNetwork, "network", this.#args)
            : {
                  vpcId: pulumi.output(vpc.vpcId),
                  publicSubnetIds: pulumi.output([...vpc.publicSubnetIds]),
                  privateSubnetIds: pulumi.output([...vpc.privateSubnetIds]),
                  ready: [],
              };
    }

    #cluster(subnets: EksSubnets): eks.Cluster {
        const args = this.#args;
        const role = this.child(EksRole, "control-plane-iam", {
            region: args.region,
            trust: { service: "eks.amazonaws.com" },
            description: `Control plane of EKS cluster ${this.physicalName}`,
            managedPolicies: ["AmazonEKSClusterPolicy"],
            tags: args.tags,
        });
        // EKS would make this group itself, without an end to its logs.
        const logs = this.child(cloudwatch.LogGroup, "logs", {
            name: `/aws/eks/${this.physicalName}/cluster`,
            retentionInDays: args.logRetentionDays,
            kmsKeyId: args.logKmsKeyArn,
            skipDestroy: args.keepLogs ? true : undefined,
            tags: args.tags,
        });
        const options = { protect: args.deletionProtection, dependsOn: [logs, ...role.ready] };
        return this.childWith(options, eks.Cluster, "control-plane", {
            name: this.physicalName,
            version: args.version,
            roleArn: role.arn,
            accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
            // The add-ons are this program's resources; EKS would put unmanaged copies in their place.
            bootstrapSelfManagedAddons: false,
            vpcConfig: {
                subnetIds: subnets.privateSubnetIds,
                endpointPrivateAccess: true,
                endpointPublicAccess: args.apiEndpoint === "public",
                publicAccessCidrs: args.apiEndpoint === "public" ? [...args.apiAllowedCidrs] : undefined,
            },
            // AWS encrypts all data of the API and no longer reads `resources`; the provider still requires it.
            encryptionConfig: { provider: { keyArn: this.#secretsKey() }, resources: ["secrets"] },
            enabledClusterLogTypes: controlPlaneLogs,
            deletionProtection: args.deletionProtection,
            upgradePolicy: { supportType: args.extendedSupport ? "EXTENDED" : "STANDARD" },
            tags: args.tags,
        });
    }

    /**
     * Lets networks outside the cluster reach a private endpoint, which carries the cluster's security group
     * (https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html, "Accessing a private only API server").
     */
    #privateAccess(cluster: eks.Cluster): pulumi.Resource[] {
        const { apiAllowedCidrs, apiEndpoint, tags } = this.#args;
        return apiEndpoint === "public"
            ? []
            : [...new Set(apiAllowedCidrs)].map((cidr) =>
                  this.child(vpc.SecurityGroupIngressRule, `api-from-${cidrName(cidr)}`, {
                      securityGroupId: cluster.vpcConfig.clusterSecurityGroupId,
                      description: "Kubernetes API",
                      cidrIpv4: cidr,
                      ipProtocol: "tcp",
                      fromPort: 443,
                      toPort: 443,
                      tags,
                  }),
              );
    }

    #secretsKey(): pulumi.Input<string> {
        return (
            this.#args.kmsKeyArn ??
            this.childWith({ protect: this.#args.deletionProtection }, kms.Key, "secrets-key", {
                description: `Kubernetes secrets of EKS cluster ${this.physicalName}`,
                enableKeyRotation: true,
                // Without the key the cluster's secrets cannot be read again, so the longest waiting period.
                deletionWindowInDays: 30,
                tags: this.#args.tags,
            }).arn
        );
    }

    #nodes(cluster: eks.Cluster, subnets: EksSubnets, before: readonly pulumi.Resource[]): pulumi.Resource[] {
        const { region, systemNodes, brokerNodes, tags } = this.#args;
        const role = this.child(EksRole, "nodes-iam", {
            region,
            trust: { service: partitionOf(region).ec2Principal },
            description: `Nodes of EKS cluster ${this.physicalName}`,
            // To join and to pull images. What pods need of AWS is given to their service accounts.
            managedPolicies: ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"],
            tags,
        });
        const common = {
            clusterName: cluster.name,
            version: cluster.version,
            nodeRoleArn: role.arn,
            subnetIds: subnets.privateSubnetIds,
            after: [...before, ...role.ready],
            tags,
        };
        const system = this.child(EksNodeGroup, "system-nodes", {
            ...common,
            instanceName: `${this.physicalName}-system`,
            size: systemNodes,
        });
        const broker = this.child(EksNodeGroup, "broker-nodes", {
            ...common,
            instanceName: `${this.physicalName}-broker`,
            size: brokerNodes,
            dedicated: dedicatedNodes,
        });
        return [...system.ready, ...broker.ready];
    }

    #kubeconfig(cluster: eks.Cluster): pulumi.Output<string> {
        return pulumi.secret(
            pulumi
                .all([cluster.name, cluster.endpoint, cluster.certificateAuthority])
                .apply(([clusterName, endpoint, authority]) =>
                    kubeconfigText({
                        clusterName,
                        region: this.#args.region,
                        endpoint,
                        certificateAuthority: authority.data,
                    }),
                ),
        );
    }

    #storageClass(driver: readonly pulumi.Resource[]): storage.StorageClass {
        const options = { provider: this.provider, dependsOn: [...driver] };
        return this.childWith(options, storage.StorageClass, "storage-class", {
            metadata: { name: storageClassName },
            provisioner: "ebs.csi.aws.com",
            parameters: { type: "gp3", encrypted: "true" },
            // A volume lives in one zone: it is created where its pod has been placed.
            volumeBindingMode: "WaitForFirstConsumer",
            allowVolumeExpansion: true,
            reclaimPolicy: "Delete",
        });
    }
}
