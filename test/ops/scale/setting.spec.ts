import { strict as assert } from "node:assert";
import { parse } from "yaml";
import { withReplicas } from "../../../ops/scale/setting";

describe("The number of brokers in a stack's file", () => {
    it("changes alone: comments, quotes and layout stay", () => {
        const text = [
            "# brokers of the north",
            "config:",
            "  vernemq:target:   existing # not a cloud",
            "  vernemq:broker: { acceptLicense: true, replicas: 3, users: [ {name: 'a'} ] }  # grows",
            "",
            "",
            "  other: >-",
            "    a long text that a printer would fold otherwise, because it is wider than eighty columns are",
            "",
        ].join("\n");
        assert.equal(withReplicas(text, 12), text.replace("replicas: 3", "replicas: 12"));
    });

    it("stays as it is where it is right", () => {
        const text = "config:\n  vernemq:broker:\n    replicas: 2 # two\n";
        assert.equal(withReplicas(text, 2), text);
    });

    it("is added where the file names none, below what is there", () => {
        const text = "config:\n  # who\n  vernemq:broker:\n    acceptLicense: true # ours\n";
        const after = withReplicas(text, 2) ?? "";
        assert.equal(after, "config:\n  # who\n  vernemq:broker:\n    acceptLicense: true # ours\n    replicas: 2\n");
    });

    it("is added to a file without broker settings", () => {
        assert.deepEqual(parse(withReplicas("config:\n  vernemq:target: existing\n", 4) ?? ""), {
            config: { "vernemq:target": "existing", "vernemq:broker": { replicas: 4 } },
        });
    });

    it("is left to the operator where the settings are no mapping", () => {
        assert.equal(withReplicas("config:\n  vernemq:broker: '{\"replicas\": 3}'\n", 2), undefined);
        assert.equal(withReplicas("- no mapping\n", 2), undefined);
        assert.equal(withReplicas("config: [unclosed\n", 2), undefined);
    });
});
