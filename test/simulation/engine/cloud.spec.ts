import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cloud, type Subject } from "../../../simulation/engine/cloud";
import type { FaultPlan } from "../../../simulation/engine/fault-schedule";
import { FaultInjector, injectedFaults, setFaults } from "../../../simulation/engine/faults";
import { Inventory } from "../../../simulation/engine/inventory";
import { unknownValue } from "../../../components/common/protocol-values";
import { asSecret } from "../../../simulation/engine/wire";
import { loadCloud, SharedWorld } from "../../../simulation/engine/world";

function subject(type: string, name: string, place = "here"): Subject {
    return { urn: `urn:pulumi:s::p::${type}::${name}`, type, name, place };
}

const vpc = subject("aws:ec2/vpc:Vpc", "vpc");
const network = { cidrBlock: "10.0.0.0/16" };
const cluster = subject("digitalocean:index/kubernetesCluster:KubernetesCluster", "cluster");

describe("a simulated cloud", () => {
    let folder: string;
    let inventory: Inventory;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "vernemq-cloud-"));
        inventory = new Inventory(folder);
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    async function cloud(name: string, plan: FaultPlan = { faults: [] }): Promise<Cloud> {
        setFaults(folder, plan);
        return new Cloud({
            provider: await loadCloud(name),
            inventory,
            world: new SharedWorld(inventory),
            faults: new FaultInjector(folder),
            delayFactor: 0,
        });
    }

    it("gives ids, ARNs and addresses as the real one does, the same in each run", async () => {
        const aws = await cloud("aws");
        const made = await aws.create(vpc, network);
        assert.match(made.id, /^vpc-[0-9a-f]{17}$/);
        assert.match(String(made.outputs["arn"]), /^arn:aws:ec2:eu-central-1:123456789012:vpc\//);
        const address = await aws.create(subject("aws:ec2/eip:Eip", "address"), { domain: "vpc" });
        assert.match(String(address.outputs["publicIp"]), /^(198\.51\.100|203\.0\.113)\.\d{1,3}$/);
        rmSync(folder, { recursive: true });
        inventory = new Inventory(folder);
        assert.equal((await (await cloud("aws")).create(vpc, network)).id, made.id);
    });

    it("leaves no symbol in what it gives", async () => {
        const made = await (await cloud("digitalocean")).create(cluster, { name: "c", region: "fra1" });
        assert.ok(!JSON.stringify(made.outputs).includes("${"), JSON.stringify(made.outputs));
    });

    it("knows a broken rule by property, rule and source", async () => {
        const [refusal] = (await cloud("aws")).check(vpc, { cidrBlock: "10.0.0.0/8" });
        assert.equal(refusal?.property, "cidrBlock");
        assert.match(refusal.rule, /\/16 to \/28/);
        assert.match(refusal.source, /^https:\/\/docs\.aws\.amazon\.com\//);
    });

    it("judges no value that is not known yet", async () => {
        assert.deepEqual((await cloud("aws")).check(vpc, { cidrBlock: unknownValue }), []);
    });

    it("sees what is there by its id: a subnet outside its VPC is refused", async () => {
        const aws = await cloud("aws");
        const { id } = await aws.create(vpc, network);
        const subnet = subject("aws:ec2/subnet:Subnet", "subnet");
        assert.deepEqual(aws.check(subnet, { vpcId: id, cidrBlock: "10.0.1.0/24" }), []);
        assert.equal(aws.check(subnet, { vpcId: id, cidrBlock: "10.9.1.0/24" })[0]?.property, "cidrBlock");
    });

    it("previews a new resource with its inputs and unknown outputs", async () => {
        assert.deepEqual((await cloud("aws")).preview(vpc, network), {
            ...network,
            arn: unknownValue,
            mainRouteTableId: unknownValue,
            defaultSecurityGroupId: unknownValue,
        });
    });

    it("previews an update with the outputs that it keeps, and those that it changes unknown", async () => {
        const aws = await cloud("aws");
        const template = subject("aws:ec2/launchTemplate:LaunchTemplate", "template");
        const made = await aws.create(template, { instanceType: "m7i.large" });
        const next = aws.preview(template, { instanceType: "m7i.xlarge" }, made);
        assert.equal(next["latestVersion"], unknownValue);
        assert.equal(next["arn"], made.outputs["arn"]);
        assert.notEqual(
            (await aws.update(template, made.id, { instanceType: "m7i.xlarge" })).outputs["latestVersion"],
            made.outputs["latestVersion"],
        );
    });

    it("says which changes replace a resource, down to the property", async () => {
        const { properties } = (await cloud("digitalocean")).diff(
            cluster,
            { name: "c", nodePool: { size: "a", nodeCount: 2 } },
            { name: "c", nodePool: { size: "b", nodeCount: 3 }, tags: ["x"] },
        );
        assert.deepEqual(properties, [
            { path: "nodePool.nodeCount", kind: "update", replaces: false },
            { path: "nodePool.size", kind: "update", replaces: true },
            { path: "tags", kind: "add", replaces: false },
        ]);
    });

    it("keeps secrets secret, those that go in and those that it makes", async () => {
        const doks = await (await cloud("digitalocean")).create(cluster, { name: "c", region: asSecret("fra1") });
        assert.deepEqual(doks.outputs["region"], asSecret("fra1"));
        assert.deepEqual(Object.keys(doks.outputs["kubeConfigs"] as object), Object.keys(asSecret("") as object));
    });

    it("refuses a second resource of the same physical name", async () => {
        const digitalocean = await cloud("digitalocean");
        await digitalocean.create(cluster, { name: "c", region: "fra1" });
        await assert.rejects(
            digitalocean.create(subject(cluster.type, "other"), { name: "c", region: "fra1" }),
            /AlreadyExists/,
        );
    });

    it("refuses to delete what is protected in the cloud itself", async () => {
        const aws = await cloud("aws");
        const balancer = subject("aws:lb/loadBalancer:LoadBalancer", "balancer");
        const { id } = await aws.create(balancer, { enableDeletionProtection: true });
        await assert.rejects(aws.delete(balancer, id), /protected from deletion/);
        await aws.update(balancer, id, { enableDeletionProtection: false });
        await aws.delete(balancer, id);
        assert.deepEqual(inventory.all(), []);
    });

    it("makes a resource once although the answer is lost three times", async () => {
        const aws = await cloud("aws", { faults: [{ kind: "timeout", times: 3 }] });
        await aws.create(vpc, network);
        assert.equal(inventory.all().length, 1);
        assert.deepEqual(injectedFaults(folder), { timeout: 3 });
    });

    it("retries when throttled, and gives up on what retrying does not help", async () => {
        const patient = await cloud("aws", { faults: [{ kind: "throttle", times: 5 }] });
        await patient.create(vpc, network);
        assert.deepEqual(injectedFaults(folder), { throttle: 5 });
        const refused = await cloud("aws", { faults: [{ kind: "permanent" }] });
        await assert.rejects(refused.create(subject(vpc.type, "other"), network), /ValidationError/);
        assert.equal(inventory.all().length, 1);
    });

    it("refuses a plan that could use up a provider's 12 attempts", () => {
        assert.throws(() => {
            setFaults(folder, {
                faults: [
                    { kind: "throttle", times: 10 },
                    { kind: "timeout", times: 2 },
                ],
            });
        }, /12 times.*gives up after 12 attempts; expected: .* 11 at most/);
    });

    it("quotes a secret input in its error where it is told to", async () => {
        const aws = await cloud("aws", { faults: [{ kind: "quote-secret" }] });
        await assert.rejects(aws.create(vpc, { ...network, tags: { key: asSecret("hunter-22") } }), /"hunter-22"/);
    });

    it("keeps what two clusters call by the same name apart: reads, changes and deletes one of them", async () => {
        const kubernetes = await cloud("kubernetes");
        const one = subject("kubernetes:core/v1:Namespace", "ns", "cluster one");
        const two = { ...one, urn: one.urn.replace("::p::", "::q::"), place: "cluster two" };
        const named = (label: string) => ({ metadata: { name: "mqtt", labels: { label } } });
        const [first, second] = [
            await kubernetes.create(one, named("one")),
            await kubernetes.create(two, named("two")),
        ];
        assert.equal(first.id, second.id);
        assert.deepEqual((await kubernetes.read(one, first))?.inputs, named("one"));
        assert.deepEqual((await kubernetes.read(two, second))?.inputs, named("two"));
        await kubernetes.delete(one, first.id);
        assert.deepEqual(
            inventory.all().map(({ place }) => place),
            ["cluster two"],
        );
    });

    it("gives an object that has no name of its own another one each time, so that a replacement stands beside it", async () => {
        const kubernetes = await cloud("kubernetes");
        const settings = subject("kubernetes:core/v1:Secret", "settings");
        const secret = (value: string) => ({
            metadata: { namespace: "messaging" },
            immutable: true,
            stringData: { value },
        });
        const made = [await kubernetes.create(settings, secret("a")), await kubernetes.create(settings, secret("b"))];
        const names = made.map(({ outputs }) => (outputs["metadata"] as { readonly name: string }).name);
        assert.notEqual(names[0], names[1]);
        assert.deepEqual(
            made.map(({ id }) => id),
            names.map((name) => `messaging/${name}`),
        );
    });

    it("lets one name be used in two regions, and once in each", async () => {
        const aws = await cloud("aws");
        const group = (name: string, place: string) => subject("aws:cloudwatch/logGroup:LogGroup", name, place);
        await aws.create(group("a", "aws eu-central-1"), { name: "/aws/eks/mqtt" });
        await aws.create(group("b", "aws us-east-1"), { name: "/aws/eks/mqtt" });
        await assert.rejects(aws.create(group("c", "aws us-east-1"), { name: "/aws/eks/mqtt" }), /AlreadyExists/);
    });

    it("hides a new resource from those who depend on it for as many calls as asked", async () => {
        const aws = await cloud("aws", { faults: [{ kind: "eventual", type: vpc.type, times: 1, calls: 3 }] });
        const { id } = await aws.create(vpc, network);
        const subnet = subject("aws:ec2/subnet:Subnet", "subnet");
        await aws.create(subnet, { vpcId: id, cidrBlock: "10.0.1.0/24" });
        assert.equal(inventory.all().length, 2);
    });

    it("hides many at once for no longer than one", async () => {
        const aws = await cloud("aws", { faults: [{ kind: "eventual", calls: 11 }] });
        const ids = await Promise.all(
            Array.from({ length: 5 }, async (_, index) => {
                return (await aws.create(subject(vpc.type, `vpc-${index}`), network)).id;
            }),
        );
        await aws.create(subject("aws:ec2/routeTable:RouteTable", "table"), {
            vpcId: ids[0],
            routes: ids.map((vpcEndpointId) => ({ vpcEndpointId })),
        });
        assert.equal(inventory.all().length, 6);
    });

    it("stops trying when the engine cancels", async () => {
        const aws = await cloud("aws", { faults: [{ kind: "throttle" }] });
        const cancel = new AbortController();
        cancel.abort();
        await assert.rejects(aws.create(vpc, network, cancel.signal), /cancelled/);
    });

    it("reads what is there, and nothing where nothing is; kube-system is there without a program", async () => {
        const kubernetes = await cloud("kubernetes");
        const namespace = subject("kubernetes:core/v1:Namespace", "ns");
        const state = (id: string) => ({ id, inputs: {}, outputs: {} });
        assert.equal((await kubernetes.read(namespace, state("kube-system")))?.id, "kube-system");
        const made = await kubernetes.create(namespace, { metadata: { name: "a" } });
        await kubernetes.delete(namespace, made.id);
        assert.equal(await kubernetes.read(namespace, made), undefined);
    });

    it("keeps nothing of what has no cloud: a random password is in the stack's state alone", async () => {
        const random = await cloud("random");
        const password = subject("random:index/randomPassword:RandomPassword", "password");
        const made = await random.create(password, { length: 32 });
        assert.deepEqual(inventory.all(), []);
        assert.deepEqual(await random.read(password, made), made);
    });
});
