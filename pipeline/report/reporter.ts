import type { PipelineEvent } from "../events";
import type { StackRun } from "../run";
import type { Progress } from "./progress";
import type { Question } from "../stack-run";

/** Shows what happens, in one of the three ways: live on a terminal, as lines, as JSON. */
export interface Reporter {
    readonly progress: Progress;
    readonly event: (event: PipelineEvent) => void;
    /** Says something beside the events: how a cancellation goes, for example. */
    readonly say: (message: string) => void;
    /** Asks the operator; left out where there is none. */
    readonly ask?: (question: Question) => Promise<boolean>;
    readonly finish: (runs: readonly StackRun[], exitCode: number) => void;
}

export type Write = (text: string) => void;
