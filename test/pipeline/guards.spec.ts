import assert from "node:assert/strict";
import { changesIn } from "../../pipeline/changes";
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
        ["kubernetes:apps/v1:StatefulSet", "brokers"],
        ["kubernetes:helm.sh/v3:Release", "brokers", { chart: "vernemq" }],
        [
            "kubernetes:helm.sh/v3:Release",
            "brokers",
            { chart: "vernemq", values: { service: { type: "LoadBalancer" } } },
        ],
        ["kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ", "brokers"],
        ["kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "custom resource definition"],
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
        it(`let ${type} be made, changed and left alone`, () => {
            for (const op of ["create", "update", "same", "refresh"]) {
                assert.deepEqual(refusals(step(op, urn, { old: { inputs }, new: { inputs } })), [], op);
            }
        });
    }

    it("let go what nobody holds on to", () => {
        for (const [type, inputs] of [
            ["kubernetes:core/v1:ConfigMap", {}],
            ["kubernetes:core/v1:Service", { spec: { type: "ClusterIP" } }],
            ["kubernetes:helm.sh/v3:Release", { chart: "metallb" }],
            ["aws:iam/role:Role", {}],
        ] as const) {
            assert.deepEqual(refusals(step("delete", urnOf(type, "it"), { old: { inputs } })), [], type);
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
                    reason: "The cluster mqtt-cluster would be replaced because of vpcConfig.subnetIds: everything in it goes with it, the brokers and their volumes included.",
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
                /^The load balancer of it would go, because the Service gets another type: /,
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

    it("name the setting that lifts a protection of ours before the engine's command", () => {
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
            assert.match(refusal?.remedy ?? "", /^Brokers of upstream's operator leave as they stop/);
            assert.deepEqual(refusals(event, { allowScaleDown: true }), []);
        });

        it("let the number stay or grow", () => {
            assert.deepEqual(refusals(scaled(3, 3)), []);
            assert.deepEqual(refusals(scaled(3, 5)), []);
        });
    });
});
