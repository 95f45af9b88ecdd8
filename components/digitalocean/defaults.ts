import { brokerDefaults } from "../broker/defaults";

/** What DOKS clusters are where the user says nothing: for the component and for the settings of a stack. */
export const doksDefaults = {
    automaticUpgrades: true,
    highAvailability: true,
    vpcCidr: "10.110.0.0/20",
    systemNodes: { size: "s-4vcpu-8gb", count: 2 },
    brokerNodes: { size: "g-8vcpu-32gb", count: brokerDefaults.replicas },
    kubeconfigDays: 90,
    maintenance: { day: "sunday", startTime: "04:00" },
    deletionProtection: true,
    tags: [],
} as const;

/** Nodes of a regional load balancer, of which one may fail. */
export const loadBalancerNodes = 2;
