import * as pulumi from "@pulumi/pulumi";
import type { RawConfig } from "../stacks/settings/settings";
import { Secret } from "../components/common/secret";
import type { PlannedResource, Rejection } from "./graph";
import type { EngineConfig } from "./engine-config";
import { PlanMonitor } from "./monitor";

/** What a run of the program registered. */
export interface Recording {
    readonly resources: readonly PlannedResource[];
    readonly rejections: readonly Rejection[];
    readonly secretTexts: ReadonlySet<string>;
}

/** A Pulumi program as index.ts exports it. */
export type Program = () => Promise<unknown>;

/** Organization that a plan runs in, for programs that ask; the real one is not known offline. */
const organization = "organization";

/**
 * Runs a program without the engine: its requests go to a monitor in this process. Runs cannot overlap, because the SDK keeps its
 * state per process.
 */
export async function record(config: RawConfig, program: Program): Promise<Recording> {
    // Without it the SDK looks up source maps for each promise, which takes half of the time of a plan.
    await import("../sdk-start.mjs");
    const engineConfig = asEngineConfig(config);
    const monitor = new PlanMonitor({ project: config.project, stack: config.stack }, engineConfig);
    const failures: Error[] = [];
    const onRejection = (reason: Error) => failures.push(reason);
    process.on("unhandledRejection", onRejection);
    try {
        pulumi.runtime.setMockOptions(monitor, config.project, config.stack, true, organization);
        pulumi.runtime.setAllConfig({ ...engineConfig.values }, [...engineConfig.secretKeys]);
        await pulumi.runtime.runInPulumiStack(program);
        await pulumi.runtime.disconnect();
    } catch (error) {
        failures.push(error as Error);
    } finally {
        // Rejections that follow from a failed request come a turn later.
        await new Promise((resolve) => setImmediate(resolve));
        process.off("unhandledRejection", onRejection);
    }
    // The monitor's own words come first: the SDK wraps them, and some failures it reports only after the program has ended.
    const [failure] = [...monitor.failures, ...failures];
    if (failure !== undefined) {
        throw failure;
    }
    return { resources: monitor.resources, rejections: monitor.rejections, secretTexts: monitor.secretTexts };
}

/** The configuration as the engine passes it: texts and JSON, with the list of keys that hold secrets. */
function asEngineConfig(config: RawConfig): EngineConfig {
    const entries = Object.entries(config.values);
    return {
        values: Object.fromEntries(
            entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(reveal(value))]),
        ),
        secretKeys: entries.filter(([, value]) => holdsSecret(value)).map(([key]) => key),
    };
}

function reveal(value: unknown): unknown {
    if (value instanceof Secret) {
        return value.reveal();
    }
    if (Array.isArray(value)) {
        return value.map(reveal);
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reveal(item)]))
        : value;
}

function holdsSecret(value: unknown): boolean {
    return (
        value instanceof Secret ||
        (typeof value === "object" && value !== null && Object.values(value).some(holdsSecret))
    );
}
