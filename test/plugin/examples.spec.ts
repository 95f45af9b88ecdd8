import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { VerneMq, type VerneMqArgs } from "../../components";
import { record } from "../../plan/run";
import { keptSchema } from "../../plugin/schema";

const examples = join(__dirname, "..", "..", "examples");

interface Component {
    readonly inputProperties: Readonly<Record<string, object>>;
    readonly properties: Readonly<Record<string, object>>;
    readonly requiredInputs: readonly string[];
}

function component(): Component {
    const { resources } = JSON.parse(keptSchema()) as { readonly resources: Readonly<Record<string, Component>> };
    const found = resources["vernemq:index:VerneMq"];
    assert.ok(found !== undefined);
    return found;
}

/** The outputs that a text asks of the component, by the name that `mqtt.` stands before. */
function outputsIn(text: string): readonly string[] {
    return [...text.matchAll(/\bmqtt\.(\w+)\b(?!\.)/g)].flatMap(([, name = ""]) => (name === "example" ? [] : [name]));
}

/** As Pulumi's SDK for Python names properties (pulumi, pkg/codegen/python/python.go, PyName): an underscore before each word. */
function pythonName(name: string): string {
    return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}

describe("The example in YAML", () => {
    const text = readFileSync(join(examples, "yaml", "Pulumi.yaml"), "utf8");
    const { resources } = parse(text) as {
        readonly resources: Readonly<Record<string, { readonly type: string; readonly properties: VerneMqArgs }>>;
    };

    it("is planned offline, with what its arguments ask for", async () => {
        const config = { project: "mqtt", stack: "test", values: {}, keysWithDecryptedValues: new Set<string>() };
        const args = resources["mqtt"]?.properties;
        assert.ok(args !== undefined);
        const plan = await record(config, () => Promise.resolve(new VerneMq("mqtt", args)));
        assert.deepEqual(plan.rejections, []);
        const release = plan.resources.find(({ type }) => type === "kubernetes:helm.sh/v3:Release");
        const values = release?.inputs["values"] as {
            readonly image: object;
            readonly persistentVolume: { size: string };
        };
        assert.deepEqual(values.image, { repository: "registry.example.com/vernemq", tag: "2.1.2" });
        assert.equal(values.persistentVolume.size, "50Gi");
    });

    it("names properties and outputs that the component has", () => {
        const { inputProperties, properties } = component();
        const unknown = Object.keys(resources["mqtt"]?.properties ?? {}).filter((name) => !(name in inputProperties));
        assert.deepEqual(unknown, []);
        assert.deepEqual(
            outputsIn(text.slice(text.indexOf("outputs:"))).filter((name) => !(name in properties)),
            [],
        );
    });
});

describe("The example in Python", () => {
    const text = readFileSync(join(examples, "python", "__main__.py"), "utf8");

    it("names arguments and outputs that the component has, and all that are required", () => {
        const { inputProperties, properties, requiredInputs } = component();
        const given = [...text.matchAll(/^ {4}(\w+)=/gm)].map(([, name]) => name);
        const known = Object.keys(inputProperties).map(pythonName);
        assert.ok(given.length > 4);
        assert.deepEqual(
            given.filter((name) => name === undefined || !known.includes(name)),
            [],
        );
        assert.deepEqual(
            requiredInputs.map(pythonName).filter((name) => !given.includes(name)),
            [],
        );
        const asked = outputsIn(text.slice(text.indexOf("pulumi.export")));
        assert.ok(asked.length > 2);
        assert.deepEqual(
            asked.filter((name) => !Object.keys(properties).map(pythonName).includes(name)),
            [],
        );
    });
});
