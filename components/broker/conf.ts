/** How a key of vernemq.conf reaches the official image: as an environment variable that its start script turns back. */
const environmentPrefix = "DOCKER_VERNEMQ_";

export interface ConfProblem {
    readonly rule: string;
    readonly remedy: string;
}

/** Keys that this program sets itself, with the setting that stands for each. A prefix ends with a dot. */
const managedKeys: Readonly<Record<string, string>> = {
    accept_eula: "use vernemq:broker.acceptLicense",
    allow_anonymous: "use vernemq:broker.allowAnonymous",
    "listener.max_connections": "use vernemq:broker.maxConnections",
    "listener.http.": "leave it out: health checks and metrics rely on it",
    "listener.ssl.": "leave it out: TLS ends at the edge, and VerneMQ's own TLS listeners take no PROXY header",
    "listener.tcp.": "use vernemq:edge.listeners",
    "listener.vmq.": "leave it out: the cluster's brokers talk over it",
    "listener.ws.": "use vernemq:edge.listeners",
    "listener.wss.": "leave it out: TLS ends at the edge, and VerneMQ's own TLS listeners take no PROXY header",
    max_message_size: "use vernemq:broker.maxMessageBytes",
    "vmq_acl.acl_file": "use vernemq:broker.acl",
    "vmq_passwd.password_file": "use vernemq:broker.users",
};

/** What the start script of the image drops or mistakes, so that a setting would silently do nothing (vernemq.sh l.237-299). */
const lostKeys: readonly { readonly pattern: RegExp; readonly problem: ConfProblem }[] = [
    {
        pattern: /^(distributed_cookie|erlang\.distribution\.cookie)$/,
        problem: {
            rule: "the official image ignores a cookie from its environment: it stays `vmq` (docker-vernemq#219)",
            remedy: "leave it out; who reaches the cluster ports is limited by a NetworkPolicy",
        },
    },
    {
        pattern:
            /^erlang\.(?!max_ports$|process_limit$|max_ets_tables$|distribution_buffer_size$|distribution\.port_range\.)/,
        problem: {
            rule: "the image's vm.args replaces the generated one: only max_ports, process_limit, max_ets_tables and distribution_buffer_size reach it",
            remedy: "use one of those, or an image of your own",
        },
    },
    {
        pattern: /^(discovery_|kubernetes_|swarm|compose|user_|api_key|vernemq_)/,
        problem: {
            rule: "the start script takes this name for a command of its own and not for a key of vernemq.conf",
            remedy: "leave it out; users belong into vernemq:broker.users",
        },
    },
    {
        pattern: /kubernetes|swarm|compose|discovery_node/,
        problem: {
            rule: "the start script drops every line that holds this word",
            remedy: "choose a name without kubernetes, swarm, compose or discovery_node",
        },
    },
];

/** What is wrong with a key of vernemq.conf given as a setting, or undefined. */
export function confKeyProblem(key: string): ConfProblem | undefined {
    if (!/^[a-z0-9_]+(\.[a-z0-9_]+)*$/.test(key)) {
        return {
            rule: "a key of vernemq.conf is lower-case words joined by dots; the start script lowers every letter",
            remedy: "write it as in VerneMQ's documentation, for example leveldb.maximum_memory.percent",
        };
    }
    if (key.includes("__")) {
        return {
            rule: "the start script turns two underscores into a dot",
            remedy: "write the dot",
        };
    }
    const lost = lostKeys.find(({ pattern }) => pattern.test(key));
    if (lost !== undefined) {
        return lost.problem;
    }
    const managed = Object.entries(managedKeys).find(([name]) =>
        name.endsWith(".") ? key.startsWith(name) : key === name,
    );
    return managed === undefined ? undefined : { rule: "this program sets the key itself", remedy: managed[1] };
}

/** What is wrong with a value of vernemq.conf given as a setting, or undefined. */
export function confValueProblem(value: string | number | boolean): ConfProblem | undefined {
    const text = confValue(value);
    if (text === "") {
        return { rule: "a key of vernemq.conf has a value", remedy: "leave the key out to keep its default" };
    }
    if (/[\r\n]/.test(text)) {
        return { rule: "a value is one line: the start script would write the others as keys", remedy: "use one line" };
    }
    if (text.includes("__")) {
        return {
            rule: "the start script turns two underscores into a dot, in values too",
            remedy: "choose a value without two underscores in a row",
        };
    }
    if (text.includes("#")) {
        return {
            rule: "a value is cut at `#`, which starts a comment in vernemq.conf",
            remedy: "choose a value without #",
        };
    }
    if (/KUBERNETES|SWARM|COMPOSE|DISCOVERY_NODE|DOCKER_VERNEMQ/.test(text)) {
        return {
            rule: "the start script drops a line that holds KUBERNETES, SWARM, COMPOSE, DISCOVERY_NODE or DOCKER_VERNEMQ in capitals",
            remedy: "write the value in lower case, or choose another",
        };
    }
    return undefined;
}

/** A value as vernemq.conf writes it: flags are `on` and `off`. */
export function confValue(value: string | number | boolean): string {
    return typeof value === "boolean" ? (value ? "on" : "off") : value.toString();
}

/** The environment variable for a key: `listener.max_connections` is DOCKER_VERNEMQ_LISTENER__MAX_CONNECTIONS. */
export function environmentName(key: string): string {
    return `${environmentPrefix}${key.replaceAll(".", "__").toUpperCase()}`;
}
