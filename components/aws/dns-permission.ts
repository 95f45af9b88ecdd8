import * as eks from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { controllerAccount } from "../kubernetes/cert-manager/cert-manager";
import type { DnsPermission } from "../kubernetes/cert-manager/dns-permission";
import type { EksCluster } from "./cluster";
import { partitionOf } from "./cluster-info";
import { EksRole } from "./iam-role";

export interface Route53PermissionArgs {
    readonly cluster: EksCluster;
    /** Hosted zone id of the zone, for example `Z0123456789ABCDEFGHIJ`. */
    readonly zoneId: string;
    /** Names whose challenges are written. */
    readonly hosts: readonly string[];
    readonly tags: Readonly<Record<string, string>>;
}

/** A role for cert-manager's controller, by EKS Pod Identity, that writes the challenges of these names in one hosted zone of Route 53. */
export class Route53Permission extends Component implements DnsPermission {
    readonly dns01: DnsPermission["dns01"];
    readonly access: DnsPermission["access"];

    constructor(name: string, args: Route53PermissionArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:certificate:Route53Permission", name, opts);
        const { cluster, tags, zoneId } = args;
        const { region } = cluster.network;
        const { namespace, name: serviceAccount } = controllerAccount;
        const role = this.child(EksRole, "iam", {
            region,
            trust: { clusterName: cluster.physicalName, namespace, serviceAccount },
            description: `cert-manager of EKS cluster ${cluster.physicalName}`,
            statements: challengeStatements(partitionOf(region).id, args),
            tags,
        });
        const association = new eks.PodIdentityAssociation(
            `${name}-identity`,
            { clusterName: cluster.clusterName, namespace, serviceAccount, roleArn: role.arn, tags },
            { parent: this, dependsOn: [...role.ready] },
        );
        // With the zone's id cert-manager looks for none, which would take the right to list them all.
        this.dns01 = () => ({ route53: { hostedZoneID: zoneId, region } });
        this.access = { kind: "identity", identity: { ready: [association] } };
        this.registerOutputs({});
    }
}

/**
 * What cert-manager's documentation asks for (https://cert-manager.io/docs/configuration/acme/dns01/route53/#set-up-an-iam-policy), for one
 * zone, TXT records and the challenges of these names alone
 * (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html).
 */
function challengeStatements(partition: string, { zoneId, hosts }: Route53PermissionArgs): object[] {
    const zone = `arn:${partition}:route53:::hostedzone/${zoneId}`;
    return [
        {
            Sid: "WaitForChange",
            Effect: "Allow",
            Action: "route53:GetChange",
            Resource: `arn:${partition}:route53:::change/*`,
        },
        { Sid: "Look", Effect: "Allow", Action: "route53:ListResourceRecordSets", Resource: zone },
        {
            Sid: "WriteChallenges",
            Effect: "Allow",
            Action: "route53:ChangeResourceRecordSets",
            Resource: zone,
            Condition: {
                "ForAllValues:StringEquals": {
                    "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
                    "route53:ChangeResourceRecordSetsNormalizedRecordNames": hosts.map(
                        (host) => `_acme-challenge.${host}`,
                    ),
                },
            },
        },
    ];
}
