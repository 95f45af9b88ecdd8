import { randomBytes } from "node:crypto";
import type { Context, SignIn } from "../context";
import { failed, type Finding, ok, skipped } from "../report";
import type { Endpoint } from "../target";
import { ConnectRefused, ConnectUnanswered, isAuthenticationRefusal } from "../wire/client";
import { type Check, eachEndpoint } from "./check";

const versions = [
    [4, "MQTT 3.1.1"],
    [5, "MQTT 5"],
] as const;

/** The user is let in with MQTT 3.1.1 and 5, and what it publishes below the prefix comes back to it. */
export const connect: Check = (context) =>
    eachEndpoint(context.target.endpoints, async (endpoint) => {
        await context.trusted(endpoint);
        const who = context.target.credentials?.username ?? "a client without user";
        for (const [protocolVersion, title] of versions) {
            const problem = await ownMessage(context, endpoint, protocolVersion);
            if (problem !== undefined) {
                return { ...problem, seen: `${who} with ${title}: ${problem.seen}` };
            }
        }
        return ok(`${who} is let in with MQTT 3.1.1 and 5, and gets what it publishes`);
    });

async function ownMessage(context: Context, endpoint: Endpoint, protocolVersion: 4 | 5): Promise<Finding | undefined> {
    let client;
    try {
        client = await context.connect(endpoint, { protocolVersion });
    } catch (error) {
        return failed(error instanceof Error ? error.message : String(error), todoOf(error));
    }
    try {
        const problem = await context.ownMessage(client);
        const { topicPrefix } = context.target;
        const todo = `let the user read and write ${topicPrefix}/# (acl), or choose --topic-prefix`;
        return problem === undefined ? undefined : failed(problem, todo);
    } finally {
        await context.close(client);
    }
}

function todoOf(error: unknown): string {
    if (error instanceof ConnectRefused && isAuthenticationRefusal(error)) {
        return "name a user with --user, and make sure that its password is the one in the broker's vmq.passwd";
    }
    return error instanceof ConnectUnanswered
        ? seePlugins
        : "see that the brokers are up: `vmq-admin cluster show`, and their logs";
}

/**
 * A malformed line in vmq.passwd, even a comment or an empty one, ends the plugin until the broker restarts. Health checks stay green, and
 * all that a client sees is the end of its connection.
 */
const seePlugins =
    "if every login ends like this, a broker's plugin for logins has died while its health checks return 200: its log has reached_max_restart_intensity (vmq_passwd: a comment or an empty line in vmq.passwd); correct the file, then restart the broker";

export const noUser: Check = (context) => refusals(context, "a client without user", "anonymous");

export const wrongPassword: Check = (context) =>
    refusals(context, `${userOf(context)} with a wrong password`, {
        username: userOf(context),
        password: randomBytes(16).toString("hex"),
    });

export const emptyPassword: Check = (context) =>
    refusals(context, `${userOf(context)} with an empty password`, { username: userOf(context), password: "" });

/** The target's user, or a name that no user has. */
function userOf({ target, tag }: Context): string {
    return target.credentials?.username ?? `verify-${tag}`;
}

function refusals(context: Context, who: string, as: SignIn["as"]): Promise<readonly Finding[]> {
    if (context.target.allowAnonymous) {
        return Promise.resolve([skipped("anyone may connect, and that is intended")]);
    }
    return eachEndpoint(context.target.endpoints, async (endpoint) => {
        await context.reached(endpoint);
        const answers: Answer[] = [];
        // Hooks for the two versions are set apart in VerneMQ (auth_on_register, auth_on_register_m5), so one may be open alone.
        for (const [protocolVersion, title] of versions) {
            const signIn = { as, protocolVersion };
            const first = await answerTo(context, endpoint, signIn);
            // Now and then VerneMQ closes a WebSocket before the CONNACK that refuses is read: a second try decides.
            const answer = isDecisive(first) ? first : await answerTo(context, endpoint, signIn);
            answers.push({ title, answer });
        }
        return judgeRefusals(who, answers);
    });
}

/** What came back: `let in`, the CONNACK that refuses, or what else went wrong. */
export interface Answer {
    readonly title: string;
    readonly answer: "let in" | Error;
}

async function answerTo(context: Context, endpoint: Endpoint, signIn: SignIn): Promise<"let in" | Error> {
    try {
        await context.close(await context.connect(endpoint, signIn));
        return "let in";
    } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
    }
}

/** No client may be let in, and each refusal has to be about the user: a broker that is unavailable refuses everyone. */
export function judgeRefusals(who: string, answers: readonly Answer[]): Finding {
    const words = answers.map(({ title, answer }) => `${title}: ${answer === "let in" ? answer : answer.message}`);
    const seen = `${who}: ${words.join("; ")}`;
    if (answers.some(({ answer }) => answer === "let in")) {
        return failed(
            seen,
            "allow_anonymous has to be off, and every authentication plugin or hook has to refuse unknown clients",
        );
    }
    return answers.every(({ answer }) => isDecisive(answer))
        ? ok(seen)
        : { status: "undecided", seen, todo: "run it again; if connect fails the same way, start with what it says" };
}

/** Let in, or refused for who it is: all else says nothing of the password. */
function isDecisive(answer: "let in" | Error): boolean {
    return answer === "let in" || (answer instanceof ConnectRefused && isAuthenticationRefusal(answer));
}
