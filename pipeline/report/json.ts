import { changesIn, doneIn } from "../../plan/changes/from-events";
import { type Change, countActions, isReal } from "../../plan/changes/model";
import type { PipelineEvent } from "../events";
import { shownOutputs, type StackRun } from "../run";
import { plainText } from "../worker/errors";
import { type ActiveResource, type FinishedResource, Progress } from "./progress";
import type { Reporter, Write } from "./reporter";

/**
 * One JSON object a line. No object carries a resource's inputs or outputs, and of a stack's outputs only those that are no secret; texts
 * are cleared of the given secrets.
 */
export class JsonReporter implements Reporter {
    readonly #secrets: readonly string[];
    readonly progress = new Progress();

    /** @param secrets texts that must not appear, such as the passphrase */
    constructor(
        private readonly write: Write,
        secrets: readonly string[],
    ) {
        this.#secrets = secrets.filter((secret) => secret !== "");
    }

    readonly event = (event: PipelineEvent): void => {
        const resource = this.progress.apply(event);
        for (const object of objectsOf(event, resource)) {
            this.#line({ ...object, stack: event.stack, at: new Date(event.at).toISOString() });
        }
    };

    readonly say = (message: string): void => {
        this.#line({ type: "notice", message });
    };

    readonly finish = (runs: readonly StackRun[], exitCode: number): void => {
        this.#line({ type: "finished", exitCode, stacks: runs.map(({ stack, status }) => ({ stack, status })) });
    };

    #line(object: object): void {
        const text = JSON.stringify(object, (_, value: unknown) =>
            typeof value === "string"
                ? this.#secrets.reduce((cleared, secret) => cleared.replaceAll(secret, "[secret]"), value)
                : value,
        );
        this.write(`${text}\n`);
    }
}

/** What an event is in the stream. */
function objectsOf(event: PipelineEvent, resource: ActiveResource | FinishedResource | undefined): readonly object[] {
    switch (event.kind) {
        case "started":
            return [{ type: "started", verb: event.verb }];
        case "phase":
            return [{ type: "phase", phase: event.phase }];
        case "waiting": {
            const { lock, until } = event;
            return [{ type: "waiting", lock, until: new Date(until).toISOString() }];
        }
        case "allowed":
            return [{ type: "confirmed", refusals: event.refusals }];
        case "repair":
            return [{ type: "repair", steps: event.steps }];
        case "warning":
            return [{ type: "diagnostic", severity: "warning", message: event.message }];
        case "ended":
            return [endedObject(event.run)];
        case "engine":
            return [...resourceObjects(resource), ...diagnosticObjects(event)];
    }
}

function resourceObjects(resource: ActiveResource | FinishedResource | undefined): readonly object[] {
    if (resource === undefined) {
        return [];
    }
    const { urn, name, type, doing } = resource;
    const base = { type: "resource", urn, name, resourceType: type, doing };
    return "until" in resource
        ? [{ ...base, state: resource.failed ? "failed" : "done", seconds: (resource.until - resource.since) / 1000 }]
        : [{ ...base, state: "begun" }];
}

function diagnosticObjects({ event }: Extract<PipelineEvent, { kind: "engine" }>): readonly object[] {
    const { diagnosticEvent: diagnostic, policyEvent: policy } = event;
    if (policy !== undefined) {
        const { policyName, enforcementLevel, resourceUrn } = policy;
        const message = plainText(policy.message).trim();
        return [{ type: "policy", policy: policyName, enforcementLevel, message, urn: resourceUrn }];
    }
    if (diagnostic === undefined || diagnostic.ephemeral === true || diagnostic.severity.startsWith("info")) {
        return [];
    }
    const message = plainText(diagnostic.message).trim();
    return [{ type: "diagnostic", severity: diagnostic.severity, message, urn: diagnostic.urn }];
}

/** A run that succeeded did what it had begun; of any other, only what came to its end counts. */
function changesOf({ verb, status, events }: StackRun): readonly Change[] {
    return status === "succeeded" || verb === "preview" || verb === "drift" ? changesIn(events) : doneIn(events);
}

function endedObject(run: StackRun): object {
    const changes = changesOf(run);
    const { verb, status, seconds, error, refusals, lock, unfinished, repair, outputs } = run;
    return {
        type: "ended",
        verb,
        status,
        seconds,
        counts: countActions(changes),
        changes: changes.filter(isReal).map(({ urn, type, action }) => ({ urn, resourceType: type, action })),
        error,
        refusals,
        lock,
        unfinished,
        repair,
        outputs: outputs && shownOutputs(outputs),
    };
}
