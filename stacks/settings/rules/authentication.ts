import { compact } from "../../../components/common/compact";
import { authenticationParts } from "../../../components/broker/access/authentication";
import { databasePlugins } from "../../../components/broker/access/database";
import { usesTls } from "../../../components/broker/access/webhook";
import { destinationOf, isInCluster } from "../../../components/broker/destination";
import type { Problem } from "../../../components/common/problem";
import { askedHosts, authenticationOf } from "../../access";
import type { ParsedGroups } from "../settings";
import type { AuthenticationSettings } from "../schema/authentication";
import { propertyPath } from "../schema/problems";

const root = "vernemq:broker.authentication";

/** What a database or a webhook cannot do, or not together with the other settings. */
export function authenticationProblems(groups: ParsedGroups): Problem[] {
    const { authentication } = groups.broker;
    if (authentication === undefined) {
        return [];
    }
    const { database, webhook } = authentication;
    return compact([
        (database === undefined) === (webhook === undefined) && {
            key: root,
            rule: "one of database and webhook: a database's refusal is final, so a webhook behind it would not be asked",
            remedy: "name one of the two",
        },
        ...(database === undefined ? [] : databaseProblems(database)),
        webhook?.tls !== undefined &&
            !usesTls(webhook) && {
                key: `${root}.webhook.tls`,
                rule: "no endpoint is an https URL, so it would have no effect",
                remedy: "use https endpoints, or remove it",
            },
        ...hostsAreReached(groups),
        ...settingsDiffer(groups, authentication),
        ...(database === undefined ? [] : nobodyBehindDatabase(groups)),
    ]);
}

/** What works and lets a password be read, or a server be taken for another. */
export function authenticationWarnings({ broker }: ParsedGroups): string[] {
    const { authentication } = broker;
    const outside = askedHosts(authentication).filter(({ host }) => !isInCluster(host));
    const plain = outside.filter((asked) => !asked.encrypted);
    const encrypted = outside.filter((asked) => asked.encrypted);
    const { kind, passwordHash: hash } = authentication?.database ?? {};
    return compact([
        ...plain.map(({ host }) => `Passwords of clients go to ${host} unencrypted (broker.authentication).`),
        ...(kind === "postgres" || kind === "cockroachdb" ? encrypted : []).map(
            ({ host }) =>
                `VerneMQ falls back to plain text where ${host} offers no TLS (its driver, epgsql, has no other mode here): make the server require TLS, with hostssl in pg_hba.conf.`,
        ),
        (hash === "md5" || hash === "sha1" || hash === "password") &&
            `Passwords are kept as unsalted ${hash}, which is fast to try (broker.authentication.database.passwordHash).`,
        kind === "mongodb" &&
            authentication?.database?.tls?.enabled !== false &&
            "VerneMQ does not check that MongoDB's certificate is for its host: any certificate that tls.ca signed is accepted.",
    ]);
}

type Database = NonNullable<AuthenticationSettings["database"]>;

/** What one kind of database needs, or does not know. */
function databaseProblems(database: Database): Problem[] {
    const { kind } = database;
    const { hashes, tls: knowsTls, checksHostName } = databasePlugins[kind];
    return compact([
        database.passwordHash !== undefined &&
            !hashes.includes(database.passwordHash) &&
            problem(
                "passwordHash",
                database.passwordHash,
                `with ${kind} VerneMQ knows ${hashes.join(", ")}`,
                `use ${hashes[0]}`,
            ),
        database.authSource !== undefined &&
            kind !== "mongodb" &&
            problem("authSource", database.authSource, "only MongoDB has a database for its logins", "remove it"),
        database.tls !== undefined &&
            !knowsTls &&
            problem(
                "tls",
                database.tls.enabled,
                `VerneMQ's driver for ${kind} does not support TLS`,
                "remove it, and keep the database inside the cluster or behind a TLS proxy",
            ),
        knowsTls &&
            !checksHostName &&
            (database.tls?.enabled ?? true) &&
            database.tls?.ca === undefined &&
            problem(
                "tls.ca",
                undefined,
                `VerneMQ does not check the host name in the certificate of ${kind}, so with public authorities a certificate of any host would do`,
                "give the authority of the database alone, or set tls.enabled to false inside the cluster",
            ),
        database.tls?.enabled === false &&
            (database.tls.ca !== undefined || database.tls.clientCertificate !== undefined) &&
            problem(
                "tls.enabled",
                false,
                "without TLS its certificates have no effect",
                "set it to true, or remove them",
            ),
        ...loginProblems(database),
    ]);
}

function problem(name: string, value: unknown, rule: string, remedy: string): Problem {
    return { key: `${root}.database.${name}`, value, rule, remedy };
}

function loginProblems({ kind, name, user, password }: Database): Problem[] {
    const required = "VerneMQ's own default would be taken: vernemq_db, root or password";
    const { needsLogin } = databasePlugins[kind];
    const isNumber = kind === "redis";
    return compact([
        name === undefined &&
            !isNumber &&
            problem("name", undefined, `${kind} has databases with names`, "give its name"),
        name !== undefined &&
            (typeof name === "number") !== isNumber &&
            problem(
                "name",
                name,
                `a database of ${kind} has a ${isNumber ? "number" : "name"}`,
                isNumber ? "write a number without quotes" : "write its name in quotes",
            ),
        needsLogin &&
            user === undefined &&
            problem("user", undefined, required, "give the user, one that may only read"),
        needsLogin &&
            password === undefined &&
            problem(
                "password",
                undefined,
                required,
                `set it with \`pulumi config set --secret --path '${root}.database.password'\``,
            ),
        kind === "mongodb" &&
            (user === undefined) !== (password === undefined) &&
            problem(
                user === undefined ? "user" : "password",
                undefined,
                "a login is a user and a password",
                "give both, or none",
            ),
        kind === "redis" &&
            user !== undefined &&
            password === undefined &&
            problem("password", undefined, "a Redis user needs a password", "give both, or the password alone"),
    ]);
}

/** The port that the brokers' NetworkPolicy leaves open to everywhere, for the Kubernetes API. */
const openPort = 443;

/** The NetworkPolicy lets the brokers out to what it knows, and it knows addresses and namespaces only. */
function hostsAreReached({ broker }: ParsedGroups): Problem[] {
    return askedHosts(broker.authentication)
        .filter(
            ({ host, port }) =>
                destinationOf(host, port, broker.namespace).kind === "name" &&
                port !== openPort &&
                !broker.egress.some((target) => target.cidr !== undefined && target.port === port),
        )
        .map(({ path, host, port }) => ({
            key: `${root}.${path}`,
            value: host,
            rule: `the brokers' NetworkPolicy allows egress to addresses, not names, and no entry of vernemq:broker.egress is for port ${port}`,
            remedy: `add { port: ${port}, cidr: the network of ${host} } to vernemq:broker.egress, or write a Service as NAME.NAMESPACE.svc`,
        }));
}

/** Keys that follow from the authentication are set once, here. */
function settingsDiffer({ broker }: ParsedGroups, authentication: AuthenticationSettings): Problem[] {
    const parts = authenticationParts(authenticationOf(authentication, () => ""));
    return (["settings", "secretSettings"] as const).flatMap((group) =>
        Object.keys(broker[group])
            .filter((key) => key in parts.settings || key in parts.secretSettings || isAnotherDatabase(key))
            .map((key) => ({
                key: `vernemq:broker.${group}${propertyPath(key)}`,
                rule: "vernemq:broker.authentication sets this key itself",
                remedy: "remove it here",
            })),
    );
}

function isAnotherDatabase(key: string): boolean {
    return /^vmq_diversity\.auth_[a-z0-9]+\.enabled$/.test(key);
}

/** The script of a database says yes or no to everyone, so that nothing after it is asked (vmq_diversity_plugin.erl, all_till_ok). */
function nobodyBehindDatabase({ broker }: ParsedGroups): Problem[] {
    return Object.entries(broker.settings)
        .filter(([key, value]) => /^vmq_webhooks\..+\.hook$/.test(key) && value.toString().startsWith("auth_on_"))
        .map(([key, value]) => ({
            key: `vernemq:broker.settings${propertyPath(key)}`,
            value,
            rule: "a database says yes or no to everyone, so this webhook would never be asked",
            remedy: "remove it, or use vernemq:broker.authentication.webhook instead of the database",
        }));
}
