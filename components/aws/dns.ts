import * as route53 from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";

export interface Route53AliasArgs {
    /** Hosted zone id of the zone that holds the host, for example `Z0123456789ABCDEFGHIJ`. */
    readonly zoneId: pulumi.Input<string>;
    readonly host: pulumi.Input<string>;
    /** DNS name of the load balancer. */
    readonly address: pulumi.Input<string>;
    /** Hosted zone of the load balancer itself. */
    readonly addressZoneId: pulumi.Input<string>;
    /** What has to be there before the name leads anywhere. */
    readonly after: readonly pulumi.Resource[];
}

/** The name of the edge: an alias record, which follows the load balancer's addresses and needs no time to live. */
export class Route53Alias extends Component {
    readonly fqdn: pulumi.Output<string>;

    constructor(name: string, args: Route53AliasArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:dns:Route53Alias", name, opts);
        const record = this.childWith({ dependsOn: [...args.after] }, route53.Record, "record", {
            zoneId: args.zoneId,
            name: args.host,
            type: "A",
            aliases: [{ name: args.address, zoneId: args.addressZoneId, evaluateTargetHealth: true }],
        });
        this.fqdn = record.fqdn;
        this.registerOutputs({ fqdn: this.fqdn });
    }
}

export interface Route53AddressArgs {
    readonly zoneId: pulumi.Input<string>;
    readonly host: pulumi.Input<string>;
    /** IPv4 address of the load balancer. */
    readonly address: pulumi.Input<string>;
    /** Time to live, in seconds. */
    readonly ttlSeconds: number;
}

/** The A record of the host, for a load balancer that is not AWS's. */
export class Route53Address extends Component {
    readonly fqdn: pulumi.Output<string>;

    constructor(name: string, args: Route53AddressArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:dns:Route53Address", name, opts);
        const record = this.child(route53.Record, "record", {
            zoneId: args.zoneId,
            name: args.host,
            type: "A",
            records: [args.address],
            ttl: args.ttlSeconds,
        });
        this.fqdn = record.fqdn;
        this.registerOutputs({ fqdn: this.fqdn });
    }
}
