import { compact } from "../common/compact";
import {
    because,
    type EdgeEvidence,
    type Endpoint,
    type Fact,
    type FoundHop,
    type HealthCheck,
    isOn,
    lowestTlsOf,
    ofType,
    problem,
    type PodTarget,
    read,
    readNumber,
    referred,
    type Resource,
    valueOf,
    valuesOf,
} from "../edge/evidence/facts";
import { podsBehind, portNamed, serviceEntrances, serviceNamed } from "../edge/evidence/service";
import { webEntrances, webServices } from "../kubernetes/evidence";
import { tlsListenerIdleSeconds } from "./edge";
import { listenerTls } from "./tls";

const types = {
    listener: "aws:lb/listener:Listener",
    loadBalancer: "aws:lb/loadBalancer:LoadBalancer",
    ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    binding: "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding",
} as const;

/** Listeners of an EKS cluster: the listeners of Network Load Balancers, and Services inside the cluster. */
export const awsEvidence: EdgeEvidence = (resources) => {
    const bound = ofType(resources, types.binding).flatMap(
        (binding) => serviceNamed(resources, valueOf(binding.inputs, "spec.serviceRef.name")) ?? [],
    );
    return [
        ...ofType(resources, types.listener).map((listener) => entranceOf(resources, listener)),
        ...serviceEntrances(resources, () => ({ kind: "service-load-balancer" }), [
            ...bound,
            ...webServices(resources),
        ]),
        ...webEntrances(resources),
    ];
};

function entranceOf(resources: readonly Resource[], listener: Resource): Endpoint {
    const balancerArn = read(listener, "loadBalancerArn");
    const groupArn = read(listener, "defaultActions[0].targetGroupArn");
    const balancer = referred(resources, balancerArn.value);
    const group = referred(resources, groupArn.value);
    if (balancer === undefined || group === undefined) {
        const lost = balancer === undefined ? balancerArn : groupArn;
        return { exposure: undefined, hops: [], target: undefined, problems: [problem(lost, "it is not in the plan")] };
    }
    const { target, problems } = targetOf(resources, group);
    const internal = read(balancer, "internal");
    return {
        exposure: because(internal, isOn(internal) ? "internal" : "public"),
        hops: [hopOf(resources, listener, balancer, group)],
        target,
        problems: [
            ...problems,
            ...balancerProblems(balancer),
            ...(target === undefined ? [] : reachProblems(resources, balancer, target)),
        ],
    };
}

function hopOf(resources: readonly Resource[], listener: Resource, balancer: Resource, group: Resource): FoundHop {
    const protocol = read(listener, "protocol");
    const tls = because(protocol, protocol.value === "TLS");
    const header = read(group, "proxyProtocolV2");
    const keeps = isOn(header) || isOn(read(group, "preserveClientIp"));
    const certificate = read(listener, "certificateArn");
    return {
        kind: "aws-nlb",
        port: readNumber(listener, "port"),
        terminatesTls: tls,
        certificate: tls.value ? because(certificate, isThere(resources, certificate)) : undefined,
        lowestTls: lowestTlsOf(listener, listenerTls),
        affinity: affinityOf(tls, group),
        sends: because(header, isOn(header) ? "v2" : "none"),
        expectsHeader: because(protocol, false),
        keepsClientAddress: because(header, keeps),
        idleTimeouts: [
            tls.value ? because(protocol, tlsListenerIdleSeconds) : readNumber(listener, "tcpIdleTimeoutSeconds", 350),
        ],
        allowed: allowedNetworks(resources, balancer, readNumber(listener, "port")),
    };
}

/** An ARN as it is, or an output of a resource of the plan. */
function isThere(resources: readonly Resource[], { value }: Fact): boolean {
    return typeof value === "string" && (value.startsWith("arn:") || referred(resources, value) !== undefined);
}

/**
 * "Sticky sessions are not supported for TLS or QUIC listeners"; `source_ip` is the one type of a Network Load Balancer
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#sticky-sessions).
 */
function affinityOf(tls: Fact<boolean>, group: Resource): FoundHop["affinity"] {
    const enabled = read(group, "stickiness.enabled");
    const sticky = isOn(enabled) && read(group, "stickiness.type").value === "source_ip" && !tls.value;
    return because(isOn(enabled) ? read(group, "stickiness.type") : enabled, sticky ? "source-ip" : "none");
}

/** The networks that the load balancer's security groups let in on a port. */
function allowedNetworks(
    resources: readonly Resource[],
    balancer: Resource,
    port: Fact<number>,
): Fact<readonly string[]> {
    const groups = valuesOf(balancer.inputs, "securityGroups.*");
    const rules = rulesFor(ofType(resources, types.ingress), groups, port.value);
    const networks = rules.flatMap(({ inputs }) => [inputs["cidrIpv4"], inputs["cidrIpv6"]]).filter(isText);
    const [first] = rules;
    return {
        value: networks,
        at: first === undefined ? `${balancer.name}: securityGroups` : `${first.name}: cidrIpv4`,
    };
}

function isText(value: unknown): value is string {
    return typeof value === "string";
}

/** The rules of security groups that open a port. */
function rulesFor(rules: readonly Resource[], groups: readonly unknown[], port: number): readonly Resource[] {
    return rules.filter(
        ({ inputs }) =>
            (groups.includes(inputs["securityGroupId"]) || groups.length === 0) &&
            (inputs["ipProtocol"] === "-1" ||
                (inputs["ipProtocol"] === "tcp" &&
                    Number(inputs["fromPort"]) <= port &&
                    port <= Number(inputs["toPort"]))),
    );
}

function balancerProblems(balancer: Resource): readonly string[] {
    const type = read(balancer, "loadBalancerType");
    const crossZone = read(balancer, "enableCrossZoneLoadBalancing");
    return compact([
        type.value !== "network" && problem(type, "MQTT needs a Network Load Balancer"),
        !isOn(crossZone) &&
            problem(
                crossZone,
                "each zone's address then serves the pods of its own zone only, and a zone without a pod answers no client",
            ),
    ]);
}

/** Whether the load balancer may connect to the pods: out of its own security groups and into the nodes'. */
function reachProblems(
    resources: readonly Resource[],
    balancer: Resource,
    { port, health }: PodTarget,
): readonly string[] {
    const groups = valuesOf(balancer.inputs, "securityGroups.*");
    const ports = compact([port, health?.port.value !== undefined && because(health.port, health.port.value)]);
    return ports.flatMap((wanted) => {
        const out = rulesFor(ofType(resources, types.egress), groups, wanted.value);
        const into = rulesFor(ofType(resources, types.ingress), [], wanted.value).filter(({ inputs }) =>
            groups.includes(inputs["referencedSecurityGroupId"]),
        );
        return compact([
            out.length <= 0 && problem(wanted, `no SecurityGroupEgressRule lets ${balancer.name} connect there`),
            into.length <= 0 &&
                problem(wanted, "no SecurityGroupIngressRule of the nodes lets the load balancer in there"),
        ]);
    });
}

/** The pods that the controller keeps in a target group. */
function targetOf(
    resources: readonly Resource[],
    group: Resource,
): { readonly target: PodTarget | undefined; readonly problems: readonly string[] } {
    const binding = ofType(resources, types.binding).find(
        ({ inputs }) => referred(resources, valueOf(inputs, "spec.targetGroupARN")) === group,
    );
    if (binding === undefined) {
        return { target: undefined, problems: [`no TargetGroupBinding: spec.targetGroupARN names ${group.name}`] };
    }
    const name = read(binding, "spec.serviceRef.name");
    const service = serviceNamed(resources, name.value);
    const reference = read(binding, "spec.serviceRef.port");
    const port = portNamed(service, reference.value);
    if (service === undefined || port === undefined) {
        const lost = service === undefined ? name : reference;
        return { target: undefined, problems: [problem(lost, "no Service has that")] };
    }
    const protocol = read(group, "protocol");
    const targetType = read(group, "targetType");
    return {
        target: { ...podsBehind(service, port), health: healthOf(group) },
        problems: compact([
            protocol.value !== "TCP" && problem(protocol, "the pods speak plain TCP"),
            !(targetType.value === "ip" && valueOf(binding.inputs, "spec.targetType") === "ip") &&
                problem(targetType, "its targets are the addresses of pods"),
        ]),
    };
}

/** The PROXY header comes before health checks too (...#proxy-protocol). */
function healthOf(group: Resource): HealthCheck {
    const port = read(group, "healthCheck.port");
    const path = read(group, "healthCheck.path");
    const named = typeof path.value === "string" ? { path: because(path, path.value) } : {};
    const isTraffic = port.value === undefined || port.value === "traffic-port";
    return {
        port: because(port, isTraffic ? undefined : Number(port.value)),
        ...named,
        behindHeader: isOn(read(group, "proxyProtocolV2")),
    };
}
