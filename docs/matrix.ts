import {
    affinityKeepers,
    defaultRequirements,
    type EdgePlan,
    type EdgeRequirements,
    tlsTerminator,
} from "../components/edge/plan";
import { planEdge } from "../components/edge/planner";
import { targets } from "../stacks/targets/registry";
import type { Target } from "../stacks/targets/target";
import { wrapped } from "./reference";

/** Each target's default in one line, for the README. */
export function defaultsTable(): string {
    const lines = targets().map((target) => {
        const [row] = target.matrix;
        if (row === undefined) {
            throw new Error(`target ${target.name} has no row in the matrix`);
        }
        const plan = planned(target, row.requirements);
        const affinity = affinityKeepers(plan).map(({ title }) => short(title));
        const cells = [target.name, short(tlsTerminator(plan)?.title ?? "-"), affinity.join(", ")];
        return [...cells, keepaliveOf(target, row.requirements)];
    });
    const head = ["target", "TLS terminated at", "session affinity at", "longest keepalive"];
    return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** A load balancer's name in few letters. */
function short(title: string): string {
    return title.replace("Network Load Balancer", "NLB").replace("Load Balancer", "LB");
}

/** Where TLS is terminated and session affinity kept on each target, as planEdge decides it, with the sources of each hop's facts. */
export function edgeMatrix(): string {
    const notes: string[] = [];
    const sections = targets().flatMap((target) => [
        `## ${target.name}`,
        ...target.matrix.map(({ when, requirements }) => path(target, when, requirements, notes)),
    ]);
    return [
        "# Connection paths",
        wrapped(
            "Where TLS is terminated and session affinity is kept on each target, and the longest MQTT keepalive that is accepted. Generated from the edge planner by `npm run docs`. No path was tried on a live cloud by this repository's tests; what a design relies on is in its sources. What a target cannot do is refused with the reason and what to choose instead.",
        ).join("\n"),
        ...sections,
        "## Sources",
        notes.map((source, index) => `${index + 1}. <${source}>`).join("\n"),
        "",
    ].join("\n\n");
}

function path(target: Target, when: string, requirements: Partial<EdgeRequirements>, notes: string[]): string {
    const plan = planned(target, requirements);
    const marks = plan.hops.flatMap((hop) => hop.sources).map((source) => noteFor(source, notes));
    const affinity = affinityKeepers(plan).map(({ title, affinity: by }) => `${title} (${by})`);
    const hops = plan.hops.map(({ title, sends }) => `${title}${sends === "none" ? "" : ` (PROXY ${sends})`}`);
    return [
        `### ${target.name}: ${when}`,
        [
            `- path: ${hops.join(" → ")}`,
            `- TLS terminated at: ${tlsTerminator(plan)?.title ?? "-"}`,
            `- session affinity: ${affinity.join(", ")}`,
            `- longest keepalive: ${keepaliveOf(target, requirements)}`,
            `- sources: ${[...new Set(marks)].join(" ")}`,
        ]
            .flatMap(wrapped)
            .join("\n"),
    ].join("\n\n");
}

function planned(target: Target, requirements: Partial<EdgeRequirements>): EdgePlan {
    const decision = planEdge(target, { ...defaultRequirements, ...requirements });
    if (!decision.ok) {
        throw new Error(`the matrix has a row that the planner refuses: ${JSON.stringify(decision.problems)}`);
    }
    return decision.plan;
}

/** The longest keepalive that is not refused, found by asking: the limit is the planner's own. */
function keepaliveOf(target: Target, requirements: Partial<EdgeRequirements>): string {
    const holds = (keepaliveSeconds: number) =>
        planEdge(target, { ...defaultRequirements, ...requirements, keepaliveSeconds }).ok;
    const longestOfMqtt = 65_535;
    if (holds(longestOfMqtt)) {
        // TCP keepalives restart every timer on the path.
        return "any";
    }
    let [held, refused] = [0, longestOfMqtt];
    while (refused - held > 1) {
        const middle = Math.floor((held + refused) / 2);
        [held, refused] = holds(middle) ? [middle, refused] : [held, middle];
    }
    return `${held} s`;
}

/** The number of a source in the list below the matrix. */
function noteFor(source: string, notes: string[]): string {
    if (!notes.includes(source)) {
        notes.push(source);
    }
    return `[${notes.indexOf(source) + 1}]`;
}
