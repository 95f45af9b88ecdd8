import assert from "node:assert/strict";
import { drain } from "../../../../components/edge/haproxy/drain";
import { haproxyPod, type HaproxyPodInput } from "../../../../components/edge/haproxy/pod";
import { connectionsPerBroker, haproxyPorts, localPorts } from "../../../../components/edge/haproxy/ports";
import { haproxyResources } from "../../../../components/edge/haproxy/resources";
import { certificateRenewal } from "../../../../components/edge/haproxy/tls";
import { dedicatedPlacement } from "../../../../components/common/cluster-handle";
import { CertificateAuthority } from "../../../../lab/certificates";
import type { PlannedResource } from "../../../../plan/graph";
import type { Plan } from "../../../../plan/plan";
import { at, listAt } from "../../../../simulation/provider";
import { validPem } from "../../../certificates";
import { change, childrenOf, only, planOf, valid } from "../../../support";

const deploymentType = "kubernetes:apps/v1:Deployment";

function tierOf(plan: Plan): PlannedResource {
    return only(plan, "vernemq:edge:HaproxyTier");
}

function deploymentOf(plan: Plan): PlannedResource {
    return only(plan, deploymentType, "vernemq-haproxy-deployment");
}

function podOf(plan: Plan): unknown {
    return at(deploymentOf(plan).inputs, "spec.template.spec");
}

function configOf(plan: Plan): Record<string, string> {
    const { inputs } = only(plan, "kubernetes:core/v1:ConfigMap", "vernemq-haproxy-config");
    return at(inputs, "data") as Record<string, string>;
}

function checksum(plan: Plan): string | undefined {
    const annotations = at(deploymentOf(plan).inputs, "spec.template.metadata.annotations");
    return (annotations as Record<string, string>)["vernemq.io/config-checksum"];
}

const labels = { "app.kubernetes.io/name": "haproxy", "app.kubernetes.io/instance": "vernemq-edge" };

const podInput: HaproxyPodInput = {
    image: "haproxy:3.3",
    maxConnections: 1000,
    configMapName: "config",
    certificateSecretName: "certificate",
    ports: { mqtts: 8883, health: 8404 },
    onBrokerNodes: false,
    brokerPlacement: { nodeSelector: {}, tolerations: [] },
    brokerPodLabels: { app: "vernemq" },
};

describe("the HAProxy tier", () => {
    it("is a ConfigMap, a Deployment, a PodDisruptionBudget and a NetworkPolicy", async () => {
        const plan = await planOf(valid.existing);
        assert.deepEqual(childrenOf(plan, tierOf(plan)), [
            "kubernetes:apps/v1:Deployment vernemq-haproxy-deployment",
            "kubernetes:core/v1:ConfigMap vernemq-haproxy-config",
            "kubernetes:networking.k8s.io/v1:NetworkPolicy vernemq-haproxy-network-policy",
            "kubernetes:policy/v1:PodDisruptionBudget vernemq-haproxy-disruption-budget",
        ]);
    });

    it("runs as an unprivileged user, on a read-only root, without privileges or a token", async () => {
        const pod = podOf(await planOf(valid.existing));
        assert.equal(at(pod, "automountServiceAccountToken"), false);
        assert.deepEqual(at(pod, "securityContext"), {
            fsGroup: 1000,
            runAsGroup: 1000,
            runAsNonRoot: true,
            runAsUser: 1000,
            seccompProfile: { type: "RuntimeDefault" },
            sysctls: [{ name: "net.ipv4.ip_local_port_range", value: "10240 65535" }],
        });
        const [container, ...others] = listAt(pod, "containers");
        assert.deepEqual(others, []);
        assert.deepEqual(at(container, "securityContext"), {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            privileged: false,
            readOnlyRootFilesystem: true,
        });
        assert.deepEqual(
            listAt(container, "volumeMounts").map((mount) => [at(mount, "mountPath"), at(mount, "readOnly") ?? false]),
            [
                ["/edge/config", true],
                ["/edge/certificate", true],
                ["/edge/run", false],
            ],
        );
        assert.deepEqual(at(container, "command"), ["haproxy", "-W", "-db", "-f", "/edge/config/haproxy.cfg"]);
    });

    it("takes connections for longer than a load balancer sends them, and has time for the rest before it is killed", async () => {
        const pod = podOf(await planOf(valid.existing));
        const sleep = at(listAt(pod, "containers")[0], "lifecycle.preStop.exec.command");
        assert.deepEqual(sleep, ["sleep", drain.preStopSeconds.toString()]);
        const seconds: Readonly<Record<keyof typeof drain, number>> = drain;
        assert.ok(seconds.preStopSeconds > seconds.deregistrationSeconds);
        assert.ok(seconds.terminationGracePeriodSeconds > seconds.preStopSeconds + seconds.softStopSeconds);
        assert.equal(at(pod, "terminationGracePeriodSeconds"), drain.terminationGracePeriodSeconds);
    });

    it("probes readiness and life on a port that no client reaches", async () => {
        const plan = await planOf(valid.existing);
        const [container] = listAt(podOf(plan), "containers");
        assert.deepEqual(at(container, "readinessProbe.httpGet"), { path: "/healthz", port: 8404 });
        assert.deepEqual(at(container, "livenessProbe.httpGet"), { path: "/livez", port: 8404 });
        // The longest that a paced listener waits when HAProxy has forgotten to wake it (docs/explain/edge.md, "A herd of devices").
        assert.equal(at(container, "readinessProbe.periodSeconds"), 5);
        assert.deepEqual(
            listAt(container, "ports").map((port) => [at(port, "name"), at(port, "containerPort")]),
            [
                ["mqtts", 8883],
                ["wss", 8443],
                ["health", 8404],
            ],
        );
    });

    it("opens the probe behind a PROXY header, and holds no certificate, where an AWS load balancer terminates TLS", async () => {
        const plan = await planOf(valid.eks);
        const [container] = listAt(podOf(plan), "containers");
        assert.deepEqual(
            listAt(container, "ports").map((port) => at(port, "containerPort")),
            [8883, 8443, 8404, 8405],
        );
        assert.deepEqual(
            listAt(podOf(plan), "volumes").map((volume) => at(volume, "name")),
            ["config"],
        );
        assert.deepEqual(Object.keys(configOf(plan)), ["haproxy.cfg"]);
    });

    it("mounts further certificates beside the first one, each from its Secret, in one volume", () => {
        const { volumes } = haproxyPod({
            ...podInput,
            furtherCertificates: [{ folder: "rsa", secretName: "certificate-rsa" }],
        });
        const source = (name: string, folder: string) => ({
            secret: {
                name,
                items: ["tls.crt", "tls.key"].map((file) => ({ key: file, path: `${folder}${file}` })),
            },
        });
        assert.deepEqual(listAt({ volumes }, "volumes")[1], {
            name: "certificate",
            projected: {
                defaultMode: 0o440,
                sources: [source("certificate", ""), source("certificate-rsa", "rsa/")],
            },
        });
    });

    it("is not rolled by another client CA or revocation list, which HAProxy takes over, unless it is too long for that", async () => {
        const stack = (ca: string, crl?: string) =>
            planOf(
                change(valid.existing, "vernemq:edge", { clientCertificates: { ca, crl, commonNameAsUser: false } }),
            );
        const others = await Promise.all(
            Array.from({ length: 30 }, async (_, index) => (await CertificateAuthority.create(`CA ${index}`)).pem),
        );
        const before = checksum(await stack(validPem.ca));
        assert.equal(checksum(await stack(validPem.ca + (others[0] ?? ""))), before);
        assert.notEqual(checksum(await stack(validPem.ca, validPem.crl)), before, "another configuration");
        assert.ok(others.join("").length > 15_000);
        assert.notEqual(checksum(await stack(validPem.ca + others.join(""))), before);
    });

    it("is rolled by a change of its configuration: the pods carry its checksum", async () => {
        const before = await planOf(valid.existing);
        const again = await planOf(valid.existing);
        const after = await planOf(change(valid.existing, "vernemq:edge", { keepaliveSeconds: 100 }));
        assert.match(checksum(before) ?? "", /^[0-9a-f]{64}$/);
        assert.equal(checksum(before), checksum(again));
        assert.notEqual(checksum(before), checksum(after));
    });

    it("finds the client CA and the revocation list in the ConfigMap, and the Lua that watches the certificate", async () => {
        const clientCertificates = {
            ca: validPem.ca,
            crl: validPem.crl,
            commonNameAsUser: true,
        };
        const data = configOf(await planOf(change(valid.existing, "vernemq:edge", { clientCertificates })));
        assert.deepEqual(Object.keys(data).sort(), [
            "certificate-renewal.lua",
            "client-ca.pem",
            "client-crl.pem",
            "haproxy.cfg",
        ]);
        assert.equal(data["certificate-renewal.lua"], certificateRenewal);
        assert.equal(data["client-ca.pem"], clientCertificates.ca);
        assert.equal(data["client-crl.pem"], clientCertificates.crl);
        assert.match(data["haproxy.cfg"] ?? "", /send-proxy-v2-ssl-cn/);
    });

    it("keeps all pods but one through disruptions, and starts a new one before an old one goes", async () => {
        const plan = await planOf(valid.existing);
        assert.deepEqual(at(only(plan, "kubernetes:policy/v1:PodDisruptionBudget").inputs, "spec"), {
            maxUnavailable: 1,
            selector: { matchLabels: labels },
            unhealthyPodEvictionPolicy: "AlwaysAllow",
        });
        assert.equal(at(deploymentOf(plan).inputs, "spec.replicas"), 2);
        assert.deepEqual(at(deploymentOf(plan).inputs, "spec.strategy"), {
            type: "RollingUpdate",
            rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
        });
    });

    it("lets traffic in on its own ports and out to brokers and DNS, and nothing else", async () => {
        const plan = await planOf(valid.existing);
        const { inputs } = only(
            plan,
            "kubernetes:networking.k8s.io/v1:NetworkPolicy",
            "vernemq-haproxy-network-policy",
        );
        const tcp = (...ports: readonly number[]) => ports.map((port) => ({ port, protocol: "TCP" }));
        assert.deepEqual(at(inputs, "spec"), {
            podSelector: { matchLabels: labels },
            policyTypes: ["Ingress", "Egress"],
            ingress: [{ ports: tcp(8883, 8443, 8404) }],
            egress: [
                {
                    to: [
                        {
                            podSelector: {
                                matchLabels: {
                                    "app.kubernetes.io/name": "vernemq",
                                    "app.kubernetes.io/instance": "vernemq",
                                },
                            },
                        },
                    ],
                    ports: tcp(1883, 8080, 8888),
                },
                { ports: [{ port: 53, protocol: "UDP" }, ...tcp(53)] },
            ],
        });
    });
});

describe("a HAProxy pod", () => {
    it("stays off VerneMQ's nodes by their labels, or by the brokers that run there", () => {
        assert.deepEqual(haproxyPod(podInput).affinity, {
            podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                    { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "vernemq" } } },
                ],
            },
        });
        const labelled = haproxyPod({ ...podInput, brokerPlacement: dedicatedPlacement });
        assert.deepEqual(labelled.affinity, {
            nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                    nodeSelectorTerms: [
                        { matchExpressions: [{ key: "vernemq.io/dedicated", operator: "NotIn", values: ["true"] }] },
                    ],
                },
            },
        });
        assert.equal(labelled.tolerations, undefined);
    });

    it("tolerates the taint of VerneMQ's nodes where it may run there", () => {
        const pod = haproxyPod({ ...podInput, brokerPlacement: dedicatedPlacement, onBrokerNodes: true });
        assert.deepEqual(pod.tolerations, dedicatedPlacement.tolerations);
        assert.equal(pod.affinity, undefined);
        assert.equal(haproxyPod({ ...podInput, onBrokerNodes: true }).tolerations, undefined);
    });

    it("is spread over nodes, and over zones where there are some, one revision at a time", () => {
        const common = {
            maxSkew: 1,
            labelSelector: { matchLabels: labels },
            matchLabelKeys: ["pod-template-hash"],
            nodeAffinityPolicy: "Honor",
            nodeTaintsPolicy: "Honor",
        };
        assert.deepEqual(haproxyPod(podInput).topologySpreadConstraints, [
            { ...common, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "DoNotSchedule" },
            { ...common, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway" },
        ]);
    });

    it("reserves memory and CPU for the connections that it takes", () => {
        assert.deepEqual(haproxyResources(50_000), {
            requests: { cpu: "600m", memory: "2082Mi" },
            limits: { memory: "2472Mi" },
        });
        assert.deepEqual(haproxyResources(100).requests, { cpu: "100m", memory: "132Mi" });
    });

    it("has local ports to brokers that are not its own", () => {
        assert.equal(connectionsPerBroker, 55_296);
        assert.ok(Object.values(haproxyPorts).every((port) => port < localPorts.first && port > 1024));
    });
});
