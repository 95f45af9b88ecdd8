import { labelsOf, selects } from "../../components/edge/evidence/facts";
import { targetOf } from "../../stacks/targets/registry";
import { type PlannedResource } from "../graph";
import { valueOf, valuesOf } from "../../components/common/property-path";
import { cookieSecretOf, releaseAdditions } from "../additions";
import { brokerRelease, nodeCount, replicasOf, roleOf } from "../roles";
import { type Check, type Checked, assertion, type CheckRule } from "./check";

/** A check of VerneMQ's release; none where the plan has no release with values. */
function ofRelease(rule: (release: PlannedResource, replicas: number, plan: Checked) => Check | undefined): CheckRule {
    return (plan) => {
        const release = brokerRelease(plan.resources);
        const replicas = replicasOf(release);
        return release === undefined || replicas === undefined ? undefined : rule(release, replicas, plan);
    };
}

/** Seconds that the chart lets pass before it first asks whether a pod is ready, unless a value says otherwise. */
const chartReadinessDelay = 90;
/** Seconds from a broker's start until it may count as ready. */
function readinessSeconds(release: PlannedResource): number {
    const probe = valueOf(release.inputs, "values.statefulset.readinessProbe");
    const [delay, period, successes] = ["initialDelaySeconds", "periodSeconds", "successThreshold"].map((field) =>
        valueOf(probe, field),
    );
    const repeated = typeof period === "number" && typeof successes === "number" ? period * (successes - 1) : 0;
    return (typeof delay === "number" ? delay : chartReadinessDelay) + repeated;
}

/** Seconds beside that delay for a pod's volume and image. */
const secondsToStart = 60;

const releaseWaitsLongEnough = ofRelease((release, replicas) => {
    const required = replicas * (readinessSeconds(release) + secondsToStart);
    const timeout = release.inputs["timeout"];
    // Helm's own default.
    const given = typeof timeout === "number" ? timeout : 300;
    return assertion(
        "The release waits long enough for all brokers",
        given >= required ? [] : [`${given} s, and ${replicas} brokers need ${required} s`],
        `${given} s for ${replicas} in turn`,
    );
});

const brokersFitNodes = ofRelease((release, replicas, { resources }) =>
    nodesOfTheirOwn(resources, replicas, valueOf(release.inputs, "values.nodeSelector")),
);

/** Whether the plan's node pools have a node for each broker; none where the cluster's nodes are not the plan's. That no two share one is a policy rule. */
export function nodesOfTheirOwn(
    resources: readonly PlannedResource[],
    replicas: number,
    selector: unknown,
): Check | undefined {
    const name = "Each broker has its own node";
    const pools = resources.flatMap((resource) => {
        const type = roleOf(resource.type).nodePool;
        return type !== undefined && selects(labelsOf(selector), labelsOf(valueOf(resource.inputs, type.labels)))
            ? [{ name: resource.name, nodes: nodeCount(resource, type) }]
            : [];
    });
    const ownNodes = resources.some((resource) => roleOf(resource.type).nodePool !== undefined);
    if (!ownNodes) {
        return undefined;
    }
    const nodes = pools.reduce((sum, pool) => sum + (pool.nodes ?? 0), 0);
    return assertion(
        name,
        [
            pools.length === 0 && "no node pool carries the labels that VerneMQ's pods ask for",
            ...pools.map((pool) => pool.nodes === undefined && `${pool.name} does not say how many nodes`),
            pools.every((pool) => pool.nodes !== undefined) &&
                pools.length > 0 &&
                nodes < replicas &&
                `${replicas} brokers on ${nodes} nodes`,
        ],
        `${replicas} on ${nodes} nodes of ${pools.map((pool) => pool.name).join(", ")}`,
    );
}

/** Whether brokers go on serving while one is gone; a single one has no peer. */
export function netsplitClaim(brokers: number, flagsOn: number): Check | undefined {
    return brokers < 2
        ? undefined
        : assertion(
              "One lost broker does not stop the others",
              flagsOn === 4 ? [] : [`${flagsOn} of the four netsplit flags are on`],
              "all four netsplit flags are on",
          );
}

const netsplitFlags = ofRelease((release, replicas) => {
    const flags = valuesOf(release.inputs, "values.additionalEnv.*").filter(
        (variable) =>
            /ALLOW_(PUBLISH|REGISTER|SUBSCRIBE|UNSUBSCRIBE)_DURING_NETSPLIT$/.test(String(valueOf(variable, "name"))) &&
            valueOf(variable, "value") === "on",
    );
    return netsplitClaim(replicas, flags.length);
});

/** Whether brokers have a cookie that only this stack knows. */
export function cookieClaim(isOwn: boolean, otherwise: string): Check {
    return assertion(
        "The brokers have their own Erlang cookie",
        [!isOwn && otherwise],
        "a random one, in a Secret",
        "warn",
    );
}

const ownCookie = ofRelease((release) =>
    cookieClaim(
        cookieSecretOf(releaseAdditions(release)) !== undefined,
        "it is the image's: a client that knows it and reaches the cluster ports runs code in them",
    ),
);

/** Whether brokers are spread over zones; none where nodes are in none: those of DigitalOcean say their region only (stacks/settings/rules/platform.ts). */
export function zonesClaim(
    { edge }: Checked,
    brokers: number,
    { isSpread, otherwise, holds }: { readonly isSpread: boolean; readonly otherwise: string; readonly holds: string },
): Check | undefined {
    return brokers < 2 || !targetOf(edge.target).nodesHaveZones
        ? undefined
        : assertion("Brokers are spread over zones", [!isSpread && otherwise], holds, "warn");
}

const spreadOverZones = ofRelease((release, replicas, plan) => {
    const constraint = valuesOf(releaseAdditions(release), "pod.topologySpreadConstraints.*").find(
        (candidate) => valueOf(candidate, "topologyKey") === "topology.kubernetes.io/zone",
    );
    const required = valueOf(constraint, "whenUnsatisfiable") === "DoNotSchedule";
    return zonesClaim(plan, replicas, {
        isSpread: constraint !== undefined,
        otherwise: "nothing keeps all brokers and their volumes out of one zone",
        holds: required ? "one more in a zone than in another at most" : "wherever nodes are in zones that have room",
    });
});

/** The checks of VerneMQ's own settings. */
export const brokerChecks: readonly CheckRule[] = [
    releaseWaitsLongEnough,
    brokersFitNodes,
    netsplitFlags,
    ownCookie,
    spreadOverZones,
];
