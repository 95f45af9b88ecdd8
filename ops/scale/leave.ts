import { ConnectionError } from "../kubernetes/client";
import { type LeaveOutcome, type VmqAdmin, VmqAdminError } from "../vmq-admin/index";

/** Looks after which a leave that said Done, but whose broker is still a member, has to be asked for again. */
const graceLooks = 15;

/** Looks without a single queue moved after which a leave whose end was not reported is asked for again: its own limit is 120 s. */
const quietLooks = 75;

/**
 * One `vmq-admin cluster leave` that goes on while others are looked at. The command runs on the broker that leaves: asked for from
 * another one, VerneMQ takes a broker that has died in that moment out of the cluster together with the messages on its volume
 * (vmq_cluster_leave_cmd in apps/vmq_server/src/vmq_server_cli.erl, the case `pang`); here the command fails instead.
 */
export class Leave {
    #outcome: LeaveOutcome | undefined;
    #looks = 0;
    #queues: number | undefined;

    private constructor(
        private readonly admin: VmqAdmin,
        readonly ordinal: number,
    ) {}

    /**
     * Lets a broker leave, or watches a leave that another run asked for: VerneMQ would run two migrations side by side. One goes on
     * where all of the broker's MQTT listeners are stopped, which is how it begins.
     */
    static async start(admin: VmqAdmin, ordinal: number, node: string, first: boolean): Promise<Leave> {
        const leave = new Leave(admin, ordinal);
        if (first && (await leave.#isUnderWay())) {
            leave.#outcome = { kind: "underway" };
        } else {
            leave.#ask(node);
        }
        return leave;
    }

    /** Whether this only watches. */
    get isWatched(): boolean {
        return this.#outcome?.kind === "underway";
    }

    #ask(node: string): void {
        this.admin.leave(this.ordinal, node).then(
            (outcome) => {
                this.#outcome = outcome;
            },
            (error: unknown) => {
                // The command's end is not known; what it began goes on in VerneMQ.
                this.#outcome =
                    error instanceof ConnectionError || error instanceof VmqAdminError
                        ? { kind: "underway" }
                        : { kind: "refused", reason: error instanceof Error ? error.message : String(error) };
            },
        );
    }

    async #isUnderWay(): Promise<boolean> {
        const listeners = await this.admin.listeners(this.ordinal);
        const mqtt = listeners.filter(({ type }) => type.startsWith("mqtt"));
        return mqtt.length > 0 && mqtt.every(({ status }) => status !== "running");
    }

    /** Why VerneMQ did not do it; undefined while it may still succeed. */
    get refusal(): string | undefined {
        return this.#outcome?.kind === "refused" ? this.#outcome.reason : undefined;
    }

    /** What VerneMQ said of the migration. */
    get lines(): readonly string[] {
        return this.#outcome?.kind === "done" ? this.#outcome.lines : [];
    }

    /** Whether the broker may still be on its way out. Called once a look. */
    async goesOn(): Promise<boolean> {
        const outcome = this.#outcome;
        if (outcome === undefined) {
            return true;
        }
        if (outcome.kind === "refused") {
            return false;
        }
        this.#looks += 1;
        if (outcome.kind === "done") {
            return this.#looks <= graceLooks;
        }
        const queues = await this.#queuesLeft();
        if (queues !== undefined && queues < (this.#queues ?? Infinity)) {
            this.#queues = queues;
            this.#looks = 0;
        }
        return this.#looks <= quietLooks;
    }

    async #queuesLeft(): Promise<number | undefined> {
        try {
            return (await this.admin.metrics(this.ordinal))["queue_processes"];
        } catch {
            // It has stopped, or is too busy to say.
            return undefined;
        }
    }
}
