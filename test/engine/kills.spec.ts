import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { type PendingCreate, repair, type Found } from "../../pipeline/repair";
import { readInventory } from "../../simulation/service";
import { EngineLab, engineOrSkip, type TestStack } from "../support-engine";

/** Number of resources in the clouds at which the runner is killed: from the first to the last but a few. */
const points = [1, 4, 9, 15, 22, 29, 36, 44, 52, 60, 67, 74];

/** A process and all that it started, as far as they are still alive. */
function family(pid: number): number[] {
    const children = readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .map(Number)
        .filter((other) => parentOf(other) === pid);
    return [pid, ...children.flatMap(family)];
}

function parentOf(pid: number): number | undefined {
    try {
        // The program's name stands in parentheses and may hold anything.
        const [, rest = ""] = /^.*\) \S (.*)$/s.exec(readFileSync(`/proc/${pid.toString()}/stat`, "utf8")) ?? [];
        return Number(rest.split(" ")[0]);
    } catch {
        return undefined;
    }
}

function kill(pid: number): void {
    for (const member of family(pid)) {
        try {
            process.kill(member, "SIGKILL");
        } catch {
            // It has ended in the meantime.
        }
    }
}

/** Runs `pulumi up` and kills it with all that it started as soon as that much exists. Says whether it was killed before its end. */
async function upUntil(lab: EngineLab, stack: TestStack, resources: number): Promise<boolean> {
    const words = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack.stack.name];
    const child = spawn("pulumi", words, {
        cwd: stack.workDir,
        env: { ...process.env, ...lab.env },
        stdio: "ignore",
    });
    const ended = once(child, "exit").then(() => true);
    while (readInventory(lab.inventory).length < resources) {
        if (await Promise.race([ended, wait(5, false)])) {
            return false;
        }
    }
    kill(child.pid ?? 0);
    await ended;
    return child.signalCode === "SIGKILL";
}

/** What a person does with the cloud's console: looks whether it is there, by the marks that the program gives it. */
function findIn(lab: EngineLab): (pending: PendingCreate) => Promise<Found> {
    return ({ urn }) => {
        const made = readInventory(lab.inventory).find((resource) => resource.urn === urn);
        return Promise.resolve(made === undefined ? "nothing" : { id: made.id });
    };
}

describe("a runner that is killed", () => {
    let lab: EngineLab | undefined;

    before(async function () {
        engineOrSkip(this);
        // Slow enough that resources are under way when the kill comes.
        lab = await EngineLab.start({ delayFactor: 0.002 });
    });

    after(() => lab?.stop());

    it(`leaves nothing twice and nothing orphaned, at each of ${points.length.toString()} points of an update`, async function () {
        this.timeout(420_000);
        assert.ok(lab !== undefined);
        const stack = await lab.stack("eks");
        let [kills, imported, dropped] = [0, 0, 0];
        for (const point of points) {
            assert.equal(
                await upUntil(lab, stack, point),
                true,
                `the update had ended before point ${point.toString()}`,
            );
            kills++;
            // The cloud brings to an end what it has begun.
            await wait(100);
            const result = await repair(stack.stack, { find: findIn(lab), breakLock: true });
            assert.equal(result.status, "repaired");
            imported += result.imported.length;
            dropped += result.dropped.length;
            assert.deepEqual(await stack.inState(), stack.inCloud(), `after the repair at point ${point.toString()}`);
        }
        await stack.up();
        assert.deepEqual(await stack.inState(), stack.inCloud());
        const urns = readInventory(lab.inventory).map(({ urn }) => urn);
        assert.equal(new Set(urns).size, urns.length, "something is there twice");
        const { counts } = await stack.preview();
        assert.deepEqual(Object.keys(counts), ["same"]);
        console.log(
            `      kills survived ${kills.toString()}, creations taken into the state ${imported.toString()}, ` +
                `dropped ${dropped.toString()}, orphans 0, duplicates 0`,
        );
    });
});
