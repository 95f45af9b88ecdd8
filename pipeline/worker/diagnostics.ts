import { signatureKey, textsIn } from "../../components/common/protocol-values";
import { masker } from "../masking";
import type { EngineEvent } from "../run";

/**
 * Passes on the engine's events without the secrets that providers quote in their errors. The engine masks what it knows in resources, but
 * hands on a provider's own words as they are. What the stack's state holds as secret is masked in errors and warnings; for that the state
 * is read once they come, so they are passed on a little later than what follows them.
 */
export class Diagnostics {
    #held: EngineEvent[] = [];
    #work: Promise<void> | undefined;

    constructor(
        private readonly pass: (event: EngineEvent) => void,
        private readonly exportState: () => Promise<unknown>,
    ) {}

    readonly take = (event: EngineEvent): void => {
        const { diagnosticEvent: diagnostic, policyEvent: policy } = event;
        // The SDK's debug messages print a resource's outputs as they are, secrets included. Its types do not list that severity.
        const severity: string | undefined = diagnostic?.severity;
        if (severity === "debug") {
            return;
        }
        const isGrave = severity === "error" || severity === "warning" || policy !== undefined;
        if (isGrave) {
            this.#held.push(event);
            this.#work ??= this.#passHeld();
        } else {
            this.pass(masked(event, masker([])));
        }
    };

    /** Resolves when everything has been passed on. */
    async settle(): Promise<void> {
        while (this.#work !== undefined) {
            await this.#work;
        }
    }

    /** Words about a failure, masked like diagnostics. */
    async mask(text: string): Promise<string> {
        return masker(await this.#secrets())(text);
    }

    async #passHeld(): Promise<void> {
        while (this.#held.length > 0) {
            const held = this.#held;
            this.#held = [];
            const mask = masker(await this.#secrets());
            for (const event of held) {
                this.pass(masked(event, mask));
            }
        }
        this.#work = undefined;
    }

    async #secrets(): Promise<readonly string[]> {
        try {
            return secretsIn(await this.exportState());
        } catch {
            // A backend out of reach, for example. What has the form of a credential is masked all the same.
            return [];
        }
    }
}

function masked(event: EngineEvent, mask: (text: string) => string): EngineEvent {
    const { diagnosticEvent: diagnostic, policyEvent: policy, stdoutEvent: stdout } = event;
    return {
        ...event,
        diagnosticEvent: diagnostic && { ...diagnostic, message: mask(diagnostic.message) },
        policyEvent: policy && { ...policy, message: mask(policy.message) },
        stdoutEvent: stdout && { ...stdout, message: mask(stdout.message) },
    };
}

/** The strings inside the secrets of an exported state. */
export function secretsIn(state: unknown): readonly string[] {
    if (typeof state !== "object" || state === null) {
        return [];
    }
    // The engine's mark of a secret in an exported state, beside its JSON in plain text (pulumi/pulumi: sdk/go/common/apitype, SecretV1).
    if (signatureKey in state && "plaintext" in state && typeof state.plaintext === "string") {
        return textsIn(JSON.parse(state.plaintext));
    }
    return Object.values(state).flatMap(secretsIn);
}
