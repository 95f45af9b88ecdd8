import { jsonIn } from "../../components/common/json";
import { at, listAt, type Rule, type SimulatedResource } from "../provider";
import { entryAt, isMatch, rule } from "../rules";
import { rfc1035 } from "./model";

const standaloneGroups = "https://cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg";
const negController = "https://github.com/kubernetes/ingress-gce/blob/master/pkg/neg/controller.go";
const loadBalancerServices = "https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer";

/** What the annotation `cloud.google.com/neg` asks for; null where it is no JSON, undefined where it is not there. */
function wantedGroups({ inputs }: SimulatedResource): unknown {
    const text = entryAt(inputs, "metadata.annotations", "cloud.google.com/neg");
    return text === undefined ? undefined : (jsonIn(text) ?? null);
}

function exposedPorts(service: SimulatedResource): readonly (readonly [string, unknown])[] {
    return Object.entries((at(wantedGroups(service), "exposed_ports") ?? {}) as Record<string, unknown>);
}

/** What GKE's controllers refuse in a Service. Each rule concerns one of their annotations. */
export const googleServiceRules: readonly Rule[] = [
    rule(
        "metadata.annotations",
        "cloud.google.com/neg holds JSON",
        standaloneGroups,
        (service) => wantedGroups(service) !== null,
    ),
    rule(
        "metadata.annotations",
        "cloud.google.com/neg exposes ports that the Service has, in groups of at most 63 lower-case letters, digits and hyphens",
        standaloneGroups,
        (service) => {
            const ports = listAt(service.inputs, "spec.ports").map((port) => String(at(port, "port")));
            return exposedPorts(service).every(([port, group]) => {
                const name = at(group, "name");
                return ports.includes(port) && (name === undefined || isMatch(name, rfc1035));
            });
        },
    ),
    rule(
        "metadata.annotations",
        "groups with your own names are not for Ingress as well",
        negController,
        (service) =>
            at(wantedGroups(service), "ingress") !== true ||
            exposedPorts(service).every(([, group]) => at(group, "name") === undefined),
    ),
    rule(
        "metadata.annotations",
        "a load balancer's address by name (networking.gke.io/load-balancer-ip-addresses) is for Services of type LoadBalancer",
        loadBalancerServices,
        (service) =>
            entryAt(service.inputs, "metadata.annotations", "networking.gke.io/load-balancer-ip-addresses") ===
                undefined || at(service.inputs, "spec.type") === "LoadBalancer",
    ),
];
