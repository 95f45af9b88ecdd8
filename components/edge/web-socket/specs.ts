import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { haproxyPodLabels } from "../haproxy/labels";
import { haproxyPorts } from "../haproxy/ports";

/** Name of the Service, and of the Ingress or HTTPRoute that leads to it. */
export const webSocketName = "vernemq-edge-web";

/** Port of that Service. */
const webSocketPort = 80;

/** VerneMQ's only WebSocket path. */
const path = "/mqtt";

/** A Gateway that the cluster has already, and one of its listeners. */
export interface GatewayReference {
    readonly name: string;
    /** Namespace of the Gateway. Its listener has to let in routes of the broker's namespace (`allowedRoutes`). */
    readonly namespace: string;
    /** Name of the listener. Default: every listener whose host name fits. */
    readonly sectionName?: string;
}

/** The Service before HAProxy's port for an ingress controller or Gateway. Istio knows HTTP by the port's name. */
export function webSocketServiceSpec(): k8s.types.input.core.v1.ServiceSpec {
    return {
        type: "ClusterIP",
        selector: haproxyPodLabels,
        ports: [{ name: "http", protocol: "TCP", port: webSocketPort, targetPort: haproxyPorts.web }],
    };
}

/** An Ingress of one host and VerneMQ's path. Without a Secret the controller serves what it has for the host. */
export function ingressSpec(input: {
    readonly className: string;
    readonly host: string;
    readonly secretName?: pulumi.Input<string>;
}): k8s.types.input.networking.v1.IngressSpec {
    const { className, host, secretName } = input;
    const backend = { service: { name: webSocketName, port: { number: webSocketPort } } };
    return {
        ingressClassName: className,
        tls: [{ hosts: [host], secretName }],
        rules: [{ host, http: { paths: [{ path, pathType: "Exact", backend }] } }],
    };
}

/** An HTTPRoute (gateway.networking.k8s.io/v1) of one host and VerneMQ's path. TLS is the Gateway listener's own. */
export function httpRouteSpec(input: { readonly gateway: GatewayReference; readonly host: string }) {
    const { gateway, host } = input;
    return {
        parentRefs: [
            {
                name: gateway.name,
                namespace: gateway.namespace,
                sectionName: gateway.sectionName,
            },
        ],
        hostnames: [host],
        rules: [
            {
                matches: [{ path: { type: "Exact", value: path } }],
                backendRefs: [{ name: webSocketName, port: webSocketPort }],
            },
        ],
    };
}
