import { valueOf, valuesOf } from "../../components/common/property-path";
import { isOpenToAll } from "../../components/common/addresses";
import { isUnknown, type Resource, type Rule } from "../rule";

/** Storage classes of drivers that encrypt only when told to; those of the other clouds encrypt every volume. */
function encryptsOnDemand({ type, inputs }: Resource): boolean {
    return type === "kubernetes:storage.k8s.io/v1:StorageClass" && inputs["provisioner"] === "ebs.csi.aws.com";
}

function isTrue(value: unknown): boolean {
    return value === true || value === "true" || isUnknown(value);
}

const encryptedVolumes: Rule = {
    id: "encrypted-volumes",
    level: "mandatory",
    title: "Disks and volumes are encrypted",
    text: "Sessions and queued messages are on volumes, and secrets of pods on the nodes' disks. Google Cloud, Azure and DigitalOcean encrypt every disk; AWS does so on request.",
    remedy: '`encrypted: true` on the volume or the launch template\'s disks, `parameters.encrypted: "true"` in the StorageClass.',
    source: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
    scope: "resource",
    concerns: (resource) => encryptsOnDemand(resource) || disksOf(resource).length > 0,
    check: (resource) => {
        const encrypted = encryptsOnDemand(resource)
            ? isTrue(valueOf(resource.inputs, "parameters.encrypted"))
            : disksOf(resource).every(isTrue);
        return encrypted ? [] : ["it is not encrypted"];
    },
};

/** What each disk of a resource says of its encryption. */
function disksOf({ role, inputs }: Resource): readonly unknown[] {
    const { disks } = role ?? {};
    return disks === undefined ? [] : valuesOf(inputs, disks.path).map((disk) => valueOf(disk, disks.encrypted));
}

const encryptedSecrets: Rule = {
    id: "encrypted-secrets",
    level: "advisory",
    title: "The control plane encrypts Kubernetes' Secrets",
    text: "Secrets hold the brokers' passwords and keys. EKS uses envelope encryption from Kubernetes 1.28 on, before that only with your own key; GKE and AKS encrypt the control plane's storage.",
    remedy: "`encryptionConfig` with a KMS key, or Kubernetes 1.28 or later.",
    source: "https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html",
    scope: "resource",
    concerns: ({ role }) => role?.cluster?.encryptsSecrets !== undefined,
    check: ({ role, inputs }) =>
        role?.cluster?.encryptsSecrets?.(inputs) === false ? ["its Secrets are not encrypted"] : [],
};

const closedApi: Rule = {
    id: "no-world-open-api",
    level: "advisory",
    title: "The Kubernetes API is not open to the world",
    text: "Only the networks that are listed reach the Kubernetes API.",
    remedy: "Name the networks of your operators and pipelines, or make the API private.",
    source: "https://kubernetes.io/docs/concepts/security/security-checklist/#network-security",
    scope: "resource",
    concerns: ({ role }) => role?.cluster !== undefined,
    check: (resource) => {
        const privateApi = resource.role?.cluster?.privateApi;
        if (privateApi !== undefined && valueOf(resource.inputs, privateApi.path) === privateApi.value) {
            return [];
        }
        const networks = apiNetworks(resource);
        return networks.length === 0
            ? ["it does not limit which networks may reach it"]
            : isOpenToAll(networks)
              ? ["it lets anyone in"]
              : [];
    },
};

/** Networks that may reach a cluster's API. */
export function apiNetworks({ role, inputs }: Resource): readonly string[] {
    return role?.cluster === undefined ? [] : valuesOf(inputs, role.cluster.apiNetworks).map(String);
}

const tagged: Rule = {
    id: "tags",
    level: "mandatory",
    title: "Everything that can carry tags has them",
    text: "Tags say who owns a resource; billing and clean-up rely on them.",
    remedy: "Set tags (labels in Google Cloud) on the resource, or default tags on its provider.",
    source: "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
    scope: "resource",
    concerns: ({ role }) => role?.tags !== undefined,
    check: ({ role, inputs }) => {
        const tags = role?.tags === undefined ? undefined : valueOf(inputs, role.tags);
        const bare = typeof tags !== "object" || tags === null || Object.keys(tags).length === 0;
        return bare && !isUnknown(tags) ? ["it has no tags"] : [];
    },
};

/** A key that a cloud encrypts data with: without it what it encrypted is lost. */
function isKey({ role }: Resource): boolean {
    return role?.role === "encryption key";
}

const protectedData: Rule = {
    id: "protected",
    level: "advisory",
    title: "What holds data is protected from deletion",
    text: "With a cluster its volumes are lost, and with a key everything that it encrypts.",
    remedy: "The resource option `protect: true`, or the cloud's own deletion protection.",
    source: "https://www.pulumi.com/docs/iac/concepts/options/protect/",
    scope: "resource",
    concerns: (resource) => resource.role?.cluster !== undefined || isKey(resource),
    check: (resource) => {
        const path = resource.role?.cluster?.deletionProtection;
        const byCloud = path !== undefined && valueOf(resource.inputs, path) === true;
        return resource.protect || byCloud ? [] : ["nothing keeps it from being deleted"];
    },
};

/** The rules of the clouds' resources. */
export const cloudRules: readonly Rule[] = [encryptedVolumes, encryptedSecrets, closedApi, tagged, protectedData];
