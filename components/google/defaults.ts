import { brokerDefaults } from "../broker/defaults";
import { nodeDiskGiB } from "../common/node-defaults";

/** What GKE clusters are where the user says nothing: for the component and for the settings of a stack. */
export const gkeDefaults = {
    releaseChannel: "REGULAR",
    zones: ["a", "b", "c"],
    nodeCidr: "10.0.0.0/20",
    podCidr: "10.4.0.0/14",
    serviceCidr: "10.8.0.0/20",
    controlPlaneCidr: "172.16.0.0/28",
    systemNodes: { machineType: "e2-standard-4", count: 3, diskGiB: nodeDiskGiB },
    brokerNodes: { machineType: "n2-standard-8", count: brokerDefaults.replicas, diskGiB: nodeDiskGiB },
    deletionProtection: true,
    labels: {},
} as const;
