import assert from "node:assert/strict";
import { kubernetes } from "../../../simulation/kubernetes";
import { type Properties, replaceOnOf, type SimulatedResource, type World } from "../../../simulation/provider";

const world: World = { resources: [], resolve: () => undefined };

function resource(type: string, inputs: Properties): SimulatedResource {
    return { type, name: "example", inputs, symbol: (property) => `\${example.${property}}` };
}

function modelOf(type: string) {
    const model = kubernetes.models[type] ?? kubernetes.fallback?.(type);
    assert.ok(model !== undefined);
    return model;
}

/** The properties that break a rule, each with the rule's text. */
function refusals(type: string, inputs: Properties): string[] {
    return (modelOf(type).rules ?? []).flatMap((rule) => {
        const property = rule.brokenBy(resource(type, inputs), world);
        return property === undefined ? [] : [property];
    });
}

const service = "kubernetes:core/v1:Service";
const secret = "kubernetes:core/v1:Secret";
const configMap = "kubernetes:core/v1:ConfigMap";
const deployment = "kubernetes:apps/v1:Deployment";
const budget = "kubernetes:policy/v1:PodDisruptionBudget";
const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const release = "kubernetes:helm.sh/v3:Release";
const port = { name: "mqtt", port: 1883 };

function spec(fields: Record<string, unknown>): Properties {
    return { metadata: { name: "example" }, spec: fields };
}

function pods(container: Record<string, unknown>, labels: Record<string, string> = { app: "a" }): Properties {
    return spec({
        selector: { matchLabels: { app: "a" } },
        template: { metadata: { labels }, spec: { containers: [container], volumes: [{ name: "config" }] } },
    });
}

const chart = { chart: "vernemq", name: "vernemq", version: "2.1.2" };
const vernemq = (values: Record<string, unknown>): Properties => ({ ...chart, values: { replicaCount: 3, ...values } });

const refused: readonly (readonly [string, string, Properties, string])[] = [
    ["a name with capitals", configMap, { metadata: { name: "Example" } }, "metadata.name"],
    ["a label with a space", configMap, { metadata: { labels: { a: "b c" } } }, 'metadata.labels["a"]'],
    ["a label with two prefixes", configMap, { metadata: { labels: { "a/b/c": "d" } } }, 'metadata.labels["a/b/c"]'],
    [
        "a Service whose name has a dot",
        service,
        { metadata: { name: "a.b" }, spec: { ports: [port] } },
        "metadata.name",
    ],
    [
        "a Namespace of 64 characters",
        "kubernetes:core/v1:Namespace",
        { metadata: { name: "n".repeat(64) } },
        "metadata.name",
    ],
    ["a node port out of range", service, spec({ ports: [{ ...port, nodePort: 1883 }] }), "spec.ports[0].nodePort"],
    ["port 0", service, spec({ ports: [{ port: 0 }] }), "spec.ports[0].port"],
    ["two ports without names", service, spec({ ports: [port, { port: 8080 }] }), "spec.ports[1].name"],
    ["two ports of one name", service, spec({ ports: [port, { ...port, port: 2 }] }), "spec.ports[1].name"],
    ["one port twice", service, spec({ ports: [port, { ...port, name: "b" }] }), "spec.ports[1].port"],
    [
        "externalTrafficPolicy on a ClusterIP",
        service,
        spec({ ports: [port], externalTrafficPolicy: "Local" }),
        "spec.externalTrafficPolicy",
    ],
    [
        "source ranges on a NodePort",
        service,
        spec({ type: "NodePort", ports: [port], loadBalancerSourceRanges: ["192.0.2.0/24"] }),
        "spec.loadBalancerSourceRanges",
    ],
    [
        "a health check port without externalTrafficPolicy Local",
        service,
        spec({ type: "LoadBalancer", ports: [port], healthCheckNodePort: 30_000 }),
        "spec.healthCheckNodePort",
    ],
    [
        "an affinity of more than a day",
        service,
        spec({
            ports: [port],
            sessionAffinity: "ClientIP",
            sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } },
        }),
        "spec.sessionAffinityConfig",
    ],
    [
        "an affinity timeout without affinity",
        service,
        spec({ ports: [port], sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } }),
        "spec.sessionAffinityConfig",
    ],
    ["a Secret's key with a slash", secret, { stringData: { "a/b": "c" } }, 'stringData["a/b"]'],
    ["a Secret over 1 MiB", secret, { stringData: { a: "x".repeat(1_048_577) } }, "stringData"],
    ["plain text in a Secret's data", secret, { data: { a: "plain text" } }, 'data["a"]'],
    ["a ConfigMap over 1 MiB", configMap, { data: { a: "x".repeat(600_000), b: "x".repeat(600_000) } }, "data"],
    ["a selector that misses its pods", deployment, pods({}, { app: "b" }), "spec.selector.matchLabels"],
    [
        "a mount without its volume",
        deployment,
        pods({ volumeMounts: [{ name: "certificate" }] }),
        "spec.template.spec.containers[0].volumeMounts[0].name",
    ],
    [
        "a request above its limit",
        deployment,
        pods({ resources: { requests: { memory: "2Gi" }, limits: { memory: "1024Mi" } } }),
        "spec.template.spec.containers[0].resources.requests.memory",
    ],
    ["a budget with both numbers", budget, spec({ minAvailable: 1, maxUnavailable: 1 }), "spec"],
    ["a budget without a number", budget, spec({}), "spec"],
    [
        "a network without prefix",
        policy,
        spec({ ingress: [{ from: [{ ipBlock: { cidr: "192.0.2.1" } }] }] }),
        "spec.ingress[0].from[0].ipBlock.cidr",
    ],
    [
        "a peer that is network and pods",
        policy,
        spec({ egress: [{ to: [{ ipBlock: { cidr: "192.0.2.0/24" }, podSelector: {} }] }] }),
        "spec.egress[0].to[0].ipBlock",
    ],
    [
        "a port range that ends before it starts",
        policy,
        spec({ ingress: [{ ports: [{ port: 2, endPort: 1 }] }] }),
        "spec.ingress[0].ports[0].port",
    ],
    [
        "egress rules that no policy type declares",
        policy,
        spec({ policyTypes: ["Ingress"], egress: [] }),
        "spec.policyTypes",
    ],
    ["a chart without a version", release, { chart: "a", name: "a" }, "version"],
    ["a range of chart versions", release, { chart: "a", name: "a", version: "~2.1.0" }, "version"],
    ["a release of 54 characters", release, { ...chart, name: "a".repeat(54) }, "name"],
    [
        "a release that is rolled back and not waited for",
        release,
        { ...chart, atomic: true, skipAwait: true },
        "skipAwait",
    ],
    ["a value that VerneMQ's chart does not know", release, vernemq({ replicas: 3 }), "values.replicas"],
    [
        "a variable that is set twice",
        release,
        vernemq({ additionalEnv: ["on", "off"].map((value) => ({ name: "DOCKER_VERNEMQ_A", value })) }),
        "values.additionalEnv[1].name",
    ],
    [
        "a variable that the chart sets",
        release,
        vernemq({ additionalEnv: [{ name: "DOCKER_VERNEMQ_LISTENER__TCP__LOCALHOST", value: "x" }] }),
        "values.additionalEnv[0].name",
    ],
    [
        "a variable that is a number",
        release,
        vernemq({ additionalEnv: [{ name: "DOCKER_VERNEMQ_A", value: 1 }] }),
        "values.additionalEnv[0].value",
    ],
    [
        "the chart's own node port",
        release,
        vernemq({ service: { type: "NodePort", mqtt: { enabled: true } } }),
        "values.service.mqtt.nodePort",
    ],
    [
        "maxUnavailable beside the chart's minAvailable",
        release,
        vernemq({ pdb: { enabled: true, maxUnavailable: 1 } }),
        "values.pdb.maxUnavailable",
    ],
    ["minAvailable 0", release, vernemq({ pdb: { enabled: true, minAvailable: 0 } }), "values.pdb.minAvailable"],
    [
        "a budget that blocks every node upgrade",
        release,
        vernemq({ pdb: { enabled: true, minAvailable: 3 } }),
        "values.pdb.minAvailable",
    ],
    ["an unknown anti-affinity", release, vernemq({ podAntiAffinity: "required" }), "values.podAntiAffinity"],
];

const taken: readonly (readonly [string, string, Properties])[] = [
    ["a symbolic name", configMap, { metadata: { name: "${a.metadata.name}", labels: { "a.io/b-c": "d.e_f" } } }],
    [
        "a load balancer that keeps client addresses",
        service,
        spec({
            type: "LoadBalancer",
            externalTrafficPolicy: "Local",
            healthCheckNodePort: 30_000,
            loadBalancerSourceRanges: ["192.0.2.0/24"],
            sessionAffinity: "ClientIP",
            sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_400 } },
            ports: [port, { name: "ws", port: 8080, nodePort: 30_080 }],
        }),
    ],
    ["a Secret with a dotted key", secret, { stringData: { "vmq.passwd": "x" }, data: { a: "YWJj" } }],
    [
        "a Deployment that mounts what it has",
        deployment,
        pods({
            volumeMounts: [{ name: "config" }],
            resources: { requests: { cpu: "500m", memory: "512Mi" }, limits: { memory: "1Gi", cpu: 1 } },
        }),
    ],
    ["a budget with one number", budget, spec({ minAvailable: 1 })],
    [
        "a policy with networks, pods and ports",
        policy,
        spec({
            policyTypes: ["Ingress", "Egress"],
            ingress: [
                { from: [{ ipBlock: { cidr: "2001:db8::/32" } }], ports: [{ port: 9100, endPort: 9109 }] },
                { from: [{ podSelector: {}, namespaceSelector: {} }], ports: [{ port: "metrics" }] },
            ],
            egress: [{ ports: [{ port: 53 }] }, { to: [{ ipBlock: { cidr: "${vpc.cidrBlock}" } }] }],
        }),
    ],
    ["another chart's values", release, { ...chart, chart: "metallb", values: { speaker: {} } }],
    [
        "VerneMQ's chart with maxUnavailable instead of minAvailable",
        release,
        vernemq({ pdb: { enabled: true, minAvailable: null, maxUnavailable: 1 } }),
    ],
    [
        "VerneMQ's chart on a node port",
        release,
        vernemq({ service: { type: "NodePort", mqtt: { enabled: true, nodePort: 31_883 }, ws: { enabled: false } } }),
    ],
];

describe("Simulated Kubernetes", () => {
    for (const [what, type, inputs, property] of refused) {
        it(`refuses ${what}`, () => {
            assert.deepEqual(refusals(type, inputs), [property]);
        });
    }

    for (const [what, type, inputs] of taken) {
        it(`takes ${what}`, () => {
            assert.deepEqual(refusals(type, inputs), []);
        });
    }

    it("names a source for every rule", () => {
        for (const [type, model] of Object.entries(kubernetes.models)) {
            for (const rule of model.rules ?? []) {
                assert.match(rule.source, /^https:\/\//, `${type}: ${rule.text}`);
                assert.notEqual(rule.text, "");
            }
        }
    });

    it("replaces an object whose name, namespace or selector changes, and a release whose name does", () => {
        assert.deepEqual(modelOf(configMap).replaceOn, ["metadata.name", "metadata.namespace"]);
        assert.deepEqual(replaceOnOf(modelOf(configMap), { immutable: true }).slice(-2), ["data", "binaryData"]);
        assert.ok(!replaceOnOf(modelOf(configMap), {}).includes("data"));
        assert.ok(modelOf(deployment).replaceOn?.includes("spec.selector"));
        assert.deepEqual(modelOf(release).replaceOn, ["name", "namespace"]);
    });

    it("deletes an object first where the new one has its name and namespace", () => {
        const before = { metadata: { name: "a", namespace: "n" } };
        const { deletesFirst } = modelOf(configMap);
        assert.equal(deletesFirst?.(before, before), true);
        assert.equal(deletesFirst(before, { metadata: { name: "b", namespace: "n" } }), false);
        assert.equal(modelOf(release).deletesFirst?.({ name: "a" }, { name: "a" }), false);
    });

    it("knows an address only for a load balancer, and gives objects the ids that kubectl shows", () => {
        const model = modelOf(service);
        const balancer = resource(service, spec({ type: "LoadBalancer", ports: [port] }));
        assert.deepEqual(model.outputs?.(balancer, world)["status"], {
            loadBalancer: {
                ingress: [
                    {
                        ip: "${example.status.loadBalancer.ingress[0].ip}",
                        hostname: "${example.status.loadBalancer.ingress[0].hostname}",
                    },
                ],
            },
        });
        assert.deepEqual(model.outputs(resource(service, spec({ ports: [port] })), world)["status"], {});
        assert.equal(model.id?.(resource(service, { metadata: { name: "a", namespace: "n" } })), "n/a");
        assert.equal(modelOf(release).id?.(resource(release, { name: "r", namespace: "n" })), "n/r");
    });

    it("takes a provider for another cluster only when its identifier changes, where it has one", () => {
        assert.deepEqual(kubernetes.configurationReplaceOn?.({ clusterIdentifier: "a", kubeconfig: "k" }), [
            "clusterIdentifier",
            "renderYamlToDirectory",
        ]);
        assert.ok(kubernetes.configurationReplaceOn({ kubeconfig: "k" }).includes("kubeconfig"));
    });
});
