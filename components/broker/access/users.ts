import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { transformed } from "../../common/transform";
import { aclFile } from "./acl";
import type { FullBrokerArgs } from "../args";
import { authenticationParts, passwordsFirst } from "./authentication";
import { confValue, environmentName } from "../config/conf";
import { passwdFile } from "./passwd";
import { authSecretName } from "../names";
import type { ChartValuesInput } from "../helm/values";

/** A user whose password is known, given or generated. */
export interface UserWithPassword {
    readonly name: string;
    readonly generated: boolean;
    readonly password: pulumi.Output<string>;
}

/** The users with their passwords: given as a secret, or generated and kept in the state. */
export function createUsers(
    name: string,
    args: FullBrokerArgs,
    opts: pulumi.CustomResourceOptions,
): UserWithPassword[] {
    return args.users.map((user) => ({
        name: user.name,
        generated: user.password === undefined,
        password:
            user.password === undefined
                ? new random.RandomPassword(`${name}-password-${user.name}`, { length: 32, special: false }, opts)
                      .result
                : pulumi.secret(user.password),
    }));
}

/** What the chart's values say of who may connect. */
export function accessValues(
    args: FullBrokerArgs,
): Pick<ChartValuesInput, "checkPasswords" | "checkTopics" | "settings"> {
    const checkPasswords = args.users.length > 0 || args.usersFrom !== undefined;
    return {
        checkPasswords,
        checkTopics: args.acl.length > 0 || args.aclFrom !== undefined,
        settings: {
            ...args.settings,
            ...authenticationParts(args.authentication).settings,
            ...(checkPasswords && args.authentication !== undefined ? passwordsFirst : {}),
        },
    };
}

/** The files of the Secret: none that VerneMQ would not read. */
export function authFiles(
    args: Pick<FullBrokerArgs, "acl" | "authentication">,
    passwd: pulumi.Input<string> | undefined,
): Record<string, pulumi.Input<string>> {
    return {
        ...(args.acl.length === 0 ? {} : { "vmq.acl": aclFile(args.acl) }),
        ...(passwd === undefined ? {} : { "vmq.passwd": passwd }),
        ...authenticationParts(args.authentication).files,
    };
}

/** Users, rules and certificates as the files that VerneMQ reads. */
export function createAuth(
    name: string,
    args: FullBrokerArgs,
    namespace: pulumi.Output<string>,
    users: readonly UserWithPassword[],
    opts: pulumi.CustomResourceOptions,
): core.Secret {
    const passwords = pulumi.all(users.map((user) => user.password));
    const passwd = passwords.apply((texts) =>
        passwdFile(
            users.map((user, index) => ({ name: user.name, password: texts[index] ?? "" })),
            `${pulumi.getProject()}/${pulumi.getStack()}`,
        ),
    );
    const secret: core.SecretArgs = {
        metadata: { name: authSecretName, namespace },
        stringData: authFiles(args, users.length === 0 ? undefined : pulumi.secret(passwd)),
    };
    return new core.Secret(`${name}-auth`, transformed(secret, args.transform?.auth), opts);
}

/**
 * Secret settings as environment variables. Pulumi gives the Secret its own name and, because it is immutable, another one when a
 * value changes, so that the brokers restart with the new value.
 */
export function createSecretSettings(
    name: string,
    args: FullBrokerArgs,
    namespace: pulumi.Output<string>,
    opts: pulumi.CustomResourceOptions,
): core.Secret | undefined {
    const entries = Object.entries({
        ...args.secretSettings,
        ...authenticationParts(args.authentication).secretSettings,
    });
    return entries.length === 0
        ? undefined
        : new core.Secret(
              `${name}-settings`,
              transformed<core.SecretArgs>(
                  {
                      metadata: { namespace },
                      immutable: true,
                      stringData: Object.fromEntries(
                          entries.map(([key, value]) => [
                              environmentName(key),
                              pulumi.secret(pulumi.output(value).apply(confValue)),
                          ]),
                      ),
                  },
                  args.transform?.secretSettings,
              ),
              opts,
          );
}
