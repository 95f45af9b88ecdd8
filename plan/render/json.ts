import type { Comparison } from "../changes/from-comparison";
import type { Plan } from "../plan";

/** A plan as JSON. Keys stand in a fixed order, so that two plans of the same program are equal byte by byte. */
export function renderJson(plan: Plan, comparison: Comparison | undefined): string {
    const { stack, project, target, edge, checks, capacity, warnings, resources } = plan;
    const document = {
        stack,
        project,
        target,
        edge,
        checks,
        capacity,
        warnings,
        ...(comparison === undefined ? {} : { comparison: withoutStates(comparison) }),
        resources,
    };
    return `${JSON.stringify(document, null, 2)}\n`;
}

/** States stand among the resources already. */
function withoutStates(comparison: Comparison): Comparison {
    const changes = comparison.changes.map((change) => ({ ...change, before: undefined, after: undefined }));
    return { ...comparison, changes };
}
