import * as compute from "@pulumi/gcp/compute";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { keepsNobodyOut } from "../common/addresses";
import type { CloudCertificate } from "../common/server-certificate";
import type { GoogleNetworkContext } from "./network-context";
import type { ClusterHandle } from "../common/cluster-handle";
import type { EdgeEndpoint } from "../edge/endpoint";
import type { EdgeListener, EdgePlan } from "../edge/plan";
import { allowRules, backendPorts, googleProxies, type ProxyBackend, proxyHop, sslPolicySettings } from "./backend";
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
export class GoogleProxyLoadBalancer extends Component implements EdgeEndpoint {
    readonly address: pulumi.Output<string>;
    readonly addressKind = "ip";
    readonly serviceName = undefined;

    constructor(name: string, args: GoogleProxyLoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:edge:GoogleProxyLoadBalancer", name, opts);
        const { plan, backend, cluster } = args;
        const address = this.child(compute.GlobalAddress, "address", {
            addressType: "EXTERNAL",
            ipVersion: "IPV4",
            labels: args.labels,
        });
        const groups = this.child(EndpointGroups, "groups", {
            cluster,
            backend,
            listeners: plan.listeners,
            namePrefix: args.namePrefix,
        });
        const shared: SharedParts = {
            address,
            groups,
            firewall: this.#firewall(args),
            healthCheck: this.#healthCheck(backend),
            allowList: this.#allowList(args),
            sslPolicy: this.#sslPolicy(plan),
        };
        for (const listener of plan.listeners) {
            this.#listener(args, listener, shared);
        }
        this.address = address.address;
        this.registerOutputs({ address: this.address });
    }

    /** Lets Google's proxies and health checks in to the pods' ports, and nothing else. */
    #firewall({ cluster, plan, backend }: GoogleProxyLoadBalancerArgs): compute.Firewall {
        return this.child(compute.Firewall, "firewall", {
            network: cluster.network.networkId,
            description: "Google's load balancer proxies and health checks to VerneMQ's edge",
            direction: "INGRESS",
            sourceRanges: [...googleProxies.cidrs],
            targetTags: [cluster.network.nodeTag],
            allows: [
                {
                    protocol: "tcp",
                    ports: [...backendPorts(plan.listeners, backend.ports), backend.health.port].map(String),
                },
            ],
        });
    }

    #healthCheck({ health }: ProxyBackend): compute.HealthCheck {
        return this.child(compute.HealthCheck, "health", {
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
        });
    }

    /** Cloud Armor, which guards classic proxy load balancers too (https://cloud.google.com/armor/docs/security-policy-overview). */
    #allowList({ plan, labels }: GoogleProxyLoadBalancerArgs): compute.SecurityPolicy | undefined {
        return keepsNobodyOut(plan.allowedCidrs)
            ? undefined
            : this.child(compute.SecurityPolicy, "allowed", {
                  type: "CLOUD_ARMOR",
                  rules: allowRules(plan.allowedCidrs),
                  labels,
              });
    }

    #sslPolicy(plan: EdgePlan): compute.SSLPolicy | undefined {
        return plan.listeners.some(({ tls }) => tls)
            ? this.child(compute.SSLPolicy, "tls", sslPolicySettings(plan.minimumTlsVersion))
            : undefined;
    }

    #listener(args: GoogleProxyLoadBalancerArgs, listener: EdgeListener, shared: SharedParts): void {
        const backendService = this.#backendService(args, listener, shared);
        const target = listener.tls
            ? this.#sslProxy(args, listener, backendService, shared)
            : this.child(compute.TargetTCPProxy, listener.name, {
                  backendService: backendService.id,
                  proxyHeader: proxyHeader(args.plan),
              });
        this.child(compute.GlobalForwardingRule, `${listener.name}-rule`, {
            target: target.id,
            ipAddress: shared.address.id,
            ipProtocol: "TCP",
            portRange: listener.port.toString(),
            loadBalancingScheme: "EXTERNAL",
            labels: args.labels,
        });
    }

    #sslProxy(
        { plan, certificate }: GoogleProxyLoadBalancerArgs,
        listener: EdgeListener,
        backendService: compute.BackendService,
        { sslPolicy }: SharedParts,
    ): compute.TargetSSLProxy {
        if (certificate === undefined) {
            throw new Error(`listener ${listener.name} terminates TLS at Google and has no certificate`);
        }
        return this.child(compute.TargetSSLProxy, listener.name, {
            backendService: backendService.id,
            certificateMap: certificate.reference,
            proxyHeader: proxyHeader(plan),
            sslPolicy: sslPolicy?.id,
        });
    }

    #backendService(
        { plan, backend }: GoogleProxyLoadBalancerArgs,
        listener: EdgeListener,
        { groups, healthCheck, allowList, firewall }: SharedParts,
    ): compute.BackendService {
        const hop = proxyHop(plan);
        // On a destroy the backends let go of the groups before the Service goes and its controller deletes them.
        const options = { dependsOn: [groups.service, firewall] };
        return this.childWith(options, compute.BackendService, `${listener.name}-backend`, {
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
        });
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
