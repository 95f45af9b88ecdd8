import { createHash } from "node:crypto";
import type { Block } from "./terraform";

/** Pulumi's inputs as Terraform's arguments; `unknown` are those that this version of the provider does not have. */
export interface Translated {
    readonly config: Readonly<Record<string, unknown>>;
    readonly unknown: readonly string[];
}

/** The argument of a block that an input of Pulumi's stands for: its name in snake case, or the singular of it. */
export function argumentOf(block: Block, input: string): string | undefined {
    const snake = input.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const candidates = [snake, snake.replace(/ies$/, "y"), snake.replace(/es$/, ""), snake.replace(/s$/, "")];
    return candidates.find((name) => block.attributes?.[name] !== undefined || block.block_types?.[name] !== undefined);
}

/** Translates the inputs of one block. */
export function translate(block: Block, inputs: unknown, path = ""): Translated {
    const config: Record<string, unknown> = {};
    const unknown: string[] = [];
    for (const [input, value] of Object.entries(inputs as Readonly<Record<string, unknown>>)) {
        const place = path === "" ? input : `${path}.${input}`;
        const name = argumentOf(block, input);
        const nested = name === undefined ? undefined : block.block_types?.[name]?.block;
        if (name === undefined) {
            unknown.push(place);
        } else if (nested === undefined) {
            config[name] = concrete(value, input);
        } else {
            const items = Array.isArray(value) ? value : [value];
            const translated = items.map((item) =>
                translate(nested, item, Array.isArray(value) ? `${place}.*` : place),
            );
            config[name] = translated.map((item) => item.config);
            unknown.push(...translated.flatMap((item) => item.unknown));
        }
    }
    return { config, unknown };
}

/** What stands for values that only a cloud knows, by the property that has them. */
export function concrete(value: unknown, property: string): unknown {
    if (typeof value === "string") {
        return value === "[secret]"
            ? "secret"
            : value.replace(/^\$\{[^}]*\}$/, (symbol) => standIn(property, symbol)).replace(/\$\{[^}]*\}/g, "one");
    }
    if (Array.isArray(value)) {
        return value.map((item) => concrete(item, property));
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, concrete(item, key)]))
        : value;
}

/** An identifier of the form that a property wants, the same for the same seed. */
export function standIn(property: string, seed: string): string {
    if (property === "type") {
        return "CNAME";
    }
    const number = createHash("sha256").update(seed).digest("hex").slice(0, 17);
    const isArn = /Arns?$/.test(property) || /_arns?$/.test(property);
    return isArn ? `arn:aws:service:eu-central-1:111122223333:thing/${number}` : `lt-${number}`;
}

/** A state as the provider would have it: what a plan of the creation knows, and something for each value that it does not know. */
export function stateOf(block: Block, planned: unknown, isTop = true): Record<string, unknown> {
    const known = (planned ?? {}) as Readonly<Record<string, unknown>>;
    const attributes = Object.entries(block.attributes ?? {}).map(
        ([name, { type, computed }]) =>
            [name, known[name] ?? (computed === true && isTop ? placeholder(type, name) : null)] as const,
    );
    const blocks = Object.entries(block.block_types ?? {}).map(([name, { nesting_mode: mode, block: nested }]) => {
        const value = known[name];
        return [
            name,
            mode === "single"
                ? (value ?? null)
                : (Array.isArray(value) ? value : []).map((item) => stateOf(nested, item, false)),
        ] as const;
    });
    return Object.fromEntries([...attributes, ...blocks]);
}

function placeholder(type: unknown, name: string): unknown {
    if (type === "string") {
        return standIn(name, "0");
    }
    if (type === "number") {
        return 1;
    }
    if (type === "bool") {
        return false;
    }
    return Array.isArray(type) && (type[0] === "list" || type[0] === "set")
        ? []
        : Array.isArray(type) && type[0] === "map"
          ? {}
          : null;
}
