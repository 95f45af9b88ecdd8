import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ComponentProvider } from "@pulumi/pulumi/provider/experimental/provider";
import { VerneMq } from "../components/vernemq/vernemq";

/** Name of the package in the engine, by which types of its components begin. */
export const packageName = "vernemq";

/** File with the schema, which tells what a release changes for programs in other languages. */
export const schemaFile = join(__dirname, "schema.json");

/** The schema as Pulumi's own analyzer reads it from the component's arguments and outputs. */
export async function currentSchema(): Promise<string> {
    const provider = new ComponentProvider({ name: packageName, components: [VerneMq], dirname: __dirname });
    return `${JSON.stringify(JSON.parse(await provider.getSchema()), undefined, 4)}\n`;
}

export function keptSchema(): string {
    return readFileSync(schemaFile, "utf8");
}
