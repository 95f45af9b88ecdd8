import { writeFileSync } from "node:fs";
import { fixture, identitiesOf } from "./kept";
import { variants } from "./variants";

/** Writes the fixture anew: only where a replacement is meant and the release notes say what users do about it. */
async function main(): Promise<void> {
    const lines = new Map<string, string[]>();
    for (const [name, config] of Object.entries(variants())) {
        for (const { urns, digest } of await identitiesOf(config)) {
            const line = `${urns[0] ?? ""} ${digest}`;
            lines.set(line, [...(lines.get(line) ?? []), name]);
        }
    }
    const text = [...lines].map(([line, names]) => `${line} ${names.join(" ")}`).sort();
    writeFileSync(fixture, `${text.join("\n")}\n`);
}

void main();
