import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
    cpSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    truncateSync,
    writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { run } from "../../pipeline";
import type { StackRun, Verb } from "../../pipeline/run";
import { type SimulatedBackend, startSimulatedBackend } from "../../pipeline/simulate";
import type { PulumiState } from "../../pipeline/run";
import { engineOrSkip, exampleConfig, project } from "../support-engine";

const stack = "metal";

describe("A stack whose state and cloud have come apart", () => {
    let root: string;
    let folder: string;
    let simulated: SimulatedBackend | undefined;

    before(async function () {
        engineOrSkip(this);
        root = mkdtempSync(join(tmpdir(), "vernemq-repair-"));
        folder = mkdtempSync(join(root, "project-"));
        for (const entry of readdirSync(project).filter(
            (file) => file !== ".git" && !/^Pulumi\..+\.yaml$/.test(file),
        )) {
            symlinkSync(join(project, entry), join(folder, entry));
        }
        // As `pulumi stack init` leaves it: with the salt of another passphrase.
        const salt = "v1:VHmLKyJ5bQk=:v1:8zYk2i0QkqD2hXj0:DqQO2J5zCq8y3dGf7F5o3Jj3mGx8Zg==";
        writeFileSync(
            join(folder, `Pulumi.${stack}.yaml`),
            stringify({ encryptionsalt: salt, config: exampleConfig(stack) }),
        );
        simulated = await startSimulatedBackend(root);
    });

    after(async () => {
        await simulated?.stop();
        rmSync(root, { recursive: true, force: true });
    });

    async function drive(verb: Verb, options: Partial<Parameters<typeof run>[1]> = {}): Promise<StackRun> {
        assert.ok(simulated !== undefined);
        const [result] = await run(verb, {
            folder,
            stacks: [stack],
            env: simulated.env,
            simulation: simulated,
            ...options,
        });
        assert.ok(result !== undefined);
        return result;
    }

    /** Changes the state as someone does by hand. */
    function editState(change: (state: PulumiState) => PulumiState): void {
        const place = mkdtempSync(join(root, "edit-"));
        cpSync(join(project, "Pulumi.yaml"), join(place, "Pulumi.yaml"));
        const options = {
            cwd: place,
            env: { ...process.env, ...simulated?.env },
            encoding: "utf8",
            timeout: 1_000_000,
        } as const;
        const exported = spawnSync("pulumi", ["stack", "export", "--stack", stack], options);
        assert.equal(exported.status, 0, exported.stderr);
        const input = JSON.stringify(change(JSON.parse(exported.stdout) as PulumiState));
        const imported = spawnSync("pulumi", ["stack", "import", "--stack", stack], { ...options, input });
        assert.equal(imported.status, 0, imported.stderr);
    }

    const urns = () => (simulated?.held(stack) ?? []).map(({ urn }) => urn).sort();

    it("is only a lock, of a runner killed while it created the stack: up names the one command, after which it goes on", async () => {
        const folder = join(root, "state", ".pulumi", "locks", "organization", "vernemq", stack);
        const { pid } = spawnSync(process.execPath, ["--version"]);
        const lock = { pid, username: "root", hostname: hostname(), timestamp: "2026-11-29T01:40:55Z" };
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "a.json"), JSON.stringify(lock));
        const refused = await drive("up");
        assert.equal(refused.status, "locked", refused.error);
        assert.match(refused.error ?? "", new RegExp(`repair --stack ${stack} --break-lock`));
        assert.equal((await drive("repair")).status, "locked");
        const warnings: string[] = [];
        const repaired = await drive("repair", {
            repair: { breakLock: true },
            onEvent: (event) => warnings.push(...(event.kind === "warning" ? [event.message] : [])),
        });
        assert.equal(repaired.status, "succeeded", repaired.error);
        assert.match(
            warnings.join("\n"),
            /The lock \S+a\.json was removed\. There is no stack metal in this backend yet/,
        );
        assert.deepEqual(readdirSync(folder), []);
    });

    it("is new to two runners at once, with another passphrase's salt in its file: one works, and the other waits for it", async () => {
        // Each runner has its own clouds on the one folder, as two command lines do.
        const other = await startSimulatedBackend(root);
        const others = { env: other.env, simulation: other, waitSeconds: 3600 };
        const runs = await Promise.all([drive("up", { waitSeconds: 3600 }), drive("up", others)]).finally(other.stop);
        assert.deepEqual(
            runs.map(({ status, error }) => ({ status, error })),
            runs.map(() => ({ status: "succeeded", error: undefined })),
        );
        assert.equal(new Set(urns()).size, urns().length);
    });

    it("cannot be opened where an attribute file was cut off: up says the one command, and repair needs no opened stack", async () => {
        const file = join(root, "state", ".pulumi", "stacks", "vernemq", `${stack}.json.attrs`);
        truncateSync(file);
        const refused = await drive("up");
        assert.equal(refused.status, "unfinished", refused.error);
        assert.match(refused.error ?? "", new RegExp(`repair --stack ${stack}`));
        assert.equal(readFileSync(file, "utf8"), "");
        const repaired = await drive("repair");
        assert.equal(repaired.status, "succeeded", repaired.error);
        assert.equal((await drive("up")).status, "succeeded");
    });

    /** Takes the last object in Kubernetes out of the state, and gives its URN. */
    function forgetLast(): string {
        let urn = "";
        editState((state) => {
            const resources = state.deployment?.resources ?? [];
            const last = resources.filter(({ type }) => type.startsWith("kubernetes:")).at(-1);
            urn = last?.urn ?? "";
            return {
                ...state,
                deployment: { ...state.deployment, resources: resources.filter((one) => one !== last) },
            };
        });
        return urn;
    }

    it("lacks what the cloud has, so that up fails for ever: repair takes it into the state, and one up succeeds", async () => {
        const before = urns();
        forgetLast();
        const failed = await drive("up");
        assert.equal(failed.status, "failed");
        assert.match(failed.error ?? "", /AlreadyExists/);
        const repaired = await drive("repair");
        assert.equal(repaired.status, "succeeded", repaired.error);
        assert.deepEqual(
            repaired.repair?.map(({ kind }) => kind),
            ["take-in"],
        );
        assert.equal((await drive("up")).status, "succeeded");
        assert.deepEqual(urns(), before);
    });

    it("lacks what is not wanted: repair deletes it, and one up creates it anew under the same name", async () => {
        const before = urns();
        const urn = forgetLast();
        const repaired = await drive("repair", { repair: { deleteOrphans: new Set([urn]) } });
        assert.equal(repaired.status, "succeeded", repaired.error);
        assert.deepEqual(
            repaired.repair?.map(({ kind }) => kind),
            ["delete"],
        );
        const updated = await drive("up");
        assert.equal(updated.status, "succeeded", updated.error);
        assert.deepEqual(urns(), before);
    });

    it("holds an operation for begun: up, refresh and destroy stop at it, each without a change", async () => {
        // Written into the file, as the engine does: `pulumi stack import` drops operations that had begun.
        const file = join(root, "state", ".pulumi", "stacks", "vernemq", `${stack}.json`);
        const stored = JSON.parse(readFileSync(file, "utf8")) as {
            checkpoint: { latest: NonNullable<PulumiState["deployment"]> };
        };
        const { latest } = stored.checkpoint;
        const last = latest.resources?.filter(({ type }) => type.startsWith("kubernetes:")).at(-1);
        assert.ok(last !== undefined);
        const begun = { type: "creating", resource: { ...last, id: undefined, outputs: undefined } };
        const resources = latest.resources?.filter((one) => one !== last);
        const checkpoint = { ...stored.checkpoint, latest: { ...latest, resources, pending_operations: [begun] } };
        writeFileSync(file, JSON.stringify({ ...stored, checkpoint }));
        const before = urns();
        for (const verb of ["up", "refresh", "destroy"] as const) {
            const stopped = await drive(verb);
            assert.equal(stopped.status, "unfinished", `${verb}: ${stopped.error ?? ""}`);
            assert.equal(stopped.unfinished?.length, 1);
            assert.ok(stopped.error?.includes(stopped.unfinished[0]?.urn ?? "none"));
        }
        assert.deepEqual(urns(), before);
        assert.equal((await drive("repair")).status, "succeeded");
        assert.equal((await drive("up")).status, "succeeded");
        assert.deepEqual(urns(), before);
    });
});
