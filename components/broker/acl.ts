/**
 * What is wrong with one line of vmq.acl, or undefined. VerneMQ knows `topic`, `pattern` and `user` lines and `#` comments; a line
 * with any other start kills the plugin, and with it every publish, until the pod restarts (facts: vmq_acl, 2.1.1).
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
    const [keyword, ...rest] = line.split(" ");
    switch (keyword) {
        case "user":
            return rest.length === 1 && rest[0] !== "" ? undefined : "a user line is `user NAME`";
        case "topic":
            return accessProblem(rest, "topic") ?? topicProblem(filterOf(rest), false);
        case "pattern":
            return accessProblem(rest, "pattern") ?? topicProblem(filterOf(rest), true);
        default:
            return "an ACL line starts with `topic`, `pattern`, `user` or `#`; any other stops every publish";
    }
}

const accesses = ["read", "write"];

/** The topic filter of a line: what follows the optional access word. */
function filterOf(words: readonly string[]): string {
    const [first, ...others] = words;
    return first !== undefined && accesses.includes(first) && others.length > 0 ? others.join(" ") : words.join(" ");
}

function accessProblem(words: readonly string[], keyword: string): string | undefined {
    if (words[0] === "readwrite") {
        return "VerneMQ has no `readwrite`: leave the word out to allow both";
    }
    return filterOf(words) === "" ? `a ${keyword} line is \`${keyword} [read|write] FILTER\`` : undefined;
}

/** What is wrong with an MQTT topic filter (MQTT 3.1.1 section 4.7), or undefined. */
function topicProblem(filter: string, isPattern: boolean): string | undefined {
    const levels = filter.split("/");
    const misplaced = levels.find(
        (level, index) =>
            (level.includes("+") && level !== "+") ||
            (level.includes("#") && (level !== "#" || index !== levels.length - 1)),
    );
    if (misplaced !== undefined) {
        return "in a topic filter `+` is a whole level, and `#` is the whole last level";
    }
    if (isPattern && levels.some((level) => /%[ucm]/.test(level) && !/^%[ucm]$/.test(level))) {
        return "in a pattern %u, %c and %m are whole levels";
    }
    return undefined;
}

/** The whole vmq.acl. */
export function aclFile(lines: readonly string[]): string {
    return lines.map((line) => `${line}\n`).join("");
}
