import { at, listAt, type Properties, type ResourceModel, type World } from "../provider";
import {
    between,
    isWithin,
    matches,
    nameWithin,
    ofType,
    oneOf,
    property,
    rule,
    siblings,
    symbols,
    textAt,
    unknownSymbol,
} from "../rules";
import { tagRule, zonesOf } from "./model";

const api = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference";
const guide = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network";
const createListener = `${api}/API_CreateListener.html`;
const createTargetGroup = `${api}/API_CreateTargetGroup.html`;
const stickySessions = `${guide}/edit-target-group-attributes.html#sticky-sessions`;
const targetGroupAttributes = `${api}/API_TargetGroupAttribute.html`;
const idleTimeout = `${guide}/update-idle-timeout.html`;
const tlsListeners = `${guide}/create-tls-listener.html`;

/** Names of load balancers and target groups. */
const name = nameWithin("name", 32, /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/, createTargetGroup);

const transportProtocols = ["TCP", "UDP", "TCP_UDP"];

/** The target group that a listener forwards to. */
function targetsOf(inputs: Properties, world: World): Properties | undefined {
    return world.resolve(at(inputs, "defaultActions.0.targetGroupArn"))?.inputs;
}

const targetProperty = "defaultActions[0].targetGroupArn";

/** Protocols of the target groups that a listener can forward to. */
const targetProtocols: Readonly<Record<string, readonly string[]>> = {
    TCP: ["TCP", "TCP_UDP"],
    TLS: ["TCP", "TLS"],
};

const certificateIsIssued = rule(
    "certificateArn",
    "a certificate that is still to be validated cannot be used: take the ARN of its CertificateValidation",
    tlsListeners,
    ({ inputs }, world) => {
        const certificate = world.resolve(inputs["certificateArn"]);
        return (
            certificate?.type !== "aws:acm/certificate:Certificate" ||
            certificate.inputs["validationMethod"] === undefined
        );
    },
);

/**
 * A Network Load Balancer takes further subnets and keeps each that it has, and goes on with security groups or without them
 * (terraform-provider-aws 5.100, internal/service/elbv2/load_balancer.go, customizeDiffLoadBalancerNLB). A subnet that is replaced has
 * another id, so its place counts as well. While the engine does not know an id yet, the provider shows an update.
 */
function networkChanges(after: Properties, before: Properties): readonly string[] {
    const [old, fresh] = [listAt(before, "subnets"), listAt(after, "subnets")];
    const [groups, others] = [listAt(before, "securityGroups"), listAt(after, "securityGroups")];
    const isKnown = ![after["subnets"], ...fresh].includes(unknownSymbol);
    const onlyGrows = old.every((subnet) => fresh.includes(subnet));
    return [
        ...(isKnown && onlyGrows
            ? fresh.flatMap((subnet, index) => (old[index] === subnet ? [`subnets[${index.toString()}]`] : []))
            : []),
        ...(isKnown && !onlyGrows ? ["subnets"] : []),
        ...((groups.length === 0) === (others.length === 0) ? [] : ["securityGroups"]),
    ];
}

/** Network Load Balancers. */
export const lbModels: Readonly<Record<string, ResourceModel>> = {
    "aws:lb/loadBalancer:LoadBalancer": {
        rules: [
            name,
            oneOf("loadBalancerType", ["network", "application", "gateway"], `${api}/API_CreateLoadBalancer.html`),
            rule(
                "subnets",
                "a load balancer has subnets, one per availability zone",
                `${api}/API_CreateLoadBalancer.html`,
                ({ inputs }, world) => {
                    const ids = listAt(inputs, "subnets");
                    const zones = zonesOf(ids, world);
                    const given = ids.length > 0 || listAt(inputs, "subnetMappings").length > 0;
                    return given && new Set(zones).size === zones.length;
                },
            ),
            tagRule,
        ],
        replaceOnWhen: networkChanges,
        outputs: symbols("arn", "arnSuffix", "dnsName", "vpcId", "zoneId"),
    },
    "aws:lb/targetGroup:TargetGroup": {
        rules: [
            name,
            oneOf(
                "protocol",
                ["TCP", "TLS", "UDP", "TCP_UDP", "HTTP", "HTTPS", "GENEVE", "QUIC", "TCP_QUIC"],
                createTargetGroup,
            ),
            oneOf("targetType", ["instance", "ip", "alb", "lambda"], createTargetGroup),
            between("port", 1, 65_535, createTargetGroup),
            between("healthCheck.interval", 5, 300, createTargetGroup),
            between("healthCheck.timeout", 2, 120, createTargetGroup),
            between("healthCheck.healthyThreshold", 2, 10, createTargetGroup),
            between("healthCheck.unhealthyThreshold", 2, 10, createTargetGroup),
            {
                text: "a TCP health check has no path and no matcher; its timeout is shorter than its interval",
                source: `${guide}/target-group-health-checks.html`,
                brokenBy: ({ inputs }) => {
                    const isTcp = at(inputs, "healthCheck.protocol") === "TCP";
                    const alien = ["path", "matcher"].find((name) => at(inputs, `healthCheck.${name}`) !== undefined);
                    if (isTcp && alien !== undefined) {
                        return `healthCheck.${alien}`;
                    }
                    const [timeout, interval] = [
                        at(inputs, "healthCheck.timeout") ?? 0,
                        at(inputs, "healthCheck.interval") ?? 30,
                    ];
                    return Number(timeout) >= Number(interval) ? "healthCheck.timeout" : undefined;
                },
            },
            {
                text: "a TLS target group cannot be sticky; TCP and UDP ones by source_ip",
                source: stickySessions,
                brokenBy: ({ inputs }) => {
                    if (at(inputs, "stickiness.enabled") !== true) {
                        return undefined;
                    }
                    const protocol = textAt(inputs, "protocol") ?? "";
                    if (protocol === "TLS") {
                        return "stickiness.enabled";
                    }
                    return transportProtocols.includes(protocol) && at(inputs, "stickiness.type") !== "source_ip"
                        ? "stickiness.type"
                        : undefined;
                },
            },
            property(
                "deregistrationDelay",
                "the deregistration delay is between 0 and 3600 seconds",
                targetGroupAttributes,
                (delay) => isWithin(Number(delay), 0, 3600),
            ),
            tagRule,
        ],
        changeRules: [
            // Path and matcher of an HTTP health check are computed, so the provider keeps them where the program leaves them out, and
            // then refuses them with TCP (seen with 5.100: a plan of the change ends with "Attribute health_check[0].matcher cannot be
            // specified").
            {
                text: "the AWS provider refuses a TCP health check for a target group that had one of HTTP: keep HAProxy (edge.haproxy.tier: always), or create the load balancer anew",
                source: "https://github.com/hashicorp/terraform-provider-aws/issues/46011",
                alsoOfReplaced: true,
                brokenBy: (before, after) => {
                    const path = "healthCheck.protocol";
                    const wasHttp = ["HTTP", "HTTPS"].includes(textAt(before, path) ?? "");
                    return wasHttp && textAt(after, path) === "TCP" ? path : undefined;
                },
            },
        ],
        outputs: symbols("arn", "arnSuffix"),
    },
    "aws:lb/listener:Listener": {
        rules: [
            oneOf("protocol", ["TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"], createListener),
            between("port", 1, 65_535, createListener),
            rule(
                "port",
                "the listeners of a load balancer have different ports",
                createListener,
                (listener, world) => siblings(listener, world, ["loadBalancerArn", "port"]).length === 0,
            ),
            {
                text: "a TLS listener needs a certificate and a security policy; a TCP listener has neither",
                source: tlsListeners,
                brokenBy: ({ inputs }) => {
                    const isTls = inputs["protocol"] === "TLS";
                    return ["certificateArn", "sslPolicy"].find((name) => (inputs[name] !== undefined) !== isTls);
                },
            },
            matches(
                "sslPolicy",
                /^ELBSecurityPolicy-[A-Za-z0-9-]+$/,
                "a predefined security policy, whose name starts with ELBSecurityPolicy-",
                `${guide}/describe-ssl-policies.html`,
            ),
            certificateIsIssued,
            rule(
                targetProperty,
                "Sticky sessions are not supported for TLS or QUIC listeners",
                stickySessions,
                ({ inputs }, world) =>
                    inputs["protocol"] !== "TLS" || at(targetsOf(inputs, world), "stickiness.enabled") !== true,
            ),
            rule(
                targetProperty,
                "a TCP listener forwards to TCP or TCP_UDP target groups, a TLS listener to TCP or TLS ones",
                `${guide}/load-balancer-target-groups.html`,
                ({ inputs }, world) => {
                    const targets = textAt(targetsOf(inputs, world), "protocol");
                    const allowed = targetProtocols[String(inputs["protocol"])];
                    return targets === undefined || allowed === undefined || allowed.includes(targets);
                },
            ),
            property(
                "tcpIdleTimeoutSeconds",
                "a TCP listener's idle timeout is between 60 and 6000 seconds; a TLS listener's is 350 and cannot be set",
                idleTimeout,
                (seconds, { inputs }) => inputs["protocol"] === "TCP" && isWithin(seconds, 60, 6000),
            ),
            tagRule,
        ],
        outputs: symbols("arn"),
    },
    "aws:lb/listenerCertificate:ListenerCertificate": {
        rules: [
            rule(
                "listenerArn",
                "only a listener that terminates TLS has certificates",
                `${api}/API_AddListenerCertificates.html`,
                ({ inputs }, world) => {
                    const listener = world.resolve(inputs["listenerArn"]);
                    return listener === undefined || listener.inputs["protocol"] === "TLS";
                },
            ),
            certificateIsIssued,
            // The quota counts certificates, and not how many listeners serve each.
            rule(
                "certificateArn",
                "a Network Load Balancer has at most 25 certificates beside the default ones",
                `${guide}/load-balancer-limits.html`,
                (_, world) => {
                    const all = ofType(world, "aws:lb/listenerCertificate:ListenerCertificate");
                    return new Set(all.map(({ inputs }) => inputs["certificateArn"])).size <= 25;
                },
            ),
        ],
    },
};
