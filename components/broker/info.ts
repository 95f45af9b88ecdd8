import type * as pulumi from "@pulumi/pulumi";

/** What the edge has to know of the broker to send connections to it. */
export interface BrokerInfo {
    /** Kubernetes namespace. */
    readonly namespace: pulumi.Output<string>;
    /** StatefulSet of the brokers, of the Helm release or the operator's; its pods are `${release}-0`, `${release}-1` and so on. */
    readonly release: string;
    /** Headless Service through which each pod has a name: `${release}-N.${headlessService}.NAMESPACE.svc`. */
    readonly headlessService: string;
    /** Labels of the broker pods. */
    readonly podLabels: Readonly<Record<string, string>>;
    /** Path on port 8888 that says 503 while a listener of the pod is suspended or down. */
    readonly healthPath: string;
    readonly replicas: number;
    /** Number of brokers that the edge lists, running or not. */
    readonly maxReplicas: number;
    /** The listeners of the edge demand a PROXY header. */
    readonly expectsProxyHeader: boolean;
    /** Secrets of the namespace that images are pulled with. Default: none. */
    readonly imagePullSecrets?: readonly pulumi.Input<string>[];
    /** What has to be there before the edge sends connections. */
    readonly ready: readonly pulumi.Resource[];
}
