import { DnsManagedZoneIamMember } from "@pulumi/gcp/dns/dnsManagedZoneIamMember";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { physicalName } from "../common/names";
import { controllerAccount } from "../kubernetes/cert-manager/cert-manager";
import type { DnsPermission } from "../kubernetes/cert-manager/dns-permission";
import { accountIdLimit, type GkeCluster } from "./cluster";

export interface CloudDnsPermissionArgs {
    readonly cluster: GkeCluster;
    /** Name of the Cloud DNS managed zone, in the stack's project. */
    readonly zone: string;
    /** What the names of the stack's resources begin with. */
    readonly prefix: string;
}

/**
 * A service account for cert-manager's controller, by Workload Identity, that is DNS administrator of one managed zone of Cloud DNS
 * (https://cert-manager.io/docs/configuration/acme/dns01/google/#gke-workload-identity).
 */
export class CloudDnsPermission extends Component implements DnsPermission {
    readonly dns01: DnsPermission["dns01"];
    readonly access: DnsPermission["access"];

    constructor(name: string, args: CloudDnsPermissionArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:certificate:CloudDnsPermission", name, opts);
        const { project } = args.cluster.network;
        const account = this.child(serviceaccount.Account, "account", {
            accountId: physicalName([args.prefix, "dns"], accountIdLimit),
            displayName: `cert-manager of ${args.prefix}`,
        });
        // The workload pool comes with the first cluster of a project.
        const afterCluster = { dependsOn: [...args.cluster.ready] };
        const federation = this.childWith(afterCluster, serviceaccount.IAMMember, "federation", {
            serviceAccountId: account.name,
            role: "roles/iam.workloadIdentityUser",
            member: `serviceAccount:${project}.svc.id.goog[${controllerAccount.namespace}/${controllerAccount.name}]`,
        });
        const role = this.child(DnsManagedZoneIamMember, "zone-role", {
            managedZone: args.zone,
            project,
            role: "roles/dns.admin",
            member: account.member,
        });
        // With the zone's name cert-manager looks for none, which would take a role on the whole project.
        this.dns01 = () => ({ cloudDNS: { project, hostedZoneName: args.zone } });
        this.access = {
            kind: "identity",
            identity: {
                serviceAccountAnnotations: { "iam.gke.io/gcp-service-account": account.email },
                ready: [federation, role],
            },
        };
        this.registerOutputs({});
    }
}
