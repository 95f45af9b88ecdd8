import { DnsRecord } from "@pulumi/digitalocean/dnsRecord";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";

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

/** A host relative to its domain, `@` for the domain itself: what DigitalOcean calls a record's name. */
function relativeName(host: string, domain: string): string {
    return host === domain ? "@" : host.slice(0, -`.${domain}`.length);
}
