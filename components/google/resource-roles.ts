import { type PhysicalIds, type ResourceRoles, stateless } from "../common/resource-role";
import { proxyTls, sslPolicyTls } from "./tls";

export const resourceRoles: ResourceRoles = {
    "gcp:container/cluster:Cluster": {
        role: "cluster",
        tags: "resourceLabels",
        cluster: {
            apiNetworks: "masterAuthorizedNetworksConfig.cidrBlocks.*.cidrBlock",
            privateApi: { path: "privateClusterConfig.enablePrivateEndpoint", value: true },
            deletionProtection: "deletionProtection",
        },
    },
    "gcp:container/nodePool:NodePool": {
        role: "node pool",
        tags: "nodeConfig.resourceLabels",
        nodePool: {
            labels: "nodeConfig.labels",
            count: "nodeCount",
            zones: "nodeLocations.*",
            places: "nodeLocations.*",
        },
    },
    "gcp:compute/disk:Disk": { role: "volume" },
    "gcp:compute/address:Address": { role: "address" },
    "gcp:compute/globalAddress:GlobalAddress": { role: "address", tags: "labels" },
    "gcp:compute/forwardingRule:ForwardingRule": {
        role: "load balancer",
        openPorts: ["ports.*", "portRange", "allPorts"],
    },
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": { role: "load balancer", openPorts: ["portRange"] },
    "gcp:certificatemanager/certificate:Certificate": { role: "stateless", tags: "labels" },
    "gcp:compute/sSLPolicy:SSLPolicy": { role: "stateless", lowestTls: sslPolicyTls },
    "gcp:compute/targetSSLProxy:TargetSSLProxy": { role: "stateless", lowestTls: proxyTls },
    "gcp:compute/backendService:BackendService": {
        role: "stateless",
        keepsAffinity: ({ sessionAffinity }) => String(sessionAffinity).startsWith("CLIENT_IP"),
    },
    ...stateless(
        "gcp:certificatemanager/certificateMap:CertificateMap",
        "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
        "gcp:certificatemanager/dnsAuthorization:DnsAuthorization",
        "gcp:compute/firewall:Firewall",
        "gcp:compute/healthCheck:HealthCheck",
        "gcp:compute/network:Network",
        "gcp:compute/networkEndpointGroup:NetworkEndpointGroup",
        "gcp:compute/router:Router",
        "gcp:compute/routerNat:RouterNat",
        "gcp:compute/securityPolicy:SecurityPolicy",
        "gcp:compute/subnetwork:Subnetwork",
        "gcp:compute/targetTCPProxy:TargetTCPProxy",
        "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember",
        "gcp:dns/recordSet:RecordSet",
        "gcp:projects/iAMMember:IAMMember",
        "gcp:serviceaccount/account:Account",
        "gcp:serviceaccount/iAMMember:IAMMember",
    ),
};

export const physicalIds: PhysicalIds = {
    "gcp:certificatemanager/certificate:Certificate":
        "projects/{project}/locations/{location|=global}/certificates/{name}",
    "gcp:certificatemanager/certificateMap:CertificateMap":
        "projects/{project}/locations/global/certificateMaps/{name}",
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry":
        "projects/{project}/locations/global/certificateMaps/{map}/certificateMapEntries/{name}",
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization":
        "projects/{project}/locations/{location|=global}/dnsAuthorizations/{name}",
    "gcp:compute/backendService:BackendService": "projects/{project}/global/backendServices/{name}",
    "gcp:compute/firewall:Firewall": "projects/{project}/global/firewalls/{name}",
    "gcp:compute/globalAddress:GlobalAddress": "projects/{project}/global/addresses/{name}",
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": "projects/{project}/global/forwardingRules/{name}",
    "gcp:compute/healthCheck:HealthCheck": "projects/{project}/global/healthChecks/{name}",
    "gcp:compute/network:Network": "projects/{project}/global/networks/{name}",
    "gcp:compute/networkEndpointGroup:NetworkEndpointGroup":
        "projects/{project}/zones/{zone}/networkEndpointGroups/{name}",
    "gcp:compute/router:Router": "projects/{project}/regions/{region}/routers/{name}",
    "gcp:compute/routerNat:RouterNat": "projects/{project}/regions/{region}/routers/{router}/{name}",
    "gcp:compute/sSLPolicy:SSLPolicy": "projects/{project}/global/sslPolicies/{name}",
    "gcp:compute/subnetwork:Subnetwork": "projects/{project}/regions/{region}/subnetworks/{name}",
    "gcp:compute/targetSSLProxy:TargetSSLProxy": "projects/{project}/global/targetSslProxies/{name}",
    "gcp:container/cluster:Cluster": "projects/{project}/locations/{location}/clusters/{name}",
    "gcp:container/nodePool:NodePool": "{project}/{location}/{cluster}/{name}",
    // https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/dns_managed_zone_iam#import
    "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember":
        "projects/{project}/managedZones/{managedZone} {role} {member}",
    "gcp:dns/recordSet:RecordSet": "projects/{project}/managedZones/{managedZone}/rrsets/{name}/{type}",
    "gcp:projects/iAMMember:IAMMember": "{project} {role} {member}",
    // https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_service_account_iam#import
    "gcp:serviceaccount/iAMMember:IAMMember": "{serviceAccountId} {role} {member}",
    "gcp:serviceaccount/account:Account":
        "projects/{project}/serviceAccounts/{accountId}@{project}.iam.gserviceaccount.com",
};
