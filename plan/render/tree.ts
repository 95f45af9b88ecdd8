import { isDefaultProvider, type PlannedResource, stackType } from "../graph";

/** A resource with what belongs to it. */
export interface TreeNode {
    readonly resource: PlannedResource;
    readonly children: readonly TreeNode[];
}

/**
 * The resources as a tree of components, each after what it depends on, otherwise by name. The stack itself and the engine's own
 * providers are left out.
 */
export function treeOf(resources: readonly PlannedResource[]): readonly TreeNode[] {
    const stack = resources.find(({ type }) => type === stackType)?.urn ?? null;
    const shown = resources.filter((resource) => resource.type !== stackType && !isDefaultProvider(resource));
    const build = (parent: string | null): readonly TreeNode[] =>
        inOrder(
            shown
                .filter((resource) => (resource.parent === stack ? null : resource.parent) === parent)
                .map((resource) => ({ resource, children: build(resource.urn) })),
        );
    return build(null);
}

/** A node and everything below it. */
export function descendants(node: TreeNode): readonly PlannedResource[] {
    return [node.resource, ...node.children.flatMap(descendants)];
}

/** How many resources and components a tree has. */
export function countsOf(tree: readonly TreeNode[]): { readonly resources: number; readonly components: number } {
    const all = tree.flatMap(descendants);
    const resources = all.filter(({ custom }) => custom).length;
    return { resources, components: all.length - resources };
}

/** Siblings in an order in which each comes after those that it depends on. */
function inOrder(siblings: readonly TreeNode[]): readonly TreeNode[] {
    const owner = new Map<string, TreeNode>();
    for (const node of siblings) {
        for (const resource of descendants(node)) {
            owner.set(resource.urn, node);
        }
    }
    const needs = new Map(siblings.map((node) => [node, neededBy(node, owner)]));
    const rest = [...siblings].sort((a, b) => (a.resource.name < b.resource.name ? -1 : 1));
    const sorted: TreeNode[] = [];
    while (rest.length > 0) {
        const free = rest.findIndex((node) => ![...(needs.get(node) ?? [])].some((other) => rest.includes(other)));
        // Two components may need parts of each other; then the name decides.
        sorted.push(...rest.splice(Math.max(0, free), 1));
    }
    return sorted;
}

function neededBy(node: TreeNode, owner: ReadonlyMap<string, TreeNode>): ReadonlySet<TreeNode> {
    const required = new Set<TreeNode>();
    for (const resource of descendants(node)) {
        for (const urn of [...resource.dependencies, resource.provider ?? ""]) {
            const other = owner.get(urn);
            if (other !== undefined && other !== node) {
                required.add(other);
            }
        }
    }
    return required;
}
