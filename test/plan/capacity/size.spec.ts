import assert from "node:assert/strict";
import * as fc from "fast-check";
import { machineProposals } from "../../../components/aws/limits";
import { machineProposals as digitalOcean } from "../../../components/digitalocean/limits";
import { parseSize, type SizeOptions, sizing } from "../../../plan/capacity/size-command";
import { proposeSize, type SizeProposal, type SizeRequest } from "../../../plan/capacity/size";
import { change, planOf, valid, type StackConfig } from "../../support";

const asked: SizeRequest = {
    machines: machineProposals,
    devices: 500_000,
    messagesPerSecond: 8000,
    keepaliveSeconds: 60,
    subscribersPerMessage: 1,
    haproxy: true,
};

function proposal(other: Partial<SizeRequest>): SizeProposal {
    const result = proposeSize({ ...asked, ...other });
    assert.ok(typeof result !== "string", JSON.stringify(result));
    return result;
}

const options: SizeOptions = {
    target: "eks",
    devices: 500_000,
    messagesPerSecond: 8000,
    keepalive: 60,
    persistent: 0,
    subscribers: 1,
};

function refusal(other: Partial<SizeRequest>): string {
    const result = proposeSize({ ...asked, ...other });
    return typeof result === "string" ? result : "";
}

describe("Size of a cluster", () => {
    it("is what half a million devices come to by hand", () => {
        const { brokers, load, haproxyPods, maxConnections } = proposal({});
        assert.equal(brokers, 3);
        // Two brokers are left: 250,000 x 29 KiB = 7,080 MiB and 108; 4,167 x 47 us + 4,000 x 127 us = 704 ms each second.
        assert.equal(load.connections, 250_000);
        assert.equal(Math.round(load.memoryMiB), 7188);
        assert.equal(Math.round(load.millicores), 704);
        assert.equal(maxConnections, 300_000);
        // Ten pods of 50,000 are full, and one may be gone.
        assert.equal(haproxyPods, 11);
    });

    it("takes a bigger machine before a fourth broker, and says that cores bind", () => {
        // 60,000 messages a second on each of two are 7.6 cores, of which six tenths are used: 12.7 of 24, on a machine of 32.
        const { brokers, brokerSize, binds } = proposal({ devices: 10_000, messagesPerSecond: 120_000 });
        assert.deepEqual([brokers, brokerSize, binds], [3, "m7i.8xlarge", "cores"]);
    });

    it("says that memory binds where devices are many and silent", () => {
        // 450,000 x 29 KiB = 12,744 MiB and 108 on each of two, of 24 GiB x 0.72.
        const { brokerSize, binds } = proposal({ devices: 900_000, messagesPerSecond: 0 });
        assert.deepEqual([brokerSize, binds], ["m7i.2xlarge", "memory"]);
    });

    it("gives a broker no more connections than a process may open files", () => {
        // 1,000,000 on each of two, and a fifth more, are above Linux' 1,048,576; 666,667 on each of three, and a fifth more, are not.
        const { brokers, maxConnections } = proposal({ devices: 2_000_000, messagesPerSecond: 0, haproxy: false });
        assert.deepEqual([brokers, maxConnections], [4, 801_000]);
    });

    it("grows with devices, messages and subscribers and never shrinks", () => {
        const cores = ({ brokers, brokerCores }: SizeProposal) => brokers * brokerCores;
        fc.assert(
            fc.property(
                fc.integer({ min: 1, max: 400_000 }),
                fc.integer({ min: 0, max: 50_000 }),
                (devices, messages) => {
                    const base = cores(proposal({ devices, messagesPerSecond: messages }));
                    assert.ok(cores(proposal({ devices: devices * 2, messagesPerSecond: messages })) >= base);
                    assert.ok(
                        cores(proposal({ devices, messagesPerSecond: messages, subscribersPerMessage: 3 })) >= base,
                    );
                },
            ),
        );
    });

    it("says what cannot be", () => {
        assert.match(refusal({ devices: 1_000_001 }), /22 HAProxy pods .* at most 20 can be set/);
        assert.match(
            refusal({ machines: digitalOcean, devices: 1_000_000, haproxy: false }),
            /101 nodes of the regional load balancer/,
        );
        assert.match(
            refusal({ haproxy: false, messagesPerSecond: 1e8 }),
            /32 brokers of m7i.16xlarge do not carry that/,
        );
        const silent = sizing({ ...options, keepalive: 600 });
        assert.ok(!silent.ok && silent.reason.includes("at most 233 s"));
    });

    it("is read from a command line that refuses what is no number", () => {
        const words = "--devices 10 --messages-per-second 1.5 --target gke";
        const parsed = parseSize(words.split(" "));
        assert.ok(parsed.kind === "run");
        assert.deepEqual(parsed.options, { ...options, target: "gke", devices: 10, messagesPerSecond: 1.5 });
        for (const wrong of ["--devices 0", "--devices 1.5", "--persistent 2", "--target existing", "--devices"]) {
            assert.equal(parseSize([...words.split(" "), ...wrong.split(" ")]).kind, "mistake", wrong);
        }
    });

    it("says in its text what a session's queue and one more subscriber change", () => {
        const result = sizing({ ...options, persistent: 0.3 });
        // 150,000 sessions on two brokers; half of 127 us for 4,000 messages.
        assert.ok(
            result.ok && result.text.includes("75,000 of them on a broker") && result.text.includes("adds about 254m"),
        );
    });
});

describe("What size proposes", () => {
    // Two thirds of what the default path keeps a silent connection: 350 s of an NLB's TLS listener, 30 minutes of Azure's rules, 60 s of
    // DigitalOcean's regional load balancer; Google's goes on for days.
    const mostKeepalive = { eks: 233, gke: 3600, aks: 1199, doks: 39 };

    for (const target of ["eks", "gke", "aks", "doks"] as const) {
        it(`is always planned as valid on ${target}, with room for everything`, async () => {
            await fc.assert(
                fc.asyncProperty(
                    fc.record({
                        devices: fc.integer({ min: 1, max: 900_000 }),
                        messagesPerSecond: fc.integer({ min: 0, max: 200_000 }),
                        keepalive: fc.integer({ min: 5, max: mostKeepalive[target] }),
                        persistent: fc.double({ min: 0, max: 1, noNaN: true }),
                        subscribers: fc.integer({ min: 0, max: 4 }),
                    }),
                    async (asks) => {
                        const result = sizing({ ...options, target, ...asks });
                        assert.ok(result.ok, JSON.stringify(result));
                        const config = Object.entries(result.config).reduce<StackConfig>(
                            (sum, [group, settings]) =>
                                change(sum, group, settings as Readonly<Record<string, unknown>>),
                            valid[target],
                        );
                        const { checks, capacity, edge } = await planOf(config);
                        const ofCapacity = checks.filter(({ name }) => /has room|leaves room/.test(name));
                        assert.deepEqual(
                            ofCapacity.map(({ status }) => status),
                            ["pass", "pass", "pass"],
                        );
                        assert.deepEqual(
                            checks.filter(({ status }) => status === "fail"),
                            [],
                        );
                        assert.equal(edge.keepaliveSeconds, asks.keepalive);
                        assert.ok(
                            (capacity.connections[0]?.most ?? 0) >= asks.devices,
                            JSON.stringify(capacity.connections),
                        );
                        assert.equal(result.text.includes("Persistent sessions:"), asks.persistent > 0);
                    },
                ),
                { numRuns: 4, seed: 20_261_128 },
            );
        });
    }
});
