import type { Comparison } from "../compare";
import type { Plan } from "../plan";

/** A plan as JSON. Keys stand in a fixed order, so that two plans of the same program are equal byte by byte. */
export function renderJson(plan: Plan, comparison: Comparison | undefined): string {
    const { stack, project, target, edge, checks, warnings, resources } = plan;
    const document = {
        stack,
        project,
        target,
        edge,
        checks,
        warnings,
        ...(comparison === undefined ? {} : { comparison }),
        resources,
    };
    return `${JSON.stringify(document, null, 2)}\n`;
}
