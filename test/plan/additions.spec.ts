import assert from "node:assert/strict";
import { podAdditions, type PodAdditionsInput } from "../../components/broker/helm/pod-additions";
import { additionsAnnotation, postRenderer } from "../../components/broker/post-render";
import type { Check } from "../../plan/checks";
import { compare } from "../../plan/changes/from-comparison";
import type { PlannedResource } from "../../plan/graph";
import { change, planOf, valid, type StackConfig } from "../support";
import { planWith, resource } from "./support";

const least: PodAdditionsInput = { podLabels: { app: "vernemq" }, zoneSpread: "preferred", startupSeconds: 180 };

function release(text: string | undefined, replicas = 3) {
    return resource("kubernetes:helm.sh/v3:Release", "vernemq-release", {
        chart: "vernemq",
        namespace: "mqtt",
        postrender: postRenderer(),
        values: {
            replicaCount: replicas,
            statefulset: { annotations: text === undefined ? {} : { [additionsAnnotation]: text } },
        },
    });
}

const adding = (additions: Partial<PodAdditionsInput>, replicas?: number) =>
    release(JSON.stringify(podAdditions({ ...least, ...additions })), replicas);

function check(claim: string, planned: PlannedResource): Check | undefined {
    return planWith([planned]).checks.find(({ name }) => name.startsWith(claim));
}

describe("The checks of what the chart lacks", () => {
    it("believe no addition that no post-renderer makes, or that is not JSON", () => {
        const text = JSON.stringify(podAdditions({ ...least, cookieSecretName: "a" }));
        const unused = release(text);
        for (const planned of [{ ...unused, inputs: { ...unused.inputs, postrender: undefined } }, release("{oops")]) {
            assert.equal(check("The brokers have their own Erlang cookie", planned)?.status, "warn");
        }
    });

    it("pass for a stack as it is by default", async () => {
        const { checks } = await planOf(valid.existing);
        for (const claim of ["The brokers have their own Erlang cookie", "Brokers are spread over zones"]) {
            assert.equal(checks.find(({ name }) => name.startsWith(claim))?.status, "pass", claim);
        }
        const plain = await planOf(change(valid.existing, "vernemq:broker", { cookie: "image" }));
        assert.equal(plain.checks.find(({ name }) => name.includes("Erlang cookie"))?.status, "warn");
    });

    it("claim no spread over zones where nodes have none", async () => {
        const claimed = async (config: StackConfig) =>
            (await planOf(config)).checks.some(({ name }) => name.startsWith("Brokers are spread over zones"));
        assert.deepEqual([await claimed(valid.eks), await claimed(valid.doks)], [true, false]);
    });

    it("count the successes that readiness needs to the time that a release needs", () => {
        const waiting = (successThreshold: number) => {
            const values = {
                replicaCount: 3,
                statefulset: { readinessProbe: { initialDelaySeconds: 0, periodSeconds: 5, successThreshold } },
            };
            const planned = resource("kubernetes:helm.sh/v3:Release", "r", { chart: "vernemq", values, timeout: 210 });
            return check("The release waits", planned)?.status;
        };
        assert.deepEqual([waiting(3), waiting(4)], ["pass", "fail"]);
    });
});

describe("The consequences of other additions", () => {
    const warnings = (before: PlannedResource, after: PlannedResource) =>
        compare(planWith([before]), planWith([after]), () => ({ replaceOn: [], deletesFirst: false })).warnings;

    const restart = (because: string) =>
        `The brokers restart one after another (${because}): each disconnects its devices, which connect to another.`;

    it("another cookie: two clusters until the last broker has restarted", () => {
        for (const [before, after] of [
            [adding({}), adding({ cookieSecretName: "a" })],
            [adding({ cookieSecretName: "a" }), adding({})],
            [adding({ cookieSecretName: "a" }), adding({ cookieSecretName: "b" })],
        ] as const) {
            const [warning, restart, ...others] = warnings(before, after);
            assert.match(warning ?? "", /^The Erlang cookie changes: .* are two clusters\./);
            assert.match(restart ?? "", /^The brokers restart one after another \(/);
            assert.deepEqual(others, []);
        }
    });

    it("spreading that becomes required: brokers whose volumes are together", () => {
        const strict = adding({ zoneSpread: "required" });
        assert.match(warnings(adding({}), strict).join("\n"), /^Spreading over zones becomes required/);
        assert.deepEqual(warnings(strict, adding({})), [restart("topologySpreadConstraints")]);
    });

    it("fewer brokers with volumes that go with them", () => {
        const fewer = adding({ whenScaled: "Delete" }, 2);
        assert.match(
            warnings(adding({}), fewer).join("\n"),
            /volume claims, data-vernemq-2, are deleted by Kubernetes then, for good\./,
        );
        assert.match(warnings(adding({}), adding({}, 2)).join("\n"), /data-vernemq-2, have to be deleted then\./);
    });

    it("a restart of the brokers by whatever is part of their pods", () => {
        assert.deepEqual(warnings(adding({}), adding({ startupSeconds: 600 })), [restart("startupProbe")]);
        assert.deepEqual(warnings(adding({}), adding({ priorityClassName: "a" })), [restart("priorityClassName")]);
        assert.deepEqual(warnings(adding({}, 1), adding({ startupSeconds: 600 }, 1)), [
            "The broker restarts (startupProbe): every device is disconnected, and no client can connect until it is ready again.",
        ]);
    });

    it("nothing for volume claims that are kept or deleted, which are no part of a pod", () => {
        const kept = adding({ whenScaled: "Retain" });
        assert.deepEqual(warnings(kept, adding({ whenScaled: "Delete" })), []);
    });
});
