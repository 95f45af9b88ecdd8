import {
    type EdgeDraft,
    type EdgeRequest,
    edgeKeys,
    noCloudTermination,
    keepaliveFor,
    keepaliveProblem,
} from "../edge/planner/draft";
import { draftWithHaproxy, hop } from "../edge/planner/hops";

declare module "../edge/plan" {
    interface HopKinds {
        "digitalocean-regional": never;
        "digitalocean-network": never;
    }
}

const annotations =
    "https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/master/docs/controllers/services/annotations.md";
const support = "https://docs.digitalocean.com/products/networking/load-balancers/support/";
const forwardingRules =
    "https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/v0.1.68/cloud-controller-manager/do/loadbalancers.go#L1261-L1282";

/** A regional load balancer drops an idle connection after a minute. That this also holds for raw TCP is assumed, not verified. */
export const regionalIdleSeconds = 60;

/** DigitalOcean's load balancers terminate TLS for HTTP only and have no source-IP affinity, so HAProxy does both. */
export function planDoksEdge(request: EdgeRequest): EdgeDraft {
    const kind = request.loadBalancer ?? "regional";
    const fixedLimit = kind === "regional" ? regionalIdleSeconds : undefined;
    const loadBalancer =
        kind === "regional"
            ? hop({
                  kind: "digitalocean-regional",
                  title: "DigitalOcean regional Load Balancer",
                  // Which version it sends is undocumented; HAProxy's accept-proxy reads both.
                  sends: "v1",
                  keepsClientAddress: true,
                  idleTimeoutSeconds: regionalIdleSeconds,
                  sources: [annotations, support],
              })
            : hop({
                  kind: "digitalocean-network",
                  title: "DigitalOcean network Load Balancer",
                  keepsClientAddress: true,
                  sources: [annotations],
              });
    return draftWithHaproxy(request, loadBalancer, {
        keepaliveSeconds: keepaliveFor(request, fixedLimit),
        warnings: [
            kind === "regional" &&
                "That a regional load balancer drops silent TCP connections after 60 s is taken from DigitalOcean's support page and unverified for raw TCP; edge.loadBalancer: network has no such timeout.",
        ],
        problems: [
            noCloudTermination(
                request,
                `DigitalOcean's load balancers terminate TLS for HTTP only, not for MQTT (${forwardingRules})`,
            ),
            kind === "regional" &&
                keepaliveProblem(request, {
                    limit: regionalIdleSeconds,
                    owner: "A regional DigitalOcean load balancer",
                    source: support,
                    alternative: `set ${edgeKeys.loadBalancer} to network`,
                }),
        ],
    });
}
