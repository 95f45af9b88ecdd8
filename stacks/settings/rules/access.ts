import { compact, type Maybe } from "../../../components/common/compact";
import { aclFile, aclRules, type AclRule, filterDepth } from "../../../components/broker/access/acl";
import { decidedBy } from "../../../components/broker/access/authentication";
import { passwdFile } from "../../../components/broker/access/passwd";
import type { WebhookDecision } from "../../../components/broker/access/webhook";
import { confValue, hasOtherAuthentication } from "../../../components/broker/config/conf";
import { authSecretName } from "../../../components/broker/names";
import type { Problem } from "../../../components/common/problem";
import { aclLines } from "../../access";
import type { ParsedGroups } from "../settings";
import { propertyPath } from "../schema/problems";

type Broker = ParsedGroups["broker"];

/** Combinations of users, rules and plugins that let no client in, or every client. */
export function accessProblems({ broker }: ParsedGroups): Problem[] {
    const beside = compact([
        broker.users.length > 0 && "users",
        broker.usersFrom && "usersFrom",
        broker.authentication && "authentication",
    ]);
    const hasUsers = broker.users.length > 0 || broker.usersFrom !== undefined;
    return compact([
        broker.allowAnonymous &&
            beside.length > 0 && {
                key: "vernemq:broker.allowAnonymous",
                value: true,
                rule: "anonymous access skips every password check, so the users would have no effect",
                remedy: `remove ${beside.join(" and ")}, or set it to false`,
            },
        ...oneSource(broker),
        ...anotherSecret(broker),
        !broker.allowAnonymous &&
            !hasUsers &&
            !decidesElsewhere(broker) && {
                key: "vernemq:broker.users",
                value: broker.users,
                rule: "without a user, anonymous access or another authentication plugin no client can connect",
                remedy: "name at least one user (a password is generated where you give none), or set usersFrom or authentication",
            },
        ...userNamesDiffer(broker),
        fitsSecret(broker),
        ...authorization(broker),
        ...filtersAreShallow(broker),
        ...filesAreReloaded(broker),
    ]);
}

/** What is allowed and lets more or fewer in than one may think. */
export function accessWarnings({ broker }: ParsedGroups): string[] {
    return compact([
        ...unknownAclUsers(broker),
        ...usersWithoutTopics(broker),
        broker.allowAnonymous && "Anyone may connect without a password (allowAnonymous).",
        ...(broker.authentication === undefined && openRules(broker, ["publish", "subscribe"]).length > 0
            ? pluginsBehind(broker).map(
                  (plugin) =>
                      `The ACL allows every topic before ${plugin} is asked: its own rules have no effect. \`acl: []\` leaves the decision to it.`,
              )
            : []),
    ]);
}

function oneSource(broker: Broker): Problem[] {
    const pairs = [
        { name: "usersFrom", from: broker.usersFrom, other: "users", given: broker.users.length > 0 },
        { name: "aclFrom", from: broker.aclFrom, other: "acl", given: broker.acl !== undefined },
    ];
    return pairs
        .filter(({ from, given }) => from !== undefined && given)
        .map(({ name, from, other }) => ({
            key: `vernemq:broker.${name}`,
            value: from,
            rule: `VerneMQ reads one file, and vernemq:broker.${other} would be another`,
            remedy: `remove one of ${name} and ${other}`,
        }));
}

function anotherSecret(broker: Broker): Problem[] {
    return (["usersFrom", "aclFrom"] as const)
        .filter((name) => broker[name]?.secret === authSecretName)
        .map((name) => ({
            key: `vernemq:broker.${name}.secret`,
            value: authSecretName,
            rule: "this program writes the Secret of this name itself, and each update would remove your file from it",
            remedy: "keep the file in a Secret of another name",
        }));
}

function decidesElsewhere(broker: Broker): boolean {
    return broker.authentication !== undefined || hasOtherAuthentication(broker.settings);
}

/**
 * Bytes of all values of a Secret together; the API server refuses more. `MaxSecretSize` of Kubernetes 1.36
 * (https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/types.go).
 */
const secretBytes = 1024 * 1024;

function fitsSecret(broker: Broker): Maybe<Problem> {
    const acl = Buffer.byteLength(aclFile(aclLines(broker)));
    // A hash is as long as another's, whatever the password.
    const line = Buffer.byteLength(passwdFile([{ name: "", password: "" }], ""));
    const users = broker.users.reduce((bytes, { name }) => bytes + Buffer.byteLength(name) + line, 0);
    return (
        acl + users > secretBytes && {
            key: acl > users ? "vernemq:broker.acl" : "vernemq:broker.users",
            rule: `users and ACL share one Secret of ${acl + users} bytes, and Kubernetes takes at most ${secretBytes}`,
            remedy: "write patterns with %u or %c in place of a topic for each device, or keep users and rules in a database (vernemq:broker.authentication)",
        }
    );
}

function userNamesDiffer(broker: Broker): Problem[] {
    const first = new Map(broker.users.map(({ name }, index) => [name, index] as const).reverse());
    return compact(
        broker.users.map(
            ({ name }, index) =>
                first.get(name) !== index && {
                    key: `vernemq:broker.users[${index}].name`,
                    value: name,
                    rule: "a user is listed once",
                    remedy: "remove the second entry",
                },
        ),
    );
}

/** VerneMQ asks vmq_acl before databases and webhooks (plugins go by name), and its yes is final. */
function authorization(broker: Broker): Problem[] {
    const decided = decidedBy(broker.authentication);
    const isDecided =
        hasOtherAuthentication(broker.settings) || decided.includes("publish") || decided.includes("subscribe");
    const acl = { key: "vernemq:broker.acl", value: broker.acl };
    return compact([
        broker.aclFrom === undefined &&
            aclLines(broker).length === 0 &&
            !isDecided && {
                ...acl,
                rule: "without a rule and without another plugin that decides, no client may publish or subscribe",
                remedy: "write at least one line, or leave it out to allow every topic",
            },
        ...openRules(broker, decided).map(({ filter }) => ({
            ...acl,
            rule: `the line for ${filter} allows everyone every topic before the authentication is asked, so its decisions would have no effect`,
            remedy: "leave acl out, or write lines for topics that everyone may use, or below a `user` line",
        })),
    ]);
}

/** Rules that let everyone do all of something that another plugin decides. */
function openRules(broker: Broker, decided: readonly WebhookDecision[]): AclRule[] {
    return aclRules(aclLines(broker)).filter(
        ({ user, filter, accesses }) =>
            user === undefined &&
            filter === "#" &&
            accesses.some((access) => decided.includes(access === "read" ? "subscribe" : "publish")),
    );
}

/** Plugins of VerneMQ's own that decide about topics and are switched on by hand. */
function pluginsBehind({ settings }: Broker): string[] {
    return ["vmq_diversity", "vmq_webhooks"].filter((name) => {
        const value = settings[`plugins.${name}`];
        return value !== undefined && confValue(value) === "on";
    });
}

const defaultDepth = 10;

function filtersAreShallow(broker: Broker): Problem[] {
    const given = Number(broker.settings["topic_max_depth"] ?? defaultDepth);
    return compact(
        (broker.acl ?? []).map((line, index) => {
            const depth = Math.max(0, ...aclRules([line]).map(({ filter }) => filterDepth(filter)));
            return (
                depth > given && {
                    key: `vernemq:broker.acl[${index}]`,
                    value: line,
                    rule: `VerneMQ takes topics of at most ${given} levels (topic_max_depth) and drops a rule with more; this one has ${depth}`,
                    remedy: `use fewer levels, or set topic_max_depth to ${depth} in vernemq:broker.settings`,
                }
            );
        }),
    );
}

function filesAreReloaded({ settings }: Broker): Problem[] {
    return ["vmq_passwd.password_reload_interval", "vmq_acl.acl_reload_interval"]
        .filter((key) => settings[key] !== undefined && Number(settings[key]) <= 0)
        .map((key) => ({
            key: `vernemq:broker.settings${propertyPath(key)}`,
            value: settings[key],
            rule: "0 turns reloading off, so a changed user or rule would wait for the brokers' next restart",
            remedy: "leave it out for 5 seconds, or use at least 1",
        }));
}

/** Users of vmq.passwd whom a database would have to give topics, and does not: its script knows those alone whom it let in itself. */
function usersWithoutTopics(broker: Broker): string[] {
    const rules = aclRules(aclLines(broker));
    return broker.authentication?.database === undefined || broker.aclFrom !== undefined
        ? []
        : broker.users
              .filter(({ name }) => !rules.some(({ user }) => user === undefined || user === name))
              .map(
                  ({ name }) =>
                      `User ${name} may connect and then neither publish nor subscribe: the database knows only whom it let in itself. Give it topics in broker.acl, below \`user ${name}\`.`,
              );
}

/** ACL lines for users that no client can be. With anonymous access or another plugin a client may come with any name. */
function unknownAclUsers(broker: Broker): string[] {
    if (broker.allowAnonymous || broker.usersFrom !== undefined || decidesElsewhere(broker)) {
        return [];
    }
    return (broker.acl ?? [])
        .filter((line) => line.startsWith("user "))
        .map((line) => line.slice("user ".length))
        .filter((name) => !broker.users.some((user) => user.name === name))
        .map((name) => `The ACL has rules for user ${name}, who is not in broker.users.`);
}
