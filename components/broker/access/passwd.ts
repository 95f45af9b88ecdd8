import { createHash } from "node:crypto";

/** A user of the broker with the password in plain text, on its way into a hash. */
export interface PasswdEntry {
    readonly name: string;
    readonly password: string;
}

/** Bytes of a salt. */
export const saltBytes = 12;

/** Characters of a password that is given: vmq.passwd holds one round of SHA-512, so a short one is found by trying. */
export const shortestPassword = 12;

/**
 * One line of vmq.passwd: `user:$6$BASE64(salt)$BASE64(sha512(password + salt))`. One round of SHA-512 and not crypt(3)'s `$6$`
 * (vernemq 2.1.1, vmq_passwd.c l.124-167), so passwords have to be long and random.
 */
export function passwdLine(entry: PasswdEntry, salt: Uint8Array): string {
    const hash = createHash("sha512").update(entry.password, "utf8").update(salt).digest("base64");
    return `${entry.name}:$6$${Buffer.from(salt).toString("base64")}$${hash}`;
}

/**
 * The salt of an entry. It follows from the entry and its stack, because a salt drawn anew on each run would rewrite the file, and
 * show a change, in every preview.
 */
export function saltFor(entry: PasswdEntry, scope: string): Uint8Array {
    const seed = JSON.stringify(["vmq.passwd salt", scope, entry.name, entry.password]);
    return createHash("sha256").update(seed, "utf8").digest().subarray(0, saltBytes);
}

/** The whole vmq.passwd. It ends each line with a newline and holds nothing else: a comment or a blank line kills the plugin. */
export function passwdFile(entries: readonly PasswdEntry[], scope: string): string {
    return entries.map((entry) => `${passwdLine(entry, saltFor(entry, scope))}\n`).join("");
}

/** What is wrong with a user name, or undefined. Any malformed line of vmq.passwd stops every login until the pod restarts. */
export function userNameProblem(name: string): string | undefined {
    if (name === "") {
        return "a user name must not be empty";
    }
    if (name.includes(":")) {
        return "a user name has no colon: it separates name and hash in vmq.passwd";
    }
    if (/[\s\p{Cc}]/u.test(name)) {
        return "a user name has no white space or control characters: one bad line of vmq.passwd stops every login";
    }
    return undefined;
}

/** BASE64 of the 64 bytes of a SHA-512. */
const hashPattern = /^[A-Za-z0-9+/]{86}==$/;

/**
 * What is wrong with a line of a vmq.passwd that another tool wrote, or undefined. VerneMQ splits it at `:` and `$` and expects exactly the
 * parts of `passwdLine`; anything else ends the plugin, and with it every login, until the pod restarts.
 * https://github.com/vernemq/vernemq/blob/2.1.2/apps/vmq_passwd/src/vmq_passwd.erl (parse_passwd_line)
 */
export function passwdLineProblem(line: string): string | undefined {
    if (line.endsWith("\r")) {
        return "the line ends with a carriage return (a file of Windows), which would become part of the hash";
    }
    const [name = "", rest, ...more] = line.split(":");
    if (rest === undefined || more.length > 0) {
        return "a line has exactly one colon, between name and hash";
    }
    const [before, kind, salt = "", hash = "", ...behind] = rest.split("$");
    if (before !== "" || kind !== "6" || behind.length > 0) {
        return "the part after the colon is no hash: it has the form $6$SALT$HASH";
    }
    if (
        !/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$/.test(salt) ||
        !hashPattern.test(hash)
    ) {
        return "salt and hash are BASE64, the hash of 64 bytes";
    }
    return userNameProblem(name);
}

/** What is wrong with a line of a file. The line itself is not shown: what was meant to be a hash may be a password. */
export interface FileProblem {
    /** The first one is 1. */
    readonly line: number;
    readonly problem: string;
}

/** What is wrong with a whole vmq.passwd, by line. Empty lines are taken, as VerneMQ takes them; a file without a user is not. */
export function passwdFileProblems(text: string): FileProblem[] {
    const lines = text.split("\n");
    if (lines.every((line) => line === "")) {
        return [{ line: 1, problem: "the file has no user, so VerneMQ refuses every login" }];
    }
    const seen = new Set<string>();
    return lines.flatMap((line, index) => {
        const name = line.split(":")[0] ?? "";
        const isAgain = line !== "" && seen.has(name);
        seen.add(name);
        const problem =
            line === ""
                ? undefined
                : (passwdLineProblem(line) ?? (isAgain ? "the user is listed twice; the last line counts" : undefined));
        return problem === undefined ? [] : [{ line: index + 1, problem }];
    });
}
