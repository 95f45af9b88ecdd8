import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encryptedPair } from "../certificates";
import { change, problemsOf, type StackConfig, valid } from "../support";

/** What a word of the table means for a stack file, by target where it differs. */
const words: Readonly<Record<string, (target: string) => Readonly<Record<string, object>>>> = {
    nothing: () => ({}),
    zone: (target) => ({
        "vernemq:dns": {
            zone: { eks: "Z0123456789ABCDEFGHIJ", gke: "example-zone" }[target] ?? "example.com",
            ...(target === "aks" ? { resourceGroup: "dns" } : {}),
        },
    }),
    token: () => ({ "vernemq:dns": { digitalocean: { token: { secure: "v1:x" } } } }),
    credentials: () => ({ "vernemq:dns": { digitalocean: { token: { secure: "v1:x" } } } }),
    certificate: () => ({ "vernemq:certificate": { pem: encryptedPair } }),
    key: () => ({}),
    issuer: () => ({ "vernemq:certificate": { issuer: { name: "letsencrypt" } } }),
    "Key Vault certificate": () => ({
        "vernemq:certificate": {
            keyVaultSecretId: "https://example.vault.azure.net/secrets/mqtt",
            keyVaultResourceId:
                "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/tls/providers/Microsoft.KeyVault/vaults/example",
        },
        "vernemq:edge": { affinity: "client-id" },
    }),
};

/** Cells that say that a target has no such source. */
const isRefused = (cell: string) => cell.startsWith("not ");

function cells(): { readonly source: string; readonly target: string; readonly cell: string }[] {
    const text = readFileSync(join(__dirname, "..", "..", "docs/reference/targets.md"), "utf8");
    const rows = text
        .split("\n")
        .filter((line) => /^\| (source|`[a-z-]+`) +\|/.test(line))
        .map((line) =>
            line
                .slice(1, -1)
                .split("|")
                .map((cell) => cell.trim()),
        );
    const [targets = [], ...sources] = rows;
    return sources.flatMap(([source = "", ...row]) =>
        row.map((cell, index) => ({ source: source.replaceAll("`", ""), target: targets[index + 1] ?? "", cell })),
    );
}

/** The smallest stack of a target with this source and nothing that one needs beforehand. */
function bare(target: string, source: string): StackConfig {
    const others = Object.entries(valid[target as keyof typeof valid]).filter(
        ([key]) => key !== "vernemq:dns" && key !== "vernemq:certificate",
    );
    const config = change(Object.fromEntries(others), "vernemq:certificate", { source });
    return change(config, "vernemq:edge", { terminateTls: source === "cloud" ? "cloud" : "auto" });
}

describe("the table of what a certificate needs beforehand", () => {
    const all = cells();

    it("has a row for each source and a column for each target", () => {
        assert.equal(all.length, 30);
        assert.deepEqual([...new Set(all.map(({ target }) => target))].sort(), Object.keys(valid).sort());
    });

    for (const { source, target, cell } of all) {
        it(`is right for ${source} on ${target}: ${cell}`, () => {
            const config = bare(target, source);
            if (isRefused(cell)) {
                assert.notDeepEqual(problemsOf(config), []);
                return;
            }
            const given = cell.split(", ").reduce((result, word) => {
                const settings = words[word]?.(target);
                assert.ok(settings !== undefined, `${word} is explained nowhere`);
                return Object.entries(settings).reduce(
                    (changed, [group, values]) => change(changed, group, { ...values }),
                    result,
                );
            }, config);
            assert.deepEqual(problemsOf(given), []);
            assert.equal(problemsOf(config).length > 0, cell !== "nothing", "without it the stack is refused");
        });
    }
});
