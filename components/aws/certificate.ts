import * as acm from "@pulumi/aws/acm";
import * as route53 from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../common/component";
import type { CloudCertificate, PemPair } from "../common/server-certificate";

export interface AcmCertificateArgs {
    /** Host name that the certificate is issued for. */
    readonly host: string;
    /** Further names in it. Default: none. */
    readonly otherHosts?: readonly string[];
    /** Route 53 hosted zone of the host: a record there proves that the name is ours. */
    readonly zoneId: pulumi.Input<string>;
    readonly tags: Readonly<Record<string, string>>;
}

/** A certificate that AWS Certificate Manager issues, and renews by itself as long as its validation record stays. */
export class AcmCertificate extends Component implements CloudCertificate {
    readonly kind = "cloud";
    /** ARN; known once the certificate is issued, so that no listener is created with one that is still pending. */
    readonly reference: pulumi.Output<string>;
    readonly caPem = undefined;

    constructor(name: string, args: AcmCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:certificate:AcmCertificate", name, opts);
        const { host, otherHosts = [] } = args;
        const certificate = this.child(acm.Certificate, "certificate", {
            domainName: host,
            subjectAlternativeNames: otherHosts.length === 0 ? undefined : [...otherHosts],
            validationMethod: "DNS",
            tags: args.tags,
        });
        const records = [host, ...otherHosts].map((domain) => this.#validationRecord(domain, certificate, args));
        const validation = this.child(acm.CertificateValidation, "validation", {
            certificateArn: certificate.arn,
            validationRecordFqdns: records.map(({ fqdn }) => fqdn),
        });
        this.reference = validation.certificateArn;
        this.registerOutputs({ reference: this.reference });
    }

    /** One record for each name, so their number is known in a preview although their contents are not. */
    #validationRecord(
        domain: string,
        certificate: acm.Certificate,
        { host, zoneId }: AcmCertificateArgs,
    ): route53.Record {
        const wanted = certificate.domainValidationOptions.apply((options) => {
            const option = options.find(({ domainName }) => domainName === domain);
            if (option === undefined) {
                throw new Error(`Certificate Manager asks for no validation record of ${domain}`);
            }
            return option;
        });
        return this.child(route53.Record, `validation-record${domain === host ? "" : `-${domain}`}`, {
            zoneId,
            name: wanted.resourceRecordName,
            type: wanted.resourceRecordType,
            records: [wanted.resourceRecordValue],
            ttl: 300,
            // An account has the same record for every certificate of a name: a replaced certificate, or one of another stack, finds it.
            allowOverwrite: true,
        });
    }
}

export interface AcmImportArgs {
    readonly pem: PemPair;
    readonly tags: Readonly<Record<string, string>>;
}

/** Your own certificate, imported. A new one under the same settings is imported in place: its ARN, and so the listener, stays. */
export class AcmImport extends Component implements CloudCertificate {
    readonly kind = "cloud";
    readonly reference: pulumi.Output<string>;
    readonly caPem: pulumi.Output<string> | undefined;

    constructor(name: string, args: AcmImportArgs, opts?: pulumi.ComponentResourceOptions) {
        super("vernemq:certificate:AcmImport", name, opts);
        const chain = args.pem.certificatePem.apply(splitChain);
        const certificate = this.child(acm.Certificate, "certificate", {
            certificateBody: chain.server,
            certificateChain: chain.intermediates,
            privateKey: pulumi.secret(args.pem.privateKeyPem),
            tags: args.tags,
        });
        this.reference = certificate.arn;
        this.caPem = args.pem.caPem;
        this.registerOutputs({ reference: this.reference });
    }
}

const endOfCertificate = "-----END CERTIFICATE-----";

/** A PEM file holds the server's certificate first and its intermediates after it; Certificate Manager takes the two apart. */
export function splitChain(pem: string): { server: string; intermediates: string | undefined } {
    const end = pem.indexOf(endOfCertificate);
    if (end < 0) {
        return { server: pem, intermediates: undefined };
    }
    const server = pem.slice(0, end + endOfCertificate.length);
    const intermediates = pem.slice(server.length).trim();
    return {
        server: `${server.trim()}\n`,
        intermediates: intermediates === "" ? undefined : `${intermediates}\n`,
    };
}
