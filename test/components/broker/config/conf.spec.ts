import assert from "node:assert/strict";
import {
    confKeyProblem,
    confSchemaProblem,
    confValue,
    confValueProblem,
    environmentName,
    hasOtherAuthentication,
    isSecretKey,
} from "../../../../components/broker/config/conf";
import { confKind, knownConfKeys } from "../../../../components/broker/config/keys";

/** A key or value and a part of the rule that refuses it. */
type Refused = readonly [string, RegExp];

const refusedKeys: readonly Refused[] = [
    ["Max_Inflight_Messages", /lower-case/],
    ["max inflight", /lower-case/],
    ["leveldb.", /lower-case/],
    ["a__b", /two underscores/],
    ["plugins._mine", /underscore beside a dot/],
    ["plugins.mine_.path", /underscore beside a dot/],
    ["allow_register_during_netsplit", /stays on/],
    ["allow_publish_during_netsplit", /stays on/],
    ["allow_subscribe_during_netsplit", /stays on/],
    ["allow_unsubscribe_during_netsplit", /stays on/],
    ["accept_eula", /sets the key itself/],
    ["allow_anonymous", /sets the key itself/],
    ["distributed_cookie", /ignores a cookie/],
    ["erlang.distribution.cookie", /ignores a cookie/],
    ["erlang.schedulers.total", /vm\.args/],
    ["erlang.distribution.port_range.minimum", /sets the key itself/],
    ["http_modules", /sets the key itself/],
    ["http_module.vmq_health_http.auth.mode", /sets the key itself/],
    ["leveldb.maximum_memory.percent", /share of the node's memory/],
    ["listener.max_connections", /sets the key itself/],
    ["listener.nr_of_acceptors", /sets the key itself/],
    ["listener.tcp.default", /sets the key itself/],
    ["listener.tcp.proxy_protocol", /sets the key itself/],
    ["listener.tcp.external", /sets the key itself/],
    ["listener.ws.default.proxy_protocol", /sets the key itself/],
    ["listener.ssl.default", /TLS is terminated before VerneMQ/],
    ["listener.wss.default", /TLS is terminated before VerneMQ/],
    ["listener.vmq.clustering", /sets the key itself/],
    ["listener.http.default", /sets the key itself/],
    ["max_message_size", /sets the key itself/],
    ["nodename", /one of its own commands/],
    ["user_alice", /one of its own commands/],
    ["discovery_kubernetes", /one of its own commands/],
    ["vmq_webhooks.kubernetes.hook", /drops every line/],
    ["vmq_webhooks.composer.hook", /drops every line/],
    ["plugins.vmq_acl", /sets the key itself/],
    ["plugins.vmq_passwd", /sets the key itself/],
    ["vmq_acl.acl_file", /sets the key itself/],
    ["vmq_passwd.password_file", /sets the key itself/],
    ["vmq_swc.directory", /lost with the pod/],
];

const takenKeys = [
    "max_inflight_messages",
    "leveldb.maximum_memory",
    "erlang.max_ports",
    "erlang.process_limit",
    "erlang.distribution_buffer_size",
    "listener.tcp.buffer_sizes",
    "listener.tcp.allowed_protocol_versions",
    "listener.ws.max_connection_lifetime",
    "plugins.vmq_webhooks",
    "vmq_webhooks.register1.endpoint",
    "vmq_diversity.postgres.password",
];

const refusedValues: readonly Refused[] = [
    ["", /not empty/],
    [" 1", /white space/],
    ["1\n2", /one line/],
    ["a__b", /two underscores/],
    ["pa#ss", /cut at `#`/],
    ["https://KUBERNETES.example.com", /drops a line/],
    ["DOCKER_VERNEMQ_X", /drops a line/],
    ["$(MY_POD_IP):1", /Kubernetes replaces/],
    ["a$$b", /Kubernetes replaces/],
];

describe("Keys of vernemq.conf in broker.settings", () => {
    for (const [key, rule] of refusedKeys) {
        it(`refuse ${key}`, () => {
            assert.match(confKeyProblem(key)?.rule ?? "taken", rule);
        });
    }

    for (const key of takenKeys) {
        it(`take ${key}, which VerneMQ knows`, () => {
            assert.equal(confKeyProblem(key), undefined);
            assert.notEqual(confKind(key), undefined);
        });
    }

    it("are refused with a near one where VerneMQ has no such key, because it would not start", () => {
        assert.deepEqual(confSchemaProblem("max_inflight_mesages", 100), {
            rule: "VerneMQ has no such key, and a broker with an unknown key does not start",
            remedy: "did you mean max_inflight_messages? write a key of vernemq.conf as VerneMQ's documentation names it",
        });
    });

    it("are refused with a value of another kind", () => {
        assert.match(confSchemaProblem("max_inflight_messages", "many")?.rule ?? "", /whole number/);
        assert.match(confSchemaProblem("max_inflight_messages", true)?.rule ?? "", /whole number/);
        assert.match(confSchemaProblem("upgrade_outgoing_qos", "true")?.rule ?? "", /on or off/);
        assert.equal(confSchemaProblem("max_offline_messages", -1), undefined);
        assert.equal(confSchemaProblem("upgrade_outgoing_qos", true), undefined);
        assert.equal(confSchemaProblem("persistent_client_expiration", "1w"), undefined);
    });

    it("may hold a name of the user's own, where one part of the key is a name", () => {
        assert.equal(confKind("vmq_webhooks.register1.response_timeout"), "integer");
        assert.equal(confKind("vmq_webhooks.register1.no_payload"), "flag");
        assert.equal(confKind("vmq_webhooks.register1.second.no_payload"), undefined);
        assert.equal(confKind("plugins.vmq_mine"), "flag");
    });

    it("are each in the list once", () => {
        assert.equal(new Set(knownConfKeys).size, knownConfKeys.length);
    });

    it("that hold a credential are told from others", () => {
        for (const key of [
            "vmq_diversity.postgres.password",
            "vmq_bridge.ssl.br0.psk",
            "vmq_webhooks.keyfile_password",
            "graphite_api_key",
            "logging.obfuscation_secret",
            "vmq_web_ui.admin.user_pwd",
            "vmq_web_ui.mgmt_api.key",
            "vmq_http_pub.mqtt_auth.password",
        ]) {
            assert.equal(isSecretKey(key), true, key);
        }
        for (const key of [
            "vmq_diversity.postgres.password_hash_method",
            "vmq_passwd.password_reload_interval",
            "vmq_webhooks.keyfile",
        ]) {
            assert.equal(isSecretKey(key), false, key);
        }
    });

    it("become environment variables as the image reads them", () => {
        assert.equal(environmentName("listener.max_connections"), "DOCKER_VERNEMQ_LISTENER__MAX_CONNECTIONS");
    });
});

describe("Values of vernemq.conf in broker.settings", () => {
    for (const [value, rule] of refusedValues) {
        it(`refuse ${JSON.stringify(value)}`, () => {
            assert.match(confValueProblem(value)?.rule ?? "taken", rule);
        });
    }

    it("take what passes the start script unchanged", () => {
        for (const value of ["3,4,5", "http://auth.svc:8080/path", "a b", 0, -1, 1.5, true, false, "kubernetes"]) {
            assert.equal(confValueProblem(value), undefined, String(value));
        }
    });

    it("write flags as on and off", () => {
        assert.equal(confValue(true), "on");
        assert.equal(confValue(false), "off");
        assert.equal(confValue(12), "12");
    });

    it("tell whether another plugin decides who connects", () => {
        assert.equal(hasOtherAuthentication({ "plugins.vmq_webhooks": true }), true);
        assert.equal(hasOtherAuthentication({ "plugins.vmq_diversity": "on" }), true);
        assert.equal(hasOtherAuthentication({ "plugins.vmq_webhooks": false }), false);
        assert.equal(hasOtherAuthentication({ "plugins.vmq_bridge": true }), false);
        assert.equal(hasOtherAuthentication({ "plugins.vmq_webhooks.path": "/x" }), false);
        assert.equal(hasOtherAuthentication({}), false);
    });
});
