import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { change } from "../support";
import { exampleConfig, labForEachTest } from "../support-engine";

const balancer = "vernemq-edge-nlb";

/** What a preview says of the load balancer: the engine's word for the step, and the properties that are the reason. */
function told(events: readonly EngineEvent[]): readonly (readonly [string, readonly string[]])[] {
    return events.flatMap(({ resourcePreEvent: event }) =>
        event?.metadata.urn.endsWith(`::${balancer}`) === true && event.metadata.op === "replace"
            ? [[event.metadata.op, event.metadata.keys ?? []] as const]
            : [],
    );
}

describe("a load balancer whose new subnets have no ids yet", () => {
    const startedLab = labForEachTest();

    it("is replaced in the preview already, and a protected one stops the preview", async () => {
        const open = change(exampleConfig("eks"), "vernemq:cluster", { deletionProtection: false });
        const stack = await startedLab().stack("eks", open);
        await stack.up();
        for (const settings of [{ zones: ["a", "b", "d"] }, { vpcCidr: "10.16.0.0/16" }]) {
            stack.configure(change(open, "vernemq:cluster", settings));
            const steps = told((await stack.preview()).events);
            assert.equal(steps.length, 1, JSON.stringify(settings));
            assert.ok(
                steps[0]?.[1].some((key) => key.startsWith("subnets")),
                JSON.stringify(steps),
            );
        }
        const guarded = change(open, "vernemq:cluster", { deletionProtection: true });
        stack.configure(guarded);
        await stack.up();
        stack.configure(change(guarded, "vernemq:cluster", { zones: ["a", "b", "d"] }));
        await assert.rejects(
            stack.preview(),
            new RegExp(`unable to replace .*${balancer}"\\s+as it is currently marked for protection`),
        );
    });
});
