import * as eks from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";
import { shortHash } from "../common/names";
import { partitionOf } from "./cluster-info";

export interface EksAdministratorsArgs {
    readonly region: string;
    readonly cluster: eks.Cluster;
    /** IAM roles and users. Not the cluster's creator: EKS enters it by itself, and refuses it a second time. */
    readonly principalArns: readonly string[];
    readonly tags: Readonly<Record<string, string>>;
}

/** Access entries for those who administer the cluster. Pulumi's own access comes from being its creator, or one of them. */
export class EksAdministrators extends pulumi.ComponentResource {
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: EksAdministratorsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:cluster:EksAdministrators", name, {}, opts);
        const partition = partitionOf(args.region).id;
        this.ready = [...new Set(args.principalArns)].map((principalArn) => {
            const own = `${name}-${principalName(principalArn)}`;
            const entry = new eks.AccessEntry(
                `${own}-entry`,
                { clusterName: args.cluster.name, principalArn, type: "STANDARD", tags: args.tags },
                { parent: this },
            );
            return new eks.AccessPolicyAssociation(
                `${own}-policy`,
                {
                    clusterName: args.cluster.name,
                    principalArn: entry.principalArn,
                    policyArn: `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
                    accessScope: { type: "cluster" },
                },
                { parent: this },
            );
        });
        this.registerOutputs({});
    }
}

/** A name for a role or user: its last part to be read, a hash to keep apart those of other accounts and paths. */
function principalName(arn: string): string {
    const last = arn.slice(arn.lastIndexOf("/") + 1);
    return `${last.replace(/[^A-Za-z0-9-]/g, "-")}-${shortHash(arn)}`;
}
