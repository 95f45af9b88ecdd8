import assert from "node:assert/strict";
import type { EdgePlan } from "../../../components/edge/plan";
import { compare, type Comparison } from "../../../plan/changes/from-comparison";
import type { RulesFor } from "../../../plan/changes/replacements";
import type { PlannedResource } from "../../../plan/graph";
import { compareWith } from "../../../plan/render";
import { change, planOf, valid, type StackConfig } from "../../support";
import { component, edge, hop, planWith, resource, urn } from "../support";

/** Update rules for tests: what replaces by type, and which types go before they come. */
function rules(replaceOn: Readonly<Record<string, readonly string[]>>, deletesFirst: readonly string[] = []): RulesFor {
    return (_before, after) => ({
        replaceOn: replaceOn[after.type] ?? [],
        deletesFirst: deletesFirst.includes(after.type),
    });
}

function comparing(
    before: readonly PlannedResource[],
    after: readonly PlannedResource[],
    rulesFor: RulesFor = rules({}),
): Comparison {
    return compare(planWith(before), planWith(after), rulesFor);
}

/** `action name: paths` for each change. */
function told({ changes }: Comparison): readonly string[] {
    return changes.map(({ action, name, properties, because }) => {
        const reasons = because.length === 0 ? "" : ` because of ${because.join(", ")}`;
        return `${action} ${name}: ${properties.map(({ path }) => path).join(", ")}${reasons}`;
    });
}

describe("a comparison of two plans", () => {
    it("finds nothing between a plan and itself", () => {
        const resources = [resource("a:b:C", "one", { x: [1, { y: "z" }] })];
        const comparison = comparing(resources, resources);
        assert.deepEqual(comparison, {
            summary: { create: 0, update: 0, replace: 0, delete: 0, notCompared: 0, same: 2 },
            changes: [],
            notCompared: [],
            outputs: [],
            edgeBefore: null,
            warnings: [],
        });
    });

    it("names what is created, deleted and updated", () => {
        const comparison = comparing(
            [resource("a:b:C", "gone"), resource("a:b:C", "kept", { x: 1, y: 1 })],
            [resource("a:b:C", "kept", { x: 2, y: 1 }), resource("a:b:C", "new")],
        );
        assert.deepEqual(told(comparison), ["delete gone: ", "update kept: x", "create new: "]);
        assert.deepEqual(comparison.summary, { create: 1, update: 1, replace: 0, delete: 1, notCompared: 0, same: 1 });
    });

    it("shows both values of a changed property", () => {
        const [only] = comparing([resource("a:b:C", "one", { x: 1 })], [resource("a:b:C", "one", { x: 2 })]).changes;
        assert.deepEqual(only?.properties, [{ path: "x", kind: "update", before: 1, after: 2, replaces: false }]);
    });

    it("replaces where the type cannot change the property in place", () => {
        const comparison = comparing(
            [resource("a:b:C", "one", { spec: { x: 1, y: 1 } })],
            [resource("a:b:C", "one", { spec: { x: 2, y: 2 } })],
            rules({ "a:b:C": ["spec.x"] }),
        );
        assert.deepEqual(told(comparison), ["replace one: spec.x, spec.y because of spec.x"]);
    });

    it("replaces where such a property comes or goes with the object around it", () => {
        const bare = resource("a:b:C", "one", {});
        const full = resource("a:b:C", "one", { spec: { x: 1 } });
        const other = resource("a:b:C", "one", { spec: { y: 1 } });
        const rulesFor = rules({ "a:b:C": ["spec.x"] });
        assert.deepEqual(told(comparing([bare], [full], rulesFor)), ["replace one: spec because of spec"]);
        assert.deepEqual(told(comparing([bare], [other], rulesFor)), ["update one: spec"]);
    });

    it("replaces where the resource's option replaceOnChanges says so", () => {
        const options = { options: { replaceOnChanges: ["x"] } };
        const comparison = comparing(
            [resource("a:b:C", "one", { x: 1 }, options)],
            [resource("a:b:C", "one", { x: 2 }, options)],
        );
        assert.deepEqual(told(comparison), ["replace one: x because of x"]);
    });

    it("ignores what ignoreChanges names", () => {
        const options = { options: { ignoreChanges: ["spec.x"] } };
        const comparison = comparing(
            [resource("a:b:C", "one", { spec: { x: 1 } }, options)],
            [resource("a:b:C", "one", { spec: { x: 2 } }, options)],
            rules({ "a:b:C": ["spec.x"] }),
        );
        assert.deepEqual(comparison.changes, []);
    });

    it("follows a resource that was renamed with an alias", () => {
        const comparison = comparing(
            [resource("a:b:C", "old", { x: 1 })],
            [resource("a:b:C", "new", { x: 1 }, { options: { aliases: [urn("a:b:C", "old")] } })],
        );
        assert.deepEqual(comparison.changes, []);
    });

    it("leaves out the providers that the engine creates by itself", () => {
        const provider = resource("pulumi:providers:a", "default_1_0_0", {}, { parent: null });
        assert.deepEqual(comparing([], [provider]).changes, []);
        assert.deepEqual(comparing([provider], []).changes, []);
    });

    it("names protected resources that would go", () => {
        const guarded = resource("a:b:C", "one", { x: 1 }, { protect: true });
        const replaced = comparing([guarded], [{ ...guarded, inputs: { x: 2 } }], rules({ "a:b:C": ["x"] }));
        const removed = comparing([guarded], []);
        assert.deepEqual(
            [...replaced.changes, ...removed.changes].map((each) => each.protected),
            [true, true],
        );
        assert.match(replaced.warnings.join("\n"), /one is protected and would be replaced: the update is refused/);
        assert.match(removed.warnings.join("\n"), /one is protected and would be deleted: the update is refused/);
    });

    it("lets a resource be replaced that gives its protection up in the same update", () => {
        const guarded = resource("a:b:C", "one", { x: 1 }, { protect: true });
        const after = resource("a:b:C", "one", { x: 2 });
        assert.equal(comparing([guarded], [after], rules({ "a:b:C": ["x"] })).changes[0]?.protected, false);
    });

    // pulumi, pkg/resource/deploy/step_generator.go: `dependentResource.Protect` of a chain that is deleted before it is replaced
    it("lets none be deleted with what it reads although it gives its protection up in the same update", () => {
        const source = (x: number) =>
            resource("a:b:Source", "source", { x }, { options: { deleteBeforeReplace: true } });
        const reader = (protect: boolean) =>
            resource(
                "a:b:C",
                "one",
                { ref: "${source.id}" },
                {
                    protect,
                    propertyDependencies: { ref: [urn("a:b:Source", "source")] },
                },
            );
        const { changes } = comparing(
            [source(1), reader(true)],
            [source(2), reader(false)],
            rules({ "a:b:Source": ["x"], "a:b:C": ["ref"] }),
        );
        assert.deepEqual(
            changes.map(({ name, protected: isProtected }) => [name, isProtected]),
            [
                ["one", true],
                ["source", false],
            ],
        );
    });

    it("says what stays in the cloud", () => {
        const kept = resource("a:b:C", "one", {}, { options: { retainOnDelete: true } });
        assert.equal(comparing([kept], []).changes[0]?.retained, true);
    });

    it("lists the stack's outputs that change", () => {
        const [before, after] = [planWith([]), planWith([])];
        const withOutputs = (outputs: Readonly<Record<string, unknown>>) =>
            before.resources.map((each) => (each.type === "pulumi:pulumi:Stack" ? { ...each, outputs } : each));
        const comparison = compare(
            { ...before, resources: withOutputs({ host: "a" }) },
            { ...after, resources: withOutputs({ host: "b" }) },
            rules({}),
        );
        assert.deepEqual(comparison.outputs, [
            { path: "host", kind: "update", before: "a", after: "b", replaces: false },
        ]);
        assert.deepEqual(comparison.changes, []);
    });
});

describe("a replacement reaches what reads its outputs", () => {
    const source = (x: number, other: Partial<PlannedResource> = {}) => resource("a:b:Source", "source", { x }, other);
    const reader = (inputs: Readonly<Record<string, unknown>>) =>
        resource("a:b:Reader", "reader", inputs, {
            propertyDependencies: Object.fromEntries(
                Object.keys(inputs).map((key) => [key, [urn("a:b:Source", "source")]]),
            ),
        });

    it("as an update where the property can change in place", () => {
        const inputs = { list: [{ ref: "${source.id}" }], plain: "x" };
        const comparison = comparing(
            [source(1), reader(inputs)],
            [source(2), reader(inputs)],
            rules({ "a:b:Source": ["x"] }),
        );
        assert.deepEqual(told(comparison), ["update reader: list[0].ref", "replace source: x because of x"]);
        assert.equal(comparison.changes[0]?.properties[0]?.follows, "source");
    });

    it("as a replacement where it cannot, and from there further", () => {
        const last = resource(
            "a:b:Last",
            "last",
            { ref: "${reader.id}" },
            { propertyDependencies: { ref: [urn("a:b:Reader", "reader")] } },
        );
        const inputs = { ref: "${source.id}" };
        const comparison = comparing(
            [source(1), reader(inputs), last],
            [source(2), reader(inputs), last],
            rules({ "a:b:Source": ["x"], "a:b:Reader": ["ref"], "a:b:Last": ["ref"] }),
        );
        assert.deepEqual(told(comparison), [
            "replace last: ref because of ref",
            "replace reader: ref because of ref",
            "replace source: x because of x",
        ]);
    });

    it("also where the value is a secret", () => {
        const inputs = { password: "[secret]" };
        const comparison = comparing(
            [source(1), reader(inputs)],
            [source(2), reader(inputs)],
            rules({ "a:b:Source": ["x"] }),
        );
        assert.deepEqual(told(comparison), ["update reader: password", "replace source: x because of x"]);
    });

    it("not where the value that is read is known beforehand", () => {
        const inputs = { name: "chosen-by-the-program" };
        const comparison = comparing(
            [source(1), reader(inputs)],
            [source(2), reader(inputs)],
            rules({ "a:b:Source": ["x"], "a:b:Reader": ["name"] }),
        );
        assert.deepEqual(told(comparison), ["replace source: x because of x"]);
    });

    it("even there, where the old one is deleted before the new one comes", () => {
        const inputs = { name: "chosen-by-the-program", size: 1 };
        const comparison = comparing(
            [source(1), reader(inputs)],
            [source(2), reader(inputs)],
            rules({ "a:b:Source": ["x"], "a:b:Reader": ["name"] }, ["a:b:Source"]),
        );
        assert.deepEqual(told(comparison), ["replace reader: name because of name", "replace source: x because of x"]);
        assert.deepEqual(
            comparison.changes.map((each) => each.deletedFirst),
            [false, true],
        );
    });

    it("and the option deleteBeforeReplace decides over the type", () => {
        const options = { options: { deleteBeforeReplace: true } };
        const comparison = comparing([source(1, options)], [source(2, options)], rules({ "a:b:Source": ["x"] }));
        assert.equal(comparison.changes[0]?.deletedFirst, true);
    });

    it("and takes with it what is deletedWith it", () => {
        const tied = resource("a:b:Reader", "tied", {}, { options: { deletedWith: urn("a:b:Source", "source") } });
        const comparison = comparing([source(1), tied], [source(2), tied], rules({ "a:b:Source": ["x"] }));
        assert.deepEqual(told(comparison), ["replace source: x because of x", "replace tied:  because of deletedWith"]);
    });

    it("and everything of a provider that is replaced", () => {
        const provider = (identifier: string) => resource("pulumi:providers:a", "cluster", { identifier });
        const object = resource("a:b:C", "object", {}, { provider: urn("pulumi:providers:a", "cluster") });
        const rulesFor = rules({ "pulumi:providers:a": ["identifier"] });
        assert.deepEqual(told(comparing([provider("x"), object], [provider("y"), object], rulesFor)), [
            "replace cluster: identifier because of identifier",
            "replace object:  because of provider",
        ]);
    });

    it("but not what moves to a provider of another name with the same configuration", () => {
        const provider = (name: string) => resource("pulumi:providers:a", name, { identifier: "x" });
        const object = (name: string) => resource("a:b:C", "object", {}, { provider: urn("pulumi:providers:a", name) });
        const rulesFor = rules({ "pulumi:providers:a": ["identifier"] });
        assert.deepEqual(
            told(comparing([provider("old"), object("old")], [provider("new"), object("new")], rulesFor)),
            ["create new: ", "delete old: "],
        );
    });
});

describe("the consequences of an update", () => {
    const release = (values: Readonly<Record<string, unknown>>) =>
        resource("kubernetes:helm.sh/v3:Release", "vernemq-release", { chart: "vernemq", namespace: "mqtt", values });
    const volume = { enabled: true, size: "20Gi" };

    it("fewer brokers: who has to leave first, and which volume claims go after", () => {
        const { warnings } = comparing([release({ replicaCount: 4 })], [release({ replicaCount: 2 })]);
        assert.equal(warnings.length, 1);
        assert.match(warnings[0] ?? "", /^From 4 to 2 brokers: vernemq-3 and vernemq-2 must leave the cluster first/);
        assert.match(
            warnings[0] ?? "",
            /Before this update run npm run ops -- scale --stack test --to 2, which does it all/,
        );
        assert.match(warnings[0] ?? "", /data-vernemq-3 and data-vernemq-2, have to be deleted then/);
    });

    it("more brokers need nothing", () => {
        assert.deepEqual(comparing([release({ replicaCount: 2 })], [release({ replicaCount: 3 })]).warnings, []);
    });

    it("values of the pods restart the brokers, and others do not", () => {
        const restarts = (before: object, after: object) =>
            comparing([release({ replicaCount: 3, ...before })], [release({ replicaCount: 3, ...after })]).warnings;
        const probe = (seconds: number) => ({ statefulset: { readinessProbe: { periodSeconds: seconds } } });
        const because = "image, resources, statefulset.readinessProbe";
        assert.deepEqual(
            restarts(
                { image: { tag: "a" }, resources: { requests: { cpu: "1" } }, ...probe(5) },
                { image: { tag: "b" }, resources: { requests: { cpu: "2" } }, ...probe(6) },
            ),
            [
                `The brokers restart one after another (${because}): each disconnects its devices, which connect to another.`,
            ],
        );
        assert.deepEqual(restarts({ pdb: { minAvailable: 1 } }, { pdb: { minAvailable: 2 } }), []);
    });

    it("another type of VerneMQ's own Service: what goes and what comes", () => {
        const typed = (type: string) => release({ service: { type } });
        const of = (from: string, to: string) => comparing([typed(from)], [typed(to)]).warnings;
        assert.deepEqual(of("LoadBalancer", "ClusterIP"), [
            "VerneMQ's own Service changes from LoadBalancer to ClusterIP: its load balancer and the address go, and only pods of the cluster reach it.",
        ]);
        assert.deepEqual(of("ClusterIP", "NodePort"), [
            "VerneMQ's own Service changes from ClusterIP to NodePort: its node ports open outside the cluster, without TLS.",
        ]);
        assert.deepEqual(of("NodePort", "NodePort"), []);
    });

    it("persistence switched off", () => {
        const { warnings } = comparing(
            [release({ persistentVolume: volume })],
            [release({ persistentVolume: { enabled: false } })],
        );
        assert.match(warnings.join("\n"), /^Persistence is turned off/);
    });

    it("a volume's size, which a StatefulSet does not let change", () => {
        const { warnings } = comparing(
            [release({ persistentVolume: volume })],
            [release({ persistentVolume: { ...volume, size: "40Gi" } })],
        );
        assert.match(warnings.join("\n"), /^The volumes' size changes/);
    });

    for (const [type, loss] of [
        ["aws:eks/cluster:Cluster", /the cluster is lost with everything in it/],
        ["gcp:container/nodePool:NodePool", /its nodes are deleted/],
        ["azure-native:network:PublicIPAddress", /DNS records and firewalls that name it have to be changed/],
        ["kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", /every resource of its kind in the cluster/],
        ["azure-native:network/v20240501:PublicIPAddress", /DNS records and firewalls that name it have to be changed/],
        ["digitalocean:index/loadBalancer:LoadBalancer", /every device is disconnected/],
        ["azure-native:resources:ResourceGroup", /everything in it is lost with it, the cluster/],
        ["kubernetes:storage.k8s.io/v1:StorageClass", /volume claims that name it can no longer grow/],
        ["kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ", /all brokers stop at once/],
        ["aws:kms/key:Key", /can never be read again/],
        ["example:store/bucket:Bucket", /its type is in no table of this program, so it may hold data/],
    ] as const) {
        it(`a replaced ${type}`, () => {
            const [before, after] = [resource(type, "it", { x: 1 }), resource(type, "it", { x: 2 })];
            const { warnings } = comparing([before], [after], rules({ [type]: ["x"] }));
            assert.match(warnings.join("\n"), loss);
            const gone = comparing([before], []).warnings.join("\n");
            assert.match(gone, loss);
            assert.match(gone, /^it is deleted: /);
        });
    }

    it("a workload that is deleted before it comes back", () => {
        const type = "kubernetes:apps/v1:Deployment";
        const [before, after] = [resource(type, "it", { x: 1 }), resource(type, "it", { x: 2 })];
        const of = (deletesFirst: readonly string[]) =>
            comparing([before], [after], rules({ [type]: ["x"] }, deletesFirst)).warnings.join("\n");
        assert.match(of([type]), /it is replaced: all its pods stop before new ones start/);
        assert.equal(of([]), "");
    });

    it("a replaced cluster whose provider is taken for the old one", () => {
        const cluster = (x: number) => resource("aws:eks/cluster:Cluster", "it", { x });
        const provider = (id: string) => resource("pulumi:providers:kubernetes", "inside", { clusterIdentifier: id });
        const rulesFor = rules({
            "aws:eks/cluster:Cluster": ["x"],
            "pulumi:providers:kubernetes": ["clusterIdentifier"],
        });
        const [kept, renewed] = [provider("a"), provider("b")];
        const unsafe = comparing([cluster(1), kept], [cluster(2), kept], rulesFor).warnings.join("\n");
        const safe = comparing([cluster(1), kept], [cluster(2), renewed], rulesFor).warnings.join("\n");
        assert.match(unsafe, /the update assumes that they exist/);
        assert.doesNotMatch(safe, /the update assumes that they exist/);
    });

    it("nodes of another kind are renewed; more of them or other labels are not", () => {
        const type = "gcp:container/nodePool:NodePool";
        const pool = (machineType: string, nodeCount: number, label: string) =>
            resource(type, "pool", { nodeCount, nodeConfig: { machineType, labels: { a: label } } });
        const of = (...after: Parameters<typeof pool>) => comparing([pool("small", 1, "x")], [pool(...after)]).warnings;
        assert.match(of("big", 1, "x").join("\n"), /^The nodes of pool are renewed one after another/);
        assert.deepEqual(of("small", 2, "y"), []);
    });

    it("a zone that the brokers' nodes leave, where their volumes are", async () => {
        const zones = (config: StackConfig, ...names: readonly string[]) =>
            change(config, "vernemq:cluster", { zones: names });
        const told = async (from: StackConfig, to: StackConfig) => {
            const { warnings } = await compareWith(await planOf(from), await planOf(to));
            return warnings.filter((text) => / leave |renewed/.test(text));
        };
        assert.deepEqual(await told(zones(valid.gke, "a", "b", "c"), zones(valid.gke, "a", "b")), [
            "The nodes of vernemq-cluster-broker leave europe-west3-c: a broker whose volume is there stays pending, because volumes do not move to another zone.",
        ]);
        assert.deepEqual(await told(zones(valid.eks, "a", "b", "c"), zones(valid.eks, "a", "b")), [
            "The nodes of vernemq-cluster-broker-nodes-group leave vernemq-cluster-network-private-c: a broker whose volume is there stays pending, because volumes do not move to another zone.",
        ]);
        assert.deepEqual(await told(zones(valid.gke, "a", "b"), zones(valid.gke, "a", "b", "c")), []);
    });

    it("another context, which may be another cluster", async () => {
        const context = (name: string) => change(valid.existing, "vernemq:cluster", { context: name });
        const { warnings } = await compareWith(await planOf(context("a")), await planOf(context("b")));
        assert.match(
            warnings.join("\n"),
            /^vernemq-cluster-kubernetes uses another context: .*change vernemq:cluster\.name too/,
        );
    });

    it("a cloud's resources do not move to another region", () => {
        const provider = (region: string) =>
            resource("pulumi:providers:aws", "default_7_48_0", { region }, { parent: null });
        const { warnings } = comparing([provider("eu-central-1")], [provider("eu-west-1")]);
        assert.match(warnings.join("\n"), /^aws:region changes: existing resources do not move/);
    });

    it("affinity, the end of TLS, a closed listener and a higher TLS version", () => {
        const after = {
            ...edge,
            hops: [hop("aws-nlb", { title: "NLB", terminatesTls: true }), hop("haproxy"), hop("vernemq")],
            affinity: "none" as const,
            listeners: [],
            minimumTlsVersion: "1.3" as const,
        };
        const { warnings } = compare(planWith([]), planWith([], after), rules({}));
        assert.equal(warnings.length, 5);
        assert.match(warnings[0] ?? "", /^The connection path changes/);
        assert.match(warnings[1] ?? "", /^TLS is terminated at NLB instead of haproxy/);
        assert.match(warnings[2] ?? "", /^Affinity changes from source-ip to none/);
        assert.match(warnings[3] ?? "", /^Listener mqtts on port 8883 closes/);
        assert.match(warnings[4] ?? "", /newer than TLS 1\.2 can no longer connect/);
    });

    it("a listener that moves to an ingress controller, and one that goes from there", () => {
        const wss = { name: "wss", port: 443, tls: true, broker: "ws" } as const;
        const own = { ...edge, listeners: [...edge.listeners, wss] };
        const webSocket = {
            via: "ingress",
            controller: "traefik",
            forwardedHops: 1,
            certificateSource: null,
            hops: [
                hop("ingress-controller", { title: "Traefik", terminatesTls: true }),
                hop("haproxy"),
                hop("vernemq"),
            ],
        } as const;
        const through = { ...edge, webSocket };
        const warnings = (before: EdgePlan, after: EdgePlan) =>
            compare(planWith([], before), planWith([], after), rules({})).warnings;
        assert.deepEqual(warnings(own, through), [
            "Listener wss moves from the edge's own listener to Traefik: another address, and perhaps another certificate and name.",
        ]);
        assert.deepEqual(warnings(through, edge), ["Listener wss on port 443 closes."]);
        assert.deepEqual(warnings(through, through), []);
    });

    it("the load balancer of a Service that goes, or gets another type", () => {
        const type = "kubernetes:core/v1:Service";
        const service = (kind: string, clusterIP: string) =>
            resource(type, "edge", { spec: { type: kind, clusterIP } });
        const of = (...both: readonly [PlannedResource, PlannedResource | undefined]) =>
            comparing([both[0]], both[1] === undefined ? [] : [both[1]], rules({ [type]: ["spec.clusterIP"] }))
                .warnings;
        const balanced = service("LoadBalancer", "a");
        const loss = "every device is disconnected, and a new one may have another address.";
        assert.deepEqual(of(balanced, service("LoadBalancer", "b")), [`edge is replaced: ${loss}`]);
        assert.deepEqual(of(balanced, undefined), [`edge is deleted: ${loss}`]);
        assert.deepEqual(of(balanced, service("ClusterIP", "a")), [`edge changes its type: ${loss}`]);
        assert.deepEqual(of(service("ClusterIP", "a"), service("ClusterIP", "b")), []);
        assert.deepEqual(of(service("ClusterIP", "a"), balanced), []);
    });

    it("TLS that begins or ends with an edge", () => {
        const plain: EdgePlan = { ...edge, hops: [hop("vernemq")] };
        const secure: EdgePlan = {
            ...edge,
            hops: [hop("haproxy", { title: "HAProxy", terminatesTls: true }), hop("vernemq")],
        };
        const of = (before: EdgePlan, after: EdgePlan) =>
            compare(planWith([], before), planWith([], after), rules({})).warnings.filter((text) =>
                text.includes("TLS"),
            );
        assert.deepEqual(of(plain, secure), [
            "TLS is terminated at HAProxy: devices that use plain MQTT have to switch to it.",
        ]);
        assert.deepEqual(of(secure, plain), ["Nothing terminates TLS any longer: devices have to use plain MQTT."]);
    });

    it("a CA that no device knows yet", () => {
        const type = "tls:index/selfSignedCert:SelfSignedCert";
        const ca = (x: number) => resource(type, "ca", { x });
        const { warnings } = comparing([ca(1)], [ca(2)], rules({ [type]: ["x"] }));
        assert.match(warnings.join("\n"), /^ca is replaced: devices that trust the old CA reject the server/);
    });
});

describe("a change of one setting shows as just that", () => {
    async function changed(before: StackConfig, after: StackConfig): Promise<Comparison> {
        return compareWith(await planOf(before), await planOf(after));
    }

    it("nothing for the same settings in another run", async () => {
        const { changes, outputs, warnings } = await changed(valid.existing, valid.existing);
        assert.deepEqual({ changes, outputs, warnings }, { changes: [], outputs: [], warnings: [] });
    });

    it("a made priority class that is replaced restarts the brokers that name it", async () => {
        const priority = (priorityClass: number) => change(valid.existing, "vernemq:broker", { priorityClass });
        const { warnings } = await changed(priority(1000), priority(2000));
        assert.match(warnings.join("\n"), /restarts? .*\(priorityClassName\)/);
    });

    it("replicas on an existing cluster: the release alone", async () => {
        const base = change(valid.existing, "vernemq:broker", { replicas: 3 });
        const comparison = await changed(base, change(base, "vernemq:broker", { replicas: 4 }));
        assert.deepEqual(
            comparison.changes.map(({ action, name }) => `${action} ${name}`),
            ["update vernemq-release"],
        );
        const paths = comparison.changes[0]?.properties.map(({ path }) => path) ?? [];
        assert.ok(paths.includes("values.replicaCount"));
        assert.deepEqual(comparison.warnings, []);
    });

    it("affinity on an existing cluster: HAProxy and nothing of the broker", async () => {
        const base = change(valid.existing, "vernemq:edge", { affinity: "source-ip" });
        const comparison = await changed(base, change(base, "vernemq:edge", { affinity: "client-id" }));
        const names = comparison.changes.map(({ name }) => name);
        assert.ok(names.includes("vernemq-haproxy-config"));
        assert.ok(
            !names.some((name) => name.startsWith("vernemq-certificate") || name === "vernemq-release"),
            names.join(),
        );
        assert.match(comparison.warnings.join("\n"), /Affinity changes from source-ip to client-id/);
    });

    it("the namespace: what lives in it is replaced, with the simulated cloud's own rules of what comes first", async () => {
        const after = change(valid.existing, "vernemq:broker", { namespace: "other" });
        const { changes } = await changed(valid.existing, after);
        const namespace = changes.find(({ name }) => name === "vernemq-namespace");
        assert.deepEqual(
            [namespace?.action, namespace?.because, namespace?.deletedFirst],
            ["replace", ["metadata.name"], false],
        );
        const release = changes.find(({ name }) => name === "vernemq-release");
        assert.deepEqual([release?.action, release?.because], ["replace", ["namespace"]]);
    });

    it("another cluster: its provider is replaced, and every object with it", async () => {
        const after = change(valid.existing, "vernemq:cluster", { name: "other" });
        const { changes } = await changed(valid.existing, after);
        const provider = changes.find(({ name }) => name === "vernemq-cluster-kubernetes");
        assert.deepEqual([provider?.action, provider?.because], ["replace", ["clusterIdentifier"]]);
        const objects = changes.filter(({ type }) => type.startsWith("kubernetes:"));
        assert.ok(objects.length > 5);
        assert.ok(objects.every(({ action, because }) => action === "replace" && because.includes("provider")));
    });

    it("the node size on eks: the broker's nodes", async () => {
        const after = change(valid.eks, "vernemq:cluster", { brokerNodes: { instanceType: "m7i.4xlarge" } });
        const comparison = await changed(valid.eks, after);
        assert.deepEqual(
            comparison.changes.map(({ action, name }) => `${action} ${name}`),
            ["update vernemq-cluster-broker-nodes-group", "update vernemq-cluster-broker-nodes-template"],
        );
        assert.match(comparison.warnings.join("\n"), /The nodes of vernemq-cluster-broker-nodes-group are renewed/);
    });

    it("terminateTls on eks: no broker and no cluster resource is touched", async () => {
        const certificate = { "vernemq:certificate": { source: "cert-manager", issuer: { name: "letsencrypt" } } };
        const after = { ...change(valid.eks, "vernemq:edge", { terminateTls: "haproxy" }), ...certificate };
        const comparison = await changed(valid.eks, after);
        const touched = comparison.changes.map(({ name }) => name);
        assert.ok(touched.includes("vernemq-edge-mqtts-listener"));
        assert.ok(!touched.some((name) => /^vernemq-(release|auth|cluster)/.test(name)), touched.join());
        assert.match(
            comparison.warnings.join("\n"),
            /^TLS is terminated at HAProxy instead of AWS Network Load Balancer/m,
        );
    });
});

describe("components in a comparison", () => {
    it("come and go without being replaced", () => {
        const renamed = { ...component, urn: urn("vernemq:test:Part", "other"), name: "other" };
        const [before, after] = [planWith([]), planWith([])];
        const resources = after.resources.map((each) => (each.urn === component.urn ? renamed : each));
        assert.deepEqual(told(compare(before, { ...after, resources }, rules({}))), [
            "create other: ",
            "delete part: ",
        ]);
    });
});
