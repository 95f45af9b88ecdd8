import assert from "node:assert/strict";
import { podAdditions } from "../../../components/broker/helm/pod-additions";
import { additionsAnnotation, postRenderer } from "../../../components/broker/post-render";
import { kubernetes } from "../../../simulation/kubernetes";
import { type Properties, refusedChanges, replaceOnOf } from "../../../simulation/provider";

function refusals(type: string, inputs: Properties): string[] {
    const resource = { type, name: "example", inputs, symbol: (property: string) => `\${example.${property}}` };
    return (kubernetes.models[type]?.rules ?? []).flatMap(
        (rule) => rule.brokenBy(resource, { resources: [], resolve: () => undefined }) ?? [],
    );
}

const release = "kubernetes:helm.sh/v3:Release";
const chart = { chart: "vernemq", name: "vernemq", version: "2.1.2" };
const place = `values.statefulset.annotations["${additionsAnnotation}"]`;
const annotated = (text: unknown): Properties => ({
    ...chart,
    postrender: postRenderer(),
    values: { replicaCount: 3, statefulset: { annotations: { [additionsAnnotation]: text } } },
});
const adding = (additions: unknown) => annotated(JSON.stringify(additions));
const constraint = {
    maxSkew: 1,
    topologyKey: "topology.kubernetes.io/zone",
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: { app: "a" } },
};
const spreading = (changes: Properties) =>
    adding({ pod: { topologySpreadConstraints: [{ ...constraint, ...changes }] } });

describe("Simulated Kubernetes, of what a release's post-renderer adds,", () => {
    it("takes what this program asks for, and a release without additions", () => {
        const most = podAdditions({
            podLabels: { app: "a" },
            zoneSpread: "required",
            startupSeconds: 180,
            cookieSecretName: "${vernemq-cookie.metadata.name}",
            priorityClassName: "critical",
            whenScaled: "Delete",
        });
        assert.deepEqual(refusals(release, adding(most)), []);
        assert.deepEqual(refusals(release, { ...chart, values: { replicaCount: 3 } }), []);
    });

    for (const [what, inputs, property] of [
        ["additions that nothing acts on", { ...annotated("{}"), postrender: undefined }, "postrender"],
        ["a post-renderer without additions", { ...chart, postrender: postRenderer(), values: {} }, place],
        ["additions that are not JSON", annotated("{oops"), place],
        ["additions that are a list", annotated("[]"), place],
        ["additions that are no text", annotated({ pod: {} }), place],
        ["an unknown place", adding({ pods: {} }), place],
        ["a place that is a text", adding({ pod: "a" }), place],
        ["a skew of nothing", spreading({ maxSkew: 0 }), place],
        ["an unknown way to be strict", spreading({ whenUnsatisfiable: "Never" }), place],
        ["a constraint that counts no pods", spreading({ labelSelector: {} }), place],
        [
            "an unknown fate of volumes",
            adding({ spec: { persistentVolumeClaimRetentionPolicy: { whenScaled: "Recycle" } } }),
            place,
        ],
        ["a start-up probe without an end", adding({ container: { startupProbe: { periodSeconds: 2 } } }), place],
        [
            "a start-up probe that has to succeed twice",
            adding({ container: { startupProbe: { failureThreshold: 9, successThreshold: 2 } } }),
            place,
        ],
        ["a key of vernemq.conf", adding({ container: { env: [{ name: "DOCKER_VERNEMQ_A", value: "1" }] } }), place],
    ] as const) {
        it(`refuses ${what}`, () => {
            assert.deepEqual(refusals(release, inputs), [property]);
        });
    }
});

describe("A simulated PriorityClass", () => {
    const type = "kubernetes:scheduling.k8s.io/v1:PriorityClass";

    it("has a value of at most 1000000000 and no name of Kubernetes' own", () => {
        assert.deepEqual(refusals(type, { value: 1_000_000_000 }), []);
        assert.deepEqual(refusals(type, { value: 1_000_000_001 }), ["value"]);
        assert.deepEqual(refusals(type, {}), ["value"]);
        assert.deepEqual(refusals(type, { metadata: { name: "system-a" }, value: 1 }), ["metadata.name"]);
    });

    it("refuses another value, unless the program replaces the class for it", () => {
        const model = kubernetes.models[type];
        const world = { resources: [], resolve: () => undefined };
        const refused = (replaced: boolean) =>
            refusedChanges(model, { before: { value: 1 }, after: { value: 2 }, replaced }, world).map(
                ({ property }) => property,
            );
        assert.ok(!replaceOnOf(model, { value: 1 }).includes("value"));
        assert.deepEqual([refused(false), refused(true)], [["value"], []]);
    });
});
