import { writeFileSync } from "node:fs";
import { planOf } from "../support";
import { fixture, type KeptPlan, keptPart, writeKept } from "./kept";
import { variants } from "./variants";

/** Writes the fixture anew and so begins a new account: at a release, after which kept-changes.ts is emptied. */
async function main(): Promise<void> {
    const plans = new Map<string, KeptPlan>();
    for (const [name, config] of Object.entries(variants())) {
        plans.set(name, { config, resources: keptPart((await planOf(config)).resources) });
    }
    writeFileSync(fixture, writeKept(plans));
}

void main();
