import assert from "node:assert/strict";
import { drain } from "../../../components/edge/haproxy/drain";
import { cidrName } from "../../../components/aws/listeners";
import { compare } from "../../../plan/changes/from-comparison";
import type { Plan } from "../../../plan/plan";
import { loadUpdateRules } from "../../../plan/changes/update-rules";
import { encryptedPair } from "../../certificates";
import { change, childrenOf, only, originLabels, planOf, valid, type StackConfig } from "../../support";

const tags = { ManagedBy: "pulumi", Project: "vernemq", Stack: "test" };
const pem = {
    source: "pem",
    pem: encryptedPair,
};

const withEdge = (settings: object, base: StackConfig = valid.eks) => change(base, "vernemq:edge", { ...settings });
const withPem = change(valid.eks, "vernemq:certificate", pem);
const tlsAtHaproxy = withEdge({ terminateTls: "haproxy" }, withPem);

function withoutDns(config: StackConfig): StackConfig {
    return Object.fromEntries(Object.entries(config).filter(([group]) => group !== "vernemq:dns"));
}

const targetGroup = (plan: Plan, listener: string) =>
    only(plan, "aws:lb/targetGroup:TargetGroup", `vernemq-edge-${listener}`).inputs;
const listenerOf = (plan: Plan, listener: string) =>
    only(plan, "aws:lb/listener:Listener", `vernemq-edge-${listener}-listener`).inputs;

/** What every target group of the valid configuration has in common. */
const commonTargets = {
    connectionTermination: true,
    deregistrationDelay: 60,
    ipAddressType: "ipv4",
    preserveClientIp: "false",
    protocol: "TCP",
    proxyProtocolV2: true,
    tags: { ...tags, "kubernetes.io/cluster/vernemq-test-638e11": "shared" },
    targetType: "ip",
    vpcId: "${vernemq-cluster-network-vpc.id}",
};
const haproxyCheck = {
    healthyThreshold: 2,
    interval: 10,
    matcher: "200",
    path: "/healthz",
    port: "8405",
    protocol: "HTTP",
    timeout: 6,
    unhealthyThreshold: 2,
};

describe("the Network Load Balancer", () => {
    it("consists of exactly these resources", async () => {
        const plan = await planOf(valid.eks);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:edge:NetworkLoadBalancer")), [
            "aws:ec2/securityGroup:SecurityGroup vernemq-edge-security-group",
            "aws:lb/listener:Listener vernemq-edge-mqtts-listener",
            "aws:lb/listener:Listener vernemq-edge-wss-listener",
            "aws:lb/loadBalancer:LoadBalancer vernemq-edge-nlb",
            "aws:lb/targetGroup:TargetGroup vernemq-edge-mqtts",
            "aws:lb/targetGroup:TargetGroup vernemq-edge-wss",
            "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule vernemq-edge-to-pods-8405",
            "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule vernemq-edge-to-pods-8443",
            "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule vernemq-edge-to-pods-8883",
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule vernemq-edge-into-pods-8405",
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule vernemq-edge-into-pods-8443",
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule vernemq-edge-into-pods-8883",
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule vernemq-edge-mqtts-from-0-0-0-0-0",
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule vernemq-edge-wss-from-0-0-0-0-0",
            "kubernetes:core/v1:Service vernemq-edge-service",
            "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding vernemq-edge-mqtts-binding",
            "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding vernemq-edge-wss-binding",
        ]);
    });

    it("faces the internet from the public subnets, across zones, protected", async () => {
        const balancer = only(await planOf(valid.eks), "aws:lb/loadBalancer:LoadBalancer");
        assert.deepEqual(balancer.inputs, {
            enableCrossZoneLoadBalancing: true,
            enableDeletionProtection: true,
            internal: false,
            ipAddressType: "ipv4",
            loadBalancerType: "network",
            securityGroups: ["${vernemq-edge-security-group.id}"],
            subnets: ["a", "b", "c"].map((zone) => `\${vernemq-cluster-network-public-${zone}.id}`),
            tags,
        });
        assert.equal(balancer.protect, true);
    });

    it("stays inside the VPC with exposure internal", async () => {
        const plan = await planOf(withoutDns(withEdge({ exposure: "internal", terminateTls: "cloud" }, withPem)));
        const { internal, subnets } = only(plan, "aws:lb/loadBalancer:LoadBalancer").inputs;
        assert.equal(internal, true);
        assert.deepEqual(
            subnets,
            ["a", "b", "c"].map((zone) => `\${vernemq-cluster-network-private-${zone}.id}`),
        );
    });

    it("terminates TLS with the issued certificate and hands the client's address to HAProxy, which keeps affinity", async () => {
        const plan = await planOf(valid.eks);
        assert.deepEqual(listenerOf(plan, "mqtts"), {
            certificateArn: "${vernemq-acm-validation.certificateArn}",
            defaultActions: [{ targetGroupArn: "${vernemq-edge-mqtts.arn}", type: "forward" }],
            loadBalancerArn: "${vernemq-edge-nlb.arn}",
            port: 8883,
            protocol: "TLS",
            sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
            tags,
        });
        assert.equal(listenerOf(plan, "wss")["port"], 443);
        assert.deepEqual(targetGroup(plan, "mqtts"), { ...commonTargets, healthCheck: haproxyCheck, port: 8883 });
        assert.deepEqual(targetGroup(plan, "wss"), { ...commonTargets, healthCheck: haproxyCheck, port: 8443 });
    });

    it("takes nothing below TLS 1.3 where that is requested", async () => {
        const plan = await planOf(withEdge({ minimumTlsVersion: "1.3" }));
        assert.equal(listenerOf(plan, "mqtts")["sslPolicy"], "ELBSecurityPolicy-TLS13-1-3-2021-06");
    });

    it("is sticky by source address and holds idle connections where HAProxy terminates TLS", async () => {
        const plan = await planOf(withEdge({ keepaliveSeconds: 1200 }, tlsAtHaproxy));
        assert.deepEqual(listenerOf(plan, "mqtts"), {
            defaultActions: [{ targetGroupArn: "${vernemq-edge-mqtts.arn}", type: "forward" }],
            loadBalancerArn: "${vernemq-edge-nlb.arn}",
            port: 8883,
            protocol: "TCP",
            tags,
            tcpIdleTimeoutSeconds: 1830,
        });
        assert.deepEqual(targetGroup(plan, "mqtts"), {
            ...commonTargets,
            healthCheck: haproxyCheck,
            port: 8883,
            stickiness: { enabled: true, type: "source_ip" },
        });
    });

    it("is not sticky where a fleet behind one address is spread by client id", async () => {
        const plan = await planOf(withEdge({ affinity: "client-id" }, tlsAtHaproxy));
        assert.equal(targetGroup(plan, "mqtts")["stickiness"], undefined);
    });

    it("reaches VerneMQ's own listeners where no affinity is requested, and checks them with the header that they take", async () => {
        const plan = await planOf(withEdge({ affinity: "none" }));
        assert.deepEqual(targetGroup(plan, "mqtts"), {
            ...commonTargets,
            healthCheck: {
                healthyThreshold: 2,
                interval: 10,
                port: "traffic-port",
                protocol: "TCP",
                timeout: 6,
                unhealthyThreshold: 2,
            },
            port: 1883,
        });
        assert.deepEqual(only(plan, "kubernetes:core/v1:Service", "vernemq-edge-service").inputs["spec"], {
            type: "ClusterIP",
            selector: { "app.kubernetes.io/instance": "vernemq", "app.kubernetes.io/name": "vernemq" },
            ports: [
                { name: "mqtts", port: 8883, protocol: "TCP", targetPort: 1883 },
                { name: "wss", port: 443, protocol: "TCP", targetPort: 8080 },
            ],
        });
    });

    it("opens a plain listener only by name, and then with the idle timeout of its hop", async () => {
        const plan = await planOf(withEdge({ listeners: ["mqtts", "mqtt"] }));
        assert.deepEqual(listenerOf(plan, "mqtt"), {
            defaultActions: [{ targetGroupArn: "${vernemq-edge-mqtt.arn}", type: "forward" }],
            loadBalancerArn: "${vernemq-edge-nlb.arn}",
            port: 1883,
            protocol: "TCP",
            tags,
            tcpIdleTimeoutSeconds: 350,
        });
    });

    it("lets in the allowed networks and nothing else", async () => {
        const plan = await planOf(
            withEdge({ allowedCidrs: ["198.51.100.0/24", "2001:db8::/32"], listeners: ["mqtts"] }),
        );
        const clients = plan.resources.filter(
            ({ type, inputs }) =>
                type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" &&
                inputs["securityGroupId"] === "${vernemq-edge-security-group.id}",
        );
        const common = {
            description: "Clients of mqtts",
            fromPort: 8883,
            ipProtocol: "tcp",
            securityGroupId: "${vernemq-edge-security-group.id}",
            tags,
            toPort: 8883,
        };
        assert.deepEqual(
            clients.map(({ inputs }) => inputs),
            [
                { ...common, cidrIpv4: "198.51.100.0/24" },
                { ...common, cidrIpv6: "2001:db8::/32" },
            ],
        );
    });

    it("reaches the pods on their ports and on no others", async () => {
        const plan = await planOf(withEdge({ affinity: "none", listeners: ["mqtts", "mqtt"] }));
        const intoPods = plan.resources.filter(
            ({ inputs }) => inputs["referencedSecurityGroupId"] === "${vernemq-edge-security-group.id}",
        );
        // Both listeners end at one port of VerneMQ, and AWS refuses the same rule twice.
        assert.deepEqual(
            intoPods.map(({ inputs }) => inputs),
            [
                {
                    description: "Network Load Balancer of VerneMQ",
                    fromPort: 1883,
                    ipProtocol: "tcp",
                    referencedSecurityGroupId: "${vernemq-edge-security-group.id}",
                    securityGroupId: "${vernemq-cluster-control-plane.vpcConfig.clusterSecurityGroupId}",
                    tags,
                    toPort: 1883,
                },
            ],
        );
    });

    it("has the controller keep the Service's pods in its target groups", async () => {
        const plan = await planOf(valid.eks);
        const binding = only(plan, "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding", "vernemq-edge-wss-binding");
        assert.deepEqual(binding.inputs, {
            apiVersion: "elbv2.k8s.aws/v1beta1",
            kind: "TargetGroupBinding",
            metadata: { namespace: "messaging", labels: originLabels },
            spec: {
                ipAddressType: "ipv4",
                serviceRef: { name: "vernemq-edge", port: "wss" },
                targetGroupARN: "${vernemq-edge-wss.arn}",
                targetType: "ip",
                vpcID: "${vernemq-cluster-network-vpc.id}",
            },
        });
        assert.deepEqual(binding.options.replaceOnChanges, [
            "spec.ipAddressType",
            "spec.targetGroupARN",
            "spec.targetType",
            "spec.vpcID",
        ]);
        assert.deepEqual(only(plan, "kubernetes:core/v1:Service", "vernemq-edge-service").inputs, {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "vernemq-edge", namespace: "messaging", labels: originLabels },
            spec: {
                type: "ClusterIP",
                selector: { "app.kubernetes.io/instance": "vernemq-edge", "app.kubernetes.io/name": "haproxy" },
                ports: [
                    { name: "mqtts", port: 8883, protocol: "TCP", targetPort: 8883 },
                    { name: "wss", port: 443, protocol: "TCP", targetPort: 8443 },
                ],
            },
        });
    });

    it("deregisters a pod before the pod stops taking connections", () => {
        assert.ok(commonTargets.deregistrationDelay < drain.preStopSeconds);
    });

    it("moves to another target group without a gap: new ones come before old ones go", async () => {
        const [before, after] = [await planOf(valid.eks), await planOf(withEdge({ affinity: "none" }))];
        const changes = compare(
            before,
            after,
            await loadUpdateRules([...before.resources, ...after.resources]),
        ).changes;
        const replaced = changes
            .filter(({ action }) => action === "replace")
            .map(({ name, because, deletedFirst }) => ({ name, because, deletedFirst }));
        const expected = ["mqtts", "wss"].flatMap((listener) => [
            { name: `vernemq-edge-${listener}-binding`, because: ["spec.targetGroupARN"], deletedFirst: false },
            { name: `vernemq-edge-${listener}`, because: ["port"], deletedFirst: false },
        ]);
        for (const one of expected) {
            assert.deepEqual(
                replaced.find(({ name }) => name === one.name),
                one,
            );
        }
        const listener = changes.find(({ name }) => name === "vernemq-edge-mqtts-listener");
        assert.equal(listener?.action, "update");
    });
});

describe("cidrName", () => {
    it("makes part of a name of any network", () => {
        assert.equal(cidrName("203.0.113.0/24"), "203-0-113-0-24");
        assert.equal(cidrName("2001:db8::/32"), "2001-db8-32");
    });
});
