import { createHash } from "node:crypto";
import { brokerPanels } from "./panels/broker";
import { edgePanels } from "./panels/edge";
import type { Panel, Row } from "./panels/panel";
import type { Subjects } from "./subjects";

/** A dashboard as Grafana's provisioning reads it (https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/). */
export interface Dashboard {
    readonly uid: string;
    readonly title: string;
    readonly schemaVersion: number;
    readonly panels: readonly GrafanaPanel[];
    readonly [property: string]: unknown;
}

/** A panel in its place. */
interface GrafanaPanel {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly [property: string]: unknown;
}

/** The data source is a variable, so that the dashboard works with a Prometheus of any name. */
const datasource = { type: "prometheus", uid: "${datasource}" } as const;

/** Columns of Grafana's grid. */
const columns = 24;

/** The version of the model that Grafana 11 writes; newer ones migrate it when they load it. */
const schemaVersion = 39;

/** The dashboard of what is measured. Pure, and the same text for the same subjects. */
export function dashboard(subjects: Subjects): Dashboard {
    const { namespace } = subjects.brokers;
    return {
        // At most 40 characters, and a Kubernetes namespace has up to 63.
        uid: `vernemq-${createHash("sha256").update(namespace).digest("hex").slice(0, 12)}`,
        title: `VerneMQ (${namespace})`,
        description: "Generated; a change is lost at the next update.",
        tags: ["vernemq", "mqtt"],
        schemaVersion,
        version: 1,
        editable: true,
        graphTooltip: 1,
        refresh: "30s",
        timezone: "browser",
        time: { from: "now-6h", to: "now" },
        templating: {
            list: [
                {
                    name: "datasource",
                    type: "datasource",
                    query: "prometheus",
                    label: "Data source",
                    hide: 0,
                    current: {},
                    options: [],
                    refresh: 1,
                    regex: "",
                },
            ],
        },
        annotations: { list: [] },
        links: [],
        panels: placed([...brokerPanels(subjects), ...edgePanels(subjects)]),
    };
}

/** Rows one below the other, panels from left to right, each with its own id. */
function placed(rows: readonly Row[]): GrafanaPanel[] {
    const panels: GrafanaPanel[] = [];
    let y = 0;
    for (const row of rows) {
        panels.push({
            id: panels.length + 1,
            type: "row",
            title: row.title,
            collapsed: false,
            panels: [],
            gridPos: { x: 0, y, w: columns, h: 1 },
        });
        y += 1;
        let x = 0;
        let tallest = 0;
        for (const panel of row.panels) {
            if (x + panel.width > columns) {
                x = 0;
                y += tallest;
                tallest = 0;
            }
            panels.push(grafanaPanel(panel, panels.length + 1, x, y));
            x += panel.width;
            tallest = Math.max(tallest, panel.height);
        }
        y += tallest;
    }
    return panels;
}

function grafanaPanel(panel: Panel, id: number, x: number, y: number): GrafanaPanel {
    return {
        id,
        type: panel.kind,
        title: panel.title,
        description: panel.description,
        datasource,
        gridPos: { x, y, w: panel.width, h: panel.height },
        targets: panel.queries.map(({ expression, legend }, index) => ({
            refId: String.fromCharCode("A".charCodeAt(0) + index),
            datasource,
            editorMode: "code",
            expr: expression,
            legendFormat: legend,
            ...(panel.kind === "stat" ? { instant: true, range: false } : { range: true }),
        })),
        fieldConfig: {
            defaults: {
                unit: panel.unit,
                ...(panel.kind === "timeseries" ? { min: 0 } : {}),
                ...(panel.thresholds === undefined
                    ? {}
                    : {
                          color: { mode: panel.kind === "stat" ? "thresholds" : "palette-classic" },
                          thresholds: { mode: "absolute", steps: panel.thresholds },
                      }),
            },
            overrides: [],
        },
        options:
            panel.kind === "stat"
                ? {
                      colorMode: "background",
                      graphMode: "none",
                      reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
                  }
                : {
                      legend: { displayMode: "list", placement: "bottom", showLegend: true },
                      tooltip: { mode: "multi", sort: "desc" },
                  },
    };
}
