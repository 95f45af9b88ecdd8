import assert from "node:assert/strict";
import mqtt from "mqtt";
import { brokerPorts } from "../../components/broker/ports";
import type { Breakage } from "../../lab/broken";
import { breakageNames } from "../../lab/broken";
import { verify } from "../../verify";
import { nameEndpoints, urlOf } from "../../verify/target";
import { needHaproxy, password, quick, quickly, titles, withLab } from "./support";

/** What has to fail in each broken lab, and nothing else. */
const failures: Readonly<Record<Breakage, readonly string[]>> = {
    "expired-certificate": ["certificate (mqtts)", "certificate (wss)"],
    "expiring-certificate": ["certificate (mqtts)", "certificate (wss)"],
    "wrong-host": ["certificate (mqtts)", "certificate (wss)"],
    "unknown-ca": ["certificate (mqtts)", "certificate (wss)"],
    "old-tls": ["tls-versions (mqtts)", "tls-versions (wss)"],
    "no-tls": ["certificate (mqtts)", "plain-mqtt (mqtts)"],
    "no-websocket": ["websocket (wss)"],
    "no-affinity": ["affinity (mqtts)", "affinity (wss)"],
    "anonymous-open": [
        "no-user (mqtts)",
        "no-user (wss)",
        "wrong-password (mqtts)",
        "wrong-password (wss)",
        "empty-password (mqtts)",
        "empty-password (wss)",
    ],
    "refusals-cut": [],
    "passwd-plugin-died": ["connect (mqtts)", "connect (wss)"],
    "broker-alone": ["cluster", "retained"],
};

/** What stays without an answer. */
const undecided: Partial<Record<Breakage, readonly string[]>> = {
    "refusals-cut": ["no-user (wss)", "wrong-password (wss)", "empty-password (wss)"],
    "passwd-plugin-died": [
        "no-user (mqtts)",
        "no-user (wss)",
        "wrong-password (mqtts)",
        "wrong-password (wss)",
        "empty-password (mqtts)",
        "empty-password (wss)",
    ],
};

/** What needs the user to be let in. */
const ofUser = ["quality-of-service", "cluster", "retained", "affinity (mqtts)", "affinity (wss)"];

/** No password goes to a server whose certificate does not verify, so what needs one is not told. */
const untrusted = ["connect (mqtts)", "connect (wss)", ...ofUser];
const skips: Partial<Record<Breakage, readonly string[]>> = {
    "expired-certificate": untrusted,
    "wrong-host": untrusted,
    "unknown-ca": untrusted,
    "passwd-plugin-died": ofUser,
    "no-tls": [
        "tls-versions (mqtts)",
        "connect (mqtts)",
        "no-user (mqtts)",
        "wrong-password (mqtts)",
        "empty-password (mqtts)",
        "affinity (mqtts)",
    ],
    "no-websocket": [
        "connect (wss)",
        "no-user (wss)",
        "wrong-password (wss)",
        "empty-password (wss)",
        "affinity (wss)",
    ],
};

/** What the brokers of a lab keep: nothing may stay after `verify`. */
async function leftovers(urls: readonly string[], ca: string): Promise<readonly string[]> {
    const reader = await mqtt.connectAsync(urls[0] ?? "", { ca, username: "alice", password, reconnectPeriod: 0 });
    const topics: string[] = [];
    reader.on("message", (topic) => topics.push(topic));
    await reader.subscribeAsync("verify/#");
    await new Promise((resolve) => setTimeout(resolve, 100));
    await reader.endAsync();
    return topics;
}

describe("verify, of a lab", () => {
    before(function () {
        needHaproxy(this);
    });

    it("finds everything in order in a valid one, and leaves nothing there", async () => {
        await withLab({}, async ({ lab, target, urls }) => {
            let most = 0;
            lab.on("connect", () => {
                most = Math.max(most, lab.places.length);
            });
            const report = await quickly(target);
            assert.deepEqual(
                titles(report, "failed", "warning", "undecided", "skipped"),
                [],
                JSON.stringify(report.results),
            );
            assert.equal(report.ok, true);
            assert.deepEqual(report.counts, { ok: 20, warning: 0, failed: 0, undecided: 0, skipped: 0 });
            assert.deepEqual(report.endpoints, urls);
            assert.match(
                report.results.find(({ check }) => check === "affinity")?.seen ?? "",
                /^6 connections from this machine came to vernemq-[012] \(6\)$/,
            );
            assert.deepEqual(lab.places, []);
            assert.deepEqual(await leftovers(urls, lab.caPem), []);
            assert.ok(most > 1 && most <= 12, `${most} clients at a time`);
        });
    });

    for (const broken of breakageNames) {
        it(`finds ${broken}, and nothing else wrong`, async () => {
            await withLab({ broken }, async ({ lab, target }) => {
                const report = await quickly(target);
                assert.deepEqual(titles(report, "failed"), failures[broken], JSON.stringify(report.results));
                assert.deepEqual(titles(report, "undecided"), undecided[broken] ?? []);
                assert.deepEqual(titles(report, "skipped"), skips[broken] ?? []);
                assert.equal(report.ok, false);
                for (const { status, todo } of report.results) {
                    assert.equal(todo !== undefined, !["ok", "skipped"].includes(status));
                }
                assert.deepEqual(lab.places, []);
            });
        });
    }

    it("lets a second try decide where a refusal over WebSocket was cut before its CONNACK", async () => {
        await withLab({}, async ({ lab, target }) => {
            let cut = 0;
            for (const broker of lab.brokers) {
                broker.on("refused", ({ transport, reason }) => {
                    cut += transport === "ws" && reason === "cut before the CONNACK" ? 1 : 0;
                });
            }
            const report = await quickly(target, { checks: ["no-user", "wrong-password", "empty-password"] });
            assert.equal(cut, 1);
            assert.equal(titles(report, "ok").length, 6, JSON.stringify(report.results));
        });
    });

    it("says what has died where every login is cut off while health is fine", async () => {
        await withLab({ broken: "passwd-plugin-died", brokers: 1 }, async ({ target }) => {
            const [result] = (await quickly(target, { checks: ["connect"] })).results;
            assert.equal(result?.seen, "alice with MQTT 3.1.1: the connection was closed without a CONNACK");
            assert.match(result.todo ?? "", /plugin for logins has died while its health checks return 200/);
        });
    });

    it("finds that the user may not publish, once, and skips what needs it", async () => {
        await withLab({ mayPublish: (_, topic) => !topic.startsWith("verify/") }, async ({ target }) => {
            const report = await quickly(target);
            assert.deepEqual(titles(report, "failed"), ["connect (mqtts)", "connect (wss)"]);
            assert.deepEqual(titles(report, "skipped"), ofUser);
            assert.match(
                report.results.find(({ status }) => status === "failed")?.todo ?? "",
                /read and write verify\/#/,
            );
        });
    });

    for (const how of ["killed", "frozen"] as const) {
        it(`names a broker that is ${how}, and finds the endpoint in order where it leads elsewhere`, async () => {
            await withLab({}, async ({ lab, target }) => {
                // Where this machine's address leads: another broker than that is the one to go.
                const seen = (await quickly(target, { checks: ["affinity"] })).results[0]?.seen ?? "";
                const broker = lab.brokers.find(({ name }) => !seen.includes(name));
                assert.ok(broker !== undefined);
                if (how === "killed") {
                    await broker.kill();
                } else {
                    broker.freeze();
                }
                const checks = ["connect", "no-user", "quality-of-service", "cluster", "retained", "affinity"] as const;
                const report = await quickly(target, { checks });
                assert.deepEqual(titles(report, "failed"), ["cluster", "retained", "affinity"]);
                const reason = how === "killed" ? "connect ECONNREFUSED " : `no CONNACK within ${quick.timeoutMs} ms`;
                for (const { seen: text, todo } of report.results.filter(({ status }) => status === "failed")) {
                    assert.ok(text.startsWith(`${broker.name}, past the edge: ${reason}`), text);
                    assert.match(todo ?? "", /`vmq-admin cluster show` of another broker/);
                }
                assert.equal(titles(report, "ok").length, 5);
            });
        });
    }

    it("names the broker that is alone, whichever broker the endpoint leads to", async () => {
        await withLab({ broken: "broker-alone" }, async ({ target }) => {
            const report = await quickly(target, { checks: ["cluster"] });
            assert.match(report.results[0]?.seen ?? "", /^alone: vernemq-2 \(6 of 12 connections do not work\)$/);
        });
    });

    it("signs in at a server whose certificate expired if it is told to", async () => {
        await withLab({ broken: "expired-certificate" }, async ({ target }) => {
            const report = await quickly(target, { settings: { trustAnyway: true } });
            assert.deepEqual(titles(report, "failed"), failures["expired-certificate"]);
            assert.deepEqual(titles(report, "skipped"), []);
        });
    });

    it("tells affinity from outside too, and what it cannot tell from there it skips", async () => {
        const outside = { missing: "no way to the brokers" };
        const only = { checks: ["cluster", "retained", "affinity"] as const };
        await withLab({}, async ({ target }) => {
            const report = await quickly({ ...target, access: outside }, only);
            assert.deepEqual(titles(report, "ok"), ["retained", "affinity (mqtts)", "affinity (wss)"]);
            assert.deepEqual(report.results[0], { check: "cluster", status: "skipped", seen: outside.missing });
            assert.match(
                report.results[2]?.seen ?? "",
                /^9 connections from this machine came to broker A \(9\); told by/,
            );
        });
        await withLab({ broken: "no-affinity" }, async ({ target }) => {
            const report = await quickly({ ...target, access: outside }, only);
            assert.deepEqual(titles(report, "failed"), ["affinity (mqtts)", "affinity (wss)"]);
        });
    });

    it("tells affinity by client id, with and without a way to the brokers", async () => {
        const only = { checks: ["affinity"] as const };
        const outside = { missing: "none" };
        await withLab({ affinity: "client-id" }, async ({ target }) => {
            assert.deepEqual(titles(await quickly(target, only), "ok"), ["affinity (mqtts)"]);
            assert.deepEqual(titles(await quickly({ ...target, access: outside }, only), "ok"), ["affinity (mqtts)"]);
        });
        await withLab({ affinity: "client-id", broken: "no-affinity" }, async ({ target }) => {
            assert.deepEqual(titles(await quickly(target, only), "failed"), ["affinity (mqtts)"]);
            assert.deepEqual(titles(await quickly({ ...target, access: outside }, only), "failed"), [
                "affinity (mqtts)",
            ]);
        });
        // One broker has every client id come back, and that proves nothing.
        await withLab({ affinity: "client-id", brokers: 1 }, async ({ target }) => {
            const [result] = (await quickly({ ...target, access: outside }, only)).results;
            assert.equal(result?.status, "skipped");
            assert.match(result.seen, /^12 client ids all reached one broker/);
        });
    });

    it("asks nothing of affinity where none is wanted, or where messages do not tell brokers", async () => {
        await withLab({ affinity: "none", brokers: 2 }, async ({ target }) => {
            const only = { checks: ["affinity"] as const };
            assert.deepEqual((await quickly(target, only)).results, [
                { check: "affinity", status: "skipped", seen: "no affinity is requested" },
            ]);
            const random = { ...target, affinity: "source-ip" as const, sharedSubscriptionPolicy: "random" };
            assert.match((await quickly(random, only)).results[0]?.seen ?? "", /^shared_subscription_policy is random/);
        });
    });

    it("says that the user is not let in once, and skips what needs it", async () => {
        await withLab({ users: new Map([["alice", "another password"]]) }, async ({ target }) => {
            const report = await quickly(target);
            assert.deepEqual(titles(report, "failed"), ["connect (mqtts)", "connect (wss)"]);
            assert.deepEqual(titles(report, "skipped"), ofUser);
            assert.equal(JSON.stringify(report).includes(password), false);
        });
    });

    it("takes an open broker for a mistake, unless it is meant so", async () => {
        await withLab({ users: undefined }, async ({ target }) => {
            const open = { ...target, credentials: undefined };
            const refusals = { checks: ["connect", "no-user", "wrong-password"] as const };
            assert.deepEqual(titles(await quickly(open, refusals), "failed"), failures["anonymous-open"].slice(0, 4));
            const meant = await quickly({ ...open, allowAnonymous: true }, refusals);
            assert.deepEqual(titles(meant, "ok"), ["connect (mqtts)", "connect (wss)"]);
            assert.deepEqual(titles(meant, "skipped"), ["no-user", "wrong-password"]);
        });
    });

    it("dials the address that it is given, and goes by the endpoints' names all the same", async () => {
        await withLab({}, async ({ lab, target, address }) => {
            // Nothing listens at the address that the name has.
            const named = nameEndpoints(target.endpoints.map((endpoint) => urlOf({ ...endpoint, host: "localhost" })));
            const checks = ["certificate", "plain-mqtt", "websocket", "connect"] as const;
            const report = await quickly({ ...target, endpoints: named, address }, { checks });
            assert.deepEqual(titles(report, "failed", "skipped"), [], JSON.stringify(report.results));
            assert.match(report.results[0]?.seen ?? "", /verifies for localhost/);
            assert.equal((await quickly({ ...target, endpoints: named }, { checks })).ok, false);
            const plain = {
                ...target,
                endpoints: nameEndpoints([`mqtt://nowhere.invalid:${brokerPorts.internal}`]),
                address: lab.brokers[0]?.address ?? "",
            };
            assert.deepEqual(titles(await quickly(plain, { checks: ["connect"] }), "ok"), ["connect (mqtt)"]);
        });
    });

    it("does not go by the CA where an endpoint has a public one", async () => {
        await withLab({ brokers: 1 }, async ({ target }) => {
            const endpoints = target.endpoints.map((each) =>
                each.scheme === "wss" ? { ...each, publicCa: true as const } : each,
            );
            const report = await quickly({ ...target, endpoints }, { checks: ["certificate", "connect"] });
            assert.deepEqual(titles(report, "failed"), ["certificate (wss)"]);
            assert.deepEqual(titles(report, "skipped"), ["connect (wss)"]);
        });
    });

    it("names the broker that cannot be reached past the edge", async () => {
        await withLab({ brokers: 2 }, async ({ target }) => {
            const { access } = target;
            assert.ok(!("missing" in access));
            const [first] = access.brokers;
            assert.ok(first !== undefined);
            const cut = { ...first, name: "vernemq-9", connect: () => Promise.reject(new Error("no permission")) };
            const report = await quickly(
                { ...target, access: { ...access, brokers: [first, cut] } },
                { checks: ["cluster"] },
            );
            assert.equal(report.results[0]?.seen, "vernemq-9, past the edge: no permission");
            // A way that opens and leads nowhere knows more than the client at its end.
            const forbidden = {
                name: "vernemq-9",
                connect: () => Promise.resolve("mqtt://127.0.0.1:1"),
                problem: () => "pods/portforward is forbidden",
            };
            const again = await quickly(
                { ...target, access: { ...access, brokers: [first, forbidden] } },
                { checks: ["cluster"] },
            );
            assert.equal(again.results[0]?.seen, "vernemq-9, past the edge: pods/portforward is forbidden");
        });
    });

    it("shows the client's certificate where the edge asks for one", async () => {
        await withLab({ clientCertificates: true }, async ({ lab, target }) => {
            const { Secret } = await import("../../components/common/secret");
            const { clientCertificate } = lab;
            assert.ok(clientCertificate !== null);
            const { certificatePem: certificate, privateKeyPem } = clientCertificate;
            const report = await quickly({
                ...target,
                clientCertificate: { certificate, key: new Secret(privateKeyPem) },
            });
            assert.deepEqual(titles(report, "failed", "skipped"), []);
            assert.equal((await quickly(target, { checks: ["connect"] })).ok, false);
        });
    });

    it("takes its retained message away when it is interrupted or out of time", async () => {
        await withLab({}, async ({ lab, target, urls }) => {
            for (const end of ["abort", "timeout"] as const) {
                const abort = new AbortController();
                let opened = 0;
                const { access } = target;
                assert.ok(!("missing" in access));
                // The ways to the brokers never open, so the check stands still with the message set.
                const doors = access.brokers.map(({ name }) => ({
                    name,
                    connect: () => {
                        opened += 1;
                        if (end === "abort") {
                            abort.abort();
                        }
                        return new Promise<string>(() => undefined);
                    },
                }));
                let closed = false;
                const stuck = {
                    ...target,
                    access: {
                        brokers: doors,
                        close: () => {
                            closed = true;
                            return Promise.resolve();
                        },
                    },
                };
                const run = verify(stuck, {
                    settings: { ...quick, checkTimeoutMs: 3000 },
                    checks: ["retained"],
                    signal: abort.signal,
                });
                if (end === "abort") {
                    await assert.rejects(run, { name: "AbortError" });
                } else {
                    assert.equal((await run).results[0]?.seen, "it took longer than 3 s");
                }
                assert.ok(opened > 0);
                assert.equal(closed, true);
                assert.deepEqual(await leftovers(urls, lab.caPem), []);
                assert.deepEqual(lab.places, []);
            }
        });
    });
});
