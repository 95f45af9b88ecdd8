/** A section of HAProxy's configuration. */
export interface Section {
    readonly keyword: string;
    readonly name: string;
    /** Its lines in words, without comments and conditions. */
    readonly lines: readonly (readonly string[])[];
}

const sectionKeywords = new Set([
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "resolvers",
    "peers",
    "userlist",
]);

/**
 * Reads the sections of a configuration: words in quotes are one, `\` takes the next character as it is, `#` begins a comment
 * (https://docs.haproxy.org/2.6/configuration.html#2.2). Conditions (`.if`) count as met.
 */
export function parseHaproxyConfig(text: string): readonly Section[] {
    if (last?.text !== text) {
        last = { text, sections: sectionsOf(text) };
    }
    return last.sections;
}

/** Each check and rule of a plan reads the same configuration. */
let last: { readonly text: string; readonly sections: readonly Section[] } | undefined;

function sectionsOf(text: string): readonly Section[] {
    const sections: { keyword: string; name: string; lines: (readonly string[])[] }[] = [];
    for (const line of text.split("\n")) {
        const words = wordsOf(line);
        const [keyword = "", name = ""] = words;
        if (sectionKeywords.has(keyword) && !/^\s/.test(line)) {
            sections.push({ keyword, name, lines: [] });
        } else if (keyword !== "" && !keyword.startsWith(".")) {
            sections.at(-1)?.lines.push(words);
        }
    }
    return sections;
}

function wordsOf(line: string): readonly string[] {
    const words: string[] = [];
    let word: string | undefined;
    let quote = "";
    for (let at = 0; at < line.length; at++) {
        const character = line.charAt(at);
        if (character === "\\" && quote !== "'") {
            at++;
            word = (word ?? "") + line.charAt(at);
        } else if (quote !== "") {
            if (character === quote) {
                quote = "";
            } else {
                word = (word ?? "") + character;
            }
        } else if (character === '"' || character === "'") {
            quote = character;
            word ??= "";
        } else if (/\s/.test(character)) {
            if (word !== undefined) {
                words.push(word);
            }
            word = undefined;
        } else if (character === "#") {
            break;
        } else {
            word = (word ?? "") + character;
        }
    }
    return word === undefined ? words : [...words, word];
}

/** The lines of a section that begin with these words. */
export function linesOf(section: Section | undefined, ...start: readonly string[]): readonly (readonly string[])[] {
    return (section?.lines ?? []).filter((words) => start.every((word, index) => words[index] === word));
}

/** Whether an option is on: in the section itself, else in the defaults; `no option` turns it off. */
export function optionOf(section: Section | undefined, defaults: Section | undefined, option: string): boolean {
    const own = [section, defaults].find(
        (place) => linesOf(place, "option", option).length + linesOf(place, "no", "option", option).length > 0,
    );
    return linesOf(own, "no", "option", option).length === 0 && linesOf(own, "option", option).length > 0;
}

/** What follows the words in the section itself, else in the defaults. */
export function settingOf(
    section: Section | undefined,
    defaults: Section | undefined,
    ...start: readonly string[]
): readonly string[] | undefined {
    const line = linesOf(section, ...start).at(-1) ?? linesOf(defaults, ...start).at(-1);
    return line?.slice(start.length);
}

/** The word after a word of a line: `id` of `server a b:1 id 4`. */
export function wordAfter(line: readonly string[] | undefined, word: string): string | undefined {
    const at = line?.indexOf(word) ?? -1;
    return at < 0 ? undefined : line?.[at + 1];
}

/** The lowest TLS version that a `bind` line accepts (`1.2`); empty where neither it nor the defaults name one. */
export function lowestTlsOfBind(bind: readonly string[], global: Section | undefined): string {
    const own = wordAfter(bind, "ssl-min-ver");
    const common = wordAfter(linesOf(global, "ssl-default-bind-options").at(-1), "ssl-min-ver");
    const [, version = ""] = /^TLSv(1\.\d)$/.exec(own ?? common ?? "") ?? [];
    return version;
}

/** Whether an algorithm of `balance` picks a server by what stays the same for a client. */
export function picksByClient(algorithm: string | undefined): boolean {
    return algorithm === "source" || algorithm === "hash";
}

const unitSeconds: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 };

/** A time in seconds; a number without a unit is in milliseconds (https://docs.haproxy.org/2.6/configuration.html#2.5). */
export function secondsOf(text: string | undefined): number | undefined {
    const [, amount, unit = "ms"] = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text ?? "") ?? [];
    return amount === undefined ? undefined : Number(amount) * (unitSeconds[unit] ?? Number.NaN);
}
