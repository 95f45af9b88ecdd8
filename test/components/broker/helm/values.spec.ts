import assert from "node:assert/strict";
import { brokerTiming } from "../../../../components/broker/config/timing";
import { chartValues } from "../../../../components/broker/helm/values";
import { environmentOf, startScriptLines, valuesInput } from "../support";

describe("Values of VerneMQ's chart", () => {
    it("are exactly these for three brokers behind an edge that sends PROXY headers", () => {
        assert.deepEqual(chartValues(valuesInput()), {
            replicaCount: 3,
            fullnameOverride: "vernemq",
            image: { repository: "vernemq/vernemq", tag: "2.1.2-alpine" },
            additionalEnv: [
                { name: "DOCKER_VERNEMQ_ACCEPT_EULA", value: "yes" },
                { name: "DOCKER_VERNEMQ_ALLOW_ANONYMOUS", value: "off" },
                { name: "DOCKER_VERNEMQ_ALLOW_PUBLISH_DURING_NETSPLIT", value: "on" },
                { name: "DOCKER_VERNEMQ_ALLOW_REGISTER_DURING_NETSPLIT", value: "on" },
                { name: "DOCKER_VERNEMQ_ALLOW_SUBSCRIBE_DURING_NETSPLIT", value: "on" },
                { name: "DOCKER_VERNEMQ_ALLOW_UNSUBSCRIBE_DURING_NETSPLIT", value: "on" },
                { name: "DOCKER_VERNEMQ_LEVELDB__MAXIMUM_MEMORY", value: "5153960755" },
                { name: "DOCKER_VERNEMQ_LISTENER__MAX_CONNECTIONS", value: "10000" },
                { name: "DOCKER_VERNEMQ_LISTENER__NR_OF_ACCEPTORS", value: "10" },
                { name: "DOCKER_VERNEMQ_LISTENER__TCP__DEFAULT__PROXY_PROTOCOL", value: "on" },
                { name: "DOCKER_VERNEMQ_LISTENER__TCP__INTERNAL", value: "$(MY_POD_IP):1884" },
                { name: "DOCKER_VERNEMQ_LISTENER__WS__DEFAULT__PROXY_PROTOCOL", value: "on" },
                { name: "DOCKER_VERNEMQ_MAX_MESSAGE_SIZE", value: "0" },
                { name: "DOCKER_VERNEMQ_PLUGINS__VMQ_ACL", value: "on" },
                { name: "DOCKER_VERNEMQ_PLUGINS__VMQ_PASSWD", value: "on" },
                { name: "DOCKER_VERNEMQ_VMQ_ACL__ACL_FILE", value: "/vernemq/auth/vmq.acl" },
                { name: "DOCKER_VERNEMQ_VMQ_ACL__ACL_RELOAD_INTERVAL", value: "5" },
                { name: "DOCKER_VERNEMQ_VMQ_PASSWD__PASSWORD_FILE", value: "/vernemq/auth/vmq.passwd" },
                { name: "DOCKER_VERNEMQ_VMQ_PASSWD__PASSWORD_RELOAD_INTERVAL", value: "5" },
            ],
            service: {
                enabled: true,
                type: "ClusterIP",
                mqtt: { enabled: true, port: 1883 },
                mqtts: { enabled: false },
                ws: { enabled: true, port: 8080 },
                wss: { enabled: false },
                api: { enabled: false },
                sessionAffinity: "ClientIP",
            },
            headlessService: { customPorts: [{ name: "mqtt-int", port: 1884, targetPort: 1884 }] },
            podAntiAffinity: "hard",
            nodeSelector: { "vernemq.io/dedicated": "true" },
            tolerations: [{ key: "vernemq.io/dedicated", operator: "Equal", value: "true", effect: "NoSchedule" }],
            resources: { requests: { cpu: "6000m", memory: "24576Mi" }, limits: { memory: "24576Mi" } },
            securityContext: {
                runAsNonRoot: true,
                fsGroupChangePolicy: "OnRootMismatch",
                seccompProfile: { type: "RuntimeDefault" },
            },
            containerSecurityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            persistentVolume: { enabled: true, size: "20Gi", storageClass: "encrypted" },
            secretMounts: [{ name: "vernemq-auth", secretName: "vernemq-auth", path: "/vernemq/auth" }],
            pdb: { enabled: true, minAvailable: 2 },
            statefulset: {
                podManagementPolicy: "OrderedReady",
                terminationGracePeriodSeconds: 90,
                lifecycle: { preStop: { exec: { command: ["sleep", "15"] } } },
                livenessProbe: { initialDelaySeconds: 0, failureThreshold: 6 },
                readinessProbe: {
                    initialDelaySeconds: 0,
                    periodSeconds: 5,
                    successThreshold: 3,
                    httpGet: { path: "/health/listeners", port: "api", scheme: "HTTP" },
                },
                annotations: { "vernemq.io/additions": "{}" },
            },
        });
    });

    it("leave the readiness path to chart 2.1.1, which has a fixed one, and take its image", () => {
        const values = chartValues(valuesInput({ chartVersion: "2.1.1" }));
        assert.deepEqual(values["image"], { repository: "vernemq/vernemq", tag: "2.1.1-alpine" });
        assert.deepEqual((values["statefulset"] as Record<string, unknown>)["readinessProbe"], {
            initialDelaySeconds: 0,
            periodSeconds: 5,
            successThreshold: 3,
        });
    });

    for (const [replicas, budget] of [
        [1, { enabled: false }],
        [2, { enabled: true, minAvailable: 1 }],
        [3, { enabled: true, minAvailable: 2 }],
        [5, { enabled: true, minAvailable: 4 }],
    ] as const) {
        it(`let one of ${replicas} brokers at most be evicted, and never say maxUnavailable too`, () => {
            assert.deepEqual(chartValues(valuesInput({ replicas }))["pdb"], budget);
        });
    }

    it("give type NodePort a port in Kubernetes' range, the client's address and no WebSocket", () => {
        const service = {
            type: "NodePort",
            nodePorts: { mqtt: 31_883 },
            allowedCidrs: ["0.0.0.0/0"],
            webSocket: false,
        } as const;
        assert.deepEqual(chartValues(valuesInput({ service }))["service"], {
            enabled: true,
            type: "NodePort",
            mqtt: { enabled: true, port: 1883, nodePort: 31_883 },
            mqtts: { enabled: false },
            ws: { enabled: false, port: 8080 },
            wss: { enabled: false },
            api: { enabled: false },
            sessionAffinity: "ClientIP",
            externalTrafficPolicy: "Local",
        });
    });

    it("limit a load balancer of the Service to the allowed networks", () => {
        const service = { type: "LoadBalancer", allowedCidrs: ["203.0.113.0/24"], webSocket: false } as const;
        assert.deepEqual(chartValues(valuesInput({ service }))["service"], {
            enabled: true,
            type: "LoadBalancer",
            mqtt: { enabled: true, port: 1883 },
            mqtts: { enabled: false },
            ws: { enabled: false, port: 8080 },
            wss: { enabled: false },
            api: { enabled: false },
            sessionAffinity: "ClientIP",
            externalTrafficPolicy: "Local",
            loadBalancerSourceRanges: ["203.0.113.0/24"],
        });
    });

    it("switch persistence off only on demand, and name no storage class where the cluster's default is meant", () => {
        const persistence = { enabled: false, sizeGiB: 1, whenScaled: "Retain" } as const;
        assert.deepEqual(chartValues(valuesInput({ persistence }))["persistentVolume"], {
            enabled: false,
            size: "1Gi",
        });
    });

    it("demand PROXY headers only where the edge sends them", () => {
        const environment = environmentOf(chartValues(valuesInput({ expectsProxyHeader: false })));
        assert.deepEqual(
            Object.keys(environment).filter((name) => name.includes("PROXY")),
            [],
        );
    });

    it("leave out the license where it was not accepted", () => {
        const environment = environmentOf(chartValues(valuesInput({ acceptLicense: false })));
        assert.equal("DOCKER_VERNEMQ_ACCEPT_EULA" in environment, false);
    });

    it("switch the password plugin off where there are no users", () => {
        const environment = environmentOf(chartValues(valuesInput({ checkPasswords: false, allowAnonymous: true })));
        assert.equal(environment["DOCKER_VERNEMQ_PLUGINS__VMQ_PASSWD"], "off");
        assert.equal(environment["DOCKER_VERNEMQ_ALLOW_ANONYMOUS"], "on");
        assert.equal("DOCKER_VERNEMQ_VMQ_PASSWD__PASSWORD_FILE" in environment, false);
    });

    it("switch the ACL plugin off where there are no rules for it", () => {
        const environment = environmentOf(chartValues(valuesInput({ checkTopics: false })));
        assert.equal(environment["DOCKER_VERNEMQ_PLUGINS__VMQ_ACL"], "off");
        assert.deepEqual(
            Object.keys(environment).filter((name) => name.includes("VMQ_ACL__")),
            [],
        );
    });

    it("mount existing Secrets as folders beside their own, and read their files", () => {
        const values = chartValues(
            valuesInput({
                usersFrom: { secret: "people", key: "users.txt" },
                aclFrom: { secret: "topics", key: "vmq.acl" },
            }),
        );
        assert.deepEqual(values["secretMounts"], [
            { name: "vernemq-auth", secretName: "vernemq-auth", path: "/vernemq/auth" },
            { name: "vernemq-users", secretName: "people", path: "/vernemq/users" },
            { name: "vernemq-rules", secretName: "topics", path: "/vernemq/rules" },
        ]);
        const environment = environmentOf(values);
        assert.equal(environment["DOCKER_VERNEMQ_VMQ_PASSWD__PASSWORD_FILE"], "/vernemq/users/users.txt");
        assert.equal(environment["DOCKER_VERNEMQ_VMQ_ACL__ACL_FILE"], "/vernemq/rules/vmq.acl");
    });

    it("take secret settings from a Secret", () => {
        assert.deepEqual(chartValues(valuesInput({ settingsSecretName: "vernemq-settings" }))["envFrom"], [
            { secretRef: { name: "vernemq-settings" } },
        ]);
        assert.equal("envFrom" in chartValues(valuesInput()), false);
    });

    it("let a user's setting replace a default, and none that is this program's", () => {
        const settings = {
            "leveldb.maximum_memory": 1,
            max_inflight_messages: 100,
            allow_register_during_netsplit: false,
        };
        const environment = environmentOf(chartValues(valuesInput({ settings })));
        assert.equal(environment["DOCKER_VERNEMQ_LEVELDB__MAXIMUM_MEMORY"], "1");
        assert.equal(environment["DOCKER_VERNEMQ_MAX_INFLIGHT_MESSAGES"], "100");
        assert.equal(environment["DOCKER_VERNEMQ_ALLOW_REGISTER_DURING_NETSPLIT"], "on");
    });

    it("raise the Erlang VM's limits with the connections, and only above the image's own", () => {
        const few = environmentOf(chartValues(valuesInput({ maxConnections: 150_000 })));
        assert.deepEqual(
            Object.keys(few).filter((name) => name.includes("ERLANG")),
            [],
        );
        const many = environmentOf(chartValues(valuesInput({ maxConnections: 500_000 })));
        assert.equal(many["DOCKER_VERNEMQ_ERLANG__MAX_PORTS"], "550000");
        assert.equal(many["DOCKER_VERNEMQ_ERLANG__PROCESS_LIMIT"], "1550000");
        assert.equal(many["DOCKER_VERNEMQ_LISTENER__MAX_CONNECTIONS"], "50000");
    });

    it("become these lines of vernemq.conf in the image's start script", () => {
        assert.deepEqual(startScriptLines(environmentOf(chartValues(valuesInput({ settings: { log: 1 } })))), [
            "accept_eula=yes",
            "allow_anonymous=off",
            "allow_publish_during_netsplit=on",
            "allow_register_during_netsplit=on",
            "allow_subscribe_during_netsplit=on",
            "allow_unsubscribe_during_netsplit=on",
            "leveldb.maximum_memory=5153960755",
            "listener.max_connections=10000",
            "listener.nr_of_acceptors=10",
            "listener.tcp.default.proxy_protocol=on",
            "listener.tcp.internal=$(MY_POD_IP):1884",
            "listener.ws.default.proxy_protocol=on",
            "log=1",
            "max_message_size=0",
            "plugins.vmq_acl=on",
            "plugins.vmq_passwd=on",
            "vmq_acl.acl_file=/vernemq/auth/vmq.acl",
            "vmq_acl.acl_reload_interval=5",
            "vmq_passwd.password_file=/vernemq/auth/vmq.passwd",
            "vmq_passwd.password_reload_interval=5",
        ]);
    });
});

describe("Timing of the brokers", () => {
    it("waits for every replica in turn, longer than Helm's 300 s even for one", () => {
        assert.deepEqual(
            [1, 2, 3, 5, 9].map((replicas) => brokerTiming(replicas, 15, 180).releaseTimeoutSeconds),
            [495, 690, 885, 1275, 2055],
        );
    });

    it("waits longer where brokers may take longer to start", () => {
        assert.equal(brokerTiming(3, 15, 60).releaseTimeoutSeconds, 885);
        assert.equal(brokerTiming(3, 15, 600).releaseTimeoutSeconds, 2145);
    });

    it("gives plugins a check and a cluster 10 s to join before a pod is ready, however long the start took", () => {
        const settle = (replicas: number) => {
            const timing = brokerTiming(replicas, 15, 180);
            return timing.readinessPeriodSeconds * (timing.readinessSuccesses - 1);
        };
        assert.deepEqual([1, 2, 9].map(settle), [5, 10, 10]);
    });

    it("kills a stopping broker only after the load balancers let go of it and it had time to stop", () => {
        assert.deepEqual(brokerTiming(3, 60, 180), {
            readinessPeriodSeconds: 5,
            readinessSuccesses: 3,
            startupSeconds: 180,
            drainSeconds: 60,
            terminationGraceSeconds: 135,
            releaseTimeoutSeconds: 1020,
        });
    });
});
