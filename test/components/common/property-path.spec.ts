import assert from "node:assert/strict";
import {
    covers,
    parsePattern,
    type Path,
    remainder,
    renderPath,
    touches,
    valueOf,
    valuesOf,
} from "../../../components/common/property-path";

function path(...keys: readonly (string | number)[]): Path {
    return keys.map((key) => ({ key: key.toString(), inList: typeof key === "number" }));
}

describe("property paths in text form", () => {
    const cases: readonly (readonly [text: string, path: Path])[] = [
        ["spec.ports[mqtts].nodePort", [...path("spec", "ports"), { key: "mqtts", inList: true }, ...path("nodePort")]],
        ['metadata.annotations["example.com/name"]', path("metadata", "annotations", "example.com/name")],
        ["instanceTypes[0]", path("instanceTypes", 0)],
        [String.raw`data["say \"hi\""]`, path("data", 'say "hi"')],
        ['env["a]b"].value', [...path("env"), { key: "a]b", inList: true }, ...path("value")]],
    ];
    for (const [text, steps] of cases) {
        it(`print and parse ${text}`, () => {
            assert.equal(renderPath(steps), text);
            assert.deepEqual(
                parsePattern(text),
                steps.map(({ key }) => key),
            );
        });
    }
});

describe("patterns of property paths", () => {
    it("cover the place that they name and what is below it, and no other", () => {
        assert.ok(covers("spec.ports[*].port", path("spec", "ports", 0, "port")));
        assert.ok(covers("spec.ports", path("spec", "ports", 0, "port")));
        assert.ok(covers("*", path("spec")));
        assert.ok(covers('tags["a.b"]', path("tags", "a.b")));
        assert.ok(!covers("spec.ports[*].nodePort", path("spec", "ports", 0, "port")));
        assert.ok(!covers("spec.port", path("spec", "ports")));
        assert.ok(!covers("spec.ports", path("spec")));
        assert.ok(!covers("spec.*", path("spec")));
    });

    it("leave over what is below a path that they lead through", () => {
        assert.deepEqual(remainder("spec.ports[*].port", path("spec")), ["ports", "*", "port"]);
        assert.equal(remainder("spec.ports", path("spec", "ports")), undefined);
        assert.equal(remainder("status", path("spec")), undefined);
    });

    it("find every value that they name", () => {
        const service = { spec: { ports: [{ port: 8883 }, { port: 443 }, {}] } };
        assert.deepEqual(valuesOf(service, "spec.ports.*.port"), [8883, 443]);
        assert.deepEqual(valuesOf(service, "spec.type"), []);
    });

    it("find no value below what is plain, absent or null, and null where it is written", () => {
        assert.equal(valueOf({ a: "text" }, "a.length"), undefined);
        assert.equal(valueOf({ a: null }, "a.b"), undefined);
        assert.equal(valueOf({ a: null }, "a"), null);
        assert.equal(valueOf(undefined, "a"), undefined);
    });

    it("touch a difference around them only where their own place differs", () => {
        const change = { path: path("spec"), before: undefined, after: { x: 1 } };
        assert.ok(touches("spec.x", change));
        assert.ok(!touches("spec.y", change));
        assert.ok(touches("spec", change));
        assert.ok(!touches("status", change));
    });
});
