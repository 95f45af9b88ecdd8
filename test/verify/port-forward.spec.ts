import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "../../ops/kubernetes/client";
import { Broker } from "../../lab/broker";
import { Router } from "../../lab/router";
import { portForwardAccess } from "../../verify/access/port-forward";
import { ScriptedCluster } from "../ops/support/cluster";
import { quickly, titles } from "./support";

describe("verify, past the edge through the Kubernetes API", () => {
    const running: { stop(): Promise<void> }[] = [];

    afterEach(async () => {
        for (const each of running.splice(0).reverse()) {
            await each.stop();
        }
    });

    it("reaches each broker's pod by a port-forward, and finds the one that is alone", async () => {
        const cluster = await ScriptedCluster.start({ replicas: 3 });
        running.push(cluster);
        const router = new Router();
        const brokers: Broker[] = [];
        for (const ordinal of [0, 1, 2]) {
            const name = `vernemq-${ordinal}`;
            const broker = new Broker({ name, router: ordinal === 2 ? new Router() : router });
            await broker.start();
            running.push(broker);
            brokers.push(broker);
            cluster.ports.set(`${name}:1883`, broker.ports.internal);
        }
        const kube = await connect({
            kubeconfig: { kind: "file", path: cluster.kubeconfigPath },
            namespace: "messaging",
            statefulSet: "vernemq",
        });
        const port = brokers[0]?.ports.internal ?? 0;
        const report = await quickly(
            {
                name: "forwarded",
                endpoints: [{ name: "mqtt", scheme: "mqtt", host: "127.0.0.1", port, path: "" }],
                allowAnonymous: true,
                minimumTlsVersion: "1.2",
                affinity: "source-ip",
                topicPrefix: "verify",
                access: await portForwardAccess(kube, 1883),
            },
            { checks: ["cluster", "affinity"], settings: { timeoutMs: 3000 } },
        );
        assert.deepEqual(titles(report, "failed"), ["cluster"], JSON.stringify(report.results));
        assert.match(report.results[0]?.seen ?? "", /^alone: vernemq-2 /);
        assert.equal(report.results[1]?.seen, "6 connections from this machine came to vernemq-0 (6)");
        // The end of a connection reaches the broker over the stream a moment later.
        for (const broker of brokers) {
            while (broker.sessions.length > 0) {
                await once(broker, "disconnect");
            }
        }
    });
});
