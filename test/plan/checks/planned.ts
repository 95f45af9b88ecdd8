import type { Plan } from "../../../plan/plan";
import { planOf, type StackConfig } from "../../support";

const plans = new Map<string, Plan>();

/** The plan of a configuration, planned once however many specs ask. */
export async function planned(config: StackConfig): Promise<Plan> {
    const key = JSON.stringify(config);
    const plan = plans.get(key) ?? (await planOf(config));
    plans.set(key, plan);
    return plan;
}
