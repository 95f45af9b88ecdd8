import * as z from "zod";
import { ingressControllers, webSocketVias } from "../../../components/edge/plan";
import { cidr, hostName, integer, kubernetesName, matching, optionalBlock, rule, text } from "./types";

const source = rule(
    z.strictObject({
        namespace: kubernetesName().optional().describe("Namespace of the pods that proxy."),
        cidr: cidr().optional().describe("Network that they, or a cloud's load balancer, connect from."),
    }),
    ({ cidr: network, namespace }) => (network === undefined) !== (namespace === undefined),
    {
        rule: "a source is a namespace or a network, one of the two",
        remedy: "give namespace for pods of the cluster, cidr for what has addresses of the nodes or comes from outside",
    },
);

/** `vernemq:edge.webSocket`: listener wss through an ingress controller or a Gateway that the cluster has already. */
export const webSocketSchema = z.strictObject({
    via: z.enum(webSocketVias).describe("`ingress` (an Ingress of any class) or `gateway` (Gateway API, HTTPRoute)."),
    host: hostName()
        .optional()
        .describe(
            "Name that WebSocket clients dial. Default: `edge.host`; required where mqtts has its own listener, because one name leads to one address.",
        ),
    sources: z
        .array(source)
        .min(1, { error: "at least one source, or the controller cannot connect" })
        .describe(
            "Where the controller or Gateway connects from. No other client reaches the port, because what comes through it names the client's address.",
        ),
    forwardedHops: integer(1, 10, 1).describe(
        "Place of the client's address in X-Forwarded-For, counted from the right: 1 where the controller itself sees the client, one more for each proxy before it that adds to the header.",
    ),
    controller: z
        .enum(ingressControllers)
        .optional()
        .describe(
            "With via ingress: the product behind the class (`nginx` is F5's, `ingress-nginx` the retired one of Kubernetes). Its annotations for WebSocket and idle timeouts follow from it.",
        ),
    className: matching(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, "the name of an IngressClass")
        .optional()
        .describe("With via ingress: the IngressClass."),
    tlsSecretName: kubernetesName()
        .optional()
        .describe(
            "With via ingress: Secret of type kubernetes.io/tls with a certificate for the host, in the broker's namespace. Default: one created as `vernemq:certificate` says, otherwise what the controller has.",
        ),
    annotations: z
        .record(text(), z.string())
        .prefault({})
        .describe("Further annotations of the Ingress or HTTPRoute; what is set here wins."),
    gateway: optionalBlock("With via gateway: the Gateway.", {
        name: kubernetesName().describe("Name of the Gateway."),
        namespace: kubernetesName().describe(
            "Its namespace. The listener has to let in routes of the broker's namespace.",
        ),
        sectionName: kubernetesName().optional().describe("Name of the HTTPS listener. Default: all that fit."),
    }),
});
