import {
    type AccountNeeds,
    type MachineQuota,
    type NeededRights,
    type Quota,
    type Rights,
    roles,
} from "../common/account";
import { googleCatalog } from "./catalog";

const asOf = "2026-11";
const computeQuotas = "https://cloud.google.com/compute/resource-usage";

const networks = roles(["roles/compute.viewer"], ["roles/compute.networkAdmin"]);
const firewalls = roles(["roles/compute.viewer"], ["roles/compute.securityAdmin"]);
const certificates = roles(["roles/certificatemanager.viewer"], ["roles/certificatemanager.owner"]);
/** The roles of its own account let nodes and brokers act, so who creates a pool has to be allowed to act as it. */
const clusters = roles(["roles/container.viewer"], ["roles/container.admin", "roles/iam.serviceAccountUser"]);
const disks = roles(["roles/compute.viewer"], ["roles/compute.storageAdmin"]);

/** Predefined roles by type of resource. */
const byType: Readonly<Record<string, Rights>> = {
    "gcp:certificatemanager/certificate:Certificate": certificates,
    "gcp:certificatemanager/certificateMap:CertificateMap": certificates,
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": certificates,
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": certificates,
    "gcp:compute/address:Address": networks,
    "gcp:compute/backendService:BackendService": networks,
    "gcp:compute/disk:Disk": disks,
    "gcp:compute/firewall:Firewall": firewalls,
    "gcp:compute/forwardingRule:ForwardingRule": networks,
    "gcp:compute/globalAddress:GlobalAddress": networks,
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": networks,
    "gcp:compute/healthCheck:HealthCheck": networks,
    "gcp:compute/network:Network": networks,
    // The administrator of networks may use such groups, yet create none.
    "gcp:compute/networkEndpointGroup:NetworkEndpointGroup": roles(
        ["roles/compute.viewer"],
        ["roles/compute.loadBalancerAdmin"],
    ),
    "gcp:compute/router:Router": networks,
    "gcp:compute/routerNat:RouterNat": networks,
    "gcp:compute/sSLPolicy:SSLPolicy": networks,
    "gcp:compute/securityPolicy:SecurityPolicy": firewalls,
    "gcp:compute/subnetwork:Subnetwork": networks,
    "gcp:compute/targetSSLProxy:TargetSSLProxy": networks,
    "gcp:compute/targetTCPProxy:TargetTCPProxy": networks,
    "gcp:container/cluster:Cluster": clusters,
    "gcp:container/nodePool:NodePool": clusters,
    // dns.admin lacks dns.managedZones.setIamPolicy: of predefined roles, only this and the owner hold it.
    "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember": roles(
        ["roles/iam.securityReviewer"],
        ["roles/iam.securityAdmin"],
    ),
    "gcp:dns/recordSet:RecordSet": roles(["roles/dns.reader"], ["roles/dns.admin"]),
    "gcp:projects/iAMMember:IAMMember": roles(
        ["roles/iam.securityReviewer"],
        ["roles/resourcemanager.projectIamAdmin"],
    ),
    "gcp:serviceaccount/account:Account": roles(["roles/iam.securityReviewer"], ["roles/iam.serviceAccountAdmin"]),
    "gcp:serviceaccount/iAMMember:IAMMember": roles(["roles/iam.securityReviewer"], ["roles/iam.serviceAccountAdmin"]),
};

/** "Not all projects have the same quotas", says the page. */
function quota(name: string, uses: Quota["uses"]): Quota {
    return { name, default: "differs by account", source: computeQuotas, asOf, uses };
}

const quotas: readonly Quota[] = [
    quota("NETWORKS", ({ count }) => count("gcp:compute/network:Network")),
    quota("SUBNETWORKS", ({ count }) => count("gcp:compute/subnetwork:Subnetwork")),
    quota("ROUTERS", ({ count }) => count("gcp:compute/router:Router")),
    quota("FIREWALLS", ({ count }) => count("gcp:compute/firewall:Firewall")),
    quota("STATIC_ADDRESSES", ({ count }) => count("gcp:compute/globalAddress:GlobalAddress")),
    quota("BACKEND_SERVICES", ({ count }) => count("gcp:compute/backendService:BackendService")),
    quota("TARGET_SSL_PROXIES", ({ count }) => count("gcp:compute/targetSSLProxy:TargetSSLProxy")),
    quota("CPUS_ALL_REGIONS", ({ vcpus }) => vcpus),
];

/** By series: the older ones have a metric each (`N2_CPUS`), the newer ones a dimension of `CPUS_PER_VM_FAMILY`. */
function machineQuota(machineType: string): MachineQuota {
    const series = googleCatalog.familyOf(machineType) ?? machineType;
    return {
        name: `CPUs of series ${series} in the region`,
        default: "differs by account",
        source: computeQuotas,
        asOf,
    };
}

/** What a project of Google Cloud has to give. */
export const googleAccount: AccountNeeds = {
    rights: {
        source: "https://cloud.google.com/iam/docs/roles-permissions, each held against https://github.com/iann0036/iam-dataset, commit 2073fa5, 2026-08-22",
        asOf,
        byType,
    },
    quotas,
    machineQuota,
    document: ({ preview, up, destroy }: NeededRights) => ({ roles: { preview, up, destroy } }),
};
