import assert from "node:assert/strict";
import { podAdditions, type PodAdditionsInput } from "../../components/broker/helm/pod-additions";
import { additionsAnnotation, postRenderer } from "../../components/broker/post-render";
import type { EdgePlan } from "../../components/edge/plan";
import type { Check } from "../../plan/checks";
import type { PlannedResource } from "../../plan/graph";
import { change, planOf, sound } from "../support";
import { edge, hop, planWith, resource, stackUrn, urn } from "./support";

/** The check of a claim; undefined where the plan has nothing that it is about. */
function check(claim: string, resources: readonly PlannedResource[], edgePlan: EdgePlan = edge): Check | undefined {
    return planWith(resources, edgePlan).checks.find(({ name }) => name.startsWith(claim));
}

function configMap(text: string): PlannedResource {
    return resource("kubernetes:core/v1:ConfigMap", "config", { data: { "haproxy.cfg": text } });
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
    return release({ statefulset: { annotations: { [additionsAnnotation]: text } } }, { postrender: postRenderer });
}

interface Case {
    readonly claim: string;
    readonly when: string;
    readonly status: Check["status"] | undefined;
    readonly resources: readonly PlannedResource[];
    readonly edgePlan?: EdgePlan;
    readonly detail?: RegExp;
}

const soundConfig = "defaults\n  bind :8883 ssl crt /tls.pem\n  ssl-min-ver TLSv1.2\n  balance source\n";
const listener = (inputs: Readonly<Record<string, unknown>>) =>
    resource("aws:lb/listener:Listener", "listener", inputs);
const atNlb: EdgePlan = {
    ...edge,
    hops: [
        hop("aws-nlb", { terminatesTls: true, sends: "v2" }),
        hop("haproxy", { affinity: "source-ip" }),
        hop("vernemq"),
    ],
};
const passed = { terminatesTls: true } as const;
const webSocket: NonNullable<EdgePlan["webSocket"]> = {
    via: "ingress",
    controller: "traefik",
    forwardedHops: 1,
    certificateSource: "pem",
    hops: [hop("ingress-controller", passed), hop("haproxy", { affinity: "source-ip" }), hop("vernemq")],
};
const withoutEdge: EdgePlan = {
    ...edge,
    exposure: "none",
    listeners: [{ name: "mqtt", port: 1883, tls: false, broker: "mqtt" }],
    hops: [hop("vernemq")],
};
const withIngress: EdgePlan = { ...edge, webSocket };
const ingress = (spec: Readonly<Record<string, unknown>>) =>
    resource("kubernetes:networking.k8s.io/v1:Ingress", "ingress", { spec });
const service = (spec: Readonly<Record<string, unknown>>) =>
    resource("kubernetes:core/v1:Service", "service", { spec });
const cluster = (inputs: Readonly<Record<string, unknown>>, other: Partial<PlannedResource> = {}) =>
    resource("aws:eks/cluster:Cluster", "cluster", inputs, other);
const pool = (count: number, labels: Readonly<Record<string, string>>) =>
    resource("digitalocean:index/kubernetesNodePool:KubernetesNodePool", "pool", { nodeCount: count, labels });
const selector = { dedicated: "yes" };
const flag = (name: string) => ({ name: `DOCKER_VERNEMQ_ALLOW_${name}_DURING_NETSPLIT`, value: "on" });
const proxyOn = { name: "DOCKER_VERNEMQ_LISTENER__TCP__DEFAULT__PROXY_PROTOCOL", value: "on" };

const cases: readonly Case[] = [
    {
        claim: "TLS ends",
        when: "at one hop that has a certificate",
        status: "pass",
        resources: [configMap(soundConfig)],
    },
    {
        claim: "TLS ends",
        when: "nowhere",
        status: "fail",
        resources: [],
        edgePlan: { ...edge, hops: [hop("haproxy"), hop("vernemq")] },
        detail: /TLS ends at 0 hops/,
    },
    {
        claim: "TLS ends",
        when: "twice",
        status: "fail",
        resources: [configMap(soundConfig), listener({ protocol: "TLS", certificateArn: "x" })],
        edgePlan: { ...edge, hops: [hop("aws-nlb", passed), hop("haproxy", passed), hop("vernemq")] },
        detail: /TLS ends at 2 hops/,
    },
    {
        claim: "TLS ends",
        when: "at VerneMQ",
        status: "fail",
        resources: [],
        edgePlan: { ...edge, hops: [hop("vernemq", passed)] },
        detail: /VerneMQ itself/,
    },
    {
        claim: "TLS ends",
        when: "at a hop that no resource gives a certificate",
        status: "fail",
        resources: [listener({ protocol: "TCP" })],
        edgePlan: atNlb,
        detail: /no resource gives aws-nlb a certificate/,
    },
    {
        claim: "TLS ends",
        when: "no listener uses TLS",
        status: undefined,
        resources: [],
        edgePlan: { ...edge, listeners: [{ name: "mqtt", port: 1883, tls: false, broker: "mqtt" }] },
    },
    { claim: "A device", when: "HAProxy balances by source", status: "pass", resources: [configMap(soundConfig)] },
    {
        claim: "A device",
        when: "HAProxy balances by turns",
        status: "fail",
        resources: [configMap("balance roundrobin")],
        detail: /no resource sets affinity at haproxy/,
    },
    {
        claim: "A device",
        when: "the target group is sticky in the way of another product",
        status: "fail",
        resources: [
            resource("aws:lb/targetGroup:TargetGroup", "group", { stickiness: { enabled: true, type: "lb_cookie" } }),
        ],
        edgePlan: { ...edge, hops: [hop("aws-nlb", { affinity: "source-ip" }), hop("vernemq")] },
    },
    {
        claim: "A device",
        when: "affinity is not wanted",
        status: "warn",
        resources: [],
        edgePlan: { ...edge, affinity: "none" },
    },
    { claim: "TLS 1.2", when: "HAProxy sets its minimum", status: "pass", resources: [configMap(soundConfig)] },
    {
        claim: "TLS 1.2",
        when: "WebSocket clients come in through an Ingress, which has a setting of its own",
        status: "pass",
        resources: [configMap(soundConfig)],
        edgePlan: withIngress,
        detail: /^TLS 1\.2 or later; for wss what ingress-controller is set to$/,
    },
    { claim: "TLS 1.2", when: "HAProxy sets none", status: "fail", resources: [configMap("bind :8883 ssl crt x")] },
    {
        claim: "TLS 1.2",
        when: "an AWS listener has an old policy",
        status: "fail",
        resources: [listener({ certificateArn: "x", sslPolicy: "ELBSecurityPolicy-2016-08" })],
        edgePlan: atNlb,
        detail: /listener: sslPolicy is ELBSecurityPolicy-2016-08/,
    },
    {
        claim: "TLS 1.2",
        when: "an AWS listener has a policy of TLS 1.3",
        status: "pass",
        resources: [listener({ certificateArn: "x", sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" })],
        edgePlan: atNlb,
    },
    {
        claim: "TLS 1.2",
        when: "an Azure gateway of a dated API accepts TLS 1.0",
        status: "fail",
        resources: [
            resource("azure-native:network/v20240501:ApplicationGateway", "gateway", {
                sslPolicy: { minProtocolVersion: "TLSv1_0" },
            }),
        ],
        edgePlan: { ...edge, hops: [hop("azure-application-gateway", passed), hop("vernemq")] },
    },
    {
        claim: "Plain MQTT",
        when: "a Service inside the cluster serves it",
        status: "pass",
        resources: [service({ type: "ClusterIP", ports: [{ port: 1883 }] })],
    },
    {
        claim: "Plain MQTT",
        when: "a load balancer serves it",
        status: "fail",
        resources: [service({ type: "LoadBalancer", ports: [{ port: 1883 }] })],
        detail: /^service$/,
    },
    {
        claim: "Plain MQTT",
        when: "a forwarding rule serves it",
        status: "fail",
        resources: [resource("gcp:compute/globalForwardingRule:GlobalForwardingRule", "rule", { portRange: "1883" })],
        detail: /^rule$/,
    },
    {
        claim: "Plain MQTT",
        when: "it was asked for",
        status: "warn",
        resources: [],
        edgePlan: { ...edge, listeners: [{ name: "mqtt", port: 1883, tls: false, broker: "mqtt" }] },
    },
    {
        claim: "Plain MQTT",
        when: "VerneMQ's own Service is inside the cluster",
        status: "pass",
        resources: [release({ service: { type: "ClusterIP", mqtt: { port: 1883 } } })],
        edgePlan: withoutEdge,
        detail: /only pods of the cluster/,
    },
    {
        claim: "Plain MQTT",
        when: "VerneMQ's own Service has a load balancer",
        status: "warn",
        resources: [release({ service: { type: "LoadBalancer", mqtt: { port: 1883 } } })],
        edgePlan: withoutEdge,
        detail: /in the clear/,
    },
    {
        claim: "No idle timer",
        when: "a timer is shorter than one and a half keepalives",
        status: "fail",
        resources: [],
        edgePlan: { ...edge, hops: [hop("haproxy", { idleTimeoutSeconds: 89 }), hop("vernemq")] },
        detail: /haproxy cuts after 89 s/,
    },
    {
        claim: "No idle timer",
        when: "a timer is just as long",
        status: "pass",
        resources: [],
        edgePlan: { ...edge, hops: [hop("haproxy", { idleTimeoutSeconds: 90 }), hop("vernemq")] },
    },
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
        when: "one broker has none",
        status: "warn",
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
        claim: "Each broker has a node",
        when: "the pool has as many nodes as brokers",
        status: "pass",
        resources: [release({ nodeSelector: selector, podAntiAffinity: "hard" }), pool(3, selector)],
    },
    {
        claim: "Each broker has a node",
        when: "the pool has fewer",
        status: "fail",
        resources: [release({ nodeSelector: selector, podAntiAffinity: "hard" }), pool(2, selector)],
        detail: /3 brokers on 2 nodes/,
    },
    {
        claim: "Each broker has a node",
        when: "no pool carries the labels",
        status: "fail",
        resources: [release({ nodeSelector: selector, podAntiAffinity: "hard" }), pool(3, { dedicated: "no" })],
        detail: /no node pool carries the labels/,
    },
    {
        claim: "Each broker has a node",
        when: "two may share one",
        status: "fail",
        resources: [release({ nodeSelector: selector, podAntiAffinity: "soft" }), pool(3, selector)],
        detail: /podAntiAffinity is not hard/,
    },
    {
        claim: "Each broker has a node",
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
        claim: "Each broker has a node",
        when: "the nodes are not ours and no two brokers share one",
        status: "pass",
        resources: [release({ podAntiAffinity: "hard" })],
        detail: /the cluster needs 3/,
    },
    {
        claim: "Each broker has a node",
        when: "the nodes are not ours and two may share one",
        status: "fail",
        resources: [release({})],
        detail: /podAntiAffinity is not hard/,
    },
    {
        claim: "Few powerful brokers",
        when: "many are small",
        status: "warn",
        resources: [release({ replicaCount: 5, resources: { requests: { cpu: "1900m" } } })],
        detail: /^5 brokers reserve 1\.9 cores each$/,
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
        claim: "TLS ends exactly once",
        when: "there is no edge",
        status: "warn",
        resources: [],
        edgePlan: { ...edge, exposure: "none", listeners: [], hops: [hop("vernemq")] },
        detail: /plain MQTT to VerneMQ's own Service/,
    },
    {
        claim: "TLS ends exactly once",
        when: "WebSocket clients come in through an Ingress with TLS",
        status: "pass",
        resources: [configMap(soundConfig), ingress({ tls: [{ hosts: ["ws.example.com"] }] })],
        edgePlan: withIngress,
        detail: /ingress-controller for wss/,
    },
    {
        claim: "TLS ends exactly once",
        when: "their Ingress has none",
        status: "fail",
        resources: [configMap(soundConfig), ingress({})],
        edgePlan: withIngress,
        detail: /no resource gives ingress-controller a certificate/,
    },
    {
        claim: "No idle timer",
        when: "the ingress controller's is too short",
        status: "fail",
        resources: [],
        edgePlan: {
            ...withIngress,
            webSocket: {
                ...webSocket,
                hops: [hop("ingress-controller", { terminatesTls: true, idleTimeoutSeconds: 60 }), hop("vernemq")],
            },
        },
        detail: /ingress-controller cuts after 60 s/,
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
        claim: "The brokers have an Erlang cookie",
        when: "it comes from a Secret",
        status: "pass",
        resources: [added({ cookieSecretName: "cookies" })],
        detail: /a random one, in a Secret/,
    },
    {
        claim: "The brokers have an Erlang cookie",
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
    {
        claim: "VerneMQ expects",
        when: "a header is sent and expected",
        status: "pass",
        resources: [release({ additionalEnv: [proxyOn] })],
    },
    { claim: "VerneMQ expects", when: "a header is sent and not expected", status: "fail", resources: [release({})] },
    {
        claim: "VerneMQ expects",
        when: "a header is expected and not sent",
        status: "fail",
        resources: [release({ additionalEnv: [proxyOn] })],
        edgePlan: { ...edge, hops: [hop("node-port"), hop("vernemq")] },
        detail: /demands a header that no hop sends/,
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
        claim: "The cluster is protected",
        when: "by Pulumi",
        status: "pass",
        resources: [cluster({}, { protect: true })],
    },
    {
        claim: "The cluster is protected",
        when: "by the cloud",
        status: "pass",
        resources: [cluster({ deletionProtection: true })],
    },
    { claim: "The cluster is protected", when: "by nobody", status: "warn", resources: [cluster({})] },
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
        detail: /^class$/,
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
        detail: /cluster lets anyone in/,
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
        detail: /chart of release/,
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
        detail: /example\.com:5000\/haproxy in it/,
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
        when: "secrets are closed and names of Secrets stand open",
        status: "pass",
        resources: [
            resource("a:b:C", "it", { password: "[secret]", secretName: "vernemq-auth", tokenTtl: "1h" }),
            release({ secretMounts: [{ name: "auth", secret: "vernemq-auth" }] }),
        ],
        detail: /^1 values are closed$/,
    },
];

describe("checks of a plan", () => {
    for (const { claim, when, status, resources, edgePlan, detail } of cases) {
        it(`"${claim}" when ${when}: ${status ?? "nothing to say"}`, () => {
            const found = check(claim, resources, edgePlan);
            assert.equal(found?.status, status, JSON.stringify(found));
            assert.match(found?.detail ?? "", detail ?? /(?:)/);
        });
    }

    it("every check is seen to hold and to be broken or doubted", () => {
        const claims = new Map<string, Set<string>>();
        for (const { claim, resources, edgePlan } of cases) {
            const found = check(claim, resources, edgePlan);
            if (found !== undefined) {
                claims.set(found.name, (claims.get(found.name) ?? new Set()).add(found.status));
            }
        }
        const everywhere = new Set(
            cases.flatMap(({ resources, edgePlan }) => planWith(resources, edgePlan).checks).map(({ name }) => name),
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
            const { checks } = await planOf(change(sound[target], "vernemq:broker", { replicas: 3 }));
            assert.deepEqual(
                checks.filter(({ status }) => status === "fail"),
                [],
            );
            assert.ok(checks.length >= 13, checks.map(({ name }) => name).join("\n"));
        });
    }
});
