import type { ServiceTables } from "../tables";

export const tables: ServiceTables = {
    uniqueInputs: {
        "gcp:container/cluster:Cluster": ["location", "name"],
        "gcp:container/nodePool:NodePool": ["location", "cluster", "name"],
        "gcp:compute/networkEndpointGroup:NetworkEndpointGroup": ["zone", "name"],
        "gcp:dns/recordSet:RecordSet": ["managedZone", "name", "type"],
        "gcp:projects/iAMMember:IAMMember": ["project", "role", "member"],
        "gcp:serviceaccount/account:Account": ["accountId"],
    },
    seconds: {
        "gcp:container/cluster:Cluster": 420,
        "gcp:container/nodePool:NodePool": 120,
    },
};
