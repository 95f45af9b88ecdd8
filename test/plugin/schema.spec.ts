import assert from "node:assert/strict";
import { currentSchema, keptSchema } from "../../plugin/schema";

describe("The schema of the component for other languages", () => {
    let schema: string;

    before(async () => {
        schema = await currentSchema();
    });

    it("is the one that Pulumi's analyzer reads from the component now", () => {
        assert.equal(keptSchema(), schema, "run `npm run docs`");
    });

    it("says of every argument and output what it is", () => {
        const { resources, types } = JSON.parse(schema) as {
            readonly resources: Readonly<
                Record<string, { readonly inputProperties: Described; readonly properties: Described }>
            >;
            readonly types: Readonly<Record<string, { readonly properties?: Described }>>;
        };
        const described = [
            ...Object.values(resources).flatMap(({ inputProperties, properties }) => [inputProperties, properties]),
            ...Object.values(types).flatMap(({ properties = {} }) => [properties]),
        ].flatMap((group) => Object.entries(group));
        assert.ok(described.length > 40);
        assert.deepEqual(
            described.filter(([, { description = "" }]) => description === "").map(([name]) => name),
            [],
        );
    });

    it("names for every argument that may be left out its default, or what it is required with", () => {
        const { resources } = JSON.parse(schema) as {
            readonly resources: Readonly<
                Record<string, { readonly inputProperties: Described; readonly requiredInputs: readonly string[] }>
            >;
        };
        const [component] = Object.values(resources);
        assert.deepEqual(component?.requiredInputs, ["host"]);
    });
});

type Described = Readonly<Record<string, { readonly description?: string }>>;
