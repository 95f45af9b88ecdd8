import * as z from "zod";
import { databaseKinds, passwordHashes } from "../../../components/broker/access/database";
import { webhookTlsVersions } from "../../../components/broker/access/webhook";
import { confValueProblem } from "../../../components/broker/config/conf";
import { endpointProblem, hostProblem } from "../../../components/broker/destination";
import { checked, choice, flag, integer, optionalBlock, pemText, secretString } from "./types";

/** A text that becomes a value of vernemq.conf: what the start script of the image would lose is refused. */
function confText(): z.ZodString {
    return checked(z.string(), (text) => {
        const problem = confValueProblem(text);
        return problem && { ...problem, secret: mayHoldPassword(text) };
    });
}

/** Whether a text may be a URL with a login or a token, which an error must not quote back. */
function mayHoldPassword(text: string): boolean {
    return text.includes("@") || text.includes("?");
}

const ca = pemText()
    .optional()
    .describe("Certificates of the trusted authorities, in PEM form. Default: the public ones of the image.");

const clientCertificate = optionalBlock("Certificate that VerneMQ presents.", {
    certificate: pemText().describe("Certificate, followed by its intermediates, in PEM form."),
    privateKey: secretString().describe("Its private key in PEM form, a secret."),
});

const database = z.strictObject({
    kind: z
        .enum(databaseKinds)
        .describe("Which database. `mysql` is also for MariaDB. The table that it needs is in docs/guides/access.md."),
    host: checked(z.string(), (text) => {
        const rule = hostProblem(text);
        const remedy = "write the name or address alone, for example postgres.data.svc";
        return rule === undefined ? undefined : { rule, remedy, secret: mayHoldPassword(text) };
    }).describe(
        "Host: a Service (`postgres.data.svc`), an address, or a name outside the cluster, which needs a line in `egress`.",
    ),
    port: integer(1, 65_535)
        .optional()
        .describe(
            "TCP port. Default: 5432 (postgres), 3306 (mysql), 26257 (cockroachdb), 27017 (mongodb), 6379 (redis).",
        ),
    name: z
        .union([confText(), integer(0, 2 ** 31 - 1)], { error: "a text, with redis a number" })
        .optional()
        .describe("Name of the database; with redis its number, default 0."),
    user: confText().optional().describe("User of the database: a login that may read, and no more."),
    password: checked(secretString(), (password) => {
        const problem = confValueProblem(password.reveal());
        return problem && { ...problem, secret: true };
    })
        .optional()
        .describe("Its password, a secret. A change restarts the brokers one by one."),
    passwordHash: z
        .enum(passwordHashes)
        .optional()
        .describe(
            "How the database keeps the clients' passwords: postgres crypt (default, needs pgcrypto) or bcrypt; cockroachdb bcrypt (default) or sha256; mysql sha256 (default), sha1, md5 or password; mongodb and redis bcrypt.",
        ),
    poolSize: integer(1, 1000, 5).describe("Connections of each broker."),
    authSource: confText().optional().describe("With mongodb: the database that holds the login. Default: admin."),
    tls: optionalBlock("TLS to the database; on by default. VerneMQ has none for redis.", {
        enabled: flag(true).describe("Speak TLS and check the certificate."),
        ca,
        clientCertificate,
    }),
});

/** The URL of a webhook. One with a password in it is not quoted back. */
function endpoint(): z.ZodString {
    return checked(confText(), (text) => {
        const rule = endpointProblem(text);
        const remedy =
            "write for example https://auth.example.com/mqtt or http://auth.tools.svc:8080/mqtt; VerneMQ authenticates by tls.clientCertificate";
        return rule === undefined ? undefined : { rule, remedy, secret: mayHoldPassword(text) };
    });
}

const webhook = z.strictObject({
    register: endpoint().describe("URL that decides who may connect."),
    publish: endpoint().optional().describe("URL that is called for each message. Left out, `acl` decides."),
    subscribe: endpoint().optional().describe("URL that is called for subscriptions. Left out, `acl` decides."),
    timeoutMs: integer(100, 60_000, 5000).describe(
        "Milliseconds to wait for an answer; without one the client is refused.",
    ),
    poolSize: integer(1, 10_000, 100).describe("Connections of each broker to an endpoint."),
    omitPayload: flag(false).describe("Leave the message out of the call for `publish`."),
    tls: optionalBlock("TLS to https endpoints. Their certificate is always checked.", {
        ca,
        clientCertificate,
        version: choice(webhookTlsVersions, "1.2").describe("TLS version; VerneMQ speaks exactly one."),
        checkRevocation: flag(false).describe(
            "Refuse a certificate whose revocation list is not named or cannot be fetched.",
        ),
    }),
});

/** `vernemq:broker.authentication`: who says who may connect, beside `users`. */
export const authenticationSetting = optionalBlock(
    "A database or webhooks that decide who may connect and do what. `users`, where set, are asked first.",
    {
        database: database.optional().describe("A database with names, hashes and rules."),
        webhook: webhook.optional().describe("Your HTTP endpoints."),
    },
);

export type AuthenticationSettings = NonNullable<z.output<typeof authenticationSetting>>;
