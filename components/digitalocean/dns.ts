import { DnsRecord } from "@pulumi/digitalocean/dnsRecord";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import { relativeName } from "../common/names";

export interface DigitalOceanDnsArgs {
    /** The domain, as DigitalOcean keeps it. */
    readonly domain: string;
    /** The name that devices dial: the domain or a name in it. */
    readonly host: string;
    /** IPv4 address of the load balancer. */
    readonly address: pulumi.Input<string>;
    readonly ttlSeconds: number;
}

/** The record of the host in a domain that DigitalOcean keeps. */
export class DigitalOceanDns extends Component {
    readonly fqdn: pulumi.Output<string>;

    constructor(name: string, args: DigitalOceanDnsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:dns:DigitalOceanDns", name, opts);
        const record = this.child(DnsRecord, "record", {
            domain: args.domain,
            type: "A",
            name: relativeName(args.host, args.domain),
            value: args.address,
            ttl: args.ttlSeconds,
        });
        this.fqdn = record.fqdn;
        this.registerOutputs({ fqdn: this.fqdn });
    }
}
