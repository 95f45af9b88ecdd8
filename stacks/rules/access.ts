import { hasOtherAuthentication } from "../../components/broker/conf";
import type { Problem } from "../../components/problem";
import type { ParsedGroups } from "../config";

/** Combinations of users, rules and plugins that let nobody in, or anybody. */
export function accessProblems(groups: ParsedGroups): Problem[] {
    return [authentication, userNamesDiffer, authorization].flatMap((rule) => rule(groups));
}

/** What is allowed and lets more or fewer in than one may think. */
export function accessWarnings({ broker }: ParsedGroups): string[] {
    return [
        ...unknownAclUsers(broker),
        ...(broker.allowAnonymous ? ["Anyone may connect without a password (allowAnonymous)."] : []),
    ];
}

function authentication({ broker }: ParsedGroups): Problem[] {
    if (broker.allowAnonymous && broker.users.length > 0) {
        return [
            {
                key: "vernemq:broker.allowAnonymous",
                value: true,
                rule: "anonymous access skips every password check, so the users would be for show",
                remedy: "remove the users, or set it to false",
            },
        ];
    }
    return !broker.allowAnonymous && broker.users.length === 0 && !hasOtherAuthentication(broker.settings)
        ? [
              {
                  key: "vernemq:broker.users",
                  value: broker.users,
                  rule: "without a user, anonymous access or another authentication plugin nobody can connect",
                  remedy: "name at least one user (a password is generated where you give none), or switch on plugins.vmq_webhooks or plugins.vmq_diversity in vernemq:broker.settings",
              },
          ]
        : [];
}

function userNamesDiffer({ broker }: ParsedGroups): Problem[] {
    return broker.users.flatMap(({ name }, index) =>
        broker.users.findIndex((other) => other.name === name) < index
            ? [
                  {
                      key: `vernemq:broker.users[${index.toString()}].name`,
                      value: name,
                      rule: "a user is listed once",
                      remedy: "remove the second entry",
                  },
              ]
            : [],
    );
}

function authorization({ broker }: ParsedGroups): Problem[] {
    return broker.acl.length === 0 && !hasOtherAuthentication(broker.settings)
        ? [
              {
                  key: "vernemq:broker.acl",
                  value: broker.acl,
                  rule: "without a rule and without another plugin that decides, nobody may publish or subscribe",
                  remedy: "write at least one line, or leave it out to allow every topic",
              },
          ]
        : [];
}

/** ACL lines for users that nobody can be. With anonymous access or another plugin a client may come with any name. */
function unknownAclUsers(broker: ParsedGroups["broker"]): string[] {
    if (broker.allowAnonymous || hasOtherAuthentication(broker.settings)) {
        return [];
    }
    return broker.acl
        .filter((line) => line.startsWith("user "))
        .map((line) => line.slice("user ".length))
        .filter((name) => !broker.users.some((user) => user.name === name))
        .map((name) => `The ACL has rules for user ${name}, who is not in broker.users.`);
}
