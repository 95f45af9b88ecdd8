import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    truncateSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { stringify } from "yaml";
import { inParallel } from "../../pipeline/pool";
import { localPackages } from "../../simulation/engine/packages";
import { readInventory } from "../../simulation/engine";
import { engineOrSkip, exampleConfig, project } from "../support-engine";
import { planOf } from "../support";
import type { RunSummary } from "./simulated-run";

/** Kills for each cloud; 30 in all. */
const kills = { eks: 9, gke: 8, aks: 7, doks: 6 } as const;

/** What each cloud is killed in the middle of creating: the clusters, and what updates that went on created twice. */
const midCreation = {
    eks: "aws:ec2/launchTemplate:LaunchTemplate",
    gke: "gcp:container/cluster:Cluster",
    aks: "azure-native:containerservice:ManagedCluster",
    doks: "digitalocean:index/kubernetesCluster:KubernetesCluster",
} as const;

/** Slow enough that resources are under way when the kill comes: the slowest takes six seconds' hundredth part. */
const delayFactor = 0.002;

/** The same moments in every run: https://en.wikipedia.org/wiki/Linear_congruential_generator, constants of Numerical Recipes. */
class Seeded {
    #state: number;

    constructor(seed: number) {
        this.#state = seed;
    }

    /** A whole number from 0 up to and without `limit`. */
    below(limit: number): number {
        this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
        return Math.floor((this.#state / 2 ** 32) * limit);
    }
}

/** When a runner is killed. */
type Moment =
    | { readonly at: "lock" }
    | { readonly at: "first state" }
    /** The first resource of this type is in the cloud, and its answer is still on its way. */
    | { readonly at: "created"; readonly type: string }
    /** So many resources in the cloud, and so many milliseconds later; `attributes` are those of the state file, cut off as between two writes. */
    | { readonly at: "resources"; readonly count: number; readonly later: number; readonly attributes: boolean };

/** What a runner prints of an update that came to its end. */
const succeeded = '"status":"succeeded"';

/** A stack that lives in its own simulated clouds, used only through processes that end. */
class KilledStack {
    readonly name: string;
    readonly root: string;
    readonly #project: string;
    readonly #clouds: string;
    /** Type of each resource by its file in the clouds: a file is read once, however often a moment is looked for. */
    readonly #types = new Map<string, string>();

    constructor(name: string, parent: string) {
        this.name = name;
        this.root = join(parent, name);
        this.#project = join(this.root, "project");
        this.#clouds = join(this.root, "clouds");
        mkdirSync(this.#project, { recursive: true });
        for (const entry of readdirSync(project).filter(
            (file) => file !== ".git" && !/^Pulumi\..+\.yaml$/.test(file),
        )) {
            symlinkSync(join(project, entry), join(this.#project, entry));
        }
        writeFileSync(join(this.#project, `Pulumi.${name}.yaml`), stringify({ config: exampleConfig(name) }));
    }

    /** Runs a verb to its end. */
    async run(verb: string): Promise<RunSummary> {
        const child = this.#start(verb);
        let [out, errors] = ["", ""];
        child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
        child.stderr?.setEncoding("utf8").on("data", (text: string) => (errors += text));
        await once(child, "close");
        assert.notEqual(out, "", `${verb} of ${this.name} ended without a result: ${errors}`);
        return JSON.parse(out) as RunSummary;
    }

    /** Begins `up` and kills the whole tree of processes at a moment. Says whether it was killed before its end. */
    async upUntil(moment: Moment): Promise<boolean> {
        const child = this.#start("up");
        let [output, errors] = ["", ""];
        child.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text));
        child.stderr?.setEncoding("utf8").on("data", (text: string) => (errors += text));
        const ended = once(child, "close").then(() => true);
        const before = this.#stateFile();
        const hasCome = () => {
            switch (moment.at) {
                case "lock":
                    return this.isLocked();
                case "first state":
                    return this.isLocked() && this.#stateFile() !== before;
                case "created":
                    return this.#inCloud().some((file) => this.#typeOf(file) === moment.type);
                case "resources":
                    return this.#inCloud().length >= moment.count;
            }
        };
        while (!hasCome()) {
            if (await Promise.race([ended, wait(5, false)])) {
                assert.ok(output.includes(succeeded), `up of ${this.name} ended by itself: ${output}${errors}`);
                return false;
            }
        }
        if (moment.at === "resources") {
            await wait(moment.later);
        }
        await killTree(this.root);
        await ended;
        if (moment.at === "resources" && moment.attributes) {
            truncateSync(join(this.#backend, "stacks", "vernemq", `${this.name}.json.attrs`));
        }
        // The runner may see that its worker was killed, and say so, before it is killed itself.
        return !output.includes(succeeded);
    }

    /** `URN ID` of everything in the clouds. */
    cloud(): readonly string[] {
        return this.#inventory()
            .map(({ urn, id }) => `${urn} ${id}`)
            .sort();
    }

    /** Gives up the clouds and the state: it begins anew. */
    reset(): void {
        for (const name of ["clouds", "state"]) {
            rmSync(join(this.root, name), { recursive: true, force: true });
        }
    }

    #inventory(): ReturnType<typeof readInventory> {
        return existsSync(this.#clouds) ? readInventory(this.#clouds) : [];
    }

    /** Files of the resources in the clouds. */
    #inCloud(): readonly string[] {
        return existsSync(this.#clouds) ? readdirSync(this.#clouds).filter((file) => file.endsWith(".json")) : [];
    }

    #typeOf(file: string): string {
        let type = this.#types.get(file);
        if (type === undefined) {
            ({ type } = JSON.parse(readFileSync(join(this.#clouds, file), "utf8")) as { readonly type: string });
            this.#types.set(file, type);
        }
        return type;
    }

    /** Whether the backend has the stack. */
    exists(): boolean {
        return this.#stateFile() !== "";
    }

    /** `URN ID` of everything that the state says is in the clouds, and the operations that it holds for begun. */
    state(): { readonly resources: readonly string[]; readonly pending: number } {
        const { checkpoint } = JSON.parse(this.#stateFile()) as {
            checkpoint: { latest?: { resources?: readonly StoredResource[]; pending_operations?: readonly unknown[] } };
        };
        const resources = (checkpoint.latest?.resources ?? [])
            .filter(({ type, custom, external }) => custom === true && external !== true && isInCloud(type))
            .map(({ urn, id }) => `${urn} ${id ?? ""}`)
            .sort();
        return { resources, pending: checkpoint.latest?.pending_operations?.length ?? 0 };
    }

    get #backend(): string {
        return join(this.root, "state", ".pulumi");
    }

    isLocked(): boolean {
        return this.#files("locks").some((file) => file.endsWith(".json"));
    }

    #stateFile(): string {
        const file = join(this.#backend, "stacks", "vernemq", `${this.name}.json`);
        return existsSync(file) ? readFileSync(file, "utf8") : "";
    }

    #files(folder: string): readonly string[] {
        const path = join(this.#backend, folder);
        return existsSync(path) ? readdirSync(path, { recursive: true }).map(String) : [];
    }

    #start(verb: string): ChildProcess {
        const words = [join(__dirname, "simulated-run.ts"), verb, this.name, this.root, this.#project];
        return spawn(process.execPath, ["--import", "./typescript.mjs", ...words, delayFactor.toString()], {
            stdio: ["ignore", "pipe", "pipe"],
        });
    }
}

interface StoredResource {
    readonly urn: string;
    readonly type: string;
    readonly custom?: boolean;
    readonly external?: boolean;
    readonly id?: string;
}

function isInCloud(type: string): boolean {
    const [name = ""] = type.split(":");
    return name !== "pulumi" && !localPackages.has(name);
}

/** Kills every process that works in a folder, those that were started in the meantime too: a runner, its worker, the engine, the program, the clouds. */
async function killTree(folder: string): Promise<void> {
    for (let alive = processesOf(folder); alive.length > 0; alive = processesOf(folder)) {
        for (const pid of alive) {
            try {
                process.kill(pid, "SIGKILL");
            } catch {
                // It has ended in the meantime.
            }
        }
        await wait(20);
    }
}

function processesOf(folder: string): readonly number[] {
    return readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .map(Number)
        .filter((pid) => pid !== process.pid && ["environ", "cmdline"].some((file) => names(pid, file, folder)));
}

function names(pid: number, file: string, folder: string): boolean {
    try {
        return readFileSync(`/proc/${pid}/${file}`, "utf8").includes(`${folder}/`);
    } catch {
        return false;
    }
}

/** Resources of a cloud that the stack has when it is whole. */
async function sizeOf(name: string): Promise<number> {
    const { resources } = await planOf(exampleConfig(name), name);
    return resources.filter(({ type, custom }) => custom && isInCloud(type)).length;
}

/** Moments all over an update: two at its very beginning, one in the middle of a creation, and the others at random. */
async function momentsOf(name: keyof typeof kills, seed: number): Promise<readonly Moment[]> {
    const random = new Seeded(seed);
    const total = await sizeOf(name);
    const counts = Array.from({ length: kills[name] - 3 }, () => 1 + random.below(Math.floor(total * 0.8))).sort(
        (a, b) => a - b,
    );
    return [
        { at: "lock" },
        { at: "first state" },
        { at: "created", type: midCreation[name] },
        ...counts.map((count, index): Moment => ({
            at: "resources",
            count,
            later: random.below(60),
            attributes: index % 3 === 1,
        })),
    ];
}

interface Tally {
    kills: number;
    /** Killed while what `midCreation` names was being created. */
    midCreation: number;
    /** Updates that had ended before their moment was seen. */
    late: number;
    taken: number;
    dropped: number;
    refused: number;
    /** In the cloud and not in the state, after a repair or at the end. */
    orphans: number;
    /** In the state and not in the cloud. */
    ghosts: number;
    /** A second resource of one URN in the cloud. */
    duplicates: number;
    /** Operations that a repair left for begun. */
    pending: number;
    /** Stacks that no command could make whole. */
    byHand: number;
}

/** Counts what is not as it should be, and throws where anything is. */
function judge(stack: KilledStack, tally: Tally, when: string): void {
    const cloud = stack.cloud();
    const { resources, pending } = stack.state();
    const urns = cloud.map((line) => line.split(" ")[0]);
    tally.orphans += cloud.filter((line) => !resources.includes(line)).length;
    tally.ghosts += resources.filter((line) => !cloud.includes(line)).length;
    tally.duplicates += urns.length - new Set(urns).size;
    tally.pending += pending;
    assert.deepEqual({ resources, pending }, { resources: cloud, pending: 0 }, when);
    assert.equal(new Set(urns).size, urns.length, `something is there twice ${when}`);
}

/** Kills, repairs, and looks, again and again on the way to a whole stack; and then goes on as a user would. */
async function survive(stack: KilledStack, moments: readonly Moment[], tally: Tally): Promise<void> {
    for (const [index, moment] of moments.entries()) {
        // What an earlier repair saved may be more than this moment waits for.
        const dueNow = () =>
            moment.at === "resources" ? { ...moment, count: Math.max(moment.count, stack.cloud().length + 1) } : moment;
        let due = dueNow();
        let what = `${stack.name} at ${JSON.stringify(due)}`;
        for (let tries = 1; !(await stack.upUntil(due)); tries++) {
            // A busy machine may look too late: then there is nothing to repair, and the moment is looked for in an empty account.
            judge(stack, tally, `after the update of ${what}`);
            assert.ok(tries < 5, `${what} never came`);
            tally.late++;
            stack.reset();
            due = dueNow();
            what = `${stack.name} at ${JSON.stringify(due)}`;
        }
        tally.kills++;
        tally.midCreation += due.at === "created" ? 1 : 0;
        if (index === 2) {
            const cloud = stack.cloud();
            const { status, error } = await stack.run("up");
            assert.match(`${status}: ${error ?? ""}`, /^(unfinished|locked): [\s\S]*repair --stack/, what);
            assert.deepEqual(stack.cloud(), cloud, `an update went on: ${what}`);
            tally.refused++;
        }
        const { status, error, steps } = await stack.run("repair");
        if (!stack.exists()) {
            // Killed before the engine had written the stack: there is nothing in the cloud, and nothing to repair but a lock.
            assert.match(
                `${status}: ${error ?? ""}`,
                /^(succeeded: |failed: There is no stack \S+ in this backend yet; `up` creates it\.)$/,
                what,
            );
            assert.equal(stack.isLocked(), false, what);
            assert.deepEqual(stack.cloud(), [], what);
            continue;
        }
        assert.equal(status, "succeeded", `${what}: ${error ?? ""}`);
        tally.taken += steps.filter((kind) => kind === "take-in").length;
        tally.dropped += steps.filter((kind) => kind === "drop").length;
        judge(stack, tally, `after the repair of ${what}`);
    }
    const { status, error } = await stack.run("up");
    assert.equal(status, "succeeded", `${stack.name}: ${error ?? ""}`);
    judge(stack, tally, `after the last update of ${stack.name}`);
    assert.equal((await stack.run("preview")).changes, 0, `a further update of ${stack.name} changes something`);
}

describe("a runner that is killed with all its processes", () => {
    let root: string | undefined;

    before(function () {
        engineOrSkip(this);
        root = mkdtempSync(join(tmpdir(), "vernemq-kills-"));
    });

    after(async () => {
        if (root !== undefined) {
            await killTree(root);
            rmSync(root, { recursive: true, force: true });
        }
    });

    it("leaves nothing that one repair and one update do not make whole, at 30 moments over four clouds", async () => {
        assert.ok(root !== undefined);
        const parent = root;
        const tally: Tally = {
            ...{ kills: 0, midCreation: 0, late: 0, taken: 0, dropped: 0, refused: 0 },
            ...{ orphans: 0, ghosts: 0, duplicates: 0, pending: 0, byHand: 0 },
        };
        const names = Object.keys(kills) as (keyof typeof kills)[];
        // One after another: plans in one process share the SDK's state.
        const moments = new Map<string, readonly Moment[]>();
        for (const [index, name] of names.entries()) {
            moments.set(name, await momentsOf(name, 20261128 + index));
        }
        const failures: unknown[] = [];
        await inParallel(names, 4, (name) =>
            survive(new KilledStack(name, parent), moments.get(name) ?? [], tally).catch((error: unknown) => {
                tally.byHand++;
                failures.push(error);
            }),
        );
        console.log(
            `      kills survived ${tally.kills} (${tally.midCreation} in the middle of a creation), seen too late ${tally.late}, ` +
                `creations taken into the state ${tally.taken}, forgotten ${tally.dropped}, updates that stopped at them ${tally.refused}, ` +
                `orphans ${tally.orphans}, duplicates ${tally.duplicates}, pending operations ${tally.pending}, ` +
                `in the state alone ${tally.ghosts}, states to edit by hand ${tally.byHand}`,
        );
        if (failures.length > 0) {
            throw failures[0];
        }
        assert.equal(tally.kills, 30);
    });
});
