import { type Fault, faultKinds, type FaultPlan, type Operation, planProblem } from "../simulation/engine";

const operations: readonly Operation[] = ["create", "read", "update", "delete"];

/** The form of a fault on the command line. */
export const faultForm = "kind[,every=N][,times=N][,calls=N][,on=create+delete][,type=PREFIX]";

/** Reads a fault such as `throttle,every=3,times=2`. @returns What is wrong with it, as a string. */
function parseFault(text: string): Fault | string {
    const [name, ...settings] = text.split(",");
    const kind = faultKinds.find((known) => known === name);
    if (kind === undefined) {
        return `there is no fault ${name ?? ""}; expected: ${faultKinds.join(", ")}`;
    }
    return settings.reduce<Fault | string>(
        (fault, setting) => (typeof fault === "string" ? fault : withSetting(fault, setting)),
        { kind },
    );
}

function withSetting(fault: Fault, setting: string): Fault | string {
    const [, key = "", value = ""] = /^([a-z]+)=(.+)$/.exec(setting) ?? [];
    switch (key) {
        case "every":
        case "times":
        case "calls":
            if (key === "calls" && fault.kind !== "eventual") {
                return `calls has no effect on ${fault.kind}; it is for eventual`;
            }
            return /^[1-9]\d{0,5}$/.test(value)
                ? { ...fault, [key]: Number(value) }
                : `${key}=${value}; expected: a whole number from 1`;
        case "on": {
            const chosen = operations.filter((operation) => value.split("+").includes(operation));
            if (chosen.length !== value.split("+").length) {
                return `on=${value}; expected: ${operations.join(", ")}, joined by +`;
            }
            return fault.kind === "eventual" && chosen.join() !== "create"
                ? "eventual is for create only"
                : { ...fault, operations: chosen };
        }
        case "type":
            return { ...fault, type: value };
        default:
            return `unknown setting "${setting}"; expected: ${faultForm}`;
    }
}

/** The plan of several faults. @returns What is wrong with them together, as a string. */
export function faultPlan(texts: readonly string[], seed: number | undefined): FaultPlan | string {
    const faults: Fault[] = [];
    for (const text of texts) {
        const fault = parseFault(text);
        if (typeof fault === "string") {
            return `--simulate-fault ${text}: ${fault}`;
        }
        faults.push(fault);
    }
    const plan: FaultPlan = { faults, ...(seed === undefined ? {} : { seed }) };
    return planProblem(plan) ?? plan;
}
