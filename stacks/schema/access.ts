import * as z from "zod";
import { aclLineProblem } from "../../components/broker/acl";
import { userNameProblem } from "../../components/broker/passwd";
import { named, reportProblem, secretString } from "./kit";

/** Passwords that are given: vmq.passwd holds one round of SHA-512, so a short one is found by trying. */
const shortestPassword = 12;

const user = z.strictObject({
    name: named(
        z.string(),
        userNameProblem,
        "use letters, digits, dots, hyphens and underscores, for example device-1",
    ).describe("Name that the client sends in CONNECT. Case is kept."),
    password: secretString()
        .superRefine((password, context) => {
            if (password.reveal().length < shortestPassword) {
                reportProblem(context, [], {
                    rule: `at least ${shortestPassword.toString()} characters: vmq.passwd keeps one round of SHA-512, which is fast to try`,
                    remedy: "choose a longer one, or leave it out to have one generated",
                    secret: true,
                });
            }
        })
        .optional()
        .describe(
            "Password, a secret of at least 12 characters. Left out, one of 32 characters is generated and given as the secret output `passwords`.",
        ),
});

/** Who may connect and what they may do: settings of `vernemq:broker`. */
export const accessSettings = {
    users: z.array(user).prefault([]).describe("Users, as lines of vmq.passwd in a Secret. A change needs no restart."),
    allowAnonymous: z
        .boolean()
        .prefault(false)
        .describe("Let anyone in without a password. It switches off all password checks, so no `users` beside it."),
    acl: z
        .array(
            named(
                z.string(),
                aclLineProblem,
                "write `topic [read|write] FILTER`, `pattern [read|write] FILTER` or `user NAME`",
            ),
        )
        .prefault(["topic #"])
        .describe(
            "Lines of vmq.acl. Topics before the first `user` line and every `pattern` hold for all, topics after a `user` line for that user. Default: every client may use every topic.",
        ),
};
