import type { Settings } from "./settings/settings";
import { givenZone } from "./issuance";
import type { HostRecords } from "./targets/target";

/**
 * The records of the names in a zone whose credentials the user gives, for a cluster that is in no cloud of this program. Only the SDK of the
 * zone's service is loaded.
 */
export async function createGivenRecords(settings: Settings, { dns, hosts, address }: HostRecords): Promise<void> {
    const given = givenZone(settings);
    if (given === undefined) {
        return;
    }
    const record = { address, ttlSeconds: dns.ttlSeconds };
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
            for (const { resourceName, host } of hosts) {
                new Route53Address(resourceName, { ...record, host, zoneId: given.zone }, { providers: [provider] });
            }
            return;
        }
        case "cloudDns": {
            const [{ Provider }, { CloudDnsRecord }] = await Promise.all([
                import("@pulumi/gcp/provider"),
                import("../components/google/dns"),
            ]);
            const { project, serviceAccountKey: credentials, zone } = given;
            const provider = new Provider("vernemq-dns-provider", { project, credentials });
            for (const { resourceName, host } of hosts) {
                new CloudDnsRecord(resourceName, { ...record, host, zone }, { providers: [provider] });
            }
            return;
        }
        case "azureDns": {
            const [{ Provider }, { AzureDnsRecord }] = await Promise.all([
                import("@pulumi/azure-native/provider"),
                import("../components/azure/dns"),
            ]);
            const { subscriptionId, tenantId, clientId, clientSecret, zone, resourceGroup } = given;
            const provider = new Provider("vernemq-dns-provider", { subscriptionId, tenantId, clientId, clientSecret });
            for (const { resourceName, host } of hosts) {
                new AzureDnsRecord(
                    resourceName,
                    { ...record, host, zone, resourceGroupName: resourceGroup },
                    { providers: [provider] },
                );
            }
            return;
        }
        case "digitalocean": {
            const [{ Provider }, { DigitalOceanDns }] = await Promise.all([
                import("@pulumi/digitalocean/provider"),
                import("../components/digitalocean/dns"),
            ]);
            const provider = new Provider("vernemq-dns-provider", { token: given.token });
            for (const { resourceName, host } of hosts) {
                new DigitalOceanDns(resourceName, { ...record, host, domain: given.zone }, { providers: [provider] });
            }
        }
    }
}
