import { strict as assert } from "node:assert";
import { valid, Workshop } from "./support";

const words = ["scale", "--to", "2", "--yes", "--no-setting"];

async function open(): Promise<Workshop> {
    const shop = await Workshop.open();
    for (const [ordinal, messages] of [4, 2, 3].entries()) {
        shop.cluster.addQueue(ordinal, { clientId: `client-${ordinal}`, messages });
    }
    return shop;
}

/** Requests of an undisturbed run, and those of them that change something. */
async function undisturbed(): Promise<{ readonly count: number; readonly changes: readonly number[] }> {
    const shop = await open();
    try {
        await shop.ops(...words);
        const changes = shop.cluster.requests
            .filter(({ method, command }) => method !== "GET" || command?.includes("leave") === true)
            .map(({ number }) => number);
        return { count: shop.cluster.requests.length, changes };
    } finally {
        await shop.close();
    }
}

/**
 * Cuts a run off at its k-th request, which is done while its answer is lost, runs it again, and looks at the end.
 *
 * @param later whether the cluster comes to rest in between: a broker that has left is started again by then
 */
async function cutAt(k: number, later: boolean): Promise<void> {
    const shop = await open();
    const { cluster } = shop;
    const label = `cut at request ${k}${later ? ", resumed later" : ""}`;
    try {
        cluster.crashAt(k, "after");
        const first = await shop.ops(...words);
        assert.notEqual(first.exitCode, 0, `${label}: it was not cut`);
        cluster.recover();
        if (later) {
            cluster.world.settle();
        }
        const second = await shop.ops(...words);
        assert.equal(second.err, "", label);
        assert.equal(second.exitCode, 0, label);
        assert.deepEqual(shop.views, valid(2), label);
        assert.deepEqual(shop.claims, ["data-vernemq-0", "data-vernemq-1"], label);
        assert.equal(cluster.queuedMessages, 9, label);
        assert.equal(cluster.world.brokers.lostMessages, 0, label);
        assert.deepEqual(shop.notes, {}, label);
        cluster.world.settle();
        assert.deepEqual(shop.views, valid(2), `${label}, at rest`);
    } finally {
        await shop.close();
    }
}

describe("ops scale, cut off", () => {
    let run: Awaited<ReturnType<typeof undisturbed>>;
    before(async () => {
        run = await undisturbed();
    });

    it("between any two requests, goes on when it is run again, and no message is lost", async () => {
        for (let k = 1; k < run.count; k += 1) {
            await cutAt(k, k % 2 === 0);
        }
    });

    it("after any change, goes on when it is run again much later", async () => {
        // Each step of a shrinking by one is among them: two notes, the leave, the replicas, the volume, and two notes again.
        assert.equal(run.changes.length, 7);
        for (const k of run.changes.slice(0, -1)) {
            await cutAt(k, true);
        }
    });

    it("again and again, comes to its end all the same", async () => {
        for (const stride of [5, 11]) {
            const shop = await open();
            try {
                let runs = 0;
                for (; runs < 200; runs += 1) {
                    shop.cluster.crashAt(stride + runs * 3, "after");
                    const { exitCode } = await shop.ops(...words);
                    shop.cluster.recover();
                    shop.cluster.advance(runs % 7);
                    if (exitCode === 0) {
                        break;
                    }
                }
                assert.ok(runs > 2 && runs < 200, runs.toString());
                assert.deepEqual(shop.views, valid(2));
                assert.equal(shop.cluster.queuedMessages, 9);
            } finally {
                await shop.close();
            }
        }
    });
});
