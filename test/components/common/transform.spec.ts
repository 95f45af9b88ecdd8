import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { transformed } from "../../../components/common/transform";

interface Args {
    readonly name?: string;
    readonly spec?: Record<string, unknown>;
}

const args: Args = { name: "ours", spec: { replicas: 3, labels: { a: "1", b: "2" }, ports: [1, 2] } };

describe("A transform", () => {
    it("that is absent changes nothing", () => {
        assert.equal(transformed(args, undefined), args);
    });

    it("merges objects and replaces values and lists", () => {
        assert.deepEqual(transformed(args, { spec: { replicas: 5, labels: { b: "3" }, ports: [9] } }), {
            name: "ours",
            spec: { replicas: 5, labels: { a: "1", b: "3" }, ports: [9] },
        });
    });

    it("adds fields, and leaves alone what it says nothing about", () => {
        assert.deepEqual(transformed<Args>({ name: "ours" }, { spec: { a: 1 } }), { name: "ours", spec: { a: 1 } });
        const silent: Partial<Args> = Object.fromEntries([["name", undefined]]);
        assert.deepEqual(transformed(args, silent), args);
    });

    it("replaces an Output as a whole, and by one", () => {
        const output = pulumi.output("theirs");
        const result = transformed<Record<string, unknown>>(
            { a: pulumi.output("ours"), b: { c: 1 } },
            { a: output, b: output },
        );
        assert.equal(result["a"], output);
        assert.equal(result["b"], output);
    });

    it("as a function has the last word", () => {
        assert.deepEqual(
            transformed(args, (ours) => ({ name: `${ours.name ?? ""}-theirs` })),
            { name: "ours-theirs" },
        );
    });

    it("does not change what it was given", () => {
        const before = structuredClone(args);
        transformed(args, { spec: { labels: { a: "9" } } });
        assert.deepEqual(args, before);
    });
});
