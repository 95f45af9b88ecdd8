import assert from "node:assert/strict";
import {
    defaultRequirements,
    type EdgePlan,
    type EdgeRequirements,
    allListeners,
    ingressControllers,
    type WebSocketRequirements,
} from "../../../../components/edge/plan";
import { summarizeEdge } from "../../../../components/edge/summary";
import { planEdge } from "../../../../components/edge/planner";
import { targetOf } from "../../../../stacks/targets/registry";

const traefik: WebSocketRequirements = {
    via: "ingress",
    controller: "traefik",
    ownCertificate: false,
    forwardedHops: 1,
};
const gateway: WebSocketRequirements = { ...traefik, via: "gateway" };

function decide(webSocket: WebSocketRequirements, requirements: Partial<EdgeRequirements> = {}, target = "existing") {
    return planEdge(targetOf(target), { ...defaultRequirements, certificateSource: "pem", ...requirements, webSocket });
}

function planned(
    webSocket: WebSocketRequirements,
    requirements: Partial<EdgeRequirements> = {},
    target = "existing",
): EdgePlan {
    const decision = decide(webSocket, requirements, target);
    assert.ok(decision.ok, JSON.stringify(decision));
    return decision.plan;
}

function refusals(
    webSocket: WebSocketRequirements,
    requirements: Partial<EdgeRequirements> = {},
    target = "existing",
): string[] {
    const decision = decide(webSocket, requirements, target);
    return decision.ok ? [] : decision.problems.map(({ key }) => key.replace("vernemq:", ""));
}

function warnings(webSocket: WebSocketRequirements, requirements: Partial<EdgeRequirements> = {}): string {
    return planned(webSocket, requirements).warnings.join("\n");
}

describe("an edge whose WebSocket clients come in through an ingress or gateway", () => {
    it("has two ways that join at HAProxy, which keeps affinity on both", () => {
        assert.equal(
            summarizeEdge(planned(traefik, { metallb: "l2" })),
            "mqtts:8883 -> MetalLB (layer 2) -> HAProxy [terminates TLS, source-ip affinity] -(PROXY v2)-> VerneMQ; " +
                "wss:443 -> Traefik [terminates TLS] -(X-Forwarded-For)-> HAProxy [source-ip affinity] -(PROXY v2)-> VerneMQ",
        );
        assert.equal(
            summarizeEdge(
                planned(gateway, { listeners: ["wss"], exposure: "cluster-ip", certificateSource: undefined }),
            ),
            "wss:443 -> Gateway (HTTPRoute) [terminates TLS] -(X-Forwarded-For)-> HAProxy [source-ip affinity] -(PROXY v2)-> VerneMQ",
        );
    });

    it("still has wss among its listeners", () => {
        assert.deepEqual(
            allListeners(planned(traefik)).map(({ name, port }) => `${name}:${port}`),
            ["mqtts:8883", "wss:443"],
        );
    });

    it("goes by the address on wss where affinity is by client id, and by nothing where it is off", () => {
        const affinityAt = (affinity: EdgeRequirements["affinity"]) =>
            planned(traefik, { affinity }).webSocket?.hops.map((hop) => hop.affinity);
        assert.deepEqual(affinityAt("client-id"), ["none", "source-ip", "none"]);
        assert.deepEqual(affinityAt("none"), ["none", "none", "none"]);
        assert.match(warnings(traefik, { affinity: "client-id" }), /Listener wss uses source-ip affinity/);
    });

    it("refuses what HTTP cannot carry, what leads nowhere and what would come in without a certificate", () => {
        assert.deepEqual(refusals(traefik, { listeners: ["mqtts"] }), ["edge.webSocket"]);
        assert.deepEqual(refusals(traefik, { listeners: ["wss"] }), ["edge.exposure"]);
        assert.deepEqual(refusals(traefik, { clientCertificates: true }), ["edge.clientCertificates"]);
        assert.deepEqual(refusals(traefik, { certificateSource: undefined }, "gke"), ["edge.webSocket"]);
        assert.ok(
            refusals(traefik, { exposure: "none", affinity: "none", certificateSource: undefined }).includes(
                "edge.webSocket",
            ),
        );
        const onlyWss = { listeners: ["wss"], exposure: "cluster-ip" } as const;
        assert.deepEqual(refusals(traefik, { ...onlyWss, affinity: "client-id" }), ["edge.affinity"]);
        assert.deepEqual(refusals(gateway, onlyWss), ["certificate.source"]);
        assert.deepEqual(refusals(traefik, onlyWss), []);
    });

    it("makes a certificate for the Ingress from what the stack has, and for nothing else", () => {
        const source = (
            webSocket: WebSocketRequirements,
            requirements: Partial<EdgeRequirements> = {},
            target = "existing",
        ) => planned(webSocket, requirements, target).webSocket?.certificateSource;
        assert.equal(source(traefik), "pem");
        assert.equal(source({ ...traefik, ownCertificate: true }), null);
        assert.equal(source(gateway), null);
        assert.equal(source({ ...traefik, controller: "alb" }), null);
        // The load balancer holds the certificate there.
        assert.equal(source(traefik, { terminateTls: "cloud" }, "eks"), null);
        assert.equal(source(traefik, {}, "eks"), "pem");
    });

    it("refuses GKE's Ingress, which cuts WebSocket connections, and says that Ingress NGINX is retired", () => {
        assert.deepEqual(refusals({ ...traefik, controller: "gce" }), ["edge.webSocket.controller"]);
        assert.match(warnings({ ...traefik, controller: "ingress-nginx" }), /retired since March 2026/);
        assert.doesNotMatch(warnings({ ...traefik, controller: "nginx" }), /retired/);
    });

    it("refuses a keepalive that an Application Load Balancer cannot hold, to the second", () => {
        const alb = { ...traefik, controller: "alb" } as const;
        assert.deepEqual(refusals(alb, { keepaliveSeconds: 2646 }), []);
        assert.deepEqual(refusals(alb, { keepaliveSeconds: 2647 }), ["edge.keepaliveSeconds"]);
        assert.deepEqual(refusals({ ...alb, ownCertificate: true }), ["edge.webSocket.tlsSecretName"]);
    });

    it("says which idle timeout is not set here, and which one is too short", () => {
        assert.match(
            warnings(gateway),
            /How long the Gateway keeps a silent connection open is its own setting: it has to be 120 s or more/,
        );
        assert.match(
            warnings({ ...traefik, controller: "other" }),
            /ingress controller keeps a silent connection open is its own setting/,
        );
        assert.doesNotMatch(warnings({ ...traefik, controller: "contour" }), /300 s of silence/);
        assert.match(
            warnings({ ...traefik, controller: "contour" }, { keepaliveSeconds: 300 }),
            /Contour drops a connection after 300 s .* set 480 s or more/,
        );
    });

    it("says when the controller serves its own certificate, and that its TLS version is its own", () => {
        assert.match(
            warnings(traefik, { terminateTls: "auto", listeners: ["mqtt", "wss"], certificateSource: undefined }),
            /names no Secret/,
        );
        assert.doesNotMatch(warnings(traefik), /names no Secret/);
        assert.match(warnings(traefik, { minimumTlsVersion: "1.3" }), /lowest TLS version of listener wss/);
    });

    it("has a source for every controller, each with a title", () => {
        for (const controller of ingressControllers.filter((name) => name !== "gce")) {
            const [endpoint] = planned({ ...traefik, controller }).webSocket?.hops ?? [];
            assert.ok(endpoint !== undefined && endpoint.sources.length > 0 && endpoint.terminatesTls);
            assert.ok(endpoint.sources.every((source) => source.startsWith("https://")));
        }
    });
});
