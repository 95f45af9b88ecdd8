import { didYouMean } from "../../common/closest";
import { confKind, knownConfKeys } from "./keys";

/** How a key of vernemq.conf reaches the official image: as an environment variable that its start script turns back. */
const environmentPrefix = "DOCKER_VERNEMQ_";

/** A value of vernemq.conf as a user writes it. */
export type ConfSetting = string | number | boolean;

export interface ConfProblem {
    readonly rule: string;
    readonly remedy: string;
}

const dataFolder: ConfProblem = {
    rule: "the broker's volume is mounted at /vernemq/data; data kept elsewhere is lost with the pod",
    remedy: "leave it out",
};

const netsplit: ConfProblem = {
    rule: "this stays on: with it off, one dead or restarting broker makes every other one refuse its clients (CONNACK 3), while health checks stay green",
    remedy: "leave it out",
};

const ownTls: ConfProblem = {
    rule: "TLS is terminated before VerneMQ, whose own TLS listeners take no PROXY header",
    remedy: "leave it out, and name the listener in vernemq:edge.listeners",
};

/** Keys that this program sets itself, and what to use instead. A prefix ends with a dot. */
const managedKeys: Readonly<Record<string, string | ConfProblem>> = {
    accept_eula: "use vernemq:broker.acceptLicense",
    allow_anonymous: "use vernemq:broker.allowAnonymous",
    allow_publish_during_netsplit: netsplit,
    allow_register_during_netsplit: netsplit,
    allow_subscribe_during_netsplit: netsplit,
    allow_unsubscribe_during_netsplit: netsplit,
    "erlang.distribution.port_range.":
        "leave it out: the NetworkPolicy and the chart's container ports are 9100 to 9109",
    "http_module.vmq_health_http.": "leave it out: the kubelet's probes show no key",
    http_modules: "leave it out: health checks and metrics rely on the default modules",
    "leveldb.maximum_memory.percent": {
        rule: "this is a share of the node's memory, not of the pod's limit, so the pod would be killed",
        remedy: "use leveldb.maximum_memory, in bytes; its default is a fifth of the pod's memory",
    },
    "listener.http.": "leave it out: health checks and metrics rely on it",
    "listener.https.": ownTls,
    "listener.max_connections": "use vernemq:broker.maxConnections",
    "listener.nr_of_acceptors": "use vernemq:broker.maxConnections: VerneMQ's own limit counts per acceptor",
    "listener.ssl.": ownTls,
    "listener.tcp.": "use vernemq:edge.listeners",
    "listener.vmq.": "leave it out: the cluster's brokers talk over it",
    "listener.vmqs.": "leave it out: the cluster's brokers talk over listener.vmq, behind a NetworkPolicy",
    "listener.ws.": "use vernemq:edge.listeners",
    "listener.wss.": ownTls,
    max_message_size: "use vernemq:broker.maxMessageBytes",
    "plugins.vmq_acl": "use vernemq:broker.acl; an empty list leaves the decision to your other plugins",
    "plugins.vmq_passwd": "use vernemq:broker.users; an empty list turns it off",
    "plumtree.directory": dataFolder,
    "setup.data_dir": dataFolder,
    "vmq_acl.acl_file": "use vernemq:broker.acl",
    "vmq_generic_msg_store.store_dir": dataFolder,
    "vmq_passwd.password_file": "use vernemq:broker.users",
    "vmq_swc.directory": dataFolder,
    "vmq_swc.dkm_directory": dataFolder,
};

/** Keys that tune the listeners without opening another; all else below `listener.` is this program's. */
const listenerTuning = /^listener\.(tcp|ws)\.(allowed_protocol_versions|buffer_sizes|max_connection_lifetime)$/;

/** What a text that fits the pattern is lost by. */
interface LostText extends ConfProblem {
    readonly pattern: RegExp;
}

/** What the start script of the image drops or mistakes, so that a setting would silently do nothing (vernemq.sh l.75-299). */
const lostKeys: readonly LostText[] = [
    {
        pattern: /^(distributed_cookie|erlang\.distribution\.cookie)$/,
        rule: "the official image ignores a cookie from its environment: it stays `vmq` (docker-vernemq#219)",
        remedy: "leave it out: vernemq:broker.cookie gives the cluster a random one",
    },
    {
        pattern:
            /^erlang\.(?!max_ports$|process_limit$|max_ets_tables$|distribution_buffer_size$|distribution\.port_range\.)/,
        rule: "the image's vm.args replaces the generated one: only max_ports, process_limit, max_ets_tables and distribution_buffer_size reach it",
        remedy: "use one of those, or your own image",
    },
    {
        pattern: /^(discovery_|nodename|user)/,
        rule: "the start script takes this name for one of its own commands and not for a key of vernemq.conf",
        remedy: "leave it out; users belong in vernemq:broker.users, and a broker's name follows from its pod",
    },
    {
        pattern: /kubernetes|swarm|compose|discovery_node|docker_vernemq_user/,
        rule: "the start script drops every line that holds this word",
        remedy: "choose a name without kubernetes, swarm, compose or discovery_node",
    },
];

/** The last word of keys whose value is a credential, as VerneMQ's schema names them. */
const secretKeys =
    /[._](password|psk|user_pwd|api_key|obfuscation_secret)$|^vmq_web_ui\.mgmt_api\.key$|\.mongodb\.srv$/;

/** Whether the value of a key is a credential, which must not stand in a release's values. */
export function isSecretKey(key: string): boolean {
    return secretKeys.test(key);
}

/** What is wrong with a key of vernemq.conf given as a setting, or undefined. */
export function confKeyProblem(key: string): ConfProblem | undefined {
    if (!/^[a-z0-9_]+(\.[a-z0-9_]+)*$/.test(key)) {
        return {
            rule: "a key of vernemq.conf is lower-case words joined by dots; the start script lowers every letter",
            remedy: "write it as in VerneMQ's documentation, for example max_inflight_messages",
        };
    }
    if (key.includes("__")) {
        return { rule: "the start script turns two underscores into a dot", remedy: "write the dot" };
    }
    if (/_\.|\._/.test(key)) {
        return {
            rule: "an underscore beside a dot moves: the start script turns the first two of three underscores into a dot",
            remedy: "choose a name that neither starts nor ends with an underscore",
        };
    }
    return lostProblem(lostKeys, key) ?? managedProblem(key);
}

function managedProblem(key: string): ConfProblem | undefined {
    if (listenerTuning.test(key)) {
        return undefined;
    }
    const managed = Object.entries(managedKeys).find(([name]) =>
        name.endsWith(".") ? key.startsWith(name) : key === name,
    )?.[1];
    return typeof managed === "string" ? { rule: "this program sets the key itself", remedy: managed } : managed;
}

/** What is wrong with a value of vernemq.conf given as a setting, or undefined. */
export function confValueProblem(value: ConfSetting): ConfProblem | undefined {
    const text = confValue(value);
    if (text === "" || text !== text.trim()) {
        return {
            rule: "a value is not empty, and VerneMQ cuts white space before and after it",
            remedy: "leave the key out to keep its default, or write the value without white space around it",
        };
    }
    if (/[\r\n]/.test(text)) {
        return { rule: "a value is one line: the start script would write the others as keys", remedy: "use one line" };
    }
    return lostProblem(lostValues, text);
}

function lostProblem(table: readonly LostText[], text: string): ConfProblem | undefined {
    const found = table.find(({ pattern }) => pattern.test(text));
    return found && { rule: found.rule, remedy: found.remedy };
}

const lostValues: readonly LostText[] = [
    {
        pattern: /__/,
        rule: "the start script turns two underscores into a dot, in values too",
        remedy: "choose a value without two underscores in a row",
    },
    {
        pattern: /#/,
        rule: "a value is cut at `#`, which starts a comment in vernemq.conf",
        remedy: "choose a value without #",
    },
    {
        pattern: /KUBERNETES|SWARM|COMPOSE|DISCOVERY_NODE|DOCKER_VERNEMQ/,
        rule: "the start script drops a line that holds KUBERNETES, SWARM, COMPOSE, DISCOVERY_NODE or DOCKER_VERNEMQ in capitals",
        remedy: "write the value in lower case, or choose another",
    },
    {
        pattern: /\$\(|\$\$/,
        rule: "Kubernetes replaces $(NAME) in an environment variable by that variable, and $$ by one $",
        remedy: "choose a value without $( and $$",
    },
];

/**
 * What the schema of the broker in the official image says against a setting, or undefined. A key that it does not know, or a value of
 * another kind, stops every broker at its next start ("Conf file attempted to set unknown variable"). A value that is not known yet, as a
 * secret one offline, is left out.
 */
export function confSchemaProblem(key: string, value?: ConfSetting): ConfProblem | undefined {
    const kind = confKind(key);
    if (kind !== undefined && value === undefined) {
        return undefined;
    }
    const text = value === undefined ? "" : confValue(value);
    switch (kind) {
        case undefined:
            return {
                rule: "VerneMQ has no such key, and a broker with an unknown key does not start",
                remedy: `${didYouMean(key, knownConfKeys)}write a key of vernemq.conf as VerneMQ's documentation names it`,
            };
        case "flag":
            return text === "on" || text === "off"
                ? undefined
                : { rule: "VerneMQ takes on or off here", remedy: "write true or false" };
        case "integer":
            return /^-?\d+$/.test(text)
                ? undefined
                : { rule: "VerneMQ takes a whole number here", remedy: "write a number without quotes" };
        case "other":
            return undefined;
    }
}

/** Plugins that come with VerneMQ and let no client in by themselves. */
const pluginsWithoutAuthentication = ["vmq_acl", "vmq_bridge", "vmq_http_pub", "vmq_passwd", "vmq_web_ui"];

/** Whether the settings switch on a plugin that may decide who connects: vmq_diversity (databases), vmq_webhooks or one of the user's own. */
export function hasOtherAuthentication(settings: Readonly<Record<string, ConfSetting>>): boolean {
    return Object.entries(settings).some(
        ([key, value]) =>
            /^plugins\.[a-z0-9_]+$/.test(key) &&
            confValue(value) === "on" &&
            !pluginsWithoutAuthentication.includes(key.slice("plugins.".length)),
    );
}

/** A value as vernemq.conf writes it: flags are `on` and `off`. */
export function confValue(value: ConfSetting): string {
    return typeof value === "boolean" ? (value ? "on" : "off") : value.toString();
}

/** The environment variable for a key: `listener.max_connections` is DOCKER_VERNEMQ_LISTENER__MAX_CONNECTIONS. */
export function environmentName(key: string): string {
    return `${environmentPrefix}${key.replaceAll(".", "__").toUpperCase()}`;
}
