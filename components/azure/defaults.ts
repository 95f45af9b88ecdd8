import { brokerDefaults } from "../broker/defaults";
import { nodeDiskGiB } from "../common/node-defaults";

/** What AKS clusters are where the user says nothing: for the component and for the settings of a stack. */
export const aksDefaults = {
    version: "1.35",
    upgradeChannel: "patch",
    zones: ["1", "2", "3"],
    vnetCidr: "10.0.0.0/16",
    podCidr: "10.244.0.0/16",
    serviceCidr: "10.100.0.0/16",
    systemNodes: { vmSize: "Standard_D4s_v5", count: 3, diskGiB: nodeDiskGiB },
    brokerNodes: { vmSize: "Standard_D8s_v5", count: brokerDefaults.replicas, diskGiB: nodeDiskGiB },
    encryptionAtHost: true,
    deletionProtection: true,
    tags: {},
} as const;
