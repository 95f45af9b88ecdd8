/** A broker's volume claim. */
export interface Claim {
    readonly name: string;
    readonly uid: string;
    /** It was deleted, and waits for its pod to be gone. */
    readonly terminating: boolean;
}

/** What one broker says of another: the node's name, and whether it sees it running. */
export interface Member {
    readonly node: string;
    readonly running: boolean;
}

/** `vmq-admin cluster show` of one broker, by ordinal. */
export interface View {
    readonly members: ReadonlyMap<number, Member>;
    /** Members that are none of the StatefulSet's pods. */
    readonly strangers: readonly string[];
}

/** One ordinal of the StatefulSet, running or not. */
export interface BrokerState {
    readonly pod?: {
        readonly phase: "running" | "starting" | "stopping";
        readonly ready: boolean;
        /** Why it does not start, in Kubernetes' words. */
        readonly reason?: string;
    };
    /** Undefined where it does not answer. */
    readonly view?: View;
    readonly claims: readonly Claim[];
}

/**
 * What a scaling run means to do, kept as an annotation of the StatefulSet. A run that stopped half way is taken up from it: without it,
 * a broker that has left could not be told from one that never joined, and only the former's volume may go.
 */
export interface Intent {
    readonly from: number;
    readonly to: number;
    /** The broker that is on its way out: a member when this was written, and from then on nothing but this run takes it away. */
    readonly leaving?: number;
    /** When the run began, in ISO 8601. */
    readonly since: string;
}

/** All that decides what comes next. */
export interface Observed {
    readonly replicas: number;
    readonly intent?: Intent;
    /** A `cluster leave` of the leaving broker goes on: it is not asked meanwhile, and answers less and less. */
    readonly leaveUnderWay?: boolean;
    readonly brokers: ReadonlyMap<number, BrokerState>;
}

/** What the user asks for. */
export interface Goal {
    /** Brokers that are to run: 1 or more. */
    readonly to: number;
    /** Go on where messages, or sessions, are lost. */
    readonly acceptLoss: boolean;
    /** Replace the unfinished run of another run, which had another number in mind. */
    readonly takeOver: boolean;
    /** Now, in ISO 8601. */
    readonly now: string;
}

/** What comes next. Each is one request, may be repeated, and leaves a state that the next run understands. */
export type Step =
    | { readonly kind: "record"; readonly intent: Intent; readonly why: string }
    | { readonly kind: "leave"; readonly ordinal: number; readonly node: string }
    | { readonly kind: "forget"; readonly ordinal: number; readonly node: string; readonly from: number }
    | { readonly kind: "scale"; readonly replicas: number; readonly why: string }
    | { readonly kind: "delete-claim"; readonly ordinal: number; readonly claim: Claim }
    | { readonly kind: "wait"; readonly for: string }
    | { readonly kind: "clear" }
    | { readonly kind: "refuse"; readonly reason: string; readonly remedy: string }
    | { readonly kind: "done"; readonly notes: readonly string[] };
