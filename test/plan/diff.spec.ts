import assert from "node:assert/strict";
import { differences, lineDifferences } from "../../plan/diff";
import { renderPath } from "../../components/common/property-path";

function paths(before: unknown, after: unknown): readonly string[] {
    return differences(before, after).map(({ path }) => renderPath(path));
}

describe("differences of two values", () => {
    const cases: readonly (readonly [claim: string, before: unknown, after: unknown, paths: readonly string[]])[] = [
        ["equal values have none", { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
        ["a changed leaf is named by its path", { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, ["a.c"]],
        ["what is added is named as a whole", { a: {} }, { a: { b: { c: 1 } } }, ["a.b"]],
        ["what is removed is named as a whole", { a: { b: { c: 1 } } }, { a: {} }, ["a.b"]],
        ["another type is one difference", { a: [1] }, { a: { b: 1 } }, ["a"]],
        ["a list of plain values is one difference", { a: ["x", "y"] }, { a: ["x", "z"] }, ["a"]],
        [
            "an item more in a list of named items is one difference",
            {
                env: [
                    { name: "A", value: 1 },
                    { name: "C", value: 1 },
                ],
            },
            {
                env: [
                    { name: "A", value: 1 },
                    { name: "B", value: 1 },
                    { name: "C", value: 1 },
                ],
            },
            ["env[B]"],
        ],
        [
            "a change in a named item names the item",
            {
                env: [
                    { name: "A", value: 1 },
                    { name: "B", value: 1 },
                ],
            },
            {
                env: [
                    { name: "A", value: 1 },
                    { name: "B", value: 2 },
                ],
            },
            ["env[B].value"],
        ],
        [
            "another order of named items is a difference of the list",
            { env: [{ name: "A" }, { name: "B" }] },
            { env: [{ name: "B" }, { name: "A" }] },
            ["env"],
        ],
        [
            "items without names are matched by their place",
            { hops: [{ to: 1 }, { to: 2 }] },
            { hops: [{ to: 1 }, { to: 3 }] },
            ["hops[1].to"],
        ],
        [
            "another order beside a change is a separate difference",
            { env: [{ name: "A", value: 1 }, { name: "B" }] },
            { env: [{ name: "B" }, { name: "A", value: 2 }] },
            ["env", "env[A].value"],
        ],
        [
            // https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1: list map keys port and protocol
            "items that Kubernetes tells apart by two keys are named by both",
            {
                ports: [
                    { port: 53, protocol: "TCP" },
                    { port: 53, protocol: "UDP" },
                ],
            },
            {
                ports: [
                    { port: 53, protocol: "SCTP" },
                    { port: 53, protocol: "TCP" },
                    { port: 53, protocol: "UDP" },
                ],
            },
            ["ports[53/SCTP]"],
        ],
        [
            "a spread constraint is named by its topology key",
            { spread: [{ topologyKey: "kubernetes.io/hostname", maxSkew: 1 }] },
            {
                spread: [
                    { topologyKey: "topology.kubernetes.io/zone", maxSkew: 1 },
                    { topologyKey: "kubernetes.io/hostname", maxSkew: 1 },
                ],
            },
            ["spread[topology.kubernetes.io/zone]"],
        ],
        [
            "a secret names no item",
            { env: [{ name: "[secret]", value: 1 }] },
            { env: [{ name: "[secret]", value: 2 }] },
            ["env[0].value"],
        ],
        ["keys that are no words are quoted", { "a/b.c": 1 }, { "a/b.c": 2 }, ['["a/b.c"]']],
    ];
    for (const [claim, before, after, expected] of cases) {
        it(claim, () => {
            assert.deepEqual(paths(before, after), expected);
        });
    }

    it("says of a list in another order that nothing but the order differs", () => {
        for (const [before, after] of [
            [
                ["a", "b"],
                ["b", "a"],
            ],
            [
                [{ name: "A" }, { name: "B" }],
                [{ name: "B" }, { name: "A" }],
            ],
            [
                [{ x: 1 }, { x: 2 }],
                [{ x: 2 }, { x: 1 }],
            ],
        ]) {
            assert.deepEqual(
                differences(before, after).map(({ reordered }) => reordered),
                [true],
            );
        }
        assert.deepEqual(
            differences(["a", "b"], ["b", "c"]).map(({ reordered }) => reordered),
            [undefined],
        );
    });

    it("gives both values", () => {
        assert.deepEqual(
            differences({ a: 1, b: 2 }, { a: 3 }).map(({ before, after }) => [before, after]),
            [
                [1, 3],
                [2, undefined],
            ],
        );
    });
});

describe("differences of two texts", () => {
    it("keep the longest run of common lines", () => {
        assert.deepEqual(
            lineDifferences("a\nb\nc\nd", "a\nc\nx\nd").map(({ kind, text }) => `${kind} ${text}`),
            ["kept a", "removed b", "kept c", "added x", "kept d"],
        );
    });

    it("rebuild both texts", () => {
        const [before, after] = ["one\ntwo\n\nthree", "zero\ntwo\nthree\n"];
        const lines = lineDifferences(before, after);
        const without = (kind: string) =>
            lines
                .filter((line) => line.kind !== kind)
                .map((line) => line.text)
                .join("\n");
        assert.equal(without("added"), before);
        assert.equal(without("removed"), after);
    });
});
