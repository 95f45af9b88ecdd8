import * as eks from "@pulumi/aws/eks";
import * as helm from "@pulumi/kubernetes/helm/v3";
import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { chartOf } from "../common/charts";
import { mirrored } from "../common/image-names";
import { createPullSecrets, type ImageSources, pullSecretReferences } from "../common/images";
import { partitionOf } from "./cluster-info";
import { controllerVersion } from "./defaults";
import { EksRole } from "./iam-role";

export interface EksLoadBalancerControllerArgs {
    readonly region: string;
    readonly cluster: eks.Cluster;
    /** The cluster's name as a plain value, for the role's trust and rights. */
    readonly clusterName: string;
    readonly vpcId: pulumi.Input<string>;
    readonly provider: Provider;
    /** Nodes and add-ons that its pods need. */
    readonly nodes: readonly pulumi.Resource[];
    readonly tags: Readonly<Record<string, string>>;
    /** Where its image is pulled from, and with what. Default: where its publisher pushes it. */
    readonly images?: ImageSources;
    /** Where its chart is from. Default: its publisher's repository. */
    readonly chartSource?: string;
}

/** The chart and the repository of its publisher. The chart of a version carries the controller of the same version. */
const chart = {
    name: "aws-load-balancer-controller",
    version: controllerVersion,
    source: "https://aws.github.io/eks-charts",
};

/** The controller's image in that chart (stable/aws-load-balancer-controller/values.yaml). */
const image = "public.ecr.aws/eks/aws-load-balancer-controller";

const namespace = "kube-system";
const serviceAccount = "aws-load-balancer-controller";

/** The tag by which the controller may tell target groups of this cluster from others. */
export function targetGroupTag(clusterName: string): { readonly key: string; readonly value: string } {
    return { key: `kubernetes.io/cluster/${clusterName}`, value: "shared" };
}

/**
 * The AWS Load Balancer Controller, for one job only: to keep the pods' addresses in the target groups that TargetGroupBindings name. The
 * load balancers themselves are Pulumi's.
 */
export class EksLoadBalancerController extends Component {
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: EksLoadBalancerControllerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:cluster:EksLoadBalancerController", name, opts);
        const { region, clusterName, tags } = args;
        const role = this.child(EksRole, "iam", {
            region,
            trust: { clusterName, namespace, serviceAccount },
            description: `AWS Load Balancer Controller of EKS cluster ${clusterName}`,
            statements: controllerStatements(region, clusterName),
            tags,
        });
        const identity = new eks.PodIdentityAssociation(
            `${name}-identity`,
            { clusterName: args.cluster.name, namespace, serviceAccount, roleArn: role.arn, tags },
            { parent: this, dependsOn: [...role.ready] },
        );
        const pullSecrets = createPullSecrets(name, args.images, namespace, { parent: this, provider: args.provider });
        // Pods get their identity when they start, so it has to be there before them.
        const options = { provider: args.provider, dependsOn: [identity, ...args.nodes] };
        const release = this.childWith(options, helm.Release, "release", {
            name: chart.name,
            namespace,
            ...chartOf(chart, args.chartSource),
            atomic: true,
            values: controllerValues(args, pullSecrets),
        });
        this.ready = [release];
        this.registerOutputs({});
    }
}

function controllerValues(
    args: EksLoadBalancerControllerArgs,
    pullSecrets: readonly pulumi.Input<string>[],
): Record<string, pulumi.Input<unknown>> {
    const repository = mirrored(image, args.images?.mirror);
    const imagePullSecrets = pullSecretReferences(pullSecrets);
    return {
        ...(repository === image ? {} : { image: { repository } }),
        imagePullSecrets,
        clusterName: args.clusterName,
        // Both would be asked of the instance metadata, which pods cannot reach.
        region: args.region,
        vpcId: args.vpcId,
        serviceAccount: { create: true, name: serviceAccount },
        replicaCount: 2,
        podDisruptionBudget: { maxUnavailable: 1 },
        // Else each upgrade makes a new webhook certificate, and calls fail until every pod has it.
        keepTLSSecret: true,
        // Services of type LoadBalancer and Ingresses are not its business here, and it has no rights to serve them.
        enableServiceMutatorWebhook: false,
        createIngressClassResource: false,
        ingressClassParams: { create: false },
        enableBackendSecurityGroup: false,
        enableShield: false,
        enableWaf: false,
        enableWafv2: false,
    };
}

/**
 * The rights for TargetGroupBindings alone, security group rules being Pulumi's: the controller's documentation lists them
 * (https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/docs/deploy/installation.md#special-iam-cases). Less than
 * there: changing target groups is left out, because only Ingresses and Services need it, and targets are registered only with target groups
 * that carry this cluster's tag.
 */
function controllerStatements(region: string, clusterName: string): object[] {
    const tag = targetGroupTag(clusterName);
    return [
        {
            Sid: "Look",
            Effect: "Allow",
            Action: [
                "ec2:DescribeInstances",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeVpcs",
                "elasticloadbalancing:DescribeTargetGroups",
                "elasticloadbalancing:DescribeTargetHealth",
            ],
            Resource: "*",
        },
        {
            Sid: "RegisterPods",
            Effect: "Allow",
            Action: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
            Resource: `arn:${partitionOf(region).id}:elasticloadbalancing:${region}:*:targetgroup/*`,
            Condition: { StringEquals: { [`aws:ResourceTag/${tag.key}`]: tag.value } },
        },
    ];
}
