import type { Refusal } from "./guards";
import type { EngineEvent, RepairStep, StackLock, StackRun, Verb } from "./run";

/** A part of a verb, in the order in which they come: `up` is checked, then opened, previewed and updated. */
export type Phase =
    "check" | "open" | "preview" | "confirm" | "update" | "refresh" | "destroy" | "read" | "repair" | "wait";

/** What happens to a stack while it is worked on. */
export type Happening =
    | { readonly kind: "started"; readonly verb: Verb }
    | { readonly kind: "phase"; readonly phase: Phase }
    | { readonly kind: "engine"; readonly phase: Phase; readonly event: EngineEvent }
    /** The stack is held by another run, and this waits until `until` (ms since 1970). */
    | { readonly kind: "waiting"; readonly lock: StackLock; readonly until: number }
    /** A guard's refusal that the operator then allowed. */
    | { readonly kind: "allowed"; readonly refusals: readonly Refusal[] }
    /** What a repair is about to do. */
    | { readonly kind: "repair"; readonly steps: readonly RepairStep[] }
    | { readonly kind: "warning"; readonly message: string }
    | { readonly kind: "ended"; readonly run: StackRun };

/** The same for the reporter that shows it: of which stack, and when (ms since 1970). */
export type PipelineEvent = Happening & { readonly stack: string; readonly at: number };
