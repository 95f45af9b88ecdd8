import type { Comparison } from "../changes/from-comparison";
import { formatVersion } from "../baseline";
import type { Plan } from "../plan";
import { isDigestKeyShared } from "../secret-digests";

/** A plan as JSON. Keys stand in a fixed order, so that two plans of the same program are equal byte by byte. */
export function renderJson(plan: Plan, comparison: Comparison | undefined): string {
    const { stack, project, target, edge, checks, capacity, quotas, rights, warnings, digestKey, resources } = plan;
    const document = {
        formatVersion,
        stack,
        project,
        target,
        edge,
        checks,
        capacity,
        quotas,
        rights,
        warnings,
        ...(comparison === undefined ? {} : { comparison: withoutStates(comparison) }),
        // With a key that ends with this process a digest says nothing.
        ...(isDigestKeyShared() ? { digestKey } : {}),
        resources: isDigestKeyShared()
            ? resources
            : resources.map((resource) => ({ ...resource, secretDigests: undefined })),
    };
    return `${JSON.stringify(document, null, 2)}\n`;
}

/** States stand among the resources already. */
function withoutStates(comparison: Comparison): Comparison {
    const changes = comparison.changes.map((change) => ({ ...change, before: undefined, after: undefined }));
    return { ...comparison, changes };
}
