import { parseArgs } from "node:util";
import { Cloud } from "./cloud";
import { fast } from "./delays";
import { FaultInjector } from "./faults";
import { Inventory } from "./inventory";
import { packages } from "./packages";
import { hasSdk, serve } from "./server";
import { loadCloud, SharedWorld } from "./world";

/**
 * The process of the simulated clouds: serves them all, says their ports in one line of JSON and ends, once what it has begun is done,
 * when its standard input closes. So it never outlives its parent process.
 */
async function main(): Promise<void> {
    const { values } = parseArgs({ options: { inventory: { type: "string" }, "delay-factor": { type: "string" } } });
    if (values.inventory === undefined) {
        throw new Error("--inventory FOLDER is required");
    }
    const inventory = new Inventory(values.inventory);
    const world = new SharedWorld(inventory);
    const faults = new FaultInjector(values.inventory);
    const delayFactor = Number(values["delay-factor"] ?? fast);
    const servers = await Promise.all(
        packages.filter(hasSdk).map(async (name) => {
            const provider = await loadCloud(name);
            const cloud = new Cloud({ provider, inventory, world, faults, delayFactor });
            return { name, ...(await serve(provider, cloud, world)) };
        }),
    );
    process.stdout.write(`${JSON.stringify(Object.fromEntries(servers.map(({ name, port }) => [name, port])))}\n`);
    process.stdin.resume();
    process.stdin.once("close", () => {
        // The engine that was killed has left its connections: the answers go nowhere, but the calls run to their end.
        const patience = setTimeout(() => process.exit(0), 5_000);
        void Promise.all(servers.map(({ stop }) => stop())).then(() => {
            clearTimeout(patience);
            process.exit(0);
        });
    });
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    // Servers that have started would keep it alive, and its parent would wait for ever.
    process.exit(1);
});
