import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stacksOf } from "../../../../plan/stack-file";
import { parseSettings } from "../../../../stacks/settings/parse";
import { change, exampleOf, rawConfig, type StackConfig, valid } from "../../../support";

const root = join(__dirname, "..", "..", "..", "..");

const onMetallb = change(valid.existing, "vernemq:cluster", { metallb: { addresses: ["192.0.2.0/28"] } });

function namedIn(config: StackConfig): string {
    const line = parseSettings(rawConfig(config)).warnings.find((text) => text.startsWith("Documentation values"));
    return line ?? "";
}

describe("Values for documentation", () => {
    const cases: readonly (readonly [string, StackConfig, string])[] = [
        ["a network of RFC 5737", valid.eks, "cluster.apiAllowedCidrs[0] (203.0.113.0/24)"],
        [
            "an address of RFC 5737",
            change(onMetallb, "vernemq:edge", { address: "192.0.2.7" }),
            "edge.address (192.0.2.7)",
        ],
        [
            "a range of RFC 5737",
            change(valid.existing, "vernemq:cluster", { metallb: { addresses: ["198.51.100.1-198.51.100.9"] } }),
            "cluster.metallb.addresses[0] (198.51.100.1-198.51.100.9)",
        ],
        ["a name of RFC 2606", valid.gke, "edge.host (mqtt.example.com)"],
        [
            "such a name in an image",
            change(valid.existing, "vernemq:broker", { image: { repository: "registry.example.com/vernemq" } }),
            "broker.image.repository (registry.example.com/vernemq)",
        ],
        ["the made-up zone id", valid.eks, "dns.zone (Z0123456789ABCDEFGHIJ)"],
        ["the made-up project", valid.gke, "gcp:project (example-project)"],
    ];
    for (const [title, config, named] of cases) {
        it(`are named where they stand: ${title}`, () => {
            assert.ok(namedIn(config).includes(named), namedIn(config));
        });
    }

    it("are not taken for what only looks like them", () => {
        const yours = change(
            change(valid.existing, "vernemq:edge", { host: "mqtt.my-example.com" }),
            "vernemq:broker",
            { image: { repository: "registry.example.company/vernemq" } },
        );
        assert.equal(namedIn(yours), "");
    });
});

describe("Every example stack", () => {
    for (const stack of stacksOf(root)) {
        it(`says on top which lines to edit, and leaves out no value for documentation: ${stack}`, () => {
            const file = readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8");
            const top = file.slice(0, file.indexOf("config:"));
            const [, edit = ""] = /^# Edit before the first `pulumi up`: (.+)$/m.exec(top) ?? [];
            assert.notEqual(edit, "");
            const named = [...namedIn(exampleOf(stack)).matchAll(/(?:: |, )([^ ]+) \(/g)].map(([, key = ""]) => key);
            const words = edit.replace(/\.$/, "").split(/, | and | with /);
            const missing = named.filter((key) => !words.some((word) => key.startsWith(word)));
            assert.deepEqual(missing, []);
        });
    }
});
