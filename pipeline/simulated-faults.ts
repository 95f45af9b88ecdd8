import { InvalidArgumentError } from "commander";
import { type Fault, faultKinds, type Operation } from "../simulation/engine";

const operations: readonly Operation[] = ["create", "read", "update", "delete"];

/** The form of a fault on the command line. */
export const faultForm = "kind[,every=N][,times=N][,calls=N][,on=create+delete][,type=PREFIX]";

/** Reads a fault such as `throttle,every=3,times=2`, which comes to those before. A commander parser. */
export function withFault(text: string, before: readonly Fault[]): readonly Fault[] {
    const [name, ...settings] = text.split(",");
    const kind = faultKinds.find((known) => known === name);
    if (kind === undefined) {
        throw new InvalidArgumentError(`There is no fault ${name ?? ""}; expected: ${faultKinds.join(", ")}.`);
    }
    return [...before, settings.reduce<Fault>(withSetting, { kind })];
}

function withSetting(fault: Fault, setting: string): Fault {
    const [, key = "", value = ""] = /^([a-z]+)=(.+)$/.exec(setting) ?? [];
    switch (key) {
        case "every":
        case "times":
        case "calls":
            if (key === "calls" && fault.kind !== "eventual") {
                throw new InvalidArgumentError(`calls has no effect on ${fault.kind}; it is for eventual.`);
            }
            if (!/^[1-9]\d{0,5}$/.test(value)) {
                throw new InvalidArgumentError(`${key}=${value}; expected: a whole number from 1.`);
            }
            return { ...fault, [key]: Number(value) };
        case "on": {
            const chosen = operations.filter((operation) => value.split("+").includes(operation));
            if (chosen.length !== value.split("+").length) {
                throw new InvalidArgumentError(`on=${value}; expected: ${operations.join(", ")}, joined by +.`);
            }
            if (fault.kind === "eventual" && chosen.join() !== "create") {
                throw new InvalidArgumentError("eventual is for create only.");
            }
            return { ...fault, operations: chosen };
        }
        case "type":
            return { ...fault, type: value };
        default:
            throw new InvalidArgumentError(`unknown setting "${setting}"; expected: ${faultForm}.`);
    }
}
