import { valueOf, valuesOf } from "../../components/common/property-path";
import { operatedBrokers, sizeOf } from "../roles";
import { cookieClaim, netsplitClaim, nodesOfTheirOwn, zonesClaim } from "./broker";
import { type Check, type Checked, assertion, type CheckRule } from "./check";

/** A check of the VerneMQ resource of the operator; none where the plan has no such resource. */
function ofOperated(rule: (spec: unknown, size: number, plan: Checked) => Check | undefined): CheckRule {
    return (plan) => {
        const resource = operatedBrokers(plan.resources);
        const size = sizeOf(resource);
        return resource === undefined || size === undefined
            ? undefined
            : rule(valueOf(resource.inputs, "spec"), size, plan);
    };
}

const volumes = ofOperated((spec) => {
    const claims = valueOf(spec, "storage.volumeClaimTemplate") !== undefined;
    return assertion(
        "Queued messages outlive their broker",
        claims ? [] : ["there are no volumes: a broker that stops hands them on, one that is lost loses them"],
        "a volume for each broker",
        "warn",
    );
});

const ownNodes = ofOperated((spec, size, { resources }) =>
    nodesOfTheirOwn(resources, size, valueOf(spec, "nodeSelector")),
);

const netsplitFlags = ofOperated((spec, size) => {
    const lines = String(valueOf(spec, "vmqConfig")).split("\n");
    const flags = lines.filter((line) =>
        /^allow_(publish|register|subscribe|unsubscribe)_during_netsplit = on$/.test(line),
    );
    return netsplitClaim(size, flags.length);
});

const ownCookie = ofOperated((spec) =>
    cookieClaim(
        valuesOf(spec, "env.*").some((variable) => valueOf(variable, "name") === "VMQ_DISTRIBUTED_COOKIE"),
        "it is the operator's `vmq`: any client that reaches the cluster ports runs code in them",
    ),
);

const spreadOverZones = ofOperated((spec, size, plan) =>
    zonesClaim(plan, size, {
        isSpread: valuesOf(
            spec,
            "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.*.podAffinityTerm.topologyKey",
        ).includes("topology.kubernetes.io/zone"),
        otherwise: "nothing keeps all brokers out of one zone",
        holds: "where each zone has room",
    }),
);

/** The checks of the brokers that VerneMQ's operator deploys. */
export const operatorChecks: readonly CheckRule[] = [volumes, ownNodes, netsplitFlags, ownCookie, spreadOverZones];
