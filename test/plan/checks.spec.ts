import assert from "node:assert/strict";
import { podAdditions, type PodAdditionsInput } from "../../components/broker/helm/pod-additions";
import { additionsAnnotation, postRenderer } from "../../components/broker/post-render";
import type { EdgePlan } from "../../components/edge/plan";
import type { Check } from "../../plan/checks";
import { edgeChecks } from "../../plan/checks/edge";
import { nodeCapacity } from "../../plan/capacity/nodes";
import { findEdge } from "../../plan/checks/evidence";
import type { PlannedResource } from "../../plan/graph";
import { change, planOf, valid } from "../support";
import { edge, planWith, resource, stackUrn, urn } from "./support";

/** The check of a claim; undefined where the plan has nothing that it is about. */
function check(claim: string, resources: readonly PlannedResource[], edgePlan: EdgePlan = edge): Check | undefined {
    return planWith(resources, edgePlan).checks.find(({ name }) => name.startsWith(claim));
}

function release(values: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>> = {}) {
    return resource("kubernetes:helm.sh/v3:Release", "release", {
        chart: "vernemq",
        version: "2.1.2",
        values: { replicaCount: 3, ...values },
        ...other,
    });
}

/** A release whose post-renderer adds something. */
function added(additions: Partial<PodAdditionsInput>) {
    const least = { podLabels: { app: "vernemq" }, zoneSpread: "preferred", startupSeconds: 180 } as const;
    const text = JSON.stringify(podAdditions({ ...least, ...additions }));
    return release({ statefulset: { annotations: { [additionsAnnotation]: text } } }, { postrender: postRenderer() });
}

interface Case {
    readonly claim: string;
    readonly when: string;
    readonly status: Check["status"] | undefined;
    readonly resources: readonly PlannedResource[];
    readonly edgePlan?: EdgePlan;
    readonly detail?: RegExp;
}

const service = (spec: Readonly<Record<string, unknown>>) =>
    resource("kubernetes:core/v1:Service", "service", { spec });
const cluster = (inputs: Readonly<Record<string, unknown>>, other: Partial<PlannedResource> = {}) =>
    resource("aws:eks/cluster:Cluster", "cluster", inputs, other);
const pool = (count: number, labels: Readonly<Record<string, string>>) =>
    resource("digitalocean:index/kubernetesNodePool:KubernetesNodePool", "pool", { nodeCount: count, labels });
const deployment = (pod: Readonly<Record<string, unknown>>) =>
    resource("kubernetes:apps/v1:Deployment", "deployment", { spec: { template: { spec: pod } } });
const restricted = {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
        {
            name: "app",
            image: "app:1.0.0",
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
    ],
};
const namespace = (level: string) =>
    resource("kubernetes:core/v1:Namespace", "namespace", {
        metadata: { name: "messaging", labels: { "pod-security.kubernetes.io/enforce": level } },
    });
const selector = { dedicated: "yes" };
const flag = (name: string) => ({ name: `DOCKER_VERNEMQ_ALLOW_${name}_DURING_NETSPLIT`, value: "on" });

const cases: readonly Case[] = [
    {
        claim: "Sessions and messages",
        when: "there are volumes",
        status: "pass",
        resources: [release({ persistentVolume: { enabled: true, size: "20Gi" } })],
    },
    {
        claim: "Sessions and messages",
        when: "three brokers have none",
        status: "fail",
        resources: [release({ persistentVolume: { enabled: false } })],
    },
    {
        claim: "Sessions and messages",
        when: "one broker has none, of which the settings warn",
        status: undefined,
        resources: [release({ replicaCount: 1 })],
    },
    { claim: "Sessions and messages", when: "there is no release", status: undefined, resources: [] },
    {
        claim: "The release waits",
        when: "Helm's default is left and each replica waits 90 s",
        status: "fail",
        resources: [release({})],
        detail: /300 s, and 3 brokers need 450 s/,
    },
    {
        claim: "The release waits",
        when: "the timeout fits",
        status: "pass",
        resources: [release({}, { timeout: 450 })],
    },
    {
        claim: "The release waits",
        when: "the probes begin early",
        status: "pass",
        resources: [release({ statefulset: { readinessProbe: { initialDelaySeconds: 20 } } })],
    },
    {
        claim: "Each broker has its own node",
        when: "the pool has as many nodes as brokers",
        status: "pass",
        resources: [release({ nodeSelector: selector, podAntiAffinity: "hard" }), pool(3, selector)],
    },
    {
        claim: "Each broker has its own node",
        when: "the pool has fewer",
        status: "fail",
        resources: [release({ nodeSelector: selector, podAntiAffinity: "hard" }), pool(2, selector)],
        detail: /3 brokers on 2 nodes/,
    },
    {
        claim: "Each broker has its own node",
        when: "no pool carries the labels",
        status: "fail",
        resources: [release({ nodeSelector: selector, podAntiAffinity: "hard" }), pool(3, { dedicated: "no" })],
        detail: /no node pool carries the labels/,
    },
    {
        claim: "No two brokers share a node",
        when: "two may share one",
        status: "fail",
        resources: [release({ nodeSelector: selector, podAntiAffinity: "soft" }), pool(3, selector)],
        detail: /^release: nothing keeps its pods apart$/,
    },
    {
        claim: "Each broker has its own node",
        when: "a pool counts its nodes per zone",
        status: "pass",
        resources: [
            release({ nodeSelector: selector, podAntiAffinity: "hard" }),
            resource("gcp:container/nodePool:NodePool", "zonal", {
                nodeCount: 1,
                nodeLocations: ["a", "b", "c"],
                nodeConfig: { labels: selector },
            }),
        ],
    },
    {
        claim: "No two brokers share a node",
        when: "the nodes are not ours and no two brokers share one",
        status: "pass",
        resources: [release({ podAntiAffinity: "hard" })],
        detail: /the cluster needs 3/,
    },
    {
        claim: "Each broker has its own node",
        when: "the nodes are not ours, so that the plan cannot count them",
        status: undefined,
        resources: [release({ podAntiAffinity: "hard" })],
    },
    {
        claim: "Few powerful brokers",
        when: "many are small",
        status: "warn",
        resources: [release({ replicaCount: 5, resources: { requests: { cpu: "1900m" } } })],
        detail: /^release: 5 brokers reserve 1\.9 cores each$/,
    },
    {
        claim: "Few powerful brokers",
        when: "many are big",
        status: "pass",
        resources: [release({ replicaCount: 5, resources: { requests: { cpu: "2" } } })],
    },
    {
        claim: "Few powerful brokers",
        when: "few are small",
        status: "pass",
        resources: [release({ replicaCount: 4, resources: { requests: { cpu: "500m" } } })],
    },
    {
        claim: "One lost broker",
        when: "all four flags are on",
        status: "pass",
        resources: [
            release({ additionalEnv: ["PUBLISH", "REGISTER", "SUBSCRIBE", "UNSUBSCRIBE"].map((name) => flag(name)) }),
        ],
    },
    {
        claim: "One lost broker",
        when: "one flag is missing",
        status: "fail",
        resources: [release({ additionalEnv: ["PUBLISH", "REGISTER", "SUBSCRIBE"].map((name) => flag(name)) })],
    },
    {
        claim: "Node maintenance",
        when: "the budget keeps all but one",
        status: "pass",
        resources: [release({ pdb: { enabled: true, minAvailable: 2 } })],
    },
    { claim: "Node maintenance", when: "there is no budget", status: "warn", resources: [release({})] },
    {
        claim: "The brokers have their own Erlang cookie",
        when: "it comes from a Secret",
        status: "pass",
        resources: [added({ cookieSecretName: "cookies" })],
        detail: /a random one, in a Secret/,
    },
    {
        claim: "The brokers have their own Erlang cookie",
        when: "nothing sets one",
        status: "warn",
        resources: [added({})],
        detail: /it is the image's/,
    },
    {
        claim: "Brokers are spread over zones",
        when: "each zone is preferred to one that has a broker",
        status: "pass",
        resources: [added({})],
        detail: /^wherever nodes are in zones that have room$/,
    },
    {
        claim: "Brokers are spread over zones",
        when: "that is required",
        status: "pass",
        resources: [added({ zoneSpread: "required" })],
        detail: /^one more in a zone/,
    },
    { claim: "Brokers are spread over zones", when: "nothing says so", status: "warn", resources: [release({})] },
    {
        claim: "Brokers are spread over zones",
        when: "there is one",
        status: undefined,
        resources: [release({ replicaCount: 1 })],
    },
    { claim: "Every resource belongs", when: "it does", status: "pass", resources: [service({})] },
    {
        claim: "Every resource belongs",
        when: "one hangs at the stack",
        status: "fail",
        resources: [resource("a:b:C", "orphan", {}, { parent: stackUrn })],
        detail: /^orphan$/,
    },
    {
        claim: "Every resource belongs",
        when: "one has no parent at all",
        status: "fail",
        resources: [resource("a:b:C", "orphan", {}, { parent: null })],
    },
    {
        claim: "Every Kubernetes object",
        when: "one goes by the default provider",
        status: "fail",
        resources: [
            resource("pulumi:providers:kubernetes", "default_4_34_2", {}, { parent: null }),
            resource(
                "kubernetes:core/v1:Service",
                "stray",
                {},
                { provider: urn("pulumi:providers:kubernetes", "default_4_34_2") },
            ),
        ],
        detail: /^stray$/,
    },
    {
        claim: "Every Kubernetes object",
        when: "they go by the cluster's provider",
        status: "pass",
        resources: [
            resource("pulumi:providers:kubernetes", "inside"),
            resource(
                "kubernetes:core/v1:Service",
                "own",
                {},
                { provider: urn("pulumi:providers:kubernetes", "inside") },
            ),
        ],
    },
    {
        claim: "What holds data is protected",
        when: "by Pulumi",
        status: "pass",
        resources: [cluster({}, { protect: true })],
    },
    {
        claim: "What holds data is protected",
        when: "by the cloud",
        status: "pass",
        resources: [cluster({ deletionProtection: true })],
    },
    { claim: "What holds data is protected", when: "by nothing", status: "warn", resources: [cluster({})] },
    {
        claim: "A destroy takes",
        when: "it is deleted like everything else",
        status: "pass",
        resources: [resource("aws:lb/loadBalancer:LoadBalancer", "nlb")],
    },
    {
        claim: "A destroy takes",
        when: "the load balancer is retained",
        status: "fail",
        resources: [resource("aws:lb/loadBalancer:LoadBalancer", "nlb", {}, { options: { retainOnDelete: true } })],
        detail: /^nlb$/,
    },
    {
        claim: "Disks and volumes",
        when: "a launch template's disk is not encrypted",
        status: "fail",
        resources: [
            resource("aws:ec2/launchTemplate:LaunchTemplate", "template", {
                blockDeviceMappings: [{ ebs: { encrypted: "true" } }, { ebs: { volumeSize: 50 } }],
            }),
        ],
    },
    {
        claim: "Disks and volumes",
        when: "a storage class of a driver that encrypts on demand does not ask for it",
        status: "fail",
        resources: [
            resource("kubernetes:storage.k8s.io/v1:StorageClass", "class", {
                provisioner: "ebs.csi.aws.com",
                parameters: { type: "gp3" },
            }),
        ],
        detail: /^class: it is not encrypted$/,
    },
    {
        claim: "Disks and volumes",
        when: "a storage class asks for it",
        status: "pass",
        resources: [
            resource("kubernetes:storage.k8s.io/v1:StorageClass", "class", {
                provisioner: "ebs.csi.aws.com",
                parameters: { encrypted: "true" },
            }),
        ],
    },
    {
        claim: "The Kubernetes API",
        when: "anyone may reach it",
        status: "warn",
        resources: [cluster({ vpcConfig: { publicAccessCidrs: ["203.0.113.0/24", "0.0.0.0/0"] } })],
        detail: /cluster: it lets anyone in/,
    },
    {
        claim: "The Kubernetes API",
        when: "no network is named, so the cloud lets anyone in",
        status: "warn",
        resources: [cluster({ vpcConfig: {} })],
    },
    {
        claim: "The Kubernetes API",
        when: "it is private",
        status: "pass",
        resources: [cluster({ vpcConfig: { endpointPublicAccess: false } })],
    },
    {
        claim: "The Kubernetes API",
        when: "some networks may reach it",
        status: "pass",
        resources: [cluster({ vpcConfig: { publicAccessCidrs: ["203.0.113.0/24"] } })],
        detail: /203\.0\.113\.0\/24/,
    },
    {
        claim: "Everything that can carry tags",
        when: "one has none",
        status: "fail",
        resources: [cluster({ tags: {} })],
    },
    {
        claim: "Everything that can carry tags",
        when: "all have some",
        status: "pass",
        resources: [cluster({ tags: { a: "b" } })],
    },
    {
        claim: "Charts and images",
        when: "a chart's version is a range",
        status: "fail",
        resources: [release({}, { version: "^2.1.0" })],
        detail: /^release: its chart has no exact version$/,
    },
    {
        claim: "Charts and images",
        when: "an image has no tag",
        status: "fail",
        resources: [
            resource("kubernetes:apps/v1:Deployment", "it", {
                spec: { containers: [{ image: "example.com:5000/haproxy" }] },
            }),
        ],
        detail: /it: image example\.com:5000\/haproxy names no exact version/,
    },
    {
        claim: "Charts and images",
        when: "a chart's image is the latest",
        status: "fail",
        resources: [release({ image: { repository: "vernemq/vernemq", tag: "latest" } })],
    },
    {
        claim: "Charts and images",
        when: "all are exact",
        status: "pass",
        resources: [
            release({}),
            resource("kubernetes:apps/v1:Deployment", "it", { spec: { containers: [{ image: "haproxy:3.2.1" }] } }),
        ],
    },
    {
        claim: "TLS is terminated outside VerneMQ",
        when: "VerneMQ's Service opens its own listener with TLS",
        status: "fail",
        resources: [release({ service: { mqtts: { enabled: true } } })],
    },
    { claim: "TLS is terminated outside VerneMQ", when: "it opens none", status: "pass", resources: [release({})] },
    {
        claim: "No load balancer or node port serves plain MQTT",
        when: "VerneMQ's Service does",
        status: "fail",
        resources: [release({ service: { type: "LoadBalancer", sessionAffinity: "ClientIP" } })],
    },
    {
        claim: "No load balancer or node port serves plain MQTT",
        when: "the settings ask for it",
        status: "warn",
        resources: [release({ service: { type: "LoadBalancer", sessionAffinity: "ClientIP" } })],
        edgePlan: { ...edge, listeners: [{ name: "mqtt", port: 1883, tls: false, broker: "mqtt" }] },
    },
    {
        claim: "No load balancer or node port serves plain MQTT",
        when: "VerneMQ's Service is inside the cluster",
        status: "pass",
        resources: [release({})],
    },
    {
        claim: "Every connection path keeps session affinity",
        when: "VerneMQ's Service does not",
        status: "fail",
        resources: [release({ service: { type: "LoadBalancer" } })],
    },
    {
        claim: "Every connection path keeps session affinity",
        when: "VerneMQ's Service does",
        status: "pass",
        resources: [release({ service: { type: "LoadBalancer", sessionAffinity: "ClientIP" } })],
    },
    {
        claim: "Every connection path keeps session affinity",
        when: "the settings do without",
        status: "warn",
        resources: [release({ service: { type: "LoadBalancer" } })],
        edgePlan: { ...edge, affinity: "none" },
    },
    {
        claim: "No client connects without",
        when: "the settings allow it",
        status: "warn",
        resources: [release({ additionalEnv: [{ name: "DOCKER_VERNEMQ_ALLOW_ANONYMOUS", value: "on" }] })],
    },
    { claim: "No client connects without", when: "they do not", status: "pass", resources: [release({})] },
    {
        claim: "No secret",
        when: "a password is in plain text",
        status: "fail",
        resources: [resource("a:b:C", "db", { login: { masterPassword: "hunter2" } })],
        detail: /db: login\.masterPassword/,
    },
    {
        claim: "No secret",
        when: "an environment variable holds one",
        status: "fail",
        resources: [release({ additionalEnv: [{ name: "API_TOKEN", value: "abc" }] })],
    },
    {
        claim: "No secret",
        when: "a private key is in plain text under any name",
        status: "fail",
        resources: [resource("a:b:C", "it", { data: { "x.pem": "-----BEGIN EC PRIVATE KEY-----\nMHc=" } })],
    },
    {
        claim: "No secret",
        when: "secrets are masked and names of Secrets are shown",
        status: "pass",
        resources: [
            resource("a:b:C", "it", { password: "[secret]", secretName: "vernemq-auth", tokenTtl: "1h" }),
            release({ secretMounts: [{ name: "auth", secret: "vernemq-auth" }] }),
        ],
        detail: /^1 values are masked$/,
    },
    {
        claim: "The control plane encrypts",
        when: "it is too old to do so by itself",
        status: "warn",
        resources: [cluster({ version: "1.27" })],
    },
    {
        claim: "The control plane encrypts",
        when: "it has a key",
        status: "pass",
        resources: [cluster({ version: "1.27", encryptionConfig: { provider: { keyArn: "${key.arn}" } } })],
    },
    {
        claim: "Pods are restricted",
        when: "they may become root",
        status: "warn",
        resources: [deployment({ containers: [{ name: "app", image: "app:1.0.0" }] })],
        detail: /container app may run as root/,
    },
    { claim: "Pods are restricted", when: "they are", status: "pass", resources: [deployment(restricted)] },
    {
        claim: "Pods mount no token",
        when: "they name no account and do not turn it off",
        status: "warn",
        resources: [deployment({ containers: [] })],
    },
    {
        claim: "Pods mount no token",
        when: "they turn it off",
        status: "pass",
        resources: [deployment({ ...restricted, automountServiceAccountToken: false })],
    },
    {
        claim: "Namespaces enforce",
        when: "that of the brokers is privileged",
        status: "warn",
        resources: [namespace("privileged"), release({}, { namespace: "messaging" })],
    },
    {
        claim: "Namespaces enforce",
        when: "that of the brokers is restricted",
        status: "pass",
        resources: [namespace("restricted"), release({}, { namespace: "messaging" })],
    },
];

/** The names of the checks that read connection paths. */
async function edgeCheckNames(): Promise<ReadonlySet<string>> {
    const { edge: edgePlan, resources } = await planOf(valid.eks);
    const checked = {
        edge: edgePlan,
        resources,
        found: findEdge(edgePlan.target, resources),
        nodes: nodeCapacity(resources),
    };
    return new Set(edgeChecks.flatMap((rule) => rule(checked)?.name ?? []));
}

describe("checks of a plan", () => {
    for (const { claim, when, status, resources, edgePlan, detail } of cases) {
        it(`"${claim}" when ${when}: ${status ?? "nothing to say"}`, () => {
            const found = check(claim, resources, edgePlan);
            assert.equal(found?.status, status, JSON.stringify(found));
            assert.match(found?.detail ?? "", detail ?? /(?:)/);
        });
    }

    it("every check is seen to pass and to fail or warn; those of the connection path in checks/", async () => {
        const ofPaths = await edgeCheckNames();
        const claims = new Map<string, Set<string>>();
        for (const { claim, resources, edgePlan } of cases) {
            const found = check(claim, resources, edgePlan);
            if (found !== undefined) {
                claims.set(found.name, (claims.get(found.name) ?? new Set()).add(found.status));
            }
        }
        const everywhere = new Set(
            cases
                .flatMap(({ resources, edgePlan }) => planWith(resources, edgePlan).checks)
                .map(({ name }) => name)
                .filter((name) => !ofPaths.has(name)),
        );
        assert.deepEqual(new Set(claims.keys()), everywhere);
        for (const [name, statuses] of claims) {
            assert.ok(statuses.has("pass") && statuses.size > 1, `${name}: ${[...statuses].join()}`);
        }
    });
});

describe("checks of real stacks", () => {
    for (const target of ["eks", "gke", "aks", "doks", "existing"] as const) {
        it(`none is broken on ${target}`, async () => {
            const { checks } = await planOf(change(valid[target], "vernemq:broker", { replicas: 3 }));
            assert.deepEqual(
                checks.filter(({ status }) => status === "fail"),
                [],
            );
            assert.ok(checks.length >= 13, checks.map(({ name }) => name).join("\n"));
        });
    }
});
