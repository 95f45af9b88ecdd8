import { compact } from "../../common/compact";
import {
    because,
    type Fact,
    type FoundHop,
    labelsOf,
    ofType,
    problem,
    read,
    type Resource,
    selects,
    valueOf,
    valuesOf,
} from "./facts";
import { hasCertificate, podTemplate } from "./haproxy-certificate";
import {
    linesOf,
    lowestTlsOfBind,
    optionOf,
    parseHaproxyConfig,
    picksByClient,
    type Section,
    secondsOf,
    settingOf,
    wordAfter,
} from "./haproxy-config";

/** HAProxy's Deployment with the configuration that its pods mount. */
export interface FoundHaproxy {
    readonly deployment: Resource;
    readonly namespace: unknown;
    readonly podLabels: Readonly<Record<string, unknown>>;
    readonly containerPorts: readonly number[];
    readonly configMap: Resource;
    readonly sections: readonly Section[];
}

const configFile = "haproxy.cfg";

/** The Deployments that run HAProxy with a ConfigMap of the graph. */
export function findHaproxies(resources: readonly Resource[]): readonly FoundHaproxy[] {
    return ofType(resources, "kubernetes:apps/v1:Deployment").flatMap((deployment) => {
        const mounted = valuesOf(deployment.inputs, `${podTemplate}.volumes.*.configMap.name`);
        const configMap = ofType(resources, "kubernetes:core/v1:ConfigMap").find(
            ({ inputs, name }) =>
                typeof valueOf(inputs, `data["${configFile}"]`) === "string" &&
                (mounted.includes(valueOf(inputs, "metadata.name")) || mounted.includes(`\${${name}.metadata.name}`)),
        );
        return compact([
            configMap !== undefined && {
                deployment,
                namespace: valueOf(deployment.inputs, "metadata.namespace"),
                podLabels: labelsOf(valueOf(deployment.inputs, "spec.template.metadata.labels")),
                containerPorts: valuesOf(deployment.inputs, `${podTemplate}.containers.*.ports.*.containerPort`).map(
                    Number,
                ),
                configMap,
                sections: parseHaproxyConfig(String(valueOf(configMap.inputs, `data["${configFile}"]`))),
            },
        ]);
    });
}

/** The HAProxy that a selector leads to. */
export function haproxyOf(
    haproxies: readonly FoundHaproxy[],
    selector: Readonly<Record<string, unknown>>,
): FoundHaproxy | undefined {
    return haproxies.find(({ podLabels }) => selects(selector, podLabels));
}

/** A port of HAProxy: its `bind` line, the frontend that the line is in, and the backend that the frontend leads to. */
export interface FoundFrontend {
    readonly haproxy: FoundHaproxy;
    readonly bind: readonly string[];
    readonly frontend: Section;
    readonly backend: Section | undefined;
    readonly global: Section | undefined;
    readonly defaults: Section | undefined;
}

export function frontendAt(haproxy: FoundHaproxy, port: number): FoundFrontend | undefined {
    const { sections } = haproxy;
    const binds = (section: Section) => linesOf(section, "bind").find(([, address]) => portOf(address) === port);
    const frontend = sections.find((section) => section.keyword === "frontend" && binds(section) !== undefined);
    const bind = frontend === undefined ? undefined : binds(frontend);
    if (frontend === undefined || bind === undefined) {
        return undefined;
    }
    const [target] = settingOf(frontend, undefined, "default_backend") ?? [];
    return {
        haproxy,
        bind,
        frontend,
        backend: sections.find(({ keyword, name }) => keyword === "backend" && name === target),
        global: sections.find(({ keyword }) => keyword === "global"),
        defaults: sections.find(({ keyword }) => keyword === "defaults"),
    };
}

function portOf(address: string | undefined): number {
    return Number(address?.split(":").at(-1));
}

/** What the configuration says, with its place: `vernemq-haproxy-config: data["haproxy.cfg"], backend brokers-mqtt: hash-type`. */
function fact<T>({ haproxy }: FoundFrontend, section: Section | undefined, keyword: string, value: T): Fact<T> {
    const where = section === undefined ? "" : `, ${`${section.keyword} ${section.name}`.trim()}`;
    return { value, at: `${haproxy.configMap.name}: data["${configFile}"]${where}: ${keyword}` };
}

/** HAProxy as a hop, for connections to one of its ports. */
export function haproxyFound(found: FoundFrontend, resources: readonly Resource[]): FoundHop {
    const { bind, frontend, global, haproxy } = found;
    const at = <T>(keyword: string, value: T) => fact(found, frontend, keyword, value);
    const tls = bind.includes("ssl");
    return {
        kind: "haproxy",
        port: at("bind", portOf(bind[1])),
        terminatesTls: at("bind ssl", tls),
        certificate: tls ? at("bind crt", hasCertificate(bind, haproxy, resources)) : undefined,
        lowestTls: tls
            ? fact(found, global, "ssl-default-bind-options ssl-min-ver", lowestTlsOfBind(bind, global))
            : undefined,
        clientCertificates: at("bind verify", asksForCertificates(found)),
        affinity: affinityOf(found),
        sends: headerOf(found),
        expectsHeader: at("bind accept-proxy", bind.includes("accept-proxy")),
        keepsClientAddress: because(headerOf(found), headerOf(found).value !== "none"),
        idleTimeouts: [tunnelTimeout(found)],
        keepalives: keepalivesOf(found, "cli"),
        allowed: networksOf(found),
        forwardedHops: forwardedOf(found),
    };
}

/** The last line that names the servers' defaults, with the first server's own words. */
function serverWords({ backend, defaults }: FoundFrontend): readonly string[] {
    return [
        ...(settingOf(backend, defaults, "default-server") ?? []),
        ...(linesOf(backend, "server")[0]?.slice(3) ?? []),
    ];
}

function headerOf(found: FoundFrontend): Fact<"v1" | "v2" | "none"> {
    const words = serverWords(found);
    const version = words.some((word) => word.startsWith("send-proxy-v2"))
        ? "v2"
        : words.includes("send-proxy")
          ? "v1"
          : "none";
    return fact(found, found.backend, "default-server send-proxy-v2", version);
}

/**
 * The affinity that a backend keeps: the same in every HAProxy pod and through a broker's coming and going only where the hash is consistent
 * and each server has a distinct id (https://docs.haproxy.org/2.6/configuration.html#4-hash-type).
 */
function affinityOf(found: FoundFrontend): FoundHop["affinity"] {
    const { backend, defaults, frontend } = found;
    const at = (keyword: string, value: "source-ip" | "client-id" | "none" = "none") =>
        fact(found, backend, keyword, value);
    const [algorithm, key = ""] = settingOf(backend, defaults, "balance") ?? [];
    if (!picksByClient(algorithm)) {
        return at("balance");
    }
    if (settingOf(backend, defaults, "hash-type")?.[0] !== "consistent") {
        return at("hash-type");
    }
    const ids = linesOf(backend, "server").map((line) => wordAfter(line, "id"));
    if (ids.includes(undefined) || new Set(ids).size < ids.length) {
        return at("server id");
    }
    if (algorithm === "source") {
        return at("balance", "source-ip");
    }
    const variable = /^var\((.+)\)$/.exec(key)?.[1] ?? key;
    const sets = linesOf(frontend, "tcp-request", "content").some(
        ([, , action, value]) =>
            action === `set-var(${variable})` &&
            value?.includes("mqtt_field_value(connect,client_identifier)") === true,
    );
    return sets
        ? at("balance", "client-id")
        : fact(found, frontend, `tcp-request content set-var(${variable})`, "none");
}

/** How long a silent connection lives: `timeout tunnel`, and without it the timeouts of each side. */
function tunnelTimeout(found: FoundFrontend): Fact<number> {
    const { backend, defaults, frontend } = found;
    const tunnel = secondsOf(settingOf(backend, defaults, "timeout", "tunnel")?.[0]);
    const sides = [
        secondsOf(settingOf(frontend, defaults, "timeout", "client")?.[0]),
        secondsOf(settingOf(backend, defaults, "timeout", "server")?.[0]),
    ].flatMap((seconds) => seconds ?? []);
    const own = linesOf(backend, "timeout", "tunnel").length > 0 ? backend : defaults;
    return fact(found, own, "timeout tunnel", tunnel ?? Math.min(...sides));
}

/** How often HAProxy sends TCP keepalives towards devices (`cli`) or brokers (`srv`), in seconds; null where it sends none. */
function keepalivesOf(found: FoundFrontend, side: "cli" | "srv"): Fact<number | null> {
    const section = side === "cli" ? found.frontend : found.backend;
    const seconds = secondsOf(settingOf(section, found.defaults, `${side}tcpka-idle`)?.[0]);
    // Without an interval the kernel's counts: two hours.
    const value = optionOf(section, found.defaults, `${side}tcpka`) ? (seconds ?? 7200) : null;
    return fact(found, found.defaults, `option ${side}tcpka`, value);
}

function asksForCertificates({ bind, haproxy }: FoundFrontend): boolean {
    const file = wordAfter(bind, "ca-file")?.split("/").at(-1);
    return (
        wordAfter(bind, "verify") === "required" &&
        file !== undefined &&
        typeof valueOf(haproxy.configMap.inputs, `data["${file}"]`) === "string"
    );
}

/** The networks of `reject unless is_allowed`, with the lists of that name; none where every address is let in. */
function networksOf(found: FoundFrontend): FoundHop["allowed"] {
    const { frontend } = found;
    const guard = frontend.lines.find(
        (words) =>
            (words.includes("reject") || words.includes("deny")) &&
            words.at(-2) === "unless" &&
            isList(found, words.at(-1)),
    );
    const networks = linesOf(frontend, "acl", guard?.at(-1) ?? "").flatMap((words) => words.slice(3));
    return fact(found, frontend, "acl is_allowed src", guard === undefined ? ["0.0.0.0/0"] : networks);
}

function isList({ frontend }: FoundFrontend, name: string | undefined): boolean {
    return name !== undefined && linesOf(frontend, "acl", name).every((words) => words[2] === "src");
}

/** `http-request set-src req.hdr_ip(x-forwarded-for,-1)`: an HTTP proxy tells the client's address. */
function forwardedOf(found: FoundFrontend): FoundHop["forwardedHops"] {
    const line = linesOf(found.frontend, "http-request", "set-src").at(-1);
    const [, position] = /^req\.hdr_ip\(x-forwarded-for,-(\d+)\)$/.exec(line?.[2] ?? "") ?? [];
    return line && fact(found, found.frontend, "http-request set-src", Number(position));
}

/** What the servers of a backend are, and what is wrong with them. */
export function serversOf(found: FoundFrontend): {
    readonly port: Fact<number>;
    readonly hosts: Fact<readonly string[]>;
    /** The line that leads to them. */
    readonly chosenBy: Pick<Fact, "at">;
    readonly problems: readonly string[];
} {
    const { backend, haproxy } = found;
    const servers = linesOf(backend, "server");
    const at = <T>(value: T) => fact(found, backend, "server", value);
    const chosenBy = fact(found, found.frontend, "default_backend", "");
    const ports = new Set(servers.map(([, , address]) => portOf(address)));
    const keepalive = keepalivesOf(found, "srv");
    return {
        port: at(ports.size === 1 ? ([...ports][0] ?? Number.NaN) : Number.NaN),
        hosts: at(servers.map(([, , address = ""]) => address.slice(0, address.lastIndexOf(":")))),
        chosenBy,
        problems: compact([
            backend === undefined && problem(chosenBy, "no backend of that name is there"),
            ...healthProblems(found, servers),
            ...podProblems(haproxy),
            (keepalive.value === null || keepalive.value >= shortestTracking) &&
                problem(
                    keepalive,
                    `a connection that is silent for ${shortestTracking} s may be forgotten on its way to a broker`,
                ),
            !haproxy.containerPorts.includes(portOf(found.bind[1])) &&
                problem(
                    read(haproxy.deployment, `${podTemplate}.containers[0].ports`),
                    `port ${portOf(found.bind[1])} is not among them`,
                ),
        ]),
    };
}

/** HAProxy starts with a configuration that is mounted where it reads it, and serves once its probes are answered. */
function podProblems({ deployment, sections }: FoundHaproxy): readonly string[] {
    const container = `${podTemplate}.containers[0]`;
    const command = valuesOf(deployment.inputs, `${container}.command.*`);
    const file = command[command.indexOf("-f") + 1];
    const volumes = valuesOf(deployment.inputs, `${podTemplate}.volumes.*`).filter(
        (volume) => valueOf(volume, "configMap.name") !== undefined,
    );
    const isMounted = valuesOf(deployment.inputs, `${container}.volumeMounts.*`).some(
        (mount) =>
            file === `${String(valueOf(mount, "mountPath"))}/${configFile}` &&
            volumes.some((volume) => valueOf(volume, "name") === valueOf(mount, "name")),
    );
    return compact([
        command.includes("-f") &&
            !isMounted &&
            problem(
                read(deployment, `${container}.volumeMounts`),
                `the configuration is not mounted at ${String(file)}`,
            ),
        ...["readinessProbe", "livenessProbe"].map((name) => {
            const probe = read(deployment, `${container}.${name}.httpGet`);
            const [port, path] = [valueOf(probe.value, "port"), valueOf(probe.value, "path")];
            const isAnswered = sections.some(
                (section) =>
                    linesOf(section, "bind").some(([, address]) => portOf(address) === port) &&
                    section.lines.some((words) => wordAfter(words, "path") === path),
            );
            return (
                probe.value !== undefined &&
                !isAnswered &&
                problem(probe, `no frontend answers ${String(path)} at port ${String(port)}`)
            );
        }),
    ]);
}

/** Seconds after which connection tracking of AWS Nitro v6 instances forgets a silent connection. */
const shortestTracking = 350;

/** A server without a health check gets connections while its broker is gone. */
function healthProblems(found: FoundFrontend, servers: readonly (readonly string[])[]): readonly string[] {
    const { backend, defaults } = found;
    const common = settingOf(backend, defaults, "default-server") ?? [];
    const unchecked = servers.filter(
        (words) => !words.includes("check") && !words.includes("track") && !common.includes("check"),
    );
    return unchecked.length === 0
        ? []
        : [
              `${fact(found, backend, "default-server check", "").at} is not set: a broker that is gone still gets connections`,
          ];
}
