import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { physicalId } from "../../../pipeline/repair/physical-id";

/** The id in a type's own documentation of its import: `pulumi import TYPE NAME ID`. */
function documentedId(type: string): string {
    const [pack = "", path = ""] = type.split(":");
    const file = require.resolve(`@pulumi/${pack}/package.json`).replace("package.json", `${path}.d.ts`);
    const lines = [...readFileSync(file, "utf8").matchAll(/\$ pulumi import (\S+) \S+ (\S+)/g)];
    return lines.find(([, token]) => token === type)?.[2] ?? "none";
}

const cases: readonly (readonly [type: string, inputs: object, provider?: object])[] = [
    ["aws:eks/addon:Addon", { clusterName: "example-cluster", addonName: "example-addon" }],
    ["aws:eks/nodeGroup:NodeGroup", { clusterName: "example-cluster", nodeGroupName: "example-group" }],
    ["aws:eks/cluster:Cluster", { name: "example" }],
    ["aws:iam/role:Role", { name: "developer_name" }],
    ["aws:iam/rolePolicy:RolePolicy", { role: "role_of_mypolicy_name", name: "mypolicy_name" }],
    [
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        { role: "test-role", policyArn: "arn:aws:iam::xxxxxxxxxxxx:policy/test-policy" },
    ],
    ["aws:ec2/route:Route", { routeTableId: "rtb-656C65616E6F72", destinationCidrBlock: "10.42.0.0/16" }],
    ["aws:cloudwatch/logGroup:LogGroup", { name: "yada" }],
    ["aws:route53/record:Record", { zoneId: "Z4KAPRWWNC7JR", name: "dev", type: "NS" }],
    [
        "gcp:compute/routerNat:RouterNat",
        { region: "{{region}}", router: "{{router}}", name: "{{name}}" },
        { project: "{{project}}" },
    ],
    ["gcp:compute/network:Network", { name: "{{name}}" }, { project: "{{project}}" }],
    ["gcp:container/cluster:Cluster", { project: "{{project_id}}", location: "{{location}}", name: "{{cluster_id}}" }],
    [
        "gcp:container/nodePool:NodePool",
        { project: "{{project_id}}", location: "{{location}}", cluster: "{{cluster_id}}", name: "{{pool_id}}" },
    ],
    [
        "gcp:dns/recordSet:RecordSet",
        { project: "{{project}}", managedZone: "{{zone}}", name: "{{name}}", type: "{{type}}" },
    ],
    [
        "gcp:compute/networkEndpointGroup:NetworkEndpointGroup",
        { project: "{{project}}", zone: "{{zone}}", name: "{{name}}" },
    ],
    [
        "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
        { project: "{{project}}", map: "{{map}}", name: "{{name}}" },
    ],
];

describe("The physical id of a resource", () => {
    for (const [type, inputs, provider = {}] of cases) {
        it(`of type ${type} is written as its provider documents it for an import`, () => {
            assert.equal(physicalId({ type, inputs: { ...inputs }, provider: { ...provider } }), documentedId(type));
        });
    }

    it("of an object of Kubernetes is its namespace and name, or its name alone", () => {
        const type = "kubernetes:core/v1:Service";
        const of = (metadata: object) => physicalId({ type, inputs: { metadata }, provider: {} });
        assert.equal(of({ namespace: "messaging", name: "vernemq" }), "messaging/vernemq");
        assert.equal(of({ name: "cluster-wide" }), "cluster-wide");
    });

    it("is not guessed where the cloud gives it, nor from an input that is unknown or secret", () => {
        assert.equal(physicalId({ type: "aws:ec2/vpc:Vpc", inputs: { name: "a" }, provider: {} }), undefined);
        for (const name of ["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "[secret]", undefined]) {
            assert.equal(physicalId({ type: "aws:iam/role:Role", inputs: { name }, provider: {} }), undefined);
        }
    });
});
