import * as dns from "@pulumi/gcp/dns";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";

export interface CloudDnsRecordArgs {
    /** Name of the Cloud DNS managed zone, in the stack's project. */
    readonly zone: string;
    /** Host name that devices dial. */
    readonly host: string;
    /** IPv4 address of the load balancer. */
    readonly address: pulumi.Input<string>;
    readonly ttlSeconds: number;
}

/** The address record of the host in Cloud DNS. */
export class CloudDnsRecord extends Component {
    readonly record: dns.RecordSet;

    constructor(name: string, args: CloudDnsRecordArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:dns:CloudDnsRecord", name, opts);
        this.record = this.child(dns.RecordSet, "a", {
            managedZone: args.zone,
            // Cloud DNS takes fully qualified names only: with the dot at the end.
            name: `${args.host}.`,
            type: "A",
            rrdatas: [args.address],
            ttl: args.ttlSeconds,
        });
        this.registerOutputs({ record: this.record.name });
    }
}
