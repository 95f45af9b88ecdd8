import type { IngressController } from "../plan";

/** What is known of an ingress controller, each fact with its source. */
export interface ControllerRecord {
    /** The product's own name. */
    readonly title: string;
    /**
     * Annotations that let WebSocket through and hold a silent connection at least this long (in seconds). `serviceName` is the Service
     * that the Ingress leads to.
     */
    readonly annotations: (idleSeconds: number, serviceName: string) => Readonly<Record<string, string>>;
    /** The longest idle timeout that an annotation can set, in seconds; undefined where there is no such limit. */
    readonly longestIdleSeconds?: number;
    /** An idle timeout that no annotation can set, in seconds: the controller's own default, which its administrator may have changed. */
    readonly fixedIdleSeconds?: number;
    /** Whether TLS is terminated with a Secret that the Ingress names. */
    readonly servesSecrets: boolean;
    /** Why the controller cannot be used, with the remedy. */
    readonly refused?: { readonly rule: string; readonly remedy: string };
    readonly warnings: readonly string[];
    readonly sources: readonly string[];
}

const none = () => ({});

/**
 * Affinity is not among these facts: whichever HAProxy a controller picks, HAProxy hashes the address that the controller writes into
 * X-Forwarded-For, so a controller needs no affinity.
 */
export const controllers: Readonly<Record<IngressController, ControllerRecord>> = {
    nginx: {
        title: "F5 NGINX Ingress Controller",
        // Timers are 60 s by default, between two reads or two writes.
        annotations: (seconds, serviceName) => ({
            "nginx.org/websocket-services": serviceName,
            "nginx.org/proxy-read-timeout": `${seconds}s`,
            "nginx.org/proxy-send-timeout": `${seconds}s`,
        }),
        servesSecrets: true,
        warnings: [],
        sources: [
            "https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/",
        ],
    },
    haproxy: {
        title: "HAProxy Kubernetes Ingress Controller",
        annotations: (seconds) => ({
            "haproxy.org/forwarded-for": "true",
            "haproxy.org/timeout-tunnel": `${seconds}s`,
        }),
        servesSecrets: true,
        warnings: [],
        sources: ["https://github.com/haproxytech/kubernetes-ingress/blob/master/documentation/annotations.md"],
    },
    "haproxy-ingress": {
        title: "HAProxy Ingress",
        annotations: (seconds) => ({ "haproxy-ingress.github.io/timeout-tunnel": `${seconds}s` }),
        servesSecrets: true,
        warnings: [],
        sources: [
            "https://haproxy-ingress.github.io/docs/configuration/keys/#timeout",
            "https://haproxy-ingress.github.io/docs/configuration/keys/#forwardfor",
        ],
    },
    traefik: {
        title: "Traefik",
        // WebSocket needs no configuration; the timers of an entry point are for requests, not for an upgraded connection.
        annotations: none,
        servesSecrets: true,
        warnings: [],
        sources: ["https://doc.traefik.io/traefik/user-guides/websocket/"],
    },
    contour: {
        title: "Contour",
        annotations: () => ({
            "projectcontour.io/websocket-routes": "/mqtt",
            "projectcontour.io/response-timeout": "infinity",
        }),
        fixedIdleSeconds: 300,
        servesSecrets: true,
        warnings: [],
        sources: [
            "https://projectcontour.io/docs/main/config/annotations/",
            "https://projectcontour.io/docs/main/configuration/#timeout-configuration",
        ],
    },
    alb: {
        title: "AWS Application Load Balancer",
        annotations: (seconds) => ({
            "alb.ingress.kubernetes.io/target-type": "ip",
            "alb.ingress.kubernetes.io/listen-ports": '[{"HTTPS":443}]',
            "alb.ingress.kubernetes.io/load-balancer-attributes": `idle_timeout.timeout_seconds=${seconds}`,
            "alb.ingress.kubernetes.io/healthcheck-port": "8404",
            "alb.ingress.kubernetes.io/healthcheck-path": "/healthz",
        }),
        longestIdleSeconds: 4000,
        servesSecrets: false,
        warnings: [
            "An Application Load Balancer takes its certificate from ACM, by the Ingress's host or by the annotation alb.ingress.kubernetes.io/certificate-arn.",
        ],
        sources: [
            "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html",
        ],
    },
    "ingress-nginx": {
        title: "Ingress NGINX (retired)",
        annotations: (seconds) => ({
            "nginx.ingress.kubernetes.io/proxy-read-timeout": seconds.toString(),
            "nginx.ingress.kubernetes.io/proxy-send-timeout": seconds.toString(),
        }),
        servesSecrets: true,
        warnings: [
            "Ingress NGINX is retired since March 2026 and gets no security fixes (https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/): move to another controller, or to a Gateway (edge.webSocket.via: gateway).",
        ],
        sources: [
            "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/",
            "https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/",
        ],
    },
    gce: {
        title: "GKE Ingress",
        annotations: none,
        servesSecrets: true,
        refused: {
            rule: "Google's Application Load Balancer cuts every WebSocket, idle or not, when the timeout of its backend service is over, 30 s by default and set by no Ingress annotation (https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb#support_for_websocket)",
            remedy: "leave vernemq:edge.webSocket out, since the edge of target gke serves wss itself, or use another controller",
        },
        warnings: [],
        sources: ["https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb#support_for_websocket"],
    },
    other: {
        title: "Ingress controller",
        annotations: none,
        servesSecrets: true,
        warnings: [
            "This version does not know the ingress controller: make sure that it passes WebSocket upgrades and writes X-Forwarded-For; HAProxy refuses requests without that header.",
        ],
        sources: ["https://kubernetes.io/docs/concepts/services-networking/ingress/"],
    },
};
