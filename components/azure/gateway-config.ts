import type * as pulumi from "@pulumi/pulumi";
import { keepsNobodyOut } from "../common/addresses";
import type { EdgeListener, EdgePlan } from "../edge/plan";

/**
 * Instances that the gateway grows to and never shrinks below. Two stand in two zones. An instance gives ten capacity units of 2500
 * lasting connections each, so that ten instances hold 250,000 devices
 * (https://learn.microsoft.com/azure/application-gateway/application-gateway-autoscaling-zone-redundant, .../understanding-pricing).
 */
const instances = { minCapacity: 2, maxCapacity: 10 } as const;

/** Seconds that a backend may stay silent: the API takes no more than a day (ApplicationGatewayBackendSettings.timeout). */
const longestTimeout = 86_400;

/** Names of the gateway's parts, which refer to one another by name. */
const parts = { frontend: "public", pool: "haproxy", certificate: "server" } as const;

/** A reference to a part of the gateway itself, as azure-native writes it before the gateway has an id. */
function self(collection: string, name: string) {
    return { id: `$self/${collection}/${name}` };
}

export interface GatewayConfigInput {
    readonly plan: EdgePlan;
    /** Address of the internal load balancer before HAProxy. */
    readonly backendAddress: string;
    readonly certificateSecretId: pulumi.Input<string>;
    readonly publicIpId: pulumi.Input<string>;
    readonly subnetId: pulumi.Input<string>;
}

/**
 * What an Application Gateway says to be a TLS proxy for MQTT: listeners, backend settings and routing rules of layer 4
 * (https://learn.microsoft.com/azure/application-gateway/tcp-tls-proxy-overview). No web application firewall: it does not look into
 * TLS and TCP listeners.
 */
export function gatewayConfig(input: GatewayConfigInput) {
    const { listeners } = input.plan;
    return {
        sku: { name: "Standard_v2", tier: "Standard_v2" },
        autoscaleConfiguration: instances,
        // At least 1.2, 1.3 preferred, and of the suites of 1.2 only those with forward secrecy and authenticated encryption
        // (https://learn.microsoft.com/azure/application-gateway/application-gateway-ssl-policy-overview).
        sslPolicy: { policyType: "Predefined", policyName: "AppGwSslPolicy20220101S" },
        gatewayIPConfigurations: [{ name: "gateway", subnet: { id: input.subnetId } }],
        frontendIPConfigurations: [{ name: parts.frontend, publicIPAddress: { id: input.publicIpId } }],
        frontendPorts: listeners.map(({ name, port }) => ({ name, port })),
        sslCertificates: [{ name: parts.certificate, keyVaultSecretId: input.certificateSecretId }],
        backendAddressPools: [{ name: parts.pool, backendAddresses: [{ ipAddress: input.backendAddress }] }],
        probes: listeners.map(probe),
        backendSettingsCollection: listeners.map((listener) => backendSettings(listener, input.plan)),
        listeners: listeners.map(listenerOf),
        routingRules: listeners.map(routingRule),
    };
}

/** A connection that HAProxy accepts is proof enough: it stops listening where it cannot serve. */
function probe({ name }: EdgeListener) {
    return { name, protocol: "Tcp", interval: 10, timeout: 5, unhealthyThreshold: 2 };
}

function backendSettings({ name, port }: EdgeListener, plan: EdgePlan) {
    return {
        name,
        protocol: "Tcp",
        port,
        timeout: Math.min(plan.idleTimeoutSeconds, longestTimeout),
        probe: self("probes", name),
    };
}

function listenerOf({ name, tls }: EdgeListener) {
    return {
        name,
        protocol: tls ? "Tls" : "Tcp",
        frontendIPConfiguration: self("frontendIPConfigurations", parts.frontend),
        frontendPort: self("frontendPorts", name),
        ...(tls ? { sslCertificate: self("sslCertificates", parts.certificate) } : {}),
    };
}

function routingRule({ name }: EdgeListener, index: number) {
    return {
        name,
        ruleType: "Basic",
        priority: (index + 1) * 10,
        listener: self("listeners", name),
        backendAddressPool: self("backendAddressPools", parts.pool),
        backendSettings: self("backendSettingsCollection", name),
    };
}

/**
 * What the gateway's subnet lets in. Azure's own gateway manager and load balancer have to reach each instance
 * (https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure#network-security-groups); of the rest, clients
 * reach the listeners. The default rules of a security group refuse everything else that comes from outside.
 */
export function gatewaySecurityRules(plan: EdgePlan) {
    const inbound = {
        direction: "Inbound",
        access: "Allow",
        sourcePortRange: "*",
        destinationAddressPrefix: "*",
    } as const;
    return [
        {
            ...inbound,
            name: "clients",
            priority: 100,
            protocol: "Tcp",
            ...(keepsNobodyOut(plan.allowedCidrs)
                ? { sourceAddressPrefix: "*" }
                : { sourceAddressPrefixes: [...plan.allowedCidrs] }),
            destinationPortRanges: plan.listeners.map(({ port }) => port.toString()),
        },
        {
            ...inbound,
            name: "gateway-manager",
            priority: 200,
            protocol: "Tcp",
            sourceAddressPrefix: "GatewayManager",
            destinationPortRange: "65200-65535",
        },
        {
            ...inbound,
            name: "azure-load-balancer",
            priority: 300,
            protocol: "*",
            sourceAddressPrefix: "AzureLoadBalancer",
            destinationPortRange: "*",
        },
    ];
}
