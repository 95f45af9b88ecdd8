import * as ec2 from "@pulumi/aws/ec2";
import * as lb from "@pulumi/aws/lb";
import * as vpc from "@pulumi/aws/vpc";
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import type { CloudCertificate } from "../common/server-certificate";
import { targetGroupTag } from "./controller";
import type { AwsNetworkContext } from "./network-context";
import type { ClusterHandle } from "../common/cluster-handle";
import type { EdgeEndpoint } from "../edge/endpoint";
import { drain } from "../edge/haproxy/drain";
import type { EdgePlan } from "../edge/plan";
import type { NlbBackend } from "./backend";
import { cidrName, type NlbListener, nlbListeners, podPorts } from "./listeners";
import { edgeServiceName } from "../kubernetes/service-spec";

export interface NetworkLoadBalancerArgs {
    readonly cluster: ClusterHandle<AwsNetworkContext>;
    readonly plan: EdgePlan;
    readonly backend: NlbBackend;
    /** Certificate of ACM; required where a listener terminates TLS. */
    readonly certificate?: CloudCertificate;
    /**
     * Refuse to delete or replace the load balancer, in Pulumi and in AWS: with it the address of every device's broker would go. To move
     * between public and internal, turn it off first.
     */
    readonly deletionProtection: boolean;
    readonly tags: Readonly<Record<string, string>>;
}

/**
 * A Network Load Balancer that is Pulumi's own, not a side effect of a Service: a preview shows its TLS and affinity settings, and a destroy
 * removes it. The controller in the cluster only keeps the pods' addresses in its target groups.
 *
 * Load balancer and target groups have no names of their choice, so each is `logical name-xxxxxxx` within AWS's 32 characters. A listener
 * cannot be without its target group for a moment, and a target group cannot change its port or protocol: the new one is created beside the
 * old one, listener and binding move, and the old one goes.
 */
export class NetworkLoadBalancer extends Component implements EdgeEndpoint {
    readonly address: pulumi.Output<string>;
    readonly addressKind = "hostname";
    readonly hostedZoneId: pulumi.Output<string>;
    readonly serviceName = edgeServiceName;

    readonly #args: NetworkLoadBalancerArgs;

    constructor(name: string, args: NetworkLoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:edge:NetworkLoadBalancer", name, opts);
        this.#args = args;
        const listeners = nlbListeners(args.plan);
        const group = this.#securityGroup();
        this.#allowClients(group, listeners);
        const paths = this.#allowPods(group, listeners);
        const balancer = this.#loadBalancer(group);
        const service = this.#service(listeners);
        for (const listener of listeners) {
            const targets = this.#targetGroup(listener);
            this.#furtherCertificates(this.#listener(balancer, listener, targets), listener);
            this.#binding(service, listener, targets, paths);
        }
        this.address = balancer.dnsName;
        this.hostedZoneId = balancer.zoneId;
        this.registerOutputs({ address: this.address, hostedZoneId: this.hostedZoneId });
    }

    #securityGroup(): ec2.SecurityGroup {
        return this.child(ec2.SecurityGroup, "security-group", {
            vpcId: this.#args.cluster.network.vpcId,
            description: "Network Load Balancer of VerneMQ",
            tags: this.#args.tags,
        });
    }

    /** Who may connect, per listener and network. A load balancer that is created without a security group never gets one, so it always has. */
    #allowClients(group: ec2.SecurityGroup, listeners: readonly NlbListener[]): void {
        const { plan, tags } = this.#args;
        for (const { name, port } of listeners) {
            for (const cidr of new Set(plan.allowedCidrs)) {
                this.child(vpc.SecurityGroupIngressRule, `${name}-from-${cidrName(cidr)}`, {
                    securityGroupId: group.id,
                    description: `Clients of ${name}`,
                    ...(cidr.includes(":") ? { cidrIpv6: cidr } : { cidrIpv4: cidr }),
                    ...tcp(port),
                    tags,
                });
            }
        }
    }

    /** From the load balancer to the pods, which carry their node's security group. */
    #allowPods(group: ec2.SecurityGroup, listeners: readonly NlbListener[]): pulumi.Resource[] {
        const { backend, cluster, tags } = this.#args;
        const healthPort = backend.healthCheck.protocol === "HTTP" ? backend.healthCheck.port : undefined;
        const pods = cluster.network.nodeSecurityGroupId;
        return podPorts(listeners, backend.ports, healthPort).flatMap((port) => [
            this.child(vpc.SecurityGroupEgressRule, `to-pods-${port}`, {
                securityGroupId: group.id,
                referencedSecurityGroupId: pods,
                description: "To the pods",
                ...tcp(port),
                tags,
            }),
            this.child(vpc.SecurityGroupIngressRule, `into-pods-${port}`, {
                securityGroupId: pods,
                referencedSecurityGroupId: group.id,
                description: "Network Load Balancer of VerneMQ",
                ...tcp(port),
                tags,
            }),
        ]);
    }

    #loadBalancer(group: ec2.SecurityGroup): lb.LoadBalancer {
        const { cluster, deletionProtection, plan, tags } = this.#args;
        const internal = plan.exposure === "internal";
        const options = {
            protect: deletionProtection,
            // The provider replaces a load balancer whose subnets do not only grow, and looks at them only once it knows all of them
            // (terraform-provider-aws, internal/service/elbv2/load_balancer.go, customizeDiffLoadBalancerNLB: IsWhollyKnown). With a new
            // subnet a preview would show an update, and the replacement would begin halfway through `up`. To grow is no case here: EKS
            // takes no further zone on a running cluster.
            replaceOnChanges: cluster.network.createsSubnets ? ["subnets"] : [],
        };
        return this.childWith(options, lb.LoadBalancer, "nlb", {
            loadBalancerType: "network",
            internal,
            subnets: internal ? cluster.network.privateSubnetIds : cluster.network.publicSubnetIds,
            securityGroups: [group.id],
            ipAddressType: "ipv4",
            // Else each zone's address only serves the pods of its zone: a client that resolves another address comes to another pod, and a
            // zone without a pod answers no client.
            enableCrossZoneLoadBalancing: true,
            enableDeletionProtection: deletionProtection,
            tags,
        });
    }

    /** The pods, for the bindings; clients never use its address. */
    #service(listeners: readonly NlbListener[]): core.Service {
        const { backend, cluster } = this.#args;
        return this.childWith({ provider: cluster.provider }, core.Service, "service", {
            metadata: { name: this.serviceName, namespace: backend.namespace },
            spec: {
                type: "ClusterIP",
                selector: backend.podLabels,
                ports: listeners.map(({ name, port }) => ({
                    name,
                    protocol: "TCP",
                    port,
                    targetPort: backend.ports[name],
                })),
            },
        });
    }

    #targetGroup(listener: NlbListener): lb.TargetGroup {
        const { backend, cluster, tags } = this.#args;
        return this.child(lb.TargetGroup, listener.name, {
            vpcId: cluster.network.vpcId,
            targetType: "ip",
            ipAddressType: "ipv4",
            // Plain on the inside in any case: behind a TLS listener because TLS has ended, behind a TCP listener because it goes through.
            protocol: "TCP",
            port: backend.ports[listener.name],
            proxyProtocolV2: listener.proxyProtocolV2,
            // The PROXY header tells the address. Keeping it in the packets as well would break pods that call their own load balancer.
            preserveClientIp: "false",
            stickiness: listener.sticky ? { enabled: true, type: "source_ip" } : undefined,
            deregistrationDelay: drain.deregistrationSeconds,
            // What is left after the delay is closed, so that devices come back through a pod that stays.
            connectionTermination: true,
            healthCheck: healthCheck(backend),
            tags: cluster.clusterName.apply((clusterName) => {
                const tag = targetGroupTag(clusterName);
                return { ...tags, [tag.key]: tag.value };
            }),
        });
    }

    #listener(balancer: lb.LoadBalancer, listener: NlbListener, targets: lb.TargetGroup): lb.Listener {
        const { certificate, tags } = this.#args;
        const { name, port, protocol, sslPolicy, tcpIdleTimeoutSeconds } = listener;
        return this.child(lb.Listener, `${name}-listener`, {
            loadBalancerArn: balancer.arn,
            port,
            protocol,
            sslPolicy,
            certificateArn: sslPolicy && certificate?.reference,
            tcpIdleTimeoutSeconds,
            defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
            tags,
        });
    }

    /** Served to clients that ask for their names (SNI). */
    #furtherCertificates(at: lb.Listener, { name, sslPolicy }: NlbListener): void {
        const further = sslPolicy === undefined ? [] : (this.#args.certificate?.further ?? []);
        for (const { host, reference } of further) {
            this.child(lb.ListenerCertificate, `${name}-certificate-${host}`, {
                listenerArn: at.arn,
                certificateArn: reference,
            });
        }
    }

    /** Has the controller keep the pods of the Service in the target group. */
    #binding(
        service: core.Service,
        listener: NlbListener,
        targets: lb.TargetGroup,
        paths: readonly pulumi.Resource[],
    ): void {
        const { backend, cluster } = this.#args;
        const options = {
            provider: cluster.provider,
            dependsOn: [...paths, ...backend.ready],
            // The controller's webhook refuses to change these (webhooks/elbv2/targetgroupbinding_validator.go).
            replaceOnChanges: ["spec.targetGroupARN", "spec.targetType", "spec.ipAddressType", "spec.vpcID"],
        };
        this.childWith(options, CustomResource, `${listener.name}-binding`, {
            apiVersion: "elbv2.k8s.aws/v1beta1",
            kind: "TargetGroupBinding",
            // No name, so that the binding of a new target group can stand beside that of the old one.
            metadata: { namespace: backend.namespace },
            spec: {
                targetGroupARN: targets.arn,
                targetType: "ip",
                ipAddressType: "ipv4",
                vpcID: cluster.network.vpcId,
                serviceRef: { name: service.metadata.name, port: listener.name },
            },
        });
    }
}

function tcp(port: number) {
    return { ipProtocol: "tcp", fromPort: port, toPort: port };
}

/** Ten seconds apart; two in a row decide. */
function healthCheck({ healthCheck: check }: NlbBackend): lb.TargetGroupArgs["healthCheck"] {
    const common = { interval: 10, healthyThreshold: 2, unhealthyThreshold: 2, timeout: 6 };
    return check.protocol === "HTTP"
        ? { ...common, protocol: "HTTP", port: check.port.toString(), path: check.path, matcher: "200" }
        : { ...common, protocol: "TCP", port: "traffic-port" };
}
