import assert from "node:assert/strict";
import { checkPlan, type Check } from "../../../plan/checks";
import type { EdgePlan } from "../../../components/edge/plan";
import { change, valid, throughIngress } from "../../support";
import { planned } from "./planned";

async function checksOf(
    config: Parameters<typeof planned>[0],
    other: Partial<EdgePlan> = {},
): Promise<readonly Check[]> {
    const { edge, resources } = await planned(config);
    return checkPlan({ edge: { ...edge, ...other }, resources });
}

function named(checks: readonly Check[], start: string): Check | undefined {
    return checks.find(({ name }) => name.startsWith(start));
}

describe("checks of the connection path", () => {
    it("warn where there is no edge, and say nothing of hops", async () => {
        const config = Object.fromEntries(Object.entries(valid.eks).filter(([key]) => key !== "vernemq:dns"));
        const edge = { exposure: "none", listeners: ["mqtt"], affinity: "none" };
        const checks = await checksOf(change(config, "vernemq:edge", edge));
        assert.equal(named(checks, "TLS is terminated")?.status, "warn");
        assert.match(named(checks, "TLS is terminated")?.detail ?? "", /plain MQTT with VerneMQ's own Service/);
        assert.equal(named(checks, "The resources open"), undefined);
        assert.equal(named(checks, "A device"), undefined);
    });

    it("warn where affinity is not asked for", async () => {
        const checks = await checksOf(change(valid.existing, "vernemq:edge", { affinity: "none" }));
        assert.equal(named(checks, "A device")?.status, "warn");
    });

    it("warn of plain MQTT that was asked for, and let it pass inside the cluster", async () => {
        const open = change(valid.existing, "vernemq:edge", { listeners: ["mqtts", "mqtt"] });
        const inside = change(open, "vernemq:edge", { exposure: "cluster-ip" });
        assert.equal(named(await checksOf(open), "Plain MQTT")?.status, "warn");
        assert.match(named(await checksOf(inside), "Plain MQTT")?.detail ?? "", /only pods of the cluster/);
        assert.equal(named(await checksOf(inside), "Plain MQTT")?.status, "pass");
    });

    it("fail where a listener with plain MQTT is open that was not asked for", async () => {
        const config = change(valid.existing, "vernemq:edge", { listeners: ["mqtts", "mqtt"] });
        const { edge } = await planned(config);
        const listeners = edge.listeners.filter(({ name }) => name === "mqtts");
        const checks = await checksOf(config, { listeners });
        assert.equal(named(checks, "Plain MQTT")?.status, "fail");
        assert.match(named(checks, "The resources open")?.detail ?? "", /opens port 1883.*no such listener/);
    });

    it("fail where the user requires more than the resources hold", async () => {
        const checks = await checksOf(valid.existing, { keepaliveSeconds: 3600, minimumTlsVersion: "1.3" });
        assert.match(named(checks, "No idle timeout")?.detail ?? "", /timeout tunnel: closed after 120 s/);
        assert.match(
            named(checks, "TLS 1.3 is the lowest")?.detail ?? "",
            /ssl-min-ver: the lowest TLS version is 1\.2/,
        );
    });

    it("name what terminates TLS for WebSocket clients of an Ingress", async () => {
        const checks = await checksOf(change(valid.existing, "vernemq:edge", { webSocket: throughIngress }));
        assert.match(named(checks, "TLS is terminated")?.detail ?? "", /haproxy, ingress-controller/);
        assert.match(named(checks, "TLS 1.2 is the lowest")?.detail ?? "", /for wss what Traefik is set to$/);
    });
});
