import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider";
import {
    InvalidArgumentsError,
    VerneMq,
    type VerneMqArgs,
    type VerneMqOptions,
    type VerneMqTransform,
} from "../../../components";
import { planVerneMqEdge } from "../../../components/vernemq/edge";
import { kindProblems } from "../../../components/vernemq/kinds";
import { valueOf } from "../../../components/common/property-path";
import type { PlannedResource } from "../../../plan/graph";
import { record } from "../../../plan/run";

const least: VerneMqArgs = {
    host: "mqtt.example.com",
    acceptLicense: true,
    issuerName: "letsencrypt",
    users: [{ name: "device" }],
};

/** The resources of a program with one component, each as `type name`, and their inputs by that. */
async function planned(
    args: VerneMqArgs,
    opts: () => VerneMqOptions = () => ({}),
): Promise<Readonly<Record<string, PlannedResource["inputs"]>>> {
    const config = { project: "user", stack: "test", values: {}, keysWithDecryptedValues: new Set<string>() };
    const { resources, rejections } = await record(config, () => {
        const { endpoints, passwords } = new VerneMq("mqtt", args, opts());
        return Promise.resolve({ endpoints, passwords });
    });
    assert.deepEqual(rejections, []);
    return Object.fromEntries(resources.map(({ type, name, inputs }) => [`${type} ${name}`, inputs]));
}

function problemsOf(args: VerneMqArgs): readonly string[] {
    try {
        planVerneMqEdge("mqtt", args);
    } catch (error) {
        assert.ok(error instanceof InvalidArgumentsError);
        assert.ok(pulumi.RunError.isInstance(error), "a program shows it without a stack");
        assert.ok(pulumi.InputPropertiesError.isInstance(error), "other languages get it by property");
        return error.errors.map(({ propertyPath }) => propertyPath);
    }
    return [];
}

describe("VerneMq, one component on a cluster that exists already,", () => {
    it("is brokers, a certificate, HAProxy and the Service that devices connect to, and nothing else", async () => {
        const kubernetes = Object.keys(await planned(least)).filter((key) => key.startsWith("kubernetes:"));
        assert.deepEqual(kubernetes.sort(), [
            "kubernetes:apps/v1:Deployment mqtt-haproxy-deployment",
            "kubernetes:cert-manager.io/v1:Certificate mqtt-certificate-certificate",
            "kubernetes:core/v1:ConfigMap mqtt-haproxy-config",
            "kubernetes:core/v1:Namespace mqtt-broker-namespace",
            "kubernetes:core/v1:Secret mqtt-broker-auth",
            "kubernetes:core/v1:Secret mqtt-broker-cookie",
            "kubernetes:core/v1:Service mqtt-broker-internal",
            "kubernetes:core/v1:Service mqtt-edge-service",
            "kubernetes:helm.sh/v3:Release mqtt-broker-release",
            "kubernetes:networking.k8s.io/v1:NetworkPolicy mqtt-broker-network-policy",
            "kubernetes:networking.k8s.io/v1:NetworkPolicy mqtt-haproxy-network-policy",
            "kubernetes:policy/v1:PodDisruptionBudget mqtt-haproxy-disruption-budget",
        ]);
    });

    it("has a provider that changes ConfigMaps in place, unless it is given one", async () => {
        const own = (await planned(least))["pulumi:providers:kubernetes mqtt-cluster-kubernetes"];
        assert.equal(own?.["enableConfigMapMutable"], "true");
        const given = await planned(least, () => ({ provider: new Provider("theirs", { kubeconfig: "{}" }) }));
        assert.deepEqual(
            Object.keys(given).filter((key) => key.startsWith("pulumi:providers:kubernetes")),
            ["pulumi:providers:kubernetes theirs"],
        );
    });

    it("has TLS terminated by HAProxy and the client's address sent to brokers that demand it", async () => {
        const plan = await planned(least);
        const data = plan["kubernetes:core/v1:ConfigMap mqtt-haproxy-config"]?.["data"] as Record<string, string>;
        const config = Object.values(data).find((text) => text.includes("frontend")) ?? "";
        assert.match(config, /bind [^\n]*ssl crt/);
        assert.match(config, /send-proxy-v2/);
        const release = JSON.stringify(plan["kubernetes:helm.sh/v3:Release mqtt-broker-release"]);
        assert.match(release, /PROXY_PROTOCOL","value":"on"/i);
    });

    it("pulls from a mirror with its credentials, and takes the chart from a registry", async () => {
        const plan = await planned({
            ...least,
            imageMirror: "registry.example.com/mirror",
            imageRegistryUsername: "cluster",
            imageRegistryPassword: pulumi.secret("correct horse"),
            chartSource: "oci://registry.example.com/charts/vernemq",
        });
        const release = plan["kubernetes:helm.sh/v3:Release mqtt-broker-release"] ?? {};
        assert.equal(release["chart"], "oci://registry.example.com/charts/vernemq");
        assert.equal(valueOf(release, "values.image.repository"), "registry.example.com/mirror/vernemq/vernemq");
        const pod = valueOf(plan["kubernetes:apps/v1:Deployment mqtt-haproxy-deployment"], "spec.template.spec");
        assert.match(
            String(valueOf(pod, "containers.0.image")),
            /^registry\.example\.com\/mirror\/haproxytech\/haproxy-alpine:/,
        );
        const secret = plan["kubernetes:core/v1:Secret mqtt-broker-image-registry"] ?? {};
        assert.equal(secret["type"], "kubernetes.io/dockerconfigjson");
        assert.ok(!JSON.stringify(plan).includes("correct horse"));
        const name = valueOf(secret, "metadata.name");
        assert.deepEqual(valueOf(pod, "imagePullSecrets"), [{ name }]);
        assert.deepEqual(valueOf(release, "values.statefulset.imagePullSecrets"), [name]);
    });

    it("says what is wrong with where charts and images come from", () => {
        assert.deepEqual(problemsOf({ ...least, chartSource: "http://charts.example.com" }), ["chartSource"]);
        assert.deepEqual(problemsOf({ ...least, imageMirror: "mirror" }), ["imageMirror"]);
        assert.deepEqual(problemsOf({ ...least, imageRegistryUsername: "cluster" }), [
            "imageMirror",
            "imageRegistryPassword",
        ]);
    });

    /** The transform of each Kubernetes object; what the release says is the chart's `values` too. */
    const transforms = {
        "Deployment mqtt-haproxy-deployment": "deployment",
        "ConfigMap mqtt-haproxy-config": "configMap",
        "NetworkPolicy mqtt-haproxy-network-policy": "networkPolicy",
        "PodDisruptionBudget mqtt-haproxy-disruption-budget": "podDisruptionBudget",
        "Namespace mqtt-broker-namespace": "namespace",
        "Secret mqtt-broker-auth": "auth",
        "Secret mqtt-broker-cookie": "cookie",
        "Secret mqtt-broker-settings": "secretSettings",
        "Secret mqtt-broker-image-registry": "imageRegistry",
        "Service mqtt-broker-internal": "internalService",
        "NetworkPolicy mqtt-broker-network-policy": "brokerNetworkPolicy",
        "Service mqtt-edge-service": "service",
        "Certificate mqtt-certificate-certificate": "certificate",
        "Secret mqtt-certificate-secret-secret": "certificateSecret",
    } as const satisfies Readonly<Record<string, keyof VerneMqTransform>>;

    const everything: VerneMqArgs = {
        ...least,
        secretSettings: { "vmq_bridge.tcp.br0.password": "a-password-of-theirs" },
        imageMirror: "registry.example.com",
        imageRegistryUsername: "cluster",
        imageRegistryPassword: "a-password-of-theirs",
    };

    for (const { title, args } of [
        { title: "with an issuer", args: everything },
        { title: "with a self-signed certificate", args: { ...everything, issuerName: undefined, selfSigned: true } },
    ]) {
        it(`hands each child's arguments to the user's transform, ${title}`, async () => {
            const labels = { team: "iot" };
            const transform = Object.fromEntries(
                Object.values(transforms).map((name) => [name, { metadata: { labels } }]),
            );
            const plan = await planned(args, () => ({ transform }));
            const kubernetes = Object.entries(plan).filter(
                ([key]) => key.startsWith("kubernetes:") && !key.includes("helm.sh"),
            );
            const without = kubernetes.filter(([, inputs]) => valueOf(inputs, "metadata.labels.team") !== "iot");
            assert.deepEqual(
                without.map(([key]) => key),
                [],
            );
            const known = Object.keys(transforms);
            assert.deepEqual(
                kubernetes.map(([key]) => key.replace(/^.*:/, "")).filter((key) => !known.includes(key)),
                [],
            );
        });
    }

    it("hands the release and the chart's values to the user's transform", async () => {
        const plan = await planned(least, () => ({
            transform: { release: { timeout: 77 }, values: (values) => ({ ...values, replicaCount: 5 }) },
        }));
        const release = plan["kubernetes:helm.sh/v3:Release mqtt-broker-release"];
        assert.equal(release?.["timeout"], 77);
        assert.equal(valueOf(release, "values.replicaCount"), 5);
    });

    it("names everything that is wrong with its arguments at once, by property", () => {
        assert.deepEqual(problemsOf({ ...least, replicas: 0, listeners: ["mqtts", "ftp"], privateKeyPem: "key" }), [
            "listeners[1]",
            "replicas",
            "certificatePem",
        ]);
    });

    it("refuses what lets no client in, or keeps a password in plain text", () => {
        assert.deepEqual(problemsOf({ ...least, users: [] }), ["users"]);
        assert.deepEqual(problemsOf({ ...least, allowAnonymous: true }), ["allowAnonymous"]);
        assert.deepEqual(problemsOf({ ...least, settings: { "vmq_diversity.postgres.password": "x" } }), [
            'settings["vmq_diversity.postgres.password"]',
        ]);
        assert.deepEqual(problemsOf({ ...least, users: [{ name: "device", password: "short" }] }), [
            "users[0].password",
        ]);
    });

    it("asks for a certificate in the words of its arguments", () => {
        assert.deepEqual(problemsOf({ ...least, issuerName: undefined }), ["certificatePem"]);
        assert.deepEqual(problemsOf({ ...least, issuerName: undefined, listeners: ["mqtt"] }), []);
        assert.deepEqual(problemsOf({ ...least, selfSigned: true }), ["selfSigned"]);
    });

    it("demands what decides its structure in plain", () => {
        const users = pulumi.output([{ name: "device" }]) as unknown as VerneMqArgs["users"];
        assert.deepEqual(problemsOf({ ...least, users }), ["users"]);
        const host = pulumi.output("mqtt.example.com") as unknown as string;
        assert.deepEqual(problemsOf({ ...least, host }), ["host"]);
        const inside = { name: "device", password: pulumi.secret("correct horse") };
        const serviceAnnotations = pulumi.output({ a: "b" }) as unknown as VerneMqArgs["serviceAnnotations"];
        assert.deepEqual(problemsOf({ ...least, users: [inside], serviceAnnotations }), []);
    });

    for (const { title, args, path, reason } of [
        { title: "a list that is none", args: { users: "device" }, path: "users", reason: /^a list of users, / },
        {
            title: "a user without a name",
            args: { users: [{ nam: "a" }] },
            path: "users",
            reason: /^a list of users, /,
        },
        { title: "null", args: { acl: null }, path: "acl", reason: /^a list of strings$/ },
        { title: "a number in quotes", args: { replicas: "3" }, path: "replicas", reason: /^a number$/ },
        {
            title: "a number for a string",
            args: { settings: { a: 1 } },
            path: "settings",
            reason: /^a map of strings$/,
        },
        {
            title: "another word",
            args: { exposure: "publik" },
            path: "exposure",
            reason: /^one of public, internal, node-port, cluster-ip$/,
        },
        { title: "no host", args: { host: undefined }, path: "host", reason: /^it is required$/ },
        {
            title: "a mistyped name",
            args: { replicaz: 3 },
            path: "replicaz",
            reason: /^there is no such argument; did you mean replicas\?$/,
        },
    ]) {
        it(`says to a program without a compiler what is wrong: ${title}`, () => {
            const problems = kindProblems({ ...least, ...args } as unknown as VerneMqArgs);
            assert.deepEqual(
                problems.map(({ propertyPath }) => propertyPath),
                [path],
            );
            assert.match(problems[0]?.reason ?? "", reason);
        });
    }

    it("says so where it is given no arguments at all", () => {
        assert.deepEqual(problemsOf(undefined as unknown as VerneMqArgs), ["host"]);
    });
});
