import { parseNetwork } from "../../components/common/addresses";
import { at, listAt, type ResourceModel, type Rule } from "../provider";
import { isSymbolic } from "../rules";
import { extend } from "./object";

const policies = "https://kubernetes.io/docs/concepts/services-networking/network-policies/";

interface Found {
    readonly value: unknown;
    readonly path: string;
}

/** Every peer of a policy with its path. */
function peersOf(inputs: unknown): Found[] {
    return [
        ["ingress", "from"],
        ["egress", "to"],
    ].flatMap(([direction = "", field = ""]) => itemsOf(inputs, direction, field));
}

/** Every port of a policy with its path. */
function portsOf(inputs: unknown): Found[] {
    return ["ingress", "egress"].flatMap((direction) => itemsOf(inputs, direction, "ports"));
}

function itemsOf(inputs: unknown, direction: string, field: string): Found[] {
    return listAt(inputs, `spec.${direction}`).flatMap((rule, index) =>
        listAt(rule, field).map((value, position) => ({
            value,
            path: `spec.${direction}[${index}].${field}[${position}]`,
        })),
    );
}

function firstBroken(
    found: readonly Found[],
    property: string,
    isBroken: (value: unknown) => boolean,
): string | undefined {
    const broken = found.find(({ value }) => isBroken(value));
    return broken === undefined ? undefined : `${broken.path}.${property}`;
}

const networksAreCidrs: Rule = {
    text: "an ipBlock is a network in CIDR notation",
    source: `${policies}#networkpolicy-resource`,
    brokenBy: ({ inputs }) =>
        firstBroken(peersOf(inputs), "ipBlock.cidr", (peer) => {
            const cidr = at(peer, "ipBlock.cidr");
            return at(peer, "ipBlock") !== undefined && !isSymbolic(cidr) && parseNetwork(cidr) === undefined;
        }),
};

const peersAreOneKind: Rule = {
    text: "a peer is an ipBlock or selects pods, not both",
    source: `${policies}#behavior-of-to-and-from-selectors`,
    brokenBy: ({ inputs }) =>
        firstBroken(
            peersOf(inputs),
            "ipBlock",
            (peer) =>
                at(peer, "ipBlock") !== undefined &&
                (at(peer, "podSelector") !== undefined || at(peer, "namespaceSelector") !== undefined),
        ),
};

const portsInRange: Rule = {
    text: "a port is a name or between 1 and 65535, and endPort is not below it",
    source: `${policies}#targeting-a-range-of-ports`,
    brokenBy: ({ inputs }) =>
        firstBroken(portsOf(inputs), "port", (port) => {
            const [first, last] = [at(port, "port"), at(port, "endPort")];
            const isPort = (value: unknown) => typeof value === "number" && value >= 1 && value <= 65_535;
            const firstIsFine = first === undefined || typeof first === "string" || isPort(first);
            const lastIsFine =
                last === undefined || (isPort(last) && typeof first === "number" && Number(last) >= first);
            return !firstIsFine || !lastIsFine;
        }),
};

const egressIsDeclared: Rule = {
    text: "egress rules count only where policyTypes has Egress",
    source: `${policies}#networkpolicy-resource`,
    brokenBy: ({ inputs }) => {
        const types = listAt(inputs, "spec.policyTypes");
        return types.length > 0 && at(inputs, "spec.egress") !== undefined && !types.includes("Egress")
            ? "spec.policyTypes"
            : undefined;
    },
};

export const networkPolicy: ResourceModel = extend({
    rules: [networksAreCidrs, peersAreOneKind, portsInRange, egressIsDeclared],
});
