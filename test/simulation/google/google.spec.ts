import assert from "node:assert/strict";
import { gcp } from "../../../simulation/google";
import { googleServiceRules } from "../../../simulation/google/services";
import type { Properties, SimulatedResource, World } from "../../../simulation/provider";

function resource(type: string, inputs: Properties, name = "vernemq-thing"): SimulatedResource {
    return { type, name, inputs, symbol: (property) => `\${${name}.${property}}` };
}

/** A world in which each resource is referred to by `${name.id}`. */
function worldOf(resources: readonly SimulatedResource[]): World {
    return {
        resources,
        resolve: (reference) => resources.find(({ name }) => reference === `\${${name}.id}`),
    };
}

/** The properties at which Google would refuse a resource. */
function refused(type: string, inputs: Properties, others: readonly SimulatedResource[] = [], name?: string): string[] {
    const subject = resource(type, inputs, name);
    const model = gcp.models[type];
    assert.ok(model, `no model of ${type}`);
    return (model.rules ?? []).flatMap((rule) => rule.brokenBy(subject, worldOf([...others, subject])) ?? []);
}

const subnet = resource(
    "gcp:compute/subnetwork:Subnetwork",
    {
        network: "n",
        region: "europe-west3",
        ipCidrRange: "10.0.0.0/20",
        secondaryIpRanges: [
            { rangeName: "pods", ipCidrRange: "10.4.0.0/21" },
            { rangeName: "services", ipCidrRange: "10.8.0.0/20" },
        ],
    },
    "subnet",
);
const backend = resource("gcp:compute/backendService:BackendService", { protocol: "TCP" }, "backend");
const managedBackend = resource(
    "gcp:compute/backendService:BackendService",
    { protocol: "TCP", loadBalancingScheme: "EXTERNAL_MANAGED" },
    "managed-backend",
);
const httpBackend = resource("gcp:compute/backendService:BackendService", { protocol: "HTTP" }, "http-backend");
const proxy = resource("gcp:compute/targetSSLProxy:TargetSSLProxy", { backendService: "${backend.id}" }, "proxy");
const managedProxy = resource(
    "gcp:compute/targetSSLProxy:TargetSSLProxy",
    { backendService: "${managed-backend.id}" },
    "managed-proxy",
);
const edgePolicy = resource("gcp:compute/securityPolicy:SecurityPolicy", { type: "CLOUD_ARMOR_EDGE" }, "edge-policy");
const cluster = resource(
    "gcp:container/cluster:Cluster",
    {
        name: "vernemq",
        subnetwork: "${subnet.id}",
        ipAllocationPolicy: { clusterSecondaryRangeName: "pods" },
    },
    "cluster",
);
const others = [subnet, backend, managedBackend, httpBackend, proxy, managedProxy, edgePolicy, cluster];

const map = "//certificatemanager.googleapis.com/projects/p/locations/global/certificateMaps/m";
const everybody = { action: "allow", priority: 2_147_483_647, match: { config: { srcIpRanges: ["*"] } } };
const description = '{"cluster-uid":"u","namespace":"n","service-name":"s","port":"1883"}';

/** Valid inputs of each type, and changes of them that Google refuses, with the property where it does. */
const cases: readonly {
    readonly type: string;
    readonly valid: Properties;
    readonly refusals: readonly (readonly [string, Properties])[];
}[] = [
    {
        type: "gcp:compute/network:Network",
        valid: { routingMode: "REGIONAL", name: "vernemq" },
        refusals: [
            ["routingMode", { routingMode: "ZONAL" }],
            ["name", { name: "Vernemq" }],
            ["name", { name: "vernemq-" }],
            ["name", { name: "v".repeat(64) }],
        ],
    },
    {
        type: "gcp:compute/subnetwork:Subnetwork",
        valid: subnet.inputs,
        refusals: [
            ["ipCidrRange", { ipCidrRange: "10.0.0.0/30" }],
            ["secondaryIpRanges", { ipCidrRange: "10.4.0.0/20" }],
            ["secondaryIpRanges[0]", { secondaryIpRanges: [{ rangeName: "Pods", ipCidrRange: "10.4.0.0/14" }] }],
            ["logConfig.flowSampling", { logConfig: { flowSampling: 2 } }],
        ],
    },
    {
        type: "gcp:compute/routerNat:RouterNat",
        valid: {
            natIpAllocateOption: "AUTO_ONLY",
            sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
            subnetworks: [{ name: "s" }],
        },
        refusals: [
            ["subnetworks", { subnetworks: [] }],
            ["subnetworks", { sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES" }],
            ["natIps", { natIpAllocateOption: "MANUAL_ONLY" }],
        ],
    },
    {
        type: "gcp:compute/firewall:Firewall",
        valid: {
            allows: [{ protocol: "tcp", ports: ["1883", "9100-9109"] }],
            sourceRanges: ["35.191.0.0/16"],
            targetTags: ["vernemq-node"],
        },
        refusals: [
            ["allows", { allows: [] }],
            ["allows", { denies: [{ protocol: "tcp" }] }],
            ["allows[0]", { allows: [{ protocol: "tcp", ports: ["65536"] }] }],
            ["allows[0]", { allows: [{ protocol: "tcp", ports: ["20-10"] }] }],
            ["targetTags[0]", { targetTags: ["vernemq_node"] }],
            ["sourceRanges[0]", { sourceRanges: ["everybody"] }],
            ["priority", { priority: 70_000 }],
        ],
    },
    {
        type: "gcp:compute/networkEndpointGroup:NetworkEndpointGroup",
        valid: { zone: "europe-west3-a", description, networkEndpointType: "GCE_VM_IP_PORT" },
        refusals: [
            ["zone", { zone: "europe-west3" }],
            ["description", { description: undefined }],
            ["description", { description: "VerneMQ" }],
            ["description", { description: '{"namespace":"n"}' }],
            ["networkEndpointType", { networkEndpointType: "GCE_VM_IP" }],
        ],
    },
    {
        type: "gcp:compute/globalAddress:GlobalAddress",
        valid: { ipVersion: "IPV4", labels: { team: "iot" } },
        refusals: [
            ["ipVersion", { ipVersion: "IPV5" }],
            ["labels.Team", { labels: { Team: "iot" } }],
            ["labels.team", { labels: { team: "IoT" } }],
            ["labels", { labels: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`l${i}`, ""])) }],
        ],
    },
    {
        type: "gcp:compute/address:Address",
        valid: { addressType: "INTERNAL", subnetwork: "${subnet.id}" },
        refusals: [
            ["subnetwork", { subnetwork: undefined }],
            ["subnetwork", { addressType: "EXTERNAL" }],
            ["networkTier", { networkTier: "FREE" }],
        ],
    },
    {
        type: "gcp:dns/recordSet:RecordSet",
        valid: {
            managedZone: "example-zone",
            name: "mqtt.example.com.",
            type: "A",
            rrdatas: ["203.0.113.1"],
            ttl: 300,
        },
        refusals: [
            ["name", { name: "mqtt.example.com" }],
            ["managedZone", { managedZone: "example.com" }],
            ["rrdatas[0]", { rrdatas: ["host.example.com."] }],
            ["ttl", { ttl: -1 }],
        ],
    },
    {
        type: "gcp:compute/backendService:BackendService",
        valid: {
            protocol: "TCP",
            sessionAffinity: "CLIENT_IP",
            healthChecks: "h",
            timeoutSec: 86_400,
            backends: [{ group: "g", balancingMode: "CONNECTION", maxConnectionsPerEndpoint: 1000 }],
        },
        refusals: [
            ["sessionAffinity", { sessionAffinity: "GENERATED_COOKIE" }],
            ["sessionAffinity", { sessionAffinity: "CLIENT_IP_PROTO", loadBalancingScheme: "EXTERNAL_MANAGED" }],
            ["portName", { portName: "mqtt" }],
            ["healthChecks", { healthChecks: undefined }],
            ["backends[0]", { backends: [{ group: "g", balancingMode: "UTILIZATION" }] }],
            ["backends[0]", { backends: [{ group: "g", balancingMode: "CONNECTION" }] }],
            [
                "backends[0]",
                {
                    backends: [
                        { group: "g", balancingMode: "CONNECTION", maxConnections: 1, maxConnectionsPerEndpoint: 1 },
                    ],
                },
            ],
            [
                "backends[0]",
                {
                    backends: [1, 2].map(() => ({ group: "g", balancingMode: "CONNECTION", maxConnections: 1 })),
                },
            ],
            ["securityPolicy", { securityPolicy: "${edge-policy.id}" }],
            ["timeoutSec", { timeoutSec: 0 }],
            ["connectionDrainingTimeoutSec", { connectionDrainingTimeoutSec: 3601 }],
        ],
    },
    {
        type: "gcp:compute/targetSSLProxy:TargetSSLProxy",
        valid: { backendService: "${backend.id}", certificateMap: map, proxyHeader: "PROXY_V1" },
        refusals: [
            ["proxyHeader", { proxyHeader: "PROXY_V2" }],
            ["backendService", { backendService: "${http-backend.id}" }],
            ["certificateMap", { certificateMap: undefined }],
            ["certificateMap", { certificateMap: "projects/p/locations/global/certificateMaps/m" }],
            ["certificateMap", { certificateMap: undefined, sslCertificates: Array.from({ length: 16 }, () => "c") }],
        ],
    },
    {
        type: "gcp:compute/targetTCPProxy:TargetTCPProxy",
        valid: { backendService: "${backend.id}", proxyHeader: "NONE" },
        refusals: [
            ["proxyHeader", { proxyHeader: "v1" }],
            ["backendService", { backendService: "${http-backend.id}" }],
        ],
    },
    {
        type: "gcp:compute/globalForwardingRule:GlobalForwardingRule",
        valid: {
            target: "${proxy.id}",
            ipAddress: "a",
            ipProtocol: "TCP",
            portRange: "8883",
            loadBalancingScheme: "EXTERNAL",
        },
        refusals: [
            ["portRange", { portRange: "8883-8884" }],
            ["portRange", { portRange: "0" }],
            ["portRange", { portRange: "mqtts" }],
            ["loadBalancingScheme", { target: "${managed-proxy.id}" }],
            ["ipProtocol", { ipProtocol: "UDP" }],
        ],
    },
    {
        type: "gcp:compute/healthCheck:HealthCheck",
        valid: { checkIntervalSec: 5, timeoutSec: 5, httpHealthCheck: { port: 8888 } },
        refusals: [
            ["timeoutSec", { timeoutSec: 6 }],
            ["httpHealthCheck", { tcpHealthCheck: { port: 1883 } }],
            ["httpHealthCheck.port", { httpHealthCheck: { port: 0 } }],
        ],
    },
    {
        type: "gcp:compute/sSLPolicy:SSLPolicy",
        valid: { profile: "RESTRICTED", minTlsVersion: "TLS_1_3" },
        refusals: [
            ["profile", { profile: "STRICT", minTlsVersion: "TLS_1_2" }],
            ["profile", { profile: "MODERN" }],
            ["minTlsVersion", { minTlsVersion: "1.3" }],
        ],
    },
    {
        type: "gcp:compute/securityPolicy:SecurityPolicy",
        valid: {
            type: "CLOUD_ARMOR",
            rules: [{ priority: 1, match: { config: { srcIpRanges: ["198.51.100.0/24"] } } }, everybody],
        },
        refusals: [
            [
                "rules[0]",
                {
                    rules: [
                        {
                            priority: 1,
                            match: {
                                config: {
                                    srcIpRanges: Array.from({ length: 11 }, (_, i) => `10.0.0.${i}/32`),
                                },
                            },
                        },
                        everybody,
                    ],
                },
            ],
            ["rules", { rules: [{ priority: 1, match: { config: { srcIpRanges: ["*"] } } }] }],
            ["rules", { rules: [everybody, everybody] }],
            ["rules[0]", { rules: [{ priority: 1, match: { config: { srcIpRanges: ["home"] } } }, everybody] }],
        ],
    },
    {
        type: "gcp:container/cluster:Cluster",
        valid: {
            name: "vernemq",
            location: "europe-west3",
            nodeLocations: ["europe-west3-a"],
            subnetwork: "${subnet.id}",
            ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
            privateClusterConfig: { enablePrivateNodes: true, masterIpv4CidrBlock: "172.16.0.0/28" },
            removeDefaultNodePool: true,
            initialNodeCount: 1,
            datapathProvider: "ADVANCED_DATAPATH",
            workloadIdentityConfig: { workloadPool: "p.svc.id.goog" },
            maintenancePolicy: { dailyMaintenanceWindow: { startTime: "03:00" } },
        },
        refusals: [
            ["name", { name: "v".repeat(41) }],
            ["nodeLocations[0]", { nodeLocations: ["europe-west4-a"] }],
            [
                "ipAllocationPolicy.clusterSecondaryRangeName",
                { ipAllocationPolicy: { clusterSecondaryRangeName: "p", servicesSecondaryRangeName: "services" } },
            ],
            [
                "ipAllocationPolicy.servicesSecondaryRangeName",
                { ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "s" } },
            ],
            [
                "privateClusterConfig.masterIpv4CidrBlock",
                { privateClusterConfig: { enablePrivateNodes: true, masterIpv4CidrBlock: "172.16.0.0/27" } },
            ],
            ["privateClusterConfig", { ipAllocationPolicy: undefined, subnetwork: "s" }],
            ["initialNodeCount", { initialNodeCount: 0 }],
            ["networkPolicy", { networkPolicy: { enabled: true } }],
            ["workloadIdentityConfig.workloadPool", { workloadIdentityConfig: { workloadPool: "p" } }],
            [
                "maintenancePolicy.dailyMaintenanceWindow.startTime",
                { maintenancePolicy: { dailyMaintenanceWindow: { startTime: "25:00" } } },
            ],
            ["releaseChannel.channel", { releaseChannel: { channel: "LATEST" } }],
            ["anonymousAuthenticationConfig.mode", { anonymousAuthenticationConfig: { mode: "OFF" } }],
            ["resourceLabels.A", { resourceLabels: { A: "" } }],
        ],
    },
    {
        type: "gcp:container/nodePool:NodePool",
        valid: {
            cluster: "other",
            location: "europe-west3",
            nodeLocations: ["europe-west3-a"],
            nodeCount: 3,
            upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
            nodeConfig: { machineType: "n2-standard-8", diskType: "pd-balanced", diskSizeGb: 50 },
        },
        refusals: [
            ["nodeLocations[0]", { nodeLocations: ["us-east1-b"] }],
            ["nodeCount", { cluster: "vernemq", nodeCount: 9 }],
            ["nodeCount", { autoscaling: { minNodeCount: 1 } }],
            ["upgradeSettings", { upgradeSettings: { maxSurge: 0, maxUnavailable: 0 } }],
            ["upgradeSettings", { upgradeSettings: { maxSurge: 21, maxUnavailable: 0 } }],
            ["nodeConfig.taints[0]", { nodeConfig: { taints: [{ effect: "NoSchedule" }] } }],
            ["nodeConfig.diskType", { nodeConfig: { machineType: "n4-standard-8", diskType: "pd-balanced" } }],
            ["nodeConfig.machineType", { nodeConfig: { machineType: "large" } }],
            ["nodeConfig.diskSizeGb", { nodeConfig: { diskSizeGb: 5 } }],
            [
                "nodeConfig.workloadMetadataConfig",
                { cluster: "vernemq", nodeConfig: { workloadMetadataConfig: { mode: "GKE_METADATA" } } },
            ],
        ],
    },
    {
        type: "gcp:serviceaccount/account:Account",
        valid: { accountId: "vernemq-nodes", displayName: "Nodes" },
        refusals: [
            ["accountId", { accountId: "nodes" }],
            ["accountId", { accountId: "n".repeat(31) }],
            ["accountId", { accountId: "1-nodes" }],
            ["displayName", { displayName: "n".repeat(101) }],
        ],
    },
    {
        type: "gcp:projects/iAMMember:IAMMember",
        valid: { project: "p", role: "roles/viewer", member: "serviceAccount:a@p.iam.gserviceaccount.com" },
        refusals: [
            ["member", { member: "a@p.iam.gserviceaccount.com" }],
            ["role", { role: "viewer" }],
        ],
    },
    {
        type: "gcp:certificatemanager/certificate:Certificate",
        valid: { managed: { domains: ["mqtt.example.com"], dnsAuthorizations: ["a"] } },
        refusals: [
            ["managed", { selfManaged: { pemCertificate: "c", pemPrivateKey: "k" } }],
            ["managed.domains", { managed: { domains: [] } }],
            ["managed.dnsAuthorizations", { managed: { domains: ["*.example.com"] } }],
            ["selfManaged", { managed: undefined, selfManaged: { pemCertificate: "c" } }],
        ],
    },
    {
        type: "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
        valid: { map: "m", matcher: "PRIMARY", certificates: ["c"] },
        refusals: [
            ["matcher", { hostname: "mqtt.example.com" }],
            ["matcher", { matcher: "ALL" }],
            ["certificates", { certificates: [] }],
        ],
    },
    {
        type: "gcp:certificatemanager/dnsAuthorization:DnsAuthorization",
        valid: { domain: "mqtt.example.com" },
        refusals: [
            ["domain", { domain: "*.example.com" }],
            ["domain", { domain: "mqtt.example.com." }],
        ],
    },
];

describe("the simulated Google Cloud", () => {
    for (const { type, valid: inputs, refusals } of cases) {
        const kind = type.split(":").at(-1) ?? type;

        it(`accepts a valid ${kind}`, () => {
            assert.deepEqual(refused(type, inputs, others), []);
        });

        for (const [property, changed] of refusals) {
            it(`refuses a ${kind} for its ${property}: ${JSON.stringify(changed).slice(0, 80)}`, () => {
                assert.deepEqual(refused(type, { ...inputs, ...changed }, others), [property]);
            });
        }
    }

    it("refuses a second rule for the same port of an address", () => {
        const type = "gcp:compute/globalForwardingRule:GlobalForwardingRule";
        const inputs = { ipAddress: "a", portRange: "8883" };
        assert.deepEqual(refused(type, inputs, [resource(type, inputs, "first")]), ["portRange"]);
        assert.deepEqual(refused(type, inputs, [resource(type, { ...inputs, ipAddress: "b" }, "first")]), []);
    });

    it("counts the characters that Pulumi adds to a logical name", () => {
        const type = "gcp:compute/network:Network";
        assert.deepEqual(refused(type, {}, [], "v".repeat(55)), []);
        assert.deepEqual(refused(type, {}, [], "v".repeat(56)), ["name"]);
        const pool = "gcp:container/nodePool:NodePool";
        assert.deepEqual(refused(pool, {}, [], "v".repeat(33)), ["name"]);
    });

    it("judges the annotations of Services that GKE's controllers read", () => {
        const brokenBy = (annotations: Record<string, string>, type = "ClusterIP") => {
            const inputs = { metadata: { annotations }, spec: { type, ports: [{ port: 1883 }] } };
            const service = resource("kubernetes:core/v1:Service", inputs);
            return googleServiceRules
                .filter((rule) => rule.brokenBy(service, worldOf([service])))
                .map(({ text }) => text);
        };
        const groups = (text: string) => brokenBy({ "cloud.google.com/neg": text });
        const address = { "networking.gke.io/load-balancer-ip-addresses": "a" };
        assert.deepEqual(brokenBy({}), []);
        assert.deepEqual(groups('{"exposed_ports":{"1883":{"name":"a"}}}'), []);
        assert.deepEqual(groups('{"ingress":true,"exposed_ports":{"1883":{}}}'), []);
        assert.deepEqual(brokenBy(address, "LoadBalancer"), []);
        assert.match(groups("{").join(), /holds JSON/);
        assert.match(groups('{"exposed_ports":{"8080":{}}}').join(), /ports that the Service has/);
        assert.match(groups('{"exposed_ports":{"1883":{"name":"A"}}}').join(), /ports that the Service has/);
        assert.match(groups('{"ingress":true,"exposed_ports":{"1883":{"name":"a"}}}').join(), /not for Ingress/);
        assert.match(brokenBy(address).join(), /type LoadBalancer/);
    });

    it("names a source for every rule", () => {
        for (const [type, { rules = [] }] of [
            ...Object.entries(gcp.models),
            ["Service", { rules: googleServiceRules }] as const,
        ]) {
            for (const rule of rules) {
                assert.match(rule.source, /^https:\/\/\S+$/, `${type}: ${rule.text}`);
            }
        }
    });

    it("changes nodes' machines, disks, labels and taints in place, and their identity not", () => {
        const replaceOn = gcp.models["gcp:container/nodePool:NodePool"]?.replaceOn ?? [];
        for (const property of [
            "machineType",
            "diskSizeGb",
            "diskType",
            "labels",
            "taints",
            "tags",
            "resourceLabels",
        ]) {
            assert.ok(!replaceOn.includes(`nodeConfig.${property}`), property);
        }
        assert.ok(replaceOn.includes("nodeConfig.serviceAccount"));
    });
});
