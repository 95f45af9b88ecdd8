import { chartName } from "../../common/charts";
import { because, type Fact, type FoundHop, ofType, read, type Resource, valueOf, valuesOf } from "./facts";

/** A listener of the brokers. */
export interface BrokerListenerFound {
    readonly port: Fact<number>;
    /** `tcp` and `ssl` speak MQTT, `ws` and `wss` WebSocket. */
    readonly protocol: "tcp" | "ssl" | "ws" | "wss";
    readonly expectsHeader: Fact<boolean>;
}

/** The brokers as their release or custom resource describes them. */
export interface FoundBrokers {
    readonly resource: Resource;
    readonly namespace: unknown;
    readonly podLabels: Readonly<Record<string, string>>;
    /** A pod's host name is `${statefulSet}-N.${headlessService}.NAMESPACE.svc.cluster.local`. */
    readonly statefulSet: string;
    readonly headlessService: string;
    readonly replicas: Fact<number>;
    readonly listeners: readonly BrokerListenerFound[];
}

/** The port of health, metrics and API; neither the chart nor the operator changes it. */
export const brokerHttpPort = 8888;

/** The brokers of a graph: VerneMQ's Helm release, or the operator's resource. */
export function findBrokers(resources: readonly Resource[]): FoundBrokers | undefined {
    const release = ofType(resources, "kubernetes:helm.sh/v3:Release").find(
        ({ inputs }) => chartName(inputs["chart"]) === "vernemq",
    );
    if (release !== undefined) {
        return brokersOfRelease(release);
    }
    const [operated] = ofType(resources, "kubernetes:vmq.k8s.vernemq.com/v1alpha1:VerneMQ");
    return operated === undefined ? undefined : operatedBrokers(operated);
}

/**
 * Chart 2.1: names and labels as in templates/_helpers.tpl. The image opens tcp.default on port 1883 and ws.default on 8080 of the pod's
 * address (docker-vernemq, bin/vernemq.sh); a variable `DOCKER_VERNEMQ_LISTENER__...` adds listeners and sets their properties.
 */
function brokersOfRelease(release: Resource): FoundBrokers {
    const name = String(valueOf(release.inputs, "values.fullnameOverride") ?? release.inputs["name"]);
    const instance = String(release.inputs["name"]);
    const replicas = read(release, "values.replicaCount");
    return {
        resource: release,
        namespace: release.inputs["namespace"],
        podLabels: { "app.kubernetes.io/name": "vernemq", "app.kubernetes.io/instance": instance },
        statefulSet: name,
        headlessService: `${name}-headless`,
        replicas: because(replicas, Number(replicas.value)),
        listeners: listenersOfVariables(release),
    };
}

function listenersOfVariables(release: Resource): readonly BrokerListenerFound[] {
    const variables = new Map(
        valuesOf(release.inputs, "values.additionalEnv.*").map((variable) => [
            String(valueOf(variable, "name")),
            String(valueOf(variable, "value")),
        ]),
    );
    const at = (variable: string) => `${release.name}: values.additionalEnv ${variable}`;
    const addresses = new Map([
        ["TCP__DEFAULT", ":1883"],
        ["WS__DEFAULT", ":8080"],
    ]);
    for (const [variable, value] of variables) {
        const [, listener] = /^DOCKER_VERNEMQ_LISTENER__((?:TCP|SSL|WSS?)__[A-Z0-9]+)$/.exec(variable) ?? [];
        if (listener !== undefined) {
            addresses.set(listener, value);
        }
    }
    return [...addresses].map(([listener, address]) => {
        const variable = `DOCKER_VERNEMQ_LISTENER__${listener}`;
        const header = `${variable}__PROXY_PROTOCOL`;
        return {
            port: { value: Number(address.split(":").at(-1)), at: at(variable) },
            protocol: listener.split("__")[0]?.toLowerCase() as BrokerListenerFound["protocol"],
            expectsHeader: { value: variables.get(header) === "on", at: at(header) },
        };
    });
}

/** vmq-operator 1.x, api/v1alpha1/vernemq_types.go; it puts `vernemq-` before the resource's name (controllers/utils.go). */
function operatedBrokers(resource: Resource): FoundBrokers {
    const name = String(valueOf(resource.inputs, "metadata.name"));
    const replicas = read(resource, "spec.size");
    const listeners = valuesOf(resource.inputs, "spec.config.listeners.*");
    return {
        resource,
        namespace: valueOf(resource.inputs, "metadata.namespace"),
        podLabels: { app: "vernemq", vernemq: name },
        statefulSet: `vernemq-${name}`,
        headlessService: `vernemq-${name}-service`,
        replicas: because(replicas, Number(replicas.value)),
        listeners: listeners.map((listener, index) => {
            const at = `${resource.name}: spec.config.listeners[${index}]`;
            const secure = valueOf(listener, "tlsConfig") !== undefined;
            const protocol = valueOf(listener, "websocket") === true ? "ws" : "tcp";
            return {
                port: { value: Number(valueOf(listener, "port")), at: `${at}.port` },
                protocol: secure ? (protocol === "ws" ? "wss" : "ssl") : protocol,
                expectsHeader: { value: valueOf(listener, "proxyProtocol") === true, at: `${at}.proxyProtocol` },
            };
        }),
    };
}

/** The brokers as the last hop of a connection to one of their ports; undefined where they do not listen there. */
export function brokerHop({ listeners }: FoundBrokers, port: number): FoundHop | undefined {
    const listener = listeners.find((candidate) => candidate.port.value === port);
    if (listener === undefined) {
        return undefined;
    }
    const { port: found, protocol, expectsHeader } = listener;
    return {
        kind: "vernemq",
        port: found,
        terminatesTls: because(found, protocol === "ssl" || protocol === "wss"),
        affinity: because(found, "none"),
        sends: because(found, "none"),
        expectsHeader,
        speaks: because(found, protocol === "ws" || protocol === "wss" ? "ws" : "mqtt"),
        keepsClientAddress: because(found, false),
        idleTimeouts: [],
    };
}
