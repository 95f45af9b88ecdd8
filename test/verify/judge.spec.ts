import assert from "node:assert/strict";
import type { CertificateSource } from "../../components/edge/plan";
import { judgePlaces } from "../../verify/checks/affinity";
import { judgeRefusals } from "../../verify/checks/sign-in";
import { chanceOfFalseSplit, groupsOf, tally } from "../../verify/judge/affinity";
import { judgePlain, judgeUpgrade } from "../../verify/judge/answer";
import { daysLeft, judgeCertificate } from "../../verify/judge/certificate";
import { type Delivery, judgeCluster } from "../../verify/judge/cluster";
import { judgeVersions, type OfferedVersion } from "../../verify/judge/tls-versions";
import { ConnectRefused, ConnectUnanswered } from "../../verify/wire/client";
import { failureOf, type Handshake } from "../../verify/wire/tls";

const now = new Date("2026-11-23T12:00:00Z");
const limits = { warnDays: 21, failDays: 7 };
const day = 86_400_000;

/** @param lifetime in days */
function done(daysUntil: readonly number[], code?: string, lifetime = 90): Handshake {
    return {
        kind: "done",
        version: "TLSv1.3",
        chain: daysUntil.map((days) => ({
            subject: "mqtt.example.com",
            issuer: "Some CA",
            validFrom: now.getTime() + (days - lifetime) * day,
            validUntil: now.getTime() + days * day,
        })),
        ...(code === undefined ? {} : { mistrust: { code, message: code } }),
    };
}

describe("judge of certificates", () => {
    it("warns below one limit and fails below the other, by whole days", () => {
        const expected = [
            [[30], "ok"],
            [[21], "ok"],
            [[20.9], "warning"],
            [[7], "warning"],
            [[6.9], "failed"],
            [[-0.1], "failed"],
        ] as const;
        for (const [days, status] of expected) {
            assert.equal(judgeCertificate(done(days), "mqtt.example.com", limits, now).status, status, String(days));
        }
        assert.deepEqual(judgeCertificate(done([20.9]), "mqtt.example.com", limits, now), {
            status: "warning",
            seen: "mqtt.example.com, issued by Some CA, verifies for mqtt.example.com; 20 days left (2026-12-14)",
            todo: "renew it; where cert-manager or the cloud renews it, find out why it has not",
        });
    });

    it("asks less of one that lives shorter, since it is renewed later, unless the limits are given", () => {
        const expected = [
            [45, 15, "ok"],
            [45, 10.9, "warning"],
            [45, 2.9, "failed"],
            [6, 2, "ok"],
            [6, 0.9, "failed"],
            [3650, 20.9, "warning"],
        ] as const;
        const judged = (days: number, lifetime: number, given: object) =>
            judgeCertificate(done([days], undefined, lifetime), "mqtt.example.com", given, now).status;
        for (const [lifetime, days, status] of expected) {
            assert.equal(judged(days, lifetime, {}), status, `${days} of ${lifetime}`);
        }
        assert.equal(judged(15, 45, { warnDays: 30 }), "warning");
        assert.equal(judged(15, 45, { warnDays: 30, failDays: 16 }), "failed");
    });

    it("goes by the certificate of the chain that ends first", () => {
        const { chain } = done([300, 5]) as Extract<Handshake, { kind: "done" }>;
        assert.equal(daysLeft(chain, now), 5);
    });

    it("says what is wrong with a chain, and what to do", () => {
        const cases = [
            ["CERT_HAS_EXPIRED", /it has expired; 30 days/, /^renew it/],
            ["CERT_NOT_YET_VALID", /not valid yet/, /clocks/],
            ["ERR_TLS_CERT_ALTNAME_INVALID", /not issued for mqtt\.example\.com/, /the name that devices connect to/],
            ["SELF_SIGNED_CERT_IN_CHAIN", /issuer is not trusted \(SELF_SIGNED_CERT_IN_CHAIN\)/, /--ca/],
            ["CERT_REVOKED", /: CERT_REVOKED;/, /--ca/],
        ] as const;
        for (const [code, seen, todo] of cases) {
            const finding = judgeCertificate(done([30], code), "mqtt.example.com", limits, now);
            assert.equal(finding.status, "failed");
            assert.match(finding.seen, seen);
            assert.match(finding.todo ?? "", todo);
        }
    });

    it("shows the chain as a device sees it and knows, by the certificate's source, what is to be done", () => {
        const chain: Handshake = {
            kind: "done",
            version: "TLSv1.3",
            chain: ["mqtt.example.com", "R12", "ISRG Root X1"].map((subject, index, all) => ({
                subject,
                issuer: all[index + 1] ?? subject,
                validFrom: now.getTime() - 80 * day,
                validUntil: now.getTime() + 10 * day,
            })),
        };
        const origin = (source: CertificateSource) => ({
            source,
            namespace: "messaging",
            secret: "vernemq-edge-certificate",
            stack: "prod",
        });
        const judged = (source: CertificateSource, handshake: Handshake = chain) =>
            judgeCertificate(handshake, "mqtt.example.com", { origin: origin(source) }, now);
        assert.equal(
            judged("acme").seen,
            "mqtt.example.com, issued by R12, issued by ISRG Root X1 (source acme), verifies for mqtt.example.com; 10 days left (2026-12-03)",
        );
        const remedies: readonly [CertificateSource, RegExp, RegExp][] = [
            ["cloud", /validation record/, /--ca/],
            ["acme", /^`kubectl --namespace messaging describe certificate vernemq-edge-certificate`/, /staging/],
            ["private-ca", /describe certificate/, /output `ca` of stack prod/],
            ["cert-manager", /describe certificate/, /--ca/],
            ["pem", /vernemq:certificate\.pem/, /intermediate certificates to vernemq:certificate\.pem/],
            ["self-signed", /`pulumi up --stack prod`/, /output `ca`/],
        ];
        for (const [source, renewal, trust] of remedies) {
            assert.match(judged(source).todo ?? "", renewal);
            assert.match(judged(source, done([30], "SELF_SIGNED_CERT_IN_CHAIN")).todo ?? "", trust);
        }
    });

    it("tells what is no certificate apart", () => {
        const judged = (result: Handshake) => judgeCertificate(result, "h", limits, now);
        assert.equal(judged({ kind: "unreachable", code: "ECONNREFUSED" }).seen, "cannot be reached: ECONNREFUSED");
        assert.equal(judged({ kind: "not-tls" }).seen, "the server does not use TLS");
        assert.match(judged({ kind: "refused", code: "X" }).todo ?? "", /--cert and --key/);
        assert.equal(judged(done([])).seen, "the server shows no certificate");
        assert.equal(judged({ kind: "not-offered", code: "X" }).status, "skipped");
    });
});

describe("judge of TLS versions", () => {
    const accepted = done([30]);
    const refused: Handshake = { kind: "refused", code: "ALERT" };
    const judged = (results: readonly Handshake[], minimum: "1.2" | "1.3") => {
        const versions: OfferedVersion[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
        return judgeVersions(
            versions.map((version, index) => [version, results[index] ?? refused] as const),
            minimum,
        );
    };

    it("wants what is below the minimum refused and the rest accepted", () => {
        assert.deepEqual(judged([refused, refused, accepted, accepted], "1.2"), {
            status: "ok",
            seen: "1.0 refused, 1.1 refused, 1.2 accepted, 1.3 accepted",
        });
        assert.equal(judged([refused, refused, refused, accepted], "1.3").status, "ok");
        assert.match(judged([refused, accepted, accepted, accepted], "1.2").todo ?? "", /nothing below TLS 1\.2/);
        assert.match(judged([refused, refused, accepted, accepted], "1.3").todo ?? "", /nothing below TLS 1\.3/);
        assert.match(judged([refused, refused, accepted, refused], "1.2").todo ?? "", /^accept 1\.3:/);
        assert.match(judged([refused, refused, refused, accepted], "1.2").todo ?? "", /^accept 1\.2:/);
    });

    it("takes a version that this machine cannot offer for neither", () => {
        const unable: Handshake = { kind: "not-offered", code: "NO_PROTOCOLS_AVAILABLE" };
        const finding = judged([unable, refused, accepted, accepted], "1.2");
        assert.equal(finding.status, "skipped");
        assert.match(finding.seen, /^1\.0 not told \(this machine cannot offer it\), 1\.1 refused/);
    });

    it("sorts OpenSSL's errors by who is to blame", () => {
        const coded = (code: string) => failureOf(Object.assign(new Error("text"), { code }), true).kind;
        assert.equal(coded("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"), "refused");
        assert.equal(coded("ECONNRESET"), "refused");
        assert.equal(coded("ERR_SSL_NO_PROTOCOLS_AVAILABLE"), "not-offered");
        assert.equal(coded("ERR_SSL_WRONG_VERSION_NUMBER"), "not-tls");
        assert.deepEqual(failureOf(new Error("no code"), false), { kind: "unreachable", code: "no code" });
    });
});

describe("judge of affinity", () => {
    it("joins clients that links connect, and keeps the others apart", () => {
        assert.deepEqual(groupsOf(6, []), [0, 1, 2, 3, 4, 5]);
        assert.deepEqual(
            groupsOf(6, [
                [5, 3],
                [1, 0],
                [3, 1],
                [2, 2],
            ]),
            [0, 0, 1, 0, 2, 0],
        );
    });

    it("bounds the chance to take one broker for two: more messages, less chance", () => {
        // Two clients, one message each: each gets its own one time in four, and the bound counts that for either of them.
        assert.equal(chanceOfFalseSplit(2, 1), 0.5);
        assert.ok(chanceOfFalseSplit(3, 12) < 1e-6);
        assert.ok(chanceOfFalseSplit(12, 12) < 1e-6);
        assert.ok(chanceOfFalseSplit(12, 3) > chanceOfFalseSplit(12, 4));
    });

    it("counts places, the most frequent first", () => {
        assert.equal(tally(["b", "a", "b", "c"]), "b (2), a (1), c (1)");
        assert.equal(judgePlaces(["a", "a"], "source-ip", "").status, "ok");
        assert.match(judgePlaces(["a", "b"], "source-ip", "").todo ?? "", /the client's address/);
        assert.match(judgePlaces(["a", "b"], "client-id", "").todo ?? "", /hashes the client id/);
    });
});

describe("judge of the cluster", () => {
    const names = ["a", "b", "c"];
    const all = ["device", ...names];
    const every = all.flatMap((from) => all.filter((to) => to !== from).map((to): Delivery => [from, to]));

    it("is content where all hear all, however often", () => {
        assert.equal(judgeCluster(names, "device", [...every, ...every, ["a", "a"]]).status, "ok");
    });

    it("names a broker that hears no other and is heard by none, even if the device sits on it", () => {
        const split = every.filter(
            ([from, to]) => (from === "c" || from === "device") === (to === "c" || to === "device"),
        );
        assert.match(judgeCluster(names, "device", split).seen, /^alone: c \(8 of 12 connections do not work\)$/);
    });

    it("names a way where none is alone", () => {
        const oneWay = every.filter(([from, to]) => !(from === "a" && to === "b"));
        assert.equal(
            judgeCluster(names, "device", oneWay).seen,
            "1 of 12 connections do not work, for example from a to b",
        );
    });
});

describe("judge of answers", () => {
    it("fails a port for TLS that answers plain text with a CONNACK, and nothing else", () => {
        assert.equal(judgePlain("connack").status, "failed");
        for (const answer of ["closed", "other", "silence"] as const) {
            assert.equal(judgePlain(answer).status, "ok");
        }
    });

    it("wants the subprotocol mqtt of a WebSocket", () => {
        assert.equal(judgeUpgrade({ kind: "upgraded", subprotocol: "mqtt" }, "/mqtt").status, "ok");
        assert.match(judgeUpgrade({ kind: "upgraded", subprotocol: undefined }, "/mqtt").seen, /subprotocol \(none\)/);
        assert.match(judgeUpgrade({ kind: "answered", status: 502 }, "/mqtt").seen, /HTTP 502 instead of 101/);
        assert.match(judgeUpgrade({ kind: "failed", reason: "ECONNRESET" }, "/mqtt").seen, /ECONNRESET/);
    });

    it("takes only a refusal that is about the user for one", () => {
        const answered = (...answers: readonly ("let in" | Error)[]) =>
            judgeRefusals(
                "user",
                answers.map((answer) => ({ title: "MQTT", answer })),
            );
        assert.equal(answered(new ConnectRefused(4, 4), new ConnectRefused(0x87, 5)).status, "ok");
        assert.equal(answered(new ConnectRefused(5, 4), "let in").status, "failed");
        // A broker that is unavailable refuses everyone: that proves nothing.
        assert.deepEqual(answered(new ConnectRefused(3, 4)), {
            status: "undecided",
            seen: "user: MQTT: refused with CONNACK 3 (server unavailable)",
            todo: "run it again; if connect fails the same way, start with what it says",
        });
        assert.equal(answered(new ConnectUnanswered()).status, "undecided");
        assert.equal(answered(new ConnectRefused(4, 4), new ConnectUnanswered()).status, "undecided");
        // 4 is a return code of MQTT 3.1.1; as a reason code of MQTT 5 it refuses no client for its password.
        assert.equal(answered(new ConnectRefused(4, 5)).status, "undecided");
    });
});
