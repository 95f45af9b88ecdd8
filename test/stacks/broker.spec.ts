import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Plan } from "../../plan/plan";
import { change, childrenOf, only, originLabels, planOf, problemsOf, valid, type StackConfig } from "../support";

const broker = (settings: Readonly<Record<string, unknown>>, config: StackConfig = valid.existing) =>
    change(config, "vernemq:broker", settings);

/** No edge: clients use VerneMQ's own Service in plain MQTT. */
const withoutEdge: StackConfig = {
    ...valid.existing,
    "vernemq:edge": { exposure: "none", listeners: ["mqtt"], affinity: "none" },
    "vernemq:certificate": {},
};

const releaseType = "kubernetes:helm.sh/v3:Release";
const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

function valuesOf(plan: Plan): Record<string, unknown> {
    return only(plan, releaseType, "vernemq-release").inputs["values"] as Record<string, unknown>;
}

function environmentOf(plan: Plan): Record<string, string> {
    const variables = valuesOf(plan)["additionalEnv"] as { name: string; value: string }[];
    return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

function policyOf(plan: Plan): {
    ingress: { from: unknown[]; ports: { port: number }[] }[];
    egress: { ports: unknown[] }[];
} {
    return only(plan, policyType, "vernemq-network-policy").inputs["spec"] as ReturnType<typeof policyOf>;
}

/** What a configuration is refused for: the key and the rule. */
function refusalOf(config: StackConfig): readonly string[] {
    return problemsOf(config).map((problem) => `${problem.key}: ${problem.rule}`);
}

describe("The broker of a stack", () => {
    it("is a namespace, users, network rules, a release and a Service, and nothing else", async () => {
        const plan = await planOf(
            broker({ users: [{ name: "device" }, { name: "backend", password: { secure: "v1:x" } }] }),
        );
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:broker:Broker")), [
            "kubernetes:core/v1:Namespace vernemq-namespace",
            "kubernetes:core/v1:Secret vernemq-auth",
            "kubernetes:core/v1:Secret vernemq-cookie",
            "kubernetes:core/v1:Service vernemq-internal",
            "kubernetes:helm.sh/v3:Release vernemq-release",
            "random:index/randomPassword:RandomPassword vernemq-cookie-value",
            "random:index/randomPassword:RandomPassword vernemq-password-device",
            "vernemq:broker:BrokerNetworkPolicy vernemq-network",
        ]);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:broker:BrokerNetworkPolicy")), [
            `${policyType} vernemq-network-policy`,
        ]);
    });

    it("is released from the official chart at a fixed version, waited for and rolled back", async () => {
        const { values, ...release } = only(await planOf(valid.existing), releaseType, "vernemq-release").inputs;
        assert.deepEqual(release, {
            atomic: true,
            chart: "vernemq",
            cleanupOnFail: true,
            compat: "true",
            maxHistory: 5,
            name: "vernemq",
            namespace: "messaging",
            postrender: "./components/broker/post-render.mjs",
            repositoryOpts: { repo: "https://vernemq.github.io/docker-vernemq" },
            skipAwait: false,
            timeout: 885,
            version: "2.1.2",
        });
        assert.equal((values as Record<string, unknown>)["replicaCount"], 3);
    });

    it("comes up behind its network rules, in its namespace, with its users", async () => {
        const plan = await planOf(valid.existing);
        const urn = (type: string, name: string) => only(plan, type, name).urn;
        const { dependencies } = only(plan, releaseType, "vernemq-release");
        assert.ok(dependencies.includes(urn(policyType, "vernemq-network-policy")));
        assert.ok(dependencies.includes(urn("kubernetes:core/v1:Namespace", "vernemq-namespace")));
        assert.ok(dependencies.includes(urn("kubernetes:core/v1:Secret", "vernemq-auth")));
    });

    it("has users and rules as files in a Secret, the users hidden", async () => {
        const plan = await planOf(broker({ acl: ["user device", "topic devices/#"] }));
        assert.deepEqual(only(plan, "kubernetes:core/v1:Secret", "vernemq-auth").inputs, {
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: "vernemq-auth", namespace: "messaging", labels: originLabels },
            // The SDK takes all data of a Secret for secret.
            stringData: "[secret]",
        });
    });

    it("makes a password of 32 letters and digits for a user without one, and exports it as a secret", async () => {
        const plan = await planOf(valid.existing);
        const password = only(plan, "random:index/randomPassword:RandomPassword", "vernemq-password-device");
        assert.deepEqual(password.inputs, { length: 32, special: false });
        assert.equal(only(plan, "vernemq:broker:Broker").outputs?.["passwords"], "[secret]");
    });

    it("offers plain MQTT inside the cluster through its own Service", async () => {
        assert.deepEqual(only(await planOf(valid.existing), "kubernetes:core/v1:Service", "vernemq-internal").inputs, {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "vernemq-internal", namespace: "messaging", labels: originLabels },
            spec: {
                type: "ClusterIP",
                selector: { "app.kubernetes.io/name": "vernemq", "app.kubernetes.io/instance": "vernemq" },
                sessionAffinity: "ClientIP",
                ports: [{ name: "mqtt", protocol: "TCP", port: 1883, targetPort: 1884 }],
            },
        });
    });

    it("takes PROXY headers from HAProxy, and connections with them from nothing else", async () => {
        const plan = await planOf(valid.existing);
        assert.equal(environmentOf(plan)["DOCKER_VERNEMQ_LISTENER__TCP__DEFAULT__PROXY_PROTOCOL"], "on");
        const toEdgeListeners = policyOf(plan).ingress.filter((rule) =>
            rule.ports.some(({ port }) => port === 1883 || port === 8080),
        );
        assert.deepEqual(toEdgeListeners, [
            {
                from: [
                    {
                        podSelector: {
                            matchLabels: {
                                "app.kubernetes.io/name": "haproxy",
                                "app.kubernetes.io/instance": "vernemq-edge",
                            },
                        },
                    },
                ],
                ports: [
                    { protocol: "TCP", port: 1883 },
                    { protocol: "TCP", port: 8080 },
                ],
            },
        ]);
    });

    it("keeps the WebSocket listener closed where no route leads to it", async () => {
        const plan = await planOf(change(valid.existing, "vernemq:edge", { listeners: ["mqtts"] }));
        assert.deepEqual(
            policyOf(plan)
                .ingress.flatMap((rule) => rule.ports.map(({ port }) => port))
                .includes(8080),
            false,
        );
        assert.deepEqual((valuesOf(plan)["service"] as Record<string, unknown>)["ws"], { enabled: false, port: 8080 });
    });

    it("without an edge lets the cluster in through a ClusterIP, and the allowed networks through a load balancer", async () => {
        const inside = await planOf(withoutEdge);
        assert.deepEqual(policyOf(inside).ingress[0]?.from, [{ namespaceSelector: {} }]);
        assert.equal("DOCKER_VERNEMQ_LISTENER__TCP__DEFAULT__PROXY_PROTOCOL" in environmentOf(inside), false);
        const config = change(withoutEdge, "vernemq:edge", { allowedCidrs: ["203.0.113.0/24"] });
        const outside = await planOf(broker({ service: { type: "LoadBalancer" } }, config));
        assert.deepEqual(policyOf(outside).ingress[0]?.from, [{ ipBlock: { cidr: "203.0.113.0/24" } }]);
        assert.deepEqual((valuesOf(outside)["service"] as Record<string, unknown>)["loadBalancerSourceRanges"], [
            "203.0.113.0/24",
        ]);
    });

    it("needs no users where anyone may connect, and checks no password then", async () => {
        const plan = await planOf(broker({ users: [], allowAnonymous: true }));
        assert.deepEqual(
            plan.resources.filter(({ name }) => name.startsWith("vernemq-password")),
            [],
        );
        assert.equal(environmentOf(plan)["DOCKER_VERNEMQ_PLUGINS__VMQ_PASSWD"], "off");
        assert.equal(environmentOf(plan)["DOCKER_VERNEMQ_ALLOW_ANONYMOUS"], "on");
    });

    it("leaves users and rules to a database, whose password is in a Secret and whose port is opened", async () => {
        const plan = await planOf(
            broker({
                users: [],
                acl: [],
                settings: { "plugins.vmq_diversity": true, "vmq_diversity.auth_postgres.enabled": true },
                secretSettings: { "vmq_diversity.postgres.password": { secure: "v1:x" } },
                egress: [{ port: 5432, namespace: "databases" }],
            }),
        );
        assert.equal(environmentOf(plan)["DOCKER_VERNEMQ_PLUGINS__VMQ_DIVERSITY"], "on");
        const settings = only(plan, "kubernetes:core/v1:Secret", "vernemq-settings");
        assert.deepEqual(settings.inputs, {
            apiVersion: "v1",
            kind: "Secret",
            immutable: true,
            metadata: { namespace: "messaging", labels: originLabels },
            stringData: "[secret]",
        });
        assert.deepEqual(valuesOf(plan)["envFrom"], [{ secretRef: { name: "${vernemq-settings.metadata.name}" } }]);
        assert.deepEqual(policyOf(plan).egress.at(-1), {
            to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "databases" } } }],
            ports: [{ protocol: "TCP", port: 5432 }],
        });
    });

    it("fits a laptop by default on an existing cluster, and a big node on a managed one", async () => {
        assert.deepEqual(valuesOf(await planOf(valid.existing))["resources"], {
            requests: { cpu: "500m", memory: "1024Mi" },
            limits: { memory: "1024Mi" },
        });
    });

    it("never has a secret in the values of its release, whatever the settings", async () => {
        const secret = "v1:a-secret-that-must-not-be-seen";
        const configuration = fc.record({
            replicas: fc.integer({ min: 1, max: 5 }),
            chartVersion: fc.constantFrom("2.1.1", "2.1.2"),
            names: fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9@._-]{1,30}$/), { minLength: 1, maxLength: 4 }),
            given: fc.boolean(),
            namespace: fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/),
        });
        await fc.assert(
            fc.asyncProperty(configuration, async ({ names, given, ...settings }) => {
                const plan = await planOf(
                    broker({
                        ...settings,
                        users: names.map((name) => ({ name, ...(given ? { password: { secure: secret } } : {}) })),
                        secretSettings: { "vmq_diversity.redis.password": { secure: secret } },
                    }),
                );
                const values = JSON.stringify(valuesOf(plan));
                assert.equal(values.includes("[secret]"), false);
                assert.equal(JSON.stringify(plan.resources).includes(secret), false);
                assert.equal(/password-[^"]*result/.test(values), false);
            }),
            { numRuns: 5 },
        );
    });
});

const refused: readonly (readonly [string, StackConfig, string])[] = [
    [
        "a flag that would let one broker stop all others",
        broker({ settings: { allow_register_during_netsplit: false } }),
        "vernemq:broker.settings.allow_register_during_netsplit: this stays on: with it off, one dead or restarting broker makes every other one refuse its clients (CONNACK 3), while health checks stay green",
    ],
    [
        "a key that VerneMQ does not know",
        broker({ settings: { "vmq_webhooks.pool_max_conections": 5 } }),
        'vernemq:broker.settings["vmq_webhooks.pool_max_conections"]: VerneMQ has no such key, and a broker with an unknown key does not start',
    ],
    [
        "a text where VerneMQ takes a number",
        broker({ settings: { retry_interval: "soon" } }),
        "vernemq:broker.settings.retry_interval: VerneMQ takes a whole number here",
    ],
    [
        "a credential among the plain settings",
        broker({ settings: { "vmq_diversity.redis.password": "hunter2hunter2" } }),
        'vernemq:broker.settings["vmq_diversity.redis.password"]: this is a credential, and the values of a Helm release are kept in plain text',
    ],
    [
        "a secret setting in plain text",
        broker({ secretSettings: { "vmq_diversity.redis.password": "hunter2hunter2" } }),
        'vernemq:broker.secretSettings["vmq_diversity.redis.password"]: this is a secret, and it is in plain text',
    ],
    [
        "a secret setting that the start script would cut",
        broker({ secretSettings: { "vmq_diversity.redis.password": "hunter#2" } }),
        'vernemq:broker.secretSettings["vmq_diversity.redis.password"]: a value is cut at `#`, which starts a comment in vernemq.conf',
    ],
    [
        "a secret key that VerneMQ does not know",
        broker({ secretSettings: { "vmq_diversity.redis.passwd": { secure: "v1:x" } } }),
        'vernemq:broker.secretSettings["vmq_diversity.redis.passwd"]: VerneMQ has no such key, and a broker with an unknown key does not start',
    ],
    [
        "a key that is both plain and secret",
        broker({
            settings: { "vmq_diversity.redis.host": "redis" },
            secretSettings: { "vmq_diversity.redis.host": { secure: "v1:x" } },
        }),
        'vernemq:broker.secretSettings["vmq_diversity.redis.host"]: the key is in vernemq:broker.settings too, and only one of the two would take effect',
    ],
    [
        "a short password",
        broker({ users: [{ name: "device", password: "short" }] }),
        "vernemq:broker.users[0].password: at least 12 characters: vmq.passwd keeps one round of SHA-512, which is fast to try",
    ],
    [
        "no rule at all",
        broker({ acl: [] }),
        "vernemq:broker.acl: without a rule and without another plugin that decides, no client may publish or subscribe",
    ],
    [
        "a destination that is neither network nor namespace",
        broker({ egress: [{ port: 5432 }] }),
        "vernemq:broker.egress[0]: a destination is a network or a namespace, one of the two",
    ],
    [
        "Docker Hub's long name of the official image without its license",
        broker({ acceptLicense: false, image: { repository: "docker.io/vernemq/vernemq" } }),
        "vernemq:broker.acceptLicense: the official image runs only after its end user license agreement is accepted, which requires a paid subscription for commercial use",
    ],
];

describe("The broker's settings", () => {
    for (const [what, config, refusal] of refused) {
        it(`refuse ${what}`, () => {
            assert.deepEqual(refusalOf(config), [refusal]);
        });
    }

    it("never quote a secret back", () => {
        for (const [, config] of refused) {
            assert.equal(/hunter2|"short"/.test(JSON.stringify(problemsOf(config))), false);
        }
    });

    it("take keys of the user's own with an image of the user's own", () => {
        const image = { repository: "example.com/vernemq", tag: "2.1.2" };
        assert.deepEqual(refusalOf(broker({ image, acceptLicense: false, settings: { "my_plugin.level": 3 } })), []);
    });

    it("warn of rules for a user that is not there", async () => {
        const plan = await planOf(broker({ acl: ["user backend", "topic #"] }));
        assert.ok(plan.warnings.includes("The ACL has rules for user backend, who is not in broker.users."));
    });

    it("warn of a license for an image that may not know it", async () => {
        const plan = await planOf(broker({ image: { repository: "example.com/vernemq", tag: "2.1.2" } }));
        assert.ok(plan.warnings.some((warning) => warning.startsWith("acceptLicense is set for an image")));
    });
});
