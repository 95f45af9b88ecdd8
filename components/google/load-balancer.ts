import * as compute from "@pulumi/gcp/compute";
import * as pulumi from "@pulumi/pulumi";
import { keepsNobodyOut } from "../common/addresses";
import type { CloudCertificate } from "../common/server-certificate";
import type { GoogleNetworkContext } from "./network-context";
import type { ClusterHandle } from "../common/cluster-handle";
import type { EdgeEndpoint } from "../edge/endpoint";
import type { EdgeListener, EdgePlan } from "../edge/plan";
import { allowRules, backendPorts, googleProxyCidrs, type ProxyBackend, proxyHop, sslPolicySettings } from "./backend";
import { EndpointGroups } from "./endpoint-groups";

export interface GoogleProxyLoadBalancerArgs {
    readonly cluster: ClusterHandle<GoogleNetworkContext>;
    readonly plan: EdgePlan;
    /** The pods behind it. */
    readonly backend: ProxyBackend;
    /** Required where a listener uses TLS. */
    readonly certificate?: CloudCertificate;
    /** Begins names in Google Cloud that have to be fixed; unique in the project. */
    readonly namePrefix: string;
    /** Labels in Google's own alphabet. */
    readonly labels: Readonly<Record<string, string>>;
}

/**
 * Seconds that open connections may live on when a pod leaves its group: as long as the pod itself does after it was told to stop.
 */
const drainingSeconds = 60;

/**
 * Google's external proxy Network Load Balancer (classic, global): one address, and per listener a forwarding rule, a target proxy and
 * a backend service. It terminates TLS, keeps a client's address on its pod and tells the pod that address by PROXY header.
 *
 * The scheme is EXTERNAL (classic), because only for it does Google document CLIENT_IP with this product
 * (https://cloud.google.com/python/docs/reference/compute/0.6.0/google.cloud.compute_v1.types.BackendService.SessionAffinity).
 */
export class GoogleProxyLoadBalancer extends pulumi.ComponentResource implements EdgeEndpoint {
    readonly address: pulumi.Output<string>;
    readonly addressKind = "ip";
    readonly serviceName = undefined;

    constructor(name: string, args: GoogleProxyLoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:edge:GoogleProxyLoadBalancer", name, {}, opts);
        const { plan, backend, cluster } = args;
        const address = new compute.GlobalAddress(
            `${name}-address`,
            { addressType: "EXTERNAL", ipVersion: "IPV4", labels: args.labels },
            { parent: this },
        );
        const groups = new EndpointGroups(
            `${name}-groups`,
            { cluster, backend, listeners: plan.listeners, namePrefix: args.namePrefix },
            { parent: this },
        );
        const shared: SharedParts = {
            address,
            groups,
            firewall: this.#firewall(name, args),
            healthCheck: this.#healthCheck(name, backend),
            allowList: this.#allowList(name, args),
            sslPolicy: this.#sslPolicy(name, plan),
        };
        for (const listener of plan.listeners) {
            this.#listener(name, args, listener, shared);
        }
        this.address = address.address;
        this.registerOutputs({ address: this.address });
    }

    /** Lets Google's proxies and health checks in to the pods' ports, and nothing else. */
    #firewall(name: string, { cluster, plan, backend }: GoogleProxyLoadBalancerArgs): compute.Firewall {
        return new compute.Firewall(
            `${name}-firewall`,
            {
                network: cluster.network.networkId,
                description: "Google's load balancer proxies and health checks to VerneMQ's edge",
                direction: "INGRESS",
                sourceRanges: [...googleProxyCidrs],
                targetTags: [cluster.network.nodeTag],
                allows: [
                    {
                        protocol: "tcp",
                        ports: [...backendPorts(plan.listeners, backend.ports), backend.health.port].map(String),
                    },
                ],
            },
            { parent: this },
        );
    }

    #healthCheck(name: string, { health }: ProxyBackend): compute.HealthCheck {
        return new compute.HealthCheck(
            `${name}-health`,
            {
                checkIntervalSec: 5,
                timeoutSec: 5,
                healthyThreshold: 2,
                unhealthyThreshold: 2,
                httpHealthCheck: {
                    port: health.port,
                    portSpecification: "USE_FIXED_PORT",
                    requestPath: health.path,
                },
                logConfig: { enable: true },
            },
            { parent: this },
        );
    }

    /** Cloud Armor, which guards classic proxy load balancers too (https://cloud.google.com/armor/docs/security-policy-overview). */
    #allowList(name: string, { plan, labels }: GoogleProxyLoadBalancerArgs): compute.SecurityPolicy | undefined {
        return keepsNobodyOut(plan.allowedCidrs)
            ? undefined
            : new compute.SecurityPolicy(
                  `${name}-allowed`,
                  { type: "CLOUD_ARMOR", rules: allowRules(plan.allowedCidrs), labels },
                  { parent: this },
              );
    }

    #sslPolicy(name: string, plan: EdgePlan): compute.SSLPolicy | undefined {
        return plan.listeners.some(({ tls }) => tls)
            ? new compute.SSLPolicy(`${name}-tls`, sslPolicySettings(plan.minimumTlsVersion), { parent: this })
            : undefined;
    }

    #listener(name: string, args: GoogleProxyLoadBalancerArgs, listener: EdgeListener, shared: SharedParts): void {
        const backendService = this.#backendService(name, args, listener, shared);
        const target = listener.tls
            ? this.#sslProxy(name, args, listener, backendService, shared)
            : new compute.TargetTCPProxy(
                  `${name}-${listener.name}`,
                  { backendService: backendService.id, proxyHeader: proxyHeader(args.plan) },
                  { parent: this },
              );
        new compute.GlobalForwardingRule(
            `${name}-${listener.name}-rule`,
            {
                target: target.id,
                ipAddress: shared.address.id,
                ipProtocol: "TCP",
                portRange: listener.port.toString(),
                loadBalancingScheme: "EXTERNAL",
                labels: args.labels,
            },
            { parent: this },
        );
    }

    #sslProxy(
        name: string,
        { plan, certificate }: GoogleProxyLoadBalancerArgs,
        listener: EdgeListener,
        backendService: compute.BackendService,
        { sslPolicy }: SharedParts,
    ): compute.TargetSSLProxy {
        if (certificate === undefined) {
            throw new Error(`listener ${listener.name} terminates TLS at Google and has no certificate`);
        }
        return new compute.TargetSSLProxy(
            `${name}-${listener.name}`,
            {
                backendService: backendService.id,
                certificateMap: certificate.reference,
                proxyHeader: proxyHeader(plan),
                sslPolicy: sslPolicy?.id,
            },
            { parent: this },
        );
    }

    #backendService(
        name: string,
        { plan, backend }: GoogleProxyLoadBalancerArgs,
        listener: EdgeListener,
        { groups, healthCheck, allowList, firewall }: SharedParts,
    ): compute.BackendService {
        const hop = proxyHop(plan);
        return new compute.BackendService(
            `${name}-${listener.name}-backend`,
            {
                loadBalancingScheme: "EXTERNAL",
                protocol: "TCP",
                sessionAffinity: hop.affinity === "source-ip" ? "CLIENT_IP" : "NONE",
                timeoutSec: hop.idleTimeoutSeconds ?? plan.idleTimeoutSeconds,
                connectionDrainingTimeoutSec: drainingSeconds,
                healthChecks: healthCheck.id,
                backends: groups.of(listener.name).map((group) => ({
                    group,
                    balancingMode: "CONNECTION",
                    // A pod's own limit: Google sends a client elsewhere only when its pod could not take it either.
                    maxConnectionsPerEndpoint: backend.maxConnections,
                })),
                securityPolicy: allowList?.id,
                logConfig: { enable: true, sampleRate: 1 },
            },
            // On a destroy the backends let go of the groups before the Service goes and its controller deletes them.
            { parent: this, dependsOn: [groups.service, firewall] },
        );
    }
}

interface SharedParts {
    readonly address: compute.GlobalAddress;
    readonly groups: EndpointGroups;
    readonly firewall: compute.Firewall;
    readonly healthCheck: compute.HealthCheck;
    readonly allowList: compute.SecurityPolicy | undefined;
    readonly sslPolicy: compute.SSLPolicy | undefined;
}

/** Google's proxies know version 1 only (https://cloud.google.com/load-balancing/docs/proxy-network-load-balancer). */
function proxyHeader(plan: EdgePlan): "PROXY_V1" | "NONE" {
    return proxyHop(plan).sends === "none" ? "NONE" : "PROXY_V1";
}
