import { createHash } from "node:crypto";

/** A user of the broker with the password in plain text, on its way into a hash. */
export interface PasswdEntry {
    readonly name: string;
    readonly password: string;
}

const saltBytes = 12;

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
        return "a user name is not empty";
    }
    if (name.includes(":")) {
        return "a user name has no colon: it separates name and hash in vmq.passwd";
    }
    if (/[\s\p{Cc}]/u.test(name)) {
        return "a user name has no white space or control characters: one bad line of vmq.passwd stops every login";
    }
    return undefined;
}
