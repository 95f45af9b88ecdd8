import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { StormOrder, StormReport } from "./storm-child";

/** Processes with thousands of clients each, for the tests of a suite; the clients stay connected until the last test has ended. */
export function useStorms(): (order: StormOrder) => Promise<StormReport> {
    const children: ChildProcess[] = [];
    after(async () => {
        await Promise.all(
            children.map(async (child) => {
                child.disconnect();
                await once(child, "exit");
            }),
        );
    });
    return async (order) => {
        const child = fork(join(__dirname, "storm-child.ts"), { execArgv: ["--import", "./typescript.mjs"] });
        children.push(child);
        child.send(order);
        const [report] = (await once(child, "message")) as [StormReport];
        return report;
    };
}
