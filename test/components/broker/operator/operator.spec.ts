import assert from "node:assert/strict";
import type { Plan } from "../../../../plan/plan";
import {
    change,
    childrenOf,
    only,
    originLabels,
    planOf,
    problemsOf,
    valid,
    validOperator,
    type StackConfig,
} from "../../../support";

const resourceType = "kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ";
const podLabels = { app: "vernemq", vernemq: "k8s" };

function operated(settings: Readonly<Record<string, unknown>>): StackConfig {
    return change(validOperator, "vernemq:broker", settings);
}

function specOf(plan: Plan): Readonly<Record<string, unknown>> {
    return only(plan, resourceType).inputs["spec"] as Readonly<Record<string, unknown>>;
}

function linesOf(plan: Plan): string[] {
    return String(specOf(plan)["vmqConfig"]).split("\n");
}

describe("The operator's engine", () => {
    let plan: Plan;

    before(async () => {
        plan = await planOf(validOperator);
    });

    it("makes what upstream leaves to the user, and nothing that the operator creates", () => {
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:broker:Broker")), [
            "kubernetes:core/v1:Namespace vernemq-namespace",
            "kubernetes:core/v1:Secret vernemq-auth",
            "kubernetes:core/v1:Secret vernemq-cookie",
            "random:index/randomPassword:RandomPassword vernemq-cookie-value",
            "random:index/randomPassword:RandomPassword vernemq-password-device",
            "vernemq:broker:BrokerNetworkPolicy vernemq-network",
            "vernemq:broker:OperatedBrokers vernemq-brokers",
            "vernemq:broker:VerneMqOperator vernemq-operator",
        ]);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:broker:VerneMqOperator")), [
            "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition vernemq-operator-definition",
            "kubernetes:apps/v1:Deployment vernemq-operator-deployment",
            "kubernetes:core/v1:ServiceAccount vernemq-operator-account",
            "kubernetes:networking.k8s.io/v1:NetworkPolicy vernemq-operator-bundler-policy",
            "kubernetes:networking.k8s.io/v1:NetworkPolicy vernemq-operator-policy",
            "kubernetes:rbac.authorization.k8s.io/v1:Role vernemq-operator-role",
            "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding vernemq-operator-binding",
        ]);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:broker:OperatedBrokers")), [
            "kubernetes:core/v1:Service vernemq-brokers-service",
            "kubernetes:core/v1:ServiceAccount vernemq-brokers-account",
            "kubernetes:policy/v1:PodDisruptionBudget vernemq-brokers-budget",
            `${resourceType} vernemq-brokers-resource`,
        ]);
    });

    it("gives the guide's names: namespace messaging, resource k8s, operator vmq-operator, Service and account vernemq-k8s", () => {
        const names = plan.resources
            .filter(({ urn }) => urn.includes("vernemq:broker:"))
            .flatMap(({ type, inputs }) => {
                const { name, namespace } = (inputs["metadata"] ?? {}) as { name?: string; namespace?: string };
                return name === undefined ? [] : [`${type.split(":").at(-1) ?? ""} ${namespace ?? "-"}/${name}`];
            });
        assert.deepEqual(names.sort(), [
            "CustomResourceDefinition -/vernemqs.vmq.k8s.vernemq.com",
            "Deployment messaging/vmq-operator",
            "Namespace -/messaging",
            "NetworkPolicy messaging/vernemq",
            "NetworkPolicy messaging/vmq-bundler",
            "NetworkPolicy messaging/vmq-operator",
            "PodDisruptionBudget messaging/vernemq-k8s",
            "Role messaging/vmq-operator",
            "RoleBinding messaging/vmq-operator",
            "Secret messaging/vernemq-auth",
            "Service messaging/vernemq-k8s",
            "ServiceAccount messaging/vernemq-k8s",
            "ServiceAccount messaging/vmq-operator",
            "VerneMQ messaging/k8s",
        ]);
    });

    it("describes two brokers of VerneMQ 1.13 as one VerneMQ resource", () => {
        assert.deepEqual(only(plan, resourceType).inputs, {
            apiVersion: "vmq.k8s.vernemq.com/v1alpha1",
            kind: "VerneMQ",
            metadata: { name: "k8s", namespace: "messaging", labels: { ...originLabels, vernemq: "k8s" } },
            spec: {
                size: 2,
                version: "1.13.0",
                image: "vernemq/vernemq:1.13.0-alpine",
                bundlerImage: "registry.example.com/vmq-plugin-bundler:1.0.1",
                serviceAccountName: "vernemq-k8s",
                resources: { requests: { cpu: "500m", memory: "1024Mi" }, limits: { memory: "1024Mi" } },
                securityContext: {
                    runAsNonRoot: true,
                    runAsUser: 10_000,
                    runAsGroup: 10_000,
                    fsGroup: 10_000,
                    fsGroupChangePolicy: "OnRootMismatch",
                    seccompProfile: { type: "RuntimeDefault" },
                },
                storage: { emptyDir: { sizeLimit: "20Gi" } },
                nodeSelector: {},
                tolerations: [],
                affinity: {
                    podAntiAffinity: {
                        requiredDuringSchedulingIgnoredDuringExecution: [
                            { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: podLabels } },
                        ],
                        preferredDuringSchedulingIgnoredDuringExecution: [
                            {
                                weight: 100,
                                podAffinityTerm: {
                                    topologyKey: "topology.kubernetes.io/zone",
                                    labelSelector: { matchLabels: podLabels },
                                },
                            },
                        ],
                    },
                },
                dropoutPeriodSeconds: 15,
                terminationGracePeriodSeconds: 600,
                secrets: ["vernemq-auth"],
                vmqConfig: [
                    "accept_eula = yes",
                    "allow_anonymous = off",
                    "allow_publish_during_netsplit = on",
                    "allow_register_during_netsplit = on",
                    "allow_subscribe_during_netsplit = on",
                    "allow_unsubscribe_during_netsplit = on",
                    "leveldb.maximum_memory = 214748364",
                    "leveldb.maximum_memory.percent = 100",
                    "max_message_size = 0",
                    "plugins.vmq_acl = on",
                    "plugins.vmq_passwd = on",
                    "vmq_acl.acl_file = /vernemq/etc/secrets/vernemq-auth/vmq.acl",
                    "vmq_acl.acl_reload_interval = 5",
                    "vmq_passwd.password_file = /vernemq/etc/secrets/vernemq-auth/vmq.passwd",
                    "vmq_passwd.password_reload_interval = 5",
                ].join("\n"),
                vmArgs: "-kernel inet_dist_listen_min 9100 inet_dist_listen_max 9109\n+P 350000",
                env: [
                    {
                        name: "VMQ_DISTRIBUTED_COOKIE",
                        valueFrom: { secretKeyRef: { name: "${vernemq-cookie.metadata.name}", key: "cookie" } },
                    },
                ],
                config: {
                    listeners: [
                        {
                            address: "0.0.0.0",
                            port: 1883,
                            nrOfAcceptors: 10,
                            maxConnections: 10_000,
                            allowedProtocolVersions: "3,4,5",
                            proxyProtocol: true,
                        },
                        {
                            address: "0.0.0.0",
                            port: 8080,
                            nrOfAcceptors: 10,
                            maxConnections: 10_000,
                            allowedProtocolVersions: "3,4,5",
                            websocket: true,
                            proxyProtocol: true,
                        },
                        {
                            address: "0.0.0.0",
                            port: 1884,
                            nrOfAcceptors: 10,
                            maxConnections: 10_000,
                            allowedProtocolVersions: "3,4,5",
                        },
                        {
                            address: "0.0.0.0",
                            port: 8081,
                            nrOfAcceptors: 10,
                            maxConnections: 10_000,
                            allowedProtocolVersions: "3,4,5",
                            websocket: true,
                        },
                    ],
                },
            },
        });
    });

    it("offers the guide's Service, with 1883 and 8080 at the listeners that take no PROXY header", () => {
        assert.deepEqual(only(plan, "kubernetes:core/v1:Service", "vernemq-brokers-service").inputs, {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "vernemq-k8s", namespace: "messaging", labels: { ...originLabels, vernemq: "k8s" } },
            spec: {
                type: "ClusterIP",
                selector: podLabels,
                sessionAffinity: "ClientIP",
                ports: [
                    { name: "mqtt", protocol: "TCP", port: 1883, targetPort: 1884 },
                    { name: "mqtt-ws", protocol: "TCP", port: 8080, targetPort: 8081 },
                    { name: "http", protocol: "TCP", port: 8888, targetPort: 8888 },
                ],
            },
        });
    });

    it("gives the operator the rights that its source uses, in its namespace, and no more", () => {
        assert.deepEqual(only(plan, "kubernetes:rbac.authorization.k8s.io/v1:Role").inputs["rules"], [
            { apiGroups: ["vmq.k8s.vernemq.com"], resources: ["vernemqs"], verbs: ["get", "list", "watch"] },
            { apiGroups: ["vmq.k8s.vernemq.com"], resources: ["vernemqs/finalizers"], verbs: ["update"] },
            {
                apiGroups: ["apps"],
                resources: ["deployments", "statefulsets"],
                verbs: ["get", "list", "watch", "create", "update"],
            },
            {
                apiGroups: [""],
                resources: ["services", "secrets"],
                verbs: ["get", "list", "watch", "create", "update"],
            },
            { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
        ]);
        const { roleRef, subjects } = only(plan, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding").inputs;
        assert.deepEqual(roleRef, { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "vmq-operator" });
        assert.deepEqual(subjects, [{ kind: "ServiceAccount", name: "vmq-operator", namespace: "messaging" }]);
    });

    it("gives the brokers no token for the Kubernetes API and no way to it", () => {
        const account = only(plan, "kubernetes:core/v1:ServiceAccount", "vernemq-brokers-account");
        assert.equal(account.inputs["automountServiceAccountToken"], false);
        const policy = only(plan, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "vernemq-network-policy");
        const { ingress, egress } = policy.inputs["spec"] as {
            ingress: { ports: { port: number }[] }[];
            egress: { to?: unknown; ports: { port: number }[] }[];
        };
        // The edge's listeners, those for the inside with HTTP, and the cluster's own ports.
        assert.deepEqual(
            ingress.map(({ ports }) => ports.map(({ port }) => port).slice(0, 3)),
            [
                [1883, 8080],
                [1884, 8081, 8888],
                [4369, 44_053, 9100],
            ],
        );
        assert.deepEqual(
            egress.map(({ to, ports }) => [to === undefined ? "anywhere" : to, ports.length]),
            [
                ["anywhere", 2],
                [[{ podSelector: { matchLabels: podLabels } }], 13],
                [[{ podSelector: { matchLabels: { app: "vmq-bundler" } } }], 1],
            ],
        );
    });

    it("lets only the brokers fetch plugins, and nothing reach the operator", () => {
        const spec = (name: string) =>
            only(plan, "kubernetes:networking.k8s.io/v1:NetworkPolicy", name).inputs["spec"] as object;
        assert.deepEqual(spec("vernemq-operator-bundler-policy"), {
            podSelector: { matchLabels: { app: "vmq-bundler" } },
            policyTypes: ["Ingress"],
            ingress: [{ from: [{ podSelector: { matchLabels: podLabels } }], ports: [{ protocol: "TCP", port: 80 }] }],
        });
        assert.deepEqual(spec("vernemq-operator-policy"), {
            podSelector: {
                matchLabels: { "app.kubernetes.io/name": "vmq-operator", "app.kubernetes.io/component": "controller" },
            },
            policyTypes: ["Ingress", "Egress"],
            ingress: [],
            egress: [
                {
                    ports: [
                        { protocol: "UDP", port: 53 },
                        { protocol: "TCP", port: 53 },
                    ],
                },
                { ports: [443, 6443, 8443, 16_443].map((port) => ({ protocol: "TCP", port })) },
            ],
        });
    });

    it("runs one operator of the image that is given, without root and a writable disk", () => {
        const { spec } = only(plan, "kubernetes:apps/v1:Deployment", "vernemq-operator-deployment").inputs as {
            spec: { replicas: number; strategy: object; template: { spec: Record<string, unknown> } };
        };
        assert.equal(spec.replicas, 1);
        assert.deepEqual(spec.strategy, { type: "Recreate" });
        assert.equal(spec.template.spec["serviceAccountName"], "vmq-operator");
        const [container] = spec.template.spec["containers"] as Record<string, unknown>[];
        assert.equal(container?.["image"], "registry.example.com/vmq-operator:1.0.0");
        assert.deepEqual(container["args"], ["--health-probe-bind-address=:8081", "--metrics-bind-address=0"]);
        assert.deepEqual(container["securityContext"], {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
        });
    });

    it("writes the resource after its type, the operator and the network rules", () => {
        const { dependencies } = only(plan, resourceType);
        for (const [type, name] of [
            ["kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "vernemq-operator-definition"],
            ["kubernetes:apps/v1:Deployment", "vernemq-operator-deployment"],
            ["kubernetes:networking.k8s.io/v1:NetworkPolicy", "vernemq-network-policy"],
            ["kubernetes:core/v1:Secret", "vernemq-auth"],
        ] as const) {
            assert.ok(dependencies.includes(only(plan, type, name).urn), name);
        }
    });

    it("leads HAProxy to the pods vernemq-k8s-N by the operator's headless Service", () => {
        const { data } = only(plan, "kubernetes:core/v1:ConfigMap", "vernemq-haproxy-config").inputs as {
            data: Record<string, string>;
        };
        const servers = Object.values(data)
            .join("\n")
            .split("\n")
            .filter((line) => /^\s*server vernemq-k8s-[01] /.test(line))
            .map((line) => line.trim().split(" ").slice(0, 3).join(" "));
        // VerneMQ 1.x answers every other path below /health with 404.
        assert.match(Object.values(data).join("\n"), /^ +http-check send meth GET uri \/health$/m);
        const domain = "vernemq-k8s-service.messaging.svc.cluster.local";
        assert.deepEqual(servers, [
            `server vernemq-k8s-0 vernemq-k8s-0.${domain}:1883`,
            `server vernemq-k8s-1 vernemq-k8s-1.${domain}:1883`,
            `server vernemq-k8s-0 vernemq-k8s-0.${domain}:8080`,
            `server vernemq-k8s-1 vernemq-k8s-1.${domain}:8080`,
        ]);
    });

    it("gives the guide's commands", () => {
        const { nextCommands, endpointInsideCluster } = only(plan, "pulumi:pulumi:Stack").outputs as {
            nextCommands: string[];
            endpointInsideCluster: string;
        };
        assert.deepEqual(nextCommands.slice(0, 3), [
            "kubectl --namespace messaging exec vernemq-k8s-0 -- vmq-admin cluster show",
            "kubectl --namespace messaging port-forward svc/vernemq-k8s 1883:1883",
            "kubectl --namespace messaging port-forward svc/vernemq-k8s 8888:8888",
        ]);
        assert.equal(endpointInsideCluster, "mqtt://vernemq-k8s.messaging.svc:1883");
    });

    it("warns of upstream's state and of what the plan does not show", () => {
        const warnings = plan.warnings.filter((warning) => /\boperator (is|creates)/.test(warning));
        assert.equal(warnings.length, 2);
        assert.match(warnings[0] ?? "", /no longer maintained.*1\.x only.*github\.com\/vernemq\/vmq-operator/);
        assert.match(warnings[1] ?? "", /StatefulSet vernemq-k8s, .*vernemq-k8s-deployment.*in no plan/);
    });

    it("has every check pass but the one on volumes", () => {
        assert.deepEqual(
            plan.checks.filter(({ status }) => status !== "pass").map(({ name, status }) => `${status} ${name}`),
            ["warn Queued messages outlive their broker"],
        );
        const names = plan.checks.map(({ name }) => name);
        for (const name of [
            "One lost broker does not stop the others",
            "Node maintenance takes one broker at a time",
            "A PROXY header is expected where one is sent, and only there",
            "The brokers have their own Erlang cookie",
            "Brokers are spread over zones",
        ]) {
            assert.ok(names.includes(name), name);
        }
    });
});

describe("The VerneMQ resource", () => {
    it("has volume claims where the operator's brokers do not leave on a stop, and the stop is then short", async () => {
        const { operator } = validOperator["vernemq:broker"];
        const plan = await planOf(
            operated({
                operator: { ...operator, leavesOnStop: false },
                persistence: { enabled: true, sizeGiB: 5, storageClass: "fast" },
            }),
        );
        assert.deepEqual(specOf(plan)["storage"], {
            volumeClaimTemplate: {
                spec: { storageClassName: "fast", resources: { requests: { storage: "5Gi" } } },
            },
        });
        assert.equal(specOf(plan)["terminationGracePeriodSeconds"], 75);
        assert.ok(plan.checks.every(({ status }) => status === "pass"));
    });

    it("carries placement, priority, settings and users of the user's Secret", async () => {
        const config = change(
            operated({
                users: [],
                usersFrom: { secret: "devices", key: "passwd" },
                acl: ["topic read #"],
                priorityClass: "important",
                cookie: "image",
                image: { repository: "registry.example.com/vernemq" },
                acceptLicense: false,
                settings: { max_inflight_messages: 50, "leveldb.maximum_memory": 1_000_000 },
                maxConnections: 60_000,
            }),
            "vernemq:cluster",
            { brokerNodeLabels: { pool: "mqtt" }, brokerNodeTaint: { key: "mqtt", value: "yes" } },
        );
        const plan = await planOf(config);
        const spec = specOf(plan);
        assert.deepEqual(spec["nodeSelector"], { pool: "mqtt" });
        assert.deepEqual(spec["tolerations"], [{ key: "mqtt", operator: "Equal", value: "yes", effect: "NoSchedule" }]);
        assert.equal(spec["priorityClassName"], "important");
        assert.equal(spec["image"], "registry.example.com/vernemq:1.13.0-alpine");
        assert.deepEqual(spec["env"], []);
        assert.deepEqual(spec["secrets"], ["vernemq-auth", "devices"]);
        // 60 000 connections fit into what the operator allows the Erlang VM.
        assert.equal(spec["vmArgs"], "-kernel inet_dist_listen_min 9100 inet_dist_listen_max 9109");
        const lines = linesOf(plan);
        assert.ok(lines.includes("max_inflight_messages = 50"));
        assert.ok(lines.includes("leveldb.maximum_memory = 1000000"));
        assert.ok(lines.includes("vmq_passwd.password_file = /vernemq/etc/secrets/devices/passwd"));
        assert.ok(lines.includes("vmq_acl.acl_file = /vernemq/etc/secrets/vernemq-auth/vmq.acl"));
        assert.ok(!lines.some((line) => line.startsWith("accept_eula")));
    });

    it("names secret settings by variables that come from a Secret, and holds no value of them", async () => {
        const key = "vmq_diversity.postgres.password";
        const plan = await planOf(operated({ secretSettings: { [key]: { secure: "v1:x" } } }));
        const variable = "DOCKER_VERNEMQ_VMQ_DIVERSITY__POSTGRES__PASSWORD";
        assert.ok(linesOf(plan).includes(`${key} = $${variable}`));
        const environment = specOf(plan)["env"] as unknown[];
        assert.deepEqual(environment[1], {
            name: variable,
            valueFrom: { secretKeyRef: { name: "${vernemq-settings.metadata.name}", key: variable } },
        });
    });

    it("expects no PROXY header where none is sent, and has clients use the guide's Service", async () => {
        const plan = await planOf({
            ...validOperator,
            "vernemq:edge": { exposure: "none", listeners: ["mqtt"], affinity: "none" },
            "vernemq:certificate": {},
        });
        const { listeners } = specOf(plan)["config"] as { listeners: Record<string, unknown>[] };
        assert.ok(listeners.every((listener) => !("proxyProtocol" in listener)));
        assert.deepEqual(only(plan, "pulumi:pulumi:Stack").outputs?.["endpoints"], {
            mqtt: "mqtt://vernemq-k8s.messaging.svc:1883",
        });
    });

    it("is one broker without a PodDisruptionBudget, which would hold up every node", async () => {
        const plan = await planOf(operated({ replicas: 1 }));
        assert.equal(specOf(plan)["size"], 1);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:broker:OperatedBrokers")), [
            "kubernetes:core/v1:Service vernemq-brokers-service",
            "kubernetes:core/v1:ServiceAccount vernemq-brokers-account",
            `${resourceType} vernemq-brokers-resource`,
        ]);
    });

    it("can be created on a managed cluster too, with that cluster's storage class and nodes", async () => {
        const doks: StackConfig = {
            ...validOperator,
            "vernemq:target": "doks",
            "vernemq:cluster": { region: "fra1", version: "1.35.1-do.0", apiAllowedCidrs: ["203.0.113.0/24"] },
        };
        const plan = await planOf(doks);
        assert.deepEqual(specOf(plan)["nodeSelector"], { "vernemq.io/dedicated": "true" });
        assert.ok(plan.checks.every(({ status }) => status !== "fail"));
    });

    it("is checked by Google's proxies at the path that VerneMQ 1.x has, where they stand right before the brokers", async () => {
        const plan = await planOf({ ...valid.gke, "vernemq:broker": validOperator["vernemq:broker"] });
        assert.deepEqual(only(plan, "gcp:compute/healthCheck:HealthCheck").inputs["httpHealthCheck"], {
            port: 8888,
            portSpecification: "USE_FIXED_PORT",
            requestPath: "/health",
        });
    });
});

describe("Settings of the operator's engine", () => {
    it("are valid in the example of the tests", () => {
        assert.deepEqual(problemsOf(validOperator), []);
    });

    it("name every setting that the resource cannot carry, in one go", () => {
        const problems = problemsOf(
            operated({ chartVersion: "2.1.2", startupSeconds: 300, zoneSpread: "preferred", service: {} }),
        );
        assert.deepEqual(
            problems.map(({ key }) => key),
            ["chartVersion", "startupSeconds", "zoneSpread", "service"].map((name) => `vernemq:broker.${name}`),
        );
    });
});
