import * as z from "zod";
import { brokerDefaults } from "../../../components/broker/defaults";
import { aclLineProblem } from "../../../components/broker/access/acl";
import { confValueProblem } from "../../../components/broker/config/conf";
import { shortestPassword, userNameProblem } from "../../../components/broker/access/passwd";
import { authenticationSetting } from "./authentication";
import { checked, flag, matching, named, secretString, subdomainName } from "./types";

const user = z.strictObject({
    name: named(
        z.string(),
        userNameProblem,
        "use letters, digits, dots, hyphens and underscores, for example device-1",
    ).describe("Name that the client sends in CONNECT. Case is kept."),
    password: checked(secretString(), (password) =>
        password.reveal().length < shortestPassword
            ? {
                  rule: `at least ${shortestPassword} characters: vmq.passwd keeps one round of SHA-512, which is fast to try`,
                  remedy: "choose a longer one, or leave it out to have one generated",
                  secret: true,
              }
            : undefined,
    )
        .optional()
        .describe(
            "Password, a secret of at least 12 characters. Left out, one of 32 characters is generated and given as the secret output `passwords`.",
        ),
});

/** A file of an existing Secret. */
function secretFile(defaultKey: string) {
    return z.strictObject({
        secret: subdomainName().describe("Name of the Secret, in the namespace `namespace`."),
        key: checked(
            matching(/^[-._a-zA-Z0-9]{1,253}$/, "a key of a Secret: letters, digits, `-`, `_` and `.`"),
            confValueProblem,
        )
            .prefault(defaultKey)
            .describe(`Key in that Secret, for example ${defaultKey}.`),
    });
}

/** Who may connect and what they may do: settings of `vernemq:broker`. */
export const accessSettings = {
    users: z.array(user).prefault([]).describe("Users, as lines of vmq.passwd in a Secret. A change needs no restart."),
    usersFrom: secretFile("vmq.passwd")
        .optional()
        .describe(
            "Users from a Secret that you or another program keep, instead of `users`. It holds a vmq.passwd as `npm run passwd` writes it; one bad line stops every login.",
        ),
    authentication: authenticationSetting,
    allowAnonymous: flag(brokerDefaults.allowAnonymous).describe(
        "Let anyone in without a password. It turns off all password checks, so `users` cannot be set with it.",
    ),
    acl: z
        .array(
            named(
                z.string(),
                aclLineProblem,
                "write `topic [read|write] FILTER`, `pattern [read|write] FILTER` or `user NAME`, in quotes where ` #` is in it: YAML takes that for a comment",
            ),
        )
        .optional()
        .describe(
            "Lines of vmq.acl. Topics before the first `user` line and every `pattern` hold for all, topics after a `user` line for that user. Default: every client may use every topic, unless `authentication` decides.",
        ),
    aclFrom: secretFile("vmq.acl")
        .optional()
        .describe(
            "Rules from a Secret that you or another program keep, instead of `acl`. `npm run passwd -- --check-acl` checks them; one bad line stops every publish.",
        ),
};
