import assert from "node:assert/strict";
import { ConfigurationError, renderProblems } from "../../components/problem";

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
