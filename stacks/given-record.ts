import type { Settings } from "./settings/settings";
import { givenZone } from "./issuance";
import type { HostRecord } from "./targets/target";

/**
 * The record of the host in a zone whose credentials the user gives, for a cluster that is in no cloud of this program. Only the SDK of the
 * zone's service is loaded.
 */
export async function createGivenRecord(settings: Settings, { dns, host, address }: HostRecord): Promise<void> {
    const given = givenZone(settings);
    if (given === undefined) {
        return;
    }
    const record = { host, address, ttlSeconds: dns.ttlSeconds };
    switch (given.service) {
        case "route53": {
            const [{ Provider }, { Route53Address }] = await Promise.all([
                import("@pulumi/aws/provider"),
                import("../components/aws/dns"),
            ]);
            const { region, accessKeyId, secretAccessKey } = given;
            const provider = new Provider("vernemq-dns-provider", {
                region,
                accessKey: accessKeyId,
                secretKey: secretAccessKey,
            });
            new Route53Address("vernemq-dns", { ...record, zoneId: given.zone }, { providers: [provider] });
            return;
        }
        case "cloudDns": {
            const [{ Provider }, { CloudDnsRecord }] = await Promise.all([
                import("@pulumi/gcp/provider"),
                import("../components/google/dns"),
            ]);
            const { project, serviceAccountKey: credentials, zone } = given;
            const provider = new Provider("vernemq-dns-provider", { project, credentials });
            new CloudDnsRecord("vernemq-dns", { ...record, zone }, { providers: [provider] });
            return;
        }
        case "azureDns": {
            const [{ Provider }, { AzureDnsRecord }] = await Promise.all([
                import("@pulumi/azure-native/provider"),
                import("../components/azure/dns"),
            ]);
            const { subscriptionId, tenantId, clientId, clientSecret, zone, resourceGroup } = given;
            const provider = new Provider("vernemq-dns-provider", { subscriptionId, tenantId, clientId, clientSecret });
            const args = { ...record, zone, resourceGroupName: resourceGroup };
            new AzureDnsRecord("vernemq-dns", args, { providers: [provider] });
            return;
        }
        case "digitalocean": {
            const [{ Provider }, { DigitalOceanDns }] = await Promise.all([
                import("@pulumi/digitalocean/provider"),
                import("../components/digitalocean/dns"),
            ]);
            const provider = new Provider("vernemq-dns-provider", { token: given.token });
            new DigitalOceanDns("vernemq-dns", { ...record, domain: given.zone }, { providers: [provider] });
        }
    }
}
