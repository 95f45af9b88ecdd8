import { at, type Rule, type SimulatedResource, type World } from "../provider";
import { isWithin, ofType, rule } from "./model";
import { parseAddress, parseNetwork } from "../../components/common/addresses";

const annotations = "https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/#loadbalancer-annotations";
const staticAddress = "https://learn.microsoft.com/azure/aks/static-ip";
const internal = "https://learn.microsoft.com/azure/aks/internal-lb";
const prefix = "service.beta.kubernetes.io/azure-";

function annotation({ inputs }: SimulatedResource, name: string): string | undefined {
    const all = at(inputs, "metadata.annotations") as Readonly<Record<string, unknown>> | undefined;
    const value = all?.[`${prefix}${name}`];
    return typeof value === "string" ? value : undefined;
}

/** The path of an annotation. Its dots are part of the name. */
function pathOf(name: string): string {
    return `metadata.annotations["${prefix}${name}"]`;
}

function publicIp(service: SimulatedResource, world: World): SimulatedResource | undefined {
    return ofType(world, "azure-native:network:PublicIPAddress").find(
        ({ inputs }) =>
            at(inputs, "publicIpAddressName") === annotation(service, "pip-name") &&
            at(inputs, "resourceGroupName") === annotation(service, "load-balancer-resource-group"),
    );
}

/** Whether some identity of a cluster may use the addresses of a resource group. */
function clusterMayUse(resourceGroup: string, world: World): boolean {
    return ofType(world, "azure-native:authorization:RoleAssignment").some(({ inputs }) =>
        String(at(inputs, "scope")).endsWith(`/resourceGroups/${resourceGroup}`),
    );
}

/** What AKS asks of a Service of type LoadBalancer. A Service without Azure's annotations keeps all of it. */
export const azureServiceRules: readonly Rule[] = [
    rule("the idle timeout of a load balancer is 4 to 30 whole minutes, as text", annotations, (service) => {
        const minutes = annotation(service, "load-balancer-tcp-idle-timeout");
        return minutes === undefined || isWithin(Number(minutes), 4, 30)
            ? undefined
            : pathOf("load-balancer-tcp-idle-timeout");
    }),
    rule(
        "a named public address is there, static and of SKU Standard, as the load balancer is",
        staticAddress,
        (service, world) => {
            const ip = publicIp(service, world);
            return annotation(service, "pip-name") === undefined ||
                (at(ip?.inputs, "sku.name") === "Standard" && at(ip?.inputs, "publicIPAllocationMethod") === "Static")
                ? undefined
                : pathOf("pip-name");
        },
    ),
    rule("the cluster's identity may use the resource group of the public address", staticAddress, (service, world) => {
        const group = annotation(service, "load-balancer-resource-group");
        return group === undefined || clusterMayUse(group, world) ? undefined : pathOf("load-balancer-resource-group");
    }),
    rule("an internal load balancer takes no public address", annotations, (service) =>
        annotation(service, "load-balancer-internal") === "true" && annotation(service, "pip-name") !== undefined
            ? pathOf("pip-name")
            : undefined,
    ),
    rule(
        "a chosen address lies in the named subnet, beyond the four addresses that Azure keeps",
        internal,
        (service, world) => {
            const address = parseAddress(annotation(service, "load-balancer-ipv4"));
            const name = annotation(service, "load-balancer-internal-subnet");
            if (address === undefined || name === undefined) {
                return undefined;
            }
            const subnet = ofType(world, "azure-native:network:Subnet").find(
                ({ inputs }) => at(inputs, "subnetName") === name,
            );
            const range = parseNetwork(at(subnet?.inputs, "addressPrefix"));
            return range !== undefined && address.first >= range.first + 4n && address.last < range.last
                ? undefined
                : pathOf("load-balancer-ipv4");
        },
    ),
];
