import * as eks from "@pulumi/aws/eks";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import type { EksAddonName } from "./addon-names";
import { partitionOf } from "./cluster-info";
import { EksRole } from "./iam-role";

/** Versions that the user pins. */
export type EksAddonVersions = Readonly<Partial<Record<EksAddonName, string>>>;

export interface EksAddonsArgs {
    readonly region: string;
    readonly cluster: eks.Cluster;
    /** The cluster's name as a plain value, for the roles' trust. */
    readonly clusterName: string;
    /**
     * Versions to install. Default: the one that EKS holds for the default of the cluster's Kubernetes version when the add-on is created;
     * it then stays until it is changed here, so previews do not drift.
     */
    readonly versions: EksAddonVersions;
    /** Volumes and snapshots that the EBS CSI driver may manage: those of this cluster, or all of the account. */
    readonly volumeAccess: VolumeAccess;
    readonly tags: Readonly<Record<string, string>>;
}

const namespace = "kube-system";

/** Whose volumes the EBS CSI driver may manage. */
export type VolumeAccess = "cluster" | "account";

/**
 * AWS's policies for the EBS CSI driver. The one for a cluster holds volumes and snapshots to tag `ebs.csi.aws.com/cluster-name`, which it
 * compares with the tag that Pod Identity gives the session
 * (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEBSCSIDriverEKSClusterScopedPolicy.html). The instances of managed
 * node groups carry `eks:cluster-name`.
 */
const volumePolicies: Readonly<Record<VolumeAccess, string>> = {
    cluster: "AmazonEBSCSIDriverEKSClusterScopedPolicy",
    account: "service-role/AmazonEBSCSIDriverPolicy",
};

/**
 * The same for what drivers before v1.58.0 created: they do not set that tag (https://github.com/kubernetes-sigs/aws-ebs-csi-driver/issues/2918),
 * only `kubernetes.io/cluster/NAME`, for which the add-on is given the cluster's name (docs/tagging.md of the driver). Without this a broker
 * of a stack from before would find its volume no more.
 */
function earlierVolumes(region: string, clusterName: string): readonly object[] {
    const all = (kind: string) => `arn:${partitionOf(region).id}:ec2:*:*:${kind}/*`;
    const tag = `kubernetes.io/cluster/${clusterName}`;
    const statement = (action: readonly string[], resource: readonly string[], condition: object) => ({
        Effect: "Allow",
        Action: action,
        Resource: resource,
        Condition: { StringEquals: condition },
    });
    const [volumes, snapshots] = [all("volume"), all("snapshot")];
    return [
        statement(["ec2:CreateVolume"], [volumes], { [`aws:RequestTag/${tag}`]: "owned" }),
        statement(["ec2:CreateSnapshot"], [snapshots], { [`aws:RequestTag/${tag}`]: "owned" }),
        statement(["ec2:CreateTags"], [volumes, snapshots], {
            [`aws:RequestTag/${tag}`]: "owned",
            "ec2:CreateAction": ["CreateVolume", "CreateSnapshot"],
        }),
        statement(
            ["ec2:AttachVolume", "ec2:DetachVolume", "ec2:ModifyVolume", "ec2:DeleteVolume", "ec2:CreateSnapshot"],
            [volumes],
            { [`ec2:ResourceTag/${tag}`]: "owned" },
        ),
        statement(["ec2:CreateVolume", "ec2:DeleteSnapshot"], [snapshots], { [`ec2:ResourceTag/${tag}`]: "owned" }),
    ];
}

/** Of each add-on that talks to AWS: its service account and the rights that it needs. */
const identities = {
    "vpc-cni": { serviceAccount: "aws-node", rights: () => ({ managedPolicies: ["AmazonEKS_CNI_Policy"] }) },
    "aws-ebs-csi-driver": {
        serviceAccount: "ebs-csi-controller-sa",
        rights: ({ region, clusterName, volumeAccess }: EksAddonsArgs) => ({
            managedPolicies: [volumePolicies[volumeAccess]],
            statements: volumeAccess === "cluster" ? earlierVolumes(region, clusterName) : undefined,
        }),
    },
} as const;

/**
 * The network policies of the broker and HAProxy rely on this: the VPC CNI ignores NetworkPolicy objects unless it is told to enforce them
 * (https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html). The schema wants a text.
 */
const networkPolicies = JSON.stringify({ enableNetworkPolicy: "true" });

interface AddonOptions {
    readonly dependsOn?: pulumi.Resource[];
    readonly configurationValues?: string;
    readonly podIdentityAssociations?: eks.AddonArgs["podIdentityAssociations"];
}

abstract class EksAddons extends Component {
    protected addon(addonName: EksAddonName, args: EksAddonsArgs, options: AddonOptions = {}): eks.Addon {
        const { dependsOn, ...settings } = options;
        return this.childWith({ dependsOn }, eks.Addon, addonName, {
            clusterName: args.cluster.name,
            addonName,
            addonVersion: args.versions[addonName],
            // What a preview shows is what runs: edits by hand are undone with the next change of the add-on.
            resolveConflictsOnUpdate: "OVERWRITE",
            ...settings,
            tags: args.tags,
        });
    }

    /** An add-on with a role for its service account. */
    protected addonWithRole(
        addonName: keyof typeof identities,
        args: EksAddonsArgs,
        options: AddonOptions & { readonly dependsOn: pulumi.Resource[] },
    ): eks.Addon {
        const { serviceAccount, rights } = identities[addonName];
        const role = this.child(EksRole, `${addonName}-iam`, {
            region: args.region,
            trust: { clusterName: args.clusterName, namespace, serviceAccount },
            description: `Add-on ${addonName} of EKS cluster ${args.clusterName}`,
            ...rights(args),
            tags: args.tags,
        });
        return this.addon(addonName, args, {
            ...options,
            dependsOn: [...options.dependsOn, ...role.ready],
            podIdentityAssociations: [{ serviceAccount, roleArn: role.arn }],
        });
    }
}

/** Add-ons that nodes need to become ready: network, service addresses, and the agent that gives the VPC CNI its role. */
export class EksNodeAddons extends EksAddons {
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: EksAddonsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:cluster:EksNodeAddons", name, opts);
        const agent = this.addon("eks-pod-identity-agent", args);
        const proxy = this.addon("kube-proxy", args);
        // The agent first: without it the VPC CNI gets no credentials (terraform-aws-modules/terraform-aws-eks#3260).
        const options = { dependsOn: [agent], configurationValues: networkPolicies };
        this.ready = [agent, proxy, this.addonWithRole("vpc-cni", args, options)];
        this.registerOutputs({});
    }
}

/** Add-ons that run as pods on nodes. EKS reports them as degraded until there are some, so they come after the node groups. */
export class EksPodAddons extends EksAddons {
    readonly ready: readonly pulumi.Resource[];

    constructor(
        name: string,
        args: EksAddonsArgs & { readonly nodes: readonly pulumi.Resource[] },
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("vernemq:cluster:EksPodAddons", name, opts);
        const after = { dependsOn: [...args.nodes] };
        this.ready = [this.addon("coredns", args, after), this.addonWithRole("aws-ebs-csi-driver", args, after)];
        this.registerOutputs({});
    }
}
