import { brokerDefaults } from "../broker/defaults";
import { nodeDiskGiB } from "../common/node-defaults";

/** Version of the AWS Load Balancer Controller and of its chart. */
export const controllerVersion = "3.5.0";

/** What EKS clusters are where the user says nothing: for the component and for the settings of a stack. */
export const eksDefaults = {
    version: "1.35",
    apiEndpoint: "public",
    adminPrincipalArns: [],
    vpcCidr: "10.0.0.0/16",
    zones: ["a", "b", "c"],
    natGateways: "one",
    extendedSupport: true,
    logRetentionDays: 30,
    keepLogs: false,
    systemNodes: { instanceType: "m7i.large", count: 2, diskGiB: nodeDiskGiB },
    brokerNodes: { instanceType: "m7i.2xlarge", count: brokerDefaults.replicas, diskGiB: nodeDiskGiB },
    addonVersions: {},
    deletionProtection: true,
    tags: {},
} as const;
