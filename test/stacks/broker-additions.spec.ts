import assert from "node:assert/strict";
import { additionsAnnotation, postRenderer } from "../../components/broker/post-render";
import type { Plan } from "../../plan/plan";
import { change, only, originLabels, planOf, valid, type StackConfig } from "../support";

const broker = (settings: Readonly<Record<string, unknown>>) => change(valid.existing, "vernemq:broker", settings);
const releaseOf = (plan: Plan) => only(plan, "kubernetes:helm.sh/v3:Release", "vernemq-release");

interface Additions {
    readonly spec: Readonly<Record<string, unknown>>;
    readonly pod: Readonly<Record<string, unknown>>;
    readonly container: Readonly<Record<string, unknown>>;
}

/** What a plan's release has the post-renderer add. */
function additionsOf(plan: Plan): Additions {
    const values = releaseOf(plan).inputs["values"] as { statefulset: { annotations: Record<string, string> } };
    const { annotations } = values.statefulset;
    assert.deepEqual(Object.keys(annotations), [additionsAnnotation]);
    return JSON.parse(annotations[additionsAnnotation] ?? "") as Additions;
}

const additionsFor = async (settings: Readonly<Record<string, unknown>>) => additionsOf(await planOf(broker(settings)));

describe("What the chart lacks, in a stack", () => {
    it("is added by the release's post-renderer, all of it visible in the release's values", async () => {
        const plan = await planOf(valid.existing);
        assert.equal(releaseOf(plan).inputs["postrender"], postRenderer());
        const { spec, pod, container } = additionsOf(plan);
        assert.deepEqual(spec, {
            persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        });
        assert.deepEqual(Object.keys(pod), ["affinity", "topologySpreadConstraints"]);
        assert.deepEqual(Object.keys(container), ["command", "env", "startupProbe"]);
        assert.deepEqual(container["env"], [
            {
                name: "VMQ_COOKIE",
                valueFrom: { secretKeyRef: { name: "${vernemq-cookie.metadata.name}", key: "cookie" } },
            },
        ]);
    });

    it("goes by the labels of this release, which the chart's own anti-affinity does not", async () => {
        const { pod } = await additionsFor({});
        const matchLabels = { "app.kubernetes.io/name": "vernemq", "app.kubernetes.io/instance": "vernemq" };
        assert.deepEqual(pod["affinity"], {
            podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                    { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels } },
                ],
            },
        });
        const [constraint] = pod["topologySpreadConstraints"] as Record<string, unknown>[];
        assert.deepEqual(constraint?.["labelSelector"], { matchLabels });
    });

    it("has a random cookie of letters and digits, in a Secret that another cookie replaces", async () => {
        const plan = await planOf(valid.existing);
        const value = only(plan, "random:index/randomPassword:RandomPassword", "vernemq-cookie-value");
        assert.deepEqual(value.inputs, { length: 32, special: false });
        const secret = only(plan, "kubernetes:core/v1:Secret", "vernemq-cookie");
        assert.deepEqual(secret.inputs, {
            apiVersion: "v1",
            kind: "Secret",
            immutable: true,
            metadata: { namespace: "messaging", labels: originLabels },
            stringData: "[secret]",
        });
        assert.ok(releaseOf(plan).dependencies.includes(secret.urn));
    });

    it("leaves the image's cookie and its start command alone where that is wanted, and makes no Secret", async () => {
        const plan = await planOf(broker({ cookie: "image" }));
        assert.deepEqual(Object.keys(additionsOf(plan).container), ["startupProbe"]);
        assert.deepEqual(
            plan.resources.filter(({ name }) => name.includes("cookie")),
            [],
        );
    });

    it("takes the strictness of spreading and the fate of volumes from the settings", async () => {
        const { spec, pod } = await additionsFor({ zoneSpread: "required", persistence: { whenScaled: "Delete" } });
        const [constraint] = pod["topologySpreadConstraints"] as Record<string, unknown>[];
        assert.equal(constraint?.["whenUnsatisfiable"], "DoNotSchedule");
        assert.deepEqual(spec["persistentVolumeClaimRetentionPolicy"], { whenDeleted: "Retain", whenScaled: "Delete" });
    });

    it("warns that nodes need zones where zones are required and the nodes are not ours", async () => {
        const warnings = async (config: StackConfig) =>
            (await planOf(change(config, "vernemq:broker", { zoneSpread: "required" }))).warnings.filter((text) =>
                text.includes("topology.kubernetes.io/zone"),
            ).length;
        assert.deepEqual([await warnings(valid.existing), await warnings(valid.gke)], [1, 0]);
    });

    it("says nothing of volume claims where there are none", async () => {
        assert.deepEqual((await additionsFor({ replicas: 1, persistence: { enabled: false } })).spec, {});
    });

    it("waits for a slow start, and so does the release", async () => {
        const plan = await planOf(broker({ startupSeconds: 600 }));
        const probe = additionsOf(plan).container["startupProbe"] as Record<string, number>;
        assert.equal((probe["failureThreshold"] ?? 0) * (probe["periodSeconds"] ?? 0), 600);
        assert.equal(releaseOf(plan).inputs["timeout"], 2145);
    });

    it("uses a priority class that is there, and makes none", async () => {
        const plan = await planOf(broker({ priorityClass: "business.critical" }));
        assert.equal(additionsOf(plan).pod["priorityClassName"], "business.critical");
        assert.deepEqual(
            plan.resources.filter(({ type }) => type.endsWith(":PriorityClass")),
            [],
        );
    });

    it("makes a priority class for a value, under a name that no other stack has", async () => {
        const plan = await planOf(broker({ priorityClass: 100_000 }));
        const made = only(plan, "kubernetes:scheduling.k8s.io/v1:PriorityClass", "vernemq-priority");
        assert.deepEqual(made.inputs, {
            apiVersion: "scheduling.k8s.io/v1",
            kind: "PriorityClass",
            metadata: { labels: originLabels },
            description: "VerneMQ brokers",
            value: 100_000,
        });
        assert.equal(additionsOf(plan).pod["priorityClassName"], "${vernemq-priority.metadata.name}");
    });
});

describe("A change of the configuration", () => {
    const releaseInputs = async (settings: Readonly<Record<string, unknown>>) =>
        releaseOf(await planOf(broker(settings))).inputs;

    it("of users or rules leaves the release as it is, so no broker restarts", async () => {
        const before = await releaseInputs({ users: [{ name: "a" }] });
        assert.deepEqual(await releaseInputs({ users: [{ name: "b" }, { name: "c" }], acl: ["topic a/#"] }), before);
    });

    it("of a setting changes the pods' environment, so the brokers restart one by one", async () => {
        const before = await releaseInputs({ settings: { retry_interval: 10 } });
        assert.notDeepEqual(await releaseInputs({ settings: { retry_interval: 20 } }), before);
    });

    it("of a secret setting needs a Secret of another name, which the pods' environment names", async () => {
        const plan = await planOf(broker({ secretSettings: { "vmq_diversity.redis.password": { secure: "v1:x" } } }));
        const { inputs } = only(plan, "kubernetes:core/v1:Secret", "vernemq-settings");
        assert.equal(inputs["immutable"], true);
        assert.deepEqual(inputs["metadata"], { namespace: "messaging", labels: originLabels });
        const values = releaseOf(plan).inputs["values"] as Record<string, unknown>;
        assert.deepEqual(values["envFrom"], [{ secretRef: { name: "${vernemq-settings.metadata.name}" } }]);
    });
});
