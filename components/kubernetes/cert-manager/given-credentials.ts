import type * as pulumi from "@pulumi/pulumi";
import type { DnsPermission } from "./dns-permission";

/** A DNS zone with credentials that the user gives, by the service that keeps it. Secrets are secret outputs. */
export type GivenZone =
    | {
          readonly service: "route53";
          /** Hosted zone id. */
          readonly zone: string;
          readonly region: string;
          readonly accessKeyId: string;
          readonly secretAccessKey: pulumi.Input<string>;
      }
    | {
          readonly service: "cloudDns";
          /** Name of the managed zone. */
          readonly zone: string;
          readonly project: string;
          /** JSON key of a service account. */
          readonly serviceAccountKey: pulumi.Input<string>;
      }
    | {
          readonly service: "azureDns";
          readonly zone: string;
          readonly resourceGroup: string;
          readonly subscriptionId: string;
          readonly tenantId: string;
          readonly clientId: string;
          readonly clientSecret: pulumi.Input<string>;
      }
    | { readonly service: "digitalocean"; readonly zone: string; readonly token: pulumi.Input<string> };

/** The right to write challenges by the user's own credentials (https://cert-manager.io/docs/configuration/acme/dns01/#supported-dns01-providers). */
export function givenCredentials(given: GivenZone): DnsPermission {
    switch (given.service) {
        case "route53":
            return permission(
                { "access-key-id": given.accessKeyId, "secret-access-key": given.secretAccessKey },
                (key) => ({
                    route53: {
                        hostedZoneID: given.zone,
                        region: given.region,
                        accessKeyIDSecretRef: key("access-key-id"),
                        secretAccessKeySecretRef: key("secret-access-key"),
                    },
                }),
            );
        case "cloudDns":
            return permission({ "key.json": given.serviceAccountKey }, (key) => ({
                cloudDNS: {
                    project: given.project,
                    hostedZoneName: given.zone,
                    serviceAccountSecretRef: key("key.json"),
                },
            }));
        case "azureDns":
            return permission({ "client-secret": given.clientSecret }, (key) => ({
                azureDNS: {
                    subscriptionID: given.subscriptionId,
                    resourceGroupName: given.resourceGroup,
                    hostedZoneName: given.zone,
                    tenantID: given.tenantId,
                    clientID: given.clientId,
                    clientSecretSecretRef: key("client-secret"),
                },
            }));
        case "digitalocean":
            return permission({ "access-token": given.token }, (key) => ({
                digitalocean: { tokenSecretRef: key("access-token") },
            }));
    }
}

function permission(
    data: Readonly<Record<string, pulumi.Input<string>>>,
    dns01: (key: (name: string) => { readonly name: string; readonly key: string }) => Record<string, object>,
): DnsPermission {
    return {
        dns01: (secretName) => dns01((key) => ({ name: secretName, key })),
        access: { kind: "credentials", data },
    };
}
