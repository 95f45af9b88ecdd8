import { millicoresOf } from "../../components/common/quantity";
import { valueOf } from "../../components/common/property-path";
import { brokerRelease, replicasOf } from "../roles";
import { assertion, type CheckRule } from "./check";

/** Brokers from which on what they copy to each other, their whole state, speaks for fewer and bigger ones. */
const manyBrokers = 5;
/** Cores that are few for one of many: any node of a managed cluster that is meant for work offers them. */
const fewCores = 2;

/** Fourth recommendation of VerneMQ's guide to Kubernetes: a smaller number of powerful pods rather than the opposite. */
const fewAndPowerful: CheckRule = ({ resources }) => {
    const release = brokerRelease(resources);
    const replicas = replicasOf(release);
    const millicores = millicoresOf(valueOf(release?.inputs, "values.resources.requests.cpu"));
    if (replicas === undefined || replicas < 2 || millicores === undefined) {
        return undefined;
    }
    const cores = millicores / 1000;
    const small = replicas >= manyBrokers && cores < fewCores;
    return assertion(
        "Few powerful brokers rather than many small ones",
        small ? [`${replicas} brokers reserve ${cores} cores each`] : [],
        `${replicas} that reserve ${cores} cores each`,
        "warn",
    );
};

/** The checks of how big and how many the brokers are. */
export const sizingChecks: readonly CheckRule[] = [fewAndPowerful];
