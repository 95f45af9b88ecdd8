import { compact } from "../common/compact";
import {
    because,
    type EdgeEvidence,
    type Endpoint,
    type Fact,
    type FoundHop,
    isOn,
    lowestTlsOf,
    ofType,
    problem,
    read,
    readNumber,
    type Resource,
    valueOf,
    valuesOf,
} from "../edge/evidence/facts";
import {
    annotation,
    type LoadBalancerReader,
    portNamed,
    portsOf,
    serviceEntrances,
    services,
} from "../edge/evidence/service";
import type { Exposure } from "../edge/plan";
import { webEntrances, webServices } from "../kubernetes/evidence";
import { gatewayTls } from "./tls";

const prefix = "service.beta.kubernetes.io/azure-";
const gatewayType = "azure-native:network:ApplicationGateway";

/** Listeners of an AKS cluster: Services with a Standard Load Balancer, with an Application Gateway before them or not. */
export const azureEvidence: EdgeEvidence = (resources) => {
    const gateways = ofType(resources, gatewayType);
    const loadBalancers = serviceEntrances(resources, loadBalancer, webServices(resources));
    return [
        ...(gateways.length === 0
            ? loadBalancers
            : gateways.flatMap((gateway) => behindGateway(resources, gateway, loadBalancers))),
        ...webEntrances(resources),
    ];
};

/** 4 minutes where nothing is set (https://learn.microsoft.com/azure/load-balancer/load-balancer-tcp-reset). */
const defaultIdleMinutes = 4;

const loadBalancer: LoadBalancerReader = (service) => {
    const affinity = read(service, "spec.sessionAffinity");
    const idle = annotation(service, `${prefix}load-balancer-tcp-idle-timeout`);
    const internal = annotation(service, `${prefix}load-balancer-internal`);
    return {
        kind: "azure-load-balancer",
        affinity: because(affinity, affinity.value === "ClientIP" ? "source-ip" : "none"),
        idleTimeouts: [because(idle, Number(idle.value ?? defaultIdleMinutes) * 60)],
        exposure: because<Exposure>(internal, isOn(internal) ? "internal" : "public"),
    };
};

/** The listeners of a gateway: each listener leads to the internal load balancer whose address its backend pool names. */
function behindGateway(
    resources: readonly Resource[],
    gateway: Resource,
    loadBalancers: readonly Endpoint[],
): readonly Endpoint[] {
    return valuesOf(gateway.inputs, "listeners.*").map((_, index): Endpoint => {
        const listener = `listeners[${index}]`;
        const rule = ruleOf(gateway, listener);
        const frontend = frontendOf(resources, gateway, listener);
        const settings = partAt(gateway, `${rule}.backendSettings`, "backendSettingsCollection");
        const address = addressOf(gateway, rule);
        const port = readNumber(gateway, `${settings}.port`);
        const service = services(resources).find(
            (one) =>
                address.value !== undefined && annotation(one, `${prefix}load-balancer-ipv4`).value === address.value,
        );
        const inside = service === undefined ? undefined : loadBalancers[portIndex(resources, service, port.value)];
        const hop = gatewayHop(resources, gateway, listener, settings);
        return {
            exposure: because<Exposure>(frontend, frontend.value === undefined ? "internal" : "public"),
            hops: [hop, ...(inside?.hops ?? []).map(withoutClientAddress(gateway))],
            target: inside?.target,
            problems: compact([
                rule === "" && `${gateway.name}: routingRules has none for ${listener}`,
                service === undefined && problem(address, "no Service has its load balancer at that address"),
                service !== undefined && inside === undefined && problem(port, "the Service has no such port"),
                ...(inside?.problems ?? []),
                inside?.exposure?.value === "public" && problem(inside.exposure, "only the gateway is to reach it"),
                ...(inside?.hops ?? []).flatMap(
                    othersThan(valuesOf(subnetOf(resources, gateway)?.inputs, "addressPrefix")),
                ),
            ]),
        };
    });
}

/** Where a Service's port stands among the listeners of all Services. */
function portIndex(resources: readonly Resource[], service: Resource, port: number): number {
    const path = portNamed(service, port);
    const before = services(resources)
        .filter((one) => read(one, "spec.type").value === "LoadBalancer")
        .flatMap((one) => portsOf(one).map((candidate) => ({ one, candidate })));
    return before.findIndex(({ one, candidate }) => one === service && candidate === path);
}

/** The path of a part that a reference such as `$self/frontendPorts/mqtts` names; empty where it names none. */
function partAt(gateway: Resource, reference: string, collection: string): string {
    const id = valueOf(gateway.inputs, `${reference}.id`);
    const index = valuesOf(gateway.inputs, `${collection}.*`).findIndex(
        (part) => typeof id === "string" && id.endsWith(`/${collection}/${String(valueOf(part, "name"))}`),
    );
    return index < 0 ? "" : `${collection}[${index}]`;
}

function ruleOf(gateway: Resource, listener: string): string {
    const rules = valuesOf(gateway.inputs, "routingRules.*").map((_, index) => `routingRules[${index}]`);
    return rules.find((rule) => partAt(gateway, `${rule}.listener`, "listeners") === listener) ?? "";
}

function addressOf(gateway: Resource, rule: string): Fact {
    const pool = partAt(gateway, `${rule}.backendAddressPool`, "backendAddressPools");
    return read(gateway, pool === "" ? "backendAddressPools" : `${pool}.backendAddresses[0].ipAddress`);
}

/** The public address that a listener listens on; no value where it has none. */
function frontendOf(resources: readonly Resource[], gateway: Resource, listener: string): Fact<Resource | undefined> {
    const part = partAt(gateway, `${listener}.frontendIPConfiguration`, "frontendIPConfigurations");
    const id = read(gateway, `${part === "" ? "frontendIPConfigurations" : part}.publicIPAddress.id`);
    const address = ofType(resources, "azure-native:network:PublicIPAddress").find(
        ({ inputs }) =>
            typeof id.value === "string" &&
            id.value.endsWith(`/publicIPAddresses/${String(inputs["publicIpAddressName"])}`),
    );
    return because(id, address);
}

function gatewayHop(resources: readonly Resource[], gateway: Resource, listener: string, settings: string): FoundHop {
    const protocol = read(gateway, `${listener}.protocol`);
    const isTls = protocol.value === "Tls";
    const port = partAt(gateway, `${listener}.frontendPort`, "frontendPorts");
    const header = read(gateway, `${settings}.enableL4ClientIpPreservation`);
    const address = frontendOf(resources, gateway, listener);
    return {
        kind: "azure-application-gateway",
        port: readNumber(gateway, port === "" ? `${listener}.frontendPort` : `${port}.port`),
        terminatesTls: because(protocol, isTls),
        certificate: isTls ? certificateOf(gateway, listener) : undefined,
        lowestTls: isTls ? lowestTlsOf(gateway, gatewayTls) : undefined,
        affinity: because(protocol, "none"),
        sends: because(header, isOn(header) ? "v1" : "none"),
        expectsHeader: because(protocol, false),
        keepsClientAddress: because(header, isOn(header)),
        idleTimeouts: [
            address.value === undefined
                ? because(address, Number.NaN)
                : minutes(readNumber(address.value, "idleTimeoutInMinutes", defaultIdleMinutes)),
            readNumber(gateway, `${settings}.timeout`, Number.POSITIVE_INFINITY),
        ],
        allowed: allowedNetworks(resources, gateway),
    };
}

function minutes(fact: Fact<number>): Fact<number> {
    return because(fact, fact.value * 60);
}

function certificateOf(gateway: Resource, listener: string): Fact<boolean> {
    const part = partAt(gateway, `${listener}.sslCertificate`, "sslCertificates");
    const secret = read(gateway, part === "" ? `${listener}.sslCertificate` : `${part}.keyVaultSecretId`);
    return because(secret, part !== "" && typeof secret.value === "string");
}

/** The networks that the security group of the gateway's subnet lets in. */
function allowedNetworks(resources: readonly Resource[], gateway: Resource): Fact<readonly string[]> {
    const subnet = subnetOf(resources, gateway);
    const id = valueOf(subnet?.inputs, "networkSecurityGroup.id");
    const group = ofType(resources, "azure-native:network:NetworkSecurityGroup").find(
        ({ inputs }) =>
            typeof id === "string" &&
            id.endsWith(`/networkSecurityGroups/${String(inputs["networkSecurityGroupName"])}`),
    );
    if (group === undefined) {
        return { value: ["0.0.0.0/0"], at: `${subnet?.name ?? gateway.name}: networkSecurityGroup` };
    }
    const clients = valuesOf(group.inputs, "securityRules.*").filter(
        (rule) =>
            valueOf(rule, "access") === "Allow" &&
            valueOf(rule, "direction") === "Inbound" &&
            !/^(GatewayManager|AzureLoadBalancer)$/.test(String(valueOf(rule, "sourceAddressPrefix"))),
    );
    const networks = clients.flatMap((rule) => [
        ...valuesOf(rule, "sourceAddressPrefix"),
        ...valuesOf(rule, "sourceAddressPrefixes.*"),
    ]);
    return {
        value: networks.map((network) => (network === "*" || network === "Internet" ? "0.0.0.0/0" : String(network))),
        at: `${group.name}: securityRules`,
    };
}

function subnetOf(resources: readonly Resource[], gateway: Resource): Resource | undefined {
    const id = valueOf(gateway.inputs, "gatewayIPConfigurations[0].subnet.id");
    return ofType(resources, "azure-native:network:Subnet").find(
        ({ inputs }) => typeof id === "string" && id.endsWith(`/subnets/${String(inputs["subnetName"])}`),
    );
}

/** Behind a gateway a load balancer sees the gateway's address, so who connects is the gateway's affair. */
function withoutClientAddress(gateway: Resource): (hop: FoundHop) => FoundHop {
    return (hop) => ({
        ...hop,
        allowed: undefined,
        keepsClientAddress: because({ at: `${gateway.name}: backendSettingsCollection` }, false),
    });
}

/** Who beside the gateway reaches a load balancer behind it. */
function othersThan(gateway: readonly unknown[]): (hop: FoundHop) => readonly string[] {
    return ({ allowed }) =>
        allowed === undefined || allowed.value.every((network) => gateway.includes(network))
            ? []
            : [problem(allowed, "it lets in others than the gateway's subnet")];
}
