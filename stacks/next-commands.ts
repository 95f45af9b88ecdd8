import { isInstalled } from "../components/common/own-process";
import { type BrokerNames, podName } from "../components/broker/names";
import { brokerPorts } from "../components/broker/ports";
import type { EdgePlan } from "../components/edge/plan";
import { webSocketName } from "../components/edge/web-socket/specs";
import { grafanaService } from "../components/observability/names";
import type { Settings } from "./settings/settings";
import { endpointUrls } from "./endpoints";
import { targetOf } from "./targets/registry";
import type { AdoptedKubeconfig } from "./targets/target";

/** What the commands name. */
export interface CommandSubjects {
    readonly settings: Settings;
    /** What the broker's objects are called. */
    readonly names: BrokerNames;
    /** The Service before HAProxy, where there is one. */
    readonly edgeService: string | undefined;
    /** The stack has an output `kubeconfig`. */
    readonly hasKubeconfig: boolean;
    /** The stack has an output `ca`. */
    readonly hasCa: boolean;
    /** The stack has an output `passwords`. */
    readonly hasPasswords: boolean;
}

/**
 * What the operator runs after an update, ready to paste. Port-forwards end at 127.0.0.1 in a broker's pod, where VerneMQ listens without
 * PROXY header: on 1883 (the chart's listener `localhost`) and on 8888 (the broker's own default, vars.config http_default_ip). Those of the
 * operator listen on every address, and its Service's 1883 leads to the listener for the inside.
 */
export function nextCommands(subjects: CommandSubjects): string[] {
    const { settings, names, edgeService } = subjects;
    const adopted = targetOf(settings.target).adoptedKubeconfig(settings);
    const ofCluster = `kubectl${clusterFlags(adopted)}`;
    const kubectl = `${ofCluster} --namespace ${settings.broker.namespace}`;
    const mqtt = brokerPorts.mqtt.toString();
    const http = brokerPorts.http.toString();
    return [
        ...(subjects.hasKubeconfig && adopted?.path === undefined ? [saveKubeconfig] : []),
        `${kubectl} exec ${podName(names, 0)} -- vmq-admin cluster show`,
        `${kubectl} port-forward svc/${names.workload} ${mqtt}:${mqtt}`,
        `${kubectl} port-forward svc/${names.httpService} ${http}:${http}`,
        ...(edgeService === undefined ? [] : edgeCommands(settings.edgePlan, kubectl, edgeService)),
        ...webSocketCommands(settings, kubectl),
        ...grafanaCommands(settings, ofCluster),
        ...(subjects.hasCa ? ["pulumi stack output ca > ca.pem"] : []),
        ...(subjects.hasPasswords ? ["pulumi stack output passwords --show-secrets"] : []),
        `${isInstalled ? "npx vernemq" : "npm run ops --"} status --stack ${settings.stack}`,
        ...verifyCommands(settings, names.workload),
    ];
}

/** Only the owner may read the file. */
const saveKubeconfig =
    "(umask 077 && pulumi stack output kubeconfig --show-secrets > kubeconfig) && export KUBECONFIG=$PWD/kubeconfig";

function clusterFlags({ path, context }: Pick<AdoptedKubeconfig, "path" | "context"> = {}): string {
    return [
        path === undefined ? "" : ` --kubeconfig ${quoted(path)}`,
        context === undefined ? "" : ` --context ${quoted(context)}`,
    ].join("");
}

/** A text as one word of a shell; a `~/` at its start stays what the shell makes of it. */
function quoted(text: string): string {
    if (/^[\w./@:=+-]+$/.test(text) || /^~\/[\w./@:=+-]+$/.test(text)) {
        return text;
    }
    return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Ways to an edge that has no address. */
function edgeCommands(plan: EdgePlan, kubectl: string, service: string): string[] {
    switch (plan.exposure) {
        case "cluster-ip":
            return plan.listeners.map(
                ({ port }) => `${kubectl} port-forward svc/${service} ${unprivileged(port)}:${port}`,
            );
        case "node-port":
            return [`${kubectl} get service ${service}`];
        case "public":
        case "internal":
        case "none":
            return [];
    }
}

/** What devices find, where the endpoints can be dialled from outside; the others have to be named, as docs/guides/verify.md says. */
function verifyCommands(settings: Settings, service: string): string[] {
    const { broker, edgePlan } = settings;
    const isInside =
        edgePlan.exposure === "cluster-ip" || (edgePlan.exposure === "none" && broker.service.type === "ClusterIP");
    return isInside || Object.keys(endpointUrls(settings, service)).length === 0
        ? []
        : [`${isInstalled ? "npx vernemq" : "npm run pipeline --"} verify --stack ${settings.stack}`];
}

/** Where the address is to be seen that the name of WebSocket clients has to lead to. */
function webSocketCommands({ edge: { webSocket } }: Settings, kubectl: string): string[] {
    if (webSocket === undefined) {
        return [];
    }
    return webSocket.gateway === undefined
        ? [`${kubectl} get ingress ${webSocketName}`]
        : [`${kubectl} get httproute ${webSocketName}`];
}

/** The Grafana of the stack's own, and the password of its user `admin`. */
function grafanaCommands(settings: Settings, kubectl: string): string[] {
    const { metrics, stack } = settings.observability;
    return metrics === "none" || !stack.enabled
        ? []
        : [
              `${kubectl} --namespace ${stack.namespace} port-forward svc/${grafanaService} 3000:80`,
              "pulumi stack output grafanaPassword --show-secrets",
          ];
}

/** A port that any user may open on their own machine: 443 becomes 8443. */
function unprivileged(port: number): number {
    return port < 1024 ? port + 8000 : port;
}
