import { InvalidArgumentError } from "commander";
import type { Kube, Pod } from "./kubernetes/client";
import { Refusal } from "../plan/common/errors";

export type BrokerName = Readonly<ReturnType<typeof brokerArgument>>;

/** Reads `2`, or `vernemq-2`. A commander parser. */
export function brokerArgument(text: string) {
    const [, prefix, digits] = /^([a-z0-9.-]+-)?(\d{1,4})$/.exec(text) ?? [];
    if (digits === undefined) {
        throw new InvalidArgumentError("Expected: a broker's number or its pod's name, 2 or vernemq-2.");
    }
    // The pod is set where its whole name was given.
    return { ordinal: Number(digits), pod: prefix === undefined ? undefined : text };
}

/**
 * The pod of a broker that is named.
 *
 * @throws Refusal where there is none: of another pod's name, such as a node's or HAProxy's, the number alone says nothing
 */
export async function podNamed(kube: Kube, { ordinal, pod: wanted }: BrokerName): Promise<Pod> {
    const pods = await kube.pods();
    const pod = pods.find(
        (candidate) => candidate.ordinal === ordinal && candidate.name === (wanted ?? candidate.name),
    );
    if (pod === undefined) {
        const names = pods.map(({ name }) => name).join(", ");
        throw new Refusal(
            `There is no broker ${wanted ?? `${kube.statefulSetName}-${ordinal}`}; there are ${names === "" ? "none" : names}.`,
        );
    }
    return pod;
}
