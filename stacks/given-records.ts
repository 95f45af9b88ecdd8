import type { Settings } from "./settings/settings";
import type { GivenZone } from "../components/kubernetes/cert-manager/given-credentials";
import { givenZone } from "./issuance";
import type { HostRecords } from "./targets/target";

/**
 * The records of the names in a zone whose credentials the user gives, for a cluster that is in no cloud of this program. Only the SDK of the
 * zone's service is loaded.
 */
export async function createGivenRecords(settings: Settings, { dns, hosts, address }: HostRecords): Promise<void> {
    const given = givenZone(settings);
    const create = given && (await recordIn(given, { address, ttlSeconds: dns.ttlSeconds }));
    for (const { resourceName, host } of hosts) {
        create?.(resourceName, host);
    }
}

/** What creates the record of a name in a zone. */
async function recordIn(
    given: GivenZone,
    record: { readonly address: HostRecords["address"]; readonly ttlSeconds: number },
): Promise<(resourceName: string, host: string) => void> {
    const { zone } = given;
    const providerName = "vernemq-dns-provider";
    switch (given.service) {
        case "route53": {
            const [{ Provider }, { Route53Address }] = await Promise.all([
                import("@pulumi/aws/provider"),
                import("../components/aws/dns"),
            ]);
            const { region, accessKeyId: accessKey, secretAccessKey: secretKey } = given;
            const providers = [new Provider(providerName, { region, accessKey, secretKey })];
            return (name, host) => new Route53Address(name, { ...record, host, zoneId: zone }, { providers });
        }
        case "cloudDns": {
            const [{ Provider }, { CloudDnsRecord }] = await Promise.all([
                import("@pulumi/gcp/provider"),
                import("../components/google/dns"),
            ]);
            const { project, serviceAccountKey: credentials } = given;
            const providers = [new Provider(providerName, { project, credentials })];
            return (name, host) => new CloudDnsRecord(name, { ...record, host, zone }, { providers });
        }
        case "azureDns": {
            const [{ Provider }, { AzureDnsRecord }] = await Promise.all([
                import("@pulumi/azure-native/provider"),
                import("../components/azure/dns"),
            ]);
            const { subscriptionId, tenantId, clientId, clientSecret, resourceGroup: resourceGroupName } = given;
            const providers = [new Provider(providerName, { subscriptionId, tenantId, clientId, clientSecret })];
            return (name, host) =>
                new AzureDnsRecord(name, { ...record, host, zone, resourceGroupName }, { providers });
        }
        case "digitalocean": {
            const [{ Provider }, { DigitalOceanDns }] = await Promise.all([
                import("@pulumi/digitalocean/provider"),
                import("../components/digitalocean/dns"),
            ]);
            const providers = [new Provider(providerName, { token: given.token })];
            return (name, host) => new DigitalOceanDns(name, { ...record, host, domain: zone }, { providers });
        }
    }
}
