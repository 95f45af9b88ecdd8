import assert from "node:assert/strict";
import { ConfigurationError, renderProblems } from "../../../components/common/problem";

const problem = { key: "vernemq:broker.replicas", value: 0, rule: "at least 1", remedy: "use 3" };

describe("a configuration's problems", () => {
    it("are shown with key, value, rule and remedy", () => {
        assert.equal(
            renderProblems([problem]),
            [
                "The configuration has 1 problem:",
                "",
                "  vernemq:broker.replicas = 0",
                "    rule:   at least 1",
                "    remedy: use 3",
            ].join("\n"),
        );
    });

    it("are counted, and a key without a value stands alone", () => {
        const text = renderProblems([problem, { key: "aws:region", rule: "a region", remedy: "set it" }]);
        assert.match(text, /has 2 problems:/);
        assert.match(text, /^ {2}aws:region$/m);
    });

    it("cut a long value, because the key says where it is", () => {
        const text = renderProblems([{ ...problem, value: "x".repeat(5000) }]);
        assert.ok(text.length < 400);
        assert.match(text, /x\.\.\.$/m);
    });

    it("become one error, which carries them", () => {
        const error = new ConfigurationError([problem]);
        assert.deepEqual(error.problems, [problem]);
        assert.equal(error.message, renderProblems([problem]));
    });
});

describe("a problem in an error", () => {
    it("carries no value that its message does not quote", () => {
        const error = new ConfigurationError([{ ...problem, value: { password: "hunter2" } }]);
        assert.deepEqual(Object.keys(error.problems[0] ?? {}), ["key", "rule", "remedy"]);
        assert.doesNotMatch(`${error.message}${JSON.stringify(error)}`, /hunter2/);
    });

    it("cannot forge lines, colors or commands of a pipeline by its key or value", () => {
        const text = renderProblems([
            { ...problem, key: "vernemq:\u001b[2J\n::error::x", value: "a\u202eb", rule: "no \n::warning:: here" },
        ]);
        assert.equal(text.split("\n").length, 5);
        assert.doesNotMatch(text, /\u001b|\u202e|^\s*::/m);
    });
});
