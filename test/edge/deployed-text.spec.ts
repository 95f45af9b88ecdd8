import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { certificateFolder, configFolder, files, runFolder } from "../../components/edge/haproxy/folder";
import { rewrite } from "../../lab/haproxy";
import { change, only, planOf, valid, type StackConfig } from "../support";
import { type EdgeOptions, loopbackReplacements } from "./support/edge";
import { figure, useEdge } from "./support/run";

/** A small pod's pace: a stack's self-signed certificate has an ECDSA key. */
const handshakesPerSecond = 400;

/** Edges as the other tests run them, each with the stack that deploys the same one. */
const cases: readonly { readonly what: string; readonly options: EdgeOptions; readonly stack: StackConfig }[] = [
    {
        what: "TLS in HAProxy, source-IP affinity",
        options: { maxReplicas: 9, sessionSeconds: 24 * 3600, handshakesPerSecond },
        stack: change(valid.existing, "vernemq:edge", { listeners: ["mqtts", "wss", "mqtt"] }),
    },
    {
        what: "TLS in HAProxy, client-id affinity, only some networks",
        options: {
            requirements: { affinity: "client-id", allowedCidrs: ["127.0.0.0/8"] },
            sessionSeconds: 24 * 3600,
            handshakesPerSecond,
        },
        stack: change(valid.existing, "vernemq:edge", {
            listeners: ["mqtts", "wss", "mqtt"],
            affinity: "client-id",
            allowedCidrs: ["127.0.0.0/8"],
        }),
    },
    {
        what: "WebSocket through an ingress controller",
        options: {
            sessionSeconds: 24 * 3600,
            handshakesPerSecond,
            requirements: {
                listeners: ["mqtts", "wss"],
                webSocket: { via: "ingress", controller: "traefik", ownCertificate: false, forwardedHops: 1 },
            },
        },
        stack: change(valid.existing, "vernemq:edge", {
            webSocket: {
                via: "ingress",
                controller: "traefik",
                className: "traefik",
                host: "ws.example.com",
                sources: [{ namespace: "traefik" }],
            },
        }),
    },
    {
        what: "TLS at an AWS load balancer, PROXY headers",
        options: { target: "eks", requirements: { certificateSource: "cloud", listeners: ["mqtts", "wss"] } },
        stack: valid.eks,
    },
];

const limits = { maxConnections: 9000, connectionsPerSourcePerSecond: 100_000 };

for (const { what, options, stack } of cases) {
    describe(`the configuration that the tests run (${what})`, () => {
        const edge = useEdge({ ...options, brokers: 1 });

        it("is, byte for byte but for addresses and paths, the text in the plan's ConfigMap", async () => {
            const plan = await planOf(
                change(change(stack, "vernemq:edge", { haproxy: limits }), "vernemq:broker", {
                    namespace: edge().input.broker.namespace,
                    maxReplicas: edge().input.broker.maxReplicas,
                }),
            );
            const configMap = only(plan, "kubernetes:core/v1:ConfigMap", "vernemq-haproxy-config");
            const data = configMap.inputs["data"] as Record<string, string>;
            const deployed = data[files.config] ?? "";
            const directory = edge().haproxies[0]?.directory ?? "";
            const running = await readFile(join(directory, "haproxy.cfg"), "utf8");

            assert.equal(
                rewrite(deployed, loopbackReplacements(deployed, edge().address(), edge().dnsServer, directory)),
                running,
            );
            const before = deployed.split("\n");
            const after = running.split("\n");
            assert.equal(after.length, before.length);
            const changed = before.filter((line, index) => line !== after[index]);
            assert.ok(
                changed.every(
                    (line) =>
                        line.startsWith("    bind :") ||
                        line === "    parse-resolv-conf" ||
                        [configFolder, certificateFolder, runFolder].some((folder) => line.includes(`${folder}/`)),
                ),
                changed.join("\n"),
            );
            figure("lines, and those in which an address or a path differs", `${before.length}, ${changed.length}`);
        });
    });
}
