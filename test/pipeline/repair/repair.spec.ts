import assert from "node:assert/strict";
import { repair, type RepairOptions } from "../../../pipeline/repair";
import type { EngineEvent, PulumiState, StateResource } from "../../../pipeline/run";

const provider: StateResource = {
    urn: "urn:pulumi:eks::vernemq::pulumi:providers:aws::default",
    type: "pulumi:providers:aws",
    custom: true,
    id: "p1",
    inputs: { region: "eu-central-1" },
};
const type = "aws:iam/role:Role";
const urn = `urn:pulumi:eks::vernemq::${type}::role`;
const tags = { "vernemq:stack": "eks" };

/** What a preview says of a role that the state lacks. */
const creation = {
    sequence: 1,
    timestamp: 0,
    resourcePreEvent: {
        metadata: {
            op: "create",
            urn,
            type,
            provider: `${provider.urn}::p1`,
            new: {
                ...{ urn, type, custom: true, parent: "", id: "", outputs: {} },
                ...{ inputs: { name: "vernemq-role", tags }, provider: `${provider.urn}::p1` },
            },
        },
    },
} as unknown as EngineEvent;

/**
 * Repairs a stack in a real cloud, which cannot be asked for all that it holds, where a role with these tags has the name of the program's.
 * Gives what the state has in the end and what was deleted in the cloud.
 */
async function repaired(inCloud: Readonly<Record<string, string>>, options: RepairOptions) {
    let state: PulumiState = { deployment: { resources: [provider] } };
    const deleted: string[] = [];
    const resources = () => state.deployment?.resources ?? [];
    const result = await repair({
        options,
        locked: false,
        operate: (operation, _, into) => {
            if (operation === "preview") {
                into.push(creation);
            }
            if (operation === "refresh") {
                // The provider reads by the id, and fills in what it finds.
                const read = resources().map((one) => (one.urn === urn ? { ...one, outputs: { tags: inCloud } } : one));
                state = { deployment: { resources: read } };
            }
            return Promise.resolve({ ok: true, state });
        },
        importState: (next) => {
            state = next;
            return Promise.resolve({ ok: true });
        },
        deleteTargets: (urns) => {
            deleted.push(...resources().flatMap((one) => (urns.includes(one.urn) ? [one.id ?? ""] : [])));
            return Promise.resolve({ ok: true });
        },
        tell: () => undefined,
        warn: () => undefined,
        confirm: () => Promise.resolve(true),
    });
    assert.equal(result.status, "repaired");
    return { steps: result.steps.map(({ kind }) => kind), ids: resources().map(({ id }) => id), deleted };
}

describe("A repair of a stack in a real cloud", () => {
    it("takes in what has the name of a resource to be created and the stack's tags, and leaves another owner's alone", async () => {
        assert.deepEqual(await repaired(tags, {}), { steps: ["look"], ids: ["p1", "vernemq-role"], deleted: [] });
        assert.deepEqual(await repaired({ "vernemq:stack": "gke" }, {}), { steps: ["look"], ids: ["p1"], deleted: [] });
    });

    it("deletes it where that is asked for, at once, and another owner's not even then", async () => {
        const options = { deleteOrphans: new Set([urn]) };
        assert.deepEqual((await repaired(tags, options)).deleted, ["vernemq-role"]);
        assert.deepEqual((await repaired({ "vernemq:stack": "gke" }, options)).deleted, []);
        const found = { ...options, found: new Map([[urn, "vernemq-role"]]) };
        assert.deepEqual(await repaired({}, found).then(({ steps, deleted }) => [steps, deleted]), [
            ["delete"],
            ["vernemq-role"],
        ]);
    });
});

describe("A repair that breaks the lock", () => {
    /** What is asked of an engine that finds no update to cancel, as Pulumi Cloud does after one has ended. */
    async function asked(locked: boolean | undefined) {
        const operations: string[] = [];
        const { status } = await repair({
            options: { breakLock: true },
            locked,
            operate: (operation) => {
                operations.push(operation);
                return Promise.resolve(
                    operation === "break-lock"
                        ? { ok: false, reason: "failed", message: "stack eks has never been updated" }
                        : { ok: true, state: {} },
                );
            },
            importState: () => Promise.resolve({ ok: true }),
            deleteTargets: () => Promise.resolve({ ok: true }),
            tell: () => undefined,
            warn: () => undefined,
            confirm: () => Promise.resolve(true),
        });
        return { status, asks: operations.includes("break-lock") };
    }

    it("asks the engine where the backend shows no locks, an object store or Pulumi Cloud, and goes on where there is none", async () => {
        assert.deepEqual(await asked(undefined), { status: "repaired", asks: true });
    });

    it("asks for nothing where a folder has no lock: another runner may take one in the meantime", async () => {
        assert.deepEqual(await asked(false), { status: "repaired", asks: false });
    });

    it("ends where a lock that is there cannot be removed", async () => {
        assert.deepEqual(await asked(true), { status: "stopped", asks: true });
    });
});
