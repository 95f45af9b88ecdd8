import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { alertGroups } from "../../../components/observability/alerts";
import { dashboard } from "../../../components/observability/dashboard";
import { brokerMetrics, edgeMetrics } from "../../../components/observability/metrics";
import { subjects } from "./support";

/** What GET /metrics of a VerneMQ 2.1.1 lists, but for a scheduler's own utilization. */
const ofVerneMq = new Set(readFileSync(join(__dirname, "vernemq-2.1.1-metrics.txt"), "utf8").trim().split("\n"));

const expressions = JSON.stringify([alertGroups(subjects), dashboard(subjects)]);
const used = (prefix: string) =>
    [...new Set([...expressions.matchAll(new RegExp(`\\b${prefix}(\\w+)\\{`, "g"))].map(([, name]) => name))].sort();

describe("metrics", () => {
    it("of the brokers are ones that VerneMQ 2.1.1 has", () => {
        assert.deepEqual(
            brokerMetrics.filter((name) => !ofVerneMq.has(`vernemq_${name}`)),
            [],
        );
    });

    it("that are listed are read by an alert or a panel, and no others are", () => {
        assert.deepEqual(used("vernemq_"), [...brokerMetrics].sort());
        assert.deepEqual(used("haproxy_"), [...edgeMetrics].sort());
    });

    it("of others are the kubelet's and cert-manager's", () => {
        const others = [...expressions.matchAll(/\b([a-z_]+)\{/g)]
            .map(([, name]) => name ?? "")
            .filter((name) => !/^(vernemq|haproxy)_/.test(name));
        assert.deepEqual([...new Set(others)].sort(), [
            "certmanager_certificate_expiration_timestamp_seconds",
            "certmanager_certificate_ready_status",
            "certmanager_certificate_renewal_timestamp_seconds",
            "certmanager_http_acme_client_request_count",
            "certmanager_issuer_ready_status",
            "kubelet_volume_stats_available_bytes",
            "kubelet_volume_stats_capacity_bytes",
            "up",
        ]);
    });
});
