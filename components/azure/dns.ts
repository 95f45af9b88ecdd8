import { RecordSet } from "@pulumi/azure-native/dns";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { relativeName } from "../common/names";

export interface AzureDnsRecordArgs {
    /** Name that devices dial, inside the zone. */
    readonly host: string;
    /** Name of the zone, for example `example.com`. */
    readonly zone: string;
    /** Resource group of the zone. */
    readonly resourceGroupName: string;
    /** IPv4 address of the load balancer. */
    readonly address: pulumi.Input<string>;
    /** Time to live, in seconds. */
    readonly ttlSeconds: number;
}

/** The A record of the host in a zone of Azure DNS that is there already. */
export class AzureDnsRecord extends Component {
    readonly fqdn: pulumi.Output<string>;

    constructor(name: string, args: AzureDnsRecordArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:dns:AzureDnsRecord", name, opts);
        const record = this.child(RecordSet, "a", {
            resourceGroupName: args.resourceGroupName,
            zoneName: args.zone,
            relativeRecordSetName: relativeName(args.host, args.zone),
            recordType: "A",
            ttl: args.ttlSeconds,
            aRecords: [{ ipv4Address: args.address }],
        });
        this.fqdn = record.fqdn;
        this.registerOutputs({ fqdn: this.fqdn });
    }
}
