import { readFileSync } from "node:fs";
import * as z from "zod";
import type { Baseline } from "./changes/from-comparison";
import { UserError } from "./report";

const texts = z.array(z.string());
const properties = z.record(z.string(), z.unknown());

/** What a comparison needs of an earlier plan; what else the file holds stays as it is. */
const schema = z.looseObject({
    stack: z.string(),
    target: z.string(),
    edge: z.looseObject({
        summary: z.string(),
        hops: z.array(z.looseObject({ kind: z.string(), title: z.string() })),
        listeners: z.array(z.looseObject({ name: z.string(), port: z.number() })),
    }),
    resources: z.array(
        z.looseObject({
            urn: z.string(),
            type: z.string(),
            name: z.string(),
            parent: z.string().nullable(),
            provider: z.string().nullable(),
            dependencies: texts,
            inputs: properties,
            protect: z.boolean(),
            custom: z.boolean(),
            outputs: properties.nullable(),
            propertyDependencies: z.record(z.string(), texts),
            options: properties,
        }),
    ),
});

/** Reads an earlier plan of the same stack, as `--json` wrote it. */
export function readBaseline(file: string, stack: string): Baseline {
    const result = schema.safeParse(parseJson(readText(file), file));
    if (!result.success) {
        const [issue] = result.error.issues;
        const where = issue === undefined ? "" : ` (${issue.path.map(String).join(".")}: ${issue.message})`;
        throw new UserError(`${file} is no plan as --json writes it${where}`);
    }
    if (result.data.stack !== stack) {
        throw new UserError(`${file} is a plan of stack ${result.data.stack}; compare ${stack} with one of its own`);
    }
    return result.data as unknown as Baseline;
}

function readText(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch {
        throw new UserError(`${file} cannot be read; --against takes a file that --json wrote`);
    }
}

function parseJson(text: string, file: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        throw new UserError(`${file} is no JSON; --against takes a file that --json wrote`);
    }
}
