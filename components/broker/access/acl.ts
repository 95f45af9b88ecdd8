import { closest } from "../../common/closest";
import type { FileProblem } from "./passwd";

/**
 * What is wrong with one line of vmq.acl, or undefined. VerneMQ knows `topic`, `pattern` and `user` lines and `#` comments; a line
 * with any other start kills the plugin, and with it every publish, until the pod restarts. A filter that it does not understand is
 * dropped with no more than a warning in the log, so the rule would be missing.
 * https://github.com/vernemq/vernemq/blob/2.1.2/apps/vmq_acl/src/vmq_acl.erl (parse_acl_line, in)
 */
export function aclLineProblem(line: string): string | undefined {
    if (/[\r\n]/.test(line)) {
        return "an ACL entry is one line";
    }
    if (line.trim() === "") {
        return "an ACL line is not blank";
    }
    if (line !== line.trim()) {
        return "an ACL line has no white space before or after it";
    }
    if (line.startsWith("#")) {
        return undefined;
    }
    const { keyword, filter } = partsOf(line);
    switch (keyword) {
        case "user":
            return isWord(line.slice("user ".length)) ? undefined : "a user line is `user NAME`";
        case "topic":
        case "pattern":
            return spacingProblem(line, keyword) ?? misspeltAccess(filter) ?? filterProblem(filter, keyword);
        default:
            return "an ACL line starts with `topic`, `pattern`, `user` or `#`; any other stops every publish";
    }
}

/** A misspelt `read` would be taken for the beginning of a topic with a space in it, and allow reading and writing of that. */
function misspeltAccess(filter: string): string | undefined {
    const [first = "", ...rest] = filter.split(" ");
    const meant = rest.length === 0 ? undefined : closest(first, ["read", "write", "readwrite"]);
    return meant === undefined
        ? undefined
        : `VerneMQ would take \`${first}\` for the beginning of the topic; it knows \`read\`, \`write\`, or neither for both`;
}

/** What a client does with a topic: `read` is subscribe, `write` is publish. */
export type AclAccess = "read" | "write";

/** A line of vmq.acl that allows something. */
export interface AclRule {
    /** A `pattern` holds for everyone, wherever it stands. */
    readonly keyword: "topic" | "pattern";
    readonly accesses: readonly AclAccess[];
    readonly filter: string;
    /** The user that it is for; undefined where it holds for everyone. */
    readonly user: string | undefined;
}

/** The rules of a vmq.acl as VerneMQ takes them; each line has to be valid. */
export function aclRules(lines: readonly string[]): AclRule[] {
    let user: string | undefined;
    return lines.flatMap((line): AclRule[] => {
        const { keyword, accesses, filter } = partsOf(line);
        if (keyword === "user") {
            user = line.slice("user ".length);
            return [];
        }
        if (keyword !== "topic" && keyword !== "pattern") {
            return [];
        }
        return [{ keyword, accesses, filter, user: keyword === "pattern" ? undefined : user }];
    });
}

/** Levels of a topic filter. VerneMQ drops a rule that has more than its setting `topic_max_depth` (vmq_topic.erl, validate_topic_depth). */
export function filterDepth(filter: string): number {
    return filter.split("/").length;
}

/** What is wrong with a whole vmq.acl, by line. Empty lines are taken, as VerneMQ takes them. */
export function aclFileProblems(text: string): FileProblem[] {
    return text.split("\n").flatMap((line, index) => {
        const problem = line === "" ? undefined : aclLineProblem(line);
        return problem === undefined ? [] : [{ line: index + 1, problem }];
    });
}

/** The whole vmq.acl. */
export function aclFile(lines: readonly string[]): string {
    return lines.map((line) => `${line}\n`).join("");
}

/** A line cut as VerneMQ cuts it: keyword and access word with exactly one space after them, and the rest is the filter. */
function partsOf(line: string): { keyword: string; accesses: readonly AclAccess[]; filter: string } {
    const [, keyword = line, rest = ""] = /^(\S+) (.*)$/.exec(line) ?? [];
    const [, access, filter] = /^(read|write) (.*)$/.exec(rest) ?? [];
    return access === "read" || access === "write"
        ? { keyword, accesses: [access], filter: filter ?? "" }
        : { keyword, accesses: ["read", "write"], filter: rest };
}

/** White space that is not the one space between words would become part of the topic, or make a topic of the word `read`. */
function spacingProblem(line: string, keyword: string): string | undefined {
    const { filter } = partsOf(line);
    const usage = `a ${keyword} line is \`${keyword} [read|write] FILTER\``;
    if (filter === "") {
        return usage;
    }
    if (/^readwrite(\s|$)/.test(filter)) {
        return "VerneMQ has no `readwrite`: leave the word out to allow both";
    }
    return filter !== filter.trim() || /^(read|write)\s/.test(filter) || hasControlCharacter(filter)
        ? `${usage}, with one space between the words and no tab: VerneMQ would take more for a part of the topic`
        : undefined;
}

/** MQTT advises against control characters in topics (MQTT 3.1.1, section 1.5.3), and they are invisible in a file. */
function hasControlCharacter(text: string): boolean {
    return /\p{Cc}/u.test(text);
}

function isWord(text: string): boolean {
    return text !== "" && !/\s/.test(text) && !hasControlCharacter(text);
}

/** Longest topic filter in bytes (MQTT 3.1.1, section 4.7.3). */
const longestFilter = 65_535;

/** What is wrong with an MQTT topic filter (MQTT 3.1.1 section 4.7; vmq_topic.erl, validate_subscribe_topic), or undefined. */
function filterProblem(filter: string, keyword: "topic" | "pattern"): string | undefined {
    const levels = filter.split("/");
    const misplaced = levels.find(
        (level, index) =>
            (level.includes("+") && level !== "+") ||
            (level.includes("#") && (level !== "#" || index !== levels.length - 1)),
    );
    if (misplaced !== undefined) {
        return "in a topic filter `+` is a whole level, and `#` is the whole last level";
    }
    if (Buffer.byteLength(filter, "utf8") > longestFilter) {
        return `a topic filter has at most ${longestFilter} bytes`;
    }
    if (levels[0] === "$share" && levels.length < 3) {
        return "a shared subscription is `$share/GROUP/FILTER`";
    }
    if (keyword === "pattern" && levels.some((level) => /%[ucm]/.test(level) && !/^%[ucm]$/.test(level))) {
        return "in a pattern %u, %c and %m are whole levels";
    }
    return keyword === "topic" && levels.some((level) => /^%[ucm]$/.test(level))
        ? "only a pattern line replaces %u, %c and %m; in a topic line they are plain text"
        : undefined;
}
