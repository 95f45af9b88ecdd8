import assert from "node:assert/strict";
import { aws } from "../../../simulation/aws";
import type { Properties, SimulatedResource, World } from "../../../simulation/provider";
import { change, valid, tryPlan } from "../../support";

/** A resource of the world around the one that is judged: its type and inputs, by name. */
type Context = Readonly<Record<string, readonly [type: string, inputs: Properties]>>;

function resource(name: string, type: string, inputs: Properties): SimulatedResource {
    return { name, type, inputs, symbol: (property) => `\${${name}.${property}}` };
}

/** The properties by which the simulated cloud would refuse a resource, in the order of its rules. */
function refused(type: string, inputs: Properties, context: Context = {}, name = "subject"): string[] {
    const others = Object.entries(context).map(([own, [otherType, otherInputs]]) =>
        resource(own, otherType, otherInputs),
    );
    const subject = resource(name, type, inputs);
    const world: World = {
        resources: [...others, subject],
        resolve: (reference) => {
            const own = typeof reference === "string" ? /^\$\{([^.}]+)\./.exec(reference)?.[1] : undefined;
            return others.find((other) => other.name === own);
        },
    };
    const model = aws.models[type];
    assert.ok(model, type);
    return (model.rules ?? []).flatMap((rule) => rule.brokenBy(subject, world) ?? []);
}

const types = {
    vpc: "aws:ec2/vpc:Vpc",
    subnet: "aws:ec2/subnet:Subnet",
    nat: "aws:ec2/natGateway:NatGateway",
    route: "aws:ec2/route:Route",
    securityGroup: "aws:ec2/securityGroup:SecurityGroup",
    ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    template: "aws:ec2/launchTemplate:LaunchTemplate",
    role: "aws:iam/role:Role",
    rolePolicy: "aws:iam/rolePolicy:RolePolicy",
    attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    key: "aws:kms/key:Key",
    logs: "aws:cloudwatch/logGroup:LogGroup",
    cluster: "aws:eks/cluster:Cluster",
    nodes: "aws:eks/nodeGroup:NodeGroup",
    addon: "aws:eks/addon:Addon",
    entry: "aws:eks/accessEntry:AccessEntry",
    access: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    identity: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    balancer: "aws:lb/loadBalancer:LoadBalancer",
    targets: "aws:lb/targetGroup:TargetGroup",
    listener: "aws:lb/listener:Listener",
    certificate: "aws:acm/certificate:Certificate",
    record: "aws:route53/record:Record",
} as const;

const trustPods = JSON.stringify({
    Statement: [{ Principal: { Service: "pods.eks.amazonaws.com" }, Action: ["sts:AssumeRole", "sts:TagSession"] }],
});
const trustEks = JSON.stringify({
    Statement: [{ Principal: { Service: "eks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const context: Context = {
    vpc: [types.vpc, { cidrBlock: "10.0.0.0/16" }],
    a: [types.subnet, { vpcId: "${vpc.id}", availabilityZone: "eu-central-1a", cidrBlock: "10.0.0.0/19" }],
    b: [types.subnet, { vpcId: "${vpc.id}", availabilityZone: "eu-central-1b", cidrBlock: "10.0.32.0/19" }],
    a2: [types.subnet, { vpcId: "${vpc.id}", availabilityZone: "eu-central-1a", cidrBlock: "10.0.64.0/19" }],
    pods: [types.role, { assumeRolePolicy: trustPods }],
    eks: [types.role, { assumeRolePolicy: trustEks }],
    x86: [types.template, { instanceType: "m7i.large" }],
    sticky: [types.targets, { protocol: "TCP", stickiness: { enabled: true, type: "source_ip" } }],
    plain: [types.targets, { protocol: "TCP" }],
    encrypted: [types.targets, { protocol: "TLS" }],
    pending: [types.certificate, { domainName: "mqtt.example.com", validationMethod: "DNS" }],
    taken: [types.listener, { loadBalancerArn: "${nlb.arn}", port: 443 }],
    rule: [
        types.ingress,
        { securityGroupId: "sg-1", ipProtocol: "tcp", fromPort: 1, toPort: 1, cidrIpv4: "10.0.0.0/8" },
    ],
    named: [types.cluster, { name: "old", accessConfig: { authenticationMode: "CONFIG_MAP" } }],
};

/** A valid resource of each type. */
const good = {
    [types.vpc]: { cidrBlock: "10.0.0.0/16" },
    [types.subnet]: { vpcId: "${vpc.id}", availabilityZone: "eu-central-1c", cidrBlock: "10.0.96.0/19" },
    [types.nat]: { allocationId: "${address.id}", subnetId: "${a.id}" },
    [types.route]: { routeTableId: "${table.id}", destinationCidrBlock: "0.0.0.0/0", gatewayId: "${gateway.id}" },
    [types.securityGroup]: { description: "Network Load Balancer of VerneMQ", vpcId: "${vpc.id}" },
    [types.ingress]: {
        securityGroupId: "sg-1",
        ipProtocol: "tcp",
        fromPort: 8883,
        toPort: 8883,
        cidrIpv4: "0.0.0.0/0",
    },
    [types.template]: {
        metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [{ ebs: { volumeType: "gp3", volumeSize: 50 } }],
    },
    [types.role]: { assumeRolePolicy: trustEks, description: "A role" },
    [types.rolePolicy]: { role: "${eks.name}", policy: "{}" },
    [types.attachment]: { role: "${eks.name}", policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" },
    [types.key]: { deletionWindowInDays: 30 },
    [types.logs]: { name: "/aws/eks/vernemq/cluster", retentionInDays: 30 },
    [types.cluster]: {
        name: "vernemq",
        version: "1.35",
        roleArn: "${eks.arn}",
        accessConfig: { authenticationMode: "API" },
        vpcConfig: { subnetIds: ["${a.id}", "${b.id}"], publicAccessCidrs: ["203.0.113.0/24"] },
        enabledClusterLogTypes: ["api"],
        encryptionConfig: { resources: ["secrets"] },
    },
    [types.nodes]: {
        scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 1 },
        amiType: "AL2023_x86_64_STANDARD",
        launchTemplate: { id: "${x86.id}" },
        taints: [{ key: "vernemq.io/dedicated", value: "true", effect: "NO_SCHEDULE" }],
    },
    [types.addon]: {
        addonName: "vpc-cni",
        configurationValues: '{"enableNetworkPolicy":"true"}',
        podIdentityAssociations: [{ serviceAccount: "aws-node", roleArn: "${pods.arn}" }],
    },
    [types.entry]: { clusterName: "vernemq", principalArn: "arn:aws:iam::123456789012:role/Admin" },
    [types.access]: {
        accessScope: { type: "cluster" },
        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
    },
    [types.identity]: { namespace: "kube-system", serviceAccount: "controller", roleArn: "${pods.arn}" },
    [types.balancer]: { loadBalancerType: "network", subnets: ["${a.id}", "${b.id}"] },
    [types.targets]: {
        protocol: "TCP",
        port: 8883,
        targetType: "ip",
        stickiness: { enabled: true, type: "source_ip" },
        healthCheck: { protocol: "TCP", interval: 10, timeout: 6, healthyThreshold: 2, unhealthyThreshold: 2 },
    },
    [types.listener]: {
        loadBalancerArn: "${nlb.arn}",
        port: 8883,
        protocol: "TLS",
        certificateArn: "${validation.certificateArn}",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        defaultActions: [{ type: "forward", targetGroupArn: "${plain.arn}" }],
    },
    [types.certificate]: { domainName: "mqtt.example.com", validationMethod: "DNS" },
    [types.record]: {
        zoneId: "Z0123456789ABCDEFGHIJ",
        name: "mqtt.example.com",
        type: "CNAME",
        ttl: 60,
        records: ["x"],
    },
} as const satisfies Record<string, Properties>;

const tcp = { protocol: "TCP", certificateArn: undefined, sslPolicy: undefined };
const to = (group: string) => ({ defaultActions: [{ type: "forward", targetGroupArn: `\${${group}.arn}` }] });

/** What AWS refuses: the change to a valid resource and the property that is to blame. */
const refusals: readonly (readonly [claim: string, type: keyof typeof good, change: Properties, property: string])[] = [
    ["a TLS listener before a sticky target group", types.listener, to("sticky"), "defaultActions[0].targetGroupArn"],
    ["a TLS listener without certificate", types.listener, { certificateArn: undefined }, "certificateArn"],
    ["a TLS listener without security policy", types.listener, { sslPolicy: undefined }, "sslPolicy"],
    ["a security policy of another kind", types.listener, { sslPolicy: "TLS-1-2" }, "sslPolicy"],
    ["a TCP listener with a certificate", types.listener, { ...tcp, certificateArn: "arn" }, "certificateArn"],
    ["an idle timeout on a TLS listener", types.listener, { tcpIdleTimeoutSeconds: 350 }, "tcpIdleTimeoutSeconds"],
    ["an idle timeout below 60 s", types.listener, { ...tcp, tcpIdleTimeoutSeconds: 59 }, "tcpIdleTimeoutSeconds"],
    ["an idle timeout above 6000 s", types.listener, { ...tcp, tcpIdleTimeoutSeconds: 6001 }, "tcpIdleTimeoutSeconds"],
    [
        "a TCP listener before a TLS target group",
        types.listener,
        { ...tcp, ...to("encrypted") },
        "defaultActions[0].targetGroupArn",
    ],
    ["a certificate that is not validated yet", types.listener, { certificateArn: "${pending.arn}" }, "certificateArn"],
    ["a second listener on a port", types.listener, { port: 443 }, "port"],
    ["a protocol that no listener has", types.listener, { ...tcp, protocol: "MQTT" }, "protocol"],
    ["stickiness on a TLS target group", types.targets, { protocol: "TLS" }, "stickiness.enabled"],
    [
        "stickiness by cookie on a TCP target group",
        types.targets,
        { stickiness: { enabled: true, type: "lb_cookie" } },
        "stickiness.type",
    ],
    [
        "the SDK's spelling of source_ip",
        types.targets,
        { stickiness: { enabled: true, type: "sourceIp" } },
        "stickiness.type",
    ],
    [
        "a path for a TCP health check",
        types.targets,
        { healthCheck: { protocol: "TCP", path: "/" } },
        "healthCheck.path",
    ],
    [
        "health checks every second",
        types.targets,
        { healthCheck: { protocol: "TCP", interval: 1 } },
        "healthCheck.interval",
    ],
    [
        "a health check that outlasts its interval",
        types.targets,
        { healthCheck: { interval: 10, timeout: 10 } },
        "healthCheck.timeout",
    ],
    ["a deregistration delay over an hour", types.targets, { deregistrationDelay: 3601 }, "deregistrationDelay"],
    ["a target group's name of 33 characters", types.targets, { name: "a".repeat(33) }, "name"],
    ["a name that ends with a hyphen", types.balancer, { name: "vernemq-" }, "name"],
    ["two subnets of one zone", types.balancer, { subnets: ["${a.id}", "${a2.id}"] }, "subnets"],
    ["a load balancer without subnets", types.balancer, { subnets: [] }, "subnets"],
    [
        "a cluster in one zone",
        types.cluster,
        { vpcConfig: { subnetIds: ["${a.id}", "${a2.id}"] } },
        "vpcConfig.subnetIds",
    ],
    ["a cluster with one subnet", types.cluster, { vpcConfig: { subnetIds: ["subnet-1"] } }, "vpcConfig.subnetIds"],
    [
        "IPv6 networks for the API of an IPv4 cluster",
        types.cluster,
        { vpcConfig: { subnetIds: ["s-1", "s-2"], publicAccessCidrs: ["2001:db8::/32"] } },
        "vpcConfig.publicAccessCidrs[0]",
    ],
    [
        "a network with bits beyond its prefix",
        types.cluster,
        { vpcConfig: { subnetIds: ["s-1", "s-2"], publicAccessCidrs: ["203.0.113.7/24"] } },
        "vpcConfig.publicAccessCidrs[0]",
    ],
    [
        "an API without endpoint",
        types.cluster,
        { vpcConfig: { subnetIds: ["s-1", "s-2"], endpointPublicAccess: false } },
        "vpcConfig.endpointPublicAccess",
    ],
    [
        "a log that the control plane does not write",
        types.cluster,
        { enabledClusterLogTypes: ["kubelet"] },
        "enabledClusterLogTypes[0]",
    ],
    [
        "encryption of something else than secrets",
        types.cluster,
        { encryptionConfig: { resources: ["configmaps"] } },
        "encryptionConfig.resources[0]",
    ],
    ["a cluster role that EKS may not take", types.cluster, { roleArn: "${pods.arn}" }, "roleArn"],
    ["a cluster's name of 101 characters", types.cluster, { name: "a".repeat(101) }, "name"],
    ["a patch version of Kubernetes", types.cluster, { version: "1.35.2" }, "version"],
    [
        "an unknown authentication mode",
        types.cluster,
        { accessConfig: { authenticationMode: "IAM" } },
        "accessConfig.authenticationMode",
    ],
    [
        "no room for a node",
        types.nodes,
        { scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 0 } },
        "scalingConfig.maxSize",
    ],
    [
        "more nodes asked for than there may be",
        types.nodes,
        { scalingConfig: { minSize: 1, desiredSize: 4, maxSize: 3 } },
        "scalingConfig.desiredSize",
    ],
    [
        "a lower limit above the upper one",
        types.nodes,
        { scalingConfig: { minSize: 4, desiredSize: 4, maxSize: 3 } },
        "scalingConfig.minSize",
    ],
    ["a taint in Kubernetes' spelling", types.nodes, { taints: [{ key: "a", effect: "NoSchedule" }] }, "taints[0]"],
    ["an instance type in template and group", types.nodes, { instanceTypes: ["m7i.large"] }, "instanceTypes"],
    ["a disk size beside a template", types.nodes, { diskSize: 50 }, "diskSize"],
    ["an ARM image for x86 instances", types.nodes, { amiType: "AL2023_ARM_64_STANDARD" }, "amiType"],
    ["a version that is no add-on's", types.addon, { addonVersion: "1.20.4" }, "addonVersion"],
    [
        "a configuration that is no JSON",
        types.addon,
        { configurationValues: "enableNetworkPolicy: true" },
        "configurationValues",
    ],
    [
        "a truth value where the add-on wants a text",
        types.addon,
        { configurationValues: '{"enableNetworkPolicy":true}' },
        "configurationValues",
    ],
    [
        "an add-on's role that pods may not take",
        types.addon,
        { podIdentityAssociations: [{ roleArn: "${eks.arn}" }] },
        "podIdentityAssociations[0].roleArn",
    ],
    ["a pod identity whose role pods may not take", types.identity, { roleArn: "${eks.arn}" }, "roleArn"],
    ["access entries for a cluster that reads a config map", types.entry, { clusterName: "old" }, "clusterName"],
    [
        "an access entry for a group",
        types.entry,
        { principalArn: "arn:aws:iam::123456789012:group/Admins" },
        "principalArn",
    ],
    [
        "an IAM policy where an access policy is due",
        types.access,
        { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
        "policyArn",
    ],
    ["a VPC larger than /16", types.vpc, { cidrBlock: "10.0.0.0/15" }, "cidrBlock"],
    ["a subnet outside its VPC", types.subnet, { cidrBlock: "10.1.0.0/19" }, "cidrBlock"],
    ["a subnet that overlaps another", types.subnet, { cidrBlock: "10.0.32.0/20" }, "cidrBlock"],
    ["a public NAT gateway without address", types.nat, { allocationId: undefined }, "allocationId"],
    ["a route to two places", types.route, { natGatewayId: "${nat.id}" }, "gatewayId"],
    [
        "an apostrophe in a security group's description",
        types.securityGroup,
        { description: "VerneMQ's" },
        "description",
    ],
    ["a rule that points nowhere", types.ingress, { cidrIpv4: undefined }, "cidrIpv4"],
    ["a rule for a network with bits beyond its prefix", types.ingress, { cidrIpv4: "203.0.113.7/24" }, "cidrIpv4"],
    ["ports the wrong way round", types.ingress, { fromPort: 9000 }, "fromPort"],
    ["the same rule twice", types.ingress, { fromPort: 1, toPort: 1, cidrIpv4: "10.0.0.0/8" }, "fromPort"],
    [
        "IMDS tokens that are neither optional nor required",
        types.template,
        { metadataOptions: { httpTokens: "on" } },
        "metadataOptions.httpTokens",
    ],
    [
        "65 hops",
        types.template,
        { metadataOptions: { httpPutResponseHopLimit: 65 } },
        "metadataOptions.httpPutResponseHopLimit",
    ],
    [
        "a gp3 volume without size",
        types.template,
        { blockDeviceMappings: [{ ebs: { volumeType: "gp3", volumeSize: 0 } }] },
        "blockDeviceMappings[0].ebs.volumeSize",
    ],
    ["a trust policy that is no JSON", types.role, { assumeRolePolicy: "{" }, "assumeRolePolicy"],
    [
        "a trust policy of more than 2048 characters",
        types.role,
        { assumeRolePolicy: JSON.stringify("a".repeat(2100)) },
        "assumeRolePolicy",
    ],
    ["an inline policy that is no JSON", types.rolePolicy, { policy: "allow" }, "policy"],
    ["a policy's name where its ARN is due", types.attachment, { policyArn: "AmazonEKSClusterPolicy" }, "policyArn"],
    ["a key that is deleted within six days", types.key, { deletionWindowInDays: 6 }, "deletionWindowInDays"],
    ["a retention that CloudWatch does not know", types.logs, { retentionInDays: 31 }, "retentionInDays"],
    ["spaces in a log group's name", types.logs, { name: "my logs" }, "name"],
    [
        "a first name of more than 64 characters",
        types.certificate,
        { domainName: `${"a".repeat(60)}.example` },
        "domainName",
    ],
    [
        "a certificate without a way to validate it",
        types.certificate,
        { validationMethod: undefined },
        "validationMethod",
    ],
    [
        "an import without key",
        types.certificate,
        { domainName: undefined, validationMethod: undefined, certificateBody: "-----BEGIN CERTIFICATE-----" },
        "privateKey",
    ],
    [
        "a chain in a certificate's body",
        types.certificate,
        {
            domainName: undefined,
            validationMethod: undefined,
            privateKey: "k",
            certificateBody: "-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n",
        },
        "certificateBody",
    ],
    ["an alias with a time to live", types.record, { aliases: [{ name: "nlb" }], records: undefined }, "ttl"],
    ["a record without values", types.record, { records: undefined }, "records"],
    ["a zone's name where its id is due", types.record, { zoneId: "example.com" }, "zoneId"],
    ["a type that DNS does not know", types.record, { type: "ALIAS" }, "type"],
    ["a tag that starts with aws:", types.vpc, { tags: { "aws:owner": "me" } }, "tags.aws:owner"],
    ["51 tags", types.vpc, { tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`t${i}`, ""])) }, "tags"],
];

describe("the simulated AWS", () => {
    for (const [type, inputs] of Object.entries(good)) {
        it(`takes a valid ${type}`, () => {
            assert.deepEqual(refused(type, inputs, context), []);
        });
    }

    for (const [claim, type, wrong, property] of refusals) {
        it(`refuses ${claim}`, () => {
            assert.deepEqual(refused(type, { ...good[type], ...wrong }, context), [property]);
        });
    }

    it("refuses a logical name that leaves no room for the characters that Pulumi adds", () => {
        assert.deepEqual(refused(types.targets, good[types.targets], context, "a".repeat(24)), []);
        assert.deepEqual(refused(types.targets, good[types.targets], context, "a".repeat(25)), ["name"]);
    });

    it("refuses the eleventh managed policy of a role", () => {
        const attached = Object.fromEntries(
            Array.from({ length: 10 }, (_, index) => [
                `policy-${index}`,
                [types.attachment, good[types.attachment]] as const,
            ]),
        );
        assert.deepEqual(refused(types.attachment, good[types.attachment], attached), ["policyArn"]);
        const nine = Object.fromEntries(Object.entries(attached).slice(1));
        assert.deepEqual(refused(types.attachment, good[types.attachment], nine), []);
    });

    it("leaves alone what only the cloud knows", () => {
        assert.deepEqual(
            refused(types.cluster, {
                ...good[types.cluster],
                name: "${other.name}",
                roleArn: "${unknown.arn}",
                vpcConfig: { subnetIds: ["subnet-1", "subnet-2"] },
            }),
            [],
        );
    });

    it("names its own source for every rule", () => {
        for (const [type, model] of Object.entries(aws.models)) {
            for (const { text, source } of model.rules ?? []) {
                assert.match(source, /^https:\/\/docs\.aws\.amazon\.com\//, `${type}: ${text}`);
            }
        }
    });

    it("gives a launch template another version when something in it changes", () => {
        const model = aws.models[types.template];
        const version = (inputs: Properties) =>
            model?.outputs?.(resource("template", types.template, inputs), { resources: [], resolve: () => undefined })[
                "latestVersion"
            ];
        assert.equal(version({ instanceType: "m7i.large" }), version({ instanceType: "m7i.large" }));
        assert.notEqual(version({ instanceType: "m7i.large" }), version({ instanceType: "m7i.xlarge" }));
    });

    it("rejects a whole plan for what AWS would refuse", async () => {
        const { rejections } = await tryPlan(change(valid.eks, "vernemq:cluster", { tags: { "aws:team": "iot" } }));
        const cluster = rejections.find(({ name }) => name === "vernemq-cluster-control-plane");
        assert.equal(cluster?.property, "tags.aws:team");
        assert.equal(cluster.value, "iot");
    });
});
