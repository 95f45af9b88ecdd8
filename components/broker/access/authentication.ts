import type * as pulumi from "@pulumi/pulumi";
import { type DatabaseAuthentication, databaseConf, databasePasswordKey } from "./database";
import { tlsFiles } from "./files";
import { type WebhookAuthentication, type WebhookDecision, webhookConf, webhookDecisions } from "./webhook";
import type { ConfSetting } from "../config/conf";

/** Who says who may connect, beside your own users. One of the two: a database's "no" is final, so nothing behind it would be asked. */
export type Authentication =
    | { readonly database: DatabaseAuthentication; readonly webhook?: undefined }
    | { readonly webhook: WebhookAuthentication; readonly database?: undefined };

/** What an authentication asks of the broker. */
export interface AuthenticationParts {
    /** Keys of vernemq.conf. */
    readonly settings: Readonly<Record<string, ConfSetting>>;
    /** Keys of vernemq.conf whose values are secret. */
    readonly secretSettings: Readonly<Record<string, pulumi.Input<string>>>;
    /** Files for the Secret that is mounted at /vernemq/auth. */
    readonly files: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * VerneMQ asks its plugins one after another: by priority, those without one after them by name (vmq_acl, vmq_diversity, vmq_passwd,
 * vmq_webhooks), until one says yes or no. The script of a database says no to whom it does not know, so vmq_passwd goes first; it leaves a
 * user that it does not know to the next (`next`) and refuses a wrong password of one that it does.
 * https://github.com/vernemq/vernemq/blob/2.1.2/apps/vmq_server/priv/vmq_server.schema (plugins.$name.priority)
 * https://github.com/vernemq/vernemq/blob/2.1.2/apps/vmq_diversity/src/vmq_diversity_plugin.erl (all_till_ok, conv_res)
 * https://github.com/vernemq/vernemq/blob/2.1.2/apps/vmq_passwd/src/vmq_passwd.erl (check)
 */
export const passwordsFirst: Readonly<Record<string, ConfSetting>> = { "plugins.vmq_passwd.priority": 1 };

/** What is to be set for an authentication; nothing without one. */
export function authenticationParts(authentication: Authentication | undefined): AuthenticationParts {
    if (authentication === undefined) {
        return { settings: {}, secretSettings: {}, files: {} };
    }
    const { database, webhook } = authentication;
    if (database === undefined) {
        return {
            settings: webhookConf(webhook),
            secretSettings: {},
            files: tlsFiles("webhook", webhook.tls),
        };
    }
    return {
        settings: databaseConf(database),
        secretSettings:
            database.password === undefined ? {} : { [databasePasswordKey(database.kind)]: database.password },
        files: tlsFiles("database", database.tls),
    };
}

/** What an authentication decides. Databases decide everything; a webhook what it has an endpoint for. */
export function decidedBy(
    authentication:
        { readonly database?: unknown; readonly webhook?: Pick<WebhookAuthentication, WebhookDecision> } | undefined,
): readonly WebhookDecision[] {
    if (authentication?.database !== undefined) {
        return webhookDecisions;
    }
    return webhookDecisions.filter((decision) => authentication?.webhook?.[decision] !== undefined);
}

/**
 * The rules of vmq.acl where the user gives none: every user may do what nothing else decides. VerneMQ asks vmq_acl before databases and
 * webhooks, and its yes is final, so a rule there for what they decide would make them be for show.
 */
export function defaultAcl(decided: readonly WebhookDecision[]): readonly string[] {
    const [publish, subscribe] = [decided.includes("publish"), decided.includes("subscribe")];
    if (publish && subscribe) {
        return [];
    }
    return publish ? ["topic read #"] : subscribe ? ["topic write #"] : ["topic #"];
}
