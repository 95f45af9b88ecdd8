import * as ec2 from "@pulumi/aws/ec2";
import * as eks from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";
import { amiTypeFor } from "./cluster-info";
import { Component } from "../common/component";

/** Size of a node group. */
export interface NodePoolSize {
    readonly instanceType: string;
    /** Number of nodes. */
    readonly count: number;
    /** Size of each node's root disk, in GiB. */
    readonly diskGiB: number;
}

export interface EksNodeGroupArgs {
    readonly clusterName: pulumi.Input<string>;
    /** Kubernetes version; the cluster's own output, so that nodes follow the control plane. */
    readonly version: pulumi.Input<string>;
    readonly nodeRoleArn: pulumi.Input<string>;
    readonly subnetIds: pulumi.Input<string[]>;
    /** Tag Name of the instances and their volumes. */
    readonly instanceName: string;
    readonly size: NodePoolSize;
    /** Label and taint of nodes that are one workload's alone. Default: nodes for everything. */
    readonly dedicated?: { readonly key: string; readonly value: string };
    /** What has to be there before a node can join: routes, network add-ons, the role's policies. */
    readonly after: readonly pulumi.Resource[];
    readonly tags: Readonly<Record<string, string>>;
}

/** The root device of Amazon Linux 2023. */
const rootDevice = "/dev/xvda";

/** A managed node group with its launch template. */
export class EksNodeGroup extends Component {
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: EksNodeGroupArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:cluster:EksNodeGroup", name, opts);
        const template = this.child(ec2.LaunchTemplate, "template", launchTemplate(args));
        const group = this.childWith({ dependsOn: [...args.after] }, eks.NodeGroup, "group", {
            clusterName: args.clusterName,
            version: args.version,
            nodeRoleArn: args.nodeRoleArn,
            subnetIds: args.subnetIds,
            amiType: amiTypeFor(args.size.instanceType),
            capacityType: "ON_DEMAND",
            // A new version of the template rolls the nodes one by one, drained, within the pods' disruption budgets.
            launchTemplate: {
                id: template.id,
                version: template.latestVersion.apply((version) => version.toString()),
            },
            scalingConfig: {
                minSize: args.size.count,
                desiredSize: args.size.count,
                maxSize: args.size.count,
            },
            updateConfig: { maxUnavailable: 1 },
            labels: args.dedicated && { [args.dedicated.key]: args.dedicated.value },
            taints: args.dedicated && [{ ...args.dedicated, effect: "NO_SCHEDULE" }],
            tags: args.tags,
        });
        this.ready = [group];
        this.registerOutputs({});
    }
}

/**
 * How an instance starts. The instance type stands here and not in the node group: there a change would replace the group, here it rolls
 * it (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html).
 */
function launchTemplate({ size, instanceName, tags: common }: EksNodeGroupArgs): ec2.LaunchTemplateArgs {
    const tags = { ...common, Name: instanceName };
    const disk = { volumeType: "gp3", volumeSize: size.diskGiB, encrypted: "true", deleteOnTermination: "true" };
    return {
        instanceType: size.instanceType,
        updateDefaultVersion: true,
        metadataOptions: {
            httpEndpoint: "enabled",
            httpTokens: "required",
            // One hop ends at the node: pods cannot take the node's role. Those that need AWS have Pod Identity, whose agent, like the
            // VPC CNI, runs in the node's own network.
            httpPutResponseHopLimit: 1,
        },
        blockDeviceMappings: [{ deviceName: rootDevice, ebs: disk }],
        tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
        tags,
    };
}
