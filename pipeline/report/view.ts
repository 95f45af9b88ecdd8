import { createColors } from "picocolors";
import { formatSeconds } from "../duration";
import { describeLock } from "../lock";
import type { StackProgress } from "./progress";

/** Resources of a stack that are shown at the same time; the ones that take longest come first. */
const shownResources = 4;

/** Seconds after which a resource is marked: load balancers and node pools take a few minutes, a cluster up to a quarter of an hour. */
const slowAfter = 180;

/** The live part of the screen: a line for each stack that is not done, and below it what takes longest. */
export function liveView(
    stacks: readonly StackProgress[],
    waiting: number,
    now: number,
    screen: { readonly columns: number; readonly colors: boolean; readonly frame: number },
): readonly string[] {
    const colors = createColors(screen.colors);
    const running = stacks.filter(({ run }) => run === undefined);
    const width = Math.max(0, ...running.map(({ stack }) => stack.length));
    const lines = running.flatMap((stack) => [
        { text: stackLine(stack, width, now, screen.frame), paint: String },
        ...resourceLines(stack, now, colors),
    ]);
    const more = waiting > 0 ? [{ text: `  and ${waiting} more to start`, paint: colors.dim }] : [];
    // Cut before painting: an escape sequence that is cut in two would color the rest of the screen.
    return [...lines, ...more].map(({ text, paint }) => paint(fit(text, screen.columns)));
}

interface Line {
    readonly text: string;
    readonly paint: (text: string) => string;
}

const spinner = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

function stackLine(stack: StackProgress, width: number, now: number, frame: number): string {
    const elapsed = formatSeconds((now - stack.startedAt) / 1000);
    const turn = spinner[frame % spinner.length] ?? "";
    return `${turn} ${stack.stack.padEnd(width)}  ${phaseText(stack)}  ${elapsed}`;
}

function phaseText(stack: StackProgress): string {
    const { phase, verb, done, expected, waitingFor } = stack;
    if (waitingFor !== undefined) {
        return `waiting. ${describeLock(stack.stack, waitingFor)}`;
    }
    const share = expected === undefined ? "" : ` ${done} of ${expected}`;
    switch (phase) {
        case "check":
            return `${verb}: checking the settings`;
        case "open":
            return `${verb}: starting the engine`;
        case "preview":
            return verb === "preview" ? "previewing" : `${verb}: previewing`;
        case "confirm":
            return `${verb}: waiting for an answer`;
        case "update":
            return `updating${share}`;
        case "destroy":
            return `deleting${share}`;
        case "refresh":
            return verb === "drift" ? "comparing with the clouds" : "reading the clouds";
        case "read":
            return verb === "outputs" ? "reading the outputs" : `${verb}: reading the state`;
        case "repair":
            return "repairing the state";
        case "wait":
            return "waiting";
    }
}

function resourceLines({ active }: StackProgress, now: number, colors: ReturnType<typeof createColors>): Line[] {
    const shown = active.slice(0, shownResources).map(({ doing, name, type, since }) => {
        const seconds = (now - since) / 1000;
        const slow = seconds >= slowAfter;
        return {
            text: `    ${doing} ${name} (${type}) ${formatSeconds(seconds)}${slow ? ", slow" : ""}`,
            paint: slow ? colors.yellow : colors.dim,
        };
    });
    const hidden = active.length - shown.length;
    return hidden > 0 ? [...shown, { text: `    and ${hidden} more`, paint: colors.dim }] : shown;
}

/** A line that does not wrap: a wrapped one would put all that is drawn over it one line off. */
function fit(text: string, columns: number): string {
    return text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
}
