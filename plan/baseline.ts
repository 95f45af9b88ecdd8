import { readFileSync } from "node:fs";
import * as z from "zod";
import { plainMessage } from "../components/common/plain-message";
import type { Baseline } from "./changes/from-comparison";
import { UserError } from "./common/errors";

/** Of the JSON that a plan is written as. It rises when an earlier version would be misread; plans before 2 name none. */
export const formatVersion = 2;

/** @throws UserError in one sentence where a file was written by another version of this program */
export function checkFormat(file: string, content: unknown): void {
    const version = (content as { readonly formatVersion?: unknown } | null)?.formatVersion ?? 1;
    if (version !== formatVersion) {
        throw new UserError(
            `${file} is a plan of format ${JSON.stringify(version)}, and this version reads format ${formatVersion.toString()}; write it again with this version`,
        );
    }
}

const texts = z.array(z.string());
const properties = z.record(z.string(), z.unknown());

/** What a comparison needs of an earlier plan; what else the file holds stays as it is. */
const schema = z.looseObject({
    stack: z.string(),
    target: z.string(),
    digestKey: z.string().optional(),
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
            secretDigests: z.record(z.string(), z.string()).optional(),
        }),
    ),
});

/** Reads an earlier plan of the same stack, as `--json` wrote it. */
export function readBaseline(file: string, stack: string): Baseline {
    const content = parseJson(readText(file), file);
    if (isPlan(content)) {
        checkFormat(file, content);
    }
    const result = schema.safeParse(content, { error: plainMessage });
    if (!result.success) {
        const [issue] = result.error.issues;
        const where = issue === undefined ? "" : ` (${issue.path.map(String).join(".")}: ${issue.message})`;
        throw new UserError(`${file} is not a plan that --json wrote${where}`);
    }
    if (result.data.stack !== stack) {
        throw new UserError(`${file} is a plan of stack ${result.data.stack}; compare ${stack} with its own plan`);
    }
    return result.data as unknown as Baseline;
}

function isPlan(content: unknown): boolean {
    return typeof content === "object" && content !== null && "stack" in content && "resources" in content;
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
        throw new UserError(`${file} is not JSON; --against takes a file that --json wrote`);
    }
}
