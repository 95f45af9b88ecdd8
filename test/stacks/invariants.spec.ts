import assert from "node:assert/strict";
import * as fc from "fast-check";
import { affinities, certificateSources, exposures, listenerNames, tlsTerminations } from "../../components/edge/plan";
import { targets } from "../../stacks/targets/registry";
import type { Plan } from "../../plan/plan";
import { encryptedPair } from "../certificates";
import { planOf, problemsOf, valid, type StackConfig } from "../support";

/** Plans per target and claim. Each run plans a whole stack, so they are few; the seed changes with each run of the suite. */
const runs = 8;

const pem = encryptedPair;
const certificateParts: Readonly<Record<string, object>> = {
    pem: { pem },
    "cert-manager": { issuer: { name: "letsencrypt" } },
};

const throughIngress = {
    via: "ingress",
    controller: "haproxy",
    className: "haproxy",
    host: "ws.example.com",
    sources: [{ namespace: "haproxy-controller" }],
};
const throughGateway = {
    via: "gateway",
    host: "ws.example.com",
    gateway: { name: "shared", namespace: "infra" },
    sources: [{ cidr: "10.0.0.0/8" }],
};

/** Valid configurations of a target, found by filtering any that the schema can express. */
function configurations(target: string): fc.Arbitrary<StackConfig> {
    const base: StackConfig = valid[target as keyof typeof valid];
    return fc
        .record({
            replicas: fc.integer({ min: 1, max: 5 }),
            chartVersion: fc.constantFrom("2.1.1", "2.1.2"),
            sizeGiB: fc.integer({ min: 1, max: 500 }),
            users: fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/), { minLength: 1, maxLength: 3 }),
            encrypted: fc.boolean(),
            exposure: fc.constantFrom(...exposures),
            listeners: fc.subarray([...listenerNames], { minLength: 1 }),
            affinity: fc.constantFrom(...affinities),
            terminateTls: fc.constantFrom(...tlsTerminations),
            source: fc.option(fc.constantFrom(...certificateSources), { nil: undefined }),
            limited: fc.boolean(),
            zone: fc.boolean(),
            webSocket: fc.option(fc.constantFrom(throughIngress, throughGateway), { nil: undefined, freq: 2 }),
        })
        .map((goal): StackConfig => {
            const config: Record<string, unknown> = {
                ...base,
                "vernemq:broker": {
                    acceptLicense: true,
                    replicas: goal.replicas,
                    chartVersion: goal.chartVersion,
                    persistence: { sizeGiB: goal.sizeGiB },
                    users: goal.users.map((name) => ({
                        name,
                        ...(goal.encrypted ? { password: { secure: "v1:password" } } : {}),
                    })),
                },
                "vernemq:edge": {
                    host: "mqtt.example.com",
                    exposure: goal.exposure,
                    listeners: goal.listeners,
                    affinity: goal.affinity,
                    webSocket: goal.webSocket,
                    terminateTls: goal.terminateTls,
                    allowedCidrs: goal.limited ? ["198.51.100.0/24", "2001:db8::/32"] : ["0.0.0.0/0"],
                },
                "vernemq:certificate":
                    goal.source === undefined ? {} : { source: goal.source, ...certificateParts[goal.source] },
            };
            if (!goal.zone) {
                delete config["vernemq:dns"];
            }
            return config;
        })
        .filter((config) => problemsOf(config).length === 0);
}

/** Checks a claim on plans of a target's valid configurations. */
async function holdsForPlans(target: string, claim: (plan: Plan, config: StackConfig) => void | Promise<void>) {
    await fc.assert(
        fc.asyncProperty(configurations(target), async (config) => {
            await claim(await planOf(config), config);
        }),
        { numRuns: runs },
    );
}

const isEngineType = (type: string) => type.startsWith("pulumi:");

for (const target of targets().map(({ name }) => name)) {
    describe(`every plan of ${target}`, () => {
        it("keeps its claims: parents, providers, names, secrets, checks", async () => {
            await holdsForPlans(target, (plan) => {
                everyResourceHasItsComponent(plan);
                clusterObjectsUseTheClustersProvider(plan);
                namesAreUnique(plan);
                secretsStayClosed(plan);
                plainMqttWasAskedFor(plan);
                assert.deepEqual(
                    plan.checks.filter((check) => check.status === "fail"),
                    [],
                );
            });
        });

        it("is the same to the byte when planned again", async () => {
            await holdsForPlans(target, async (plan, config) => {
                assert.equal(JSON.stringify(await planOf(config)), JSON.stringify(plan));
            });
        });
    });
}

function everyResourceHasItsComponent(plan: Plan): void {
    const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
    for (const resource of plan.resources.filter(({ type }) => !isEngineType(type))) {
        const parent = byUrn.get(resource.parent ?? "");
        assert.ok(parent, `${resource.urn} has no parent`);
        const ownComponent = parent.type.startsWith("vernemq:");
        assert.ok(ownComponent || !resource.custom, `${resource.urn} hangs on ${parent.type}`);
    }
}

function clusterObjectsUseTheClustersProvider(plan: Plan): void {
    const objects = plan.resources.filter(({ type }) => type.startsWith("kubernetes:"));
    const providers = plan.resources.filter(({ type }) => type === "pulumi:providers:kubernetes");
    assert.equal(providers.length, 1);
    assert.deepEqual([...new Set(objects.map(({ provider }) => provider))], [providers[0]?.urn]);
}

function namesAreUnique(plan: Plan): void {
    const names = plan.resources.map(({ name }) => name);
    assert.deepEqual(
        names.filter((name, index) => names.indexOf(name) !== index),
        [],
    );
    for (const { type, name } of plan.resources.filter((resource) => !isEngineType(resource.type))) {
        assert.match(name, /^vernemq/, type);
    }
}

function secretsStayClosed(plan: Plan): void {
    const text = JSON.stringify(plan);
    for (const mark of [".password}", "privateKey}", "privateKeyPem}", ".result}", "kubeconfig}"]) {
        assert.ok(!text.includes(mark), `${mark} is shown`);
    }
}

function plainMqttWasAskedFor(plan: Plan): void {
    const asked = plan.edge.listeners.some(({ name }) => name === "mqtt");
    const services = plan.resources.filter(
        ({ type, inputs }) =>
            type === "kubernetes:core/v1:Service" && /"type":"(LoadBalancer|NodePort)"/.test(JSON.stringify(inputs)),
    );
    assert.ok(asked || services.every(({ inputs }) => !JSON.stringify(inputs).includes('"port":1883')));
}
