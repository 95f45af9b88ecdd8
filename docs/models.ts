import { loadSimulatedProvider } from "../simulation";
import { replacementTable } from "../simulation/replacements";
import { wrapped } from "./reference";

/** Simulated clouds: the package of their types, what people call them, and the folder with their table of replacements. */
const clouds = [
    ["aws", "AWS", "aws"],
    ["gcp", "Google Cloud", "google"],
    ["azure-native", "Azure", "azure"],
    ["digitalocean", "DigitalOcean", "digitalocean"],
    ["kubernetes", "Kubernetes", "kubernetes"],
] as const;

interface CloudRow {
    readonly title: string;
    readonly rules: number;
    readonly verdicts: number;
    readonly source: string;
}

/** What the simulated clouds have, counted in the code. A rule that several types share counts once. */
function cloudRows(): Promise<readonly CloudRow[]> {
    return Promise.all(
        clouds.map(async ([packageName, title, folder]) => {
            const provider = await loadSimulatedProvider(packageName);
            const models = Object.values(provider?.models ?? {});
            const all = models.flatMap((model) => [...(model.rules ?? []), ...(model.changeRules ?? [])]);
            const rules = new Set(all.map(({ text, source: place }) => `${text} ${place}`));
            const table = replacementTable(folder);
            const verdicts = Object.values(table.types).flatMap((type) => Object.values(type).flat()).length;
            const source = `${table.provider} ${table.version.replace(/^([0-9a-f]{8})[0-9a-f]{32}$/, "$1")}, ${table.date}`;
            return { title, rules: rules.size, verdicts: verdicts + table.byHand.length, source };
        }),
    );
}

function sumOf(rows: readonly CloudRow[]): string {
    return rows.reduce((sum, row) => sum + row.rules, 0).toString();
}

/** What the plan claims, and where it is said what it does not. */
export async function rejectsSentence(): Promise<string> {
    return wrapped(
        `Before anything is created it rejects what it knows your cloud would reject: ${sumOf(await cloudRows())} rules, each with its ` +
            "source. [What is known to be missing](docs/status.md#tried-against-models) is listed too.",
    ).join("\n");
}

/** How many rules the simulated clouds have, and where their replacement rules come from. */
export async function modelsTable(): Promise<string> {
    const rows = await cloudRows();
    const head = ["cloud", "rules", "verdicts on replacement", "asked or read"];
    const lines = rows.map(({ title, rules, verdicts, source }) => [
        title,
        rules.toString(),
        verdicts.toString(),
        source,
    ]);
    return [
        ...wrapped(
            `The plan rejects what it knows the clouds would reject: ${sumOf(rows)} rules, each with its source. ` +
                "What replaces a resource is the providers' own word, property by property; " +
                "`npm run audit:replacements` asks again.",
        ),
        "",
        ...[head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`),
    ].join("\n");
}
