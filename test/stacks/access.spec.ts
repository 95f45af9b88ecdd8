import assert from "node:assert/strict";
import type { Plan } from "../../plan/plan";
import { compareWith } from "../../plan/render";
import { validPem } from "../certificates";
import { change, only, planOf, problemsOf, valid, type StackConfig, tryPlan } from "../support";

const broker = (settings: Readonly<Record<string, unknown>>, config: StackConfig = valid.existing) =>
    change(config, "vernemq:broker", settings);

const password = { secure: "v1:x" };
const postgres = { kind: "postgres", host: "postgres.data.svc", name: "mqtt", user: "vernemq", password };
const database = (settings: Readonly<Record<string, unknown>>, others: Readonly<Record<string, unknown>> = {}) =>
    broker({ users: [], authentication: { database: { ...postgres, ...settings } }, ...others });
const webhook = (settings: Readonly<Record<string, unknown>>, others: Readonly<Record<string, unknown>> = {}) =>
    broker({
        users: [],
        authentication: { webhook: { register: "http://auth.tools.svc:8080/mqtt", ...settings } },
        ...others,
    });
const { ca } = validPem;

function valuesOf(plan: Plan): Record<string, unknown> {
    return only(plan, "kubernetes:helm.sh/v3:Release", "vernemq-release").inputs["values"] as Record<string, unknown>;
}

/** The environment of the brokers that is about who may connect, by key of vernemq.conf. */
function accessOf(plan: Plan): Record<string, string> {
    const variables = valuesOf(plan)["additionalEnv"] as { name: string; value: string }[];
    return Object.fromEntries(
        variables
            .map(
                ({ name, value }) =>
                    [name.replace("DOCKER_VERNEMQ_", "").replaceAll("__", ".").toLowerCase(), value] as const,
            )
            .filter(([key]) => /^(plugins|vmq_acl|vmq_passwd|vmq_diversity\.auth|vmq_webhooks\..*hook)/.test(key)),
    );
}

/** What the brokers are let out to beside DNS, the Kubernetes API and each other. */
function egressOf(plan: Plan): unknown[] {
    const policy = only(plan, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "vernemq-network-policy");
    return (policy.inputs["spec"] as { egress: unknown[] }).egress.slice(3);
}

const toNamespace = (name: string, port: number) => ({
    to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } }],
    ports: [{ protocol: "TCP", port }],
});

describe("Who may connect to the broker of a stack", () => {
    it("are its users, whose file is looked at every five seconds", async () => {
        assert.deepEqual(accessOf(await planOf(valid.existing)), {
            "plugins.vmq_acl": "on",
            "plugins.vmq_passwd": "on",
            "vmq_acl.acl_file": "/vernemq/auth/vmq.acl",
            "vmq_acl.acl_reload_interval": "5",
            "vmq_passwd.password_file": "/vernemq/auth/vmq.passwd",
            "vmq_passwd.password_reload_interval": "5",
        });
    });

    it("are the users of an existing Secret, with the rules of another, mounted and read live", async () => {
        const plan = await planOf(
            broker({ users: [], usersFrom: { secret: "people" }, aclFrom: { secret: "topics", key: "rules.acl" } }),
        );
        assert.deepEqual(valuesOf(plan)["secretMounts"], [
            { name: "vernemq-auth", secretName: "vernemq-auth", path: "/vernemq/auth" },
            { name: "vernemq-users", secretName: "people", path: "/vernemq/users" },
            { name: "vernemq-rules", secretName: "topics", path: "/vernemq/rules" },
        ]);
        assert.deepEqual(accessOf(plan), {
            "plugins.vmq_acl": "on",
            "plugins.vmq_passwd": "on",
            "vmq_acl.acl_file": "/vernemq/rules/rules.acl",
            "vmq_acl.acl_reload_interval": "5",
            "vmq_passwd.password_file": "/vernemq/users/vmq.passwd",
            "vmq_passwd.password_reload_interval": "5",
        });
    });

    it("is for a database to say, alone: neither vmq_passwd nor vmq_acl is asked before it", async () => {
        const plan = await planOf(database({}));
        assert.deepEqual(accessOf(plan), {
            "plugins.vmq_acl": "off",
            "plugins.vmq_diversity": "on",
            "plugins.vmq_passwd": "off",
            "vmq_diversity.auth_postgres.enabled": "on",
        });
        assert.deepEqual(egressOf(plan), [toNamespace("data", 5432)]);
    });

    it("are users first where there are some beside a database, whose no would be final", async () => {
        const plan = await planOf(
            database({ host: "10.1.2.3" }, { users: [{ name: "backend" }], acl: ["user backend", "topic #"] }),
        );
        assert.deepEqual(accessOf(plan), {
            "plugins.vmq_acl": "on",
            "plugins.vmq_diversity": "on",
            "plugins.vmq_passwd": "on",
            "plugins.vmq_passwd.priority": "1",
            "vmq_acl.acl_file": "/vernemq/auth/vmq.acl",
            "vmq_acl.acl_reload_interval": "5",
            "vmq_diversity.auth_postgres.enabled": "on",
            "vmq_passwd.password_file": "/vernemq/auth/vmq.passwd",
            "vmq_passwd.password_reload_interval": "5",
        });
        assert.deepEqual(egressOf(plan), [
            { to: [{ ipBlock: { cidr: "10.1.2.3/32" } }], ports: [{ protocol: "TCP", port: 5432 }] },
        ]);
    });

    it("is for webhooks to say, and the ACL allows what they are not asked about", async () => {
        const plan = await planOf(webhook({ publish: "http://auth.tools.svc:8080/mqtt" }));
        assert.deepEqual(accessOf(plan), {
            "plugins.vmq_acl": "on",
            "plugins.vmq_passwd": "off",
            "plugins.vmq_webhooks": "on",
            "vmq_acl.acl_file": "/vernemq/auth/vmq.acl",
            "vmq_acl.acl_reload_interval": "5",
            "vmq_webhooks.publish.hook": "auth_on_publish",
            "vmq_webhooks.publish_m5.hook": "auth_on_publish_m5",
            "vmq_webhooks.register.hook": "auth_on_register",
            "vmq_webhooks.register_m5.hook": "auth_on_register_m5",
        });
        assert.deepEqual(egressOf(plan), [toNamespace("tools", 8080)]);
    });

    it("never shows a database's password, which comes from a Secret of the brokers' environment", async () => {
        const plain = broker({
            users: [],
            authentication: { database: { ...postgres, password: "hunter2hunter2" } },
        });
        assert.deepEqual(
            problemsOf(plain).map(({ key, value }) => ({ key, value })),
            [{ key: "vernemq:broker.authentication.database.password", value: undefined }],
        );
        const plan = await planOf(database({}));
        assert.deepEqual(valuesOf(plan)["envFrom"], [{ secretRef: { name: "${vernemq-settings.metadata.name}" } }]);
        assert.equal(only(plan, "kubernetes:core/v1:Secret", "vernemq-settings").inputs["stringData"], "[secret]");
        assert.doesNotMatch(JSON.stringify(valuesOf(plan)), /PASSWORD__?"|POSTGRES__PASSWORD"/);
    });

    it("lets a line of egress of the user's count instead of the Service's port", async () => {
        const egress = [{ namespace: "tools", port: 9000 }];
        assert.deepEqual(egressOf(await planOf(webhook({}, { egress }))), [toNamespace("tools", 9000)]);
    });

    it("needs no line of egress for an https endpoint on port 443, which is open for the Kubernetes API", async () => {
        assert.deepEqual(egressOf(await planOf(webhook({ register: "https://auth.example.com/" }))), []);
    });
});

describe("A change of who may connect", () => {
    const changed = async (before: StackConfig, after: StackConfig) => {
        const { changes } = await compareWith(await planOf(before), await planOf(after));
        return changes.map(({ action, name }) => `${action} ${name}`).sort();
    };

    it("of users or rules replaces nothing and restarts no broker", async () => {
        const after = broker({
            users: [{ name: "device" }, { name: "gateway" }],
            acl: ["topic read #", "user gateway", "topic #"],
        });
        // The Secret's contents are masked in both plans, and are known to differ all the same.
        const auth = "update vernemq-auth";
        assert.deepEqual(await changed(valid.existing, after), ["create vernemq-password-gateway", auth]);
        assert.deepEqual(await changed(after, valid.existing), ["delete vernemq-password-gateway", auth]);
    });

    it("of the file restarts the brokers by their release, once", async () => {
        const after = broker({ users: [], usersFrom: { secret: "people" } });
        assert.deepEqual(await changed(valid.existing, after), [
            "delete vernemq-password-device",
            "update vernemq-auth",
            "update vernemq-release",
        ]);
    });
});

const egress = { egress: [{ port: 5432, cidr: "198.51.100.0/24" }] };

const refused: readonly (readonly [string, StackConfig, string, RegExp])[] = [
    ["users from two places", broker({ usersFrom: { secret: "people" } }), "usersFrom", /reads one file/],
    ["rules from two places", broker({ acl: ["topic #"], aclFrom: { secret: "topics" } }), "aclFrom", /reads one file/],
    [
        "users in the Secret that this program writes",
        broker({ users: [], usersFrom: { secret: "vernemq-auth" } }),
        "usersFrom.secret",
        /remove your file/,
    ],
    [
        "rules in the Secret that this program writes",
        broker({ aclFrom: { secret: "vernemq-auth" } }),
        "aclFrom.secret",
        /remove your file/,
    ],
    [
        "anonymous access beside an existing Secret",
        broker({ users: [], usersFrom: { secret: "people" }, allowAnonymous: true }),
        "allowAnonymous",
        /have no effect/,
    ],
    ["anonymous access beside a database", database({}, { allowAnonymous: true }), "allowAnonymous", /have no effect/],
    ["a Secret in capitals", broker({ aclFrom: { secret: "Topics" } }), "aclFrom.secret", /lower-case letters/],
    [
        "a Secret's key with two underscores",
        broker({ users: [], usersFrom: { secret: "p", key: "a__b" } }),
        "usersFrom.key",
        /two underscores/,
    ],
    [
        "a path for a key",
        broker({ users: [], usersFrom: { secret: "p", key: "../x" } }),
        "usersFrom.key",
        /a key of a Secret/,
    ],
    [
        "a database and webhooks",
        broker({ users: [], authentication: { database: postgres, webhook: { register: "http://a.b.svc/" } } }),
        "authentication",
        /one of database and webhook/,
    ],
    [
        "neither database nor webhooks",
        broker({ users: [], authentication: {} }),
        "authentication",
        /one of database and webhook/,
    ],
    ["an open rule before a database", database({}, { acl: ["topic #"] }), "acl", /have no effect/],
    [
        "an open pattern before a database",
        database({}, { acl: ["user a", "pattern write #"] }),
        "acl",
        /have no effect/,
    ],
    [
        "an open rule before a webhook for messages",
        webhook({ publish: "http://a.b.svc/" }, { acl: ["topic write #"] }),
        "acl",
        /have no effect/,
    ],
    ["no rules beside a webhook for passwords only", webhook({}, { acl: [] }), "acl", /no client may publish/],
    ["a host with a scheme", database({ host: "postgres://db" }), "authentication.database.host", /without scheme/],
    [
        "a name outside the cluster that no rule lets the brokers reach",
        database({ host: "db.example.com" }),
        "authentication.database.host",
        /addresses, not names/,
    ],
    [
        "an endpoint outside the cluster that no rule lets the brokers reach",
        webhook({ subscribe: "http://auth.example.com/" }),
        "authentication.webhook.subscribe",
        /no entry of vernemq:broker.egress is for port 80/,
    ],
    [
        "PostgreSQL without its database",
        database({ name: undefined }),
        "authentication.database.name",
        /databases with names/,
    ],
    ["PostgreSQL by number", database({ name: 3 }), "authentication.database.name", /has a name/],
    ["PostgreSQL without a user", database({ user: undefined }), "authentication.database.user", /own default/],
    [
        "PostgreSQL without a password",
        database({ password: undefined }),
        "authentication.database.password",
        /own default/,
    ],
    [
        "a hash that the database's script does not know",
        database({ passwordHash: "md5" }),
        "authentication.database.passwordHash",
        /knows crypt, bcrypt/,
    ],
    [
        "a login database of another kind",
        database({ authSource: "admin" }),
        "authentication.database.authSource",
        /only MongoDB/,
    ],
    [
        "certificates without TLS",
        database({ tls: { enabled: false, ca } }),
        "authentication.database.tls.enabled",
        /have no effect/,
    ],
    [
        "TLS with Redis",
        database({ kind: "redis", name: 0, tls: {} }),
        "authentication.database.tls",
        /does not support TLS/,
    ],
    ["Redis by name", database({ kind: "redis", name: "mqtt" }), "authentication.database.name", /has a number/],
    [
        "a user of Redis without a password",
        database({ kind: "redis", name: 0, password: undefined }),
        "authentication.database.password",
        /needs a password/,
    ],
    [
        "half a login to MongoDB",
        database({ kind: "mongodb", password: undefined, tls: { ca } }),
        "authentication.database.password",
        /a user and a password/,
    ],
    [
        "MongoDB with the system's authorities",
        database({ kind: "mongodb" }),
        "authentication.database.tls.ca",
        /a certificate of any host/,
    ],
    ["a user that the start script would cut", database({ user: "a#b" }), "authentication.database.user", /cut at `#`/],
    [
        "TLS of webhooks without https",
        webhook({ tls: {} }),
        "authentication.webhook.tls",
        /no endpoint is an https URL/,
    ],
    [
        "a credential in an endpoint",
        webhook({ register: "http://a:b@auth.tools.svc/" }),
        "authentication.webhook.register",
        /no user and password/,
    ],
    [
        "a key that the authentication sets",
        database({}, { settings: { "vmq_diversity.postgres.port": 1 } }),
        'settings["vmq_diversity.postgres.port"]',
        /sets this key itself/,
    ],
    [
        "its password a second time",
        database({}, { secretSettings: { "vmq_diversity.postgres.password": password } }),
        'secretSettings["vmq_diversity.postgres.password"]',
        /sets this key itself/,
    ],
    [
        "a second database",
        database({}, { settings: { "vmq_diversity.auth_redis.enabled": true } }),
        'settings["vmq_diversity.auth_redis.enabled"]',
        /sets this key itself/,
    ],
    [
        "a webhook behind a database",
        database(
            {},
            {
                settings: {
                    "plugins.vmq_webhooks": true,
                    "vmq_webhooks.a.hook": "auth_on_register",
                    "vmq_webhooks.a.endpoint": "http://a.b.svc/",
                },
            },
        ),
        'settings["vmq_webhooks.a.hook"]',
        /never be asked/,
    ],
    [
        "a rule that VerneMQ drops for its depth",
        broker({ acl: ["topic a/b/c/d/e/f/g/h/i/j/k"] }),
        "acl[0]",
        /at most 10 levels/,
    ],
    [
        "reloading switched off",
        broker({ settings: { "vmq_acl.acl_reload_interval": 0 } }),
        'settings["vmq_acl.acl_reload_interval"]',
        /next restart/,
    ],
];

describe("Access settings", () => {
    it("never quote a password in a URL back, whatever is wrong with it", () => {
        for (const config of [
            webhook({ register: "http://me:hunter2@auth.tools.svc/" }),
            webhook({ register: "http://me:hunter2#@auth.tools.svc/" }),
            webhook({ publish: "http://me:hunter2__x@auth.tools.svc/" }),
            database({ host: "postgres://me:hunter2@db" }),
            database({ user: "me:hunter2#@db" }),
        ]) {
            const problems = problemsOf(config);
            assert.notEqual(problems.length, 0);
            assert.doesNotMatch(JSON.stringify(problems), /hunter2/);
        }
    });

    for (const [what, config, key, rule] of refused) {
        it(`refuse ${what}`, () => {
            const problems = problemsOf(config);
            assert.deepEqual(
                problems.map((problem) => problem.key),
                [`vernemq:broker.${key}`],
            );
            assert.match(problems[0]?.rule ?? "", rule);
            assert.notEqual(problems[0]?.remedy ?? "", "");
        });
    }

    it("take what each kind of database needs, and rules for what everyone may do beside it", () => {
        for (const config of [
            database({ host: "db.example.com" }, egress),
            database({ kind: "mysql", tls: { ca } }),
            database({ kind: "cockroachdb", passwordHash: "sha256" }),
            database({ kind: "mongodb", user: undefined, password: undefined, tls: { enabled: false } }),
            database({ kind: "mongodb", authSource: "users", tls: { ca } }),
            database({ kind: "redis", name: undefined, user: undefined }),
            database({}, { acl: ["topic read news/#", "user backend", "topic #"], users: [{ name: "backend" }] }),
            database({}, { settings: { "vmq_bcrypt.pool_size": "auto", "vmq_diversity.postgres.ssl.depth": 5 } }),
            webhook(
                { subscribe: "https://auth.example.com/", tls: { ca, version: "1.3" } },
                { acl: ["topic write #"] },
            ),
            broker({ acl: ["topic a/b/c/d/e/f/g/h/i/j/k"], settings: { topic_max_depth: 11 } }),
            broker({ settings: { "vmq_acl.acl_reload_interval": 1 } }),
            broker({ users: [], usersFrom: { secret: "people.devices-1", key: "passwd" } }),
        ]) {
            assert.deepEqual(problemsOf(config), []);
        }
    });

    const warningsOf = async (config: StackConfig) => (await tryPlan(config)).plan.warnings;

    it("warn of passwords that go out of the cluster unencrypted, and not of those that stay inside or are encrypted", async () => {
        const about = async (config: StackConfig) =>
            (await warningsOf(config)).filter((warning) => warning.includes("unencrypted"));
        const outside = { host: "198.51.100.7" };
        assert.deepEqual(await about(database({ ...outside, tls: { enabled: false } })), [
            "Passwords of clients go to 198.51.100.7 unencrypted (broker.authentication).",
        ]);
        assert.deepEqual(await about(database(outside)), []);
        assert.deepEqual(await about(database({ tls: { enabled: false } })), []);
        assert.equal((await about(database({ ...outside, kind: "redis", name: 0 }))).length, 1);
        assert.equal((await about(webhook({ register: "http://198.51.100.7/" }))).length, 1);
        assert.deepEqual(await about(webhook({ register: "https://198.51.100.7/" })), []);
    });

    it("warn of hashes without salt and of MongoDB's unchecked host name", async () => {
        assert.ok(
            (await warningsOf(database({ kind: "mysql", passwordHash: "md5" }))).some((text) =>
                text.includes("unsalted md5"),
            ),
        );
        assert.ok(
            (await warningsOf(database({ kind: "mongodb", tls: { ca } }))).some((text) =>
                text.includes("MongoDB's certificate"),
            ),
        );
    });

    it("warn of the driver that goes on in plain text where the server offers no TLS", async () => {
        const about = async (config: StackConfig) =>
            (await warningsOf(config)).filter((warning) => warning.includes("plain text where"));
        assert.equal((await about(database({ host: "198.51.100.7" }))).length, 1);
        assert.deepEqual(await about(database({})), []);
        assert.deepEqual(await about(database({ kind: "mysql", host: "198.51.100.7" })), []);
    });

    it("warn of users beside a database who are given no topics", async () => {
        const about = async (acl: readonly string[] | undefined) =>
            (await warningsOf(database({}, { users: [{ name: "backend" }], acl }))).filter((warning) =>
                warning.startsWith("User backend may connect and then neither publish nor subscribe"),
            );
        assert.equal((await about(undefined)).length, 1);
        assert.equal((await about(["user other", "topic #"])).length, 1);
        assert.deepEqual(await about(["user backend", "topic #"]), []);
        assert.deepEqual(await about(["pattern up/%u/#"]), []);
    });

    it("warn where a plugin of the user's own is asked after everything is allowed", async () => {
        const settings = { "plugins.vmq_webhooks": true };
        const about = async (acl: readonly string[]) =>
            (await warningsOf(broker({ settings, acl }))).filter((warning) =>
                warning.includes("before vmq_webhooks is asked"),
            );
        assert.equal((await about(["topic #"])).length, 1);
        assert.deepEqual(await about([]), []);
        assert.deepEqual(await about(["user device", "topic #"]), []);
    });
});
