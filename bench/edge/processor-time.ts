import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";

/** Kernel clock ticks a second: 100 on every Linux that Node.js runs on (USER_HZ). */
const ticksPerSecond = 100;

/** Processor seconds that a process and its descendants have used so far; null where the system has no /proc. */
export function processorSeconds(pid: number): number | null {
    const processes = readProcesses();
    if (processes === null) {
        return null;
    }
    const family = new Set([pid]);
    // A child's id may be lower than its parent's, so look until none is added.
    for (let before = 0; before !== family.size;) {
        before = family.size;
        for (const [id, { parent }] of processes) {
            if (family.has(parent)) {
                family.add(id);
            }
        }
    }
    return [...family].reduce((sum, id) => sum + (processes.get(id)?.ticks ?? 0), 0) / ticksPerSecond;
}

/** Processor seconds that a process has used so far without its children; 0 where the system has no /proc. */
export function ownProcessorSeconds(pid: number): number {
    return (readProcess(pid)?.[0][1].ticks ?? 0) / ticksPerSecond;
}

function readProcesses(): Map<number, { readonly parent: number; readonly ticks: number }> | null {
    try {
        const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
        return new Map(ids.flatMap((id) => readProcess(Number(id)) ?? []));
    } catch {
        return null;
    }
}

function readProcess(id: number): [[number, { parent: number; ticks: number }]] | null {
    try {
        const stat = readFileSync(`/proc/${id}/stat`, "latin1");
        // The name in parentheses may hold anything; the fields after it are numbers (proc(5)).
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number);
        return [[id, { parent: parent ?? 0, ticks: (user ?? 0) + (system ?? 0) }]];
    } catch {
        return null;
    }
}

/** Processor seconds of the whole machine so far: all, and those in which it was idle. */
function machineSeconds(): { readonly all: number; readonly idle: number } {
    const times = cpus().map((cpu) => cpu.times);
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / 1000;
    return {
        all: sum(times.flatMap((each) => Object.values(each))),
        idle: sum(times.map(({ idle }) => idle)),
    };
}

/** Runs a measurement and adds what it cost the processes of a server, and how busy the machine was. */
export async function withProcessor<T extends { readonly count: number }>(
    pid: number | null,
    act: () => Promise<T>,
): Promise<T & { readonly microsecondsEach: number | null; readonly busy: number }> {
    const before = pid === null ? null : processorSeconds(pid);
    const { result, busy } = await busyDuring(act);
    const after = pid === null ? null : processorSeconds(pid);
    return {
        ...result,
        microsecondsEach: before === null || after === null ? null : ((after - before) / result.count) * 1e6,
        busy,
    };
}

export async function busyDuring<T>(act: () => Promise<T>): Promise<{ readonly result: T; readonly busy: number }> {
    const before = machineSeconds();
    const result = await act();
    const after = machineSeconds();
    return { result, busy: 1 - (after.idle - before.idle) / (after.all - before.all) };
}
