import assert from "node:assert/strict";
import * as fc from "fast-check";
import { authFiles } from "../../../../components/broker/access/users";
import { authenticationParts, decidedBy, defaultAcl } from "../../../../components/broker/access/authentication";
import {
    type DatabaseAuthentication,
    databaseConf,
    databaseKinds,
    databasePlugins,
} from "../../../../components/broker/access/database";
import { type WebhookAuthentication, webhookConf } from "../../../../components/broker/access/webhook";
import {
    confKeyProblem,
    confSchemaProblem,
    type ConfSetting,
    confValueProblem,
    isSecretKey,
} from "../../../../components/broker/config/conf";
import { chartValues } from "../../../../components/broker/helm/values";
import { environmentOf, startScriptLines, valuesInput } from "../support";

const postgres: DatabaseAuthentication = {
    kind: "postgres",
    host: "postgres.data.svc",
    port: 5432,
    name: "mqtt",
    user: "vernemq",
    password: "hunter2hunter2",
    passwordHash: "crypt",
    poolSize: 5,
};

const webhook: WebhookAuthentication = {
    register: "https://auth.example.com/mqtt",
    timeoutMs: 5000,
    poolSize: 100,
    omitPayload: false,
    tls: { version: "1.2", checkRevocation: false },
};

const ca = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const clientCertificate = { certificate: ca, privateKey: "the key" };

describe("Authentication by a database", () => {
    it("switches VerneMQ's script for PostgreSQL on, plain", () => {
        assert.deepEqual(databaseConf(postgres), {
            "plugins.vmq_diversity": true,
            "vmq_diversity.auth_postgres.enabled": true,
            "vmq_diversity.postgres.host": "postgres.data.svc",
            "vmq_diversity.postgres.port": 5432,
            "vmq_diversity.postgres.database": "mqtt",
            "vmq_diversity.postgres.pool_size": 5,
            "vmq_diversity.postgres.user": "vernemq",
            "vmq_diversity.postgres.password_hash_method": "crypt",
            "vmq_diversity.postgres.ssl": false,
        });
    });

    it("checks the server's certificate against the system's authorities, or against a given one alone", () => {
        const tls = (goal: DatabaseAuthentication["tls"]) =>
            Object.fromEntries(
                Object.entries(databaseConf({ ...postgres, tls: goal })).filter(([key]) => /ssl|file$/.test(key)),
            );
        assert.deepEqual(tls({}), {
            "vmq_diversity.postgres.ssl": true,
            "vmq_diversity.postgres.ssl.verify": "verify_peer",
            "vmq_diversity.postgres.ssl.use_system_cas": true,
        });
        assert.deepEqual(tls({ ca, clientCertificate }), {
            "vmq_diversity.postgres.ssl": true,
            "vmq_diversity.postgres.ssl.verify": "verify_peer",
            "vmq_diversity.postgres.ssl.use_system_cas": false,
            "vmq_diversity.postgres.cafile": "/vernemq/auth/database-ca.pem",
            "vmq_diversity.postgres.certfile": "/vernemq/auth/database-client.pem",
            "vmq_diversity.postgres.keyfile": "/vernemq/auth/database-client-key.pem",
        });
    });

    it("uses the driver for MySQL and MariaDB that knows TLS", () => {
        const conf = databaseConf({ ...postgres, kind: "mysql", port: 3306, passwordHash: "sha256", tls: {} });
        assert.deepEqual(conf, {
            "plugins.vmq_diversity": true,
            "vmq_diversity.auth_mysql2.enabled": true,
            "vmq_diversity.mysql2.host": "postgres.data.svc",
            "vmq_diversity.mysql2.port": 3306,
            "vmq_diversity.mysql2.database": "mqtt",
            "vmq_diversity.mysql2.pool_size": 5,
            "vmq_diversity.mysql2.user": "vernemq",
            "vmq_diversity.mysql2.password_hash_method": "sha256",
            "vmq_diversity.mysql2.ssl": true,
            "vmq_diversity.mysql2.ssl.verify": "verify_peer",
            "vmq_diversity.mysql2.ssl.use_system_cas": true,
        });
    });

    it("logs in to MongoDB, and hands no server name to its TLS, which VerneMQ gives in a form that Erlang refuses", () => {
        const conf = databaseConf({
            ...postgres,
            kind: "mongodb",
            authSource: "users",
            passwordHash: "bcrypt",
            tls: { ca },
        });
        assert.deepEqual(conf, {
            "plugins.vmq_diversity": true,
            "vmq_diversity.auth_mongodb.enabled": true,
            "vmq_diversity.mongodb.host": "postgres.data.svc",
            "vmq_diversity.mongodb.port": 5432,
            "vmq_diversity.mongodb.database": "mqtt",
            "vmq_diversity.mongodb.pool_size": 5,
            "vmq_diversity.mongodb.login": "vernemq",
            "vmq_diversity.mongodb.auth_source": "users",
            "vmq_diversity.mongodb.ssl": true,
            "vmq_diversity.mongodb.ssl.verify": "verify_peer",
            "vmq_diversity.mongodb.ssl.use_system_cas": false,
            "vmq_diversity.mongodb.ssl.sni": "disable",
            "vmq_diversity.mongodb.cafile": "/vernemq/auth/database-ca.pem",
        });
    });

    it("uses Redis by the number of the database, without TLS", () => {
        assert.deepEqual(
            databaseConf({ ...postgres, user: undefined, kind: "redis", name: 3, port: 6379, passwordHash: "bcrypt" }),
            {
                "plugins.vmq_diversity": true,
                "vmq_diversity.auth_redis.enabled": true,
                "vmq_diversity.redis.host": "postgres.data.svc",
                "vmq_diversity.redis.port": 6379,
                "vmq_diversity.redis.database": 3,
                "vmq_diversity.redis.pool_size": 5,
            },
        );
    });

    it("keeps the password among the secret settings, under the database's key, and out of the plain ones", () => {
        for (const kind of databaseKinds) {
            const parts = authenticationParts({ database: { ...postgres, kind } });
            const key = `vmq_diversity.${databasePlugins[kind].plugin}.password`;
            assert.deepEqual(parts.secretSettings, { [key]: "hunter2hunter2" });
            assert.ok(isSecretKey(key));
            assert.equal(JSON.stringify(parts.settings).includes("hunter2"), false);
        }
    });

    it("keeps certificates as files beside users and rules", () => {
        const { files } = authenticationParts({ database: { ...postgres, tls: { ca, clientCertificate } } });
        assert.deepEqual(files, {
            "database-ca.pem": ca,
            "database-client.pem": ca,
            "database-client-key.pem": "the key",
        });
        assert.deepEqual(authenticationParts({ database: postgres }).files, {});
    });
});

describe("Authentication by webhooks", () => {
    it("registers each hook for MQTT 3 and for MQTT 5", () => {
        const { register, timeoutMs, ...rest } = webhook;
        const publish = "http://auth.tools.svc/publish";
        assert.deepEqual(
            webhookConf({
                ...rest,
                register: "http://auth.tools.svc/register",
                timeoutMs: 800,
                publish,
                omitPayload: true,
            }),
            {
                "plugins.vmq_webhooks": true,
                "vmq_webhooks.pool_max_connections": 100,
                "vmq_webhooks.register.hook": "auth_on_register",
                "vmq_webhooks.register.endpoint": "http://auth.tools.svc/register",
                "vmq_webhooks.register.response_timeout": 800,
                "vmq_webhooks.register_m5.hook": "auth_on_register_m5",
                "vmq_webhooks.register_m5.endpoint": "http://auth.tools.svc/register",
                "vmq_webhooks.register_m5.response_timeout": 800,
                "vmq_webhooks.publish.hook": "auth_on_publish",
                "vmq_webhooks.publish.endpoint": publish,
                "vmq_webhooks.publish.response_timeout": 800,
                "vmq_webhooks.publish.no_payload": true,
                "vmq_webhooks.publish_m5.hook": "auth_on_publish_m5",
                "vmq_webhooks.publish_m5.endpoint": publish,
                "vmq_webhooks.publish_m5.response_timeout": 800,
                "vmq_webhooks.publish_m5.no_payload": true,
            },
        );
        assert.ok(register.startsWith("https:") && timeoutMs > 0);
    });

    it("checks the certificate of an https endpoint, against a given authority or the image's", () => {
        const tls = (goal: WebhookAuthentication) =>
            Object.fromEntries(Object.entries(webhookConf(goal)).filter(([key]) => /peer|tls|file|crls/.test(key)));
        assert.deepEqual(tls(webhook), {
            "vmq_webhooks.verify_peer": true,
            "vmq_webhooks.tls_version": "tlsv1.2",
            "vmq_webhooks.cafile": "/etc/ssl/certs/ca-certificates.crt",
            "vmq_webhooks.use_crls": false,
        });
        const own = { ca, clientCertificate, version: "1.3", checkRevocation: true } as const;
        assert.deepEqual(tls({ ...webhook, tls: own }), {
            "vmq_webhooks.verify_peer": true,
            "vmq_webhooks.tls_version": "tlsv1.3",
            "vmq_webhooks.cafile": "/vernemq/auth/webhook-ca.pem",
            "vmq_webhooks.use_crls": true,
            "vmq_webhooks.certfile": "/vernemq/auth/webhook-client.pem",
            "vmq_webhooks.keyfile": "/vernemq/auth/webhook-client-key.pem",
        });
        assert.deepEqual(authenticationParts({ webhook: { ...webhook, tls: own } }).files, {
            "webhook-ca.pem": ca,
            "webhook-client.pem": ca,
            "webhook-client-key.pem": "the key",
        });
    });
});

describe("Whatever the authentication, its settings", () => {
    const text = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z]$/);
    const tls = fc.option(fc.record({ ca: fc.option(fc.constant(ca), { nil: undefined }) }), { nil: undefined });
    const database = fc
        .constantFrom(...databaseKinds)
        .chain((kind) =>
            fc.record({
                kind: fc.constant(kind),
                host: text,
                port: fc.integer({ min: 1, max: 65_535 }),
                name: kind === "redis" ? fc.nat(15) : text,
                user: fc.option(text, { nil: undefined }),
                password: text,
                passwordHash: fc.constantFrom(...databasePlugins[kind].hashes),
                poolSize: fc.integer({ min: 1, max: 1000 }),
                tls,
            }),
        )
        .map((goal): Record<string, ConfSetting> => databaseConf(goal));
    const url = fc
        .webUrl({ validSchemes: ["http", "https"] })
        .filter((candidate) => confValueProblem(candidate) === undefined);
    const hooks = fc
        .record({
            register: url,
            publish: fc.option(url, { nil: undefined }),
            subscribe: fc.option(url, { nil: undefined }),
            timeoutMs: fc.integer({ min: 100, max: 60_000 }),
            poolSize: fc.integer({ min: 1, max: 10_000 }),
            omitPayload: fc.boolean(),
            tls: fc.record({ version: fc.constantFrom("1.2" as const, "1.3" as const), checkRevocation: fc.boolean() }),
        })
        .map((goal): Record<string, ConfSetting> => webhookConf(goal));

    it("are keys and values that VerneMQ 2.1 knows, and that the image's start script hands over", () => {
        fc.assert(
            fc.property(fc.oneof(database, hooks), (settings) => {
                for (const [key, value] of Object.entries(settings)) {
                    assert.equal(confKeyProblem(key), undefined, key);
                    assert.equal(confValueProblem(value), undefined, `${key}=${value.toString()}`);
                    assert.equal(confSchemaProblem(key, value), undefined, `${key}=${value.toString()}`);
                }
                const lines = startScriptLines(environmentOf(chartValues(valuesInput({ settings }))));
                for (const [key, value] of Object.entries(settings)) {
                    const written = value === true ? "on" : value === false ? "off" : value.toString();
                    assert.ok(lines.includes(`${key}=${written}`), key);
                }
            }),
        );
    });
});

describe("The Secret with users and rules", () => {
    it("holds the files that VerneMQ reads, and no other", () => {
        assert.deepEqual(authFiles({ acl: ["topic #"] }, "device:hash\n"), {
            "vmq.acl": "topic #\n",
            "vmq.passwd": "device:hash\n",
        });
        assert.deepEqual(
            authFiles({ acl: [], authentication: { database: { ...postgres, tls: { ca } } } }, undefined),
            {
                "database-ca.pem": ca,
            },
        );
    });
});

describe("What nothing else decides", () => {
    it("is the ACL's, and everyone's where the user gives no rules", () => {
        assert.deepEqual(defaultAcl(decidedBy(undefined)), ["topic #"]);
        assert.deepEqual(defaultAcl(decidedBy({ webhook })), ["topic #"]);
        assert.deepEqual(defaultAcl(decidedBy({ webhook: { ...webhook, publish: "http://a/" } })), ["topic read #"]);
        assert.deepEqual(defaultAcl(decidedBy({ webhook: { ...webhook, subscribe: "http://a/" } })), ["topic write #"]);
        const all = { ...webhook, publish: "http://a/", subscribe: "http://a/" };
        assert.deepEqual(defaultAcl(decidedBy({ webhook: all })), []);
        assert.deepEqual(defaultAcl(decidedBy({ database: postgres })), []);
    });
});
