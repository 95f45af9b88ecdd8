/** How a cloud names the tags that tell where a resource comes from. A name that is in use stays: users filter costs and policies by it. */
export interface TagKeys {
    readonly project: string;
    readonly stack: string;
    readonly managedBy: string;
}

/**
 * Where a resource comes from: project, stack and the tool that manages it, for every resource that can carry tags or labels. They are in
 * the order of the keys, because a storage class writes them into one text, and a change of that text replaces it.
 */
export function stackTags(
    keys: TagKeys,
    { project, stack }: { readonly project: string; readonly stack: string },
): Record<string, string> {
    const values = { project, stack, managedBy: "pulumi" };
    const names = Object.keys(keys) as (keyof TagKeys)[];
    return Object.fromEntries(names.map((name) => [keys[name], values[name]]));
}

/** The names in clouds whose tags or labels are lower-case words: Google and Azure. */
export const lowerCaseTagKeys: TagKeys = {
    managedBy: "managed-by",
    project: "pulumi-project",
    stack: "pulumi-stack",
};
