import { coresOf, fewBigBrokers } from "../../policy/rules/broker";
import { brokersOf } from "../../policy/brokers";
import type { CheckRule } from "./check";
import { claimOf } from "./policy";

/** The checks of how big and how many the brokers are. */
export const sizingChecks: readonly CheckRule[] = [
    claimOf(fewBigBrokers, (concerned) =>
        concerned
            .map((resource) => {
                const brokers = brokersOf(resource);
                return `${String(brokers?.replicas)} that reserve ${String(coresOf(brokers?.cpu))} cores each`;
            })
            .join(", "),
    ),
];
