import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { alertGroups } from "../../../components/observability/alerts";
import { ruleFile } from "../../../components/observability/alerts/rule";
import type { Subjects } from "../../../components/observability/subjects";
import { checkRules, needsPromtool, type Series, testRules } from "./promtool";
import { subjects } from "./support";

const options = { namespace: "messaging", runbookUrl: "docs/guides/observability.md" };
const rulesOf = (of: Subjects) => ruleFile(alertGroups(of), options);
const namesOf = (of: Subjects) => alertGroups(of).flatMap(({ alerts }) => alerts.map(({ name }) => name));

const brokers = ["vernemq-0", "vernemq-1", "vernemq-2"] as const;
const haproxies = ["vernemq-edge-5d9c7b8f4-abcde", "vernemq-edge-5d9c7b8f4-fghij"] as const;

/** A series of a pod, as Prometheus stores it. */
const of = (pod: string, name: string, labels = "") =>
    `${name}{namespace="messaging",pod="${pod}"${labels === "" ? "" : `,${labels}`}}`;

const samples = 90;
const constant = (value: number) => `${value}x${samples}`;
const growing = (perMinute: number) => `0+${perMinute}x${samples}`;
/** A value until a minute, and another one from then on. */
const then = (before: number, minute: number, after: number) => `${before}x${minute - 1} ${after}x${samples - minute}`;
/** A counter that grows up to a minute. */
const growingUntil = (minute: number, perMinute: number) =>
    `0+${perMinute}x${minute - 1} ${constant((minute - 1) * perMinute)}`;
/** A counter that starts to grow at a minute. */
const growingFrom = (minute: number, perMinute: number) => `0x${minute - 1} 0+${perMinute}x${samples - minute}`;

const certificate =
    'certmanager_certificate_expiration_timestamp_seconds{namespace="messaging",name="vernemq-edge-certificate"}';
const renewal = certificate.replace("expiration", "renewal");
const ready =
    'certmanager_certificate_ready_status{namespace="messaging",name="vernemq-edge-certificate",condition="True"}';
const issuerReady = 'certmanager_issuer_ready_status{namespace="messaging",name="vernemq-edge-acme",condition="True"}';
/** As pkg/metrics of cert-manager counts its ACME requests. */
const acmeRequests = (status: string) =>
    `certmanager_http_acme_client_request_count{scheme="https",host="acme-v02.api.letsencrypt.org",action="finalize_order",method="POST",status="${status}"}`;
const volume = (kind: string, pod: string) =>
    `kubelet_volume_stats_${kind}_bytes{namespace="messaging",persistentvolumeclaim="data-${pod}"}`;
const day = 86_400;

/** Everything as it should be: load, a few refused logins, metadata under way, a certificate with two months left. */
const healthy: Readonly<Record<string, string>> = {
    ...Object.fromEntries(
        brokers.flatMap((pod, index) => [
            [of(pod, "up", 'job="vernemq-metrics"'), constant(1)],
            [of(pod, "vernemq_netsplit_detected"), constant(2)],
            [of(pod, "vernemq_netsplit_resolved"), constant(2)],
            [of(pod, "vernemq_swc_object_count", 'group="meta1"'), constant(5000 + index)],
            [of(pod, "vernemq_swc_object_count", 'group="meta2"'), constant(4000)],
            [of(pod, "vernemq_cluster_bytes_received"), growing(60_000)],
            [of(pod, "vernemq_cluster_bytes_sent"), growing(60_000)],
            [of(pod, "vernemq_cluster_bytes_dropped"), constant(0)],
            [of(pod, "vernemq_total_active_connections"), constant(3000)],
            [of(pod, "vernemq_active_mqtt_connections"), constant(2500)],
            [of(pod, "vernemq_active_mqttws_connections"), constant(500)],
            [of(pod, "vernemq_mqtt_connect_received", 'mqtt_version="4"'), growing(612)],
            [of(pod, "vernemq_mqtt_connect_received", 'mqtt_version="5"'), growing(60)],
            [of(pod, "vernemq_mqtt_connack_sent", 'mqtt_version="4",return_code="success"'), growing(600)],
            [of(pod, "vernemq_mqtt_connack_sent", 'mqtt_version="4",return_code="not_authorized"'), growing(12)],
            [of(pod, "vernemq_mqtt_connack_sent", 'mqtt_version="4",return_code="server_unavailable"'), constant(0)],
            [of(pod, "vernemq_mqtt_connack_sent", 'mqtt_version="5",reason_code="success"'), growing(60)],
            [of(pod, "vernemq_mqtt_connack_sent", 'mqtt_version="5",reason_code="not_authorized"'), constant(0)],
            [of(pod, "vernemq_mqtt_connack_sent", 'mqtt_version="5",reason_code="server_unavailable"'), constant(0)],
            [of(pod, "vernemq_socket_open"), growing(700)],
            [of(pod, "vernemq_socket_error"), growing(2)],
            [of(pod, "vernemq_client_keepalive_expired"), growing(3)],
            [of(pod, "vernemq_queue_message_drop"), constant(7)],
            [of(pod, "vernemq_queue_message_unhandled"), growing(5)],
            [of(pod, "vernemq_mqtt_publish_received"), growing(6000)],
            [of(pod, "vernemq_mqtt_publish_error"), constant(0)],
            [of(pod, "vernemq_mqtt_publish_auth_error"), growing(10)],
            [of(pod, "vernemq_system_utilization"), constant(40)],
            [of(pod, "vernemq_system_run_queue"), constant(2)],
            [of(pod, "vernemq_vm_memory_total"), constant(400_000_000)],
            [of(pod, "vernemq_system_wallclock"), growing(60_000)],
            [volume("available", pod), constant(15e9)],
            [volume("capacity", pod), constant(20e9)],
        ]),
    ),
    ...Object.fromEntries(
        haproxies.flatMap((pod) => [
            [of(pod, "up", 'job="vernemq-edge-metrics"'), constant(1)],
            [of(pod, "haproxy_backend_active_servers", 'proxy="brokers-mqtt"'), constant(3)],
            [of(pod, "haproxy_backend_active_servers", 'proxy="brokers-ws"'), constant(3)],
            [of(pod, "haproxy_backend_connection_errors_total", 'proxy="brokers-mqtt"'), growing(1)],
            [of(pod, "haproxy_frontend_current_sessions", 'proxy="mqtts"'), constant(400)],
            [of(pod, "haproxy_frontend_current_sessions", 'proxy="wss"'), constant(100)],
            [of(pod, "haproxy_frontend_current_sessions", 'proxy="probe"'), constant(900)],
            [of(pod, "haproxy_frontend_denied_connections_total", 'proxy="mqtts"'), growing(10)],
            [of(pod, "haproxy_frontend_denied_sessions_total", 'proxy="mqtts"'), constant(0)],
        ]),
    ),
    [certificate]: constant(60 * day),
    [ready]: constant(1),
    [issuerReady]: constant(1),
    [acmeRequests("200")]: growing(1),
    // A nonce that is used up is an answer that each client gets now and then, and tries again.
    [acmeRequests("400")]: growing(1),
    [renewal]: constant(30 * day),
};

function seriesOf(changes: Readonly<Record<string, string | undefined>>): Series[] {
    return Object.entries({ ...healthy, ...changes }).flatMap(([series, values]) =>
        values === undefined ? [] : [{ series, values }],
    );
}

/** What has to happen for an alert: from minute 20 on, unless said otherwise. */
interface Scenario {
    readonly alert: string;
    readonly when: string;
    readonly changes: Readonly<Record<string, string | undefined>>;
    /** A minute at which it fires; none of the same alert fires at `quiet`. */
    readonly fires: readonly Readonly<Record<string, string>>[];
    /** Alerts that it is not: they are silent all the time. */
    readonly silent?: readonly string[];
    readonly minute?: number;
    readonly quiet?: number;
    readonly subjects?: Subjects;
}

const [first, second, third] = brokers;
const [haproxy] = haproxies;

/** What the others count when a member goes at minute 20, whatever the reason. */
const othersMiss = (member: string) =>
    Object.fromEntries(
        brokers.filter((pod) => pod !== member).map((pod) => [of(pod, "vernemq_netsplit_detected"), then(2, 20, 3)]),
    );

const connacks = [
    'mqtt_version="4",return_code="success"',
    'mqtt_version="4",return_code="not_authorized"',
    'mqtt_version="5",reason_code="success"',
] as const;
const connects = ['mqtt_version="4"', 'mqtt_version="5"'] as const;

/** The passwd plugin of a broker dies at minute 20: no CONNACK any more, so many CONNECTs a minute. */
const pluginDies = (pod: string, perMinute: number) => ({
    ...Object.fromEntries(
        connacks.map((labels) => [of(pod, "vernemq_mqtt_connack_sent", labels), growingUntil(20, 600)]),
    ),
    [of(pod, "vernemq_mqtt_connect_received", connects[0])]: growing(perMinute),
    [of(pod, "vernemq_mqtt_connect_received", connects[1])]: constant(0),
});

const scenarios: readonly Scenario[] = [
    {
        alert: "VerneMQClusterSmaller",
        when: "one of three brokers stays away",
        changes: { [of(second, "up", 'job="vernemq-metrics"')]: then(1, 20, 0) },
        fires: [{}],
    },
    {
        alert: "VerneMQClusterSmaller",
        when: "Prometheus finds none of the brokers",
        changes: Object.fromEntries(brokers.map((pod) => [of(pod, "up", 'job="vernemq-metrics"'), undefined])),
        fires: [{}],
        quiet: 3,
    },
    {
        alert: "VerneMQRestarts",
        when: "a broker starts every ten minutes",
        changes: {
            [of(third, "vernemq_system_wallclock")]: "0+60000x19 0+60000x9 0+60000x9 0+60000x9 0+60000x40",
        },
        fires: [{ pod: third }],
    },
    {
        alert: "VerneMQNetsplit",
        when: "a broker misses a member and all answer",
        changes: { [of(first, "vernemq_netsplit_detected")]: then(2, 20, 3) },
        fires: [{ pod: first }],
        silent: ["VerneMQClusterSmaller"],
    },
    {
        alert: "VerneMQNetsplit",
        when: "a broker that was away is back and the others still miss it",
        changes: {
            ...othersMiss(third),
            [of(third, "up", 'job="vernemq-metrics"')]: `1x19 0x9 1x${samples - 30}`,
        },
        fires: [{ pod: first }, { pod: second }],
        quiet: 34,
    },
    ...(
        [
            ["has crashed", then(1, 20, 0)],
            ["has gone with its pod", "1x19"],
        ] as const
    ).map(([what, up]): Scenario => ({
        alert: "VerneMQClusterSmaller",
        when: `a broker ${what}, and the others count it as a split`,
        changes: { ...othersMiss(third), [of(third, "up", 'job="vernemq-metrics"')]: up },
        fires: [{}],
        silent: ["VerneMQNetsplit"],
    })),
    {
        alert: "VerneMQNodeApart",
        when: "a node has left and kept its data, and the others go on",
        changes: Object.fromEntries(
            [first, second].map((pod) => [of(pod, "vernemq_swc_object_count", 'group="meta2"'), then(4000, 20, 4500)]),
        ),
        fires: [{ pod: third }],
    },
    {
        alert: "VerneMQNodeApart",
        when: "a node has started with an empty volume and never joined",
        changes: {
            [of(third, "vernemq_swc_object_count", 'group="meta1"')]: then(5002, 20, 0),
            [of(third, "vernemq_swc_object_count", 'group="meta2"')]: then(4000, 20, 1),
        },
        fires: [{ pod: third }],
    },
    {
        alert: "VerneMQNodeSilent",
        when: "a broker with clients exchanges nothing while the others do",
        changes: {
            [of(third, "vernemq_cluster_bytes_received")]: constant(1000),
            [of(third, "vernemq_cluster_bytes_sent")]: constant(1000),
        },
        fires: [{ pod: third }],
        quiet: 10,
    },
    {
        alert: "VerneMQClusterBytesDropped",
        when: "bytes between brokers are dropped",
        changes: { [of(second, "vernemq_cluster_bytes_dropped")]: growingFrom(20, 4096) },
        fires: [{ pod: second }],
    },
    ...(['mqtt_version="4",return_code', 'mqtt_version="5",reason_code'] as const).flatMap((label): Scenario[] => [
        {
            alert: "VerneMQClientsTurnedAway",
            when: `server unavailable is answered (${label})`,
            changes: {
                [of(first, "vernemq_mqtt_connack_sent", `${label}="server_unavailable"`)]: growingFrom(20, 5),
            },
            fires: [{ pod: first }],
        },
        {
            alert: "VerneMQLoginsRefused",
            when: `all logins are refused (${label})`,
            changes: {
                [of(first, "vernemq_mqtt_connack_sent", 'mqtt_version="4",return_code="success"')]: growingUntil(
                    20,
                    600,
                ),
                [of(first, "vernemq_mqtt_connack_sent", 'mqtt_version="5",reason_code="success"')]: growingUntil(
                    20,
                    60,
                ),
                [of(first, "vernemq_mqtt_connack_sent", `${label}="not_authorized"`)]: growingFrom(20, 600),
            },
            fires: [{ pod: first }],
            quiet: 15,
        },
    ]),
    ...[1000, 2].map((perMinute): Scenario => ({
        alert: "VerneMQConnectsUnanswered",
        when: `${perMinute} CONNECTs a minute get no CONNACK any more`,
        changes: pluginDies(second, perMinute),
        fires: [{ pod: second }],
        quiet: 25,
        silent: ["VerneMQLoginsRefused", "VerneMQClientsTurnedAway", "VerneMQSocketErrors"],
    })),
    {
        alert: "VerneMQConnectsUnanswered",
        when: "a broker has answered none since its start, so that there is no CONNACK to count",
        changes: Object.fromEntries(
            Object.keys(healthy)
                .filter((series) => series.startsWith(`vernemq_mqtt_connack_sent{namespace="messaging",pod="${first}"`))
                .map((series) => [series, undefined]),
        ),
        fires: [{ pod: first }],
        quiet: 2,
    },
    {
        alert: "VerneMQConnectionsNearLimit",
        when: "the MQTT listener is at 81 %",
        changes: { [of(first, "vernemq_active_mqtt_connections")]: then(2500, 20, 8100) },
        fires: [{ pod: first }],
    },
    {
        alert: "VerneMQConnectionsNearLimit",
        when: "the WebSocket listener is at 81 %",
        changes: { [of(second, "vernemq_active_mqttws_connections")]: then(500, 20, 8100) },
        fires: [{ pod: second }],
    },
    {
        alert: "VerneMQConnectionsFell",
        when: "two of three devices go at once",
        changes: Object.fromEntries(
            brokers.map((pod) => [of(pod, "vernemq_total_active_connections"), then(3000, 40, 1000)]),
        ),
        fires: [{}],
        minute: 48,
        quiet: 39,
    },
    {
        alert: "VerneMQSocketErrors",
        when: "one connection in ten fails",
        changes: { [of(first, "vernemq_socket_error")]: growingFrom(20, 70) },
        fires: [{ pod: first }],
    },
    {
        alert: "VerneMQKeepaliveExpired",
        when: "one device in ten falls silent within ten minutes",
        changes: { [of(first, "vernemq_client_keepalive_expired")]: growingFrom(20, 30) },
        fires: [{ pod: first }],
    },
    {
        alert: "VerneMQQueueDrops",
        when: "a queue drops one message a minute",
        changes: { [of(second, "vernemq_queue_message_drop")]: growingFrom(20, 1) },
        fires: [{ pod: second }],
    },
    {
        alert: "VerneMQMessagesUnhandled",
        when: "a hundred messages a minute have no subscriber",
        changes: { [of(second, "vernemq_queue_message_unhandled")]: growingFrom(20, 100) },
        fires: [{ pod: second }],
    },
    {
        alert: "VerneMQPublishErrors",
        when: "one publish in ten fails",
        changes: { [of(third, "vernemq_mqtt_publish_error")]: growingFrom(20, 600) },
        fires: [{ pod: third }],
    },
    {
        alert: "VerneMQPublishesRefused",
        when: "one publish in ten is not allowed",
        changes: { [of(third, "vernemq_mqtt_publish_auth_error")]: growingFrom(20, 600) },
        fires: [{ pod: third }],
    },
    {
        alert: "VerneMQSchedulersBusy",
        when: "schedulers are at 95 %",
        changes: { [of(first, "vernemq_system_utilization")]: then(40, 20, 95) },
        fires: [{ pod: first }],
    },
    {
        alert: "VerneMQRunQueueLong",
        when: "80 processes wait",
        changes: { [of(first, "vernemq_system_run_queue")]: then(2, 20, 80) },
        fires: [{ pod: first }],
    },
    {
        alert: "VerneMQMemoryHigh",
        when: "the VM uses 75 % of a gibibyte",
        changes: { [of(first, "vernemq_vm_memory_total")]: then(4e8, 20, 0.75 * 2 ** 30) },
        fires: [{ pod: first }],
    },
    {
        alert: "VerneMQDiskFilling",
        when: "a tenth of a volume is free",
        changes: { [volume("available", first)]: then(15e9, 20, 2e9) },
        fires: [{ persistentvolumeclaim: "data-vernemq-0" }],
    },
    {
        alert: "VerneMQDiskFull",
        when: "two hundredths of a volume are free",
        changes: { [volume("available", first)]: then(15e9, 20, 0.4e9) },
        fires: [{ persistentvolumeclaim: "data-vernemq-0" }],
    },
    {
        alert: "VerneMQEdgeSmaller",
        when: "one of two HAProxy pods stays away",
        changes: { [of(haproxy, "up", 'job="vernemq-edge-metrics"')]: then(1, 20, 0) },
        fires: [{}],
    },
    {
        alert: "VerneMQEdgeNoBroker",
        when: "a HAProxy has no broker",
        changes: { [of(haproxy, "haproxy_backend_active_servers", 'proxy="brokers-mqtt"')]: then(3, 20, 0) },
        fires: [{ pod: haproxy, proxy: "brokers-mqtt" }],
    },
    {
        alert: "VerneMQEdgeBrokerMissing",
        when: "a HAProxy has two of three brokers",
        changes: { [of(haproxy, "haproxy_backend_active_servers", 'proxy="brokers-ws"')]: then(3, 20, 2) },
        fires: [{ pod: haproxy, proxy: "brokers-ws" }],
    },
    {
        alert: "VerneMQEdgeConnectionsNearLimit",
        when: "both listeners together are at 85 %",
        changes: { [of(haproxy, "haproxy_frontend_current_sessions", 'proxy="mqtts"')]: then(400, 20, 750) },
        fires: [{ pod: haproxy }],
    },
    {
        alert: "VerneMQEdgeConnectErrors",
        when: "a HAProxy fails to connect once a second",
        changes: {
            [of(haproxy, "haproxy_backend_connection_errors_total", 'proxy="brokers-mqtt"')]: growingFrom(20, 60),
        },
        fires: [{ pod: haproxy, proxy: "brokers-mqtt" }],
    },
    {
        alert: "VerneMQEdgeConnectionsDenied",
        when: "a HAProxy turns five connections a second away, after the PROXY header",
        changes: { [of(haproxy, "haproxy_frontend_denied_sessions_total", 'proxy="mqtts"')]: growingFrom(20, 300) },
        fires: [{ pod: haproxy }],
    },
    {
        alert: "VerneMQCertificateExpires",
        when: "cert-manager has not renewed 20 days before the end",
        changes: { [certificate]: constant(20 * day), [renewal]: constant(-10 * day) },
        fires: [{ name: "vernemq-edge-certificate" }],
        minute: 70,
        quiet: 30,
    },
    {
        alert: "VerneMQCertificateExpires",
        when: "Prometheus has renamed the Certificate's namespace",
        changes: {
            ...Object.fromEntries([certificate, renewal].map((series) => [series, undefined])),
            ...Object.fromEntries(
                [certificate, renewal].map((series, index) => [
                    series.replace('namespace="messaging"', 'namespace="cert-manager",exported_namespace="messaging"'),
                    constant((20 - 30 * index) * day),
                ]),
            ),
        },
        fires: [{ name: "vernemq-edge-certificate" }],
        minute: 70,
        quiet: 30,
    },
    {
        alert: "VerneMQCertificateExpiresSoon",
        when: "a certificate of the program's ends in five days",
        changes: {},
        fires: [{}],
        quiet: 1,
        subjects: { ...subjects, certificates: [{ kind: "date", notAfter: 5 * day, validityDays: 90 }] },
    },
    {
        alert: "VerneMQCertificateExpiresSoon",
        when: "cert-manager has not renewed six days before the end",
        changes: { [certificate]: constant(6 * day), [renewal]: constant(-24 * day) },
        fires: [{ name: "vernemq-edge-certificate" }],
        quiet: 1,
    },
    {
        alert: "VerneMQCertificateExpiresSoon",
        when: "cert-manager has let half of the time go in which it renews a certificate for six days",
        changes: { [certificate]: constant(day), [renewal]: constant(-day) },
        fires: [{ name: "vernemq-edge-certificate" }],
        quiet: 1,
    },
    {
        alert: "VerneMQCertificateExpires",
        when: "there is no word of when cert-manager renews",
        changes: { [certificate]: constant(20 * day), [renewal]: constant(0) },
        fires: [{ name: "vernemq-edge-certificate" }],
        minute: 70,
        quiet: 30,
    },
    {
        alert: "VerneMQCertificateExpires",
        when: "the RSA one of two is not renewed, or that of a further name, and the others are",
        changes: {
            [certificate.replace('certificate"}', 'certificate-rsa"}')]: constant(20 * day),
            [certificate.replace('certificate"}', 'certificate-iot.example.net"}')]: constant(19 * day),
            // Of another stack, whose name a dot that stands for any character would match.
            [certificate.replace('certificate"}', 'certificate-iotxexample.net"}')]: constant(18 * day),
        },
        fires: [{ name: "vernemq-edge-certificate-rsa" }, { name: "vernemq-edge-certificate-iot.example.net" }],
        minute: 70,
        quiet: 30,
        subjects: {
            ...subjects,
            certificates: [
                {
                    kind: "cert-manager",
                    namespace: "messaging",
                    names: ["", "-rsa", "-iot.example.net"].map((suffix) => `vernemq-edge-certificate${suffix}`),
                },
            ],
        },
    },
    {
        alert: "VerneMQCertificateExpires",
        when: "the given certificate of a further name has 20 days left",
        changes: {},
        fires: [{ name: "iot.example.net" }],
        minute: 70,
        quiet: 30,
        subjects: {
            ...subjects,
            certificates: [
                ...(subjects.certificates ?? []),
                { kind: "date", notAfter: 20 * day, validityDays: 365, host: "iot.example.net" },
            ],
        },
    },
    {
        alert: "VerneMQCertificateNotIssued",
        when: "cert-manager cannot renew a certificate that is not ready any more",
        changes: { [ready]: then(1, 10, 0) },
        fires: [{ name: "vernemq-edge-certificate" }],
        quiet: 35,
    },
    {
        alert: "VerneMQIssuerNotReady",
        when: "the issuer's account is gone",
        changes: { [issuerReady]: then(1, 10, 0) },
        fires: [{ name: "vernemq-edge-acme" }],
        quiet: 20,
    },
    {
        alert: "VerneMQIssuerNotReady",
        when: "a ClusterIssuer fails",
        changes: {
            'certmanager_clusterissuer_ready_status{namespace="cert-manager",name="vernemq-edge-acme",condition="True"}':
                then(1, 10, 0),
        },
        fires: [{ name: "vernemq-edge-acme" }],
        quiet: 20,
        subjects: {
            ...subjects,
            certificates: [
                {
                    kind: "cert-manager",
                    namespace: "messaging",
                    names: ["vernemq-edge-certificate"],
                    issuer: { kind: "ClusterIssuer", name: "vernemq-edge-acme" },
                },
            ],
        },
    },
    {
        alert: "VerneMQAcmeRefuses",
        when: "Let's Encrypt answers once that a limit is reached",
        changes: { [acmeRequests("429")]: `_x19 1x${samples - 20}` },
        fires: [{ host: "acme-v02.api.letsencrypt.org", status: "429" }],
    },
    {
        alert: "VerneMQAcmeRefuses",
        when: "it refuses a name again, hours after it did so before",
        changes: { [acmeRequests("403")]: then(7, 20, 8) },
        fires: [{ host: "acme-v02.api.letsencrypt.org", status: "403" }],
        quiet: 0,
    },
];

const refusedAtFirst = of(first, "vernemq_mqtt_connack_sent", 'mqtt_version="4",return_code="not_authorized"');

/** At the first broker all devices stay connected; all that comes is so many attempts a minute with a wrong password. */
const nobodySignsIn = (refusedPerMinute: number) => ({
    ...Object.fromEntries(connacks.map((labels) => [of(first, "vernemq_mqtt_connack_sent", labels), constant(9000)])),
    [of(first, "vernemq_mqtt_connect_received", connects[0])]: growing(refusedPerMinute),
    [of(first, "vernemq_mqtt_connect_received", connects[1])]: constant(9000),
    [refusedAtFirst]: refusedPerMinute === 0 ? constant(9000) : growing(refusedPerMinute),
});

/** What looks like trouble and is none. */
const harmless: readonly {
    readonly when: string;
    readonly changes: Scenario["changes"];
    readonly subjects?: Subjects;
}[] = [
    { when: "all is well", changes: {} },
    {
        when: "brokers restart one by one, each away for four minutes",
        changes: Object.fromEntries(
            brokers.flatMap((pod, index) => {
                const start = 20 + 8 * index;
                const rest = samples - start - 4;
                return [
                    [of(pod, "up", 'job="vernemq-metrics"'), `1x${start - 1} 0x3 1x${rest}`],
                    [of(pod, "vernemq_system_wallclock"), `0+60000x${start - 1} _x4 0+60000x${rest}`],
                    ...[
                        ...connacks.map((labels) => of(pod, "vernemq_mqtt_connack_sent", labels)),
                        ...connects.map((labels) => of(pod, "vernemq_mqtt_connect_received", labels)),
                    ].map((series): [string, string] => [series, `0+600x${start - 1} _x4 0+600x${rest}`]),
                    [of(pod, "vernemq_netsplit_detected"), `2x${start + 3} 3x${samples - start - 4}`],
                    [of(pod, "vernemq_netsplit_resolved"), `2x${start + 7} 3x${samples - start - 8}`],
                ];
            }),
        ),
    },
    {
        when: "nothing has to go from broker to broker",
        changes: Object.fromEntries(
            brokers.flatMap((pod) => [
                [of(pod, "vernemq_cluster_bytes_received"), constant(0)],
                [of(pod, "vernemq_cluster_bytes_sent"), constant(0)],
            ]),
        ),
    },
    {
        when: "a broker has no clients and so nothing to tell",
        changes: {
            [of(third, "vernemq_cluster_bytes_received")]: constant(0),
            [of(third, "vernemq_cluster_bytes_sent")]: constant(0),
            [of(third, "vernemq_total_active_connections")]: constant(0),
        },
    },
    {
        when: "many objects are on their way to a member for ten minutes",
        changes: {
            [of(third, "vernemq_swc_object_count", 'group="meta1"')]: `5002x19 4000x9 5002x${samples - 30}`,
        },
    },
    {
        when: "the devices go to sleep within three hours",
        changes: Object.fromEntries(
            brokers.map((pod) => [of(pod, "vernemq_total_active_connections"), `3000-16x${samples}`]),
        ),
    },
    {
        when: "one device tries a wrong password every five seconds, while no other has to sign in",
        changes: nobodySignsIn(12),
    },
    {
        when: "one device in a hundred of a large fleet has a wrong password, while no other has to sign in",
        changes: nobodySignsIn(150),
    },
    { when: "no client signs in", changes: nobodySignsIn(0) },
    {
        when: "four logins in a row get no answer, once, while no other has to sign in",
        changes: {
            ...nobodySignsIn(0),
            [of(first, "vernemq_mqtt_connect_received", connects[0])]: `0x19 0+1x4 4x${samples - 24}`,
        },
    },
    {
        when: "some clients are turned away while a broker starts",
        changes: {
            [of(first, "vernemq_mqtt_connack_sent", 'mqtt_version="4",return_code="server_unavailable"')]:
                `0x19 0+40x2 80x${samples - 22}`,
        },
    },
    {
        when: "a certificate for six days is left three, and cert-manager renews in one",
        changes: { [certificate]: constant(3 * day), [renewal]: constant(day) },
    },
    {
        when: "cert-manager has no certificate yet",
        changes: { [certificate]: constant(0), [renewal]: constant(0) },
    },
    {
        when: "a certificate of the program's for ten days has four left",
        changes: {},
        subjects: { ...subjects, certificates: [{ kind: "date", notAfter: 4 * day, validityDays: 10 }] },
    },
];

const everyMinute = Array.from({ length: 85 }, (_, minute) => minute + 1);

describe("alert rules, as Prometheus evaluates them", () => {
    before(function () {
        needsPromtool(this);
    });

    it("are valid", async () => {
        const count = namesOf(subjects).length;
        assert.match(await checkRules(rulesOf(subjects)), new RegExp(`SUCCESS: ${count} rules found`));
    });

    for (const { alert, when, changes, fires, ...scenario } of scenarios) {
        it(`${alert} fires when ${when}, and not before`, async () => {
            await testRules(rulesOf(scenario.subjects ?? subjects), seriesOf(changes), [
                { minute: scenario.quiet ?? 19, alert, fires: [] },
                { minute: scenario.minute ?? 50, alert, fires },
                ...(scenario.silent ?? []).flatMap((other) =>
                    everyMinute.map((minute) => ({ minute, alert: other, fires: [] })),
                ),
            ]);
        });
    }

    for (const { when, changes, subjects: other = subjects } of harmless) {
        it(`none fires when ${when}`, async () => {
            await testRules(
                rulesOf(other),
                seriesOf(changes),
                namesOf(other).flatMap((alert) => everyMinute.map((minute) => ({ minute, alert, fires: [] }))),
            );
        });
    }
});

describe("alert rules", () => {
    it("have a scenario each", () => {
        assert.deepEqual([...new Set(scenarios.map(({ alert }) => alert))].sort(), namesOf(subjects).sort());
    });

    it("differ in name, and lead to a place of the runbook each", () => {
        const rules = rulesOf(subjects).groups.flatMap((group) => group.rules);
        assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
        for (const { alert, annotations, labels } of rules) {
            assert.equal(annotations["runbook_url"], `docs/guides/observability.md#${alert.toLowerCase()}`);
            assert.ok(annotations["summary"] !== "" && annotations["description"] !== "");
            assert.deepEqual(Object.keys(labels).sort(), ["namespace", "severity"]);
            assert.equal(labels["namespace"], "messaging");
        }
    });

    it("have a place in docs/guides/observability.md each, which says their severity and minutes", () => {
        const text = readFileSync(join(__dirname, "..", "..", "..", "docs", "guides", "observability.md"), "utf8");
        const places = [...text.matchAll(/^#### (VerneMQ\w+)\n\n(critical|warning)(?:, (\d+) min)?/gm)].map(
            ([, name, severity, minutes]) => `${name ?? ""} ${severity ?? ""} ${minutes ?? "1"}`,
        );
        const wanted = alertGroups(subjects).flatMap(({ alerts }) =>
            alerts.map(({ name, severity, minutes }) => `${name} ${severity} ${minutes}`),
        );
        assert.deepEqual(places.sort(), wanted.sort());
    });

    it("leave out what a stack does not have", () => {
        const one: Subjects = { brokers: { ...subjects.brokers, replicas: 1, claims: undefined } };
        assert.deepEqual(namesOf(one), [
            "VerneMQClusterSmaller",
            "VerneMQRestarts",
            "VerneMQClientsTurnedAway",
            "VerneMQLoginsRefused",
            "VerneMQConnectsUnanswered",
            "VerneMQConnectionsNearLimit",
            "VerneMQConnectionsFell",
            "VerneMQSocketErrors",
            "VerneMQKeepaliveExpired",
            "VerneMQQueueDrops",
            "VerneMQMessagesUnhandled",
            "VerneMQPublishErrors",
            "VerneMQPublishesRefused",
            "VerneMQSchedulersBusy",
            "VerneMQRunQueueLong",
            "VerneMQMemoryHigh",
        ]);
        assert.deepEqual(
            ruleFile(alertGroups(one), options).groups.map(({ name }) => name),
            ["vernemq-cluster", "vernemq-clients", "vernemq-messages", "vernemq-machine"],
        );
        const two: Subjects = { ...subjects, brokers: { ...subjects.brokers, replicas: 2 } };
        assert.ok(!namesOf(two).includes("VerneMQNodeSilent") && namesOf(two).includes("VerneMQNodeApart"));
    });
});
