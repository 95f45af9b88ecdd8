import { parseNetwork } from "../../components/common/addresses";
import { at, listAt, type ResourceModel } from "../provider";
import { isSymbolic, isWithin, items, rule } from "../rules";
import { extend } from "./object";

const policies = "https://kubernetes.io/docs/concepts/services-networking/network-policies/";

const peers = ["spec.ingress[].from", "spec.egress[].to"];
const ports = ["spec.ingress[].ports", "spec.egress[].ports"];

function isPort(value: unknown): boolean {
    return isWithin(value, 1, 65_535);
}

export const networkPolicy: ResourceModel = extend({
    rules: [
        ...peers.map((list) =>
            items(
                list,
                "an ipBlock is a network in CIDR notation",
                `${policies}#networkpolicy-resource`,
                (peer) => {
                    const cidr = at(peer, "ipBlock.cidr");
                    return at(peer, "ipBlock") === undefined || isSymbolic(cidr) || parseNetwork(cidr) !== undefined;
                },
                "ipBlock.cidr",
            ),
        ),
        ...peers.map((list) =>
            items(
                list,
                "a peer is an ipBlock or selects pods, not both",
                `${policies}#behavior-of-to-and-from-selectors`,
                (peer) =>
                    at(peer, "ipBlock") === undefined ||
                    (at(peer, "podSelector") === undefined && at(peer, "namespaceSelector") === undefined),
                "ipBlock",
            ),
        ),
        ...ports.map((list) =>
            items(
                list,
                "a port is a name or between 1 and 65535, and endPort is not below it",
                `${policies}#targeting-a-range-of-ports`,
                (port) => {
                    const [first, last] = [at(port, "port"), at(port, "endPort")];
                    return (
                        (first === undefined || typeof first === "string" || isPort(first)) &&
                        (last === undefined || (isPort(last) && typeof first === "number" && Number(last) >= first))
                    );
                },
                "port",
            ),
        ),
        rule(
            "spec.policyTypes",
            "egress rules count only where policyTypes has Egress",
            `${policies}#networkpolicy-resource`,
            ({ inputs }) => {
                const types = listAt(inputs, "spec.policyTypes");
                return types.length === 0 || at(inputs, "spec.egress") === undefined || types.includes("Egress");
            },
        ),
    ],
});
