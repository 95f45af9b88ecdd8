import { because, type EdgeEvidence } from "../../../../components/edge/evidence/facts";
import type { ProxyHeader } from "../../../../components/edge/plan";
import { annotation, serviceEntrances } from "../../../../components/edge/evidence/service";
import { webEntrances, webServices } from "../../../../components/kubernetes/evidence";
import { proxyHeaderAnnotation } from "./annotations";
import { idleSeconds } from "./edge";

/** Nimbus' controller creates load balancers for Services, and an annotation says which PROXY header they send. */
export const nimbusEvidence: EdgeEvidence = (resources) => [
    ...serviceEntrances(
        resources,
        (service) => {
            const header = annotation(service, proxyHeaderAnnotation);
            const sends: ProxyHeader = header.value === "v1" || header.value === "v2" ? header.value : "none";
            return {
                kind: "nimbus-load-balancer",
                sends: because(header, sends),
                keepsClientAddress: because(header, sends !== "none"),
                idleTimeouts: [because(header, idleSeconds)],
                exposure: because(header, "public" as const),
                problems: [],
            };
        },
        webServices(resources),
    ),
    ...webEntrances(resources),
];
