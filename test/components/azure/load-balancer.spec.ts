import assert from "node:assert/strict";
import type { Plan } from "../../../plan/plan";
import { change, childrenOf, only, originLabels, planOf, problemsOf, valid } from "../../support";

const selfSigned = change(valid.aks, "vernemq:certificate", { source: "self-signed", issuer: undefined });
const group = "/subscriptions/${azure-native.subscriptionId}/resourceGroups/vernemq-test";
const prefix = "service.beta.kubernetes.io/azure-";
const serviceType = "kubernetes:core/v1:Service";
const addressType = "azure-native:network:PublicIPAddress";

const spec = {
    type: "LoadBalancer",
    externalTrafficPolicy: "Local",
    sessionAffinity: "ClientIP",
    selector: { "app.kubernetes.io/name": "haproxy", "app.kubernetes.io/instance": "vernemq-edge" },
    ports: [
        { name: "mqtts", protocol: "TCP", port: 8883, targetPort: 8883 },
        { name: "wss", protocol: "TCP", port: 443, targetPort: 8443 },
    ],
};

const publicAnnotations = {
    [`${prefix}load-balancer-tcp-idle-timeout`]: "4",
    [`${prefix}load-balancer-resource-group`]: "vernemq-test",
    [`${prefix}pip-name`]: "vernemq-test-edge",
};

function serviceInputs(annotations: Readonly<Record<string, string>>, changes: object = {}) {
    return {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "vernemq-edge", namespace: "messaging", annotations, labels: originLabels },
        spec: { ...spec, ...changes },
    };
}

function edgeWith(settings: Readonly<Record<string, unknown>>): Promise<Plan> {
    return planOf(change(selfSigned, "vernemq:edge", settings));
}

function service(plan: Plan) {
    return only(plan, serviceType, "vernemq-edge-service");
}

describe("the load balancer on AKS", () => {
    it("is a Service that hashes the source address and takes a public address of the program's own", async () => {
        const plan = await planOf(selfSigned);
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:edge:AksLoadBalancer")), [
            "azure-native:authorization:RoleAssignment vernemq-edge-address-role",
            "azure-native:network:PublicIPAddress vernemq-edge-address",
            "kubernetes:core/v1:Service vernemq-edge-service",
        ]);
        assert.deepEqual(service(plan).inputs, serviceInputs(publicAnnotations));
        assert.deepEqual(only(plan, addressType).inputs, {
            resourceGroupName: "vernemq-test",
            publicIpAddressName: "vernemq-test-edge",
            location: "westeurope",
            sku: { name: "Standard", tier: "Regional" },
            publicIPAllocationMethod: "Static",
            publicIPAddressVersion: "IPv4",
            idleTimeoutInMinutes: 4,
            zones: ["1", "2", "3"],
            tags: { "managed-by": "pulumi", "pulumi-project": "vernemq", "pulumi-stack": "test" },
        });
    });

    it("lets the cluster use the address before the Service asks for it", async () => {
        const plan = await planOf(selfSigned);
        const role = only(plan, "azure-native:authorization:RoleAssignment", "vernemq-edge-address-role");
        assert.equal(role.inputs["scope"], group);
        assert.equal(role.inputs["principalId"], "${vernemq-cluster-identity.principalId}");
        assert.match(String(role.inputs["roleDefinitionId"]), /\/4d97b98b-1d4f-4787-a291-c67834d212e7$/);
        assert.ok(service(plan).dependencies.includes(role.urn));
        assert.ok(service(plan).dependencies.includes(only(plan, addressType).urn));
    });

    it("takes a fixed address of the VNet, and nothing public, where it is internal", async () => {
        const plan = await edgeWith({ exposure: "internal" });
        assert.deepEqual(childrenOf(plan, only(plan, "vernemq:edge:AksLoadBalancer")), [
            "kubernetes:core/v1:Service vernemq-edge-service",
        ]);
        assert.deepEqual(
            service(plan).inputs,
            serviceInputs({
                [`${prefix}load-balancer-tcp-idle-timeout`]: "4",
                [`${prefix}load-balancer-internal`]: "true",
                [`${prefix}load-balancer-internal-subnet`]: "load-balancers",
                [`${prefix}load-balancer-ipv4`]: "10.0.129.4",
            }),
        );
        assert.deepEqual(only(plan, "vernemq:edge:AksLoadBalancer").outputs, { address: "10.0.129.4" });
    });

    it("lets in only the networks that are allowed", async () => {
        const plan = await edgeWith({ allowedCidrs: ["198.51.100.0/24", "203.0.113.0/24"] });
        assert.deepEqual(
            service(plan).inputs,
            serviceInputs(publicAnnotations, { loadBalancerSourceRanges: ["198.51.100.0/24", "203.0.113.0/24"] }),
        );
    });

    it("spreads a fleet behind one address over all HAProxies where affinity is by client id", async () => {
        const plan = await edgeWith({ affinity: "client-id" });
        assert.deepEqual(service(plan).inputs, serviceInputs(publicAnnotations, { sessionAffinity: "None" }));
    });

    it("holds idle connections for whole minutes that outlast one and a half keepalives, up to thirty", async () => {
        for (const [keepaliveSeconds, minutes] of [
            [60, 4],
            [200, 6],
            [1180, 30],
        ] as const) {
            const plan = await edgeWith({ keepaliveSeconds });
            const inputs = service(plan).inputs as { metadata: { annotations: Record<string, string> } };
            assert.equal(inputs.metadata.annotations[`${prefix}load-balancer-tcp-idle-timeout`], minutes.toString());
            assert.equal(only(plan, addressType).inputs["idleTimeoutInMinutes"], minutes);
        }
    });

    it("refuses a keepalive that outlasts thirty minutes", () => {
        const problems = problemsOf(change(selfSigned, "vernemq:edge", { keepaliveSeconds: 1200 }));
        assert.deepEqual(
            problems.map(({ key }) => key),
            ["vernemq:edge.keepaliveSeconds"],
        );
    });

    it("has a zonal address with one zone, and a zone-redundant one with two", async () => {
        for (const [zones, expected] of [
            [["2"], ["2"]],
            [
                ["1", "3"],
                ["1", "2", "3"],
            ],
        ] as const) {
            const plan = await planOf(change(selfSigned, "vernemq:cluster", { zones }));
            assert.deepEqual(only(plan, addressType).inputs["zones"], expected);
        }
    });
});
