import assert from "node:assert/strict";
import { parsePattern } from "../../../components/common/property-path";
import { loadSimulatedProvider } from "../../../simulation";
import { replacementTable, type ReplacementTable, type Verdict } from "../../../simulation/replacements";
import { emittedResources, leafPaths } from "./emitted";

/** Platforms by the folder of their table, with the package of their types. */
const platforms = {
    aws: "aws",
    google: "gcp",
    azure: "azure-native",
    digitalocean: "digitalocean",
    kubernetes: "kubernetes",
} as const;

interface Row {
    readonly path: string;
    readonly verdict: Verdict;
}

/** What a table says of a type; rows by hand come first. */
function rowsOf(table: ReplacementTable, type: string): readonly Row[] {
    const byHand = table.byHand.filter((row) => row.type === type);
    const verdicts = Object.entries(table.types[type] ?? {}) as [Verdict, readonly string[]][];
    return [...byHand, ...verdicts.flatMap(([verdict, paths]) => paths.map((path) => ({ path, verdict })))];
}

/** The row of a path or of one above it. */
function rowOf(rows: readonly Row[], path: string): Row | undefined {
    const keys = parsePattern(path);
    return rows.find((row) => parsePattern(row.path).every((key, index) => key === keys[index]));
}

for (const [platform, packageName] of Object.entries(platforms)) {
    describe(`What replaces what on ${platform}`, () => {
        const table = replacementTable(platform);

        it("is said with provider, version, date and how it was obtained; each row by hand with a source", () => {
            assert.match(table.provider, /\w/);
            assert.match(table.version, /^v?\d+\.\d+\.\d+|^[0-9a-f]{40}$/);
            assert.match(table.date, /^20\d\d-\d\d-\d\d$/);
            assert.match(table.obtained, /npm run audit:replacements -- /);
            assert.deepEqual(
                table.byHand.filter(({ source }) => !source.includes("https://")),
                [],
            );
        });

        it("has a verdict on each property that a stack of the tests sets", async () => {
            const emitted = await emittedResources(packageName);
            const properties = new Set(
                emitted.flatMap(({ type, inputs }) => leafPaths(inputs).map((path) => `${type} ${path}`)),
            );
            const missing = [...properties].filter((property) => {
                const [type = "", ...path] = property.split(" ");
                // The kind of an object is its type.
                return (
                    rowOf(rowsOf(table, type), path.join(" ")) === undefined &&
                    !/^(apiVersion|kind)$/.test(path.join(" "))
                );
            });
            assert.ok(properties.size >= 20, `${properties.size.toString()} properties were found`);
            assert.deepEqual(missing, []);
        });

        it("is what the simulated cloud replaces on, and where it depends, the cloud looks at before and after", async () => {
            const provider = await loadSimulatedProvider(packageName);
            for (const type of new Set([...Object.keys(table.types), ...table.byHand.map((row) => row.type)])) {
                const model = provider?.models[type] ?? provider?.fallback?.(type);
                const rows = rowsOf(table, type);
                const byHand = new Map(table.byHand.filter((row) => row.type === type).map((row) => [row.path, row]));
                for (const { path, verdict } of rows.filter((row) => (byHand.get(row.path) ?? row) === row)) {
                    const isReplaced = model?.replaceOn?.includes(path) === true;
                    assert.equal(isReplaced, verdict === "replaces", `${type} ${path}: ${verdict}`);
                    assert.ok(
                        verdict !== "depends" || model?.replaceOnWhen !== undefined,
                        `${type} ${path} depends, and nothing looks at it`,
                    );
                }
            }
        });

        it("has a rule for each change that the provider refuses", async () => {
            const provider = await loadSimulatedProvider(packageName);
            const refused = Object.entries(table.refused ?? {}).flatMap(([type, paths]) =>
                Object.keys(paths)
                    .filter((path) => !table.byHand.some((row) => row.type === type && row.path === path))
                    .map((path) => ({ type, path })),
            );
            assert.deepEqual(
                refused.filter(({ type }) => (provider?.models[type]?.changeRules ?? []).length === 0),
                [],
            );
        });
    });
}
