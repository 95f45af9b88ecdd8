import type { Phase, PipelineEvent } from "../events";
import { formatSeconds } from "../duration";
import { describeLock } from "../lock";
import type { StackRun } from "../run";
import { describeStep } from "../repair/text";
import { sentence } from "../../plan/common/sentence";
import { plainText } from "../worker/errors";
import { type ActiveResource, type FinishedResource, Progress } from "./progress";
import type { Reporter, Write } from "./reporter";
import { endedText } from "./text";

/** Seconds after which a log says again what is still under way, so that a pipeline's log never looks dead. */
const heartbeatSeconds = 60;

const phaseWords: Partial<Record<Phase, string>> = {
    preview: "previewing",
    update: "updating",
    refresh: "reading the clouds",
    destroy: "deleting",
    repair: "repairing",
};

/** Plain lines for a pipeline's log: each says its stack, and nothing is drawn over. */
export class LineReporter implements Reporter {
    readonly progress = new Progress();
    readonly #told = new Map<string, number>();
    readonly #timer: NodeJS.Timeout;

    /** @param quiet only how each stack ended, and warnings */
    constructor(
        private readonly write: Write,
        private readonly quiet = false,
    ) {
        this.#timer = setInterval(() => {
            this.beat(Date.now());
        }, 1000 * heartbeatSeconds);
        this.#timer.unref();
    }

    readonly event = (event: PipelineEvent): void => {
        const resource = this.progress.apply(event);
        for (const line of this.quiet && event.kind !== "warning" ? [] : linesOf(event, resource)) {
            this.#line(event.stack, line);
        }
        if (event.kind === "ended") {
            this.write(endedText(event.run, this.progress, false));
        }
    };

    readonly say = (message: string): void => {
        this.write(`${message}\n`);
    };

    /** Says what has been under way for long. */
    beat(now: number): void {
        if (this.quiet) {
            return;
        }
        for (const { stack, active } of this.progress.stacks()) {
            for (const { name, type, doing, since, urn } of active) {
                const last = this.#told.get(`${stack} ${urn}`) ?? since;
                if (now - last >= 1000 * heartbeatSeconds) {
                    this.#told.set(`${stack} ${urn}`, now);
                    this.#line(stack, `still ${doing} ${name} (${type}) after ${formatSeconds((now - since) / 1000)}`);
                }
            }
        }
    }

    readonly finish = (runs: readonly StackRun[]): void => {
        clearInterval(this.#timer);
        if (runs.length > 1) {
            this.write(`${closingLine(runs)}\n`);
        }
    };

    #line(stack: string, text: string): void {
        this.write(`${stack}: ${text}\n`);
    }
}

/** What an event is worth in a log; most are worth nothing. */
export function linesOf(
    event: PipelineEvent,
    resource: ActiveResource | FinishedResource | undefined,
): readonly string[] {
    switch (event.kind) {
        case "started":
        case "ended":
            return [];
        case "phase": {
            const words = phaseWords[event.phase];
            return words === undefined ? [] : [words];
        }
        case "waiting":
            return [
                `${describeLock(event.stack, event.lock)} Waiting until ${new Date(event.until).toISOString()} at most.`,
            ];
        case "allowed":
            return event.refusals.map(({ reason }) => `confirmed: ${reason}`);
        case "repair":
            return event.steps.length === 0 ? ["nothing was left unfinished"] : event.steps.map(describeStep);
        case "warning":
            return [`warning: ${sentence(event.message)}`];
        case "engine":
            return [...resourceLines(resource), ...warningLines(event.event)];
    }
}

function resourceLines(resource: ActiveResource | FinishedResource | undefined): readonly string[] {
    if (resource === undefined || !("until" in resource) || (resource.doing === "refreshing" && !resource.failed)) {
        return [];
    }
    const took = formatSeconds((resource.until - resource.since) / 1000);
    const { failed, doing, did, name, type } = resource;
    return [`${failed ? `failed ${doing}` : did} ${name} (${type}) ${took}`];
}

function warningLines(event: Extract<PipelineEvent, { kind: "engine" }>["event"]): readonly string[] {
    const { diagnosticEvent: diagnostic, policyEvent: policy } = event;
    if (policy?.enforcementLevel === "warning") {
        return [`policy ${policy.policyName}: ${plainText(policy.message).trim()}`];
    }
    return diagnostic?.severity === "warning" && diagnostic.ephemeral !== true
        ? [`warning: ${plainText(diagnostic.message).trim()}`]
        : [];
}

export function closingLine(runs: readonly StackRun[]): string {
    const fine = runs.filter(({ status }) => status === "succeeded").length;
    const rest = runs.filter(({ status }) => status !== "succeeded").map(({ stack, status }) => `${stack} ${status}`);
    return `${fine} of ${runs.length} stacks succeeded${rest.length === 0 ? "" : `; ${rest.join(", ")}`}.`;
}
