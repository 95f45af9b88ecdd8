import type { TagKeys } from "../common/tags";

/** The tags that tell on AWS where a resource comes from, and by which policies of the stack's operators know it. */
export const tagKeys = { project: "Project", stack: "Stack", managedBy: "ManagedBy" } as const satisfies TagKeys;
