/** A value as Go source writes it; what is neither a literal nor a call is opaque. */
export type GoValue =
    | { readonly kind: "string"; readonly text: string }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "call"; readonly callee: string; readonly values: readonly GoValue[] }
    | { readonly kind: "literal"; readonly entries: readonly GoEntry[] }
    | { readonly kind: "opaque" };

export interface GoEntry {
    /** A field's name or a map's key; undefined in a list. */
    readonly key: string | undefined;
    readonly value: GoValue;
}

const token =
    /\s+|\/\/[^\n]*|\/\*[^]*?\*\/|(`[^`]*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|\d[\w.]*|:=|[{}()[\],:&*=;]|\.\.\.|[^\s])/gy;

function tokensOf(source: string): readonly string[] {
    return [...source.matchAll(token)].flatMap(([, text]) => (text === undefined ? [] : [text]));
}

/** Tokens of `NAME *TYPE =`. */
const longestDeclaration = 6;

const opening = ["{", "(", "["];
const closing = ["}", ")", "]"];

/** The values that a package of Go declares: variables, and what functions return or assign. */
export class GoPackage {
    readonly #declared = new Map<string, GoValue>();

    /** @param sources the files' contents */
    constructor(sources: readonly string[]) {
        for (const source of sources) {
            this.#read(tokensOf(source));
        }
    }

    /** What a variable holds or a function returns, with names and calls of the package replaced by their values. */
    valueOf(name: string): GoValue {
        return this.resolve({ kind: "name", name });
    }

    resolve(value: GoValue): GoValue {
        const name = value.kind === "name" ? value.name : value.kind === "call" ? value.callee : undefined;
        const declared = name === undefined ? undefined : this.#declared.get(name);
        return declared === undefined || declared === value ? value : this.resolve(declared);
    }

    #read(tokens: readonly string[]): void {
        for (let index = 0; index < tokens.length; index++) {
            const equals = tokens[index] === "var" ? tokens.indexOf("=", index) : -1;
            if (equals > 0 && equals - index < longestDeclaration && tokens[index + 1] !== "(") {
                const parser = new Parser(tokens, equals + 1);
                this.#declared.set(tokens[index + 1] ?? "", parser.value());
                index = parser.position - 1;
            } else if (tokens[index] === "var" && tokens[index + 1] === "(") {
                this.#block(tokens, index + 2, after(tokens, index + 1) - 1);
            } else if (tokens[index] === "func" && tokens[index + 2] === "(") {
                index = this.#function(tokens, index);
            }
        }
    }

    /** Reads the declarations of `var ( ... )`. */
    #block(tokens: readonly string[], from: number, end: number): void {
        for (let index = from; index < end; index++) {
            if (tokens[index + 1] === "=") {
                const parser = new Parser(tokens, index + 2);
                this.#declared.set(tokens[index] ?? "", parser.value());
                index = parser.position - 1;
            }
        }
    }

    /** Reads `func NAME(...) TYPE { ... }`: what it returns, where that is a literal or a variable that it assigns. */
    #function(tokens: readonly string[], at: number): number {
        const name = tokens[at + 1] ?? "";
        let index = after(tokens, at + 2);
        while (index < tokens.length && tokens[index] !== "{") {
            index = opening.includes(tokens[index] ?? "") ? after(tokens, index) : index + 1;
        }
        const end = after(tokens, index);
        const locals = new Map<string, GoValue>();
        for (let place = index + 1; place < end; place++) {
            const local = tokens[place] ?? "";
            if (tokens[place + 1] === ":=" && !locals.has(local)) {
                const value = new Parser(tokens, place + 2).value();
                locals.set(local, value);
                // What the function returns may name it.
                if (value.kind === "literal" && !this.#declared.has(local)) {
                    this.#declared.set(local, value);
                }
            } else if (tokens[place] === "return" && !this.#declared.has(name)) {
                const value = new Parser(tokens, place + 1).value();
                const found = value.kind === "name" ? (locals.get(value.name) ?? value) : value;
                if (found.kind === "literal" || found.kind === "call") {
                    this.#declared.set(name, found);
                }
            }
        }
        return end - 1;
    }
}

/** The place behind a bracket and all that it holds. */
function after(tokens: readonly string[], open: number): number {
    let depth = 0;
    for (let index = open; index < tokens.length; index++) {
        depth += opening.includes(tokens[index] ?? "") ? 1 : closing.includes(tokens[index] ?? "") ? -1 : 0;
        if (depth === 0) {
            return index + 1;
        }
    }
    return tokens.length;
}

class Parser {
    readonly #tokens: readonly string[];
    position: number;

    constructor(tokens: readonly string[], position: number) {
        this.#tokens = tokens;
        this.position = position;
    }

    value(): GoValue {
        const text = this.#take();
        if (text === "&" || text === "*") {
            return this.value();
        }
        if (/^["`]/.test(text)) {
            return this.#ended({
                kind: "string",
                text: text.startsWith("`") ? text.slice(1, -1) : (JSON.parse(text) as string),
            });
        }
        if (text === "func") {
            return this.#functionLiteral();
        }
        if (text === "{") {
            return this.#literal();
        }
        if (text === "[" || text === "map") {
            this.#type(text);
            return this.#peek() === "{" ? this.#literalAfterBrace() : this.#ended({ kind: "opaque" });
        }
        if (/^[A-Za-z_]/.test(text)) {
            if (this.#peek() === "{") {
                return this.#literalAfterBrace();
            }
            if (this.#peek() === "(") {
                this.#take();
                const values = this.#list(")").map(({ value }) => value);
                return this.#ended({ kind: "call", callee: text, values });
            }
            return this.#ended({ kind: "name", name: text });
        }
        return this.#ended({ kind: "opaque" });
    }

    #peek(): string {
        return this.#tokens[this.position] ?? "";
    }

    #take(): string {
        return this.#tokens[this.position++] ?? "";
    }

    /** A type that begins with a bracket: `[]string`, `map[string]*schema.Schema`. */
    #type(first: string): void {
        this.position = after(this.#tokens, first === "[" ? this.position - 1 : this.position);
        while (this.#peek() === "*" || this.#peek() === "[" || this.#peek() === "map") {
            if (this.#peek() === "*") {
                this.#take();
            } else {
                this.#type(this.#take());
            }
        }
        if (/^[A-Za-z_]/.test(this.#peek())) {
            this.#take();
        }
    }

    #functionLiteral(): GoValue {
        while (this.#peek() !== "{" && this.#peek() !== "") {
            this.position = this.#peek() === "(" ? after(this.#tokens, this.position) : this.position + 1;
        }
        this.position = after(this.#tokens, this.position);
        return { kind: "opaque" };
    }

    #literalAfterBrace(): GoValue {
        this.#take();
        return this.#literal();
    }

    #literal(): GoValue {
        return { kind: "literal", entries: this.#list("}") };
    }

    #list(close: string): readonly GoEntry[] {
        const entries: GoEntry[] = [];
        while (this.#peek() !== close && this.#peek() !== "") {
            const first = this.value();
            if (this.#peek() === ":") {
                this.#take();
                entries.push({ key: keyOf(first), value: this.value() });
            } else {
                entries.push({ key: undefined, value: first });
            }
            if (this.#peek() === "." || this.#peek() === "...") {
                this.#take();
            }
            if (this.#peek() === ",") {
                this.#take();
            }
        }
        this.#take();
        return entries;
    }

    /** A value; where an operator or a call on it follows, all of it is opaque. */
    #ended(value: GoValue): GoValue {
        const ends = [",", "}", ")", "]", ":", ";", "", "...", "var", "func", "type", "const", "return", "if", "for"];
        if (
            ends.includes(this.#peek()) ||
            /^[A-Za-z_"`]/.test(this.#peek()) ||
            [":=", "="].includes(this.#tokens[this.position + 1] ?? "")
        ) {
            return value;
        }
        while (![",", "}", ")", "]", ""].includes(this.#peek())) {
            this.position = opening.includes(this.#peek()) ? after(this.#tokens, this.position) : this.position + 1;
        }
        return { kind: "opaque" };
    }
}

function keyOf(value: GoValue): string | undefined {
    return value.kind === "string" ? value.text : value.kind === "name" ? value.name : undefined;
}

/** The value of a literal's field. */
export function fieldOf(value: GoValue, key: string): GoValue | undefined {
    return value.kind === "literal" ? value.entries.find((entry) => entry.key === key)?.value : undefined;
}
