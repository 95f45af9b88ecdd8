import type { Refusal } from "./guards";
import type { EngineEvent, RepairStep, StackLock, StackRun, Verb } from "./run";

/** A part of a verb, in the order in which they come: `up` is checked, then opened, previewed and updated. */
export type Phase =
    "check" | "open" | "preview" | "confirm" | "update" | "refresh" | "destroy" | "read" | "repair" | "wait";

/** What happens to stacks while they are worked on, for the reporter that shows it. */
export type PipelineEvent =
    | { readonly kind: "started"; readonly stack: string; readonly verb: Verb; readonly at: number }
    | { readonly kind: "phase"; readonly stack: string; readonly phase: Phase; readonly at: number }
    | {
          readonly kind: "engine";
          readonly stack: string;
          readonly phase: Phase;
          readonly event: EngineEvent;
          readonly at: number;
      }
    /** The stack is held by another run, and this waits until `until` (ms since 1970). */
    | {
          readonly kind: "waiting";
          readonly stack: string;
          readonly lock: StackLock;
          readonly until: number;
          readonly at: number;
      }
    /** A guard's refusal that the operator then allowed. */
    | { readonly kind: "allowed"; readonly stack: string; readonly refusals: readonly Refusal[]; readonly at: number }
    /** What a repair is about to do. */
    | { readonly kind: "repair"; readonly stack: string; readonly steps: readonly RepairStep[]; readonly at: number }
    | { readonly kind: "warning"; readonly stack: string; readonly message: string; readonly at: number }
    | { readonly kind: "ended"; readonly stack: string; readonly run: StackRun; readonly at: number };
