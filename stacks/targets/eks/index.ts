import { planEksEdge } from "../../../components/aws/edge";
import { controllerVersion } from "../../../components/aws/defaults";
import { awsEvidence } from "../../../components/aws/evidence";
import { awsAccount } from "../../../components/aws/account";
import { machineProposals, nodePoolTypes } from "../../../components/aws/limits";
import { awsCatalog } from "../../../components/aws/catalog";
import { physicalIds, resourceRoles } from "../../../components/aws/resource-roles";
import { hostedZoneProblems } from "../../settings/rules/zone-of-host";
import { defineTarget } from "../target";
import { eksProblems, eksWarnings } from "./rules";
import { eksClusterSchema } from "./schema";

/** Amazon Elastic Kubernetes Service. */
export const eks = defineTarget({
    name: "eks",
    title: "Amazon EKS",
    clusterSchema: eksClusterSchema,
    configKeys: [
        {
            key: "aws:region",
            name: "region",
            pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
            rule: "EKS needs a region of AWS, for example eu-central-1",
            remedy: "run `pulumi config set aws:region REGION`",
            description: "Region of everything on AWS.",
        },
    ],
    networkSettings: ["vpcCidr"],
    createsCluster: true,
    nodesHaveZones: true,
    hasReachableNodes: false,
    hasIpv4Only: true,
    loadBalancers: [],
    cloudCertificate: "dns-validated",
    // Names in a certificate: https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
    cloudNames: {
        sharesIssued: true,
        mostShared: 10,
        mostOwn: 25,
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html",
        asOf: "2026-11",
    },
    dns: { credentials: "route53", podsHaveIdentity: true, hasResourceGroups: false, problems: hostedZoneProblems },
    snapshotAdvice: {
        // Neither the snapshot controller nor its types: https://docs.aws.amazon.com/eks/latest/userguide/csi-snapshot-controller.html
        "ebs.csi.aws.com":
            "on EKS, install the add-on snapshot-controller and create a VolumeSnapshotClass for ebs.csi.aws.com",
    },
    resourceRoles,
    nodePoolTypes,
    machineProposals,
    physicalIds,
    account: awsAccount,
    catalog: {
        known: awsCatalog,
        regionKey: "aws:region",
        zones: "zones",
        zonesFollowFrom: "vpc",
        version: "version",
        extendedSupport: "extendedSupport",
        machine: "instanceType",
    },
    edgeEvidence: awsEvidence,
    matrix: [
        { when: "default (ACM)", requirements: {} },
        { when: "default, `tcpKeepalive: true`", requirements: { tcpKeepalive: true } },
        {
            when: "`terminateTls: haproxy`, mutual TLS, long keepalives",
            requirements: { certificateSource: "pem" },
        },
    ],
    charts: () => ({ loadBalancerController: controllerVersion }),
    problems: eksProblems,
    warnings: eksWarnings,
    planEdge: planEksEdge,
    edgeRequirements: () => ({}),
    adoptedKubeconfig: () => undefined,
    create: async (settings) => (await import("./create")).createEks(settings),
});
