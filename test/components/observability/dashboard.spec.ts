import assert from "node:assert/strict";
import { dashboard } from "../../../components/observability/dashboard";
import { checkRules, needsPromtool } from "./promtool";
import { subjects } from "./support";

const { panels, ...model } = dashboard(subjects);
const queries = panels.flatMap(
    (panel) => (panel["targets"] as readonly { refId: string; expr: string; datasource: unknown }[] | undefined) ?? [],
);

describe("the Grafana dashboard", () => {
    it("has its own id for each panel, in rows", () => {
        assert.deepEqual(
            panels.map(({ id }) => id),
            panels.map((_, index) => index + 1),
        );
        assert.deepEqual(
            panels.filter(({ type }) => type === "row").map(({ title }) => title),
            ["Cluster", "Connections", "Messages and queues", "Between brokers", "Erlang VM", "Edge (HAProxy)"],
        );
    });

    it("is of a version of the model that Grafana knows, with an identifier that it takes", () => {
        assert.equal(model.schemaVersion, 39);
        assert.match(model.uid, /^[\w-]{1,40}$/);
        assert.equal(model.title, "VerneMQ (messaging)");
        assert.equal(model["id"], undefined);
    });

    it("reads every panel from the data source that is chosen on it", () => {
        const { list } = model["templating"] as { list: readonly { name: string; type: string; query: string }[] };
        assert.deepEqual(
            list.map(({ name, type, query }) => ({ name, type, query })),
            [{ name: "datasource", type: "datasource", query: "prometheus" }],
        );
        for (const { datasource } of queries) {
            assert.deepEqual(datasource, { type: "prometheus", uid: "${datasource}" });
        }
        assert.ok(queries.length > 30);
    });

    it("lays no panel over another, nor beyond the 24 columns", () => {
        const cells = new Set<string>();
        for (const { gridPos, title } of panels) {
            assert.ok(gridPos.x >= 0 && gridPos.x + gridPos.w <= 24, title);
            for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
                for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
                    const cell = `${x}/${y}`;
                    assert.ok(!cells.has(cell), `${title} lies over another at ${cell}`);
                    cells.add(cell);
                }
            }
        }
    });

    it("asks for this namespace's pods alone", () => {
        for (const { expr } of queries) {
            assert.match(expr, /\{namespace="messaging",pod=~"vernemq(-edge-\[a-z0-9\]\+-\[a-z0-9\]\+|-\[0-9\]\+)"/);
        }
    });

    it("asks in valid PromQL", async function () {
        needsPromtool(this);
        const rules = queries.map(({ expr }, index) => ({
            alert: `Panel${index}`,
            // Grafana puts a length of time in place of its variable.
            expr: expr.replaceAll("$__rate_interval", "2m"),
            for: "1m",
            labels: {},
            annotations: {},
        }));
        assert.match(
            await checkRules({ groups: [{ name: "panels", rules }] }),
            new RegExp(`SUCCESS: ${queries.length} rules found`),
        );
    });

    it("names the queries of a panel A, B, C", () => {
        for (const panel of panels.filter(({ type }) => type !== "row")) {
            const targets = panel["targets"] as readonly { refId: string }[];
            assert.equal(targets.map(({ refId }) => refId).join(""), "ABCDEFGH".slice(0, targets.length), panel.title);
        }
    });

    it("is the same text for the same subjects, and another for another namespace", () => {
        const other = { ...subjects, brokers: { ...subjects.brokers, namespace: "m".repeat(63) } };
        assert.equal(JSON.stringify(dashboard(subjects)), JSON.stringify(dashboard(subjects)));
        assert.notEqual(dashboard(other).uid, model.uid);
        assert.match(dashboard(other).uid, /^[\w-]{1,40}$/);
    });

    it("has no row for an edge that is not there", () => {
        const { panels: rest } = dashboard({ brokers: subjects.brokers });
        assert.ok(rest.every(({ title }) => !title.startsWith("Edge")));
        assert.ok(!JSON.stringify(rest).includes("haproxy_"));
    });
});
