import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { stacksOf } from "../../plan/stack-file";
import { Inventory } from "../../simulation/engine/inventory";
import { type Counts, exampleConfig, labForEachTest, project, type TestStack } from "../support-engine";
import { change, planOf, type StackConfig } from "../support";
import { assertAgreement } from "./agreement";

interface Target {
    readonly stack: string;
    /** An update, and the resources of a cloud that it changes or makes. */
    readonly update: (config: StackConfig) => StackConfig;
    readonly changed: readonly string[];
    /** What someone changes by hand. */
    readonly drift: { readonly name: string; readonly change: Readonly<Record<string, unknown>> };
}

const replicas = (count: number) => (config: StackConfig) => change(config, "vernemq:broker", { replicas: count });

const targets: readonly Target[] = [
    {
        stack: "dev",
        update: replicas(2),
        changed: ["vernemq-release"],
        drift: { name: "vernemq-release", change: { timeout: 60 } },
    },
    {
        stack: "doks",
        update: replicas(5),
        changed: ["vernemq-cluster-broker-nodes", "vernemq-release"],
        drift: { name: "vernemq-cluster-broker-nodes", change: { nodeCount: 1 } },
    },
    {
        stack: "eks",
        update: (config) => change(config, "vernemq:cluster", { brokerNodes: { instanceType: "m7i.4xlarge" } }),
        changed: ["vernemq-cluster-broker-nodes-group", "vernemq-cluster-broker-nodes-template"],
        drift: { name: "vernemq-cluster-logs", change: { retentionInDays: 1 } },
    },
    {
        stack: "gke",
        update: (config) => change(config, "vernemq:cluster", { brokerNodes: { machineType: "n2-standard-16" } }),
        changed: ["vernemq-cluster-broker"],
        drift: { name: "vernemq-edge-health", change: { checkIntervalSec: 60 } },
    },
    {
        stack: "aks",
        update: replicas(5),
        changed: ["vernemq-cluster-broker-pool", "vernemq-release"],
        drift: { name: "vernemq-edge-address", change: { idleTimeoutInMinutes: 30 } },
    },
];

/** Names of what an operation changes, sorted. */
function changedIn(events: readonly EngineEvent[]): readonly string[] {
    const names = events.flatMap(({ resourcePreEvent: event }) =>
        event === undefined || ["same", "read"].includes(event.metadata.op) || event.metadata.type.startsWith("pulumi:")
            ? []
            : [event.metadata.urn.split("::").at(-1) ?? ""],
    );
    return [...new Set(names)].sort();
}

/** Names of what a refresh found to be otherwise than the state said. */
function driftIn(events: readonly EngineEvent[]): readonly string[] {
    return events.flatMap(({ resOutputsEvent: event }) =>
        event !== undefined && ["update", "delete"].includes(event.metadata.op)
            ? [event.metadata.urn.split("::").at(-1) ?? ""]
            : [],
    );
}

/** That a second update and a refresh change nothing, and that a destroy leaves nothing, is simulated-folder.spec.ts's, for every example. */
describe("a stack in the simulated clouds", () => {
    const startedLab = labForEachTest();

    for (const name of stacksOf(project)) {
        const target = targets.find(({ stack }) => stack === name);
        const further = target === undefined ? "" : ", changes in place, and shows and repairs drift";
        it(`${name} comes up whole, with the resources and inputs of the offline plan${further}`, async () => {
            const lab = startedLab();
            const config = exampleConfig(name);
            const planned = (await planOf(config, name)).resources;
            const stack = await lab.stack(name, config);
            const preview = (await stack.preview()).events;
            const first = await updated(stack);
            assert.deepEqual(Object.keys(first.counts), ["create"]);
            assertAgreement(planned, preview, first.events);
            assert.deepEqual(await stack.inState(), stack.inCloud());
            if (target === undefined) {
                return;
            }
            const { update, changed, drift } = target;

            stack.configure(update(config));
            const names = changedIn((await updated(stack)).events);
            assert.deepEqual(
                changed.filter((resource) => !names.includes(resource)),
                [],
                `the update changes ${names.join(", ")}`,
            );
            assert.deepEqual(await stack.inState(), stack.inCloud());

            const inventory = new Inventory(lab.inventory);
            const drifted = inventory.all().find((resource) => resource.name === drift.name);
            assert.ok(drifted !== undefined);
            inventory.set(drifted, drift.change);
            assert.deepEqual(driftIn((await stack.refresh()).events), [drift.name]);
            assert.deepEqual(changedIn((await updated(stack)).events), [drift.name]);
            const repaired = inventory.all().find(({ urn }) => urn === drifted.urn);
            assert.deepEqual(repaired?.inputs, drifted.inputs);
        });
    }

    it("is changed and repaired on every target", () => {
        const [all, own] = [stacksOf(project), targets.map(({ stack }) => stack)].map((stacks) =>
            stacks.map((stack) => exampleConfig(stack)["vernemq:target"]),
        );
        assert.deepEqual([...new Set(own)].sort(), [...new Set(all)].sort());
    });
});

async function updated(
    stack: TestStack,
): Promise<{ readonly counts: Counts; readonly events: readonly EngineEvent[] }> {
    const events: EngineEvent[] = [];
    return { counts: await stack.up((event) => events.push(event)), events };
}
