import { encryptedPair, validPem } from "../certificates";
import { change, valid, validOperator, type StackConfig, throughIngress } from "../support";

/** A configuration that is refused, with the key that the error has to name and words that it has to hold. */
export interface BadConfiguration {
    readonly title: string;
    readonly config: StackConfig;
    readonly key: string;
    readonly rule: RegExp;
}

function bad(title: string, key: string, rule: RegExp, config: StackConfig): BadConfiguration {
    return { title, key, rule, config };
}

const { eks, gke, aks, doks, existing } = valid;

const cluster = (config: StackConfig, settings: Record<string, unknown>) => change(config, "vernemq:cluster", settings);
const broker = (settings: Record<string, unknown>, config: StackConfig = eks) =>
    change(config, "vernemq:broker", settings);
const edge = (settings: Record<string, unknown>, config: StackConfig = eks) => change(config, "vernemq:edge", settings);
const certificate = (config: StackConfig, settings: Record<string, unknown>) => ({
    ...config,
    "vernemq:certificate": settings,
});
const dns = (config: StackConfig, settings: Record<string, unknown>) => ({ ...config, "vernemq:dns": settings });
const without = (config: StackConfig, key: string): StackConfig =>
    Object.fromEntries(Object.entries(config).filter(([name]) => name !== key));
const metallb = { addresses: ["192.0.2.0/28"] };
const sealedSecret = { secure: "v1:x" };
const acmeOnDoks = dns(doks, { zone: "example.com", digitalocean: { token: sealedSecret } });

/** No edge: clients speak to VerneMQ's own Service. */
const plainExisting = edge(
    { exposure: "none", listeners: ["mqtt"], affinity: "none" },
    without(existing, "vernemq:certificate"),
);

/** The valid settings of the operator with others. */
const operated = (settings: Record<string, unknown>) => change(validOperator, "vernemq:broker", settings);
const operatorWith = (settings: Record<string, unknown>) =>
    operated({ operator: { ...validOperator["vernemq:broker"].operator, ...settings } });

/** VerneMQ's operator: what it cannot do, and what would do nothing with it. */
const operators: readonly BadConfiguration[] = [
    bad(
        "operator without images",
        "vernemq:broker.operator",
        /no published image.*vmq-operator#37/,
        broker({ engine: "operator" }),
    ),
    bad(
        "operator's settings with the chart",
        "vernemq:broker.operator",
        /engine is helm/,
        operated({ engine: "helm", replicas: 1 }),
    ),
    bad(
        "moving tag of the operator",
        "vernemq:broker.operator.image.tag",
        /latest/,
        operatorWith({ image: { repository: "registry.example.com/vmq-operator", tag: "latest" } }),
    ),
    bad(
        "VerneMQ 2 with the operator",
        "vernemq:broker.operator.version",
        /unsupported VerneMQ major version/,
        operatorWith({ version: "2.1.2" }),
    ),
    bad(
        "VerneMQ 1.6 with the operator",
        "vernemq:broker.operator.version",
        /1\.7 and later/,
        operatorWith({ version: "1.6.2" }),
    ),
    bad(
        "version that is none",
        "vernemq:broker.operator.version",
        /for example 1\.13\.0/,
        operatorWith({ version: "1.13" }),
    ),
    bad(
        "image of VerneMQ 2 with the operator",
        "vernemq:broker.image.tag",
        /configures this image as VerneMQ 1\.13\.0/,
        operated({ image: { tag: "2.1.2-alpine" } }),
    ),
    bad(
        "image of another 1.x",
        "vernemq:broker.image.tag",
        /configures this image as VerneMQ 1\.13\.0/,
        operated({ image: { tag: "1.12.6" } }),
    ),
    bad(
        "volumes of brokers that leave",
        "vernemq:broker.persistence.enabled",
        /leave the cluster at every stop/,
        operated({ persistence: { enabled: true } }),
    ),
    bad(
        "no volumes with brokers that stay",
        "vernemq:broker.persistence.enabled",
        /volumes are required/,
        operatorWith({ leavesOnStop: false }),
    ),
    bad(
        "another namespace than the operator's",
        "vernemq:broker.namespace",
        /compiled into it/,
        operated({ namespace: "iot" }),
    ),
    bad(
        "chart version with the operator",
        "vernemq:broker.chartVersion",
        /uses no chart/,
        operated({ chartVersion: "2.1.2" }),
    ),
    bad(
        "Service with the operator",
        "vernemq:broker.service",
        /vernemq-k8s/,
        operated({ service: { type: "ClusterIP" } }),
    ),
    bad(
        "zone spread with the operator",
        "vernemq:broker.zoneSpread",
        /no field for topology spread/,
        operated({ zoneSpread: "required" }),
    ),
    bad(
        "start-up time with the operator",
        "vernemq:broker.startupSeconds",
        /sets the probes itself/,
        operated({ startupSeconds: 600 }),
    ),
    bad(
        "claims of brokers that are scaled away",
        "vernemq:broker.persistence.whenScaled",
        /as Kubernetes does by default/,
        operated({ persistence: { enabled: false, whenScaled: "Retain" } }),
    ),
    bad(
        "listener's option with the operator",
        'vernemq:broker.settings["listener.tcp.allowed_protocol_versions"]',
        /by vmq-admin/,
        operated({ settings: { "listener.tcp.allowed_protocol_versions": "4,5" } }),
    ),
    bad(
        "long name of a Secret with the operator",
        "vernemq:broker.aclFrom.secret",
        /allows 45 characters/,
        operated({ aclFrom: { secret: "a".repeat(46) } }),
    ),
    bad(
        "dotted name of a Secret with the operator",
        "vernemq:broker.usersFrom.secret",
        /no dot/,
        operated({ users: [], usersFrom: { secret: "people.devices" } }),
    ),
    bad(
        "setting of the Erlang VM with the operator",
        'vernemq:broker.settings["erlang.max_ports"]',
        /writes vm\.args itself/,
        operated({ settings: { "erlang.max_ports": 100_000 } }),
    ),
    bad(
        "value that the pods' shell runs",
        "vernemq:broker.settings.systree_mountpoint",
        /through a shell/,
        operated({ settings: { systree_mountpoint: "`id`" } }),
    ),
    bad(
        "value that ends the shell's quotes",
        "vernemq:broker.settings.systree_mountpoint",
        /through a shell/,
        operated({ settings: { systree_mountpoint: '"; id; "' } }),
    ),
];

const keys: readonly BadConfiguration[] = [
    bad("no target", "vernemq:target", /needs a target/, without(eks, "vernemq:target")),
    bad("unknown target", "vernemq:target", /one of eks/, { ...eks, "vernemq:target": "ecs" }),
    bad("misspelt group", "vernemq:brokers", /no such setting/, { ...eks, "vernemq:brokers": {} }),
    bad("misspelt setting", "vernemq:broker.replica", /no such setting/, broker({ replica: 3 })),
    bad(
        "misspelt nested setting",
        "vernemq:broker.persistence.size",
        /no such setting/,
        broker({ persistence: { size: 3 } }),
    ),
    bad(
        "another target's setting",
        "vernemq:cluster.vnetCidr",
        /no such setting/,
        cluster(eks, { vnetCidr: "10.0.0.0/16" }),
    ),
    bad("group that is no object", "vernemq:broker", /an object/, { ...eks, "vernemq:broker": "three" }),
    bad("list instead of an object", "vernemq:edge", /an object/, { ...eks, "vernemq:edge": ["mqtt.example.com"] }),
    bad("no region on AWS", "aws:region", /region of AWS/, without(eks, "aws:region")),
    bad("malformed region on AWS", "aws:region", /region of AWS/, { ...eks, "aws:region": "Frankfurt" }),
    bad("no project on Google Cloud", "gcp:project", /project/, without(gke, "gcp:project")),
    bad("no region on Google Cloud", "gcp:region", /region/, without(gke, "gcp:region")),
    bad("no location on Azure", "azure-native:location", /location/, without(aks, "azure-native:location")),
];

const clusters: readonly BadConfiguration[] = [
    bad("no allow list for the API", "vernemq:cluster.apiAllowedCidrs", /required/, { ...eks, "vernemq:cluster": {} }),
    bad(
        "empty allow list",
        "vernemq:cluster.apiAllowedCidrs",
        /at least one network/,
        cluster(eks, { apiAllowedCidrs: [] }),
    ),
    bad(
        "bad CIDR in the allow list",
        "vernemq:cluster.apiAllowedCidrs[0]",
        /CIDR/,
        cluster(eks, { apiAllowedCidrs: ["203.0.113.0/33"] }),
    ),
    bad(
        "address without a prefix",
        "vernemq:cluster.apiAllowedCidrs[0]",
        /CIDR/,
        cluster(gke, { apiAllowedCidrs: ["203.0.113.7"] }),
    ),
    bad(
        "host bits in the VPC's network",
        "vernemq:cluster.vpcCidr",
        /no bits set/,
        cluster(eks, { vpcCidr: "10.0.0.1/16" }),
    ),
    bad(
        "a private API endpoint in a VPC that is still to be created",
        "vernemq:cluster.apiEndpoint",
        /nothing outside reaches a new VPC yet/,
        cluster(eks, { apiEndpoint: "private" }),
    ),
    bad("VPC too large", "vernemq:cluster.vpcCidr", /prefix/, cluster(eks, { vpcCidr: "10.0.0.0/8" })),
    bad("one zone on EKS", "vernemq:cluster.zones", /two zones/, cluster(eks, { zones: ["a"] })),
    bad(
        "zone by full name",
        "vernemq:cluster.zones[0]",
        /letter of a zone/,
        cluster(eks, { zones: ["eu-central-1a", "b"] }),
    ),
    bad(
        "Kubernetes version with a patch",
        "vernemq:cluster.version",
        /minor version/,
        cluster(eks, { version: "1.35.2" }),
    ),
    bad(
        "Kubernetes version as a number",
        "vernemq:cluster.version",
        /a string, not a number/,
        cluster(eks, { version: 1.35 }),
    ),
    bad("DOKS version that is no slug", "vernemq:cluster.version", /slug/, cluster(doks, { version: "1.35" })),
    bad("DOKS version latest", "vernemq:cluster.version", /slug/, cluster(doks, { version: "latest" })),
    bad("DOKS without a region", "vernemq:cluster.region", /required/, {
        ...doks,
        "vernemq:cluster": { version: "1.35.1-do.0", apiAllowedCidrs: ["203.0.113.0/24"] },
    }),
    bad(
        "log retention that CloudWatch lacks",
        "vernemq:cluster.logRetentionDays",
        /one of 7/,
        cluster(eks, { logRetentionDays: 31 }),
    ),
    bad("pods overlap nodes", "vernemq:cluster.podCidr", /overlaps/, cluster(gke, { podCidr: "10.0.0.0/14" })),
    bad(
        "Services overlap the VNet",
        "vernemq:cluster.serviceCidr",
        /overlaps/,
        cluster(aks, { serviceCidr: "10.0.128.0/17" }),
    ),
    bad(
        "control plane network of the wrong size",
        "vernemq:cluster.controlPlaneCidr",
        /prefix/,
        cluster(gke, { controlPlaneCidr: "172.16.0.0/24" }),
    ),
    bad(
        "adopted VPC with one subnet",
        "vernemq:cluster.vpc.privateSubnetIds",
        /two zones/,
        cluster(eks, {
            vpc: {
                vpcId: "vpc-0123456789abcdef0",
                privateSubnetIds: ["subnet-0123456789abcdef0"],
                publicSubnetIds: ["subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
            },
        }),
    ),
    bad("no nodes", "vernemq:cluster.brokerNodes.count", /at least 1/, cluster(eks, { brokerNodes: { count: 0 } })),
    bad("Azure zone as a number", "vernemq:cluster.zones[0]", /zone of Azure/, cluster(aks, { zones: [1] })),
    bad(
        "maintenance at a bad time",
        "vernemq:cluster.maintenance.startTime",
        /time of day/,
        cluster(doks, { maintenance: { startTime: "25:00" } }),
    ),
    bad(
        "MetalLB without addresses",
        "vernemq:cluster.metallb.addresses",
        /at least one range/,
        cluster(existing, { metallb: { addresses: [] } }),
    ),
    bad(
        "MetalLB with a bad range",
        "vernemq:cluster.metallb.addresses[0]",
        /network or range/,
        cluster(existing, { metallb: { addresses: ["192.0.2.1"] } }),
    ),
    bad(
        "BGP without a router",
        "vernemq:cluster.metallb.bgpPeers",
        /none is named/,
        cluster(existing, { metallb: { ...metallb, mode: "bgp" } }),
    ),
    bad(
        "MetalLB behind node ports",
        "vernemq:cluster.metallb",
        /has none/,
        edge({ exposure: "node-port" }, cluster(existing, { metallb })),
    ),
    bad(
        "kubeconfig in plain text",
        "vernemq:cluster.kubeconfig",
        /plain text/,
        cluster(existing, { kubeconfig: "apiVersion: v1" }),
    ),
];

const adopted = {
    vpcId: "vpc-0123456789abcdef0",
    privateSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    publicSubnetIds: ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
};

const withoutEffect: readonly BadConfiguration[] = [
    bad(
        "NAT gateways beside an adopted VPC",
        "vernemq:cluster.natGateways",
        /no effect/,
        cluster(eks, { vpc: adopted, natGateways: "per-zone" }),
    ),
    bad(
        "host bits in the allow list",
        "vernemq:cluster.apiAllowedCidrs[0]",
        /no bits set/,
        cluster(aks, { apiAllowedCidrs: ["203.0.113.7/24"] }),
    ),
    bad(
        "only IPv6 clients before an IPv4 load balancer",
        "vernemq:edge.allowedCidrs",
        /IPv4 address/,
        edge({ allowedCidrs: ["2001:db8::/32"] }),
    ),
];

const brokers: readonly BadConfiguration[] = [
    bad("license not accepted", "vernemq:broker.acceptLicense", /license/, broker({ acceptLicense: false })),
    bad("flag in quotes", "vernemq:broker.acceptLicense", /true or false/, broker({ acceptLicense: "yes" })),
    bad("replicas as text", "vernemq:broker.replicas", /a whole number|a number/, broker({ replicas: "three" })),
    bad("no replicas", "vernemq:broker.replicas", /at least 1/, broker({ replicas: 0 })),
    bad("half a replica", "vernemq:broker.replicas", /whole number/, broker({ replicas: 2.5 })),
    bad(
        "more replicas than nodes",
        "vernemq:broker.replicas",
        /one broker runs per node/,
        broker({ replicas: 4 }, cluster(eks, { brokerNodes: { count: 3 } })),
    ),
    bad(
        "more replicas than an existing cluster's nodes",
        "vernemq:broker.replicas",
        /one broker runs per node/,
        broker({ replicas: 3 }, cluster(existing, { nodes: 2 })),
    ),
    bad(
        "more replicas than the edge is prepared for",
        "vernemq:broker.maxReplicas",
        /fewer brokers/,
        broker({ replicas: 5, maxReplicas: 4 }),
    ),
    bad(
        "persistence off with three replicas",
        "vernemq:broker.persistence.enabled",
        /without its data/,
        broker({ replicas: 3, persistence: { enabled: false } }),
    ),
    bad("unknown chart version", "vernemq:broker.chartVersion", /one of 2.1.1/, broker({ chartVersion: "1.9.0" })),
    bad("image tag latest", "vernemq:broker.image.tag", /latest/, broker({ image: { tag: "latest" } })),
    bad("namespace in capitals", "vernemq:broker.namespace", /Kubernetes name/, broker({ namespace: "Messaging" })),
    bad("user name with a colon", "vernemq:broker.users[0].name", /colon/, broker({ users: [{ name: "a:b" }] })),
    bad("user name with a space", "vernemq:broker.users[0].name", /white space/, broker({ users: [{ name: "a b" }] })),
    bad("empty user name", "vernemq:broker.users[0].name", /must not be empty/, broker({ users: [{ name: "" }] })),
    bad("user listed twice", "vernemq:broker.users[1].name", /once/, broker({ users: [{ name: "a" }, { name: "a" }] })),
    bad(
        "password in plain text",
        "vernemq:broker.users[0].password",
        /plain text/,
        broker({ users: [{ name: "a", password: "hunter2hunter2" }] }),
    ),
    bad("no client may connect", "vernemq:broker.users", /no client can connect/, broker({ users: [] })),
    bad(
        "users from two places",
        "vernemq:broker.usersFrom",
        /reads one file/,
        broker({ usersFrom: { secret: "people" } }),
    ),
    bad(
        "a database's password in plain text",
        "vernemq:broker.authentication.database.password",
        /plain text/,
        broker({
            authentication: {
                database: {
                    kind: "postgres",
                    host: "db.data.svc",
                    name: "mqtt",
                    user: "mqtt",
                    password: "hunter2hunter2",
                },
            },
            acl: [],
        }),
    ),
    bad(
        "a webhook with a password in its URL",
        "vernemq:broker.authentication.webhook.register",
        /no user and password/,
        broker({ authentication: { webhook: { register: "https://me:hunter2@auth.example.com/" } } }),
    ),
    bad(
        "ACL line with more levels than VerneMQ takes",
        "vernemq:broker.acl[0]",
        /at most 10 levels/,
        broker({ acl: ["topic a/b/c/d/e/f/g/h/i/j/k"] }),
    ),
    bad(
        "users beside anonymous access",
        "vernemq:broker.allowAnonymous",
        /skips every password/,
        broker({ allowAnonymous: true }),
    ),
    bad("ACL line with an unknown word", "vernemq:broker.acl[0]", /starts with/, broker({ acl: ["allow devices/#"] })),
    bad(
        "ACL line with readwrite",
        "vernemq:broker.acl[0]",
        /readwrite/,
        broker({ acl: ["topic readwrite devices/#"] }),
    ),
    bad(
        "ACL line with a misplaced wildcard",
        "vernemq:broker.acl[0]",
        /whole last level/,
        broker({ acl: ["topic devices/#/state"] }),
    ),
    bad(
        "ACL pattern inside a level",
        "vernemq:broker.acl[0]",
        /whole levels/,
        broker({ acl: ["pattern devices/x%c/#"] }),
    ),
    bad(
        "ACL that no Secret holds",
        "vernemq:broker.acl",
        /Kubernetes takes at most 1048576/,
        broker({
            acl: Array.from(
                { length: 11_000 },
                (_, index) => `topic read ${String(index).padStart(5, "0")}/${"a".repeat(80)}`,
            ),
        }),
    ),
    bad(
        "users that no Secret holds",
        "vernemq:broker.users",
        /Kubernetes takes at most 1048576/,
        broker({ users: Array.from({ length: 9_500 }, (_, index) => ({ name: `device${index}` })) }),
    ),
    bad("blank ACL line", "vernemq:broker.acl[0]", /not blank/, broker({ acl: [" "] })),
    bad("ACL entry of two lines", "vernemq:broker.acl[0]", /one line/, broker({ acl: ["topic a\ntopic b"] })),
    bad(
        "NodePort out of range",
        "vernemq:broker.service.nodePorts.mqtt",
        /30000/,
        broker(
            { service: { type: "NodePort", nodePorts: { mqtt: 1883 } } },
            edge({ exposure: "none", listeners: ["mqtt"], affinity: "none" }, without(existing, "vernemq:certificate")),
        ),
    ),
    bad(
        "NodePort without ports",
        "vernemq:broker.service.nodePorts",
        /outside Kubernetes' range/,
        broker(
            { service: { type: "NodePort" } },
            edge({ exposure: "none", listeners: ["mqtt"], affinity: "none" }, without(existing, "vernemq:certificate")),
        ),
    ),
    bad(
        "own load balancer with session affinity on EKS",
        "vernemq:broker.service.type",
        /no load balancer for a Service with session affinity/,
        broker(
            { service: { type: "LoadBalancer" } },
            edge(
                { exposure: "none", listeners: ["mqtt"], affinity: "none", allowedCidrs: ["10.0.0.0/8"] },
                without(eks, "vernemq:dns"),
            ),
        ),
    ),
    bad(
        "own load balancer in plain text for all addresses",
        "vernemq:edge.allowedCidrs",
        /passwords in plain text/,
        broker({ service: { type: "LoadBalancer" } }, plainExisting),
    ),
    bad(
        "WebSocket on VerneMQ's own Service beside the edge",
        "vernemq:broker.service.webSocket",
        /edge serves WebSocket itself/,
        broker({ service: { webSocket: true } }),
    ),
    bad(
        "WebSocket on a NodePort without its port",
        "vernemq:broker.service.nodePorts.ws",
        /8080, is outside/,
        broker({ service: { type: "NodePort", webSocket: true, nodePorts: { mqtt: 31_883 } } }, plainExisting),
    ),
    bad(
        "node port of a listener that is not offered",
        "vernemq:broker.service.nodePorts.ws",
        /offers no WebSocket/,
        broker({ service: { type: "NodePort", nodePorts: { mqtt: 31_883, ws: 31_880 } } }, plainExisting),
    ),
    bad(
        "one node port for MQTT and WebSocket",
        "vernemq:broker.service.nodePorts.ws",
        /serves one listener/,
        broker(
            { service: { type: "NodePort", webSocket: true, nodePorts: { mqtt: 31_883, ws: 31_883 } } },
            plainExisting,
        ),
    ),
    bad(
        "an affinity of more than a day",
        "vernemq:broker.service.affinitySeconds",
        /86400/,
        broker({ service: { affinitySeconds: 86_401 } }),
    ),
    bad(
        "own load balancer beside the edge",
        "vernemq:broker.service.type",
        /second, unencrypted listener/,
        broker({ service: { type: "LoadBalancer" } }),
    ),
    bad(
        "conf key in capitals",
        "vernemq:broker.settings.Max_Inflight",
        /lower-case/,
        broker({ settings: { Max_Inflight: 1 } }),
    ),
    bad(
        "conf key that is managed",
        "vernemq:broker.settings.allow_anonymous",
        /sets the key itself/,
        broker({ settings: { allow_anonymous: true } }),
    ),
    bad(
        "cookie that the image ignores",
        "vernemq:broker.settings.distributed_cookie",
        /ignores a cookie/,
        broker({ settings: { distributed_cookie: "x" } }),
    ),
    bad("cookie that is a text", "vernemq:broker.cookie", /one of generated, image/, broker({ cookie: "monster" })),
    bad(
        "zone spread in Kubernetes' words",
        "vernemq:broker.zoneSpread",
        /one of preferred, required/,
        broker({ zoneSpread: "DoNotSchedule" }),
    ),
    bad(
        "priority of Kubernetes' own",
        "vernemq:broker.priorityClass",
        /from 1 to 1000000000/,
        broker({ priorityClass: 2_000_000_000 }),
    ),
    bad(
        "priority class in capitals",
        "vernemq:broker.priorityClass",
        /the name of a PriorityClass/,
        broker({ priorityClass: "High" }),
    ),
    bad("start within seconds", "vernemq:broker.startupSeconds", /at least 60/, broker({ startupSeconds: 5 })),
    bad(
        "volumes to delete that do not exist",
        "vernemq:broker.persistence.whenScaled",
        /no volume claims/,
        broker({ replicas: 1, persistence: { enabled: false, whenScaled: "Delete" } }),
    ),
    bad(
        "conf value with two underscores",
        "vernemq:broker.settings.mountpoint",
        /two underscores/,
        broker({ settings: { mountpoint: "a__b" } }),
    ),
    bad(
        "conf value with a hash",
        "vernemq:broker.settings.mountpoint",
        /cut at/,
        broker({ settings: { mountpoint: "a#b" } }),
    ),
    bad(
        "conf value that the start script drops",
        "vernemq:broker.settings.mountpoint",
        /drops a line/,
        broker({ settings: { mountpoint: "KUBERNETES" } }),
    ),
];

const edges: readonly BadConfiguration[] = [
    bad("no host", "vernemq:edge.host", /a name to dial/, { ...eks, "vernemq:edge": {} }),
    bad("host without a dot", "vernemq:edge.host", /fully qualified/, edge({ host: "mqtt" })),
    bad("host as a URL", "vernemq:edge.host", /fully qualified/, edge({ host: "mqtts://mqtt.example.com" })),
    bad("unknown affinity", "vernemq:edge.affinity", /one of source-ip/, edge({ affinity: "cookie" })),
    bad(
        "TLS and stickiness on one AWS listener",
        "vernemq:edge.haproxy.tier",
        /TLS and stickiness at once/,
        edge({ terminateTls: "cloud", affinity: "source-ip", haproxy: { tier: "never" } }),
    ),
    bad(
        "keepalive over the AWS TLS listener's limit",
        "vernemq:edge.keepaliveSeconds",
        /350 s.*at most 233/,
        edge({ keepaliveSeconds: 300 }),
    ),
    bad(
        "keepalive over the AWS TCP listener's limit",
        "vernemq:edge.keepaliveSeconds",
        /6000 s/,
        edge({ keepaliveSeconds: 4001, terminateTls: "haproxy" }, certificate(eks, { source: "self-signed" })),
    ),
    bad(
        "keepalive over Azure's limit",
        "vernemq:edge.keepaliveSeconds",
        /1800 s/,
        edge({ keepaliveSeconds: 1200 }, aks),
    ),
    bad(
        "keepalive over DigitalOcean's limit",
        "vernemq:edge.keepaliveSeconds",
        /60 s.*at most 39/,
        edge({ keepaliveSeconds: 60 }, doks),
    ),
    bad(
        "keepalive over Google's connection tracking",
        "vernemq:edge.keepaliveSeconds",
        / 60 s/,
        edge({ keepaliveSeconds: 40, terminateTls: "haproxy" }, certificate(gke, { source: "self-signed" })),
    ),
    bad(
        "keepalive longer than MQTT can say",
        "vernemq:edge.keepaliveSeconds",
        /at most 65535/,
        edge({ keepaliveSeconds: 70_000 }),
    ),
    bad(
        "bad CIDR of clients",
        "vernemq:edge.allowedCidrs[1]",
        /CIDR/,
        edge({ allowedCidrs: ["0.0.0.0/0", "10.0.0/8"] }),
    ),
    bad("no listeners", "vernemq:edge.listeners", /at least one listener/, edge({ listeners: [] })),
    bad("unknown listener", "vernemq:edge.listeners[0]", /one of mqtts/, edge({ listeners: ["ws"] })),
    bad(
        "TLS end without a TLS listener",
        "vernemq:edge.terminateTls",
        /no hop terminates it/,
        edge({ listeners: ["mqtt"], terminateTls: "cloud" }),
    ),
    bad(
        "TLS at DigitalOcean's load balancer",
        "vernemq:edge.terminateTls",
        /HTTP only/,
        edge({ terminateTls: "cloud" }, doks),
    ),
    bad(
        "TLS at a cloud that is not there",
        "vernemq:edge.terminateTls",
        /no cloud load balancer/,
        edge({ terminateTls: "cloud" }, existing),
    ),
    bad(
        "TLS at an internal Google load balancer",
        "vernemq:edge.terminateTls",
        /global external/,
        edge({ terminateTls: "cloud", exposure: "internal" }, gke),
    ),
    bad(
        "source affinity behind an Application Gateway",
        "vernemq:edge.affinity",
        /hides the client's address/,
        edge(
            { terminateTls: "cloud" },
            certificate(aks, {
                source: "cloud",
                keyVaultSecretId: "https://vault-1.vault.azure.net/secrets/mqtt",
                keyVaultResourceId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/vault-1",
            }),
        ),
    ),
    bad(
        "node ports on a managed cluster",
        "vernemq:edge.exposure",
        /nodes of a managed cluster/,
        edge({ exposure: "node-port" }, aks),
    ),
    bad(
        "node port of the edge out of range",
        "vernemq:edge.nodePorts.mqtts",
        /30000/,
        edge({ exposure: "node-port", nodePorts: { mqtts: 8883 } }, existing),
    ),
    bad(
        "node ports where there are none",
        "vernemq:edge.nodePorts",
        /no effect/,
        edge({ nodePorts: { mqtts: 30_883 } }, existing),
    ),
    bad(
        "one node port for two listeners",
        "vernemq:edge.nodePorts.wss",
        /serves one listener/,
        edge({ exposure: "node-port", nodePorts: { mqtts: 30_883, wss: 30_883 } }, existing),
    ),
    bad(
        "MQTT over TLS through an ingress",
        "vernemq:edge.webSocket",
        /only listener wss comes in through it/,
        edge({ listeners: ["mqtts"], webSocket: throughIngress }, existing),
    ),
    bad(
        "a load balancer for nothing but what comes through an ingress",
        "vernemq:edge.exposure",
        /the edge has no other listener to open/,
        edge({ listeners: ["wss"], webSocket: throughIngress }, existing),
    ),
    bad(
        "an ingress to brokers without HAProxy",
        "vernemq:edge.webSocket",
        /leads to HAProxy/,
        edge({ webSocket: throughIngress }, gke),
    ),
    bad(
        "client certificates that an ingress does not ask for",
        "vernemq:edge.clientCertificates",
        /WebSocket clients would connect without one/,
        edge({ webSocket: throughIngress, clientCertificates: { ca: validPem.ca } }, existing),
    ),
    bad(
        "an ingress without its class",
        "vernemq:edge.webSocket.className",
        /via ingress needs it/,
        edge({ webSocket: { ...throughIngress, className: undefined } }, existing),
    ),
    bad(
        "a gateway's class",
        "vernemq:edge.webSocket.className",
        /no effect with via gateway/,
        edge(
            {
                webSocket: {
                    ...throughIngress,
                    via: "gateway",
                    controller: undefined,
                    gateway: { name: "shared", namespace: "infra" },
                },
            },
            existing,
        ),
    ),
    bad(
        "one name for the load balancer and the ingress",
        "vernemq:edge.webSocket.host",
        /a name has one address/,
        edge({ webSocket: { ...throughIngress, host: undefined } }, existing),
    ),
    bad(
        "an ingress that no client may connect through",
        "vernemq:edge.webSocket.sources",
        /at least one source/,
        edge({ webSocket: { ...throughIngress, sources: [] } }, existing),
    ),
    bad(
        "a source that is namespace and network",
        "vernemq:edge.webSocket.sources[0]",
        /one of the two/,
        edge({ webSocket: { ...throughIngress, sources: [{ namespace: "a", cidr: "10.0.0.0/8" }] } }, existing),
    ),
    bad(
        "GKE's Ingress",
        "vernemq:edge.webSocket.controller",
        /cuts every WebSocket/,
        edge({ webSocket: { ...throughIngress, controller: "gce" } }, existing),
    ),
    bad(
        "a keepalive that an Application Load Balancer does not hold",
        "vernemq:edge.keepaliveSeconds",
        /holds a silent connection 4000 s at most/,
        edge({ keepaliveSeconds: 3000, webSocket: { ...throughIngress, controller: "alb" } }, existing),
    ),
    bad(
        "an Application Load Balancer on target eks",
        "vernemq:edge.webSocket.controller",
        /serves no Ingress/,
        edge({ webSocket: { ...throughIngress, controller: "alb" } }),
    ),
    bad(
        "a Secret for an Application Load Balancer",
        "vernemq:edge.webSocket.tlsSecretName",
        /reads no Secrets/,
        edge({ webSocket: { ...throughIngress, controller: "alb", tlsSecretName: "tls" } }, existing),
    ),
    bad(
        "no edge but TLS",
        "vernemq:edge.listeners",
        /nothing terminates TLS/,
        edge({ exposure: "none", affinity: "none" }, without(existing, "vernemq:certificate")),
    ),
    bad(
        "DigitalOcean's choice on AWS",
        "vernemq:edge.loadBalancer",
        /no such load balancer/,
        edge({ loadBalancer: "network" }),
    ),
    bad(
        "fixed address without MetalLB",
        "vernemq:edge.address",
        /only MetalLB/,
        edge({ address: "192.0.2.1" }, existing),
    ),
    bad(
        "client certificates at a cloud's load balancer",
        "vernemq:edge.clientCertificates",
        /client certificates/,
        edge({ terminateTls: "cloud", clientCertificates: { ca: validPem.ca } }),
    ),
    bad("TLS 1.1", "vernemq:edge.minimumTlsVersion", /one of 1.2/, edge({ minimumTlsVersion: "1.1" })),
    bad(
        "HAProxy image without a tag",
        "vernemq:edge.haproxy.image",
        /tag or digest/,
        edge({ haproxy: { image: "haproxy" } }),
    ),
    bad("a single HAProxy", "vernemq:edge.haproxy.replicas", /at least 2/, edge({ haproxy: { replicas: 1 } })),
];

const certificates: readonly BadConfiguration[] = [
    bad(
        "no certificate where HAProxy terminates TLS",
        "vernemq:certificate.source",
        /needs the certificate/,
        without(existing, "vernemq:certificate"),
    ),
    bad(
        "the cloud's certificate where there is no cloud",
        "vernemq:certificate.source",
        /never leaves the cloud/,
        certificate(existing, { source: "cloud" }),
    ),
    bad(
        "cert-manager at the cloud's load balancer",
        "vernemq:certificate.source",
        /inside the cluster/,
        edge({ terminateTls: "cloud" }, certificate(eks, { source: "cert-manager", issuer: { name: "x" } })),
    ),
    bad(
        "sessions that outlive a revocation",
        "vernemq:edge.haproxy.sessionHours",
        /not checked against the revocation list/,
        edge({ haproxy: { sessionHours: 24 }, clientCertificates: { ca: validPem.ca, crl: validPem.crl } }, existing),
    ),
    bad("source pem without a PEM", "vernemq:certificate.pem", /needs it/, certificate(existing, { source: "pem" })),
    bad(
        "PEM without effect",
        "vernemq:certificate.issuer",
        /no effect/,
        certificate(existing, { source: "self-signed", issuer: { name: "x" } }),
    ),
    bad(
        "private key in plain text",
        "vernemq:certificate.pem.privateKey",
        /plain text/,
        certificate(existing, {
            source: "pem",
            pem: { certificate: validPem.certificate, privateKey: validPem.privateKey },
        }),
    ),
    bad(
        "certificate that is no PEM",
        "vernemq:certificate.pem.certificate",
        /PEM/,
        certificate(existing, { source: "pem", pem: { ...encryptedPair, certificate: "MIIB" } }),
    ),
    bad(
        "cert-manager without an issuer",
        "vernemq:certificate.issuer",
        /needs it/,
        certificate(doks, { source: "cert-manager" }),
    ),
    bad("ACM without a zone", "vernemq:dns.zone", /DNS zone proves/, without(eks, "vernemq:dns")),
    bad("zone name instead of a zone id", "vernemq:dns.zone", /hosted zone id/, dns(eks, { zone: "example.com" })),
    bad("host outside the zone", "vernemq:dns.zone", /not in this zone/, dns(doks, { zone: "example.org" })),
    bad(
        "Azure zone without its resource group",
        "vernemq:dns.resourceGroup",
        /resource group/,
        dns(aks, { zone: "example.com" }),
    ),
    bad("DNS for an existing cluster", "vernemq:dns", /no DNS service/, dns(existing, { zone: "example.com" })),
    bad(
        "two DNS services",
        "vernemq:dns",
        /there are 2/,
        dns(existing, {
            zone: "example.com",
            digitalocean: { token: sealedSecret },
            cloudDns: { project: "p", serviceAccountKey: sealedSecret },
        }),
    ),
    bad(
        "ACME without a zone",
        "vernemq:dns.zone",
        /ACME server/,
        certificate(without(doks, "vernemq:certificate"), { source: "acme" }),
    ),
    bad(
        "ACME on DOKS without a token",
        "vernemq:dns.digitalocean",
        /no identity/,
        dns(without(doks, "vernemq:certificate"), { zone: "example.com" }),
    ),
    bad(
        "token where no pod writes to the zone",
        "vernemq:dns.digitalocean",
        /no effect/,
        dns(doks, { zone: "example.com", digitalocean: { token: sealedSecret } }),
    ),
    bad(
        "credentials for another cloud's zone",
        "vernemq:dns.digitalocean",
        /its own cloud/,
        dns(eks, { zone: "Z0123456789ABCDEFGHIJ", digitalocean: { token: sealedSecret } }),
    ),
    bad(
        "ACME settings for a certificate of the cloud",
        "vernemq:certificate.acme",
        /no effect with source cloud/,
        certificate(eks, { acme: { email: "iot@example.com" } }),
    ),
    bad(
        "adopted cert-manager for a certificate that it does not issue",
        "vernemq:certificate.certManager",
        /no effect/,
        certificate(existing, { source: "self-signed", certManager: "existing" }),
    ),
    bad(
        "staging of another server",
        "vernemq:certificate.acme.staging",
        /another directory/,
        certificate(acmeOnDoks, {
            source: "acme",
            acme: { staging: true, server: "https://acme.example.net/directory" },
        }),
    ),
    bad(
        "external account at Let's Encrypt",
        "vernemq:certificate.acme.externalAccount",
        /does not bind accounts to others/,
        certificate(acmeOnDoks, { source: "acme", acme: { externalAccount: { keyId: "a", hmacKey: sealedSecret } } }),
    ),
    bad(
        "ACME server without TLS",
        "vernemq:certificate.acme.server",
        /https/,
        certificate(acmeOnDoks, { source: "acme", acme: { server: "http://acme.example.net/directory" } }),
    ),
    bad(
        "a CA that skips a number",
        "vernemq:certificate.privateCa.next",
        /is number 2/,
        certificate(existing, { source: "private-ca", privateCa: { generation: 1, next: 3 } }),
    ),
    bad(
        "a host outside the zone of its credentials",
        "vernemq:dns.zone",
        /not in this zone/,
        dns(without(existing, "vernemq:certificate"), { zone: "example.org", digitalocean: { token: sealedSecret } }),
    ),
];

const observed = (settings: Record<string, unknown>) => change(existing, "vernemq:observability", settings);
const observability: readonly BadConfiguration[] = [
    bad("unknown way to metrics", "vernemq:observability.metrics", /service-monitor/, observed({ metrics: "pull" })),
    bad(
        "monitoring stack without metrics",
        "vernemq:observability.stack.enabled",
        /nothing is measured/,
        observed({ stack: { enabled: true } }),
    ),
    bad(
        "folder for a dashboard that is not created",
        "vernemq:observability.dashboard.folder",
        /nothing is measured/,
        observed({ dashboard: { folder: "Messaging" } }),
    ),
    bad(
        "runbook for alerts that are not created",
        "vernemq:observability.alerts.runbookUrl",
        /nothing is measured/,
        observed({ alerts: { runbookUrl: "https://wiki.example.com" } }),
    ),
    bad(
        "runbook without a protocol",
        "vernemq:observability.alerts.runbookUrl",
        /http/,
        observed({ metrics: "annotations", alerts: { runbookUrl: "wiki.example.com" } }),
    ),
    bad(
        "monitoring stack that looks for no annotations",
        "vernemq:observability.metrics",
        /ServiceMonitors/,
        observed({ metrics: "annotations", stack: { enabled: true } }),
    ),
    bad(
        "monitoring stack in the broker's namespace",
        "vernemq:observability.stack.namespace",
        /broker's/,
        observed({ metrics: "service-monitor", stack: { enabled: true, namespace: "messaging" } }),
    ),
    bad(
        "range for the monitoring stack's version",
        "vernemq:observability.stack.chartVersion",
        /exact version/,
        observed({ metrics: "service-monitor", stack: { enabled: true, chartVersion: "88.x" } }),
    ),
    bad(
        "labels with nothing to label",
        "vernemq:observability.operatorLabels",
        /nothing to label/,
        observed({ metrics: "annotations", operatorLabels: { release: "prometheus" } }),
    ),
    bad(
        "label with a space",
        "vernemq:observability.operatorLabels.release",
        /label's value/,
        observed({ metrics: "service-monitor", operatorLabels: { release: "my prometheus" } }),
    ),
    bad(
        "readings too rare to be alerted by",
        "vernemq:observability.scrapeIntervalSeconds",
        /at most 120/,
        observed({ metrics: "service-monitor", scrapeIntervalSeconds: 300 }),
    ),
];

/** Configurations that are each wrong in one way. */
export const badConfigurations: readonly BadConfiguration[] = [
    ...keys,
    ...clusters,
    ...withoutEffect,
    ...brokers,
    ...operators,
    ...edges,
    ...certificates,
    ...observability,
];
