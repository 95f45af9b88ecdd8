import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Deployment, Stack } from "@pulumi/pulumi/automation";

/**
 * Repair after a runner was killed. The engine notes each operation in the state before it starts it, so a killed run leaves:
 *
 * - a lock, which only a person who knows that the runner is gone may break (`pulumi cancel`);
 * - pending updates and deletions: a refresh asks the cloud how they ended;
 * - pending creations, the hard case: the cloud may have made the resource, but its id never came back. One that exists has to be taken
 *   into the state by its id, or the next `up` makes it twice. One that does not exist has to be dropped. Nobody but the cloud knows
 *   which, and of many types the id cannot be told from the inputs, so whoever repairs says where to look.
 *
 * A backend of plain files writes the state in one step, but beside it a file of attributes in two. Cut off between them it is left empty,
 * and the engine refuses the whole state ("failed to load checkpoint: EOF"). It holds nothing that is needed, so it is removed.
 *
 * The state is changed as `pulumi stack export` and `pulumi stack import` do by hand, and then refreshed, so that it holds what the cloud
 * says. `pulumi refresh --import-pending-creates` is no substitute: engine 3.260 forgets what it was to import, with and without
 * `--clear-pending-creates`.
 */

/** A creation that had begun and whose end the engine did not see. */
export interface PendingCreate {
    readonly urn: string;
    readonly type: string;
    readonly inputs: Readonly<Record<string, unknown>>;
}

/** The physical id of what a pending creation made, or that it made nothing; `unclear` where nobody knows. */
export type Found = { readonly id: string } | "nothing" | "unclear";

export interface RepairOptions {
    /** Looks in the cloud for what a pending creation made. */
    readonly find: (pending: PendingCreate) => Promise<Found>;
    /** Break the stack's lock first. Only for somebody who knows that the runner that held it is gone. Default: no. */
    readonly breakLock?: boolean;
}

export interface Repair {
    /** `repaired`: the state is what the cloud has. `unclear`: nothing was changed, because somebody has to look first. */
    readonly status: "repaired" | "unclear";
    /** Pending creations that were made: their resources are now in the state. */
    readonly imported: readonly string[];
    /** Pending creations that were not made. */
    readonly dropped: readonly string[];
    /** Pending creations that somebody has to look for in the cloud. */
    readonly unclear: readonly string[];
}

/** Makes a stack's state what the cloud has after a runner was killed. Run `up` afterwards. */
export async function repair(stack: Stack, options: RepairOptions): Promise<Repair> {
    if (options.breakLock === true) {
        await removeBrokenAttributes(stack);
        await breakLock(stack);
    }
    const pending = await pendingCreates(stack);
    const answers = await Promise.all(
        pending.map(async (create) => ({ urn: create.urn, found: await options.find(create) })),
    );
    const unclear = answers.filter(({ found }) => found === "unclear").map(({ urn }) => urn);
    if (unclear.length > 0) {
        return { status: "unclear", imported: [], dropped: [], unclear };
    }
    const ids = new Map(answers.flatMap(({ urn, found }) => (typeof found === "object" ? [[urn, found.id]] : [])));
    await settle(stack, ids);
    await stack.refresh();
    const urns = answers.map(({ urn }) => urn);
    return {
        status: "repaired",
        imported: urns.filter((urn) => ids.has(urn)),
        dropped: urns.filter((urn) => !ids.has(urn)),
        unclear,
    };
}

/** The creations that the state holds for begun. */
export async function pendingCreates(stack: Stack): Promise<readonly PendingCreate[]> {
    return pendingOf(await stack.exportStack())
        .filter(({ type }) => type === creating)
        .map(({ resource: { urn, type, inputs } }) => ({ urn, type, inputs: inputs ?? {} }));
}

/** Takes the pending creations that have an id into the state and drops the others. */
async function settle(stack: Stack, ids: ReadonlyMap<string, string>): Promise<void> {
    const state = await stack.exportStack();
    const pending = pendingOf(state);
    const made = pending
        .filter(({ type, resource }) => type === creating && ids.has(resource.urn))
        .map(({ resource }) => ({ ...resource, id: ids.get(resource.urn), outputs: resource.inputs }));
    if (pending.some(({ type }) => type === creating)) {
        const content = contentOf(state);
        await stack.importStack({
            ...state,
            deployment: {
                ...content,
                // What was being made depends on what is there, so it comes last.
                resources: [...(content.resources ?? []), ...made],
                pending_operations: pending.filter(({ type }) => type !== creating),
            },
        });
    }
}

/** The engine's word for a pending creation. */
const creating = "creating";

/** The parts of a state that a repair needs (pulumi/pulumi: sdk/go/common/apitype/core.go, DeploymentV3). */
interface StateContent {
    readonly resources?: readonly unknown[];
    readonly pending_operations?: readonly {
        readonly type: string;
        readonly resource: {
            readonly urn: string;
            readonly type: string;
            readonly inputs?: Readonly<Record<string, unknown>>;
        };
    }[];
}

function contentOf(state: Deployment): StateContent {
    return (state.deployment as StateContent | undefined) ?? {};
}

function pendingOf(state: Deployment) {
    return contentOf(state).pending_operations ?? [];
}

/** Removes attributes of state files that were cut off. Only files can be: other stores write whole objects. */
async function removeBrokenAttributes({ workspace }: Stack): Promise<void> {
    const settings = await workspace.projectSettings();
    const url = workspace.envVars["PULUMI_BACKEND_URL"] ?? process.env["PULUMI_BACKEND_URL"] ?? settings.backend?.url;
    if (url?.startsWith("file://") !== true) {
        return;
    }
    const folder = join(fileURLToPath(url.replace(/\?.*$/, "")), ".pulumi", "stacks", settings.name);
    const attributes = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".attrs")) : [];
    for (const file of attributes.map((name) => join(folder, name)).filter((path) => !isJson(path))) {
        rmSync(file);
    }
}

function isJson(file: string): boolean {
    try {
        JSON.parse(readFileSync(file, "utf8"));
        return true;
    } catch {
        return false;
    }
}

async function breakLock(stack: Stack): Promise<void> {
    try {
        await stack.cancel();
    } catch (error) {
        // Without a lock there is nothing to break.
        if (!/no (update|stack) (is )?(currently )?(in progress|locked)|not locked/i.test(String(error))) {
            throw error;
        }
    }
}
