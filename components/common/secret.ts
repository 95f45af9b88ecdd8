import { inspect } from "node:util";

const hidden = "[secret]";

/**
 * A secret on its way from the configuration to a resource. It prints as `[secret]` wherever it is printed, logged or
 * serialised by mistake; only `reveal` gives the text, to be wrapped in `pulumi.secret` at once.
 */
export class Secret {
    readonly #text: string;
    /** Whether it was found in plain text; whether that is a fault depends on where. */
    readonly foundInPlainText: boolean;

    constructor(text: string, options: { readonly foundInPlainText?: boolean } = {}) {
        this.#text = text;
        this.foundInPlainText = options.foundInPlainText ?? false;
    }

    /** The plain text. Every caller wraps it in `pulumi.secret`. */
    reveal(): string {
        return this.#text;
    }

    toString(): string {
        return hidden;
    }

    toJSON(): string {
        return hidden;
    }

    [inspect.custom](): string {
        return hidden;
    }
}
