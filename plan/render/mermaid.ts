import type { Topology } from "./topology";

/** A topology as a Mermaid flowchart. Every label is quoted, and what Mermaid would read as syntax is written as an entity. */
export function renderMermaid(topology: Topology): string {
    const { hops, brokers, listeners } = topology;
    const ids = ["devices", ...hops.map((_, index) => `hop${index}`)];
    const sent = [listeners, ...hops.map((hop) => hop.sends)];
    return [
        "flowchart LR",
        `    devices(["Devices"])`,
        ...hops.map((hop, index) => `    ${ids[index + 1] ?? ""}["${label([hop.title, ...hop.duties])}"]`),
        `    subgraph vernemq["VerneMQ"]`,
        "        direction TB",
        ...brokers.map((name, index) => `        broker${index}["${label([name])}"]`),
        "    end",
        ...ids.map((id, index) => `    ${id} ${arrow(sent[index] ?? "")} ${ids[index + 1] ?? "vernemq"}`),
        "    classDef tls stroke:#1a7f37,stroke-width:3px",
        "    classDef affinity stroke-dasharray:6 3",
        ...classLine(
            "tls",
            hops.flatMap((hop, index) => (hop.terminatesTls ? [`hop${index}`] : [])),
        ),
        ...classLine(
            "affinity",
            hops.flatMap((hop, index) => (hop.keepsAffinity ? [`hop${index}`] : [])),
        ),
    ].join("\n");
}

function arrow(text: string): string {
    return text === "" ? "-->" : `-->|"${label([text])}"|`;
}

function label(lines: readonly string[]): string {
    return lines.map(escapeLabel).join("<br/>");
}

function escapeLabel(text: string): string {
    return text
        .replaceAll("#", "#35;")
        .replaceAll('"', "#quot;")
        .replaceAll("<", "#lt;")
        .replaceAll(">", "#gt;")
        .replaceAll("`", "#96;");
}

function classLine(name: string, ids: readonly string[]): readonly string[] {
    return ids.length === 0 ? [] : [`    class ${ids.join(",")} ${name}`];
}
