import type * as pulumi from "@pulumi/pulumi";
import { type Authentication, decidedBy, defaultAcl } from "../components/broker/access/authentication";
import { databasePlugins } from "../components/broker/access/database";
import type { TlsFiles } from "../components/broker/access/files";
import { endpoints } from "../components/broker/access/webhook";
import { destinationOf, endpointOf } from "../components/broker/destination";
import type { EgressTarget } from "../components/broker/network-rules";
import type { Secret } from "../components/common/secret";
import type { AuthenticationSettings } from "./settings/schema/authentication";
import type { BrokerSettings } from "./settings/schema/broker";

/** The lines of vmq.acl: the user's, or what nothing else decides is allowed. None where an existing Secret has them. */
export function aclLines(broker: Pick<BrokerSettings, "acl" | "aclFrom" | "authentication">): readonly string[] {
    return broker.aclFrom === undefined ? (broker.acl ?? defaultAcl(decidedBy(broker.authentication))) : [];
}

/** A host that VerneMQ asks who may connect, with the setting that names it. */
export interface AskedHost {
    /** Below `vernemq:broker.authentication`. */
    readonly path: string;
    readonly host: string;
    readonly port: number;
    /** Passwords go there encrypted. */
    readonly encrypted: boolean;
}

/** The hosts that VerneMQ asks. */
export function askedHosts(authentication: AuthenticationSettings | undefined): readonly AskedHost[] {
    if (authentication?.database !== undefined) {
        const { host, port, kind, tls } = authentication.database;
        const { defaultPort, tls: knowsTls } = databasePlugins[kind];
        const encrypted = knowsTls && (tls?.enabled ?? true);
        return [{ path: "database.host", host, port: port ?? defaultPort, encrypted }];
    }
    const webhook = authentication?.webhook;
    return webhook === undefined
        ? []
        : endpoints(webhook).flatMap((text) => {
              const endpoint = endpointOf(text);
              const path = `webhook.${text === webhook.register ? "register" : text === webhook.publish ? "publish" : "subscribe"}`;
              return endpoint === undefined ? [] : [{ path, ...endpoint, encrypted: text.startsWith("https:") }];
          });
}

/**
 * Where the brokers have to be let for their database or webhooks. A line of the user's for the same namespace counts instead: a NetworkPolicy goes
 * by the port of the pods, which the user knows where it is not the Service's.
 */
export function authenticationEgress(
    broker: Pick<BrokerSettings, "authentication" | "egress" | "namespace">,
): readonly EgressTarget[] {
    const targets = askedHosts(broker.authentication).flatMap(({ host, port }) => {
        const destination = destinationOf(host, port, broker.namespace);
        return destination.kind === "egress" ? [destination.target] : [];
    });
    const isGiven = (target: EgressTarget) =>
        target.namespace !== undefined && broker.egress.some(({ namespace }) => namespace === target.namespace);
    return targets.filter(
        (target, index) =>
            !isGiven(target) &&
            targets.findIndex(
                (other) =>
                    other.port === target.port && other.cidr === target.cidr && other.namespace === target.namespace,
            ) === index,
    );
}

/** How a secret of the settings reaches a component. */
type SecretInput = (secret: Secret) => pulumi.Input<string>;

/**
 * The settings as the broker takes them.
 *
 * @param secretInput given, because the checks run without Pulumi's SDK, which takes seconds to load
 */
export function authenticationOf(
    settings: AuthenticationSettings | undefined,
    secretInput: SecretInput,
): Authentication | undefined {
    const { database, webhook } = settings ?? {};
    if (webhook !== undefined) {
        const { version = "1.2", checkRevocation = false } = webhook.tls ?? {};
        return { webhook: { ...webhook, tls: { ...tlsOf(webhook.tls, secretInput), version, checkRevocation } } };
    }
    if (database === undefined) {
        return undefined;
    }
    const { kind, name, password, tls, ...rest } = database;
    const { defaultPort, hashes, tls: knowsTls } = databasePlugins[kind];
    return {
        database: {
            ...rest,
            kind,
            name: name ?? 0,
            port: rest.port ?? defaultPort,
            passwordHash: rest.passwordHash ?? hashes[0],
            password: password && secretInput(password),
            tls: knowsTls && (tls?.enabled ?? true) ? tlsOf(tls, secretInput) : undefined,
        },
    };
}

type TlsSettings = NonNullable<NonNullable<AuthenticationSettings["database" | "webhook"]>["tls"]>;

function tlsOf(tls: Pick<TlsSettings, "ca" | "clientCertificate"> | undefined, secretInput: SecretInput): TlsFiles {
    return {
        ca: tls?.ca,
        clientCertificate: tls?.clientCertificate && {
            certificate: tls.clientCertificate.certificate,
            privateKey: secretInput(tls.clientCertificate.privateKey),
        },
    };
}
