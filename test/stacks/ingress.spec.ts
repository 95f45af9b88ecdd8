import assert from "node:assert/strict";
import { change, exampleOf, planOf, valid, type StackConfig, throughIngress } from "../support";

async function warnings(settings: object, config: StackConfig = valid.existing): Promise<string> {
    return (await planOf(change(config, "vernemq:edge", { webSocket: throughIngress, ...settings }))).warnings.join(
        "\n",
    );
}

describe("the example stack with an ingress controller", () => {
    const config = exampleOf("ingress");

    it("has two routes that join at HAProxy, and no check that it breaks", async () => {
        const plan = await planOf(config, "ingress");
        assert.equal(
            plan.edge.summary,
            "mqtts:8883 -> the cluster's LoadBalancer Service -> HAProxy [terminates TLS, source-ip affinity] -(PROXY v2)-> VerneMQ; " +
                "wss:443 -> Traefik [terminates TLS] -(X-Forwarded-For)-> HAProxy [source-ip affinity] -(PROXY v2)-> VerneMQ",
        );
        assert.deepEqual(
            plan.checks.filter(({ status }) => status !== "pass"),
            [],
        );
    });
});

describe("a stack of WebSocket clients alone, through a Gateway", () => {
    it("needs no certificate and no zone, on a managed cluster too", async () => {
        const gateway = {
            via: "gateway",
            gateway: { name: "shared", namespace: "infra" },
            sources: [{ namespace: "infra" }],
        };
        const config: Record<string, unknown> = change(valid.eks, "vernemq:edge", {
            webSocket: gateway,
            listeners: ["wss"],
            exposure: "cluster-ip",
        });
        delete config["vernemq:dns"];
        const plan = await planOf(config);
        assert.deepEqual(
            plan.resources.filter(({ type }) => type.startsWith("aws:lb/") || type.startsWith("aws:acm/")),
            [],
        );
        assert.equal(
            plan.edge.summary,
            "wss:443 -> Gateway (HTTPRoute) [terminates TLS] -(X-Forwarded-For)-> HAProxy [source-ip affinity] -(PROXY v2)-> VerneMQ",
        );
        assert.deepEqual(
            plan.checks.filter(({ status }) => status === "fail"),
            [],
        );
    });
});

describe("warnings about WebSocket clients through an ingress or gateway", () => {
    it("say where the name has to lead", async () => {
        assert.match(await warnings({}), /ws\.example\.com has to resolve to the ingress controller's address/);
        const gateway = {
            via: "gateway",
            host: "ws.example.com",
            gateway: { name: "shared", namespace: "infra" },
            sources: [{ namespace: "infra" }],
        };
        assert.match(
            await warnings({ webSocket: gateway }),
            /ws\.example\.com has to resolve to the Gateway's address/,
        );
    });
});
