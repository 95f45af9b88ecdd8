import { because, type EdgeEvidence, isOn, problem, type Resource } from "../edge/evidence/facts";
import type { Exposure } from "../edge/plan";
import { annotation, type LoadBalancerReader, serviceEntrances } from "../edge/evidence/service";
import { webEntrances, webServices } from "../kubernetes/evidence";
import { annotationNames } from "./annotations";
import { regionalIdleSeconds } from "./edge";

/** Listeners of a DOKS cluster: Services whose annotations tell DigitalOcean's controller what load balancer to create. */
export const digitalOceanEvidence: EdgeEvidence = (resources) => [
    ...serviceEntrances(resources, loadBalancer, webServices(resources)),
    ...webEntrances(resources),
];

const loadBalancer: LoadBalancerReader = (service) => {
    const type = annotation(service, annotationNames.type);
    const header = annotation(service, annotationNames.proxyProtocol);
    const network = annotation(service, annotationNames.network);
    const exposure = because<Exposure>(network, network.value === "INTERNAL" ? "internal" : "public");
    const problems = problemsOf(service);
    return type.value === "REGIONAL"
        ? {
              kind: "digitalocean-regional",
              sends: because(header, isOn(header) ? "v1" : "none"),
              keepsClientAddress: because(header, isOn(header)),
              idleTimeouts: [because(type, regionalIdleSeconds)],
              exposure,
              problems,
          }
        : { kind: "digitalocean-network", exposure, problems };
};

function problemsOf(service: Resource): readonly string[] {
    const type = annotation(service, annotationNames.type);
    const protocol = annotation(service, annotationNames.protocol);
    const header = annotation(service, annotationNames.proxyProtocol);
    const hostname = annotation(service, annotationNames.hostname);
    return [
        ...(type.value === "REGIONAL" || type.value === "REGIONAL_NETWORK"
            ? []
            : [problem(type, "the type of the load balancer is left to DigitalOcean's controller")]),
        ...(protocol.value === "tcp" ? [] : [problem(protocol, "MQTT is no HTTP")]),
        ...(isOn(header) && hostname.value === undefined
            ? [problem(hostname, "pods of the cluster reach HAProxy without the PROXY header that it demands")]
            : []),
    ];
}
