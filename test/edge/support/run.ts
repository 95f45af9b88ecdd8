import assert from "node:assert/strict";
import { locate, tools, type Tool } from "../../../lab/tools";
import { Edge, type EdgeOptions } from "./edge";

/** Skips a suite where a program is missing, and says which Debian package brings it. */
export function needs(context: Mocha.Context, ...wanted: readonly Tool[]): void {
    const missing = wanted.filter((tool) => locate(tool) === null);
    if (missing.length > 0) {
        console.log(`      skipped: install ${missing.map(({ debianPackage }) => debianPackage).join(" ")}`);
        context.skip();
    }
}

export function needsHaproxy(context: Mocha.Context): void {
    needs(context, tools.haproxy);
}

/** An edge for the tests of a suite: started before the first, stopped after the last. */
export function useEdge(options: EdgeOptions = {}): () => Edge {
    let edge: Edge | null = null;
    before(async function () {
        needsHaproxy(this);
        edge = await Edge.start(options);
    });
    after(async () => {
        await edge?.stop();
    });
    return () => {
        assert.ok(edge !== null);
        return edge;
    };
}

/** Prints what was measured. */
export function figure(what: string, value: number | string, limit?: string): void {
    console.log(`      ${what}: ${value.toString()}${limit === undefined ? "" : ` (${limit})`}`);
}

export function rounded(value: number, digits = 2): number {
    return Number(value.toFixed(digits));
}
