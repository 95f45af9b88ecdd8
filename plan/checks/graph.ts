import { isDefaultProvider, type PlannedResource, stackType } from "../graph";
import { valueOf } from "../../components/common/property-path";
import { roleOf } from "../roles";
import { assertion, type CheckRule } from "./check";

function names(resources: readonly PlannedResource[]): readonly string[] {
    return resources.map((resource) => resource.name);
}

function count(resources: readonly unknown[], noun: string): string {
    return `${resources.length} ${noun}${resources.length === 1 ? "" : "s"}`;
}

const everyResourceHasAComponent: CheckRule = ({ resources }) => {
    const byUrn = new Map<string | null, PlannedResource>(resources.map((resource) => [resource.urn, resource]));
    const own = resources.filter((resource) => resource.custom && !isDefaultProvider(resource));
    const orphans = own.filter((resource) => {
        const parent = byUrn.get(resource.parent);
        return parent === undefined || parent.type === stackType;
    });
    return assertion("Every resource belongs to a component", names(orphans), count(own, "resource"));
};

const clusterProvider: CheckRule = ({ resources }) => {
    const objects = resources.filter((resource) => resource.type.startsWith("kubernetes:"));
    const byUrn = new Map<string | null, PlannedResource>(resources.map((resource) => [resource.urn, resource]));
    const providerOf = (resource: PlannedResource) => byUrn.get(resource.provider);
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

const loadBalancersAreOwned: CheckRule = ({ resources }) => {
    const byCloud = resources.filter((resource) => roleOf(resource.type).role === "load balancer");
    const byService = resources.filter(
        ({ type, inputs }) => type === "kubernetes:core/v1:Service" && valueOf(inputs, "spec.type") === "LoadBalancer",
    );
    const all = [...byCloud, ...byService];
    return all.length === 0
        ? undefined
        : assertion(
              "A destroy takes the load balancer with it",
              names(all.filter(({ options }) => options.retainOnDelete === true)),
              names(all).join(", "),
          );
};

/** The checks of the resource graph. */
export const graphChecks: readonly CheckRule[] = [everyResourceHasAComponent, clusterProvider, loadBalancersAreOwned];
