import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { awsPolicyArn } from "./cluster-info";

/** Who may take a role. */
export type Trust =
    /** A service of AWS, for example `eks.amazonaws.com`. */
    | { readonly service: string }
    /** The pods of one service account of one cluster, by EKS Pod Identity. */
    | { readonly clusterName: string; readonly namespace: string; readonly serviceAccount: string };

export interface EksRoleArgs {
    readonly region: string;
    readonly trust: Trust;
    /** What the role is for. */
    readonly description: string;
    /** AWS's own policies, by name: `AmazonEKSClusterPolicy`, `service-role/AmazonEBSCSIDriverPolicy`. Default: none. */
    readonly managedPolicies?: readonly string[];
    /** Statements of its own policy. Default: none. */
    readonly statements?: readonly object[] | undefined;
    readonly tags: Readonly<Record<string, string>>;
}

/** A role of IAM with its policies. Its name is left to Pulumi, because an account has each name once. */
export class EksRole extends Component {
    readonly arn: pulumi.Output<string>;
    /** What has to be there before the role is of use. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: EksRoleArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:cluster:EksRole", name, opts);
        const role = this.child(iam.Role, "role", {
            description: args.description,
            assumeRolePolicy: JSON.stringify(trustPolicy(args.trust)),
            tags: args.tags,
        });
        const attachments = (args.managedPolicies ?? []).map((policy) =>
            this.child(iam.RolePolicyAttachment, policy.split("/").at(-1) ?? policy, {
                role: role.name,
                policyArn: awsPolicyArn(args.region, policy),
            }),
        );
        const own =
            args.statements === undefined
                ? []
                : [
                      this.child(iam.RolePolicy, "policy", {
                          role: role.name,
                          policy: JSON.stringify({ Version: "2012-10-17", Statement: args.statements }),
                      }),
                  ];
        this.arn = role.arn;
        this.ready = [role, ...attachments, ...own];
        this.registerOutputs({ arn: this.arn });
    }
}

/**
 * Pod Identity tags each session with cluster, namespace and service account, so that the trust can name the one that may take the role
 * (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html, pod-id-abac.html).
 */
function trustPolicy(trust: Trust): object {
    const statement =
        "service" in trust
            ? { Effect: "Allow", Principal: { Service: trust.service }, Action: "sts:AssumeRole" }
            : {
                  Effect: "Allow",
                  Principal: { Service: "pods.eks.amazonaws.com" },
                  Action: ["sts:AssumeRole", "sts:TagSession"],
                  Condition: {
                      StringEquals: {
                          "aws:RequestTag/eks-cluster-name": trust.clusterName,
                          "aws:RequestTag/kubernetes-namespace": trust.namespace,
                          "aws:RequestTag/kubernetes-service-account": trust.serviceAccount,
                      },
                  },
              };
    return { Version: "2012-10-17", Statement: [statement] };
}
