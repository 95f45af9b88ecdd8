import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
    affinities,
    affinityKeepers,
    brokerExpectsProxyHeader,
    certificateSources,
    defaultRequirements,
    digitalOceanLoadBalancers,
    type EdgePlan,
    type EdgeRequirements,
    exposures,
    haproxyTiers,
    ingressControllers,
    keepaliveFactor,
    listenerNames,
    metallbModes,
    tlsTerminations,
    tlsVersions,
    webSocketVias,
} from "../../../../components/edge/plan";
import { planEdge } from "../../../../components/edge/planner";
import { targetOf, targets } from "../../../../stacks/targets/registry";

/** The chain in short: each hop with `T` where it terminates TLS, `S` or `C` where it keeps source-ip or client-id affinity, and what it sends. */
function chain(plan: EdgePlan): string {
    return plan.hops
        .map((hop) => {
            const affinity = { "source-ip": "S", "client-id": "C", none: "" }[hop.affinity];
            const duties = `${hop.terminatesTls ? "T" : ""}${affinity}`;
            const sends = hop.sends === "none" ? "" : `(${hop.sends})`;
            return `${hop.kind}${duties === "" ? "" : `:${duties}`}${sends}`;
        })
        .join(" ");
}

interface Case {
    readonly target: string;
    readonly goal: Partial<EdgeRequirements>;
    readonly chain: string;
}

const pem = { certificateSource: "pem" } as const;
const keyVault = { certificateSource: "cloud", keyVaultCertificate: true } as const;

const chains: readonly Case[] = [
    { target: "eks", goal: {}, chain: "aws-nlb:T(v2) haproxy:S(v2) vernemq" },
    { target: "eks", goal: { affinity: "client-id" }, chain: "aws-nlb:T(v2) haproxy:C(v2) vernemq" },
    { target: "eks", goal: { affinity: "none" }, chain: "aws-nlb:T(v2) vernemq" },
    { target: "eks", goal: pem, chain: "aws-nlb:S(v2) haproxy:TS(v2) vernemq" },
    { target: "eks", goal: { ...pem, terminateTls: "cloud" }, chain: "aws-nlb:T(v2) haproxy:S(v2) vernemq" },
    { target: "eks", goal: { ...pem, clientCertificates: true }, chain: "aws-nlb:S(v2) haproxy:TS(v2) vernemq" },
    { target: "eks", goal: { ...pem, affinity: "client-id" }, chain: "aws-nlb(v2) haproxy:TC(v2) vernemq" },
    { target: "eks", goal: { listeners: ["mqtt"] }, chain: "aws-nlb:S(v2) haproxy:S(v2) vernemq" },
    { target: "eks", goal: { listeners: ["mqtt"], haproxyTier: "never" }, chain: "aws-nlb:S(v2) vernemq" },
    { target: "gke", goal: {}, chain: "google-proxy-nlb:TS(v1) vernemq" },
    { target: "gke", goal: { affinity: "client-id" }, chain: "google-proxy-nlb:T(v1) haproxy:C(v2) vernemq" },
    { target: "gke", goal: { affinity: "none" }, chain: "google-proxy-nlb:T(v1) vernemq" },
    { target: "gke", goal: { haproxyTier: "always" }, chain: "google-proxy-nlb:TS(v1) haproxy:S(v2) vernemq" },
    { target: "eks", goal: { affinity: "none", haproxyTier: "always" }, chain: "aws-nlb:T(v2) haproxy(v2) vernemq" },
    { target: "gke", goal: { haproxyTier: "never" }, chain: "google-proxy-nlb:TS(v1) vernemq" },
    { target: "gke", goal: pem, chain: "google-passthrough-nlb:S haproxy:TS(v2) vernemq" },
    { target: "gke", goal: { ...pem, exposure: "internal" }, chain: "google-passthrough-nlb:S haproxy:TS(v2) vernemq" },
    { target: "gke", goal: { listeners: ["mqtt"] }, chain: "google-proxy-nlb:S(v1) vernemq" },
    { target: "aks", goal: pem, chain: "azure-load-balancer:S haproxy:TS(v2) vernemq" },
    { target: "aks", goal: { ...pem, affinity: "client-id" }, chain: "azure-load-balancer haproxy:TC(v2) vernemq" },
    {
        target: "aks",
        goal: { ...keyVault, affinity: "client-id" },
        chain: "azure-application-gateway:T azure-load-balancer haproxy:C(v2) vernemq",
    },
    { target: "doks", goal: pem, chain: "digitalocean-regional(v1) haproxy:TS(v2) vernemq" },
    { target: "doks", goal: { ...pem, loadBalancer: "network" }, chain: "digitalocean-network haproxy:TS(v2) vernemq" },
    { target: "existing", goal: pem, chain: "service-load-balancer haproxy:TS(v2) vernemq" },
    { target: "existing", goal: { ...pem, metallb: "l2" }, chain: "metallb-l2 haproxy:TS(v2) vernemq" },
    { target: "existing", goal: { ...pem, metallb: "bgp" }, chain: "metallb-bgp haproxy:TS(v2) vernemq" },
    { target: "existing", goal: { ...pem, exposure: "node-port" }, chain: "node-port haproxy:TS(v2) vernemq" },
    ...targets().map(({ name: target }): Case => ({
        target,
        goal: { ...pem, exposure: "cluster-ip" },
        chain: "cluster-ip haproxy:TS(v2) vernemq",
    })),
    ...targets().map(({ name: target }): Case => ({
        target,
        goal: { exposure: "none", listeners: ["mqtt"], affinity: "none" },
        chain: "vernemq",
    })),
];

function planned(target: string, goal: Partial<EdgeRequirements>): EdgePlan {
    const decision = planEdge(targetOf(target), { ...defaultRequirements, ...goal });
    assert.ok(decision.ok, JSON.stringify(decision));
    return decision.plan;
}

describe("planEdge", () => {
    for (const { target, goal, chain: expected } of chains) {
        it(`${target} ${JSON.stringify(goal)} gives ${expected}`, () => {
            assert.equal(chain(planned(target, goal)), expected);
        });
    }

    it("assumes a keepalive of 60 s, or what the shortest fixed timeout holds", () => {
        assert.deepEqual(
            [
                planned("eks", {}).keepaliveSeconds,
                planned("doks", pem).keepaliveSeconds,
                planned("doks", { ...pem, loadBalancer: "network" }).keepaliveSeconds,
            ],
            [60, 39, 60],
        );
    });

    it("accepts the longest keepalive that a timer holds and refuses the next", () => {
        const limits: readonly (readonly [string, Partial<EdgeRequirements>, number])[] = [
            ["eks", {}, 233],
            ["eks", pem, 3999],
            ["gke", pem, 39],
            ["gke", { ...pem, exposure: "internal" }, 399],
            ["existing", pem, 57_599],
            ["aks", pem, 1199],
            ["doks", pem, 39],
        ];
        for (const [target, goal, longest] of limits) {
            const at = (keepaliveSeconds: number) =>
                planEdge(targetOf(target), { ...defaultRequirements, ...goal, keepaliveSeconds });
            assert.equal(at(longest).ok, true, `${target} ${longest}`);
            const refused = at(longest + 1);
            assert.deepEqual(refused.ok ? [] : refused.problems.map(({ key }) => key), [
                "vernemq:edge.keepaliveSeconds",
            ]);
        }
    });

    it("lifts with TCP keepalives the timers that they restart by the clouds' own texts, says on what it relies, and lifts no other", () => {
        const held = (target: string, goal: Partial<EdgeRequirements>) =>
            planEdge(targetOf(target), {
                ...defaultRequirements,
                ...goal,
                tcpKeepalive: true,
                keepaliveSeconds: 3600 * 5,
            });
        const rests = (target: string, goal: Partial<EdgeRequirements>) => {
            const decision = held(target, goal);
            assert.ok(decision.ok, JSON.stringify(decision));
            return [decision.plan.tcpKeepaliveSeconds, decision.plan.warnings.join("\n")] as const;
        };
        // Three within 350 s (AWS), 60 s (Google) and 30 min (Azure, but 350 s is the shortest tracking anywhere).
        for (const [target, goal, interval, source] of [
            ["eks", {}, 116, /350 s, by https:\/\/docs\.aws\.amazon\.com.*older AWS document/s],
            ["eks", pem, 116, /docs\.aws\.amazon\.com/],
            ["gke", pem, 20, /cloud\.google\.com/],
            ["aks", pem, 116, /learn\.microsoft\.com/],
            ["existing", pem, 116, /wakes a sleeping radio/],
        ] as const) {
            const [seconds, warnings] = rests(target, goal);
            assert.equal(seconds, interval);
            assert.match(warnings, source);
        }
        for (const [target, goal] of [
            ["doks", pem],
            ["aks", { ...keyVault, affinity: "client-id" }],
        ] as const) {
            const decision = held(target, goal);
            assert.deepEqual(decision.ok ? [] : decision.problems.map(({ key }) => key), [
                "vernemq:edge.keepaliveSeconds",
            ]);
        }
        assert.equal(planned("eks", {}).tcpKeepaliveSeconds, null);
    });

    it("says that Google's affinity is best effort, and offers HAProxy, which makes it strict", () => {
        const bestEffort = /best effort.*edge\.haproxy\.tier: always/s;
        assert.match(planned("gke", {}).warnings.join("\n"), bestEffort);
        for (const goal of [{ haproxyTier: "always" }, { affinity: "client-id" }, { affinity: "none" }, pem] as const) {
            assert.doesNotMatch(planned("gke", goal).warnings.join("\n"), bestEffort);
        }
    });

    it("has HAProxy on every path of every target where it is always asked for, and refuses it without an edge", () => {
        holdsForEveryPlan((plan, asked) => {
            assert.ok(asked.haproxyTier !== "always" || plan.hops.some(({ kind }) => kind === "haproxy"));
        });
        const goal = { exposure: "none", listeners: ["mqtt"], affinity: "none", haproxyTier: "always" } as const;
        const decision = planEdge(targetOf("existing"), { ...defaultRequirements, ...goal });
        assert.deepEqual(decision.ok ? [] : decision.problems.map(({ key }) => key), ["vernemq:edge.haproxy.tier"]);
    });

    it("refuses TCP keepalives where no HAProxy sends them", () => {
        const decision = planEdge(targetOf("gke"), { ...defaultRequirements, tcpKeepalive: true });
        assert.deepEqual(decision.ok ? [] : decision.problems.map(({ key }) => key), ["vernemq:edge.tcpKeepalive"]);
    });

    it("says when plain MQTT is open, a certificate is self-signed, affinity is off or NAT gathers clients", () => {
        const warnings = (goal: Partial<EdgeRequirements>) =>
            planned("existing", { ...pem, ...goal }).warnings.join("\n");
        assert.match(warnings({ listeners: ["mqtts", "mqtt"] }), /without TLS on port 1883/);
        assert.match(warnings({ certificateSource: "self-signed" }), /self-signed/);
        assert.match(warnings({ affinity: "none" }), /No affinity/);
        assert.match(warnings({}), /behind one NAT/);
    });

    it("refuses client-id affinity where wss is the only listener, and says what wss keeps beside others", () => {
        const refused = planEdge(targetOf("existing"), {
            ...defaultRequirements,
            ...pem,
            affinity: "client-id",
            listeners: ["wss"],
        });
        assert.deepEqual(refused.ok ? [] : refused.problems.map(({ key, value }) => [key, value]), [
            ["vernemq:edge.affinity", "client-id"],
        ]);
        const warnings = (target: string, goal: Partial<EdgeRequirements>) =>
            planned(target, { ...goal, affinity: "client-id" }).warnings.join("\n");
        assert.match(warnings("existing", pem), /Listener wss uses source-ip affinity/);
        assert.match(warnings("aks", keyVault), /Listener wss has no affinity/);
        assert.doesNotMatch(warnings("existing", { ...pem, listeners: ["mqtts"] }), /Listener wss/);
    });
});

const anyTarget = fc.constantFrom(...targets().map(({ name }) => name));
const anyWishes: fc.Arbitrary<EdgeRequirements> = fc.record({
    exposure: fc.constantFrom(...exposures),
    listeners: fc.subarray([...listenerNames]),
    affinity: fc.constantFrom(...affinities),
    terminateTls: fc.constantFrom(...tlsTerminations),
    keepaliveSeconds: fc.option(fc.integer({ min: 5, max: 65_535 }), { nil: undefined }),
    dnsZone: fc.boolean(),
    certificateSource: fc.option(fc.constantFrom(...certificateSources), { nil: undefined }),
    clientCertificates: fc.boolean(),
    minimumTlsVersion: fc.constantFrom(...tlsVersions),
    allowedCidrs: fc.constant(["0.0.0.0/0"]),
    haproxyTier: fc.constantFrom(...haproxyTiers),
    tcpKeepalive: fc.boolean(),
    loadBalancer: fc.option(fc.constantFrom(...digitalOceanLoadBalancers), { nil: undefined }),
    keyVaultCertificate: fc.boolean(),
    metallb: fc.option(fc.constantFrom(...metallbModes), { nil: undefined }),
    // Most requirements have none, because with one there are few valid combinations of the others.
    webSocket: fc.oneof(
        { weight: 4, arbitrary: fc.constant(undefined) },
        {
            weight: 1,
            arbitrary: fc.record({
                via: fc.constantFrom(...webSocketVias),
                controller: fc.constantFrom(...ingressControllers),
                ownCertificate: fc.boolean(),
                forwardedHops: fc.integer({ min: 1, max: 3 }),
            }),
        },
    ),
});

/** Checks a claim for every target and any requirements that give a plan. */
function holdsForEveryPlan(claim: (plan: EdgePlan, asked: EdgeRequirements) => void): void {
    fc.assert(
        fc.property(anyTarget, anyWishes, (target, asked) => {
            const decision = planEdge(targetOf(target), asked);
            fc.pre(decision.ok);
            claim(decision.plan, asked);
        }),
        { numRuns: 400, maxSkipsPerRun: 200 },
    );
}

describe("planEdge, for every target and any requirements", () => {
    it("gives a plan or problems that each say key, rule and remedy", () => {
        fc.assert(
            fc.property(anyTarget, anyWishes, (target, asked) => {
                const decision = planEdge(targetOf(target), asked);
                if (!decision.ok) {
                    assert.ok(decision.problems.length > 0);
                    for (const { key, rule, remedy } of decision.problems) {
                        assert.match(key, /^vernemq:(edge|certificate)\./);
                        assert.ok(rule.length > 0 && remedy.length > 0);
                    }
                }
            }),
            { numRuns: 3000 },
        );
    });

    it("terminates TLS exactly once and before VerneMQ where a listener uses TLS, and nowhere else", () => {
        holdsForEveryPlan((plan) => {
            const ends = plan.hops.filter((hop) => hop.terminatesTls);
            assert.equal(ends.length, plan.listeners.some((listener) => listener.tls) ? 1 : 0);
            assert.equal(plan.hops.at(-1)?.kind, "vernemq");
            assert.equal(plan.hops.at(-1)?.terminatesTls, false);
        });
    });

    it("keeps the requested affinity, with the client's address known to the hop that keeps it by address", () => {
        holdsForEveryPlan((plan, asked) => {
            const keepers = affinityKeepers(plan);
            assert.equal(keepers.length > 0, asked.affinity !== "none");
            const last = keepers.at(-1);
            if (last?.affinity === "source-ip") {
                const before = plan.hops.slice(0, plan.hops.indexOf(last));
                assert.ok(before.every((hop) => hop.keepsClientAddress));
            }
            assert.ok(keepers.every((hop) => hop.affinity === asked.affinity));
        });
    });

    it("keeps affinity at the last hop before VerneMQ, or chooses the broker no later than there", () => {
        holdsForEveryPlan((plan, asked) => {
            if (asked.affinity !== "none") {
                assert.equal(plan.hops.at(-2)?.affinity, asked.affinity);
            }
        });
    });

    it("has no timer that cuts a client before the broker does or a TCP keepalive restarts it, even when two are lost", () => {
        holdsForEveryPlan((plan) => {
            for (const { idleTimeoutSeconds, keptAliveBy } of plan.hops) {
                if (idleTimeoutSeconds !== null && keptAliveBy !== undefined) {
                    assert.ok(plan.tcpKeepaliveSeconds !== null && idleTimeoutSeconds >= 3 * plan.tcpKeepaliveSeconds);
                } else if (idleTimeoutSeconds !== null) {
                    assert.ok(idleTimeoutSeconds > plan.keepaliveSeconds * keepaliveFactor);
                }
            }
        });
    });

    it("never puts stickiness and TLS on one AWS load balancer", () => {
        holdsForEveryPlan((plan) => {
            assert.ok(
                plan.hops.every((hop) => hop.kind !== "aws-nlb" || !hop.terminatesTls || hop.affinity === "none"),
            );
        });
    });

    it("keeps the promise of a tier that is never to be", () => {
        holdsForEveryPlan((plan, asked) => {
            assert.ok(asked.haproxyTier !== "never" || plan.hops.every((hop) => hop.kind !== "haproxy"));
        });
    });

    it("demands a PROXY header of VerneMQ's clients exactly where the hop before it sends one", () => {
        holdsForEveryPlan((plan) => {
            assert.equal(brokerExpectsProxyHeader(plan), (plan.hops.at(-2)?.sends ?? "none") !== "none");
        });
    });

    it("opens plain MQTT only where it was asked for by name", () => {
        holdsForEveryPlan((plan, asked) => {
            const open = plan.listeners.some((listener) => listener.port === 1883);
            assert.equal(open, asked.listeners.includes("mqtt"));
        });
    });

    it("names a source for every hop and decides alike each time", () => {
        holdsForEveryPlan((plan, asked) => {
            assert.ok(plan.hops.every((hop) => hop.sources.length > 0));
            assert.deepEqual(planEdge(targetOf(plan.target), asked), { ok: true, plan });
        });
    });
});
