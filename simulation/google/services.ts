import { holds } from "./model";
import { at, listAt, type Rule, type SimulatedResource } from "../provider";

const standaloneGroups = "https://cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg";
const negController = "https://github.com/kubernetes/ingress-gce/blob/master/pkg/neg/controller.go";
const loadBalancerServices = "https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer";

function annotation({ inputs }: SimulatedResource, key: string): unknown {
    return (at(inputs, "metadata.annotations") as Record<string, unknown> | undefined)?.[key];
}

/** What the annotation `cloud.google.com/neg` asks for; null where it is no JSON, undefined where it is not there. */
function wantedGroups(service: SimulatedResource): unknown {
    const text = annotation(service, "cloud.google.com/neg");
    if (typeof text !== "string") {
        return undefined;
    }
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return null;
    }
}

function exposedPorts(service: SimulatedResource): readonly (readonly [string, unknown])[] {
    return Object.entries((at(wantedGroups(service), "exposed_ports") ?? {}) as Record<string, unknown>);
}

/** What GKE's controllers refuse in a Service. Each rule concerns one of their annotations. */
export const googleServiceRules: readonly Rule[] = [
    holds(
        "metadata.annotations",
        "cloud.google.com/neg holds JSON",
        standaloneGroups,
        (service) => wantedGroups(service) !== null,
    ),
    holds(
        "metadata.annotations",
        "cloud.google.com/neg exposes ports that the Service has, in groups of at most 63 lower-case letters, digits and hyphens",
        standaloneGroups,
        (service) => {
            const ports = listAt(service.inputs, "spec.ports").map((port) => String(at(port, "port")));
            return exposedPorts(service).every(([port, group]) => {
                const name = at(group, "name");
                const named = typeof name === "string" ? /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name) : true;
                return ports.includes(port) && named;
            });
        },
    ),
    holds(
        "metadata.annotations",
        "groups with your own names are not for Ingress as well",
        negController,
        (service) =>
            at(wantedGroups(service), "ingress") !== true ||
            exposedPorts(service).every(([, group]) => at(group, "name") === undefined),
    ),
    holds(
        "metadata.annotations",
        "a load balancer's address by name (networking.gke.io/load-balancer-ip-addresses) is for Services of type LoadBalancer",
        loadBalancerServices,
        (service) =>
            annotation(service, "networking.gke.io/load-balancer-ip-addresses") === undefined ||
            at(service.inputs, "spec.type") === "LoadBalancer",
    ),
];
