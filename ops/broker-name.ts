import { InvalidArgumentError } from "commander";
import type { Kube, Pod } from "./kubernetes/client";
import { Refusal } from "./session";

/** The ordinal that a person means: `2`, or `vernemq-2`. A commander parser. */
export function brokerArgument(text: string): number {
    const digits = /^(?:[a-z0-9.-]+-)?(\d{1,4})$/.exec(text)?.[1];
    if (digits === undefined) {
        throw new InvalidArgumentError("It is a broker's number or its pod's name: 2 or vernemq-2.");
    }
    return Number(digits);
}

/**
 * The pod of a broker that is named.
 *
 * @throws Refusal where there is none
 */
export async function podNamed(kube: Kube, ordinal: number): Promise<Pod> {
    const pods = await kube.pods();
    const pod = pods.find((candidate) => candidate.ordinal === ordinal);
    if (pod === undefined) {
        const names = pods.map(({ name }) => name).join(", ");
        throw new Refusal(
            `There is no broker ${kube.statefulSetName}-${ordinal.toString()}; there are ${names === "" ? "none" : names}.`,
        );
    }
    return pod;
}
