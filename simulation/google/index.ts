import { certificateModels } from "./certificates";
import { containerModels } from "./container";
import { loadBalancerModels } from "./load-balancer";
import { networkModels } from "./network";
import type { SimulatedProvider } from "../provider";
import { replacementTable, withReplacements } from "../replacements";

/** Google Cloud, as far as this program asks something of it. */
export const gcp: SimulatedProvider = {
    name: "gcp",
    models: withReplacements(
        { ...networkModels, ...loadBalancerModels, ...containerModels, ...certificateModels },
        replacementTable("google"),
    ),
};
