import { at, type Rule, type SimulatedResource, type World } from "../provider";
import { entryAt, isWithin, ofType, rule } from "../rules";
import { parseAddress, parseNetwork } from "../../components/common/addresses";

const annotations = "https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/#loadbalancer-annotations";
const staticAddress = "https://learn.microsoft.com/azure/aks/static-ip";
const internal = "https://learn.microsoft.com/azure/aks/internal-lb";
const prefix = "service.beta.kubernetes.io/azure-";

function annotation({ inputs }: SimulatedResource, name: string): unknown {
    return entryAt(inputs, "metadata.annotations", `${prefix}${name}`);
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
function clusterMayUse(resourceGroup: unknown, world: World): boolean {
    return ofType(world, "azure-native:authorization:RoleAssignment").some(({ inputs }) =>
        String(at(inputs, "scope")).endsWith(`/resourceGroups/${String(resourceGroup)}`),
    );
}

/** What AKS asks of a Service of type LoadBalancer. A Service without Azure's annotations keeps all of it. */
export const azureServiceRules: readonly Rule[] = [
    rule(
        pathOf("load-balancer-tcp-idle-timeout"),
        "the idle timeout of a load balancer is 4 to 30 whole minutes, as text",
        annotations,
        (service) => isWithin(Number(annotation(service, "load-balancer-tcp-idle-timeout") ?? 4), 4, 30),
    ),
    rule(
        pathOf("pip-name"),
        "a named public address is there, static and of SKU Standard, as the load balancer is",
        staticAddress,
        (service, world) => {
            const ip = publicIp(service, world);
            return (
                annotation(service, "pip-name") === undefined ||
                (at(ip?.inputs, "sku.name") === "Standard" && at(ip?.inputs, "publicIPAllocationMethod") === "Static")
            );
        },
    ),
    rule(
        pathOf("load-balancer-resource-group"),
        "the cluster's identity may use the resource group of the public address",
        staticAddress,
        (service, world) => {
            const group = annotation(service, "load-balancer-resource-group");
            return group === undefined || clusterMayUse(group, world);
        },
    ),
    rule(
        pathOf("pip-name"),
        "an internal load balancer takes no public address",
        annotations,
        (service) =>
            annotation(service, "load-balancer-internal") !== "true" || annotation(service, "pip-name") === undefined,
    ),
    rule(
        pathOf("load-balancer-ipv4"),
        "a chosen address lies in the named subnet, beyond the four addresses that Azure keeps",
        internal,
        (service, world) => {
            const address = parseAddress(annotation(service, "load-balancer-ipv4"));
            const name = annotation(service, "load-balancer-internal-subnet");
            if (address === undefined || name === undefined) {
                return true;
            }
            const subnet = ofType(world, "azure-native:network:Subnet").find(
                ({ inputs }) => inputs["subnetName"] === name,
            );
            const range = parseNetwork(at(subnet?.inputs, "addressPrefix"));
            return range !== undefined && address.first >= range.first + 4n && address.last < range.last;
        },
    ),
];
