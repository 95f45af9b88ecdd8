import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { haproxyConfig } from "../../../../components/edge/haproxy/config";
import type { HaproxyConfigInput } from "../../../../components/edge/haproxy/input";
import { certificateFolder, configFolder, files, runFolder } from "../../../../components/edge/haproxy/folder";
import { certificateRenewal } from "../../../../components/edge/haproxy/tls";
import {
    affinities,
    defaultRequirements,
    type EdgeRequirements,
    idleTimeoutFor,
    listenerNames,
} from "../../../../components/edge/plan";
import { planEdge } from "../../../../components/edge/planner";
import { targetOf, targets } from "../../../../stacks/targets/registry";
import { CertificateAuthority } from "../../../../lab/certificates";
import { removeFolder, temporaryFolder } from "../../../../lab/temporary";
import { need, tools } from "../../../../lab/tools";
import { needsHaproxy } from "../../../edge/support/run";

const requirements: EdgeRequirements = { ...defaultRequirements, certificateSource: "pem" };

const broker = {
    namespace: "iot",
    release: "vernemq",
    headlessService: "vernemq-headless",
    healthPath: "/health/listeners",
    maxReplicas: 3,
};
const limits = { maxConnections: 50_000, connectionsPerSourcePerSecond: 200 };

function configFor(
    target: string,
    changes: Partial<EdgeRequirements> = {},
    more: Partial<HaproxyConfigInput> = {},
): string {
    const decision = planEdge(targetOf(target), { ...requirements, ...changes });
    assert.ok(decision.ok, JSON.stringify(decision));
    return haproxyConfig({ plan: decision.plan, broker, ...limits, ...more });
}

/** The lines of one section, without indentation and comments. */
function section(config: string, title: string): readonly string[] {
    const block = config.split("\n\n").find((text) => text.startsWith(`${title}\n`));
    return (block ?? "")
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#"))
        .slice(1);
}

/** The lines of a section that begin with a word. */
function lines(config: string, title: string, word: string): readonly string[] {
    return section(config, title).filter((line) => line.startsWith(`${word} `));
}

describe("the HAProxy configuration", () => {
    it("is the same text each time", () => {
        assert.equal(configFor("existing"), configFor("existing"));
    });

    it("lists every broker that there may be by its ordinal, with fixed ids and PROXY v2", () => {
        const config = configFor("existing");
        assert.deepEqual(lines(config, "backend brokers-mqtt", "server"), [
            "server vernemq-0 vernemq-0.vernemq-headless.iot.svc.cluster.local:1883 id 1",
            "server vernemq-1 vernemq-1.vernemq-headless.iot.svc.cluster.local:1883 id 2",
            "server vernemq-2 vernemq-2.vernemq-headless.iot.svc.cluster.local:1883 id 3",
        ]);
        assert.deepEqual(lines(config, "backend brokers-ws", "server"), [
            "server vernemq-0 vernemq-0.vernemq-headless.iot.svc.cluster.local:8080 id 1 track brokers-mqtt/vernemq-0",
            "server vernemq-1 vernemq-1.vernemq-headless.iot.svc.cluster.local:8080 id 2 track brokers-mqtt/vernemq-1",
            "server vernemq-2 vernemq-2.vernemq-headless.iot.svc.cluster.local:8080 id 3 track brokers-mqtt/vernemq-2",
        ]);
        assert.deepEqual(lines(config, "backend brokers-mqtt", "default-server"), [
            "default-server check port 8888 inter 2s fastinter 500ms downinter 1s fall 3 rise 2 send-proxy-v2 weight 256 resolvers cluster resolve-prefer ipv4 init-addr none",
        ]);
    });

    it("checks the WebSocket listener itself where it is the only one", () => {
        const config = configFor("existing", { listeners: ["wss"] });
        assert.equal(section(config, "backend brokers-mqtt").length, 0);
        assert.ok(
            lines(config, "backend brokers-ws", "http-check").includes(
                "http-check send meth GET uri /health/listeners",
            ),
        );
        assert.ok(lines(config, "backend brokers-ws", "server").every((line) => !line.includes("track")));
        assert.ok(section(config, "frontend probe").includes("acl has_broker nbsrv(brokers-ws) ge 1"));
    });

    it("sends no common name to the broker unless that is asked for", () => {
        const clientCertificates = { revocation: false, commonNameAsUser: true };
        const mutual = { clientCertificates: true };
        assert.equal(configFor("existing", mutual).includes("send-proxy-v2-ssl"), false);
        const config = configFor("existing", mutual, { clientCertificates });
        assert.match(lines(config, "backend brokers-mqtt", "default-server").join(), / send-proxy-v2-ssl-cn /);
        // VerneMQ's WebSocket listeners take no name from the header.
        assert.match(lines(config, "backend brokers-ws", "default-server").join(), / send-proxy-v2 /);
    });

    it("terminates TLS and believes PROXY headers exactly where the chain says so", () => {
        const binds = (target: string, changes: Partial<EdgeRequirements>) =>
            ["mqtts", "wss"].flatMap((name) => lines(configFor(target, changes), `frontend ${name}`, "bind"));
        const tls = "ssl crt /edge/certificate/tls.crt";
        assert.deepEqual(binds("existing", {}), [`bind :8883 ${tls}`, `bind :8443 ${tls} alpn http/1.1`]);
        assert.deepEqual(binds("doks", {}), [
            `bind :8883 accept-proxy ${tls}`,
            `bind :8443 accept-proxy ${tls} alpn http/1.1`,
        ]);
        assert.deepEqual(binds("eks", { certificateSource: "cloud" }), [
            "bind :8883 accept-proxy",
            "bind :8443 accept-proxy",
        ]);
        assert.equal(configFor("eks", { certificateSource: "cloud" }).includes("ssl-"), false);
        assert.deepEqual(lines(configFor("existing", { listeners: ["mqtts", "mqtt"] }), "frontend mqtt", "bind"), [
            "bind :1883",
        ]);
    });

    it("paces TLS handshakes by the processor that a pod reserves, and keeps the queue as long as a handshake may take", () => {
        const pace = (changes: Parameters<typeof configFor>[2], target = "existing") => {
            const config = configFor(target, {}, changes);
            return [lines(config, "global", "maxsslrate"), lines(config, "frontend mqtts", "backlog")];
        };
        // A pod for 50,000 connections reserves a core, of which a handshake takes up to 2 ms; a small one is given 200 a second.
        assert.deepEqual(pace({ maxConnections: 50_000 }), [["maxsslrate 500"], ["backlog 5000"]]);
        assert.deepEqual(pace({ maxConnections: 1_000 }), [["maxsslrate 200"], ["backlog 2000"]]);
        assert.deepEqual(pace({ handshakesPerSecond: 40 }), [["maxsslrate 40"], ["backlog 400"]]);
        const behindTls = configFor("eks", { certificateSource: "cloud" });
        assert.equal(/maxsslrate|backlog/.test(behindTls), false);
    });

    it("bounds the wait for a CONNACK, and by the webhooks' own time where that is longer", () => {
        const bounds = (changes: Parameters<typeof configFor>[2]) => {
            const config = configFor("existing", {}, changes);
            return [
                ...lines(config, "defaults", "timeout").filter((line) => /timeout (client|server) /.test(line)),
                ...lines(config, "backend brokers-mqtt", "tcp-response"),
            ];
        };
        const expected = (seconds: string) => [
            `timeout client ${seconds}`,
            `timeout server ${seconds}`,
            `tcp-response inspect-delay ${seconds}`,
            "tcp-response content accept if { res.len gt 0 }",
            "tcp-response content reject",
        ];
        assert.deepEqual(bounds({}), expected("10s"));
        assert.deepEqual(bounds({ signInSeconds: 5 }), expected("10s"));
        assert.deepEqual(bounds({ signInSeconds: 60 }), expected("65s"));
    });

    it("sends TCP keepalives to brokers always and to devices only where told", () => {
        const keepalives = (changes: Partial<EdgeRequirements>) =>
            section(configFor("existing", changes), "defaults").filter((line) => line.includes("tcpka"));
        const towards = (side: string) => [
            `option ${side}tcpka`,
            `${side}tcpka-idle 116s`,
            `${side}tcpka-intvl 116s`,
            `${side}tcpka-cnt 3`,
        ];
        assert.deepEqual(keepalives({}), towards("srv"));
        assert.deepEqual(keepalives({ tcpKeepalive: true }), [...towards("srv"), ...towards("cli")]);
    });

    it("asks for client certificates, and looks at the revocation list, only where told", () => {
        const bind = (revocation: boolean) =>
            lines(
                configFor(
                    "existing",
                    { clientCertificates: true },
                    { clientCertificates: { revocation, commonNameAsUser: false } },
                ),
                "frontend mqtts",
                "bind",
            );
        const tls = "bind :8883 ssl crt /edge/certificate/tls.crt verify required ca-file /edge/config/client-ca.pem";
        assert.deepEqual(bind(false), [tls]);
        assert.deepEqual(bind(true), [`${tls} crl-file /edge/config/client-crl.pem`]);
    });

    it("resumes no TLS session where clients show certificates, which may have been revoked since", () => {
        const sessions = (clientCertificates: boolean) =>
            section(configFor("existing", { clientCertificates }), "global").filter((line) =>
                line.startsWith("tune.ssl.cachesize"),
            );
        assert.deepEqual(sessions(true), ["tune.ssl.cachesize 0"]);
        assert.deepEqual(sessions(false), []);
    });

    it("keeps a session cache beside tickets only for TLS 1.2, whose clients may know no tickets", () => {
        const cacheSize = (minimumTlsVersion: "1.2" | "1.3", sessionSeconds: number | undefined) =>
            lines(configFor("existing", { minimumTlsVersion }, { sessionSeconds }), "global", "tune.ssl.cachesize");
        assert.deepEqual(cacheSize("1.3", 3600), ["tune.ssl.cachesize 0"]);
        assert.deepEqual(cacheSize("1.2", 3600), []);
        // Without tickets the cache is all that sessions resume from.
        assert.deepEqual(cacheSize("1.3", undefined), []);
    });

    it("serves several certificates, the defaults as HAProxy 3.0 can pick them and as older ones take the first", () => {
        const certificates = [
            { folder: "rsa", isDefault: true },
            { folder: "", isDefault: true },
            { folder: "mqtt.example.org", isDefault: false },
        ];
        const config = configFor("existing", { listeners: ["mqtts"] }, { certificates });
        const [rsa, ecdsa, other] = ["rsa/", "", "mqtt.example.org/"].map(
            (folder) => `/edge/certificate/${folder}tls.crt`,
        );
        const bind = (word: string) => ["bind :8883 ssl crt", rsa, word, ecdsa, "crt", other].join(" ");
        assert.deepEqual(
            section(config, "frontend mqtts").filter((line) => line.startsWith("bind") || line.startsWith(".")),
            [".if version_atleast(3.0)", bind("default-crt"), ".else", bind("crt"), ".endif"],
        );
        assert.deepEqual(
            section(config, "global").filter((line) => line.startsWith("setenv CERTIFICATE")),
            [1, 2, 3].map((index) => ["setenv", `CERTIFICATE_${index}`, [rsa, ecdsa, other][index - 1]].join(" ")),
        );
    });

    it("lets TLS begin at the requested version and names no cipher list that would have no effect", () => {
        const policy = (minimumTlsVersion: "1.2" | "1.3") =>
            section(configFor("existing", { minimumTlsVersion }), "global").filter((line) =>
                line.startsWith("ssl-default"),
            );
        assert.match(policy("1.2").join("\n"), /ssl-min-ver TLSv1\.2 no-tls-tickets/);
        assert.match(policy("1.2").join("\n"), /ssl-default-bind-ciphers ECDHE-ECDSA-AES128-GCM-SHA256:/);
        assert.match(policy("1.3").join("\n"), /ssl-min-ver TLSv1\.3 no-tls-tickets/);
        assert.doesNotMatch(policy("1.3").join("\n"), /ssl-default-bind-ciphers /);
    });

    it("lets sessions resume at every pod for as long as it is told, on TLS listeners alone", () => {
        const config = configFor("existing", { listeners: ["mqtts", "mqtt"] }, { sessionSeconds: 7200 });
        assert.deepEqual(lines(config, "global", "tune.ssl.lifetime"), ["tune.ssl.lifetime 7200"]);
        assert.doesNotMatch(config, /no-tls-tickets/);
        assert.deepEqual(lines(config, "frontend mqtts", "bind"), [
            "bind :8883 ssl crt /edge/certificate/tls.crt tls-ticket-keys /edge/run/session-tickets.keys",
        ]);
        assert.deepEqual(lines(config, "frontend mqtt", "bind"), ["bind :1883"]);
    });

    it("balances by address, by client id or by load, and WebSocket by address where the client id comes too late", () => {
        const balance = (changes: Partial<EdgeRequirements>, kind: string, target = "existing") => {
            const backend = section(configFor(target, changes), `backend ${kind}`);
            return backend.filter((line) => /^(balance|hash-type) /.test(line)).join("; ");
        };
        const bySource = "balance source; hash-type consistent";
        assert.equal(balance({}, "brokers-mqtt"), bySource);
        assert.equal(balance({}, "brokers-ws"), bySource);
        assert.equal(
            balance({ affinity: "client-id" }, "brokers-mqtt"),
            "balance hash var(txn.client_id); hash-type consistent",
        );
        assert.equal(balance({ affinity: "client-id" }, "brokers-ws"), bySource);
        assert.equal(balance({ affinity: "none" }, "brokers-mqtt"), "balance leastconn");
        // Behind a gateway that hides addresses all clients would have one.
        const gateway = { affinity: "client-id", certificateSource: "cloud", keyVaultCertificate: true } as const;
        assert.equal(balance(gateway, "brokers-ws", "aks"), "balance leastconn");
    });

    it("reads client ids only where affinity goes by them", () => {
        const reads = (affinity: EdgeRequirements["affinity"]) =>
            configFor("existing", { affinity }).includes("mqtt_field_value(connect,client_identifier)");
        assert.deepEqual(affinities.map(reads), [false, true, false]);
    });

    it("judges sources by the carried address behind a header, at once without one, and not at all where it is a gateway's", () => {
        const rules = (target: string, changes: Partial<EdgeRequirements>) =>
            section(configFor(target, { ...changes, listeners: ["mqtts"] }), "frontend mqtts").filter((line) =>
                /^acl|^tcp-request (connection|session) (reject|track)/.test(line),
            );
        const full = "tcp-request connection reject if { var(sess.clients) -m int gt 50000 }";
        const allowedCidrs = ["203.0.113.0/24", "2001:db8::/32"];
        assert.deepEqual(rules("existing", { allowedCidrs }), [
            full,
            "acl is_allowed src 203.0.113.0/24 2001:db8::/32",
            "tcp-request connection reject unless is_allowed",
            "tcp-request connection track-sc0 src,ipmask(32,64) table sources",
            "tcp-request connection reject if { sc0_conn_rate gt 200 }",
        ]);
        assert.deepEqual(rules("doks", {}), [
            full,
            "tcp-request session track-sc0 src,ipmask(32,64) table sources",
            "tcp-request session reject if { sc0_conn_rate gt 200 }",
        ]);
        assert.deepEqual(
            rules("aks", { affinity: "client-id", certificateSource: "cloud", keyVaultCertificate: true }),
            [full],
        );
    });

    it("sets the idle timeout to the plan's, longer than 1.5 keepalives, and a short one until then", () => {
        const timeouts = lines(configFor("existing", { keepaliveSeconds: 1000 }), "defaults", "timeout");
        assert.ok(timeouts.includes(`timeout tunnel ${idleTimeoutFor(1000)}s`));
        assert.ok(idleTimeoutFor(1000) > 1500);
        assert.ok(timeouts.includes("timeout client 10s"));
    });

    it("keeps some connections for probes, whatever the clients do", () => {
        assert.deepEqual(lines(configFor("existing"), "global", "maxconn"), ["maxconn 50064"]);
    });

    it("opens the probe behind a PROXY header where the load balancer may send one with its health checks", () => {
        const binds = (target: string, changes: Partial<EdgeRequirements>) =>
            lines(configFor(target, changes), "frontend probe", "bind");
        assert.deepEqual(binds("existing", {}), ["bind :8404 name probe"]);
        assert.deepEqual(binds("eks", {}), [
            "bind :8404 name probe",
            "bind :8405 name behind-proxy-header accept-proxy",
        ]);
    });

    it("stays within the 64 words and 2,048 bytes of a line, with 500 networks and 20 brokers too", () => {
        const allowedCidrs = Array.from({ length: 500 }, (_, index) => `2001:db8:${index.toString(16)}::/48`);
        const config = configFor("existing", { allowedCidrs }, { broker: { ...broker, maxReplicas: 20 } });
        for (const line of config.split("\n")) {
            assert.ok(line.length < 2048 && line.trim().split(/\s+/).length < 64, line);
        }
        assert.equal(lines(config, "frontend mqtts", "acl").flatMap((line) => line.split(" ").slice(3)).length, 500);
    });

    it("takes a client's address from the place in X-Forwarded-For where the ingress or gateway puts it, and nothing without it", () => {
        const goal = { via: "ingress", controller: "traefik", ownCertificate: false, forwardedHops: 2 } as const;
        const config = configFor("existing", { webSocket: goal, allowedCidrs: ["192.0.2.0/24"] });
        assert.deepEqual(section(config, "frontend web"), [
            "mode http",
            "bind :8080",
            'log-format "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt bytes=%U/%B end=%ts tls=%sslv connections=%ac/%fc/%bc/%sc retries=%rc"',
            "tcp-request connection set-var(sess.clients) fe_conn(mqtts)",
            "tcp-request connection set-var(sess.clients) fe_conn(web),add(sess.clients)",
            "tcp-request connection reject if { var(sess.clients) -m int gt 50000 }",
            "http-request deny deny_status 400 unless { req.hdr_ip(x-forwarded-for,-2) -m found }",
            "http-request set-src req.hdr_ip(x-forwarded-for,-2)",
            "acl is_allowed src 192.0.2.0/24",
            "http-request deny deny_status 403 unless is_allowed",
            "http-request track-sc0 src,ipmask(32,64) table sources",
            "http-request deny deny_status 429 if { sc0_conn_rate gt 200 }",
            "http-request deny deny_status 404 unless { path /mqtt }",
            "http-request deny deny_status 400 unless { hdr(upgrade) -i websocket }",
            "http-request deny deny_status 400 unless { hdr(sec-websocket-protocol) -i mqtt mqttv3.1 }",
            "default_backend brokers-ws",
        ]);
        assert.equal(section(config, "frontend wss").length, 0);
        assert.equal(section(configFor("existing"), "frontend web").length, 0);
    });

    it("keeps WebSocket clients by address through an ingress, where a gateway hides those of the others too", () => {
        const goal = { via: "ingress", controller: "traefik", ownCertificate: true, forwardedHops: 1 } as const;
        const hidden = { affinity: "client-id", certificateSource: "cloud", keyVaultCertificate: true } as const;
        const balance = (changes: Partial<EdgeRequirements>) =>
            lines(configFor("aks", { ...hidden, ...changes }), "backend brokers-ws", "balance");
        assert.deepEqual(balance({ webSocket: goal }), ["balance source"]);
        assert.deepEqual(balance({}), ["balance leastconn"]);
        assert.notEqual(section(configFor("aks", { ...hidden, webSocket: goal }), "backend sources").length, 0);
    });

    it("has nothing to say about a plan without HAProxy", () => {
        assert.throws(() => configFor("gke", { certificateSource: "cloud" }), /no HAProxy hop/);
    });
});

describe("the HAProxy configuration, checked by HAProxy", () => {
    let folder: string;

    before(async function () {
        needsHaproxy(this);
        folder = await temporaryFolder("check");
        const ca = await CertificateAuthority.create();
        const certificate = await ca.issue({ commonName: "mqtt.example.com" });
        for (const [path, contents] of [
            [join(certificateFolder, files.certificate), certificate.certificatePem],
            [join(certificateFolder, files.privateKey), certificate.privateKeyPem],
            [join(configFolder, files.certificateRenewal), certificateRenewal],
            [join(configFolder, files.clientCa), ca.pem],
            [join(configFolder, files.clientCrl), await ca.revoke([])],
            [join(runFolder, "README"), ""],
        ] as const) {
            await mkdir(join(folder, path, ".."), { recursive: true });
            await writeFile(join(folder, path), contents);
        }
    });
    after(() => removeFolder(folder));

    it("is valid without a warning for every target, affinity and set of listeners that has HAProxy", async () => {
        const subsets = [["mqtts"], ["wss"], ["mqtt"], ["mqtts", "wss"], [...listenerNames]] as const;
        const texts = new Set<string>();
        const ingress = { via: "ingress", controller: "traefik", ownCertificate: false, forwardedHops: 1 } as const;
        for (const exposure of ["public", "cluster-ip"] as const) {
            for (const listeners of [["wss"], ["mqtts", "wss"]] as const) {
                const decision = planEdge(targetOf("existing"), {
                    ...requirements,
                    exposure,
                    listeners,
                    webSocket: ingress,
                });
                if (decision.ok) {
                    texts.add(haproxyConfig({ plan: decision.plan, broker, ...limits }));
                }
            }
        }
        const throughIngress = [...texts];
        for (const target of targets().map(({ name }) => name)) {
            for (const affinity of affinities) {
                for (const listeners of subsets) {
                    for (const clientCertificates of [false, true]) {
                        const decision = planEdge(targetOf(target), {
                            ...requirements,
                            affinity,
                            listeners,
                            clientCertificates,
                        });
                        if (decision.ok && decision.plan.hops.some((hop) => hop.kind === "haproxy")) {
                            const revocation = { revocation: true, commonNameAsUser: true };
                            texts.add(
                                haproxyConfig({
                                    plan: decision.plan,
                                    broker,
                                    maxConnections: 1000,
                                    connectionsPerSourcePerSecond: 200,
                                    ...(clientCertificates ? { clientCertificates: revocation } : {}),
                                }),
                            );
                        }
                    }
                }
            }
        }
        assert.equal(throughIngress.length, 3);
        assert.ok(texts.size > 50, texts.size.toString());
        const path = join(folder, "haproxy.cfg");
        for (const text of texts) {
            await writeFile(
                path,
                text.replaceAll(" /edge/", ` ${folder}/edge/`).replaceAll("unix@/edge/", `unix@${folder}/edge/`),
            );
            await promisify(execFile)(need(tools.haproxy), ["-c", "-dW", "-f", path]);
        }
    });
});
