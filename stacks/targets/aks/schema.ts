import * as z from "zod";
import { aksDefaults } from "../../../components/azure/defaults";
import {
    apiAllowedCidrs,
    brokerNodeSize,
    brokerPool,
    eachOnce,
    minorVersion,
    systemNodeSize,
    systemPool,
} from "../../settings/schema/cluster";
import { block, choice, flag, integer, matching, named, networkCidr, tags } from "../../settings/schema/types";
import type { ParsedGroups, Settings } from "../../settings/settings";

const azureZone = z.enum(["1", "2", "3"], { error: "a zone of Azure in quotes: '1', '2' or '3'" });

/** Limits of `az aks create --node-osdisk-size` and of the API. */
const azureDiskGiB = integer(30, 2048, aksDefaults.brokerNodes.diskGiB).describe(
    "Size of each node's own disk, in GiB. Azure takes 30 to 2048.",
);

/** Tags that everything may carry, the public address of the edge included. */
const azureTags = named(
    tags(),
    (value) => {
        const names = Object.keys(value);
        if (names.some((name) => /[<>%&\\?/]/.test(name))) {
            return "a tag's name holds none of < > % & \\ ? / (https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations)";
        }
        return names.some((name) => /^(service|k8s-azure-service)$/i.test(name))
            ? "AKS takes a public address with this tag for its own, and deletes it with the Service (cloud-provider-azure: serviceOwnsPublicIP)"
            : undefined;
    },
    "choose another name",
)
    .prefault({})
    .describe("Tags for everything that is created, in addition to those that the program sets.");

/** `vernemq:cluster` of target aks. */
export const aksClusterSchema = z.strictObject({
    version: minorVersion().prefault(aksDefaults.version).describe("Kubernetes version."),
    apiAllowedCidrs,
    upgradeChannel: choice(["patch", "stable", "rapid", "node-image"], aksDefaults.upgradeChannel).describe(
        "Automatic upgrade channel. `stable` and `rapid` move on to newer minor versions: `version` then counts only when the cluster is created.",
    ),
    zones: eachOnce(z.array(azureZone))
        .prefault([...aksDefaults.zones])
        .describe("Availability zones of the nodes. Default: those of the location, which may have none."),
    vnetCidr: networkCidr(8, 22).prefault(aksDefaults.vnetCidr).describe("Network of the VNet."),
    podCidr: networkCidr(8, 20).prefault(aksDefaults.podCidr).describe("Overlay network of the pods."),
    serviceCidr: networkCidr(12, 24).prefault(aksDefaults.serviceCidr).describe("Network of the Services."),
    systemNodes: block("System node pool.", {
        vmSize: systemNodeSize("VM size", aksDefaults.systemNodes.vmSize),
        ...systemPool(aksDefaults.systemNodes.count),
        diskGiB: azureDiskGiB,
    }),
    brokerNodes: block("VerneMQ's node pool.", {
        vmSize: brokerNodeSize("VM size", aksDefaults.brokerNodes.vmSize),
        ...brokerPool,
        diskGiB: azureDiskGiB,
    }),
    encryptionAtHost: flag(aksDefaults.encryptionAtHost).describe(
        "Encrypt temporary disks and caches at the host too. The subscription needs the feature EncryptionAtHost registered.",
    ),
    diskEncryptionSetId: matching(
        /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Compute\/diskEncryptionSets\/[^/]+$/i,
        "the resource id of a disk encryption set",
    )
        .optional()
        .describe("Disk encryption set with your own key. Default: keys that Azure manages."),
    deletionProtection: flag(aksDefaults.deletionProtection).describe(
        "Protect the cluster from deletion and replacement.",
    ),
    tags: azureTags,
});

type Cluster = z.output<typeof aksClusterSchema>;

export type AksGroups = ParsedGroups<Cluster>;
export type AksSettings = Settings<Cluster, "region">;
