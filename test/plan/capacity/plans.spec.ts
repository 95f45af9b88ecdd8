import assert from "node:assert/strict";
import type { Check } from "../../../plan/checks";
import { poolsOf } from "../../../plan/capacity/pools";
import { charts, workloadsOf } from "../../../plan/capacity/workloads";
import type { Plan } from "../../../plan/plan";
import { poolTable } from "../../../plan/render/capacity";
import { renderTerminal } from "../../../plan/render/terminal";
import { change, planOf, valid, type StackConfig, tryPlan } from "../../support";

const claims = [
    "Every pod has room on a node",
    "Every update of pods has room to proceed",
    "The loss of one system node leaves room for its pods",
];

function capacityChecks({ checks }: Plan): readonly Check[] {
    return checks.filter(({ name }) => claims.includes(name));
}

async function failures(config: StackConfig): Promise<string> {
    const { plan } = await tryPlan(config);
    return capacityChecks(plan)
        .filter(({ status }) => status !== "pass")
        .map(({ status, detail }) => `${status}: ${detail}`)
        .join("\n");
}

const arm: Readonly<Record<string, StackConfig>> = {
    "eks, Arm processors": change(valid.eks, "vernemq:cluster", {
        systemNodes: { instanceType: "m7g.large" },
        brokerNodes: { instanceType: "m8g.2xlarge" },
    }),
};

describe("Capacity of plans", () => {
    // test/plan/checks/valid.spec.ts asks the same of every other stack.
    for (const [name, config] of Object.entries(arm)) {
        it(`${name} has room for each pod, each update and the loss of a system node`, async () => {
            const plan = await planOf(config);
            assert.deepEqual(
                capacityChecks(plan).map(({ name: claim, status, detail }) => [
                    claim,
                    status,
                    status === "pass" ? "" : detail,
                ]),
                claims.map((claim) => [claim, "pass", ""]),
            );
        });
    }

    it("refuses a broker that its node cannot hold", async () => {
        const config = change(valid.eks, "vernemq:cluster", { brokerNodes: { instanceType: "m7i.xlarge" } });
        assert.match(await failures(config), /fail: 3 of 3 pods of vernemq .*\(3 x m7i.xlarge/);
    });

    it("refuses HAProxy pods whose update can never proceed", async () => {
        const config = change(valid.eks, "vernemq:edge", { haproxy: { maxConnections: 72_000 } });
        assert.match(await failures(config), /fail: an update of vernemq-edge stops at pod 1 of 2/);
    });

    it("refuses Arm nodes of GKE, whose taint nothing tolerates", async () => {
        const config = change(valid.gke, "vernemq:cluster", { brokerNodes: { machineType: "c4a-standard-8" } });
        assert.match(
            await failures(config),
            /fail: 3 of 3 pods of vernemq .* find no suitable node: vernemq-cluster-broker has kubernetes.io\/arch=arm64; vernemq-cluster-system has other labels/,
        );
    });

    it("refuses Arm nodes for an image that has no build for them, and knows the one that has", async () => {
        const nodes = { brokerNodes: { instanceType: "m8g.2xlarge" }, systemNodes: { instanceType: "m7g.large" } };
        const images = async (image: object) => {
            const { plan } = await tryPlan(
                change(change(valid.eks, "vernemq:cluster", nodes), "vernemq:broker", { image }),
            );
            const check = plan.checks.find(({ name }) => name.startsWith("Images have builds"));
            return `${check?.status ?? "none"}: ${check?.detail ?? ""}`;
        };
        // docker-vernemq#423: there is no ARM64 image of 2.1.2; #411: that of 2.1.1 was pushed on 2025-10-07.
        assert.match(
            await images({}),
            /^fail: vernemq on m8g\.2xlarge: vernemq\/vernemq:2\.1\.2-alpine has no build for arm64/,
        );
        assert.match(await images({ tag: "2.1.1-alpine" }), /^pass/);
        assert.match(
            await images({ repository: "registry.example.com/mqtt", tag: "7" }),
            /^warn: .*registry\.example\.com\/mqtt:7 has a build for arm64 is unknown/,
        );
    });

    it("knows the builds of every chart's images, from whatever registry", async () => {
        const nodes = { brokerNodes: { instanceType: "m8g.2xlarge" }, systemNodes: { instanceType: "m7g.large" } };
        const stack: StackConfig = {
            ...change(
                change(valid.eks, "vernemq:cluster", {
                    ...nodes,
                    systemNodes: { instanceType: "m7g.xlarge", count: 3 },
                }),
                "vernemq:broker",
                { image: { tag: "2.1.1-alpine" } },
            ),
            "vernemq:certificate": { source: "acme", acme: { email: "mqtt@example.com" } },
            "vernemq:observability": { metrics: "service-monitor", stack: { enabled: true } },
        };
        const detail = async (config: StackConfig) => {
            const { plan } = await tryPlan(config);
            const check = plan.checks.find(({ name }) => name.startsWith("Images have builds"));
            return { text: `${check?.status ?? "none"}: ${check?.detail ?? ""}`, plan };
        };
        const { text, plan } = await detail(stack);
        assert.match(text, /^pass/);
        const names = Object.values(charts).flatMap(({ pods }) => pods({}).map(({ name }) => name));
        const ofCharts = workloadsOf(plan.resources, poolsOf(plan.resources)).filter(({ name }) =>
            names.includes(name),
        );
        assert.deepEqual(
            ofCharts.filter(({ images = [] }) => images.length === 0).map(({ name }) => name),
            [],
        );
        assert.ok(["grafana", "cert-manager"].every((chart) => ofCharts.some(({ name }) => name === chart)));
        const mirrored = await detail({
            ...stack,
            "vernemq:sources": { images: { mirror: "registry.example.com/mirror" } },
        });
        assert.match(mirrored.text, /^pass/);
    });

    it("says that a node's memory is an estimate where the cloud names none, and nothing of that where it does", async () => {
        const cells = async (brokerNodes: object) => {
            const plan = await planOf(change(valid.doks, "vernemq:cluster", { brokerNodes }));
            assert.match(renderTerminal(plan, undefined, { colors: false, width: 200 }), /Allocatable each/);
            return poolTable(plan.capacity)?.rows.map(([, nodes, allocatable]) => [nodes, allocatable]);
        };
        const named = await cells({ size: "g-8vcpu-32gb" });
        assert.ok(
            named?.every(([, allocatable]) => allocatable?.endsWith(" MiB")),
            JSON.stringify(named),
        );
        const estimated = await cells({ size: "g-20vcpu-80gb" });
        assert.deepEqual(estimated?.at(-1), ["3 x g-20vcpu-80gb", "19,900m, 75,558 MiB (estimate)"]);
    });

    it("warns of a machine that is not known, naming the date of what is", async () => {
        const config = change(valid.eks, "vernemq:cluster", { brokerNodes: { instanceType: "m5.metal" } });
        assert.match(
            await failures(config),
            /^warn: m5.metal is not in this version's tables \(as of \d{4}-\d{2}\); AWS may have it$/,
        );
    });

    it("says what the edge holds, and that 55,000 connections per target bind where HAProxy takes more", async () => {
        const { capacity } = await planOf(valid.eks);
        assert.deepEqual(
            capacity.connections.slice(0, 2).map(({ most }) => most),
            [100_000, 110_000],
        );
        assert.equal(capacity.newConnectionsPerSecond[0]?.most, Math.floor(110_000 / 60));
        const bigger = await planOf(
            change(
                change(valid.eks, "vernemq:cluster", { systemNodes: { instanceType: "m7i.xlarge" } }),
                "vernemq:edge",
                {
                    haproxy: { maxConnections: 60_000 },
                },
            ),
        );
        assert.equal(bigger.capacity.connections[0]?.most, 110_000);
    });

    it("finds the two nodes of DigitalOcean's regional load balancer to bind", async () => {
        const { capacity } = await planOf(valid.doks);
        assert.equal(capacity.connections[0]?.most, 20_000);
    });
});
