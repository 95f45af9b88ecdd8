import type { ServiceTables } from "../tables";

export const tables: ServiceTables = {
    uniqueInputs: {},
    seconds: {
        "kubernetes:helm.sh/v3:Release": 90,
        "kubernetes:apps/v1:Deployment": 40,
    },
};
