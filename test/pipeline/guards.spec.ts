import assert from "node:assert/strict";
import { consequences } from "../../plan/changes/consequences";
import { changesIn } from "../../plan/changes/from-events";
import { type Allowances, guard, idleAllowances, protectedIn } from "../../pipeline/guards";
import { cluster, step, urnOf } from "./support";

/** `kind role` of each refusal of an update that consists of one step. */
function refusals(event: ReturnType<typeof step>, allowances?: Allowances): readonly string[] {
    return guard(changesIn([event]), allowances).map(({ kind, role }) => `${kind} ${role}`);
}

const old = { inputs: {} };

describe("The guards", () => {
    const guarded: readonly (readonly [type: string, role: string, inputs?: object])[] = [
        ["aws:eks/cluster:Cluster", "cluster"],
        ["gcp:container/cluster:Cluster", "cluster"],
        ["azure-native:containerservice/v20250101:ManagedCluster", "cluster"],
        ["digitalocean:index/kubernetesCluster:KubernetesCluster", "cluster"],
        ["aws:eks/nodeGroup:NodeGroup", "node pool"],
        ["gcp:container/nodePool:NodePool", "node pool"],
        ["azure-native:containerservice:AgentPool", "node pool"],
        ["digitalocean:index/kubernetesNodePool:KubernetesNodePool", "node pool"],
        ["aws:ebs/volume:Volume", "volume"],
        ["kubernetes:core/v1:PersistentVolumeClaim", "volume"],
        ["kubernetes:storage.k8s.io/v1:StorageClass", "storage class"],
        ["kubernetes:core/v1:Namespace", "namespace"],
        ["azure-native:resources:ResourceGroup", "resource group"],
        ["kubernetes:apps/v1:StatefulSet", "StatefulSet"],
        ["kubernetes:helm.sh/v3:Release", "brokers", { chart: "vernemq" }],
        [
            "kubernetes:helm.sh/v3:Release",
            "brokers",
            { chart: "vernemq", values: { service: { type: "LoadBalancer" } } },
        ],
        ["kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ", "brokers"],
        ["kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "custom resource definition"],
        ["aws:kms/key:Key", "encryption key"],
        // No table knows it, so it may hold data.
        ["example:store/bucket:Bucket", "unknown"],
        ["kubernetes:postgresql.cnpg.io/v1:Cluster", "unknown"],
        ["aws:ec2/eip:Eip", "address"],
        ["gcp:compute/globalAddress:GlobalAddress", "address"],
        ["aws:lb/loadBalancer:LoadBalancer", "load balancer"],
        ["gcp:compute/globalForwardingRule:GlobalForwardingRule", "load balancer"],
        ["kubernetes:core/v1:Service", "load balancer", { spec: { type: "LoadBalancer" } }],
    ];
    for (const [type, role, inputs = {}] of guarded) {
        const urn = urnOf(type, "it");
        it(`hold back an update that replaces or deletes ${type}`, () => {
            assert.deepEqual(refusals(step("replace", urn, { old: { inputs } })), [`replace ${role}`]);
            assert.deepEqual(refusals(step("delete", urn, { old: { inputs } })), [`delete ${role}`]);
        });
        it(`let ${type} be created, changed and left alone`, () => {
            for (const op of ["create", "update", "same", "refresh"]) {
                assert.deepEqual(refusals(step(op, urn, { old: { inputs }, new: { inputs } })), [], op);
            }
        });
    }

    it("let go what nothing protects", () => {
        for (const [type, inputs] of [
            ["kubernetes:core/v1:ConfigMap", {}],
            ["kubernetes:core/v1:Service", { spec: { type: "ClusterIP" } }],
            ["kubernetes:helm.sh/v3:Release", { chart: "metallb" }],
            ["aws:iam/role:Role", {}],
        ] as const) {
            assert.deepEqual(refusals(step("delete", urnOf(type, "it"), { old: { inputs } })), [], type);
        }
    });

    it("let components of any type go, which only group others", () => {
        const old = { inputs: {}, custom: false };
        for (const type of ["vernemq:broker:Broker", "example:store:Store"]) {
            assert.deepEqual(refusals(step("delete", urnOf(type, "it"), { old })), [], type);
        }
    });

    it("say what they do not know of an unknown type", () => {
        const urn = urnOf("example:store/bucket:Bucket", "it");
        const [refusal] = guard(changesIn([step("delete", urn, { old: { inputs: {} } })]));
        assert.equal(
            refusal?.reason,
            "The resource (example:store/bucket:Bucket) it would be deleted: its type is in no table of this program, so it may hold data.",
        );
    });

    it("hold back an operation that no table knows, of what they guard alone", () => {
        const [refusal, ...rest] = guard(changesIn([step("evaporate", cluster, { old, new: old })]));
        assert.deepEqual(rest, []);
        assert.match(refusal?.reason ?? "", /^The cluster mqtt-cluster would undergo "evaporate", which this version/);
        assert.deepEqual(refusals(step("evaporate", urnOf("aws:iam/role:Role", "it"), { old, new: old })), []);
    });

    it("say the same loss as the plan, for each role that they guard", () => {
        for (const [type, , inputs = {}] of guarded) {
            const [change] = changesIn([step("delete", urnOf(type, "it"), { old: { inputs } })]);
            assert.ok(change !== undefined);
            const [warning = ""] = consequences([change], [], []);
            const [refusal] = guard([change]);
            assert.equal(warning.replace("it is deleted: ", ""), refusal?.reason.replace(/^.* would be deleted: /, ""));
        }
    });

    it("take the engine's three steps of a replacement for one", () => {
        const changes = changesIn([
            step("create-replacement", cluster, { old, new: old, keys: ["vpcConfig.subnetIds"] }),
            step("replace", cluster, { old, new: old, keys: ["vpcConfig.subnetIds"] }),
            step("delete-replaced", cluster, { old }),
        ]);
        assert.deepEqual(
            guard(changes).map(({ kind, urn, reason }) => ({ kind, urn, reason })),
            [
                {
                    kind: "replace",
                    urn: cluster,
                    reason: "The cluster mqtt-cluster would be replaced because of vpcConfig.subnetIds: the cluster is lost with everything in it, the brokers and their volumes included.",
                },
            ],
        );
    });

    it("are lifted by the whole URN, and by nothing that only resembles it", () => {
        const event = step("replace", cluster, { old });
        assert.deepEqual(refusals(event, { allowReplace: [cluster] }), []);
        for (const other of [cluster.slice(0, -1), `${cluster}-2`, "*", cluster.toUpperCase(), "mqtt-cluster"]) {
            assert.deepEqual(refusals(event, { allowReplace: [other] }), ["replace cluster"], other);
        }
    });

    it("hold back a change of type that gives up a load balancer, until its URN is allowed", () => {
        const service = (type: string) => ({ inputs: { spec: { type } } });
        const release = (type: string) => ({ inputs: { chart: "vernemq", values: { service: { type } } } });
        for (const [type, state] of [
            ["kubernetes:core/v1:Service", service],
            ["kubernetes:helm.sh/v3:Release", release],
        ] as const) {
            const urn = urnOf(type, "it");
            const events = [step("update", urn, { old: state("LoadBalancer"), new: state("ClusterIP") })];
            const [refusal] = guard(changesIn(events));
            assert.match(
                refusal?.reason ?? "",
                /^The load balancer of it would be deleted, because the type of the Service changes: /,
            );
            assert.match(refusal?.remedy ?? "", new RegExp(`--allow-replace '${urn.replaceAll("$", "\\$")}'`));
            assert.deepEqual(guard(changesIn(events), { allowReplace: [urn] }), []);
            assert.deepEqual(idleAllowances(changesIn(events), { allowReplace: [urn] }), []);
            assert.deepEqual(
                refusals(step("update", urn, { old: state("ClusterIP"), new: state("LoadBalancer") })),
                [],
            );
        }
    });

    it("name allowances that allow nothing", () => {
        const changes = changesIn([step("replace", cluster, { old }), step("same", urnOf("a:b:C", "same"), { old })]);
        const idle = [urnOf("a:b:C", "same"), "urn:misspelt"];
        assert.deepEqual(idleAllowances(changes, { allowReplace: [cluster, ...idle] }), idle);
    });

    it("let the state forget what the cloud keeps, but not replace it", () => {
        const kept = { inputs: {}, retainOnDelete: true };
        assert.deepEqual(refusals(step("delete", cluster, { old: kept })), []);
        assert.deepEqual(refusals(step("replace", cluster, { old: kept })), ["replace cluster"]);
    });

    it("name what is protected, whatever is allowed", () => {
        const urn = urnOf("kubernetes:core/v1:ConfigMap", "precious");
        const event = step("delete", urn, { old: { inputs: {}, protect: true } });
        assert.deepEqual(refusals(event, { allowReplace: [urn], allowScaleDown: true }), [
            "protected protected resource",
        ]);
    });

    it("name the setting that lifts a protection of this program before the engine's command", () => {
        const event = step("delete", cluster, { old: { inputs: {}, protect: true } });
        const remedy = guard(changesIn([event])).find(({ kind }) => kind === "protected")?.remedy ?? "";
        assert.match(
            remedy,
            /`deletionProtection: false` under `vernemq:cluster` in Pulumi\.eks\.yaml[\s\S]*state unprotect/,
        );
    });

    it("find the protected resource in the engine's own refusal", () => {
        const [refusal] = protectedIn(
            `pool: Preview failed: resource "${cluster}" cannot be deleted\nbecause it is protected. To unprotect`,
        );
        assert.equal(refusal?.urn, cluster);
        assert.equal(refusal.type, "aws:eks/cluster:Cluster");
        assert.deepEqual(protectedIn("something else failed"), []);
    });

    describe("for fewer brokers", () => {
        const release = urnOf("kubernetes:helm.sh/v3:Release", "mqtt-release");
        const withReplicas = (count: number) => ({
            inputs: { chart: "vernemq", namespace: "messaging", values: { replicaCount: count } },
        });
        const scaled = (from: number, to: number) =>
            step("update", release, { old: withReplicas(from), new: withReplicas(to) });

        it("refuse, and say each step in its order", () => {
            const [refusal, ...rest] = guard(changesIn([scaled(5, 3)]));
            assert.deepEqual(rest, []);
            assert.equal(refusal?.kind, "scale-down");
            const { remedy } = refusal;
            const order = [
                `npm run ops -- scale --stack ${release.split(":")[2] ?? ""} --to 3`,
                "Then this update with --allow-scale-down",
                "By hand",
                "cluster leave node=VerneMQ@vernemq-4.vernemq-headless.messaging.svc.cluster.local -k -i 5 -t 120",
                "cluster leave node=VerneMQ@vernemq-3.vernemq-headless.messaging.svc.cluster.local -k -i 5 -t 120",
                "vmq-admin cluster show",
                "this update with --allow-scale-down\n",
                "delete pvc data-vernemq-4 data-vernemq-3",
            ].map((words) => remedy.indexOf(words));
            assert.ok(
                order.every((place, index) => place > (order[index - 1] ?? -1)),
                remedy,
            );
        });

        it("are lifted by --allow-scale-down alone", () => {
            assert.deepEqual(refusals(scaled(5, 3), { allowReplace: [release] }), ["scale-down brokers"]);
            assert.deepEqual(refusals(scaled(5, 3), { allowScaleDown: true }), []);
        });

        it("refuse those of the operator, whose brokers leave in their own way", () => {
            const sized = (size: number) => ({ inputs: { metadata: { namespace: "messaging" }, spec: { size } } });
            const urn = urnOf("kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ", "mqtt-brokers");
            const event = step("update", urn, { old: sized(3), new: sized(2) });
            const [refusal] = guard(changesIn([event]));
            assert.match(refusal?.reason ?? "", /^mqtt-brokers would go from 3 to 2 brokers/);
            assert.match(refusal?.remedy ?? "", /^Brokers of upstream's operator leave when they stop/);
            assert.deepEqual(refusals(event, { allowScaleDown: true }), []);
        });

        it("let the number stay or grow", () => {
            assert.deepEqual(refusals(scaled(3, 3)), []);
            assert.deepEqual(refusals(scaled(3, 5)), []);
        });

        const counted = (from: number | undefined, to: number | undefined) => {
            const state = (replicaCount: number | undefined) => ({
                inputs: { chart: "vernemq", values: replicaCount === undefined ? {} : { replicaCount } },
            });
            return refusals(step("update", release, { old: state(from), new: state(to) }));
        };
        // A number that is not said is the chart's default, 1.
        for (const [from, to, refused] of [
            [1, 0, true],
            [0, 0, false],
            [0, 1, false],
            [3, 2, true],
            [3, undefined, true],
            [1, undefined, false],
            [undefined, 3, false],
            [undefined, 0, true],
            [undefined, undefined, false],
        ] as const) {
            it(`${refused ? "refuse" : "let"} ${String(from)} become ${String(to)}`, () => {
                assert.deepEqual(counted(from, to), refused ? ["scale-down brokers"] : []);
            });
        }

        it("are counted where each owner of brokers says it, and in no other chart or kind", () => {
            const updated = (type: string, old: object, next: object) =>
                refusals(step("update", urnOf(type, "it"), { old: { inputs: old }, new: { inputs: next } }));
            const replicas = (count: number) => ({ spec: { replicas: count } });
            assert.deepEqual(updated("kubernetes:apps/v1:StatefulSet", replicas(2), replicas(1)), [
                "scale-down brokers",
            ]);
            assert.deepEqual(updated("kubernetes:apps/v1:Deployment", replicas(2), replicas(1)), []);
            const other = (replicaCount: number) => ({ chart: "traefik", values: { replicaCount } });
            assert.deepEqual(updated("kubernetes:helm.sh/v3:Release", other(2), other(1)), []);
        });

        it("are not reported separately where the release is replaced, which is refused as such", () => {
            const event = step("replace", release, { old: withReplicas(3), new: withReplicas(1) });
            assert.deepEqual(refusals(event), ["replace brokers"]);
        });
    });
});
