import { isOpenToAll } from "../../components/common/addresses";
import { isDefaultProvider, type PlannedResource, stackType } from "../graph";
import { valueOf, valuesOf } from "../../components/common/property-path";
import { roleOf } from "../roles";
import { type Checked, assertion, type CheckRule } from "./check";

function names(resources: readonly PlannedResource[]): readonly string[] {
    return resources.map((resource) => resource.name);
}

function count(resources: readonly unknown[], noun: string): string {
    return `${resources.length} ${noun}${resources.length === 1 ? "" : "s"}`;
}

const everyResourceHasAComponent: CheckRule = ({ resources }) => {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const own = resources.filter((resource) => resource.custom && !isDefaultProvider(resource));
    const orphans = own.filter((resource) => {
        const parent = byUrn.get(resource.parent ?? "");
        return parent === undefined || parent.type === stackType;
    });
    return assertion("Every resource belongs to a component", names(orphans), count(own, "resource"));
};

const clusterProvider: CheckRule = ({ resources }) => {
    const objects = resources.filter((resource) => resource.type.startsWith("kubernetes:"));
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const providerOf = (resource: PlannedResource) => byUrn.get(resource.provider ?? "");
    const stray = objects.filter((resource) => {
        const provider = providerOf(resource);
        return provider === undefined || isDefaultProvider(provider);
    });
    const providers = new Set(objects.map((resource) => resource.provider));
    return objects.length === 0
        ? undefined
        : assertion(
              "Every Kubernetes object goes to this stack's cluster",
              [...names(stray), ...(providers.size > 1 ? ["objects are spread over several providers"] : [])],
              `${count(objects, "object")} by ${objects[0] === undefined ? "" : (providerOf(objects[0])?.name ?? "")}`,
          );
};

const clustersAreProtected: CheckRule = ({ resources }) => {
    const clusters = resources.filter((resource) => roleOf(resource.type).cluster !== undefined);
    const bare = clusters.filter((resource) => {
        const path = roleOf(resource.type).cluster?.deletionProtection;
        return !resource.protect && (path === undefined || valueOf(resource.inputs, path) !== true);
    });
    return clusters.length === 0
        ? undefined
        : assertion(
              "The cluster is protected from deletion",
              names(bare),
              clusters.map((resource) => `${resource.name} ${protectionOf(resource)}`).join(", "),
              "warn",
          );
};

function protectionOf(resource: PlannedResource): string {
    return resource.protect ? "by Pulumi" : "by the cloud";
}

const disksAreEncrypted: CheckRule = ({ resources }) => {
    const plain: string[] = [];
    let seen = 0;
    for (const resource of resources) {
        const role = roleOf(resource.type).disks;
        const disks = role === undefined ? [] : valuesOf(resource.inputs, role.path);
        seen += disks.length;
        if (disks.some((disk) => !isTrue(valueOf(disk, role?.encrypted ?? "")))) {
            plain.push(resource.name);
        }
        if (encryptsOnDemand(resource)) {
            seen++;
            plain.push(...(isTrue(valueOf(resource.inputs, "parameters.encrypted")) ? [] : [resource.name]));
        }
    }
    return seen === 0 ? undefined : assertion("Disks and volumes are encrypted", plain, `${seen} settings`);
};

/** Storage classes of drivers that encrypt only when told to; those of the other clouds encrypt every volume. */
function encryptsOnDemand({ type, inputs }: PlannedResource): boolean {
    return type === "kubernetes:storage.k8s.io/v1:StorageClass" && inputs["provisioner"] === "ebs.csi.aws.com";
}

function isTrue(value: unknown): boolean {
    return value === true || value === "true";
}

const apiIsNotOpen: CheckRule = ({ resources }) => {
    const clusters = resources.filter((resource) => roleOf(resource.type).cluster !== undefined);
    const findings = clusters.flatMap((resource) => apiOpenings(resource));
    return clusters.length === 0
        ? undefined
        : assertion(
              "The Kubernetes API is not open to the world",
              findings,
              clusters.map((resource) => apiNetworks(resource).join(" ") || `${resource.name} is private`).join(", "),
              "warn",
          );
};

function apiNetworks(resource: PlannedResource): readonly string[] {
    return valuesOf(resource.inputs, roleOf(resource.type).cluster?.apiNetworks ?? "").map(String);
}

function apiOpenings(resource: PlannedResource): readonly string[] {
    const privateApi = roleOf(resource.type).cluster?.privateApi;
    if (privateApi !== undefined && valueOf(resource.inputs, privateApi.path) === privateApi.value) {
        return [];
    }
    const networks = apiNetworks(resource);
    return networks.length === 0
        ? [`${resource.name} names no networks that may reach it`]
        : isOpenToAll(networks)
          ? [`${resource.name} lets anyone in`]
          : [];
}

const everythingIsTagged: CheckRule = ({ resources }) => {
    const taggable = resources.filter((resource) => roleOf(resource.type).tags !== undefined);
    const bare = taggable.filter((resource) => {
        const tags = valueOf(resource.inputs, roleOf(resource.type).tags ?? "");
        return typeof tags !== "object" || tags === null || Object.keys(tags).length === 0;
    });
    return taggable.length === 0
        ? undefined
        : assertion("Everything that can carry tags does", names(bare), count(taggable, "resource"));
};

const loadBalancersAreOwned: CheckRule = ({ resources }) => {
    const byCloud = resources.filter((resource) => roleOf(resource.type).role === "load balancer");
    const byService = resources.filter(
        ({ type, inputs }) => type === "kubernetes:core/v1:Service" && valueOf(inputs, "spec.type") === "LoadBalancer",
    );
    const all = [...byCloud, ...byService];
    return all.length === 0
        ? undefined
        : assertion("A destroy takes the load balancer with it", retained(all), names(all).join(", "));
};

function retained(resources: Checked["resources"]): readonly string[] {
    return names(resources.filter((resource) => resource.options.retainOnDelete === true));
}

/** The checks of the resource graph. */
export const graphChecks: readonly CheckRule[] = [
    everyResourceHasAComponent,
    clusterProvider,
    clustersAreProtected,
    loadBalancersAreOwned,
    disksAreEncrypted,
    apiIsNotOpen,
    everythingIsTagged,
];
