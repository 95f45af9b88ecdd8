import * as eks from "@pulumi/aws/eks";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
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
export class EksAdministrators extends Component {
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: EksAdministratorsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:cluster:EksAdministrators", name, opts);
        const partition = partitionOf(args.region).id;
        const clusterName = args.cluster.name;
        this.ready = [...new Set(args.principalArns)].map((principalArn) => {
            const own = principalName(principalArn);
            const entryArgs = { clusterName, principalArn, type: "STANDARD", tags: args.tags };
            const entry = this.child(eks.AccessEntry, `${own}-entry`, entryArgs);
            return this.child(eks.AccessPolicyAssociation, `${own}-policy`, {
                clusterName,
                principalArn: entry.principalArn,
                policyArn: `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
                accessScope: { type: "cluster" },
            });
        });
        this.registerOutputs({});
    }
}

/** A name for a role or user: its last part to be read, a hash to keep apart those of other accounts and paths. */
function principalName(arn: string): string {
    const last = arn.slice(arn.lastIndexOf("/") + 1);
    return `${last.replace(/[^A-Za-z0-9-]/g, "-")}-${shortHash(arn)}`;
}
