import { brokerPorts } from "../../broker/ports";
import { type EdgeListener, type EdgePlan, type Hop } from "../plan";
import { haproxyPorts } from "./ports";

/** What the configuration follows from. */
export interface HaproxyConfigInput {
    readonly plan: EdgePlan;
    readonly broker: {
        readonly namespace: string;
        readonly release: string;
        readonly headlessService: string;
        readonly maxReplicas: number;
    };
    /** Connections that one HAProxy takes. */
    readonly maxConnections: number;
}

/** The configuration of HAProxy. Pure: the deployed ConfigMap and the tests that run HAProxy use the same text. */
export function haproxyConfig(input: HaproxyConfigInput): string {
    const haproxy = input.plan.hops.find((hop) => hop.kind === "haproxy");
    if (haproxy === undefined) {
        throw new Error("this edge plan has no HAProxy hop");
    }
    const sections = [
        ["global", `    maxconn ${input.maxConnections.toString()}`],
        ["defaults", "    mode tcp", `    timeout client ${String(haproxy.idleTimeoutSeconds)}s`],
        ...input.plan.listeners.map((listener) => frontend(listener, haproxy)),
        ...(["mqtt", "ws"] as const)
            .filter((kind) => input.plan.listeners.some((listener) => listener.broker === kind))
            .map((kind) => backend(kind, input)),
    ];
    return sections.map((lines) => `${lines.join("\n")}\n`).join("\n");
}

function frontend(listener: EdgeListener, haproxy: Hop): string[] {
    const tls = listener.tls && haproxy.terminatesTls ? " ssl crt /etc/haproxy/certificate/" : "";
    return [
        `frontend ${listener.name}`,
        `    bind :${haproxyPorts[listener.name].toString()}${tls}`,
        `    default_backend ${listener.broker}`,
    ];
}

function backend(kind: "mqtt" | "ws", input: HaproxyConfigInput): string[] {
    const { namespace, release, headlessService, maxReplicas } = input.broker;
    const servers = Array.from({ length: maxReplicas }, (_, ordinal) => {
        const host = `${release}-${ordinal.toString()}.${headlessService}.${namespace}.svc.cluster.local`;
        return `    server ${release}-${ordinal.toString()} ${host}:${brokerPorts[kind].toString()} id ${(ordinal + 1).toString()} send-proxy-v2`;
    });
    return [`backend ${kind}`, "    balance source", "    hash-type consistent", ...servers];
}
