import * as z from "zod";
import { eksDefaults } from "../../../components/aws/defaults";
import { type EksAddonName, eksAddonNames } from "../../../components/aws/addon-names";
import { zoneLetters } from "../../../components/aws/subnets";
import {
    apiAllowedCidrs,
    brokerNodeSize,
    brokerPool,
    commonTags,
    eachOnce,
    minorVersion,
    systemNodeSize,
    systemPool,
} from "../../settings/schema/cluster";
import { block, choice, flag, matching, networkCidr } from "../../settings/schema/types";
import type { ParsedGroups, Settings } from "../../settings/settings";

const adoptedVpc = z.strictObject({
    vpcId: matching(/^vpc-[0-9a-f]{8,17}$/, "a VPC id, for example vpc-0123456789abcdef0").describe("The VPC."),
    privateSubnetIds: z
        .array(matching(/^subnet-[0-9a-f]{8,17}$/, "a subnet id"))
        .min(2, { error: "EKS needs subnets in at least two zones" })
        .describe("Private subnets for the nodes, in at least two zones."),
    publicSubnetIds: z
        .array(matching(/^subnet-[0-9a-f]{8,17}$/, "a subnet id"))
        .min(2, { error: "the load balancer needs subnets in at least two zones" })
        .describe("Public subnets for the load balancer, in the same zones."),
});

const kmsKeyArn = matching(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/, "the ARN of a KMS key");

function addonVersion(name: string) {
    return matching(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, "a version of an EKS add-on, for example v1.20.4-eksbuild.1")
        .optional()
        .describe(`Version of ${name}, as \`aws eks describe-addon-versions --addon-name ${name}\` lists it.`);
}

/** `vernemq:cluster` of target eks. */
export const eksClusterSchema = z.strictObject({
    version: minorVersion().prefault(eksDefaults.version).describe("Kubernetes version."),
    apiEndpoint: choice(["public", "private"], eksDefaults.apiEndpoint).describe(
        "Where the Kubernetes API is reached: on the internet and in the VPC, or with `private` in the VPC alone, which your pipelines then have to reach. `private` takes your own VPC (`vpc`).",
    ),
    apiAllowedCidrs,
    adminPrincipalArns: z
        .array(matching(/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/, "the ARN of an IAM role or user"))
        .prefault([...eksDefaults.adminPrincipalArns])
        .describe("IAM roles and users that administer the cluster, in addition to its creator."),
    vpcCidr: networkCidr(16, 20).prefault(eksDefaults.vpcCidr).describe("Network of the VPC."),
    zones: eachOnce(
        z
            .array(z.enum(zoneLetters, { error: "the letter of a zone, a to f" }))
            .min(2, { error: "EKS needs at least two zones" })
            .max(6, { error: "at most six zones" }),
    )
        .prefault([...eksDefaults.zones])
        .describe(
            "Availability zones, by the letter that follows the region's name. Default: the first three that the region has.",
        ),
    natGateways: choice(["one", "per-zone"], eksDefaults.natGateways).describe(
        "`one` costs less; `per-zone` keeps the other zones online when a zone fails.",
    ),
    vpc: adoptedVpc
        .optional()
        .describe("Your own VPC instead of a new one. Its subnets need the tags that load balancers look for."),
    kmsKeyArn: kmsKeyArn
        .optional()
        .describe("Key that encrypts Kubernetes secrets. Default: a new one that rotates yearly."),
    logRetentionDays: z
        .union(
            [z.literal(7), z.literal(14), z.literal(30), z.literal(60), z.literal(90), z.literal(180), z.literal(365)],
            {
                error: "one of 7, 14, 30, 60, 90, 180 and 365, which CloudWatch knows",
            },
        )
        .prefault(eksDefaults.logRetentionDays)
        .describe("Days that control plane logs are kept."),
    logKmsKeyArn: kmsKeyArn
        .optional()
        .describe(
            "Key that encrypts control plane logs; its policy has to let CloudWatch Logs use it. Default: they are encrypted with a key of AWS.",
        ),
    keepLogs: flag(eksDefaults.keepLogs).describe(
        "Leave the log group in the account when the stack is destroyed. Its logs are still deleted after `logRetentionDays`.",
    ),
    extendedSupport: flag(eksDefaults.extendedSupport).describe(
        "Keep the Kubernetes version when its standard support ends, which AWS bills by the hour. With false EKS then upgrades the control plane by itself.",
    ),
    systemNodes: block("System node group.", {
        instanceType: systemNodeSize("Instance type", eksDefaults.systemNodes.instanceType),
        ...systemPool(eksDefaults.systemNodes.count),
    }),
    brokerNodes: block("VerneMQ's node group.", {
        instanceType: brokerNodeSize("Instance type", eksDefaults.brokerNodes.instanceType),
        ...brokerPool,
    }),
    addonVersions: block(
        "Versions of the EKS add-ons to pin. Default: the version that is EKS' default for the Kubernetes version when the add-on is created; it stays until you change it here.",
        Object.fromEntries(eksAddonNames.map((name) => [name, addonVersion(name)])) as Record<
            EksAddonName,
            z.ZodOptional<z.ZodString>
        >,
    ),
    volumeAccess: z
        .enum(["cluster", "account"])
        .optional()
        .describe(
            "Volumes and snapshots that the EBS CSI driver may manage: those that it created for this cluster, or all of the account. With `cluster`, a volume or snapshot from elsewhere needs tag `ebs.csi.aws.com/cluster-name`. Default: `cluster`, and `account` in China and GovCloud, where AWS documents no policy for one cluster.",
        ),
    deletionProtection: flag(eksDefaults.deletionProtection).describe(
        "Protect the cluster and its load balancer from deletion and replacement.",
    ),
    tags: commonTags,
});

type Cluster = z.output<typeof eksClusterSchema>;

export type EksGroups = ParsedGroups<Cluster>;
export type EksSettings = Settings<Cluster, "region">;
