import { digest } from "../../../pipeline/comment/digest";
import { digestOfFailure, digestOfPlan } from "../../../pipeline/comment/offline";
import type { PreviewDigest } from "../../../pipeline/comment/preview-digest";
import type { Context } from "../../../pipeline/comment/wording";
import { diagnostic, failed, policy, prelude, replaceEvents, stackEvent, stepEvent, succeeded, urnOf } from "./events";

/** The pull requests whose comments are kept as files beside this one, and what they look like to the pipeline. */
export interface Case {
    readonly name: string;
    readonly digest: PreviewDigest;
    readonly context: Context;
}

const context: Context = {
    commit: "3f9c1e5a7b2d4860c9e1f3a5b7d9e0c2a4b6d8f0",
    base: "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
    runUrl: "https://github.com/example/mqtt/actions/runs/42",
    full: { name: "the job's summary and artifacts", url: "https://github.com/example/mqtt/actions/runs/42" },
};

const component = (stack: string, type: string, name: string) =>
    stepEvent(stack, { op: "same", type, name, before: {}, after: {} });

/** `eks` replaces a node pool and more; `gke` fails. */
function twoStacks(): PreviewDigest {
    const pool = "eks";
    const cluster = urnOf(pool, "vernemq:cluster:EksCluster", "mqtt");
    const broker = urnOf(pool, "vernemq:broker:VerneMQ", "broker");
    const brokerInputs = (replicas: number, password: unknown) => ({
        chart: "vernemq",
        namespace: "vernemq",
        values: {
            replicaCount: replicas,
            persistentVolume: { enabled: true, size: "20Gi" },
            additionalEnv: [{ name: "X", value: password }],
        },
    });
    const gkeCluster = "projects/example/locations/europe-west3/clusters/mqtt";
    return digest([
        succeeded(
            pool,
            prelude({ "vernemq:target": "eks", "aws:region": "eu-central-1" }),
            component(pool, "vernemq:cluster:EksCluster", "mqtt"),
            component(pool, "vernemq:broker:VerneMQ", "broker"),
            stepEvent(pool, {
                op: "same",
                type: "aws:eks/cluster:Cluster",
                name: "mqtt-cluster",
                parent: cluster,
                before: {},
                after: {},
            }),
            stepEvent(pool, {
                op: "same",
                type: "aws:ec2/vpc:Vpc",
                name: "mqtt-vpc",
                parent: cluster,
                before: {},
                after: {},
            }),
            ...replaceEvents(pool, {
                type: "aws:eks/nodeGroup:NodeGroup",
                name: "mqtt-nodes",
                parent: cluster,
                before: { instanceTypes: ["m7g.large"], scalingConfig: { desiredSize: 3 }, tags: { team: "iot" } },
                after: { instanceTypes: ["m8g.large"], scalingConfig: { desiredSize: 3 }, tags: { team: "mqtt" } },
                detailedDiff: { "instanceTypes[0]": "update-replace", "tags.team": "update" },
            }),
            stepEvent(pool, {
                op: "update",
                type: "kubernetes:helm.sh/v3:Release",
                name: "broker-release",
                parent: broker,
                before: brokerInputs(5, "first-Secret-value"),
                after: brokerInputs(3, "[secret]"),
                diffs: ["values"],
            }),
            stepEvent(pool, {
                op: "create",
                type: "kubernetes:policy/v1:PodDisruptionBudget",
                name: "broker-budget",
                parent: broker,
                after: {
                    apiVersion: "policy/v1",
                    kind: "PodDisruptionBudget",
                    metadata: {},
                    spec: { maxUnavailable: 1 },
                },
            }),
            stepEvent(pool, {
                op: "delete",
                type: "aws:ec2/eip:Eip",
                name: "mqtt-nat-address",
                parent: cluster,
                before: { domain: "vpc" },
            }),
            diagnostic(
                "warning",
                "The node type m8g.large is not offered in every zone of eu-central-1.",
                urnOf(pool, "aws:eks/nodeGroup:NodeGroup", "mqtt-nodes"),
            ),
            policy(
                "warning",
                "load-balancer-keeps-addresses",
                "Give the load balancer its own addresses, so that a replacement keeps them.",
                urnOf(pool, "aws:lb/loadBalancer:LoadBalancer", "mqtt-nlb"),
            ),
            stackEvent(
                pool,
                { edge: { host: "mqtt.example.com" } },
                { edge: { host: "mqtt.example.com" }, brokers: 3 },
            ),
        ),
        failed(
            "gke",
            undefined,
            prelude({ "vernemq:target": "gke", "gcp:region": "europe-west3" }),
            component("gke", "vernemq:cluster:GkeCluster", "mqtt"),
            stepEvent("gke", {
                op: "update",
                type: "gcp:container/cluster:Cluster",
                name: "mqtt-cluster",
                parent: urnOf("gke", "vernemq:cluster:GkeCluster", "mqtt"),
                before: { minMasterVersion: "1.34" },
                after: { minMasterVersion: "1.36" },
                detailedDiff: { minMasterVersion: "update" },
            }),
            diagnostic(
                "error",
                `<{%reset%}>gcp:container/cluster:Cluster resource 'mqtt-cluster' has a problem: googleapi: Error 400: Master version "1.36" is unsupported for ${gkeCluster}. Valid versions: 1.34, 1.35.<{%reset%}>\n`,
                urnOf("gke", "gcp:container/cluster:Cluster", "mqtt-cluster"),
            ),
        ),
    ]);
}

function plannedDigest(): PreviewDigest {
    const resource = (type: string, name: string, parent: string | null) => ({
        urn: urnOf("doks", type, name),
        type,
        name,
        parent,
        provider: null,
        dependencies: [],
        inputs: name === "mqtt-cluster" ? { region: "fra1" } : {},
        protect: false,
        custom: true,
        outputs: null,
        propertyDependencies: {},
        options: {},
    });
    const pool = resource("digitalocean:index/kubernetesNodePool:KubernetesNodePool", "mqtt-nodes", null);
    return digestOfPlan(
        {
            stack: "doks",
            project: "vernemq",
            target: "doks",
            checks: [],
            warnings: [],
            resources: [resource("digitalocean:index/kubernetesCluster:KubernetesCluster", "mqtt-cluster", null), pool],
        },
        {
            summary: { create: 0, update: 0, replace: 1, delete: 0, notCompared: 0, same: 1 },
            notCompared: [],
            changes: [
                {
                    action: "replace",
                    urn: pool.urn,
                    type: pool.type,
                    name: pool.name,
                    parent: null,
                    properties: [
                        { path: "size", kind: "update", before: "s-2vcpu-4gb", after: "s-4vcpu-8gb", replaces: true },
                    ],
                    because: ["size"],
                    deletedFirst: true,
                    protected: false,
                    retained: false,
                },
            ],
            outputs: [],
            edgeBefore: null,
            warnings: [
                "mqtt-nodes is replaced: its nodes are deleted, and every pod on them has to find a new node; brokers restart.",
            ],
        },
    );
}

const service = (stack: string, op: string, name: string, more: object = {}) =>
    stepEvent(stack, { op, type: "kubernetes:core/v1:Service", name, ...more });

/** More than a comment holds: a hundred of each that may not be cut, thousands of those that may. */
function overflow(): PreviewDigest {
    const many = <T>(count: number, make: (index: number) => T) =>
        Array.from({ length: count }, (_, index) => make(index));
    const properties = Object.fromEntries(many(12, (index) => [`property-${index}-of-some-length`, "update"]));
    return digest([
        succeeded(
            "metal",
            ...many(1_000, (index) => service("metal", "same", `same-${index}`, { before: {}, after: {} })),
            ...many(120, (index) =>
                service("metal", "update", `updated-${index}`, {
                    before: {},
                    after: {},
                    detailedDiff: properties,
                }),
            ),
            ...many(400, (index) =>
                service("metal", "create", `created-${index}`, {
                    after: { apiVersion: "v1", kind: "Service", metadata: {}, spec: {} },
                }),
            ),
            ...many(60, (index) => service("metal", "delete", `deleted-${index}`, { before: {} })),
            ...many(40, (index) =>
                replaceEvents("metal", {
                    type: "kubernetes:core/v1:Service",
                    name: `replaced-${index}`,
                    before: { spec: { clusterIP: "10.0.0.1" } },
                    after: { spec: { clusterIP: "10.0.0.2" } },
                    detailedDiff: { "spec.clusterIP": "update-replace" },
                }),
            ).flat(),
        ),
    ]);
}

const hostile =
    "`````` </details><script>alert(1)</script> | 😀 漢字 @everyone #1 *bold* [x](javascript:1)\n\n# Heading";

export const cases: readonly Case[] = [
    { name: "two-stacks", digest: twoStacks(), context },
    {
        name: "no-change",
        digest: digest([
            succeeded("dev", service("dev", "same", "edge", { before: {}, after: {} })),
            succeeded("eks", service("eks", "same", "edge", { before: {}, after: {} })),
        ]),
        context,
    },
    {
        name: "create-only",
        digest: digest([
            succeeded(
                "dev",
                prelude({ "vernemq:target": "existing" }),
                service("dev", "create", "edge", { after: { metadata: {}, spec: {} } }),
            ),
        ]),
        context,
    },
    {
        name: "replace-only",
        digest: digest([
            succeeded(
                "dev",
                ...replaceEvents(
                    "dev",
                    {
                        type: "kubernetes:core/v1:PersistentVolumeClaim",
                        name: "data",
                        before: { spec: { storageClassName: "a" } },
                        after: { spec: { storageClassName: "b" } },
                        detailedDiff: { "spec.storageClassName": "update-replace" },
                        protect: true,
                    },
                    true,
                ),
            ),
        ]),
        context,
    },
    {
        name: "delete",
        digest: digest([
            succeeded(
                "dev",
                service("dev", "delete", "edge", { before: {} }),
                stepEvent("dev", {
                    op: "delete",
                    type: "aws:eks/cluster:Cluster",
                    name: "mqtt-cluster",
                    before: {},
                    retain: true,
                }),
            ),
        ]),
        context,
    },
    {
        name: "policy-failure",
        digest: digest([
            failed(
                "eks",
                "preview failed: a policy is broken",
                policy("warning", "tags", "Tag it.", urnOf("eks", "aws:ec2/vpc:Vpc", "mqtt-vpc")),
                policy(
                    "mandatory",
                    "no-plain-mqtt",
                    "Port 1883 must not be open to the internet.",
                    urnOf("eks", "aws:lb/listener:Listener", "mqtt-plain"),
                ),
            ),
        ]),
        context,
    },
    {
        name: "engine-error",
        digest: digest([failed("aks", "error: could not load the plugin azure-native: exit status 1")]),
        context,
    },
    { name: "overflow", digest: overflow(), context },
    {
        name: "hostile-texts",
        digest: digest([
            failed(
                "dev",
                hostile,
                service("dev", "update", hostile, { before: {}, after: {}, detailedDiff: { [hostile]: "update" } }),
            ),
            succeeded("stag", service("stag", "delete", hostile, { before: {} }), diagnostic("warning", hostile)),
        ]),
        context: { ...context, notice: hostile },
    },
    {
        name: "offline-plan",
        digest: {
            version: 1,
            stacks: [
                ...plannedDigest().stacks,
                ...digestOfFailure(
                    "eks",
                    "vernemq",
                    "offline plan",
                    "vernemq:cluster.nodes.count is 0\n  rule: at least 1",
                ).stacks,
            ],
        },
        context: { ...context, notice: "This comes from a fork, which gets no credentials." },
    },
];
