import { affinityKeepers, defaultWishes, type EdgePlan, type EdgeWishes, tlsEnd } from "../components/edge/plan";
import { planEdge } from "../components/edge/planner";
import { targets } from "../stacks/targets/registry";
import type { Target } from "../stacks/targets/target";

/** Who ends TLS and who keeps affinity on each target, as planEdge decides it, with the sources of each hop's facts. */
export function edgeMatrix(): string {
    const notes: string[] = [];
    const rows = targets().flatMap((target) => target.matrix.map((row) => ({ ...row, target })));
    const lines = rows.map(({ target, when, requirements }) => {
        const plan = planned(target, requirements);
        const marks = plan.hops.flatMap((hop) => hop.sources).map((source) => noteFor(source, notes));
        return [
            target.name,
            when,
            plan.hops.map(({ title, sends }) => `${title}${sends === "none" ? "" : ` (PROXY ${sends})`}`).join(" → "),
            tlsEnd(plan)?.title ?? "nobody",
            affinityKeepers(plan)
                .map(({ title, affinity }) => `${title} (${affinity})`)
                .join(", "),
            keepaliveOf(target, requirements),
            [...new Set(marks)].join(" "),
        ];
    });
    const head = ["target", "when", "chain", "TLS ends at", "affinity kept by", "longest keepalive", "sources"];
    return [
        ...[head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`),
        "",
        ...notes.map((source, index) => `${(index + 1).toString()}. <${source}>`),
    ].join("\n");
}

function planned(target: Target, wishes: Partial<EdgeWishes>): EdgePlan {
    const decision = planEdge(target, { ...defaultWishes, ...wishes });
    if (!decision.ok) {
        throw new Error(`the matrix has a row that cannot be: ${JSON.stringify(decision.problems)}`);
    }
    return decision.plan;
}

/** The longest keepalive that is not refused, found by asking: the limit is the planner's own. */
function keepaliveOf(target: Target, wishes: Partial<EdgeWishes>): string {
    const holds = (keepaliveSeconds: number) => planEdge(target, { ...defaultWishes, ...wishes, keepaliveSeconds }).ok;
    const longestOfMqtt = 65_535;
    if (holds(longestOfMqtt)) {
        return "any";
    }
    let [held, refused] = [0, longestOfMqtt];
    while (refused - held > 1) {
        const middle = Math.floor((held + refused) / 2);
        [held, refused] = holds(middle) ? [middle, refused] : [held, middle];
    }
    return `${held.toString()} s`;
}

/** The number of a source in the list below the matrix. */
function noteFor(source: string, notes: string[]): string {
    if (!notes.includes(source)) {
        notes.push(source);
    }
    return `[${(notes.indexOf(source) + 1).toString()}]`;
}
