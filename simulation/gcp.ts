import { certificateModels } from "./gcp-certificates";
import { containerModels } from "./gcp-container";
import { loadBalancerModels } from "./gcp-loadbalancer";
import { networkModels } from "./gcp-network";
import type { SimulatedProvider } from "./provider";

/** Google Cloud, as far as this program asks something of it. */
export const gcp: SimulatedProvider = {
    name: "gcp",
    models: { ...networkModels, ...loadBalancerModels, ...containerModels, ...certificateModels },
};
