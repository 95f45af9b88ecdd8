import * as certificatemanager from "@pulumi/gcp/certificatemanager";
import * as dns from "@pulumi/gcp/dns";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../common/names";
import type { CloudCertificate, PemPair } from "../common/server-certificate";
import { Component } from "../common/component";

/** Where the certificate comes from: Google issues it, or it is uploaded. */
export type GoogleCertificateSource =
    | {
          readonly kind: "managed";
          /** Cloud DNS managed zone of the host, in which a record proves that the host is ours. */
          readonly zone: string;
          /** Time to live of that record, in seconds. */
          readonly ttlSeconds: number;
      }
    | { readonly kind: "pem"; readonly pem: PemPair };

export interface GoogleCertificateArgs {
    /** Host name that devices dial. */
    readonly host: string;
    readonly source: GoogleCertificateSource;
    /** Certificates for one further name each, served to clients that ask for it (SNI). Default: none. */
    readonly further?: readonly { readonly host: string; readonly source: GoogleCertificateSource }[];
    /** Labels in Google's own alphabet. */
    readonly labels: Readonly<Record<string, string>>;
}

/**
 * Certificates in Google's Certificate Manager, in a map that a target proxy refers to. A further name has its certificate and its entry:
 * in the first one it would have that replaced, and Google serves the new one before it is issued.
 */
export class GoogleCertificate extends Component implements CloudCertificate {
    readonly kind = "cloud";
    readonly reference: pulumi.Output<string>;
    readonly caPem: pulumi.Output<string> | undefined;

    constructor(name: string, args: GoogleCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:certificate:GoogleCertificate", name, opts);
        const { host, labels, source, further = [] } = args;
        const certificate = this.#certificate(name, { host, labels, source });
        const map = this.child(certificatemanager.CertificateMap, "map", { description: host, labels });
        const entry = this.child(certificatemanager.CertificateMapEntry, "entry", {
            map: map.name,
            certificates: [certificate.id],
            // For every name, and for the many devices that name none (no SNI).
            matcher: "PRIMARY",
            labels,
        });
        for (const one of further) {
            // Google's name of it is made of this one.
            const named = physicalName([name, one.host], { max: 40 });
            new certificatemanager.CertificateMapEntry(
                `${named}-entry`,
                {
                    map: map.name,
                    certificates: [this.#certificate(named, { ...one, labels }).id],
                    hostname: one.host,
                    labels,
                },
                { parent: this },
            );
        }
        // Through the entry, so that a proxy is never given an empty map.
        this.reference = pulumi
            .all([map.id, entry.id])
            .apply(([mapId]) => `//certificatemanager.googleapis.com/${mapId}`);
        this.caPem = source.kind === "pem" ? source.pem.caPem : undefined;
        this.registerOutputs({ reference: this.reference });
    }

    #certificate(
        name: string,
        { host, labels, source }: Pick<GoogleCertificateArgs, "host" | "labels" | "source">,
    ): certificatemanager.Certificate {
        return new certificatemanager.Certificate(
            `${name}-certificate`,
            {
                description: host,
                labels,
                ...(source.kind === "managed"
                    ? {
                          managed: {
                              domains: [host],
                              dnsAuthorizations: [this.#authorization(name, { host, labels }, source)],
                          },
                      }
                    : { selfManaged: uploaded(source.pem) }),
            },
            { parent: this },
        );
    }

    /** Proves by a DNS record that the host is ours. It needs no load balancer, so the certificate can be there first. */
    #authorization(
        name: string,
        { host, labels }: Pick<GoogleCertificateArgs, "host" | "labels">,
        { zone, ttlSeconds }: Extract<GoogleCertificateSource, { kind: "managed" }>,
    ): pulumi.Output<string> {
        const authorization = new certificatemanager.DnsAuthorization(
            `${name}-authorization`,
            { domain: host, type: "FIXED_RECORD", labels },
            { parent: this },
        );
        const challenge = authorization.dnsResourceRecords.apply(([record]) => ({
            name: record?.name ?? "",
            type: record?.type ?? "",
            data: record?.data ?? "",
        }));
        const record = new dns.RecordSet(
            `${name}-challenge`,
            {
                managedZone: zone,
                name: challenge.name,
                type: challenge.type,
                rrdatas: [challenge.data],
                ttl: ttlSeconds,
            },
            { parent: this },
        );
        // Through the record, so that Google is asked only when the proof is there.
        return pulumi.all([authorization.id, record.id]).apply(([id]) => id);
    }
}

function uploaded(pem: PemPair) {
    return { pemCertificate: pem.certificatePem, pemPrivateKey: pulumi.secret(pem.privateKeyPem) };
}
