import type * as pulumi from "@pulumi/pulumi";

/** An identity in a cloud for cert-manager's controller. */
export interface CloudIdentity {
    readonly serviceAccountAnnotations?: Readonly<Record<string, pulumi.Input<string>>>;
    readonly podLabels?: Readonly<Record<string, string>>;
    /** What has to be there before the controller's pods start. */
    readonly ready: readonly pulumi.Resource[];
}

/** The right to write the records of one DNS zone with which an ACME server is shown that its names are yours (DNS-01). */
export interface DnsPermission {
    /** How the issuer reaches the zone: `dns01` of a solver (https://cert-manager.io/docs/configuration/acme/dns01/). */
    readonly dns01: (secretName: string) => Readonly<Record<string, pulumi.Input<unknown>>>;
    /** By identity: cert-manager's pods act for it. By credentials: what the Secret that `dns01` names holds, by key. */
    readonly access:
        | { readonly kind: "identity"; readonly identity: CloudIdentity }
        | { readonly kind: "credentials"; readonly data: Readonly<Record<string, pulumi.Input<string>>> };
}
