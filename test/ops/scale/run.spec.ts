import { strict as assert } from "node:assert";
import { ScriptedCluster } from "../support/cluster";
import { runScale } from "./support";

const cluster = async () => {
    const made = await ScriptedCluster.start();
    made.world.settle();
    made.addQueue(2, { clientId: "a", messages: 3 });
    made.addQueue(0, { clientId: "b", messages: 1 });
    return made;
};

describe("ops scale", () => {
    it("crash", async function () {
        this.timeout(300000);
        const t0 = Date.now();
        const c = await cluster();
        await runScale(c, 2);
        const n = c.requests.length;
        await c.stop();
        const t1 = Date.now();
        console.log(n, t1 - t0);
        for (const rest of [false, true])
            for (const when of ["before", "after"] as const)
                for (let k = 1; k <= n; k += 1) {
                    const c = await cluster();
                    c.crashAt(k, when);
                    const first = await runScale(c, 2);
                    assert.ok(first.error, `k=${k} ${when}`);
                    c.recover();
                    if (rest) c.world.settle();
                    const second = await runScale(c, 2);
                    const label = `k=${k} ${when} ${rest} ${JSON.stringify(second.lines)} ${first.lines}`;
                    assert.equal(second.error?.message, undefined, label + first.error);
                    assert.equal(c.queuedMessages, 4, label);
                    assert.equal(c.world.brokers.lostMessages, 0, label);
                    assert.deepEqual(c.world.store.list("v1/persistentvolumeclaims").map(({ metadata }) => metadata.name), ["data-vernemq-0", "data-vernemq-1"], label);
                    assert.equal(c.world.brokers.processes.length, 2, label);
                    await c.stop();
                }
        console.log(Date.now() - t1);
    });
});
