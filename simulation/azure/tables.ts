import type { ServiceTables } from "../tables";

export const tables: ServiceTables = {
    uniqueInputs: {},
    seconds: {
        "azure-native:containerservice:ManagedCluster": 300,
        "azure-native:containerservice:AgentPool": 180,
        "azure-native:network:ApplicationGateway": 360,
    },
};
