import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as core from "@pulumi/kubernetes/core/v1";
import * as networking from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../../common/cluster-handle";
import type { Transform } from "../../common/transform";
import type { HaproxyTier } from "../haproxy/tier";
import type { EdgePlan } from "../plan";
import { controllers } from "./controllers";
import { type GatewayReference, httpRouteSpec, ingressSpec, webSocketName, webSocketServiceSpec } from "./specs";
import { Component } from "../../common/component";

export interface WebSocketEntranceArgs {
    readonly cluster: ClusterHandle;
    /** A plan with `webSocket`. */
    readonly plan: EdgePlan;
    readonly haproxy: HaproxyTier;
    /** Name that WebSocket clients dial. */
    readonly host: string;
    /** Annotations of the Ingress or HTTPRoute beside those that the controller needs; what is set here wins. Default: none. */
    readonly annotations?: Readonly<Record<string, string>>;
    /** With via ingress: the class of the controller. Required there. */
    readonly className?: string;
    /** With via ingress: Secret of type kubernetes.io/tls in the broker's namespace. Default: what the controller has for the host. */
    readonly secretName?: pulumi.Input<string>;
    /** With via gateway: the Gateway. Required there. */
    readonly gateway?: GatewayReference;
    /** Changes to the children's arguments; what is set here wins. */
    readonly transform?: {
        readonly service?: Transform<core.ServiceArgs>;
        readonly ingress?: Transform<networking.IngressArgs>;
    };
}

/**
 * Listener wss through an ingress controller or a Gateway that the cluster has already: a ClusterIP Service before HAProxy, and the
 * Ingress or HTTPRoute that leads to it.
 */
export class WebSocketVia extends Component {
    readonly serviceName = webSocketName;

    constructor(name: string, args: WebSocketEntranceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:edge:WebSocketEntrance", name, opts);
        const { cluster, haproxy, transform } = args;
        const { provider } = cluster;
        const metadata = { name: webSocketName, namespace: haproxy.namespace };
        const options = { provider, dependsOn: [...haproxy.ready], transform: transform?.service };
        const service = this.childWith(options, core.Service, "service", { metadata, spec: webSocketServiceSpec() });
        const after = { provider, dependsOn: [service] };
        if (args.gateway === undefined) {
            this.childWith({ ...after, transform: transform?.ingress }, networking.Ingress, "ingress", {
                metadata: { ...metadata, annotations: ingressAnnotations(args) },
                spec: ingressSpec(required(args)),
            });
        } else {
            this.childWith(after, CustomResource, "http-route", {
                apiVersion: "gateway.networking.k8s.io/v1",
                kind: "HTTPRoute",
                metadata: { ...metadata, annotations: args.annotations && { ...args.annotations } },
                spec: httpRouteSpec({ gateway: args.gateway, host: args.host }),
            });
        }
        this.registerOutputs({ serviceName: this.serviceName });
    }
}

function required({ className, host, secretName }: WebSocketEntranceArgs) {
    if (className === undefined) {
        throw new Error("an Ingress names its class");
    }
    return { className, host, secretName };
}

function ingressAnnotations({ annotations, plan }: WebSocketEntranceArgs): Record<string, string> {
    const controller = controllers[plan.webSocket?.controller ?? "other"];
    return { ...controller.annotations(plan.idleTimeoutSeconds, webSocketName), ...annotations };
}
