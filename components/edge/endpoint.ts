import type * as pulumi from "@pulumi/pulumi";

/** Where the load balancer can be reached, for the DNS record of the host. */
export interface EdgeEndpoint {
    /** IP address or DNS name; undefined where only the cluster knows (node ports, ClusterIP). */
    readonly address: pulumi.Output<string> | undefined;
    readonly addressKind: "ip" | "hostname";
    /** Route 53 alias target: the hosted zone of the load balancer itself (AWS only). */
    readonly hostedZoneId?: pulumi.Output<string>;
    /** Names of the Services that stand for the edge inside the cluster, for port-forwards. */
    readonly serviceName: string | undefined;
}
