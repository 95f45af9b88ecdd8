import { authFolder, type TlsFiles, tlsFileNames } from "./files";
import type { ConfSetting } from "../config/conf";

/** What a webhook can decide: who connects, who publishes, who subscribes. */
export const webhookDecisions = ["register", "publish", "subscribe"] as const;
export type WebhookDecision = (typeof webhookDecisions)[number];

/** TLS versions of calls to webhooks; VerneMQ speaks exactly one. */
export const webhookTlsVersions = ["1.2", "1.3"] as const;

/**
 * HTTP endpoints that say who may connect and what they may do. Each gets a POST with a JSON object, the header `vernemq-hook` names the
 * hook. No answer, another status than 200 or no JSON refuses the client.
 * https://docs.vernemq.com/plugin-development/webhookplugins
 */
export interface WebhookAuthentication {
    /** Called when a client connects. */
    readonly register: string;
    /** Called for each message that a client sends. Undefined: the ACL decides. */
    readonly publish?: string;
    /** Called when a client subscribes. Undefined: the ACL decides. */
    readonly subscribe?: string;
    /** Milliseconds until an answer. */
    readonly timeoutMs: number;
    /** Connections of each broker to an endpoint. */
    readonly poolSize: number;
    /** Leave the message out of the call for `publish`. */
    readonly omitPayload: boolean;
    readonly tls: TlsFiles & {
        readonly version: (typeof webhookTlsVersions)[number];
        /** Refuse an endpoint whose certificate names no revocation list that can be fetched. */
        readonly checkRevocation: boolean;
    };
}

/**
 * The authorities of the image's system, where both variants of the official image keep them: their Dockerfiles fetch VerneMQ over https
 * with curl, whose package brings them. VerneMQ gives its HTTP client no authorities, and without any no certificate is good.
 * https://github.com/vernemq/docker-vernemq/blob/master/Dockerfile.alpine
 * https://github.com/vernemq/vernemq/blob/2.1.2/apps/vmq_webhooks/src/vmq_webhooks_plugin.erl (ssl_options)
 */
const systemAuthorities = "/etc/ssl/certs/ca-certificates.crt";

/** The keys of vernemq.conf for webhooks. */
export function webhookConf(webhook: WebhookAuthentication): Record<string, ConfSetting> {
    const hooks = webhookDecisions.flatMap((decision) => hookConf(webhook, decision));
    return {
        "plugins.vmq_webhooks": true,
        "vmq_webhooks.pool_max_connections": webhook.poolSize,
        ...(usesTls(webhook) ? tlsConf(webhook.tls) : {}),
        ...Object.fromEntries(hooks),
    };
}

/** Whether any endpoint is called over TLS. */
export function usesTls(webhook: Pick<WebhookAuthentication, WebhookDecision>): boolean {
    return endpoints(webhook).some((endpoint) => endpoint.startsWith("https:"));
}

/** The endpoints, each once. */
export function endpoints(webhook: Pick<WebhookAuthentication, WebhookDecision>): readonly string[] {
    return [...new Set(webhookDecisions.flatMap((decision) => webhook[decision] ?? []))];
}

/** A hook has one name for MQTT 3.1 and 3.1.1 and another (`_m5`) for MQTT 5; with one of them the other's clients would get past it. */
function hookConf(webhook: WebhookAuthentication, decision: WebhookDecision): (readonly [string, ConfSetting])[] {
    const endpoint = webhook[decision];
    if (endpoint === undefined) {
        return [];
    }
    return ["", "_m5"].flatMap((variant) => {
        const key = (name: string) => `vmq_webhooks.${decision}${variant}.${name}`;
        return [
            [key("hook"), `auth_on_${decision}${variant}`],
            [key("endpoint"), endpoint],
            [key("response_timeout"), webhook.timeoutMs],
            ...(decision === "publish" ? [[key("no_payload"), webhook.omitPayload] as const] : []),
        ] as const;
    });
}

function tlsConf(tls: WebhookAuthentication["tls"]): Record<string, ConfSetting> {
    const names = tlsFileNames("webhook");
    return {
        "vmq_webhooks.verify_peer": true,
        "vmq_webhooks.tls_version": `tlsv${tls.version}`,
        "vmq_webhooks.cafile": tls.ca === undefined ? systemAuthorities : `${authFolder}/${names.ca}`,
        // On by default in VerneMQ, which refuses each certificate whose list is not named or not reached: Erlang's `crl_check`,
        // https://www.erlang.org/doc/apps/ssl/ssl.html#t:common_option_cert/0
        "vmq_webhooks.use_crls": tls.checkRevocation,
        ...(tls.clientCertificate === undefined
            ? {}
            : {
                  "vmq_webhooks.certfile": `${authFolder}/${names.certificate}`,
                  "vmq_webhooks.keyfile": `${authFolder}/${names.key}`,
              }),
    };
}
