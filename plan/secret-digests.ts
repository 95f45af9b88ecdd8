import { createHmac, randomBytes } from "node:crypto";
import { renderPath } from "../components/common/property-path";
import { UserError } from "./common/errors";
import { isSecret } from "../components/common/protocol-values";
import { openSecrets, partsOf } from "./values";

/**
 * Names a key in the environment of two plans, so that a comparison can tell whether the contents of their secrets differ. Without it each
 * process has its own random key and writes no digests.
 */
const digestKeyVariable = "VERNEMQ_PLAN_KEY";

/** A key that can be guessed would let a reader of a plan try out passwords. */
const shortestKey = 32;

let key: { readonly given: boolean; readonly bytes: string | Buffer } | undefined;

function digestKey() {
    if (key === undefined) {
        const given = process.env[digestKeyVariable];
        if (given !== undefined && given !== "" && given.length < shortestKey) {
            throw new UserError(
                `${digestKeyVariable} is too short: give a random string of at least ${shortestKey.toString()} characters, for example of \`openssl rand -hex 32\``,
            );
        }
        key = given ? { given: true, bytes: given } : { given: false, bytes: randomBytes(32) };
    }
    return key;
}

function digest(text: string): string {
    return createHmac("sha256", digestKey().bytes).update(text).digest("hex").slice(0, 32);
}

/** Names the key that digests are computed with and tells nothing of it: only digests of the same key can be compared. */
export function digestKeyId(): string {
    return digest("key");
}

/** Whether another process can have the same key, so that digests are worth writing down. */
export function isDigestKeyShared(): boolean {
    return digestKey().given;
}

/**
 * Digests of a resource's secret inputs by path. The URN and the path are part of each, so that equal secrets of two places have
 * different ones.
 */
export function secretDigests(urn: string, inputs: unknown): Readonly<Record<string, string>> {
    return Object.fromEntries(
        partsOf(inputs, isSecret).map(({ path, part }) => {
            const place = renderPath(path);
            return [place, digest(JSON.stringify([urn, place, openSecrets(part.value)]))];
        }),
    );
}
